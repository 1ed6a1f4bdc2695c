from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from directory import clock
from directory.catalogue.cells import Versions, cells_of, clean, row_of
from directory.catalogue.columns import COLUMNS
from directory.catalogue.models import Category, Offering, Phone, Provider, Service, Site
from directory.catalogue.operations.reading import read_cells
from directory.catalogue.rules import Visibility
from directory.catalogue.seed_tables import fact_kinds
from directory.catalogue.upkeep import PART_OF
from directory.catalogue.wanted import wanted_rows
from directory.errors import Invalid
from directory.places.queries import gazetteer, in_viet_nam
from directory.places.rules import Point

NUMBERS = (("111", "111"), ("+842033825499", "0203 3825 499"), ("+84912345678", "0912 345 678"))
MAYBE = st.sampled_from([None, True, False])
NAMES = st.text("aăâbcdđeêơưáàảãạ ỳ'-/()0123456789", min_size=2, max_size=40).map(lambda t: f"Nhà {t}".strip())
TEXTS = st.none() | st.sampled_from(["Mang thẻ nếu có", "Miễn phí; không hỏi giấy", "“Có” hẹn trước", "=1+1"])


@st.composite
def offerings(draw, wards, former):
    """Draw an entry as the catalogue could hold it: anywhere in the country, told, half told or hidden."""
    visibility = draw(st.sampled_from(Visibility))
    units_of_a_time = former if draw(st.booleans()) else wards
    ward_key, old_key = units_of_a_time[draw(st.integers(0, len(units_of_a_time) - 1))]
    units = gazetteer().atlas.units
    ward, province_key = units[ward_key], units[ward_key].parent_key
    site = Site(visibility=visibility, name=draw(st.none() | st.just("Cơ sở hai")), wheelchair=draw(MAYBE))
    site.province_key = province_key if visibility is not Visibility.HIDDEN or draw(st.booleans()) else None
    if visibility is not Visibility.HIDDEN:
        site.ward_key, site.old_ward_key = ward_key, old_key
    site.point_is_ward = False
    if visibility is Visibility.PUBLIC:
        own = Point(round(ward.point.lat + 0.0012345, 7), round(ward.point.lon - 0.0000007, 7))
        site.point_is_ward = draw(st.booleans()) or not in_viet_nam(own)
        site.latitude, site.longitude = ward.point if site.point_is_ward else own
        site.address = draw(st.none() | st.just("Số 5/2, đường Lê Lợi"))
    service = Service(
        provider=Provider(name=draw(NAMES)),
        name=draw(st.sampled_from(["Khám bệnh", "Tư vấn; nói chuyện"])),
        description=draw(TEXTS),
        website=draw(st.none() | st.just("https://vi.example/a?b=c")) if visibility is Visibility.PUBLIC else None,
        categories=[Category(slug=slug, position=0) for slug in draw(st.sampled_from([["tam-lanh"], ["kham-benh"]]))],
    )
    numbers = draw(st.lists(st.sampled_from(NUMBERS), unique=True, min_size=visibility is Visibility.HIDDEN))
    return Offering(
        source_code="dieu-phoi",
        external_id="mot",
        service=service,
        site=site,
        phones=[Phone(position=n, number=number, shown=shown) for n, (number, shown) in enumerate(numbers)],
        hotline_24h=draw(MAYBE),
        opening_hours=draw(st.sampled_from([None, "24/7", "Mo-Fr 07:30-11:30,13:30-17:00; PH off"])),
        fees=draw(TEXTS),
        languages=draw(st.lists(st.sampled_from(["vi", "en", "km", "hmn"]), unique=True)),
        eligibility=draw(TEXTS),
        documents=draw(TEXTS),
        anonymous_ok=draw(MAYBE),
        id_required=draw(MAYBE),
        reports_to_police=draw(MAYBE),
        facts=draw(st.lists(st.sampled_from(sorted(fact_kinds())), unique=True)),
        verified_on=draw(st.none() | st.dates(date(2020, 1, 1), clock.today() - timedelta(days=1))),
        source_url=draw(st.none() | st.just("https://nguon.example/1")),
        closed_on=draw(st.none() | st.just(date(2026, 1, 2))),
    )


@pytest.fixture
def drawn(app):
    """What can be drawn with the units of the database."""
    atlas = gazetteer().atlas
    wards = [(ward.key, None) for ward in atlas.wards().values()]
    former = [
        (f"ward:{next(iter(codes))}", unit.key)
        for unit in atlas.units.values()
        if unit.level == "old-ward" and len(codes := atlas.wards_of(unit.key)) == 1
    ]
    return offerings(wards, former)


def of(row, names):
    return {name: getattr(row, name) for name in names}


def test_reading_the_cells_of_an_entry_gives_back_its_values(drawn):
    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
    @given(drawn)
    def holds(offering):
        placed, problems = read_cells(cells_of(offering))
        assert placed is not None, problems
        rows = wanted_rows([placed])
        (site,), (service,), (wanted,) = rows.sites.values(), rows.services.values(), rows.offerings.values()
        assert site == of(offering.site, site)
        assert service == of(offering.service, service)
        assert wanted.values == of(offering, wanted.values)
        assert [tuple(phone) for phone in wanted.phones] == [(phone.number, phone.shown) for phone in offering.phones]

    holds()


def test_every_column_of_a_file_is_a_cell_and_has_its_part(cast, code_of):
    offering = next(iter(cast.extensions["sqlalchemy"].session.query(Offering)))
    cells = cells_of(offering)
    assert tuple(cells) == (*COLUMNS, "closed_on", "reopens_on")
    assert cells.keys() - PART_OF.keys() == {"external_id", "source"}
    assert row_of(cells).cells.keys() <= set(COLUMNS)


@pytest.mark.parametrize(
    "text", ["", "1", "1.2.3", "1.2.3.4.5", "a.b.c.d", "1.2.3.-4", "1.2.3.²", "1.1.1." + "9" * 5000]
)
def test_versions_that_somebody_tampered_with_are_refused(text):
    with pytest.raises(Invalid):
        Versions.parse(text)
    assert Versions.parse(Versions(3, 1, 2, 7).text) == Versions(3, 1, 2, 7)


def test_typed_cells_are_cleaned_as_a_file_s_would_be():
    typed = {"phones": " 0203 3825 499\r\n0912 345 678\n", "fees": "Miễn  phí\u200b ", "category": "a\nb"}
    assert clean(typed) == {"phones": "0203 3825 499 ;0912 345 678", "fees": "Miễn phí", "category": "a;b"}
