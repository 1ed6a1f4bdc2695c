"""Match a query against all entries at once: which words each entry has, and how strong the evidence is.

Everything is an array with one number for each entry; an operation on 50,000 of them takes a few microseconds, so there
is nothing to gain from looking at candidates one by one.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from directory.search.analysis import ELSEWHERE, SUBJECT_OR_NAME
from directory.search.postings import Levels, Postings
from directory.search.understanding import Alternative, Reading, Slot, Strength

Marked = npt.NDArray[np.bool_]

#: The evidence of a subject when nothing but subjects is asked for: its entries come before those with just the words.
SUBJECT_ASKED_FOR = SUBJECT_OR_NAME + 1

#: How much a word weighs in the order, by the share of entries that have it.
RARE, SCARCE, COMMON = 3, 2, 1
#: A subject that was understood outweighs words that nobody can satisfy.
SUBJECT_COVER = 6
#: An area in the query is a part of it that everything inside has.
AREA_COVER = 2


@dataclass(frozen=True)
class Matches:
    """What of the query each entry has."""

    #: Has all of it, or bears the name that was typed.
    all_of_it: Marked
    #: The weighted evidence; 255 for a whole name, a little less when more was typed behind it.
    evidence: Levels
    #: The weight of the words it has, and of all words together.
    cover: Levels
    whole_cover: int
    #: How many neighbours of the query stand side by side in its name; how many syllables have the marks typed.
    together: Levels | None
    marks: Levels | None


def match(reading: Reading, postings: Postings) -> Matches:
    """Match the words of a reading; where the entry is and its facets are not looked at."""
    size = postings.size
    evidence, cover = np.zeros(size, np.uint8), np.zeros(size, np.uint8)
    lowest: Levels | None = None
    whole_cover = 0
    if reading.area:
        cover += np.uint8(AREA_COVER)
        whole_cover += AREA_COVER
    for slot in reading.slots:
        levels = slot_levels(slot, postings, is_asked_for=reading.is_subject_only)
        weight = _weight(levels, size)
        evidence += levels * np.uint8(weight) if weight > 1 else levels
        # A word in a description counts for an entry that has all of them, and for nothing less.
        has = (levels > ELSEWHERE).view(np.uint8)
        share = _share(slot, levels, weight)
        cover += has * np.uint8(share)
        whole_cover += share
        lowest = levels if lowest is None else np.minimum(lowest, levels)
    if lowest is None:
        # Nothing is asked for in words: everything is evidence enough.
        all_of_it = np.ones(size, np.bool_)
        evidence[:] = 1
    else:
        all_of_it = lowest.astype(np.bool_)
    _mark_whole_names(reading.names, postings, all_of_it, evidence)
    return Matches(
        all_of_it, evidence, cover, whole_cover, _count(reading.pairs, postings), _count(reading.marks, postings)
    )


def _share(slot: Slot, levels: Levels, weight: int) -> int:
    """Return how much of the query a slot is; a word that nobody has is worth most, so that it is not ignored."""
    if slot.category:
        return SUBJECT_COVER
    return RARE if not levels.any() else min(weight, SCARCE) * slot.length


def slot_levels(slot: Slot, postings: Postings, *, is_asked_for: bool = False) -> Levels:
    """Return the best evidence of a slot's alternatives for each entry."""
    best: Levels | None = None
    for alternative in slot.alternatives:
        levels = _alternative_levels(alternative, postings)
        if is_asked_for and alternative.terms[0].startswith("#"):
            levels = levels.astype(np.bool_).view(np.uint8) * np.uint8(SUBJECT_ASKED_FOR)
        best = levels if best is None else np.maximum(best, levels)
    return best if best is not None else np.zeros(postings.size, np.uint8)


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


def _mark_whole_names(names: Sequence[str], postings: Postings, all_of_it: Marked, evidence: Levels) -> None:
    for shorter_by, name in enumerate(reversed(names)):
        numbers, _ = postings.get(name)
        all_of_it[numbers] = True
        evidence[numbers] = np.maximum(evidence[numbers], 255 - shorter_by)


def _count(terms: Sequence[str], postings: Postings) -> Levels | None:
    """Count for each entry how many of the terms it has; None when nobody has any."""
    known = [term for term in terms if term in postings]
    if not known:
        return None
    count = np.zeros(postings.size, np.uint8)
    for term in known:
        count += postings.spread(term).astype(np.bool_).view(np.uint8)
    return count
