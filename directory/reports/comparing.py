"""Two periods side by side, and the ladder by what it is broken down by. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from directory.reports.figures import Figure, Indicator, Line, Report, WhyNone

NOTHING = Figure(None, why_none=WhyNone.NO_RECORD)
#: Rungs, what share of the first each is, and the hours to each.
STEPS = ("B01", "B02", "B03", "B04", "B05")
SHARES = ("B12", "B13", "B14", "B15")
TIMES = ("B22", "B23", "B24")


@dataclass(frozen=True)
class Compared:
    """An indicator in two periods; ``difference`` is None where one may not be taken from the other."""

    indicator: Indicator
    before: Figure
    now: Figure
    difference: int | float | None


def compared(before: Report, now: Report) -> list[Compared]:
    """Put the totals of two reports side by side.

    A difference is told only of what adds up over periods and was counted exactly in both: neither of people nor of
    rates, since those of two periods may be the same persons.
    """
    earlier = {line.indicator.code: line.total for line in before.lines}
    return [
        Compared(line.indicator, was := earlier.get(line.indicator.code, NOTHING), line.total, _difference(line, was))
        for line in now.lines
    ]


def _difference(line: Line, before: Figure) -> int | float | None:
    now = line.total
    if not line.indicator.adds_up or now.value is None or before.value is None:
        return None
    return None if now.is_approximate or before.is_approximate else now.value - before.value


def areas_with_record(lines: Collection[Line]) -> frozenset[str]:
    """Return the codes of the areas of which anything was written down; what is kept back was written down, too."""
    figures = (figure for line in lines for figure in line.by_area)
    return frozenset(one.area for one in figures if one.value is not None or one.why_none is not WhyNone.NO_RECORD)


@dataclass(frozen=True)
class LadderRow:
    """How far the slips of one subject or area came."""

    #: A subject's slug, or an area's code.
    key: str
    steps: tuple[Figure, ...]
    shares: tuple[Figure, ...]
    times: tuple[Figure, ...]


def ladder_by(lines: Mapping[str, Line], by: Literal["key", "area"]) -> list[LadderRow]:
    """Return the ladder of each subject or area; the keys in the order in which the first rung has them."""
    first = lines[STEPS[0]]
    keys = [_key(figure, by) for figure in _figures(first, by)]
    return [
        LadderRow(key, *(tuple(_at(lines[code], by, key) for code in codes if code in lines) for codes in _COLUMNS))
        for key in keys
    ]


_COLUMNS = (STEPS, SHARES, TIMES)


def _figures(line: Line, by: Literal["key", "area"]) -> tuple[Figure, ...]:
    return line.by_key if by == "key" else line.by_area


def _key(figure: Figure, by: Literal["key", "area"]) -> str:
    return figure.key if by == "key" else figure.area


def _at(line: Line, by: Literal["key", "area"], key: str) -> Figure:
    return next((figure for figure in _figures(line, by) if _key(figure, by) == key), NOTHING)
