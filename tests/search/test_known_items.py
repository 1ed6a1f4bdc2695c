"""Known-item search: somebody looks for one of the 1,479 real hospitals by its name, typed as people type.

What counts as found: the provider of the result bears the name asked for (nine names are borne by two or three places,
and a name says no more). The last three words of a name are often shared ("tỉnh Sóc Trăng" ends six names in one ward):
there a provider whose name ends with the same three words is as right. The ward is added to the last three forms.
"""

import csv
from functools import cache

import pytest
from sqlalchemy import select

from directory import clock
from directory.app import create_app
from directory.catalogue.mapping import read_mapping
from directory.catalogue.models import Offering, Provider, Site
from directory.catalogue.operations import import_services
from directory.extensions import db
from directory.search.queries import SearchRequest, find
from directory.vietnamese import key, syllables
from directory.web.transaction import transaction
from tests.conftest import ROOT, make_settings
from tests.search import keystrokes

pytestmark = pytest.mark.xdist_group("known items")

HOSPITALS = "osm_hospitals_vn_2026-02.csv"

FORMS = {
    "as stored": (lambda name, _seed: name, 0.99),
    "unmarked": (lambda name, _seed: keystrokes.unmarked(name), 0.99),
    "NFD": (lambda name, _seed: keystrokes.nfd(name), 0.99),
    "other tone placement": (lambda name, _seed: keystrokes.other_tone_placement(name), 0.99),
    "Telex": (lambda name, _seed: keystrokes.telex(name), 0.99),
    "VNI": (lambda name, _seed: keystrokes.vni(name), 0.99),
    "one letter lost": (keystrokes.one_letter_lost, 0.95),
    "abbreviated": (lambda name, _seed: keystrokes.abbreviated(name), 0.95),
    "last three words": (lambda name, _seed: keystrokes.last_three_words(name), 0.95),
}
WITH_WARD = ("one letter lost", "abbreviated", "last three words")


@pytest.fixture(scope="module")
def hospitals(tmp_path_factory, sqlite_template, shared_data):
    """A site with the real hospitals, and their rows."""
    folder = tmp_path_factory.mktemp("hospitals")
    (folder / "directory.db").write_bytes(sqlite_template.read_bytes())
    app = create_app(make_settings(folder))
    app.testing = True
    with app.app_context():
        with transaction():
            mapping = read_mapping(ROOT / "seed" / "columns_osm_hospitals.toml")
            report = import_services(shared_data / HOSPITALS, source="osm", mapping=mapping)
            assert not report.errors
        with (shared_data / HOSPITALS).open(encoding="utf-8") as file:
            yield list(csv.DictReader(file))
        db.session.remove()
        db.engine.dispose()


@cache
def keys_of(name):
    return tuple(key(token) for token in syllables(name))


@pytest.fixture(scope="module")
def provider_of(hospitals):
    rows = db.session.execute(
        select(Offering.id, Provider.name)
        .join(Site, Site.id == Offering.site_id)
        .join(Provider, Provider.id == Site.provider_id)
    )
    return {offering_id: keys_of(name) for offering_id, name in rows}


@pytest.mark.parametrize("form", FORMS)
def test_a_hospital_is_found_by_its_name_however_it_is_typed(hospitals, provider_of, form):
    typed_as, least_first = FORMS[form]
    first = among_ten = 0
    missed = []
    for number, row in enumerate(hospitals):
        text = typed_as(row["name"], number)
        if form in WITH_WARD:
            text += " " + row["pip_ward_full_name"]
        answer = find(SearchRequest(text=text, per_page=10), clock.now())
        ranks = [is_it(provider_of[hit.offering_id], row["name"], form) for hit in answer.hits or answer.instead]
        first += ranks[:1] == [True]
        among_ten += True in ranks
        if ranks[:1] != [True]:
            missed.append(text)
    assert first / len(hospitals) >= least_first, missed[:20]
    assert among_ten / len(hospitals) >= 0.98, missed[:20]


def is_it(found, name, form):
    if form == "last three words":
        ending = keys_of(keystrokes.last_three_words(name))
        return found[-len(ending) :] == ending
    return found == keys_of(name)
