"""What a measure is asked and what it answers; every family of measures is one function over these.

A family is a function ``(Asked, Sequence[Indicator]) -> dict[str, Found]`` that answers, by code, the indicators it is
handed, with as few scans as it can; an indicator that is missing from the answer has no record.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, false, true

from directory.reports.figures import Indicator, Scope, WhyNone
from directory.reports.periods import Period
from directory.reports.queries import scans, settled

Number = int | float
#: An area, a key of the breakdown, and what was counted there.
Cell = tuple[int, str, int]


@dataclass(frozen=True)
class Asked:
    """What every measure of a report is asked: of which areas, over which days, and which day it is.

    What one scan found is kept for the other measures of the same report.
    """

    scope: Scope
    period: Period
    today: date
    _kept: dict[tuple[str, str], Any] = field(default_factory=dict, compare=False, repr=False)

    def rows(self, name: str) -> list[scans.Row]:
        """Return what a scan of ``scans`` finds in the period, one row for each area and key."""
        if ("in", name) not in self._kept:
            self._kept["in", name] = settled.rows(name, self.is_of, self.area_ids, self.period)
        rows: list[scans.Row] = self._kept["in", name]
        return rows

    def earlier(self, name: str) -> list[tuple[int, str]]:
        """Return the areas and keys of which a scan would find anything before the period."""
        if ("before", name) not in self._kept:
            self._kept["before", name] = scans.earlier(name, self.is_of, self.period.first)
        pairs: list[tuple[int, str]] = self._kept["before", name]
        return pairs

    @property
    def area_ids(self) -> list[int]:
        """The ids of the areas, in order."""
        return sorted(self.scope.area_ids)

    def is_of(self, area_id: Any) -> ColumnElement[bool]:
        """Return the condition that a row belongs to one of the areas, given the column that says of which it is."""
        if self.scope.is_national and not any(area.is_ward for area in self.scope.areas):
            return true()
        return area_id.in_(self.area_ids) if self.area_ids else false()


@dataclass(frozen=True)
class Found:
    """What was measured of one indicator. None is a cell without a number; an area that is missing has no record."""

    total: Number | None = None
    #: By area id.
    by_area: Mapping[int, Number | None] = field(default_factory=dict)
    by_key: Mapping[str, Number | None] = field(default_factory=dict)
    #: By area id and key.
    by_both: Mapping[tuple[int, str], Number | None] = field(default_factory=dict)
    #: Why the cells without a number have none.
    why_none: WhyNone = WhyNone.NO_RECORD


Family = Callable[[Asked, Sequence[Indicator]], dict[str, Found]]


def added_up(cells: Iterable[Cell]) -> Found:
    """Return the sums of cells that add up; a cell of 0 says that there is a record, and nothing in the period."""
    by_area: defaultdict[int, int] = defaultdict(int)
    by_key: defaultdict[str, int] = defaultdict(int)
    by_both: defaultdict[tuple[int, str], int] = defaultdict(int)
    for area_id, key, count in cells:
        by_area[area_id] += count
        if key:
            by_key[key] += count
            by_both[area_id, key] += count
    return Found(total_of(by_area), dict(by_area), dict(by_key), dict(by_both))


def total_of(values: Mapping[Any, Number | None]) -> Number | None:
    """Return the sum of those that have a number; None when none has."""
    known = [value for value in values.values() if value is not None]
    return sum(known) if known else None


def shares(parts: Found, wholes: Found) -> Found:
    """Return the shares of one in the other, in per cent, in every cell in which the whole has a record."""
    return Found(
        _share(parts.total, wholes.total),
        {area_id: _share(parts.by_area.get(area_id), whole) for area_id, whole in wholes.by_area.items()},
        {key: _share(parts.by_key.get(key), whole) for key, whole in wholes.by_key.items()},
        {cell: _share(parts.by_both.get(cell), whole) for cell, whole in wholes.by_both.items()},
        WhyNone.NO_RECORD if wholes.total is None else WhyNone.NOTHING_TO_DIVIDE,
    )


def _share(part: Number | None, whole: Number | None) -> Number | None:
    return round(100 * (part or 0) / whole, 1) if whole else None
