"""What each family measures: by whose day, what a 0 is and what no record is, what adds up and what never does."""

from datetime import date

import pytest

from directory.accounts.models import GroupCount
from directory.extensions import db
from directory.outreach.models import MaterialMove, ProgrammePoint
from directory.outreach.rules import ActivityKind, MoveKind
from directory.referrals.models import SlipBook, WithoutSlipCount
from directory.referrals.rules import Reason, State, WithoutSlip
from directory.reports.figures import WhyNone
from directory.reports.models import ClosedYear, ManualFigure, PeriodFigure
from directory.reports.periods import Period
from directory.reports.rules import Origin, Qualifier
from directory.web.transaction import transaction
from tests.reports.records import YEAR, add_contact, add_fact, add_meeting, both_areas, one_area, read

MARCH = date(2024, 3, 10)
ANNE, BINH = b"a" * 16, b"b" * 16
NEXT_YEAR = Period(date(2025, 1, 1), date(2025, 12, 31))


@pytest.fixture(autouse=True)
def _writable(people):
    with transaction():
        yield


def keyed(line):
    return {figure.key: figure.value for figure in line.by_key}


def test_a_service_counts_on_the_day_it_was_given_and_under_its_own_subject(people):
    add_fact(people, date(2023, 12, 30), {"arv": 1, "vay-von": 2}, served_on=date(2024, 1, 2))
    line = read(one_area(people), "L00")
    assert line.total.value == 3
    assert keyed(line) == {"arv": 1, "vay-von": 2}
    assert read(one_area(people), "L08").total.value == 1
    assert (
        read(one_area(people), "L00", Period(date(2023, 1, 1), date(2023, 12, 31))).total.why_none is WhyNone.NO_RECORD
    )


def test_nothing_in_the_period_is_0_only_where_there_was_something_before(people):
    add_fact(people, MARCH, {"arv": 1})
    assert read(one_area(people), "L08", NEXT_YEAR).total.value == 0
    assert read(one_area(people), "L11", NEXT_YEAR).total.value is None
    assert [figure.area for figure in read(both_areas(people), "L08", NEXT_YEAR).by_area] == [people.area.code]


def test_people_are_counted_once_however_often_they_came(people):
    add_fact(people, MARCH, {"arv": 2}, person_token=ANNE)
    add_fact(people, MARCH, {"vay-von": 1}, person_token=ANNE)
    add_fact(people, MARCH, {"arv": 1})
    add_fact(people, MARCH, person_token=BINH)
    assert [read(one_area(people), code).total.value for code in ("L00", "N01", "N02", "N03", "N04")] == [
        4,
        1,
        2,
        50,
        1,
    ]


def test_people_are_never_counted_over_years(people):
    add_fact(people, MARCH, {"arv": 1}, person_token=ANNE)
    figure = read(one_area(people), "N01", Period(YEAR.first, NEXT_YEAR.last)).total
    assert (figure.value, figure.why_none) == (None, WhyNone.SEVERAL_YEARS)


def test_services_without_any_code_say_nothing_about_people(people):
    add_fact(people, MARCH, {"arv": 5})
    assert read(one_area(people), "N01").total.why_none is WhyNone.NO_RECORD


def test_the_ladder_counts_by_the_day_of_issue_whoever_reached_a_rung_or_a_later_one(people):
    add_fact(people, MARCH, {"arv": 1}, served_on=date(2025, 1, 3), acknowledged_on=None, need_met=True)
    add_fact(people, MARCH, arrived_on=MARCH)
    add_fact(people, MARCH, outcome=State.DECLINED, reason=Reason.NO_CAPACITY, was_silent=True, site_id=people.site.id)
    add_fact(people, MARCH, category_slug="day-nghe", acknowledged_on=None)
    values = [read(one_area(people), code).total.value for code in ("B01", "B02", "B03", "B04", "B05", "B14", "B30")]
    assert values == [4, 2, 2, 1, 1, 25, 3]
    assert keyed(read(one_area(people), "B01")) == {"kham-benh": 3, "day-nghe": 1}
    assert keyed(read(one_area(people), "B42")) == {"no_capacity": 1}
    assert keyed(read(one_area(people), "B41")) == {str(people.site.id): 100}
    assert [read(one_area(people), code).total.value for code in ("B40", "B41", "C03")] == [1, 25, 1]


def test_the_time_to_a_rung_is_the_median(people):
    for number in (2, 4, 90):
        add_fact(people, MARCH, hours_to_arrive=number)
    add_fact(people, MARCH, area=people.other_area, hours_to_arrive=100)
    line = read(both_areas(people), "B23")
    assert line.total.value == 47
    assert [figure.value for figure in line.by_area] == [4, 100]
    assert read(both_areas(people), "B24").total.why_none is WhyNone.NOTHING_TO_DIVIDE


def test_somebody_helped_without_a_slip_is_counted_by_why(people):
    row = {"day_on": MARCH, "area_id": people.area.id, "group_id": people.group.id, "category_slug": "arv"}
    db.session.add(WithoutSlipCount(**row, why=WithoutSlip.NO_PLACE, count=3))
    assert read(one_area(people), "C04").total.value == 3
    assert read(one_area(people), "C02").total.value is None


def test_a_contact_about_two_topics_counts_in_each_and_once_in_the_whole(people):
    add_contact(people, MARCH, ",labour_rights,law,", number=7)
    add_contact(people, MARCH, ",law,", leaflet=2, condom=5)
    line = read(one_area(people), "T01")
    assert line.total.value == 8
    assert keyed(line) == {"labour_rights": 7, "law": 8}
    assert [read(one_area(people), code).total.value for code in ("T02", "T03", "T04")] == [2, 7, 7]


def test_leaflets_at_contacts_and_otherwise_are_handed_out_and_what_was_made_is_another_figure(people):
    add_contact(people, MARCH, ",law,", leaflet=2)
    for code, kind, count in (
        ("leaflet", MoveKind.MADE, 100),
        ("board", MoveKind.MADE, 6),
        ("leaflet", "handed_out", 30),
    ):
        db.session.add(MaterialMove(material_code=code, kind=kind, area_id=people.area.id, day_on=MARCH, count=count))
    db.session.flush()
    assert [read(one_area(people), code).total.value for code in ("M01", "M02", "M03", "M04")] == [100, 32, None, 6]
    over_years = Period(date(2020, 1, 1), date(2025, 12, 31))
    assert read(one_area(people), "M02", over_years).total.value == 32


def test_an_activity_of_several_days_is_one_on_its_first_day(people):
    add_meeting(people, date(2024, 12, 31), ActivityKind.TRAINING, ended_on=date(2025, 1, 1), participants=20)
    values = [read(one_area(people), code).total.value for code in ("H01", "H06", "H07")]
    assert values == [1, 20, 2]
    assert read(one_area(people), "H01", NEXT_YEAR).total.value == 0
    assert read(one_area(people), "H02").total.value is None


def test_meetings_a_month_count_the_months_without_one(people):
    people.group.founded_on = date(2024, 1, 15)
    for day in (date(2024, 2, 5), date(2024, 2, 20), date(2024, 3, 5), date(2024, 3, 20)):
        add_meeting(people, day)
    assert read(one_area(people), "H05", Period(date(2024, 1, 1), date(2024, 3, 31))).total.value == 2
    assert read(one_area(people), "H05", Period(date(2024, 1, 1), date(2024, 5, 31))).total.value == 1
    half_a_month = read(one_area(people), "H05", Period(date(2024, 2, 1), date(2024, 2, 15))).total
    assert half_a_month.why_none is WhyNone.NOTHING_TO_DIVIDE


def test_a_book_is_reconciled_also_after_its_slips_are_gone(people):
    book = SlipBook(group_id=people.group.id, area_id=people.area.id, size=40, purged_used=9, purged_void=2)
    db.session.add(book)
    db.session.flush()
    day = book.minted_at.date()
    around = Period(day.replace(day=1), day.replace(month=12, day=31))
    assert [read(one_area(people), code, around).total.value for code in ("M10", "M11", "M12")] == [40, 9, 2]


def test_provinces_models_and_points_are_three_grains(people):
    for model, area, name in (("01", people.area, "a"), ("01", people.other_area, "b"), ("02", people.area, "c")):
        db.session.add(ProgrammePoint(name=name, model_code=model, area_id=area.id, started_on=date(2020, 1, 1)))
    db.session.flush()
    values = [read(both_areas(people), code).total.value for code in ("D01", "D02", "D03", "D06", "D07")]
    assert values == [1, 2, 3, 2, 2]
    assert keyed(read(both_areas(people), "D03")) == {"01": 2, "02": 1}
    assert read(both_areas(people), "D01", Period(date(2019, 1, 1), date(2019, 12, 31))).total.value is None


def test_members_are_those_last_counted_by_the_end_of_the_period(people):
    for day, members in ((date(2024, 1, 1), 8), (date(2024, 12, 31), 11), (date(2025, 1, 1), 30)):
        db.session.add(GroupCount(group_id=people.group.id, counted_on=day, members=members))
    db.session.flush()
    assert read(both_areas(people), "D05").total.value == 11
    assert read(both_areas(people), "D04").total.value == 2


def test_a_figure_entered_by_hand_keeps_its_source_and_how_exact_it_is(people):
    said = {"indicator": "S07", "source": "Báo", "qualifier": Qualifier.OVER, "value": 200}
    db.session.add(ManualFigure(**said, area_id=people.area.id, first_on=YEAR.first, last_on=YEAR.last))
    db.session.flush()
    figure = read(one_area(people), "S07").total
    assert (figure.value, figure.qualifier, figure.origin, figure.source) == (
        200,
        Qualifier.OVER,
        Origin.BY_HAND,
        "Báo",
    )
    assert read(one_area(people), "S07", Period(YEAR.first, date(2024, 6, 30))).total.value is None


def test_figures_of_two_places_entered_by_hand_are_never_added_up(people):
    for area in (people.area, people.other_area):
        db.session.add(ManualFigure(indicator="S01", source="Báo", value=5, area_id=area.id, last_on=MARCH))
    db.session.flush()
    line = read(both_areas(people), "S01")
    assert line.total.value is None
    assert [(figure.value, figure.place) for figure in line.by_area] == [(5, "Hạ Long"), (5, "Uông Bí")]


def test_a_closed_year_is_read_as_it_was_frozen(people):
    add_fact(people, MARCH, {"arv": 1})
    db.session.add(ClosedYear(area_id=people.area.id, year=2024))
    for key, value in (("", 12), ("arv", 12)):
        row = {"area_id": people.area.id, "year": 2024, "indicator": "L00", "version": 1}
        db.session.add(PeriodFigure(**row, key=key, value=value))
    db.session.flush()
    line = read(one_area(people), "L00")
    assert (line.total.value, line.total.origin, keyed(line)) == (12, Origin.FROZEN, {"arv": 12})
    assert read(one_area(people), "L00", Period(YEAR.first, date(2024, 12, 30))).total.value == 1
    add_fact(people, MARCH, {"arv": 1}, area=people.other_area)
    assert read(both_areas(people), "L00").total.origin is Origin.RECORDS
