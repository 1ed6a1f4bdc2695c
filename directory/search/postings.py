"""Posting lists in memory: for each term, which entries carry it and how strong that evidence is (D4).

Entries are numbered from 0; the numbers of added ones are larger than all before, so a list stays sorted when an entry
is added at its end. A :class:`Postings` never changes: a patch makes a new one that shares what is the same.
"""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int32]
#: One level for each entry, 0 where there is no evidence. Work on all entries at once is a few µs per 50,000 of them.
Levels = npt.NDArray[np.uint8]

#: Units: bytes. What the spread-out levels of the last used terms may take in one process.
SPREAD_BUDGET = 32 * 1024 * 1024


@dataclass(frozen=True, eq=False)
class Postings:
    """Every term's entries: one long array of numbers and of levels, cut at ``starts``; patched terms aside."""

    size: int
    places: Mapping[str, int]
    starts: npt.NDArray[np.int64]
    numbers: Numbers
    levels: Levels
    patched: Mapping[str, tuple[Numbers, Levels]] = field(default_factory=dict)
    _spread: OrderedDict[str, Levels] = field(default_factory=OrderedDict, repr=False, compare=False)

    def __contains__(self, term: object) -> bool:
        return term in self.places or term in self.patched

    def terms(self) -> Iterable[str]:
        """Yield every term."""
        yield from self.places
        yield from (term for term in self.patched if term not in self.places)

    def get(self, term: str) -> tuple[Numbers, Levels]:
        """Return the entries that carry a term, in rising order, and how strongly each does."""
        if self.patched and term in self.patched:
            return self.patched[term]
        place = self.places.get(term)
        cut = slice(0, 0) if place is None else slice(self.starts[place], self.starts[place + 1])
        return self.numbers[cut], self.levels[cut]

    def frequency(self, term: str) -> int:
        """Return how many entries carry a term."""
        return len(self.get(term)[0])

    def spread(self, term: str) -> Levels:
        """Return a term's level for each entry; not to be written to, since the last used ones are kept."""
        kept = self._spread.get(term)
        if kept is None:
            kept = np.zeros(self.size, np.uint8)
            numbers, levels = self.get(term)
            kept[numbers] = levels
            self.keep_spread(term, kept)
        return kept

    def kept_spread(self, name: str) -> Levels | None:
        """Return levels that were kept under a name."""
        return self._spread.get(name)

    def keep_spread(self, name: str, levels: Levels) -> None:
        """Keep levels under a name until the budget pushes them out, oldest first."""
        self._spread[name] = levels
        while len(self._spread) * self.size > SPREAD_BUDGET and len(self._spread) > 1:
            try:
                self._spread.popitem(last=False)
            except KeyError:
                # Another thread has just emptied it.
                break

    def with_entries(self, added: Iterable[Mapping[str, int]]) -> Postings:
        """Return postings with more entries at the end."""
        collector = Collector()
        size = self.size
        for terms in added:
            collector.add(size, terms)
            size += 1
        patched = dict(self.patched)
        for term, (numbers, levels) in collector.lists.items():
            old_numbers, old_levels = self.get(term)
            patched[term] = (
                np.concatenate([old_numbers, np.frombuffer(numbers, np.int32)]),
                np.concatenate([old_levels, np.frombuffer(levels, np.uint8)]),
            )
        return Postings(size, self.places, self.starts, self.numbers, self.levels, patched)

    def whole(self) -> Postings:
        """Return the same postings with the patched terms put in their place."""
        if not self.patched:
            return self
        terms = list(self.terms())
        found = [self.get(term) for term in terms]
        starts = np.zeros(len(terms) + 1, np.int64)
        np.cumsum([len(numbers) for numbers, _ in found], out=starts[1:])
        numbers = np.concatenate([numbers for numbers, _ in found])
        levels = np.concatenate([levels for _, levels in found])
        return Postings(self.size, {term: place for place, term in enumerate(terms)}, starts, numbers, levels)

    def renumbered(self, new: Numbers, size: int) -> Postings:
        """Return postings with other numbers for their entries, without those numbered -1 and terms left empty."""
        old = self.whole()
        lengths = np.diff(old.starts)
        term_at = np.repeat(np.arange(len(lengths), dtype=np.int64), lengths)
        numbers = new[old.numbers]
        kept = np.flatnonzero(numbers >= 0)
        order = kept[np.argsort(term_at[kept] << 32 | numbers[kept], kind="stable")]
        counts = np.bincount(term_at[kept], minlength=len(lengths))
        terms = [term for term, place in old.places.items() if counts[place]]
        starts = np.zeros(len(terms) + 1, np.int64)
        np.cumsum(counts[counts > 0], out=starts[1:])
        places = {term: place for place, term in enumerate(terms)}
        return Postings(size, places, starts, numbers[order], old.levels[order])


class Collector:
    """Gathers terms entry by entry, or many entries of one term at once."""

    def __init__(self) -> None:
        self.lists: dict[str, tuple[array[int], array[int]]] = {}

    def add(self, number: int, terms: Mapping[str, int]) -> None:
        """Add the terms of one entry."""
        for term, level in terms.items():
            held = self.lists.get(term)
            if held is None:
                held = self.lists[term] = (array("i"), array("B"))
            held[0].append(number)
            held[1].append(level)

    def add_term(self, term: str, numbers: Iterable[int], level: int) -> None:
        """Add one term's entries of one level."""
        held = self.lists.setdefault(term, (array("i"), array("B")))
        held[0].extend(numbers)
        held[1].extend([level] * (len(held[0]) - len(held[1])))

    def postings(self, renumbered: Numbers) -> Postings:
        """Return what was gathered, each entry under its new number, each list sorted."""
        cuts = np.zeros(len(self.lists) + 1, np.int64)
        np.cumsum([len(numbers) for numbers, _ in self.lists.values()], out=cuts[1:])
        numbers, levels = np.empty(cuts[-1], np.int32), np.empty(cuts[-1], np.uint8)
        for place, (some_numbers, some_levels) in enumerate(self.lists.values()):
            cut = slice(cuts[place], cuts[place + 1])
            moved = renumbered[np.frombuffer(some_numbers, np.int32)]
            order = np.argsort(moved, kind="stable")
            numbers[cut], levels[cut] = moved[order], np.frombuffer(some_levels, np.uint8)[order]
        places = {term: place for place, term in enumerate(self.lists)}
        return Postings(len(renumbered), places, cuts, numbers, levels)
