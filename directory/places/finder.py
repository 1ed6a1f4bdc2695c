"""Find the places named inside a question, without taking everyday words for places.

A name is taken for a place only when nothing speaks against it:

1. marks that were typed are the name's own ("tạm lánh" is not xã Tam Lãnh);
2. a name which is an everyday word, too, has its prefix before it ("xã An Toàn"), or marks that are not the word's;
3. its edge does not cut an everyday word in two (in "xã hội an toàn" there is no Hội An);
4. a name of one syllable is a province (Huế), or a former city or district typed with its marks (Vinh, Chũ; "chu" is a
   word), or has its prefix; a number always has it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from directory.places.name_index import NameIndex, Reading
from directory.places.names import Word, compared, marks_disagree, name_keys, read_words
from directory.places.rules import Point
from directory.places.units import Rank, Unit
from directory.vietnamese import marked_key

REMEMBERED = 4096
#: So many candidates can be offered to choose from; a name that more bear is hardly a place without its prefix.
FEW = 3
#: A question with more words is read so far and no further.
MOST_TOKENS = 60


@dataclass(frozen=True)
class Resolution:
    """One thing that a text may mean: today's wards of it, and where it is."""

    text: str
    #: To show: "Phường Bãi Cháy, Quảng Ninh", "TP Hạ Long (cũ), Quảng Ninh".
    name: str
    #: "province", "ward", "old-province", "old-district" or "old-ward".
    kind: str
    #: The unit meant; for a ward named by its former address, the former ward comes second.
    unit_keys: tuple[str, ...]
    ward_codes: frozenset[str]
    province_codes: frozenset[str]
    point: Point


@dataclass(frozen=True)
class PlaceMatch:
    """A place named by the tokens from ``start`` up to, not including, ``end``, and the evidence for it."""

    start: int
    end: int
    resolutions: tuple[Resolution, ...]
    #: "phường Bãi Cháy", "Q1", "Ha Long City".
    had_prefix: bool
    #: Another place that holds it follows: "bãi cháy hạ long".
    is_qualified: bool

    @property
    def is_province(self) -> bool:
        """Whether a province, in force or former, is meant."""
        return any(resolution.kind.endswith("province") for resolution in self.resolutions)

    @property
    def is_firm(self) -> bool:
        """Whether it is to be understood as a place without asking; else it may be a mere name ("Tân Thành")."""
        if self.had_prefix or self.is_qualified or self.is_province:
            return True
        most = FEW if self.resolutions[0].kind == "old-district" else 1
        return len(self.resolutions) <= most


Meanings = Callable[[Sequence[Reading], str], tuple[Resolution, ...]]


class PlaceFinder:
    """Finds names in questions; dictionary look-ups only, about 0.05 ms for a question."""

    def __init__(self, index: NameIndex, everyday_words: Iterable[str], meanings: Meanings) -> None:
        self._index = index
        self._meanings = meanings
        self._everyday: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for form in everyday_words:
            self._everyday[name_keys(form)].append(form)
        self._everyday.default_factory = None
        self._remembered = lru_cache(maxsize=REMEMBERED)(self._find)

    def find_in(self, tokens: Sequence[str], original: Sequence[str] | None = None) -> list[PlaceMatch]:
        """Return the places named in a question, from left to right."""
        typed = list(tokens if original is None or len(original) != len(tokens) else original)
        # A token that was read as keystrokes or corrected is the token; what was typed no longer says its marks.
        agreed = [
            word if compared(word) == compared(token) else token for token, word in zip(tokens, typed, strict=True)
        ]
        return list(self._remembered(tuple(agreed[:MOST_TOKENS])))

    def _find(self, typed: tuple[str, ...]) -> tuple[PlaceMatch, ...]:
        words = read_words(typed)
        found = []
        start = 0
        while start < len(words):
            match = self._longest_at(words, start)
            if match is None:
                start += 1
            else:
                found.append(match)
                start = next((i for i, word in enumerate(words) if word.place >= match.end), len(words))
        return tuple(found)

    def _longest_at(self, words: Sequence[Word], start: int) -> PlaceMatch | None:
        for reading in self._index.readings(words, start):
            if self._is_meant(words, reading):
                way = self._extended(words, [reading])
                text = " ".join(word.typed for word in words[start : max(step.end for step in way)])
                resolutions = self._meanings(way, text)
                if resolutions:
                    return _match(words, way, resolutions)
        return None

    def _extended(self, words: Sequence[Word], way: list[Reading]) -> list[Reading]:
        """Add the places that follow and hold this one, or lie in it ("hà nội cầu giấy")."""
        end = way[0].end
        while end < len(words):
            for reading in self._index.readings(words, end):
                if reading.marks_disagree or not reading.in_questions or not self._edges_hold(words, reading):
                    continue
                if any(self._meanings(longer, "") for longer in ([*way, reading], [reading, *way])):
                    way = [*way, reading] if self._meanings([*way, reading], "") else [reading, *way]
                    end = reading.end
                    break
            else:
                break
        return way

    def _is_meant(self, words: Sequence[Word], reading: Reading) -> bool:
        if reading.marks_disagree or not reading.in_questions or not self._edges_hold(words, reading):
            return False
        if reading.prefix is not None:
            return True
        name = words[reading.name_start : reading.name_end]
        if len(name) == 1 and not reading.is_alias and not any(_stands_alone(unit, name[0]) for unit in reading.units):
            return False
        return not self._is_everyday(name)

    def _edges_hold(self, words: Sequence[Word], reading: Reading) -> bool:
        """Tell whether the name cuts no everyday word in two, at its beginning or, short of a province, at its end."""
        start, end = reading.name_start, reading.name_end
        if start > 0 and self._is_everyday(words[start - 1 : start + 1]):
            return False
        is_province = any(unit.rank is Rank.PROVINCE for unit in reading.units)
        return is_province or end == len(words) or not self._is_everyday(words[end - 1 : end + 1])

    def _is_everyday(self, words: Sequence[Word]) -> bool:
        forms = self._everyday.get(tuple(word.key for word in words), ())
        return any(not marks_disagree(words, form) for form in forms)


def _match(words: Sequence[Word], way: Sequence[Reading], resolutions: tuple[Resolution, ...]) -> PlaceMatch:
    return PlaceMatch(
        start=words[min(step.start for step in way)].place,
        end=words[max(step.end for step in way) - 1].place + 1,
        resolutions=resolutions,
        had_prefix=way[0].prefix is not None,
        is_qualified=len(way) > 1,
    )


def _stands_alone(unit: Unit, word: Word) -> bool:
    """Tell whether one syllable is enough to name this unit inside a question."""
    if unit.rank is Rank.PROVINCE:
        return True
    return unit.rank is Rank.DISTRICT and marked_key(word.typed) == marked_key(unit.name)
