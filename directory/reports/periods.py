"""Periods of reports: any range of local days, and those that have a name. Pure; words are in ``period_wording``."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

EARLIEST_YEAR, LATEST_YEAR = 2000, 2100


@dataclass(frozen=True, order=True)
class Period:
    """A range of local days, both included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        """Refuse a range that ends before it begins."""
        if self.last < self.first:
            raise ValueError("a period ends after it begins")

    @property
    def is_within_one_year(self) -> bool:
        """Whether people may be counted in it: a client's token is another one in each year."""
        return self.first.year == self.last.year

    @property
    def years(self) -> range:
        """The calendar years that it touches."""
        return range(self.first.year, self.last.year + 1)

    @property
    def calendar_year(self) -> int | None:
        """The year, when it is exactly one calendar year."""
        is_whole = (self.first.month, self.first.day, self.last.month, self.last.day) == (1, 1, 12, 31)
        return self.first.year if is_whole and self.is_within_one_year else None

    @property
    def text(self) -> str:
        """How it stands in an address: "2024-01-01..2024-08-31"; the reading of ``parse``."""
        return f"{self.first}..{self.last}"


class Kind(StrEnum):
    """The periods that have a name, shortest first; the value stands in forms and says nothing about anybody."""

    MONTH = "thang"
    QUARTER = "quy"
    #: 15th of the month before the quarter to the 14th of its last month: the health sector's own quarter.
    MID_MONTH_QUARTER = "quy-15"
    HALF_YEAR = "6-thang"
    EIGHT_MONTHS = "8-thang"
    YEAR = "nam"
    #: 15 December to 14 December.
    MID_MONTH_YEAR = "nam-15"
    PHASE = "giai-doan"


#: The programme's phases of five years.
PHASES = ((2016, 2020), (2021, 2025))
#: How many of a kind there are in a year.
_IN_A_YEAR = {Kind.MONTH: 12, Kind.QUARTER: 4, Kind.MID_MONTH_QUARTER: 4, Kind.HALF_YEAR: 2}
_MARKS = {
    Kind.QUARTER: "q",
    Kind.MID_MONTH_QUARTER: "k",
    Kind.HALF_YEAR: "h",
    Kind.EIGHT_MONTHS: "8t",
    Kind.MID_MONTH_YEAR: "k",
}


@dataclass(frozen=True)
class NamedPeriod:
    """A period with a name: the ``number``-th of its kind in the year; the first year, of a phase."""

    kind: Kind
    year: int
    number: int = 1

    @property
    def period(self) -> Period:
        """Its days."""
        return _DAYS[self.kind](self.year, self.number)

    @property
    def text(self) -> str:
        """How it stands in an address: 2024-03, 2024-q1, 2024-k1, 2024-h1, 2024-8t, 2024, 2024-k, 2021-2025."""
        if self.kind is Kind.MONTH:
            return f"{self.year}-{self.number:02}"
        if self.kind is Kind.PHASE:
            return f"{self.year}-{self.period.last.year}"
        number = self.number if self.kind in _IN_A_YEAR else ""
        mark = _MARKS.get(self.kind, "")
        return f"{self.year}-{mark}{number}" if mark else str(self.year)

    @property
    def before(self) -> "NamedPeriod | None":
        """The one of its kind before it, if there is one."""
        return self._neighbour(-1)

    @property
    def after(self) -> "NamedPeriod | None":
        """The one of its kind after it, if there is one."""
        return self._neighbour(1)

    def _neighbour(self, step: int) -> "NamedPeriod | None":
        if self.kind is Kind.PHASE:
            starts = [first for first, _ in PHASES]
            place = starts.index(self.year) + step
            return NamedPeriod(self.kind, starts[place]) if 0 <= place < len(starts) else None
        each = _IN_A_YEAR.get(self.kind, 1)
        years, number = divmod(self.number - 1 + step, each)
        year = self.year + years
        return NamedPeriod(self.kind, year, number + 1) if EARLIEST_YEAR <= year <= LATEST_YEAR else None


def year_period(year: int) -> Period:
    """Return a calendar year."""
    return Period(date(year, 1, 1), date(year, 12, 31))


def _months(year: int, first: int, last: int) -> Period:
    after = date(year + last // 12, last % 12 + 1, 1)
    return Period(date(year, first, 1), after - timedelta(days=1))


def _mid_month(year: int, first: int, last: int) -> Period:
    begins = date(year, first - 1, 15) if first > 1 else date(year - 1, 12, 15)
    return Period(begins, date(year, last, 14))


_DAYS: dict[Kind, Callable[[int, int], Period]] = {
    Kind.MONTH: lambda year, number: _months(year, number, number),
    Kind.QUARTER: lambda year, number: _months(year, 3 * number - 2, 3 * number),
    Kind.MID_MONTH_QUARTER: lambda year, number: _mid_month(year, 3 * number - 2, 3 * number),
    Kind.HALF_YEAR: lambda year, number: _months(year, 6 * number - 5, 6 * number),
    Kind.EIGHT_MONTHS: lambda year, _: _months(year, 1, 8),
    Kind.YEAR: lambda year, _: year_period(year),
    Kind.MID_MONTH_YEAR: lambda year, _: _mid_month(year, 1, 12),
    Kind.PHASE: lambda year, _: Period(date(year, 1, 1), date(dict(PHASES)[year], 12, 31)),
}


def named(text: str) -> NamedPeriod | None:
    """Return the named period that an address or a form says; None when it says none."""
    return next((one for one in _all_of(_first_year(text)) if one.text == text), None)


def name_of(period: Period) -> NamedPeriod | None:
    """Return the name of a period, if it has one."""
    return next((one for one in _all_of(period.last.year, period.first.year) if one.period == period), None)


def parse(text: str) -> Period:
    """Return what an address says: a named period, or "2024-01-15..2024-03-31".

    Raises: ValueError, when it is neither, or ends before it begins, or lies outside of 2000 to 2100.
    """
    if one := named(text):
        return one.period
    first, dots, last = text.partition("..")
    if not dots:
        raise ValueError("no period")
    period = Period(date.fromisoformat(first), date.fromisoformat(last))
    if not EARLIEST_YEAR <= period.first.year <= period.last.year <= LATEST_YEAR:
        raise ValueError("out of range")
    return period


def text_of(period: Period) -> str:
    """Return how a period stands in an address, by its name if it has one."""
    one = name_of(period)
    return one.text if one else period.text


def named_periods(today: date, *, years: int = 2) -> tuple[NamedPeriod, ...]:
    """Return what a form offers: by kind, shortest first; in each the newest first, of so many years, begun by today.

    Whole calendar years go back to 2016, and both phases are always there once they began.
    """
    offered = [one for year in range(2016, today.year + 2) for one in _all_of(year)]
    begun = [one for one in dict.fromkeys(offered) if one.period.first <= today and _is_near(one, today, years)]
    order = list(Kind)
    return tuple(sorted(begun, key=lambda one: (order.index(one.kind), -one.period.first.toordinal())))


def _is_near(one: NamedPeriod, today: date, years: int) -> bool:
    return one.kind in (Kind.YEAR, Kind.PHASE) or one.period.last.year > today.year - years


def _first_year(text: str) -> int:
    found = re.match(r"(\d{4})(?:-|$)", text, re.ASCII)
    return int(found[1]) if found else 0


def _all_of(*years: int) -> Iterator[NamedPeriod]:
    """Yield every named period that these years can name."""
    for year in dict.fromkeys(years):
        if EARLIEST_YEAR <= year <= LATEST_YEAR:
            for kind in Kind:
                if kind is not Kind.PHASE:
                    yield from (NamedPeriod(kind, year, number + 1) for number in range(_IN_A_YEAR.get(kind, 1)))
    yield from (NamedPeriod(Kind.PHASE, first) for first, last in PHASES if {first, last} & set(years))
