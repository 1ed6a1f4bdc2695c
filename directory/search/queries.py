"""Find and suggest: the questions that pages, the API and the command line ask of search."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import chain

import numpy as np

from directory.places.gazetteer import Gazetteer, Resolution
from directory.places.queries import gazetteer
from directory.places.rules import Point
from directory.search.arrays import Arrays
from directory.search.filters import OPEN_NOW
from directory.search.following import follower
from directory.search.instead import instead_of
from directory.search.phrases import area_key
from directory.search.question import Question
from directory.search.ranking import Found, Ranked, distances_m
from directory.search.suggestions import suggestions
from directory.search.understanding import Reading, Understanding, read_query
from directory.search.vocabulary import Vocabulary, vocabulary_of
from directory.search.words import words

FARTHEST_PAGE = 10_000
#: So many readings are remembered; the same words are read again for each page and filter.
MOST_READINGS = 1024


@dataclass(frozen=True)
class SearchRequest:
    """What a person asks for."""

    text: str = ""
    position: Point | None = None
    area: str | None = None
    category: str | None = None
    radius_km: float | None = None
    open_now: bool = False
    page: int = 1
    per_page: int = 20
    #: Understandings that the person undid: "near_me", "area", "category", "correction", or a facet.
    ignore: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Hit:
    """A result: which offering, and how far from the visitor's position when both are known and may be."""

    offering_id: int
    distance_m: int | None = None


@dataclass(frozen=True)
class Understood:
    """What was made of the request."""

    terms: tuple[str, ...] = ()
    near_me: bool = False
    #: The area as it is called, when there is exactly one.
    area: str | None = None
    #: What the place name may mean, when there is more than one.
    area_candidates: tuple[Resolution, ...] = ()
    category: str | None = None
    facets: tuple[str, ...] = ()
    corrected: str | None = None
    #: Each with the words that said so, so that a page can let it be undone.
    understandings: tuple[Understanding, ...] = ()
    #: A named area that no place is known for.
    unknown_area: str | None = None


@dataclass(frozen=True)
class SearchAnswer:
    """What was found, or what is shown in its place."""

    request: SearchRequest
    understood: Understood
    total: int
    #: How many of them have every word; the others come after these.
    with_all_words: int
    hits: tuple[Hit, ...]
    instead: tuple[Hit, ...] = ()
    instead_reason: str | None = None
    page: int = 1
    pages: int = 0


def find(request: SearchRequest, moment: datetime) -> SearchAnswer:
    """Answer a request as of a moment."""
    return answer(request, moment, follower().arrays(), gazetteer())


def answer(request: SearchRequest, moment: datetime, arrays: Arrays, names: Gazetteer) -> SearchAnswer:
    """Answer a request from given arrays, without the database."""
    areas = tuple(names.resolve(request.area)) if request.area else ()
    page = min(max(request.page, 1), FARTHEST_PAGE)
    question, ranked = _best_way(request, areas, arrays, names, moment)
    pages = -(-ranked.total // request.per_page)
    if page > pages > 0:
        page = pages
        ranked = question.ranked(arrays, page * request.per_page)
    shown = ranked.numbers[(page - 1) * request.per_page : page * request.per_page]
    other = None if ranked.total else instead_of(question, arrays, request.per_page)
    return SearchAnswer(
        request=request,
        understood=_understood(request, question, areas),
        total=ranked.total,
        with_all_words=ranked.with_all_words,
        hits=_hits(shown, arrays, request.position),
        instead=_hits(other.numbers, arrays, request.position) if other else (),
        instead_reason=other.reason if other else None,
        page=page,
        pages=pages,
    )


def _best_way(
    request: SearchRequest, areas: tuple[Resolution, ...], arrays: Arrays, names: Gazetteer, moment: datetime
) -> tuple[Question, Ranked]:
    """Return the first way of reading the query in which some entry has all of it; else the first way.

    The other ways are only tried when the plain one finds nothing that has all words.
    """
    count = min(max(request.page, 1), FARTHEST_PAGE) * request.per_page
    first = _read(arrays, names, request.text, request.ignore)
    others = () if first.is_subject_only else _other_readings(first, request, arrays, names)
    tried: list[tuple[Question, Ranked]] = []
    for reading in chain([first], others):
        if any(reading == question.reading for question, _ in tried):
            continue
        question = _question(request, reading, areas, moment)
        tried.append((question, question.ranked(arrays, count)))
        if tried[-1][1].with_all_words or not reading.slots:
            return tried[-1]
    return max(tried, key=lambda way: bool(way[1].total))


def _other_readings(first: Reading, request: SearchRequest, arrays: Arrays, names: Gazetteer) -> Iterator[Reading]:
    """Yield other ways to read the text: another place as the area, or none; known words as slips of the finger."""
    for is_second_look in (False, True):
        reading = _read(arrays, names, request.text, request.ignore, is_second_look=is_second_look)
        yield reading
        if reading.area:
            ignore = request.ignore | {area_key(reading.area)}
            other = _read(arrays, names, request.text, ignore, is_second_look=is_second_look)
            # "thị xã Hương Trà" is a place whatever is found there; a bare "Bình Dân" may be a part of a name.
            if other.is_area_sure or not first.is_area_sure:
                yield other


def _read(
    arrays: Arrays, names: Gazetteer, text: str, ignore: frozenset[str], *, is_second_look: bool = False
) -> Reading:
    asked = (names, text, ignore, is_second_look)
    reading: Reading | None = arrays.readings.get(asked)
    if reading is None:
        if len(arrays.readings) >= MOST_READINGS:
            arrays.readings.clear()
        reading = read_query(text, _vocabulary(arrays, names), names, ignore, is_second_look=is_second_look)
        arrays.readings[asked] = reading
    return reading


@lru_cache(maxsize=1)
def _vocabulary(arrays: Arrays, names: Gazetteer) -> Vocabulary:
    return vocabulary_of(arrays, words(), names)


def suggest(text: str, limit: int = 8) -> list[str]:
    """Return what the words typed so far may become."""
    return suggestions(text, limit, follower().arrays(), words(), gazetteer())


def _question(request: SearchRequest, reading: Reading, areas: tuple[Resolution, ...], moment: datetime) -> Question:
    facets = {*reading.facets, *((OPEN_NOW,) if request.open_now else ())}
    return Question(
        reading=reading,
        areas=areas or reading.area,
        is_area_strict=bool(areas),
        category=request.category,
        radius_km=request.radius_km,
        facets=frozenset(facets),
        position=request.position,
        moment=moment,
    )


def _understood(request: SearchRequest, question: Question, areas: tuple[Resolution, ...]) -> Understood:
    reading = question.reading
    return Understood(
        terms=reading.terms,
        near_me=reading.near_me,
        area=question.areas[0].name if len(question.areas) == 1 else None,
        area_candidates=question.areas if len(question.areas) > 1 else reading.perhaps,
        category=request.category or reading.category,
        facets=reading.facets,
        corrected=reading.corrected,
        understandings=reading.understandings,
        unknown_area=request.area if request.area and not areas else None,
    )


def _hits(numbers: Found, arrays: Arrays, position: Point | None) -> tuple[Hit, ...]:
    """Return the entries as results; the distance is told of public places only."""
    table = arrays.table
    ids = table.ids[numbers].tolist()
    if position is None:
        return tuple(map(Hit, ids))
    metres = np.where(table.is_public[numbers], distances_m(numbers, table, position), np.inf).tolist()
    return tuple(Hit(one, None if far == np.inf else int(far)) for one, far in zip(ids, metres, strict=True))
