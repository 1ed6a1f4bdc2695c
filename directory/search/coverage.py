"""What is offered where, for all wards at once: the nearest entry of a subject from each, the entries of some.

Distances are from the ward's point, which is where its people are taken to be. A partial place counts where its ward's
point is; a hidden one is nowhere and is never the nearest of anything; what is closed that day is not there.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import shapely

from directory.places.gazetteer import Gazetteer
from directory.places.queries import gazetteer, ward_points
from directory.places.rules import EARTH_RADIUS_M
from directory.places.units import Unit
from directory.search.arrays import Arrays
from directory.search.entry import EPOCH
from directory.search.evaluation import Marked
from directory.search.following import follower
from directory.search.nearness import Found
from directory.search.table import FACET_BIT, NAME_BITS, NEWEST_DAY

#: Rows of latitude and longitude.
Degrees = npt.NDArray[np.float64]

#: Between Cà Mau and Hà Giang a degree of longitude is at most 5 % shorter or longer than here.
MIDDLE_LATITUDE = 16.0
STRETCHED = 1.15
A_HAIR = 1e-6

#: In place of a subject: whatever it is about.
ANYTHING = ""


@dataclass(frozen=True, eq=False)
class Nearest:
    """For each ward of the gazetteer, in its order: which entry is nearest, and how far; -1 and infinity for none."""

    numbers: Found
    metres: npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Coverage:
    """The entries of one moment as of one day, measured from every ward."""

    arrays: Arrays
    names: Gazetteer
    on: date
    _nearest: dict[str, Nearest] = field(default_factory=dict, repr=False)

    @property
    def wards(self) -> list[Unit]:
        """Every ward in force that has a point, in the order of the distances."""
        return ward_points(self.names)[0]

    @property
    def listed(self) -> Marked:
        """Mark what somebody can go to or ring up on that day."""
        table = self.arrays.table
        marked = table.is_alive.copy()
        marked[table.shut(self.on)] = False
        return marked

    def of_subject(self, slug: str) -> Marked:
        """Mark what is about a subject, or one below it; everything when it is :data:`ANYTHING`."""
        if slug == ANYTHING:
            return np.ones(len(self.arrays.table), np.bool_)
        return self.arrays.postings.spread(f"#{slug}").astype(np.bool_)

    def nearest(self, slug: str) -> Nearest:
        """Return the nearest entry of a subject from each ward; worked out once for each state of the catalogue."""
        found = self._nearest.get(slug)
        if found is None:
            table = self.arrays.table
            located = self.listed & self.of_subject(slug) & ~table.is_hidden & ~np.isnan(table.latitudes)
            numbers = np.flatnonzero(located)
            entries = np.stack([table.latitudes[numbers], table.longitudes[numbers]], axis=1)
            at, metres = _nearest_to_each(entries, _ward_places(self.names), table.ids[numbers])
            found = self._nearest[slug] = Nearest(np.where(at < 0, -1, numbers[at] if len(numbers) else -1), metres)
        return found

    def at(self, ward_codes: Collection[str]) -> Found:
        """Return where these wards stand in the order of the distances; those without a point are left out."""
        places = _place_of_ward(self.names)
        return np.array(sorted(places[code] for code in ward_codes if code in places), np.int64)

    def inside(self, ward_codes: Collection[str]) -> Marked:
        """Mark the entries of these wards, and of their provinces what is kept hidden: nobody may know its ward."""
        postings, table = self.arrays.postings, self.arrays.table
        marked: Marked = np.zeros(len(table), np.bool_)
        for code in ward_codes:
            marked[postings.get(f"@w:{code}")[0]] = True
        for province in sorted({self.names.province_of(code).code for code in ward_codes}):
            numbers = postings.get(f"@p:{province}")[0]
            marked[numbers[table.is_hidden[numbers]]] = True
        return marked & self.listed

    @property
    def lines_of_the_country(self) -> Marked:
        """Mark what is to be rung up from anywhere: entries without any place."""
        nowhere = self.arrays.postings.spread("@").astype(np.bool_)
        return nowhere & self.arrays.table.is_hidden & self.listed

    def verified_days(self) -> npt.NDArray[np.int64]:
        """Return the day on which each entry was verified, as days since ``entry.EPOCH``; 0 = never."""
        return NEWEST_DAY - (self.arrays.table.tie >> NAME_BITS)

    def verified_since(self, days: int) -> Marked:
        """Mark what was verified in so many days up to this one."""
        marked: Marked = self.verified_days() >= max(1, (self.on - timedelta(days=days) - EPOCH).days)
        return marked

    def ages(self) -> npt.NDArray[np.int64]:
        """Return for how many days each entry has stood without being looked at again; -1 = it never was."""
        verified = self.verified_days()
        return np.where(verified > 0, np.maximum(0, (self.on - EPOCH).days - verified), -1)

    def with_facet(self, facet: str) -> Marked:
        """Mark what is known to have a facet (``table.FACETS``)."""
        bit = np.uint32(FACET_BIT[facet])
        marked: Marked = (self.arrays.table.facets & bit) == bit
        return marked

    @property
    def illustrative(self) -> Marked:
        """Mark the invented entries."""
        marked: Marked = self.arrays.table.standing == 0
        return marked


def coverage(on: date) -> Coverage:
    """Return the coverage by the entries as they are now."""
    return coverage_of(follower().arrays(), gazetteer(), on)


def coverage_of(arrays: Arrays, names: Gazetteer, on: date) -> Coverage:
    """Return the coverage by some entries; the same again while neither they nor the day have changed."""
    # Kept with the entries, so that it goes when they go.
    kept: Coverage | None = arrays.readings.get((Coverage, names, on))
    if kept is None:
        kept = arrays.readings[Coverage, names, on] = Coverage(arrays, names, on)
    return kept


@lru_cache(maxsize=2)
def _ward_places(names: Gazetteer) -> Degrees:
    return np.stack(ward_points(names)[1:], axis=1)


@lru_cache(maxsize=2)
def _place_of_ward(names: Gazetteer) -> dict[str, int]:
    return {ward.code: place for place, ward in enumerate(ward_points(names)[0])}


def _nearest_to_each(
    entries: Degrees, places: Degrees, ids: npt.NDArray[np.int64]
) -> tuple[Found, npt.NDArray[np.float64]]:
    """Return for each place the nearest entry, of equally near ones that with the smallest id, and how far it is.

    The tree knows the plane only, on which nothing is stretched by more than a twentieth; what may still be nearer on
    the globe than the nearest on the plane is measured.
    """
    found, metres = np.full(len(places), -1, np.int64), np.full(len(places), np.inf)
    if not len(entries):
        return found, metres
    tree, asking = shapely.STRtree(_on_plane(entries)), _on_plane(places)
    (at, _), far = tree.query_nearest(asking, return_distance=True, all_matches=False)
    within = np.zeros(len(places))
    within[at] = far * STRETCHED + A_HAIR
    place, candidate = tree.query(asking, predicate="dwithin", distance=within)
    lengths = _metres_between(places[place], entries[candidate])
    order = np.lexsort([ids[candidate], lengths, place])
    first = order[np.unique(place[order], return_index=True)[1]]
    found[place[first]], metres[place[first]] = candidate[first], lengths[first]
    return found, metres


def _on_plane(points: Degrees) -> npt.NDArray[np.object_]:
    """Return points with degrees of longitude as long as they are in the middle of the country."""
    plane: npt.NDArray[np.object_] = shapely.points(points[:, 1] * np.cos(np.radians(MIDDLE_LATITUDE)), points[:, 0])
    return plane


def _metres_between(some: Degrees, others: Degrees) -> npt.NDArray[np.float64]:
    """Return the great-circle distances of pairs, as ``places.rules.distance_m`` does."""
    (lat_a, lon_a), (lat_b, lon_b) = np.radians(some).T, np.radians(others).T
    half_chord_2 = np.sin((lat_b - lat_a) / 2) ** 2 + np.cos(lat_a) * np.cos(lat_b) * np.sin((lon_b - lon_a) / 2) ** 2
    metres: npt.NDArray[np.float64] = 2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.minimum(half_chord_2, 1.0)))
    return metres
