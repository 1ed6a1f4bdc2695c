"""What the tests of search share: the real gazetteer without a database per test, and entries asked about directly."""

import shutil
from datetime import date, datetime

import pytest

from directory.app import create_app
from directory.clock import LOCAL_ZONE
from directory.extensions import db
from directory.places.queries import gazetteer
from directory.places.rules import Point
from directory.search.arrays import build_arrays
from directory.search.entries import Change
from directory.search.entry import Entry
from directory.search.queries import SearchRequest, answer
from directory.search.words import words
from tests.conftest import make_settings

WEDNESDAY_MORNING = datetime(2026, 11, 25, 9, 30, tzinfo=LOCAL_ZONE)
HA_LONG = Point(20.951, 107.080)
#: Phường Hồng Gai and phường Bãi Cháy in Hạ Long, phường Uông Bí, and a ward of Hà Nội.
HONG_GAI, BAI_CHAY, UONG_BI, BA_DINH = "06685", "06673", "06811", "00004"


@pytest.fixture(scope="session")
def names(tmp_path_factory, sqlite_template):
    """The gazetteer of all real units."""
    folder = tmp_path_factory.mktemp("names")
    shutil.copy(sqlite_template, folder / "directory.db")
    app = create_app(make_settings(folder))
    with app.app_context():
        found = gazetteer()
        db.session.remove()
        db.engine.dispose()
    return found


class Shelf:
    """A few entries, and what is found among them."""

    def __init__(self, names):
        self.names = names
        self.entries = []

    def add(self, provider, service="Dịch vụ", subject=(), **facts):
        """Put one entry on the shelf; it is known by its provider's name."""
        description, address = facts.pop("description", ""), facts.pop("address", "")
        if (point := facts.pop("at", HA_LONG)) is not None:
            facts |= {"latitude": point.lat, "longitude": point.lon}
        slugs = (subject,) if isinstance(subject, str) else subject
        self.entries.append(
            Entry(
                offering_id=len(self.entries) + 1,
                name=service,
                whole_names=(provider,),
                strong_texts=(service, provider),
                place_texts=(address,) if address else (),
                weak_texts=(description,) if description else (),
                categories=slugs,
                **{"ward_code": HONG_GAI, "province_code": "22", **facts},
            )
        )
        return self

    def arrays(self):
        return build_arrays(self.entries, Change(0, ""), words())

    def answer(self, text="", moment=WEDNESDAY_MORNING, **wishes):
        return answer(SearchRequest(text=text, **wishes), moment, self.arrays(), self.names)

    def found(self, text="", **wishes):
        """Return the providers found, in order."""
        return [self.provider(hit) for hit in self.answer(text, **wishes).hits]

    def instead(self, text="", **wishes):
        given = self.answer(text, **wishes)
        assert not given.hits
        return given.instead_reason, [self.provider(hit) for hit in given.instead]

    def provider(self, hit):
        return self.entries[hit.offering_id - 1].whole_names[0]


@pytest.fixture
def shelf(names):
    return Shelf(names)


def north_of(point, kilometres):
    return Point(point.lat + kilometres / 111.2, point.lon)


__all__ = ["BAI_CHAY", "BA_DINH", "HA_LONG", "HONG_GAI", "UONG_BI", "date", "north_of"]
