"""Read a query: what is a word to be matched, and what says something else.

The rules, in plain words:

1. Words are compared by their keys: without marks, đ as d, i and y alike.
2. A word that nobody knows is first read as unconverted Telex or VNI keystrokes, then as words written together, then
   with one letter changed; see ``vocabulary.py``. What was corrected is said.
3. Phrases are understood, longest first: facets ("miễn phí"), subjects ("bị đánh"), places ("uông bí"), "gần tôi",
   synonyms ("bv"). Marks that were typed must not contradict: "tâm lành" is not "tạm lánh".
4. Fillers ("cho em hỏi", "ở đâu") are dropped while other words remain.
5. What the person has undone becomes plain words again.
6. The rest are plain words.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise

from directory.places.gazetteer import Gazetteer, Resolution
from directory.search.analysis import whole_name_term
from directory.search.phrases import AREA, PERHAPS, Span, phrases
from directory.search.vocabulary import Repair, Repaired, Vocabulary
from directory.search.words import Keys, Kind, Words
from directory.vietnamese import key, marked_key, marked_syllables, nfc, syllables

#: Units: characters; decomposed text has up to three for a letter.
LONGEST_TEXT = 400
MOST_TOKENS = 24
MOST_SLOTS = 16
CORRECTION = "correction"
#: A name that consists of understood words only ("nhà thuốc") is the name of many; from this length on it is one's own.
LONGEST_GENERIC_NAME = 3


class Strength(StrEnum):
    """What evidence an alternative accepts."""

    ANY = "any"
    #: Only in a subject or a name.
    STRONG = "strong"
    #: Anywhere, but never worth more than a word in a description.
    WEAK = "weak"


@dataclass(frozen=True)
class Alternative:
    """Terms that together satisfy a slot."""

    terms: Keys
    strength: Strength = Strength.ANY


@dataclass(frozen=True)
class Slot:
    """A word or phrase of the query that an entry must satisfy, by any of the alternatives."""

    alternatives: tuple[Alternative, ...]
    #: The subject that the words mean, if they mean one.
    category: str | None = None
    #: How many words of the query it stands for.
    length: int = 1


@dataclass(frozen=True)
class Understanding:
    """One thing that was understood, with the words that said so; the page lets it be undone by its key."""

    key: str
    value: str
    words: str


@dataclass(frozen=True)
class Reading:
    """A query as understood."""

    terms: tuple[str, ...] = ()
    slots: tuple[Slot, ...] = ()
    #: Neighbours in the query that may stand side by side in a name.
    pairs: Keys = ()
    #: The same when nothing but subjects is asked for: then nearness comes before them.
    own_words: Keys = ()
    marks: Keys = ()
    #: Terms of whole names that the query may be.
    names: Keys = ()
    near_me: bool = False
    area: tuple[Resolution, ...] = ()
    #: Whether more than its bare name says that the area is one; else it may be a part of somebody's name.
    is_area_sure: bool = False
    #: What a word may be the name of, too.
    perhaps: tuple[Resolution, ...] = ()
    facets: tuple[str, ...] = ()
    corrected: str | None = None
    understandings: tuple[Understanding, ...] = ()

    @property
    def category(self) -> str | None:
        """The subject of the longest words that mean one."""
        return next((slot.category for slot in self.slots if slot.category), None)

    @property
    def is_subject_only(self) -> bool:
        """Whether nothing but subjects is asked for, apart from where and under which conditions."""
        return bool(self.slots) and all(slot.category for slot in self.slots)


@dataclass
class _Token:
    """A word of the query after repair, with all that it may be."""

    key: str
    typed: str
    readings: tuple[Keys, ...]


def read_query(
    text: str,
    vocabulary: Vocabulary,
    gazetteer: Gazetteer,
    ignore: frozenset[str] = frozenset(),
    *,
    is_second_look: bool = False,
) -> Reading:
    """Return what a query means; at a second look also known words may be slips, and the last one unfinished."""
    text = nfc(text[:LONGEST_TEXT])
    typed = marked_syllables(text)[:MOST_TOKENS]
    keys = [key(token) for token in syllables(text)[:MOST_TOKENS]]
    tokens = [_Token(word, mark, ((word,),)) for word, mark in zip(keys, typed, strict=True)]
    if not tokens:
        return Reading()
    how: set[Repair] = set()
    if CORRECTION not in ignore:
        tokens, how = _corrected(tokens, vocabulary)
    spans = _phrases(tokens, vocabulary, gazetteer, ignore)
    if CORRECTION not in ignore and is_second_look:
        inside = {at for span in spans if span.kind != PERHAPS for at in range(span.start, span.end)}
        seen_again, slips = _repaired(tokens, vocabulary, Vocabulary.second_look, set(range(len(tokens))) - inside)
        # One slip among words that all exist is likely; two of them are another sentence.
        if sum(slip is Repair.SPELLING for slip in slips) <= 1:
            tokens, how = seen_again, how | set(slips)
            spans = _phrases(tokens, vocabulary, gazetteer, ignore)
    was_corrected = bool(how - {Repair.NONE, Repair.UNFINISHED})
    return _Composer(tokens, spans, vocabulary.words, was_corrected=was_corrected).reading()


def _phrases(
    tokens: Sequence[_Token], vocabulary: Vocabulary, gazetteer: Gazetteer, ignore: frozenset[str]
) -> list[Span]:
    keys, typed = [token.key for token in tokens], [token.typed for token in tokens]
    return phrases(keys, typed, vocabulary.words, gazetteer, ignore)


_Repair = Callable[[Vocabulary, Sequence[str], int], Repaired]


def _corrected(tokens: list[_Token], vocabulary: Vocabulary) -> tuple[list[_Token], set[Repair]]:
    """Return the words with the unknown ones repaired."""
    everywhere = set(range(len(tokens)))
    tokens, repairs = _repaired(tokens, vocabulary, Vocabulary.repair, everywhere)
    how = set(repairs)
    if Repair.KEYSTROKES in how:
        # Somebody who types without an input method does so in every word, also where it looks like another one.
        tokens, _ = _repaired(tokens, vocabulary, Vocabulary.reread, set(range(len(tokens))))
    return tokens, how


def _repaired(
    tokens: list[_Token], vocabulary: Vocabulary, repair: _Repair, among: set[int]
) -> tuple[list[_Token], list[Repair]]:
    """Return the words with some of them repaired, and how each of those was."""
    keys = [token.key for token in tokens]
    after: list[_Token] = []
    how: list[Repair] = []
    for at, token in enumerate(tokens):
        found = repair(vocabulary, keys, at) if at in among else None
        if found is None or found.how is Repair.NONE:
            after.append(token)
            continue
        how.append(found.how)
        if len(found.readings) == 1:
            after += [_Token(part, part, ((part,),)) for part in found.readings[0]]
        else:
            first = found.readings[0][0]
            after.append(_Token(first, token.typed if first == token.key else first, found.readings))
    return after, how


@dataclass
class _Composer:
    """Puts the reading together from the tokens and the phrases found in them."""

    tokens: Sequence[_Token]
    spans: Sequence[Span]
    words: Words
    was_corrected: bool = field(kw_only=True)
    slots: list[tuple[int, Slot]] = field(default_factory=list)
    understood: list[Understanding] = field(default_factory=list)

    def reading(self) -> Reading:
        """Return the reading."""
        inside = {at: span for span in self.spans for at in range(span.start, span.end)}
        for at in range(len(self.tokens)):
            span = inside.get(at)
            if span is None or span.kind == PERHAPS:
                self.slots.append((1, self._word_slot(at)))
            elif at == span.start:
                self._take(span)
        slots = tuple(slot for _, slot in sorted(self.slots, key=lambda pair: -pair[0] * bool(pair[1].category)))
        area = next((span.places for span in self.spans if span.kind == AREA), ())
        pairs = tuple(dict.fromkeys(f"{one}_{two}" for run in self._written(inside) for one, two in pairwise(run)))[:7]
        is_narrow = any(form.is_narrow for span in self._of(Kind.CATEGORY) for form in span.forms)
        is_broad = Reading(slots=slots[:MOST_SLOTS]).is_subject_only and not is_narrow
        return Reading(
            terms=tuple(self.tokens[at].key for at in range(len(self.tokens)) if self._is_matched(inside.get(at))),
            slots=slots[:MOST_SLOTS],
            pairs=() if is_broad else pairs,
            own_words=pairs if is_broad else (),
            marks=() if is_broad else self._marks(inside),
            names=self._whole_names(inside),
            near_me=any(span.kind is Kind.NEAR_ME for span in self.spans),
            area=area,
            is_area_sure=any(span.is_sure for span in self._of(AREA)),
            perhaps=next((span.places for span in self._of(PERHAPS)), ()),
            facets=tuple(dict.fromkeys(form.value for span in self._of(Kind.FACET) for form in span.forms)),
            corrected=" ".join(token.typed for token in self.tokens) if self.was_corrected else None,
            understandings=tuple(self.understood),
        )

    def _of(self, kind: str) -> list[Span]:
        return [span for span in self.spans if span.kind == kind]

    def _is_matched(self, span: Span | None) -> bool:
        return span is None or span.kind in (Kind.CATEGORY, Kind.SYNONYM, PERHAPS)

    def _take(self, span: Span) -> None:
        typed = " ".join(token.typed for token in self.tokens[span.start : span.end])
        length = span.end - span.start
        if span.kind is Kind.CATEGORY:
            self.slots.append((length, self._category_slot(span)))
            self.understood.append(Understanding(Kind.CATEGORY, span.forms[0].value, typed))
        elif span.kind is Kind.SYNONYM:
            self.slots.append((length, self._synonym_slot(span)))
        elif span.kind is Kind.FACET:
            self.understood += [Understanding(form.value, form.value, typed) for form in span.forms]
        elif span.kind is Kind.NEAR_ME:
            self.understood.append(Understanding(Kind.NEAR_ME, "", typed))
        elif span.kind == AREA:
            self.understood.append(Understanding(AREA, span.places[0].name, typed))

    def _word_slot(self, at: int) -> Slot:
        return Slot(tuple(Alternative(reading) for reading in self.tokens[at].readings))

    def _category_slot(self, span: Span) -> Slot:
        keys = span.forms[0].keys
        in_name = keys if len(keys) == 1 else tuple(f"{one}_{two}" for one, two in pairwise(keys))
        groups = (form.value for form in self.words.forms.get(keys, ()) if form.kind is Kind.SYNONYM)
        alternatives = (
            *(Alternative((f"#{form.value}",)) for form in span.forms),
            *(Alternative((f"={group}",), Strength.STRONG) for group in groups),
            Alternative(in_name, Strength.STRONG),
        )
        return Slot(alternatives, category=span.forms[0].value, length=len(keys))

    def _synonym_slot(self, span: Span) -> Slot:
        keys = span.forms[0].keys
        written = self.words.initials.get(keys[0], (keys,)) if len(keys) == 1 else (keys,)
        apart = Strength.ANY if len(keys) == 1 and written == (keys,) else Strength.WEAK
        groups = tuple(Alternative((f"={form.value}",)) for form in span.forms)
        return Slot((*groups, *(Alternative(way, apart) for way in written)), length=len(written[0]))

    def _written(self, inside: dict[int, Span]) -> list[list[str]]:
        """Return the runs of matched words and area words, abbreviations written out."""
        runs: list[list[str]] = [[]]
        for at, token in enumerate(self.tokens):
            span = inside.get(at)
            if not self._is_matched(span) and (span is None or span.kind != AREA):
                runs.append([])
                continue
            runs[-1] += self.words.initials.get(token.key, ((token.key,),))[0]
        return runs

    def _marks(self, inside: dict[int, Span]) -> Keys:
        typed = [token.typed for at, token in enumerate(self.tokens) if self._is_matched(inside.get(at))]
        return tuple(dict.fromkeys("'" + marked_key(word) for word in typed if not word.isascii()))[:7]

    def _whole_names(self, inside: dict[int, Span]) -> Keys:
        """Return the terms of the whole names that begin the query, followed at most by where they are."""
        found: list[str] = []
        keys: list[str] = []
        area = next(iter(self._of(AREA)), None)
        is_own = False
        for at, token in enumerate(self.tokens):
            span = inside.get(at)
            keys += self.words.initials.get(token.key, ((token.key,),))[0]
            is_own = is_own or span is None or span.kind in (AREA, PERHAPS)
            at_end = at == len(self.tokens) - 1
            before_area = area is not None and area.end == len(self.tokens) and at >= area.start - 1
            if (at_end or before_area) and (is_own or len(keys) > LONGEST_GENERIC_NAME) and len(keys) > 1:
                found.append(whole_name_term(keys))
        return tuple(found)
