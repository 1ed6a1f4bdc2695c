"""What search knows of an offering: its texts by strength, where it is, and what can be filtered by."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import IntEnum

#: Days are counted from here, so that an unverified entry is older than any verified one.
EPOCH = date(2000, 1, 1)


class Reach(IntEnum):
    """How well somebody can be reached who is nowhere in particular, best first.

    A line is an entry without a place: it helps from anywhere, unless it is one province's.
    """

    LINE_DAY_AND_NIGHT = 0
    LINE = 1
    PLACE_WITH_TELEPHONE = 2
    PLACE = 3
    LINE_OF_A_PROVINCE = 4


@dataclass(frozen=True)
class Entry:
    """An offering as search reads it; of a hidden place only the texts, of a partial one only its ward's point."""

    offering_id: int
    name: str
    #: The names under which a person may type the whole of it: provider, site.
    whole_names: tuple[str, ...] = ()
    strong_texts: tuple[str, ...] = ()
    place_texts: tuple[str, ...] = ()
    weak_texts: tuple[str, ...] = ()
    fact_texts: tuple[str, ...] = ()
    #: Slugs, with the subject above each.
    categories: tuple[str, ...] = ()
    #: Facets that hold whatever the time is.
    facets: frozenset[str] = frozenset()
    ward_code: str | None = None
    province_code: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    is_public: bool = True
    is_hidden: bool = False
    is_illustrative: bool = False
    has_telephone: bool = False
    opening_hours: str | None = None
    verified_on: date | None = None
    closed_on: date | None = None
    reopens_on: date | None = None

    @property
    def verified_day(self) -> int:
        """Units: days since :data:`EPOCH`; 0 when nobody has verified the entry."""
        return max(0, (self.verified_on - EPOCH).days) if self.verified_on else 0

    @property
    def reach(self) -> Reach:
        """How well somebody can be reached."""
        if not self.is_hidden:
            return Reach.PLACE_WITH_TELEPHONE if self.has_telephone else Reach.PLACE
        if self.province_code is not None:
            return Reach.LINE_OF_A_PROVINCE
        return Reach.LINE_DAY_AND_NIGHT if "open_24h" in self.facets else Reach.LINE

    def without_texts(self) -> Entry:
        """Return what is left of the entry once its texts are analysed."""
        return replace(self, whole_names=(), strong_texts=(), place_texts=(), weak_texts=(), fact_texts=())
