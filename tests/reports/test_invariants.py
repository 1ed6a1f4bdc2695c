"""What holds of every report, whatever was written down: ten thousand made-up programmes, on both databases."""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from directory import clock
from directory.extensions import db
from directory.referrals.models import Slip
from directory.referrals.operations.ticking import tick
from directory.reports.figures import Line, Report, Scope
from directory.reports.periods import Period
from directory.reports.queries.reading import read_report
from directory.web.transaction import transaction
from tests.reports.datasets import DataSet, Fact, lay, scope_of_all, some_period

#: Together ten thousand sets.
SETS, ROUNDS, PARTS = 500, 5, 4
LADDER = ("B01", "B02", "B03", "B04", "B05")
CODES = ("L00", "L08", "N01", "N02", "N03", *LADDER, "B12", "B22", "B40", "B42")


@pytest.fixture
def reported(people) -> Callable[..., dict[str, Line]]:
    """Return a function that reads some indicators of a scope and period."""

    def read(scope: Scope, period: Period, *codes: str) -> dict[str, Line]:
        report: Report = read_report(scope, period, codes=codes, today=clock.today())
        return {line.indicator.code: line for line in report.lines}

    return read


def by_area(line: Line) -> Counter[str]:
    """Return the numbers by area; what was never recorded is none."""
    return Counter({figure.area: int(figure.value) for figure in line.by_area if figure.value is not None})


def expected(sets: Iterable[DataSet], count: Callable[[list[Fact]], int]) -> Counter[str]:
    """Return what a plain reckoning gives for each area."""
    return Counter(
        {
            area.code: count([fact for fact in one.facts if fact.area_id == area.id])
            for one in sets
            for area in one.areas
        }
    )


def differing(one: Counter[str], other: Counter[str]) -> dict[str, tuple[int, int]]:
    """Return the areas whose numbers differ."""
    return {area: (one[area], other[area]) for area in one | other if one[area] != other[area]}


@pytest.mark.parametrize("part", range(PARTS))
@settings(max_examples=ROUNDS, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True)
@given(number=st.integers(0, 2**32))
def test_ten_thousand_programmes_keep_the_laws_of_figures(reported, part, number):
    seed = number * PARTS + part
    with transaction():
        sets = lay(seed, SETS)
    scope = scope_of_all(sets)
    period, middle = some_period(seed, within_one_year=True)
    whole = reported(scope, period, *CODES)
    numbers_are_those_of_a_plain_reckoning_and_add_up(whole, sets, period)
    people_are_never_more_than_services(whole)
    no_rung_holds_more_than_the_one_before(whole)
    halves = [reported(scope, half, "L00", "B01", "N01") for half in split(period, middle)]
    splitting_adds_up_for_services(whole, halves)
    splitting_never_makes_people_fewer(whole, halves)
    years, middle = some_period(seed, within_one_year=False)
    parts = [reported(scope, some, "L00", "B01") for some in (years, *split(years, middle))]
    splitting_adds_up_for_services(parts[0], parts[1:])
    purge_every_slip()
    assert reported(scope, period, *CODES) == whole


def split(period: Period, middle: date) -> tuple[Period, Period]:
    return Period(period.first, middle - timedelta(days=1)), Period(middle, period.last)


def numbers_are_those_of_a_plain_reckoning_and_add_up(whole, sets, period):
    def is_in(day):
        return day is not None and period.first <= day <= period.last

    reckoned = {
        "L00": lambda facts: sum(sum(f.given.values()) for f in facts if is_in(f.served_on)),
        "N01": lambda facts: len({f.token for f in facts if is_in(f.served_on) and f.token}),
        "B01": lambda facts: sum(is_in(f.issued_on) for f in facts),
        "B03": lambda facts: sum(is_in(f.issued_on) and bool(f.arrived_on or f.served_on) for f in facts),
        "B04": lambda facts: sum(is_in(f.issued_on) and f.served_on is not None for f in facts),
    }
    for code, count in reckoned.items():
        assert not differing(by_area(whole[code]), expected(sets, count)), code
        assert (whole[code].total.value or 0) == by_area(whole[code]).total(), code


def people_are_never_more_than_services(whole):
    services = by_area(whole["L00"])
    assert all(services[area] >= number for area, number in by_area(whole["N01"]).items())


def no_rung_holds_more_than_the_one_before(whole):
    for before, after in pairwise(LADDER):
        reached, further = by_area(whole[before]), by_area(whole[after])
        assert all(reached[area] >= number for area, number in further.items()), (before, after)


def splitting_adds_up_for_services(whole, halves):
    for code in ("L00", "B01"):
        first, second = (by_area(half[code]) for half in halves)
        assert not differing(by_area(whole[code]), first + second), code


def splitting_never_makes_people_fewer(whole, halves):
    first, second = (by_area(half["N01"]) for half in halves)
    for area, number in by_area(whole["N01"]).items():
        assert max(first[area], second[area]) <= number <= first[area] + second[area]


def purge_every_slip():
    assert db.session.scalar(select(func.count()).select_from(Slip))
    db.session.rollback()
    tick(clock.now())
    assert not db.session.scalar(select(func.count()).select_from(Slip))
