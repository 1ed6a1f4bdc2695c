"""What the scans found of closed years, kept when a year was closed: years of reports then read their open days only.

Years are kept area by area. Of each area a report takes the closed years that lie wholly in its period from there, and
scans the days that are left; so it does not matter which areas are how far, or whether one began later.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from directory.extensions import db
from directory.reports.models import SettledScan
from directory.reports.periods import Period, year_period
from directory.reports.queries import scans


def rows(name: str, is_of: scans.IsOf, area_ids: Collection[int], period: Period) -> list[scans.Row]:
    """Return what a scan finds in the period, one row for each area and key."""
    found, settled = _kept(name, is_of, period)
    alike: defaultdict[frozenset[int], list[int]] = defaultdict(list)
    for area_id in area_ids:
        alike[frozenset(settled.get(area_id, ()))].append(area_id)
    for years, ids in alike.items():
        condition = is_of if len(alike) == 1 else _is_one_of(ids)
        for rest in _without(period, years):
            found += scans.scan(name, condition, rest.first, rest.last)
    return _put_together(found)


def _kept(name: str, is_of: scans.IsOf, period: Period) -> tuple[list[scans.Row], dict[int, set[int]]]:
    """Return the rows of the closed years in the period, and which years those are, by area."""
    years = [year for year in period.years if _lies_in(year, period)]
    settled: defaultdict[int, set[int]] = defaultdict(set)
    found: list[scans.Row] = []
    wanted = select(SettledScan.area_id, SettledScan.year, SettledScan.rows)
    which = (SettledScan.scan == name, SettledScan.year.in_(years), is_of(SettledScan.area_id))
    for area_id, year, its in db.session.execute(wanted.where(*which)) if years else ():
        settled[area_id].add(year)
        found += ((area_id, *row) for row in its)
    return found, settled


def _lies_in(year: int, period: Period) -> bool:
    whole = year_period(year)
    return period.first <= whole.first and whole.last <= period.last


def _is_one_of(ids: Collection[int]) -> scans.IsOf:
    return lambda area_id: area_id.in_(sorted(ids))


def _without(period: Period, years: Iterable[int]) -> Iterator[Period]:
    """Yield what is left of a period without these years, which lie wholly in it."""
    first = period.first
    for whole in map(year_period, sorted(years)):
        if first < whole.first:
            yield Period(first, whole.first - timedelta(1))
        first = whole.last + timedelta(1)
    if first <= period.last:
        yield Period(first, period.last)


def _put_together(found: Iterable[scans.Row]) -> list[scans.Row]:
    """Add the numbers of the rows of one area and key up, and write its texts one after the other."""
    whole: dict[tuple[int, str], list[Any]] = {}
    for area_id, key, *values in found:
        before = whole.get((area_id, key))
        whole[area_id, key] = values if before is None else [*map(_sum, before, values)]
    return [(*cell, *values) for cell, values in whole.items()]


def _sum(one: Any, other: Any) -> Any:
    if one is None or other is None:
        return other if one is None else one
    return f"{one} {other}" if isinstance(one, str) else one + other
