"""What is shown when nothing is found: the request is relaxed step by step, each step on top of the one before.

1. without conditions (free, open now …);
2. without the radius;
3. outside the area, nearest to it first;
4. the subject alone, when one was understood, else whatever has some of the words;
5. the hotlines, those of the subject first;
6. anything there is.

So there is something to show as long as the database holds anything at all.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from directory.catalogue.rules import HOTLINES
from directory.search.arrays import Arrays
from directory.search.question import Question
from directory.search.understanding import Alternative, Reading, Slot


class Reason(StrEnum):
    """Why something else is shown."""

    WITHOUT_CONDITIONS = "without_conditions"
    WITHOUT_RADIUS = "without_radius"
    OUTSIDE_AREA = "outside_area"
    FEWER_WORDS = "fewer_words"
    HOTLINES = "hotlines"
    ANYTHING = "anything"


@dataclass(frozen=True)
class Instead:
    """Entries shown in the place of results."""

    numbers: npt.NDArray[np.int64]
    reason: Reason


def instead_of(question: Question, arrays: Arrays, count: int) -> Instead | None:
    """Return what is nearest to an answer; None when there is no entry at all."""
    for weaker, reason in _weaker(question):
        ranked = weaker.ranked(arrays, count)
        if ranked.total:
            return Instead(ranked.numbers[:count], reason)
    return None


def _weaker(question: Question) -> Iterator[tuple[Question, Reason]]:
    near = question.near
    if question.facets:
        question = replace(question, facets=frozenset())
        yield question, Reason.WITHOUT_CONDITIONS
    if question.radius_km:
        question = replace(question, radius_km=None)
        yield question, Reason.WITHOUT_RADIUS
    if question.areas:
        question = replace(question, areas=(), position=near)
        yield question, Reason.OUTSIDE_AREA
    subjects = tuple(slot for slot in question.reading.slots if slot.category)
    if subjects and len(subjects) < len(question.reading.slots):
        yield replace(question, reading=Reading(slots=subjects)), Reason.FEWER_WORDS
    yield replace(question, least_cover=1), Reason.FEWER_WORDS
    category = question.category or question.reading.category
    hotlines = replace(question, reading=Reading(), category=HOTLINES)
    if category:
        about_it = Reading(slots=(Slot((Alternative((f"#{category}",)),), category=category),))
        yield replace(hotlines, reading=about_it), Reason.HOTLINES
    yield hotlines, Reason.HOTLINES
    yield replace(question, reading=Reading(), category=None), Reason.ANYTHING
