"""The articles' figures contradict each other where their words are mixed up; none of these traps is fallen into."""

import csv
import io
from datetime import date
from html import unescape

import pytest
from sqlalchemy import select

from directory.accounts.queries import account_named
from directory.accounts.rules import SYSTEM
from directory.accounts.sessions import account_actor
from directory.catalogue.models import Offering, Phone, Source
from directory.errors import Invalid
from directory.extensions import db
from directory.referrals import consent, operations
from directory.referrals.operations import Wanted
from directory.referrals.rules import Urgency
from directory.reports.exporting import Format, as_bytes
from directory.reports.figures import WhyNone
from directory.reports.indicators import indicators
from directory.reports.periods import Period
from directory.reports.queries.scope import scope_of
from directory.reports.rules import Origin, Qualifier, Unit
from directory.reports.wording import unit_name
from tests.reports.test_seed_figures import (  # noqa: F401 - a fixture
    EIGHT_MONTHS,
    NATION,
    PHASE,
    QN,
    SINCE_2019,
    TH,
    TRAINING,
    VL,
    figure,
    line,
    names,
    report,
)


def test_x1_every_figure_has_a_unit_and_none_is_another(demo_to_read, report):  # noqa: F811
    with demo_to_read.test_request_context("/"):
        words = {unit: unit_name(unit) for unit in Unit}
        file = as_bytes(report(TH, EIGHT_MONTHS), Format.CSV).decode("utf-8-sig")
    assert len({*words.values()}) == len(Unit)
    _heads, *rows = csv.reader(io.StringIO(file))
    assert {row[0] for row in rows} == {*indicators()}
    for row in rows:
        assert row[5] == words[indicators()[row[0]].unit], row
    units = {code: indicators()[code].unit for code in ("L00", "N01", "B01", "H01", "D03", "S01", "M01")}
    assert len(set(units.values())) == len(units)


def test_x2_more_than_200_people_stand_beside_217_services(report):  # noqa: F811
    asked = report(TH, PHASE)
    people = figure(asked, "S07")
    assert (people.value, people.qualifier, people.origin) == (200, Qualifier.OVER, Origin.BY_HAND)
    assert figure(asked, "L00").value == 217
    counted = figure(asked, "N01")
    assert (counted.value, counted.why_none) == (None, WhyNone.SEVERAL_YEARS)


def test_x3_124_people_had_274_services(report):  # noqa: F811
    asked = report(TH, EIGHT_MONTHS)
    assert (figure(asked, "N01").value, figure(asked, "L00").value) == (124, 274)


def test_x4_provinces_pairs_and_points_are_three_figures(report):  # noqa: F811
    asked = report(NATION, PHASE)
    assert [figure(asked, code).value for code in ("D01", "D02", "D03")] == [21, 38, 113]


def test_x5_what_overlaps_is_of_a_day_and_never_added_up(report):  # noqa: F811
    for code in ("S01", "S02", "S03", "S04", "S05", "S06"):
        told = figure(report(QN, PHASE), code)
        assert (told.origin, told.first_on, told.last_on) == (Origin.BY_HAND, None, date(2020, 10, 31))
        assert not indicators()[code].adds_up
    before = figure(report(QN, Period(date(2016, 1, 1), date(2020, 9, 30))), "S06")
    assert (before.value, before.why_none) == (None, WhyNone.NO_RECORD)


def test_x6_girls_under_18_come_from_no_slip_and_get_none(report):  # noqa: F811
    assert figure(report(QN, PHASE), "S06").origin is Origin.BY_HAND
    peer = account_actor(account_named("dong-dang-1"))
    version = consent.present().version
    asked = Wanted(None, "kham-benh", Urgency.DAY, None, (), None, False, version, True, True)
    with pytest.raises(Invalid, match="từ 18 tuổi"):
        operations.issue(peer, asked)


def test_x7_an_area_without_a_record_has_no_figure(report):  # noqa: F811
    training = names(line(report(QN, PHASE), "L05").by_area)
    assert {name: value for name, value in training.items() if value is not None} == {
        "Hạ Long (minh hoạ)": 52,
        "Uông Bí (minh hoạ)": 37,
    }
    assert len(names(line(report(QN, PHASE), "L02").by_area)) == 3


def test_x8_a_service_counts_by_its_own_day_also_before_its_model_began(report):  # noqa: F811
    before = report(QN, Period(date(2016, 1, 1), date(2018, 12, 27)))
    assert not figure(before, "D06").value
    assert 0 < figure(before, "L02").value < 440


def test_x9_about_100_contacts_and_35_cases_are_never_divided(report):  # noqa: F811
    asked = report(VL, SINCE_2019)
    about, cases = figure(asked, "S08"), figure(asked, "B30")
    assert (about.value, about.qualifier) == (100, Qualifier.ABOUT)
    assert (cases.value, cases.qualifier) == (35, Qualifier.EXACT)
    assert indicators()["S08"].unit is not indicators()["B30"].unit
    rates = [one for one in asked.lines if one.indicator.unit is Unit.PER_CENT]
    assert 35 not in {one.total.value for one in rates}


def test_x10_an_entry_says_where_its_number_is_from_and_when_it_was_verified(demo_to_read):
    numbers = db.session.scalars(select(Phone.number)).all()
    assert numbers
    assert not any("987083838" in number for number in numbers)
    client = demo_to_read.test_client()
    for source in db.session.scalars(select(Source).where(Source.code.in_(select(Offering.source_code)))):
        its = select(Offering).join(Phone).where(Offering.source_code == source.code).order_by(Offering.id)
        for entry in db.session.scalars(its.limit(3)):
            page = unescape(client.get(f"/dich-vu/{entry.code}").get_data(as_text=True))
            assert (source.attribution or source.name) in page, entry.code
            assert entry.source_url is None or entry.source_url in page, entry.code
            assert ("không có thật" if entry.is_illustrative else "xác minh") in page.casefold(), entry.code


def test_x11_members_are_no_clients(report):  # noqa: F811
    asked = report(NATION, PHASE)
    assert (figure(asked, "D05").value, indicators()["D05"].unit) == (4463, Unit.MEMBERS)
    assert figure(asked, "N01").value is None
    assert figure(report(NATION, Period(date(2020, 1, 1), date(2020, 12, 31))), "N01").value is None


def test_x12_victims_of_trafficking_are_a_population_of_their_own(report):  # noqa: F811
    asked = report(NATION, PHASE)
    assert [figure(asked, code).origin for code in ("S09", "S10", "S11")] == [Origin.BY_HAND] * 3
    safety = figure(asked, "L10")
    assert (safety.value, safety.why_none) == (None, WhyNone.NO_RECORD)
    assert "S09" not in {one.indicator.code for one in report(QN, PHASE).lines if one.total.value is not None}


def test_x13_provinces_are_those_of_the_day_and_former_names_are_known(report):  # noqa: F811
    day_before = Period(date(2025, 1, 1), date(2025, 6, 30))
    day_after = Period(date(2025, 1, 1), date(2025, 7, 1))
    assert (figure(report(NATION, day_before), "D01").value, figure(report(NATION, day_after), "D01").value) == (21, 19)
    assert figure(report(NATION, TRAINING), "S12").value == 13
    for former, area in (("Nam Định", "TP Nam Định"), ("Thái Bình", "TP Thái Bình"), ("Thừa Thiên Huế", "TP Huế")):
        assert f"{area} (minh hoạ)" in {one.name for one in scope_of(former, SYSTEM).areas}


def test_x14_what_nobody_wrote_down_is_not_nought(report):  # noqa: F811
    for code in ("L11", "T03"):
        told = figure(report(QN, PHASE), code)
        assert (told.value, told.why_none) == (None, WhyNone.NO_RECORD)
