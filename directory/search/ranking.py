"""In which order entries come. It is written down here and nowhere else.

1. An entry that has all words of the query comes before one that has some. Those that have some are shown only when
   fewer than ten have all, and only with at least half of the query by weight; more of it comes first.
2. The entry whose provider or site bears exactly the name that was typed comes first.
3. Evidence in the subject or the name comes before evidence in the address, and that before words in a description; a
   rare word weighs more than a common one. Half of all descriptions say "báo công an"; whoever asks for "công an" wants
   the police. When only a subject is asked for, its entries come before those that merely carry its words.
4. Words that stand side by side in the name as they do in the query come before the same words apart.
5. Marks that were typed and stand so in the entry come before marks that differ: "tạm lánh" is not "Tâm Lành". What
   was typed without marks agrees with everything.
6. A real entry comes before an illustrative one; then a place that can be visited before a hidden one, which no radius
   removes and which has no distance.
7. The nearer comes first: from the visitor's position, else from the middle of the area asked for.
8. Verified lately comes before verified long ago or never; then the name in Vietnamese order; then the id, so that
   pages never shuffle.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from directory.places.rules import EARTH_RADIUS_M, Point
from directory.search.evaluation import Marked, Matches
from directory.search.table import Table

#: 16 bits when all words are had; 32 with the share of the words on top.
Keys = npt.NDArray[np.uint16] | npt.NDArray[np.uint32]
Found = npt.NDArray[np.int64]

#: Rule 1: from this many entries with all words on, those with some are noise.
ENOUGH = 10

#: The bits of an entry's key, from the most to the least important: evidence 8, together 3, marks 3, standing 2.
_EVIDENCE, _TOGETHER, _MARKS = 8, 5, 2
_MOST = 7

#: Up to this many entries are sorted rather than searched.
FEW = 16_384


@dataclass(frozen=True)
class Ranked:
    """The first entries in order, how many there are, and how many of them have all words."""

    numbers: Found
    total: int
    with_all_words: int


@dataclass(frozen=True)
class Wish:
    """How much is wanted of the order: the first ``count``, from where, and how little of the query will do."""

    count: int
    near: Point | None = None
    #: The least weight of the words that an entry must have, in hundredths of the whole query.
    least_cover: int = 50


def rank(matches: Matches, allowed: Marked, table: Table, wish: Wish) -> Ranked:
    """Return the first entries that match and are allowed, in order."""
    count, near = wish.count, wish.near
    keys = order_keys(matches, table)
    whole = allowed & matches.all_of_it
    with_all_words = int(np.count_nonzero(whole))
    first = best(keys * whole, count, table, near)
    if with_all_words >= ENOUGH or not matches.whole_cover:
        return Ranked(first[:count], with_all_words, with_all_words)
    least = max(1, -(-matches.whole_cover * wish.least_cover // 100))
    some = allowed & ~whole & (matches.cover >= np.uint8(least))
    with_some = int(np.count_nonzero(some))
    left = count - with_all_words
    if left > 0 and with_some:
        partial_keys = (keys | (matches.cover.astype(np.uint32) << np.uint32(16))) * some
        first = np.concatenate([first, best(partial_keys, left, table, near)[:left]])
    return Ranked(first[:count], with_all_words + with_some, with_all_words)


def order_keys(matches: Matches, table: Table) -> npt.NDArray[np.uint16]:
    """Return rules 2 to 6 as one number for each entry, larger first; above 0 for each that has some evidence."""
    keys = matches.evidence.astype(np.uint16)
    keys <<= np.uint16(_EVIDENCE)
    for counted, bits in ((matches.together, _TOGETHER), (matches.marks, _MARKS)):
        if counted is not None:
            keys |= np.minimum(counted, np.uint8(_MOST)).astype(np.uint16) << np.uint16(bits)
    keys |= table.standing
    return keys


def best(keys: Keys, count: int, table: Table, near: Point | None) -> Found:
    """Return at least the first ``count`` entries with a key above 0, in order."""
    top = int(keys.max(initial=0))
    cut = _cut(keys, count, top)
    above = np.flatnonzero(keys > cut) if cut < top else np.empty(0, np.int64)
    found = above
    if cut and count > len(above):
        tied = keys == cut
        left = count - len(above)
        chosen = table.sphere.nearest(tied, left, near)[0] if near else _first_by_tie(tied, left, table)
        found = np.concatenate([above, chosen])
    distances = distances_m(found, table, near) if near else np.zeros(len(found))
    order = np.lexsort([table.ids[found], table.tie[found], distances, -keys[found].astype(np.int64)])
    return found[order]


def _cut(keys: Keys, count: int, top: int) -> int:
    """Return the key of the entry at place ``count``; 0 when there are not so many."""
    if not top or np.count_nonzero(keys == top) >= count:
        return top
    total = int(np.count_nonzero(keys))
    if total <= count:
        return 0
    if total <= FEW:
        present = keys[np.flatnonzero(keys)]
        return int(np.partition(present, total - count)[total - count])
    low, high = 1, top
    while low < high:
        middle = (low + high + 1) // 2
        if np.count_nonzero(keys >= keys.dtype.type(middle)) >= count:
            low = middle
        else:
            high = middle - 1
    return low


def _first_by_tie(tied: Marked, count: int, table: Table) -> Found:
    """Return the first of the tied entries by date, name and id."""
    if np.count_nonzero(tied) <= FEW // 2:
        found = np.flatnonzero(tied)
        return found[np.lexsort([table.ids[found], table.tie[found]])[:count]]
    kept: list[Found] = []
    done, step, left = 0, 4 * count, count
    while left > 0 and done < len(table):
        some = table.by_tie[done : done + step]
        some = some[tied[some]][:left]
        kept.append(some)
        done, step, left = done + step, step * 2, left - len(some)
    return np.concatenate(kept)


def distances_m(numbers: Found, table: Table, near: Point) -> npt.NDArray[np.float64]:
    """Return how far entries are, infinity where that is unknown, by the formula of ``places.rules.distance_m``.

    Units: whole metres, as shown: entries as far as each other to the metre are tied.
    """
    lat, lon = np.radians(table.latitudes[numbers]), np.radians(table.longitudes[numbers])
    own_lat, own_lon = np.radians(near.lat), np.radians(near.lon)
    half = np.sin((lat - own_lat) / 2) ** 2 + np.cos(lat) * np.cos(own_lat) * np.sin((lon - own_lon) / 2) ** 2
    metres = np.round(2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.minimum(half, 1.0))))
    known: npt.NDArray[np.float64] = np.where(np.isnan(metres), np.inf, metres)
    return known
