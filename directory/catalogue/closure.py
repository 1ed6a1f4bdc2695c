"""When a place is closed for some time or for good. Pure: the day is an argument."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Closure:
    """Closed from one local day until before another one; without that one it is for good."""

    closed_on: date
    reopens_on: date | None = None

    @property
    def is_for_good(self) -> bool:
        """Whether nobody expects it to open again."""
        return self.reopens_on is None

    def holds_on(self, day: date) -> bool:
        """Whether it is closed on the day; the day on which it opens again is not one of them."""
        return self.closed_on <= day and (self.reopens_on is None or day < self.reopens_on)

    def is_over_on(self, day: date) -> bool:
        """Whether it has opened again by the day."""
        return self.reopens_on is not None and self.reopens_on <= day


def closure_of(closed_on: date | None, reopens_on: date | None) -> Closure | None:
    """Return the closure that an entry tells of; None for one that was never closed."""
    return Closure(closed_on, reopens_on) if closed_on else None
