"""Periods of reports: any range of local days, and those that have a name. Pure."""

from dataclasses import dataclass
from datetime import date


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
