"""Match a query against all entries at once: which words each entry has, and how strong the evidence is.

Everything is an array with one number for each entry; an operation on 50,000 of them takes a few microseconds, so there
is nothing to gain from looking at candidates one by one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from directory.search.analysis import ELSEWHERE, SUBJECT_OR_NAME
from directory.search.postings import Levels, Postings
from directory.search.understanding import Alternative, Reading, Slot, Strength

Marked = npt.NDArray[np.bool_]
#: Some entries by their numbers, or all of them.
Which = npt.NDArray[np.int64] | slice

#: A slot with more alternatives is a repaired word: each of them is a single term.
MANY = 6

#: The evidence of a subject when nothing but subjects is asked for: its entries come before those with just the words.
SUBJECT_ASKED_FOR = SUBJECT_OR_NAME + 1

#: How much a word weighs in the order, by the share of entries that have it.
RARE, SCARCE, COMMON = 3, 2, 1
#: A subject that was understood outweighs words that nobody can satisfy.
SUBJECT_COVER = 6
#: An area in the query is a part of it that everything inside has.
AREA_COVER = 2


@dataclass(frozen=True, eq=False)
class Matches:
    """What of the query each entry has; what only breaks ties is worked out when a tie is to be broken."""

    reading: Reading
    postings: Postings
    #: Of each slot: its evidence for every entry, and how much the slot weighs.
    slots: tuple[tuple[Levels, int], ...]

    @cached_property
    def all_of_it(self) -> Marked:
        """Mark what has all words, or bears the name that was typed."""
        if not self.slots:
            return np.ones(self.postings.size, np.bool_)
        lowest = self.slots[0][0]
        for levels, _ in self.slots[1:]:
            lowest = np.minimum(lowest, levels)
        marked = lowest.astype(np.bool_)
        for name in self.reading.names:
            marked[self.postings.get(name)[0]] = True
        return marked

    @cached_property
    def evidence(self) -> Levels:
        """Return the weighted evidence; 255 for a whole name, a little less when more was typed behind it."""
        evidence = np.zeros(self.postings.size, np.uint8)
        for levels, weight in self.slots:
            evidence += levels if weight == 1 else levels * np.uint8(weight)
        for shorter_by, name in enumerate(reversed(self.reading.names)):
            numbers, _ = self.postings.get(name)
            evidence[numbers] = np.maximum(evidence[numbers], 255 - shorter_by)
        return evidence

    @cached_property
    def covers(self) -> tuple[int, ...]:
        """Return how much of the query each slot is."""
        pairs = zip(self.reading.slots, self.slots, strict=True)
        return tuple(_share(slot, levels, weight) for slot, (levels, weight) in pairs)

    @property
    def whole_cover(self) -> int:
        """Return the weight of the whole query; 0 when nothing is asked for in words."""
        return sum(self.covers) + AREA_COVER * bool(self.reading.area) if self.slots else 0

    @cached_property
    def cover(self) -> Levels:
        """Return the weight of the words that each entry has, an area counting as one.

        A word in a description counts for an entry that has all of them, and for nothing less.
        """
        cover = np.full(self.postings.size, AREA_COVER * bool(self.reading.area), np.uint8)
        for (levels, _), share in zip(self.slots, self.covers, strict=True):
            cover += (levels > ELSEWHERE).view(np.uint8) * np.uint8(share)
        return cover

    def together(self, which: Which) -> Levels | None:
        """Count the neighbours of the query that stand side by side in the names of some entries."""
        return _count(self.reading.pairs, self.postings, which)

    def own_words(self, which: Which) -> Levels | None:
        """Count the neighbours of a query for a subject alone that stand side by side in the names of some entries."""
        return _count(self.reading.own_words, self.postings, which)

    def marks(self, which: Which) -> Levels | None:
        """Count the syllables that stand in some entries with the marks that were typed."""
        return _count(self.reading.marks, self.postings, which)


def match(reading: Reading, postings: Postings) -> Matches:
    """Match the words of a reading; where the entry is and its facets are not looked at."""
    found = (slot_levels(slot, postings, is_asked_for=reading.is_subject_only) for slot in reading.slots)
    return Matches(reading, postings, tuple((levels, _weight(levels, postings.size)) for levels in found))


def _share(slot: Slot, levels: Levels, weight: int) -> int:
    """Return how much of the query a slot is; a word that nobody has is worth most, so that it is not ignored."""
    if slot.category:
        return SUBJECT_COVER
    return RARE if not levels.any() else min(weight, SCARCE) * slot.length


def slot_levels(slot: Slot, postings: Postings, *, is_asked_for: bool = False) -> Levels:
    """Return the best evidence of a slot's alternatives for each entry."""
    if slot.category is None and len(slot.alternatives) > MANY:
        return _any_of(slot.alternatives, postings)
    best: Levels | None = None
    for alternative in slot.alternatives:
        levels = _alternative_levels(alternative, postings)
        if is_asked_for and alternative.terms[0].startswith("#"):
            levels = levels.astype(np.bool_).view(np.uint8) * np.uint8(SUBJECT_ASKED_FOR)
        best = levels if best is None else np.maximum(best, levels)
    return best if best is not None else np.zeros(postings.size, np.uint8)


def _any_of(alternatives: Sequence[Alternative], postings: Postings) -> Levels:
    """Return the same for the many words that one word may be, which are mostly rare: entry by entry."""
    best = np.zeros(postings.size, np.uint8)
    for alternative in alternatives:
        numbers, levels = postings.get(alternative.terms[0])
        best[numbers] = np.maximum(best[numbers], levels)
    return best


def _alternative_levels(alternative: Alternative, postings: Postings) -> Levels:
    if any(term not in postings for term in alternative.terms):
        return np.zeros(postings.size, np.uint8)
    levels = all_terms(alternative.terms, postings)
    if alternative.strength is Strength.STRONG:
        return levels * (levels >= SUBJECT_OR_NAME).view(np.uint8)
    if alternative.strength is Strength.WEAK:
        return np.minimum(levels, np.uint8(ELSEWHERE))
    return levels


def all_terms(terms: Sequence[str], postings: Postings) -> Levels:
    """Return the weakest evidence of several terms for each entry; 0 where one is absent."""
    levels = postings.spread(terms[0])
    for term in terms[1:]:
        levels = np.minimum(levels, postings.spread(term))
    return levels


def _weight(levels: Levels, size: int) -> int:
    count = np.count_nonzero(levels)
    if count * 8 >= size:
        return COMMON
    return SCARCE if count * 64 >= size else RARE


def _count(terms: Sequence[str], postings: Postings, which: Which) -> Levels | None:
    """Count for each entry how many of the terms it has; None when nobody has any."""
    count: Levels | None = None
    for term in terms:
        if term in postings:
            has = postings.spread(term)[which].astype(np.bool_).view(np.uint8)
            count = has if count is None else count + has
    return count
