"""What holds of every report, whatever was written down: ten thousand made-up programmes, on both databases."""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import timedelta
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

SETS, ROUNDS = 500, 20
LADDER = ("B01", "B02", "B03", "B04", "B05")


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


@settings(max_examples=ROUNDS, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True)
@given(seed=st.integers(0, 2**32))
def test_ten_thousand_programmes_keep_the_laws_of_figures(reported, seed):
    with transaction():
        sets = lay(seed, SETS)
    numbers_are_those_of_a_plain_reckoning_and_add_up(reported, sets, seed)
    people_are_never_more_than_services_and_no_rung_holds_more_than_the_one_before(reported, sets, seed)
    splitting_a_period_adds_up_for_services_only(reported, sets, seed)
    the_purge_changes_no_figure(reported, sets, seed)


def numbers_are_those_of_a_plain_reckoning_and_add_up(reported, sets, seed):
    period, _ = some_period(seed, within_one_year=True)
    lines = reported(scope_of_all(sets), period, "L00", "N01", "B01", "B03", "B04")

    def is_in(day):
        return day is not None and period.first <= day <= period.last

    reckoned = {
        "L00": lambda facts: sum(sum(f.given.values()) for f in facts if is_in(f.served_on)),
        "N01": lambda facts: len({f.token for f in facts if is_in(f.served_on) and f.token}),
        "B01": lambda facts: sum(is_in(f.issued_on) for f in facts),
        "B03": lambda facts: sum(is_in(f.issued_on) and bool(f.arrived_on or f.served_on) for f in facts),
        "B04": lambda facts: sum(is_in(f.issued_on) and f.served_on is not None for f in facts),
    }
    for code, line in lines.items():
        assert not differing(by_area(line), expected(sets, reckoned[code])), code
        assert (line.total.value or 0) == by_area(line).total(), code


def people_are_never_more_than_services_and_no_rung_holds_more_than_the_one_before(reported, sets, seed):
    period, _ = some_period(seed + 1, within_one_year=True)
    lines = reported(scope_of_all(sets), period, "L00", "N01", *LADDER)
    services = by_area(lines["L00"])
    assert all(services[area] >= number for area, number in by_area(lines["N01"]).items())
    for before, after in pairwise(LADDER):
        reached, further = by_area(lines[before]), by_area(lines[after])
        assert all(reached[area] >= number for area, number in further.items()), (before, after)


def splitting_a_period_adds_up_for_services_only(reported, sets, seed):
    scope = scope_of_all(sets)
    for within_one_year in (True, False):
        period, middle = some_period(seed + 2, within_one_year=within_one_year)
        halves = Period(period.first, middle - timedelta(days=1)), Period(middle, period.last)
        codes = ("L00", "B01", "N01") if within_one_year else ("L00", "B01")
        whole = reported(scope, period, *codes)
        first, second = (reported(scope, half, *codes) for half in halves)
        for code in ("L00", "B01"):
            assert not differing(by_area(whole[code]), by_area(first[code]) + by_area(second[code])), code
        if within_one_year:
            people, others = by_area(first["N01"]), by_area(second["N01"])
            for area, number in by_area(whole["N01"]).items():
                assert max(people[area], others[area]) <= number <= people[area] + others[area]


def the_purge_changes_no_figure(reported, sets, seed):
    scope = scope_of_all(sets)
    period, _ = some_period(seed + 3, within_one_year=seed % 2 == 0)
    codes = ("L00", "L08", "N01", "N02", "N03", *LADDER, "B12", "B22", "B40", "B42")
    before = reported(scope, period, *codes)
    assert db.session.scalar(select(func.count()).select_from(Slip))
    db.session.rollback()
    tick(clock.now())
    assert not db.session.scalar(select(func.count()).select_from(Slip))
    assert reported(scope, period, *codes) == before
