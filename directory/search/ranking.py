"""In which order entries come. It is written down here and nowhere else.

1. An entry that has all words of the query comes before one that has some. Those that have some are shown only when
   fewer than ten have all, and only with more than half of the query by weight; more of it comes first.
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

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from directory.places.rules import EARTH_RADIUS_M, Point
from directory.search.evaluation import Marked, Matches, Which
from directory.search.postings import Levels
from directory.search.table import Table

Found = npt.NDArray[np.int64]
#: One number from 1 to 255 for each entry, larger first. Worked out only when those before it leave a tie.
Criterion = Callable[[Which], Levels]
EVERYBODY = slice(None)

NOBODY: Found = np.empty(0, np.int64)

#: Rule 1: from this many entries with all words on, those with some are noise.
ENOUGH = 10

#: More neighbours together, or marks that agree, than this make no difference.
MOST_TOGETHER, MOST_MARKS = 6, 7

#: Up to this many entries are sorted rather than searched.
FEW = 2_048


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
    least_cover: int = 51


def rank(matches: Matches, allowed: Marked, table: Table, wish: Wish) -> Ranked:
    """Return the first entries that match and are allowed, in order."""
    count, near = wish.count, wish.near
    whole = allowed & matches.all_of_it
    with_all_words = int(np.count_nonzero(whole))
    criteria: list[Criterion] = [lambda which: matches.evidence[which]] if matches.slots else []
    criteria.append(lambda which: finer(matches, table, which))
    first = best(whole, criteria, table, near, count) if with_all_words else NOBODY
    if with_all_words >= ENOUGH or not matches.whole_cover:
        return Ranked(first, with_all_words, with_all_words)
    least = max(1, -(-matches.whole_cover * wish.least_cover // 100))
    some = allowed & ~whole & (matches.cover >= np.uint8(least))
    with_some = int(np.count_nonzero(some))
    if with_some and count > with_all_words:
        others = best(some, [lambda which: matches.cover[which], *criteria], table, near, count - with_all_words)
        first = np.concatenate([first, others])
    return Ranked(first, with_all_words + with_some, with_all_words)


def finer(matches: Matches, table: Table, which: Which) -> Levels:
    """Return rules 4 to 6 as one number: neighbours together, then marks, then standing."""
    ordered = table.standing[which] + np.uint8(1)
    for counted, most, unit in ((matches.marks(which), MOST_MARKS, 4), (matches.together(which), MOST_TOGETHER, 32)):
        if counted is not None:
            ordered += np.minimum(counted, np.uint8(most)) * np.uint8(unit)
    return ordered


def best(among: Marked, criteria: Sequence[Criterion], table: Table, near: Point | None, count: int) -> Found:
    """Return the first ``count`` of the marked entries in order.

    Each criterion in turn settles the entries above the one at place ``count``, and leaves those tied with it.
    """
    settled: list[Found] = []
    tied, left = among, count
    for criterion in criteria:
        if np.count_nonzero(tied) <= left:
            break
        values = criterion(EVERYBODY) * tied
        cut, top = _cut(values, left)
        if cut < top:
            settled.append(np.flatnonzero(values > cut))
            left -= len(settled[-1])
        tied = values == cut
    if left > 0:
        settled.append(_first_tied(tied, left, table, near))
    found = np.concatenate(settled) if settled else NOBODY
    distances = distances_m(found, table, near) if near else np.zeros(len(found))
    keys: list[npt.NDArray[Any]] = [table.ids[found], table.tie[found], distances]
    keys += [255 - criterion(found) for criterion in reversed(criteria)]
    first: Found = found[np.lexsort(keys)][:count]
    return first


def _cut(values: Levels, count: int) -> tuple[int, int]:
    """Return the value of the entry at place ``count``, of which there are more, and the largest value."""
    top = int(values.max(initial=0))
    low, high = 1, top
    if np.count_nonzero(values == top) >= count:
        return top, top
    while low < high:
        middle = (low + high + 1) // 2
        if np.count_nonzero(values >= np.uint8(middle)) >= count:
            low = middle
        else:
            high = middle - 1
    return low, top


def _first_tied(tied: Marked, count: int, table: Table, near: Point | None) -> Found:
    """Return the first of the tied entries by distance, or else by date, name and id; a few more where those tie."""
    if near is not None:
        return table.sphere.nearest(tied, count, near)[0]
    if np.count_nonzero(tied) <= FEW:
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
