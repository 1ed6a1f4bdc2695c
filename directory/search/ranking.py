"""In which order entries come. It is written down here and nowhere else.

1. An entry that has all words of the query comes before one that has some. Those that have some are shown only when
   fewer than ten have all, and only with more than half of the query by weight; more of it comes first.
2. The entry whose provider or site bears exactly the name that was typed comes first.
3. Evidence in the subject or the name comes before evidence in the address, and that before words in a description; a
   rare word weighs more than a common one. Half of all descriptions say "báo công an"; whoever asks for "công an" wants
   the police. When only a subject is asked for, its entries come before those that merely carry its words.
4. A real entry comes before an illustrative one.
5. Words that stand side by side in the name as they do in the query come before the same words apart.
6. Marks that were typed and stand so in the entry come before marks that differ: "tạm lánh" is not "Tâm Lành". What
   was typed without marks agrees with everything.
7. The nearer comes first: from the visitor's position, else from the middle of the area asked for. Entries without a
   place (hidden ones: most are telephone lines) stand together after the places within 30 km: whoever is farther than
   that is called rather than visited. For an emergency the lines that answer day and night come before any place. A
   line of another province comes last.
   From nowhere in particular: a line that answers day and night, then any national line, a place with a telephone, a
   place without, the line of one province.
8. When only a subject is asked for: its words side by side in the name come before other names.
9. Verified lately comes before verified long ago or never; then the name in Vietnamese order; then the id, so that
   pages never shuffle.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from directory.places.rules import EARTH_RADIUS_M, Point
from directory.search.entry import Reach
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

#: Where a line stands among places (rule 7).
LINE_DISTANCE_M = 30_000

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
    #: Whether every minute counts (rule 7).
    lines_first: bool = False


def rank(matches: Matches, allowed: Marked, table: Table, wish: Wish) -> Ranked:
    """Return the first entries that match and are allowed, in order."""
    count = wish.count
    whole = allowed & matches.all_of_it
    with_all_words = int(np.count_nonzero(whole))
    criteria: list[Criterion] = [lambda which: matches.evidence[which]] if matches.slots else []
    criteria.append(lambda which: finer(matches, table, which))
    if wish.near is None:
        criteria.append(lambda which: reachable(matches, table, which))
    order = Order(criteria, matches, table, wish)
    first = order.best(whole, count) if with_all_words else NOBODY
    if with_all_words >= ENOUGH or not matches.whole_cover:
        return Ranked(first, with_all_words, with_all_words)
    least = max(1, -(-matches.whole_cover * wish.least_cover // 100))
    some = allowed & ~whole & (matches.cover >= np.uint8(least))
    with_some = int(np.count_nonzero(some))
    if with_some and count > with_all_words:
        by_cover = replace(order, criteria=[lambda which: matches.cover[which], *criteria])
        others = by_cover.best(some, count - with_all_words)
        first = np.concatenate([first, others])
    return Ranked(first, with_all_words + with_some, with_all_words)


def finer(matches: Matches, table: Table, which: Which) -> Levels:
    """Return rules 4 to 6 as one number: standing, then neighbours together, then marks."""
    ordered: Levels = table.standing[which] * np.uint8(64) + np.uint8(1)
    for counted, most, unit in ((matches.together(which), MOST_TOGETHER, 8), (matches.marks(which), MOST_MARKS, 1)):
        if counted is not None:
            ordered += np.minimum(counted, np.uint8(most)) * np.uint8(unit)
    return ordered


def reachable(matches: Matches, table: Table, which: Which) -> Levels:
    """Return rules 7 and 8 for somebody who is nowhere in particular."""
    ordered: Levels = (np.uint8(max(Reach)) - table.reach[which]) * np.uint8(8) + np.uint8(1)
    own = matches.own_words(which)
    return ordered if own is None else ordered + np.minimum(own, np.uint8(7))


@dataclass(frozen=True)
class Order:
    """The order of one search."""

    criteria: Sequence[Criterion]
    matches: Matches
    table: Table
    wish: Wish

    def best(self, among: Marked, count: int) -> Found:
        """Return the first ``count`` of the marked entries.

        Each criterion in turn settles the entries above the one at place ``count``, and leaves those tied with it.
        """
        settled: list[Found] = []
        tied, left = among, count
        for criterion in self.criteria:
            if np.count_nonzero(tied) <= left:
                break
            values = criterion(EVERYBODY) * tied
            cut, top = _cut(values, left)
            if cut < top:
                settled.append(np.flatnonzero(values > cut))
                left -= len(settled[-1])
            tied = values == cut
        if left > 0:
            settled.append(self._first_tied(tied, left))
        return self._sorted(np.concatenate(settled) if settled else NOBODY)[:count]

    def _sorted(self, found: Found) -> Found:
        table = self.table
        keys: list[npt.NDArray[Any]] = [table.ids[found], table.tie[found]]
        if self.wish.near is not None:
            own = self.matches.own_words(found)
            keys += [] if own is None else [255 - own]
            keys += [table.reach[found], self._metres(found, self.wish.near)]
        keys += [255 - criterion(found) for criterion in reversed(self.criteria)]
        first: Found = found[np.lexsort(keys)]
        return first

    def _first_tied(self, tied: Marked, count: int) -> Found:
        """Return the first of the tied entries by rule 7, or else rule 9; a few more where those tie."""
        table = self.table
        if self.wish.near is not None:
            places = table.sphere.nearest(tied & ~table.is_hidden, count, self.wish.near)[0]
            return np.concatenate([places, table.lines[tied[table.lines]]])
        return first_by_tie(tied, count, table)

    def _metres(self, found: Found, near: Point) -> npt.NDArray[np.float64]:
        """Return how far entries are for the order; a line stands as if it were a place (rule 7)."""
        table = self.table
        metres = distances_m(found, table, near)
        is_line = table.is_hidden[found]
        if not is_line.any():
            return metres
        metres[is_line] = LINE_DISTANCE_M
        if self.wish.lines_first:
            metres[is_line & (table.reach[found] == Reach.LINE_DAY_AND_NIGHT)] = 0
        is_bound = is_line & (table.provinces[found] != 0)
        if is_bound.any():
            metres[is_bound & (table.provinces[found] != _province_at(near, table))] = np.inf
        return metres


def _province_at(point: Point, table: Table) -> int:
    """Return the province of the nearest place: near enough to say whose line to call."""
    nearest, _ = table.sphere.nearest(table.is_alive & ~table.is_hidden & (table.provinces != 0), 1, point)
    return int(table.provinces[nearest[0]]) if len(nearest) else 0


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


def first_by_tie(tied: Marked, count: int, table: Table) -> Found:
    """Return the first of the tied entries by date, name and id."""
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
