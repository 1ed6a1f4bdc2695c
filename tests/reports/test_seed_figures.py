"""Every figure that the five articles publish comes out of the demo: value, unit, place, period and how exact it is.

The articles are about Quảng Ninh (QN), Vĩnh Long (VL), Thừa Thiên Huế (TH), the ministry's conference (MO) and the
training of 2018 (SC). What they tell without a number is tested as what it promises, below the table.
"""

import json
from datetime import date
from functools import cache
from typing import NamedTuple

import pytest
from sqlalchemy import select

from directory.accounts.queries import account_named
from directory.accounts.rules import SYSTEM, Role
from directory.accounts.sessions import account_actor
from directory.catalogue.models import Phone
from directory.extensions import Model, db
from directory.outreach.models import OutreachContact, ProgrammeModel, ProgrammePoint, Topic
from directory.places.models import Area
from directory.referrals.models import Slip, SlipFact
from directory.referrals.operations import Wanted
from directory.reports.figures import Figure, Line, Report, WhyNone
from directory.reports.indicators import indicators
from directory.reports.periods import Period
from directory.reports.queries.reading import read_report
from directory.reports.queries.scope import scope_of
from directory.reports.rules import Origin, Qualifier, Unit
from tests.commands import DirectoryRunner

TODAY = date(2026, 11, 22)
QN, VL, TH, NATION, HA_NOI = "Quảng Ninh", "Vĩnh Long", "Thừa Thiên Huế", "", "Hà Nội"
#: The programme's years, and those that the single articles look back on.
PHASE = Period(date(2016, 1, 1), date(2020, 12, 31))
SINCE_2019 = Period(date(2019, 1, 1), date(2020, 12, 15))
PILOT = Period(date(2018, 1, 1), date(2019, 12, 31))
EIGHT_MONTHS = Period(date(2024, 1, 1), date(2024, 8, 31))
YEAR_2020 = Period(date(2020, 1, 1), date(2020, 12, 31))
TO_JULY_2020 = Period(date(2016, 1, 1), date(2020, 7, 31))
TRAINING = Period(date(2018, 9, 19), date(2018, 9, 20))

#: What a column about a person's life, or about where she is, would have in its name.
_LIFE = ("name", "phone", "address", "ward_", "latitude", "venue", "income", "job", "status", "residence", "note")

_EXACT, _RECORDS, _BY_HAND = Qualifier.EXACT, Origin.RECORDS, Origin.BY_HAND


class Row(NamedTuple):
    """One published figure."""

    id: str
    indicator: str
    area: str
    period: Period
    value: int | None
    unit: Unit
    qualifier: Qualifier = _EXACT
    origin: Origin = _RECORDS
    #: One value of the indicator's breakdown.
    key: str = ""


ROWS = (
    Row("QN1", "S01", QN, PHASE, 2731, Unit.BUSINESSES, _EXACT, _BY_HAND),
    Row("QN1", "S02", QN, PHASE, 4481, Unit.PEOPLE, _EXACT, _BY_HAND),
    Row("QN1", "S03", QN, PHASE, 3027, Unit.PEOPLE, _EXACT, _BY_HAND),
    Row("QN1", "S04", QN, PHASE, 2309, Unit.PEOPLE, _EXACT, _BY_HAND),
    Row("QN1", "S05", QN, PHASE, 2978, Unit.PEOPLE, _EXACT, _BY_HAND),
    Row("QN1", "S06", QN, PHASE, 224, Unit.PEOPLE, _EXACT, _BY_HAND),
    Row("QN2", "D06", QN, PHASE, 3, Unit.MODELS),
    Row("QN3", "D04", QN, PHASE, 3, Unit.GROUPS),
    Row("QN3", "D07", QN, PHASE, 3, Unit.AREAS),
    Row("QN4", "H01", QN, PHASE, 33, Unit.EVENTS),
    Row("QN4", "D05", QN, PHASE, 32, Unit.MEMBERS),
    Row("QN5", "H02", QN, PHASE, 27, Unit.EVENTS, key="01"),
    Row("QN6", "H03", QN, PHASE, 16, Unit.EVENTS),
    Row("QN7", "M01", QN, PHASE, 5150, Unit.COPIES),
    Row("QN8", "M04", QN, PHASE, 6, Unit.BOARDS),
    Row("QN9", "L02", QN, PHASE, 440, Unit.SERVICES),
    Row("QN10", "L03", QN, PHASE, 50, Unit.SERVICES),
    Row("QN11", "L05", QN, PHASE, 89, Unit.SERVICES),
    Row("QN12", "H02", QN, PHASE, 5, Unit.EVENTS, key="02"),
    Row("QN12", "H02", QN, PHASE, 32, Unit.EVENTS),
    Row("QN13", "T03", QN, PHASE, None, Unit.SERVICES),
    Row("QN13", "L11", QN, PHASE, None, Unit.SERVICES),
    Row("VL1", "D06", VL, SINCE_2019, 1, Unit.MODELS),
    Row("VL1", "D07", VL, SINCE_2019, 1, Unit.AREAS),
    Row("VL3", "S08", VL, SINCE_2019, 100, Unit.SERVICES, Qualifier.ABOUT, _BY_HAND),
    Row("VL4", "B30", VL, SINCE_2019, 35, Unit.CASES),
    Row("VL6", "H05", VL, SINCE_2019, 2, Unit.PER_MONTH),
    Row("VL7", "M02", VL, SINCE_2019, 5000, Unit.COPIES),
    Row("VL7", "M03", VL, SINCE_2019, 500, Unit.COPIES),
    Row("TH1", "D06", TH, PILOT, 2, Unit.MODELS),
    Row("TH1", "D07", TH, PILOT, 3, Unit.AREAS),
    Row("TH1", "D04", TH, PILOT, 3, Unit.GROUPS),
    Row("TH3", "S07", TH, PHASE, 200, Unit.PEOPLE, Qualifier.OVER, _BY_HAND),
    Row("TH3", "L06", TH, PHASE, 5, Unit.SERVICES),
    Row("TH3", "L04", TH, PHASE, 105, Unit.SERVICES),
    Row("TH3", "L07", TH, PHASE, 2, Unit.SERVICES),
    Row("TH3", "L08", TH, PHASE, 105, Unit.SERVICES),
    Row("TH4", "N01", TH, EIGHT_MONTHS, 124, Unit.PEOPLE),
    Row("TH4", "L06", TH, EIGHT_MONTHS, 86, Unit.SERVICES),
    Row("TH4", "L04", TH, EIGHT_MONTHS, 94, Unit.SERVICES),
    Row("TH4", "L08", TH, EIGHT_MONTHS, 94, Unit.SERVICES),
    Row("TH7", "D03", TH, PILOT, 6, Unit.POINTS),
    Row("MO1", "D01", NATION, PHASE, 21, Unit.PROVINCES),
    Row("MO1", "D03", NATION, PHASE, 113, Unit.POINTS),
    Row("MO1", "D02", NATION, PHASE, 12, Unit.PROVINCE_MODELS, key="01"),
    Row("MO1", "D02", NATION, PHASE, 9, Unit.PROVINCE_MODELS, key="02"),
    Row("MO1", "D02", NATION, PHASE, 17, Unit.PROVINCE_MODELS, key="03"),
    Row("MO1", "D02", NATION, PHASE, 38, Unit.PROVINCE_MODELS),
    Row("MO2", "D05", NATION, PHASE, 4463, Unit.MEMBERS),
    Row("MO3", "S09", NATION, TO_JULY_2020, 4000, Unit.PEOPLE, Qualifier.NEARLY, _BY_HAND),
    Row("MO3", "S10", NATION, TO_JULY_2020, 1715, Unit.PEOPLE, _EXACT, _BY_HAND),
    Row("MO3", "S11", NATION, TO_JULY_2020, 100, Unit.PER_CENT, _EXACT, _BY_HAND),
    Row("SC1", "S12", NATION, TRAINING, 13, Unit.PROVINCES, _EXACT, _BY_HAND),
    Row("SC3", "N03", TH, EIGHT_MONTHS, 100, Unit.PER_CENT),
    Row("SC8", "H01", HA_NOI, TRAINING, 1, Unit.EVENTS),
    Row("SC8", "H07", HA_NOI, TRAINING, 2, Unit.DAYS),
)


@pytest.fixture(scope="module")
def report(demo_to_read):
    """Reads a report of an area over a period; each once."""

    @cache
    def read(area: str, period: Period) -> Report:
        return read_report(scope_of(area or None, SYSTEM), period, today=TODAY)

    return read


def line(report: Report, code: str) -> Line:
    return next(line for line in report.lines if line.indicator.code == code)


def figure(report: Report, code: str, key: str = "") -> Figure:
    found = line(report, code)
    return next(one for one in found.by_key if one.key == key) if key else found.total


def names(figures) -> dict[str, int | float | None]:
    """Return the values of figures by the name of their area."""
    known = dict(db.session.execute(select(Area.code, Area.name)).all())
    return {known[one.area]: one.value for one in figures}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.id}-{row.indicator}{row.key}")
def test_a_published_figure_comes_out_exactly(row, report):
    told = figure(report(row.area, row.period), row.indicator, row.key)
    unit = indicators()[row.indicator].unit
    assert (told.value, unit, told.qualifier) == (row.value, row.unit, row.qualifier)
    assert told.is_approximate is (row.qualifier is not Qualifier.EXACT)
    assert told.origin is row.origin or row.value is None
    assert told.why_none is (WhyNone.NO_RECORD if row.value is None else None)


def test_the_command_tells_the_same_figures(demo_to_read):
    for area, period in sorted({(row.area, row.period) for row in ROWS}):
        options = ["--from", period.first.isoformat(), "--to", period.last.isoformat(), "--format", "json"]
        result = DirectoryRunner(demo_to_read)("report", "all", *options, *(["--area", area] if area else []))
        assert result.exit_code == 0, result.output
        told = {one["indicator"]: one for one in json.loads(result.stdout)["figures"]}
        for row in (row for row in ROWS if (row.area, row.period) == (area, period)):
            one = told[row.indicator]
            value = next(part["value"] for part in one["by_key"] if part["key"] == row.key) if row.key else one["value"]
            assert value == row.value, row
            assert one["unit"] == row.unit.value, row
            if not row.key:
                assert (one["qualifier"], one["approximate"]) == (row.qualifier.value, row.qualifier is not _EXACT), row
            assert one["definition"]["numerator"], row


def test_a_figure_by_hand_bears_its_days_and_its_source(report):
    for row in (row for row in ROWS if row.origin is Origin.BY_HAND):
        told = figure(report(row.area, row.period), row.indicator)
        assert told.source.endswith("dựng lại từ tổng số đã công bố"), row
        assert told.is_demo, row
    counted = figure(report(QN, PHASE), "S01")
    assert (counted.first_on, counted.last_on) == (None, date(2020, 10, 31))


def test_qn14_the_services_of_five_subjects_are_mapped_with_the_age_of_what_is_known(report):
    for area in line(report(QN, PHASE), "K01").by_area:
        its = {one.key: one.value for one in line(report(QN, PHASE), "K01").by_both if one.area == area.area}
        for category in ("tro-giup-phap-ly", "day-nghe", "tu-van-tam-ly", "kham-benh", "cong-an"):
            assert its[category] > 0, (area, category)
    assert figure(report(QN, PHASE), "K03").value > 0


@pytest.mark.parametrize("table", [Slip, SlipFact, OutreachContact], ids=lambda table: table.__tablename__)
def test_qn15_vl2_sc6_nothing_is_kept_of_a_persons_life_or_of_where_she_is(table):
    columns = {column.name for column in table.__table__.columns}
    for part in _LIFE:
        assert not any(part in column for column in columns), part


def test_vl2_a_slip_asks_nobody_where_she_lives():
    asked = set(Wanted.__dataclass_fields__)
    assert not any(word in field for field in asked for word in ("resid", "province", "home", "papers"))


def test_vl5_th2_th5_what_trainings_and_contacts_are_about_can_be_said(demo_to_read):
    topics = {topic.slug: topic for topic in db.session.scalars(select(Topic))}
    assert all(topics[slug].for_activities for slug in ("law", "mapping", "communication", "planning", "livelihood"))
    assert all(topics[slug].for_contacts for slug in ("law", "infections", "labour_rights"))


def test_vl8_the_slips_of_a_group_are_accounted_for(report):
    asked = report(VL, SINCE_2019)
    printed, used, void, blank = (line(asked, code).total.value for code in ("M10", "M11", "M12", "M13"))
    assert (printed, used) == (50, 35)
    assert printed == used + void + blank
    assert len(line(asked, "M10").by_key) == 1


def test_vl9_sc7_there_is_a_role_for_peers_and_coordinators_and_none_for_the_police():
    assert set(Role) == {Role.PEER_EDUCATOR, Role.PROVIDER_STAFF, Role.COORDINATOR, Role.ADMINISTRATOR}


def test_vl10_one_leaves_every_page_at_once(demo_to_read):
    assert b'href="/thoat"' in demo_to_read.test_client().get("/").data


def test_vl11_the_newspapers_telephone_is_nobodys(demo_to_read):
    numbers = db.session.scalars(select(Phone.number)).all()
    assert numbers
    assert not any("987083838" in number.replace(" ", "") for number in numbers)


def test_th6_a_line_is_open_around_the_clock(report):
    assert figure(report(TH, EIGHT_MONTHS), "K06").value > 0


def test_th7_the_points_of_thua_thien_hue_are_in_wards(demo_to_read):
    inside = select(ProgrammePoint).join(Area).where(Area.name.in_(_of(TH)))
    points = db.session.scalars(inside).all()
    assert len(points) == 6
    assert all(point.ward_key for point in points)


def _of(place: str) -> list[str]:
    return [area.name for area in scope_of(place, SYSTEM).areas]


def test_mo4_services_are_told_by_their_languages(report):
    languages = {one.key: one.value for one in line(report(NATION, PHASE), "K05").by_key}
    assert languages["vi"] > 0
    assert len([count for count in languages.values() if count]) > 3


def test_mo5_several_organisations_each_see_their_own(demo_to_read):
    first, second = (account_actor(account_named(name)) for name in ("dieu-phoi-1", "dieu-phoi-2"))
    assert len(first.area_ids) == 3
    assert second.all_areas
    assert len(scope_of(None, first).areas) == 3
    assert scope_of(None, second).is_national


def test_mo6_sc4_the_services_that_the_programme_names_are_in_the_directory(report):
    services = {one.key: one.value for one in line(report(NATION, PHASE), "K01").by_key}
    for category in ("vay-von", "tu-van-tam-ly", "duong-day-nong", "tam-lanh", "ho-tro-vat-chat"):
        assert services[category] > 0, category


def test_sc2_the_models_bear_their_three_numbers(demo_to_read):
    assert db.session.scalars(select(ProgrammeModel.code).order_by(ProgrammeModel.code)).all() == ["01", "02", "03"]


def test_sc5_every_indicator_is_defined_with_a_version():
    for one in indicators().values():
        assert one.numerator_vi, one.code
        assert one.version >= 1, one.code


def test_everything_rebuilt_says_that_it_is(demo_to_read):
    for table in (table for table in Model.__subclasses__() if hasattr(table, "is_demo") and hasattr(table, "source")):
        sources = db.session.scalars(select(table.source).where(table.is_demo, table.source.is_not(None))).all()
        assert sources, table.__name__
        assert all(source.endswith("dựng lại từ tổng số đã công bố") for source in sources), table.__name__
    assert all(name.endswith("(minh hoạ)") for name in db.session.scalars(select(Area.name)))
