"""A request ready to be answered from the arrays; a weaker one is made of it when nothing is found."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np

from directory.catalogue.rules import HOTLINES
from directory.clock import LOCAL_ZONE
from directory.places.gazetteer import Resolution
from directory.places.rules import Point
from directory.search import filters
from directory.search.arrays import Arrays
from directory.search.evaluation import Marked, match
from directory.search.ranking import Ranked, Wish, rank
from directory.search.understanding import Reading

#: Subjects for which a line that answers day and night comes before any place: every minute counts.
BY_TELEPHONE_FIRST = frozenset({"cap-cuu", HOTLINES})


@dataclass(frozen=True)
class Question:
    """What is asked for, in terms of the arrays."""

    reading: Reading
    moment: datetime
    areas: tuple[Resolution, ...] = ()
    #: Whether the area was chosen as such; a place name inside a query may also be a part of somebody's name.
    is_area_strict: bool = False
    category: str | None = None
    radius_km: float | None = None
    facets: frozenset[str] = frozenset()
    position: Point | None = None
    least_cover: int = 51

    @property
    def near(self) -> Point | None:
        """Return from where nearness counts: the visitor, else the middle of the one area asked for."""
        return self.position or (self.areas[0].point if len(self.areas) == 1 else None)

    def ranked(self, arrays: Arrays, count: int) -> Ranked:
        """Return the first ``count`` entries in order."""
        matches = match(self.reading, arrays.postings)
        wish = Wish(count, self.near, self.least_cover, lines_first=self._is_for_a_line)
        return rank(matches, self._allowed(arrays), arrays.table, wish)

    @property
    def _is_for_a_line(self) -> bool:
        return (self.category or self.reading.category) in BY_TELEPHONE_FIRST

    def _allowed(self, arrays: Arrays) -> Marked:
        allowed = arrays.table.listed(self.moment.astimezone(LOCAL_ZONE).date())
        for marked in (
            filters.with_facets(self.facets, arrays.table, self.moment) if self.facets else None,
            arrays.postings.spread(f"#{self.category}").astype(np.bool_) if self.category else None,
            filters.within(self.radius_km, self.near, arrays.table) if self.radius_km and self.near else None,
            self._in_area(arrays),
        ):
            allowed = allowed if marked is None else allowed & marked
        return allowed

    def _in_area(self, arrays: Arrays) -> Marked | None:
        if not self.areas:
            return None
        inside = filters.in_areas(self.areas, arrays)
        if self.is_area_strict or self.reading.is_subject_only:
            return inside
        # "Bệnh viện Hà Nội" may stand in Vinh: the whole query as a name counts wherever it is.
        named = filters.named_after(self.reading.pairs, arrays.postings)
        for name in self.reading.names:
            numbers, _ = arrays.postings.get(name)
            named = np.zeros(len(inside), np.bool_) if named is None else named.copy()
            named[numbers] = True
        return inside if named is None else inside | named
