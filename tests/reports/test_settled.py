"""What is kept of closed years says the same as the records that it was read from, whatever the days of a report."""

import random
from datetime import date, datetime

import pytest
from sqlalchemy import delete, select

from directory import clock
from directory.extensions import db
from directory.referrals.models import FactService, SlipFact
from directory.referrals.rules import Reason, State
from directory.reports.figures import Figure, Scope
from directory.reports.models import SettledScan
from directory.reports.operations.closing import close_due_years
from directory.reports.periods import Period
from directory.reports.queries.reading import read_report
from directory.web.transaction import transaction
from tests.reports.datasets import FIRST, LAST, lay, scope_of_all, some_period
from tests.reports.records import add_contact, add_fact, both_areas, one_area

CODES = ("L00", "L08", "B01", "B04", "B12", "B22", "B24", "B40", "B41", "B42", "C03", "T01", "T02", "T04", "M02")
SEED = 7


def close_until(year: int) -> None:
    """Close what may be closed at the end of a year: all until the year before."""
    close_due_years(datetime(year, 12, 31, 12, tzinfo=clock.LOCAL_ZONE))


def told(scope: Scope, period: Period) -> dict[tuple[str, str, str], float]:
    """Return every number of a report, by indicator, area and key."""

    def numbers(figures: tuple[Figure, ...]) -> dict[tuple[str, str], float]:
        return {(one.area, one.key): one.value for one in figures if one.value is not None}

    lines = read_report(scope, period, codes=CODES, today=clock.today()).lines
    return {
        (line.indicator.code, *cell): value
        for line in lines
        for cell, value in numbers((line.total, *line.by_area, *line.by_key, *line.by_both)).items()
    }


@pytest.fixture
def programme(people) -> Scope:
    """Return areas with slips, some declined and some met by silence, and contacts with what was given, over years."""
    chance = random.Random(SEED)
    with transaction():
        for _ in range(40):
            day = date(chance.randint(FIRST.year, LAST.year), chance.randint(1, 12), chance.randint(1, 28))
            add_contact(people, day, chance.choice((",law,", ",law,violence,")), leaflet=chance.randint(1, 5))
            add_fact(people, day, outcome=State.DECLINED, reason=chance.choice(list(Reason)))
        areas = scope_of_all(lay(SEED, 12)).areas
        for fact in db.session.scalars(select(SlipFact).order_by(SlipFact.id)):
            fact.hours_to_acknowledge = fact.acknowledged_on and chance.randint(0, 90)
            fact.hours_to_serve = fact.served_on and chance.randint(0, 200)
            fact.was_silent = chance.random() < 0.4
    return Scope("tất cả", (*areas, *both_areas(people).areas), frozenset())


def test_a_report_says_the_same_before_and_after_years_are_closed(programme):
    periods = [some_period(seed, within_one_year=False)[0] for seed in range(6)]
    periods += [Period(FIRST, LAST), Period(date(2020, 1, 1), date(2021, 12, 31)), Period(date(2021, 1, 1), LAST)]
    before = [told(programme, period) for period in periods]
    assert all(before)
    for year in (2021, LAST.year + 1):
        close_until(year)
        assert [told(programme, period) for period in periods] == before


def test_areas_may_have_closed_different_years(programme):
    period = Period(date(2019, 6, 1), LAST)
    before = told(programme, period)
    close_until(LAST.year + 1)
    some = [area.id for area in programme.areas[::2]]
    with transaction():
        db.session.execute(delete(SettledScan).where(SettledScan.area_id.in_(some), SettledScan.year > 2021))
    assert told(programme, period) == before


def test_a_report_over_years_tells_of_a_closed_year_what_it_told_then(people):
    years = Period(date(2020, 1, 1), date(2021, 12, 31))
    with transaction():
        add_fact(people, date(2020, 5, 1), {"arv": 2})
        add_fact(people, date(2021, 5, 1), {"arv": 1})
    close_until(2021)
    with transaction():
        for table in (FactService, SlipFact):
            db.session.execute(delete(table))
    assert told(one_area(people), years)["L00", "", ""] == 2


def test_of_a_closed_year_is_kept_what_the_scans_found(people):
    with transaction():
        add_fact(people, date(2020, 5, 1), {"arv": 2})
    close_until(2021)
    kept = db.session.scalars(select(SettledScan).where(SettledScan.scan == "services")).all()
    assert [(one.area_id, one.year, one.rows) for one in kept] == [(people.area.id, 2020, [["arv", 2]])]
