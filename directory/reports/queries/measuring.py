"""What a measure is asked and what it answers; every family of measures is one function over these.

A family is a function ``(Asked, Sequence[Indicator]) -> dict[str, Found]`` that answers, by code, the indicators it is
handed, with as few scans as it can; an indicator that is missing from the answer has no record.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from directory.reports.figures import Indicator, Scope, WhyNone
from directory.reports.periods import Period

Number = int | float


@dataclass(frozen=True)
class Asked:
    """What every measure of a report is asked: of which areas, over which days, and which day it is."""

    scope: Scope
    period: Period
    today: date

    @property
    def area_ids(self) -> list[int]:
        """The ids of the areas, in order."""
        return sorted(self.scope.area_ids)


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


def total_of(values: Mapping[int, Number | None] | Mapping[str, Number | None]) -> Number | None:
    """Return the sum of those that have a number; None when none has."""
    known = [value for value in values.values() if value is not None]
    return sum(known) if known else None
