"""Which words are known, and what an unknown one may have been meant to be.

A word is known when some entry, some table of words or some place has it. Only an unknown word is repaired, and only
when there is something to repair it to: a known syllable has on average 19 known neighbours, so correcting it is noise.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from functools import lru_cache
from itertools import pairwise

from directory.places.gazetteer import Gazetteer
from directory.search.arrays import Arrays
from directory.search.words import Keys, Words
from directory.vietnamese import Speller, key, read_keystrokes

#: A shorter word has too many neighbours, and two letters are an abbreviation nobody explained.
SHORTEST_CORRECTED = 3
#: A longer one is no word of any language here; its neighbours would fill the memory.
LONGEST_CORRECTED = 20
SHORTEST_PREFIX = 2
MOST_READINGS = 32
MOST_LONGER = 12
MOST_PREFIXES = 512
#: "p28": a letter and at most two digits.
LONGEST_SHORT_UNIT = 3


class Repair(IntEnum):
    """How a word was repaired, surest first."""

    NONE = 0
    KEYSTROKES = 1
    PARTED = 2
    SPELLING = 3
    UNFINISHED = 4


@dataclass(frozen=True)
class Repaired:
    """What one typed word may be: itself, or other words, each a tuple of syllables; likeliest first."""

    how: Repair
    readings: tuple[Keys, ...]


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """All that is known at one state of the index."""

    arrays: Arrays
    words: Words
    place_names: frozenset[str]
    speller: Speller
    #: Kept here, and not by the function, so that it goes with a state of the index that is over.
    _started: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def knows(self, word: str) -> bool:
        """Tell whether a key stands in an entry, a table of words or a place name."""
        return (
            word in self.arrays.syllables
            or word in self.words.syllables
            or word in self.words.initials
            or word in self.place_names
        )

    def are_neighbours(self, one: str, two: str) -> bool:
        """Tell whether two keys stand side by side somewhere: in a name, a subject or a form."""
        return f"{one}_{two}" in self.arrays.postings or (one, two) in self.words.pairs

    def repair(self, keys: Sequence[str], at: int) -> Repaired:
        """Return what the word at a position may be, given its neighbours."""
        word = keys[at]
        if self.knows(word):
            return Repaired(Repair.NONE, ((word,),))
        unit = _short_unit(word)
        if unit:
            return Repaired(Repair.PARTED, (unit,))
        typed = [key(reading) for reading in read_keystrokes(word)]
        known = [(reading,) for reading in typed if self.knows(reading)]
        if known:
            return Repaired(Repair.KEYSTROKES, tuple(known[:1]))
        parted = self._best_parted(word)
        if parted:
            return Repaired(Repair.PARTED, (parted,))
        near = self._near(word)
        longer = self.starting_with(word) if at == len(keys) - 1 else ()
        chosen = self._best_fitting(keys, at, (*near, *longer))
        if not chosen:
            return Repaired(Repair.NONE, ((word,),))
        return Repaired(Repair.SPELLING if near else Repair.UNFINISHED, chosen)

    def reread(self, keys: Sequence[str], at: int) -> Repaired:
        """Return the keystroke reading of a known word when it fits its neighbours better: "lee" among Telex words."""
        word = keys[at]
        readings = [key(reading) for reading in read_keystrokes(word)]
        better = [reading for reading in readings if self.fit(keys, at, reading) > self.fit(keys, at, word)]
        return Repaired(Repair.KEYSTROKES, ((better[0],),)) if better else Repaired(Repair.NONE, ((word,),))

    def second_look(self, keys: Sequence[str], at: int) -> Repaired:
        """Return what a known word may be when nothing has all words: one letter off and at home beside its neighbours.

        The last word may also be the beginning of a longer one.
        """
        word = keys[at]
        longer = self.starting_with(word) if at == len(keys) - 1 else ()
        chosen = self._best_fitting(keys, at, (*self._near(word, shortest=2), *longer))
        if chosen and self.fit(keys, at, chosen[0][0]) > self.fit(keys, at, word):
            return Repaired(Repair.SPELLING, chosen)
        if longer:
            return Repaired(Repair.UNFINISHED, ((word,), *((one,) for one in longer)))
        return Repaired(Repair.NONE, ((word,),))

    def _near(self, word: str, shortest: int = SHORTEST_CORRECTED) -> tuple[str, ...]:
        fits = shortest <= len(word) <= LONGEST_CORRECTED and word.isalpha()
        return self.speller.one_edit_away(word) if fits else ()

    def _best_fitting(self, keys: Sequence[str], at: int, readings: Sequence[str]) -> tuple[Keys, ...]:
        """Return the readings that fit the neighbours best, commonest first."""
        fit = {reading: self.fit(keys, at, reading) for reading in readings}
        best = max(fit.values(), default=0)
        chosen = [reading for reading in fit if fit[reading] == best]
        frequency = self.arrays.postings.frequency
        by_frequency = sorted(chosen, key=lambda reading: (-frequency(reading), reading))
        return tuple((reading,) for reading in by_frequency[:MOST_READINGS])

    def fit(self, keys: Sequence[str], at: int, reading: str) -> int:
        """Count the neighbours that a reading is known to stand beside; one in a table of words counts double."""
        fit = 0
        for pair in ((keys[at - 1], reading) if at else None, (reading, keys[at + 1]) if at + 1 < len(keys) else None):
            if pair is not None:
                fit += 2 * (pair in self.words.pairs) or ("_".join(pair) in self.arrays.postings)
        return fit

    def _best_parted(self, word: str) -> Keys:
        """Return the syllables of joined words, when they are known to stand side by side."""
        for way in self.speller.parted(word):
            parts = tuple(map(key, way))
            if all(self.are_neighbours(one, two) for one, two in pairwise(parts)):
                return parts
        return ()

    def starting_with(self, prefix: str) -> tuple[str, ...]:
        """Return the known words that begin with what was typed so far, commonest first."""
        if len(prefix) < SHORTEST_PREFIX:
            return ()
        found = self._started.get(prefix)
        if found is None:
            if len(self._started) >= MOST_PREFIXES:
                self._started.clear()
            found = self._started[prefix] = self._starting_with(prefix)
        return found

    def _starting_with(self, prefix: str) -> tuple[str, ...]:
        known = self.arrays.syllables | self.words.syllables
        found = [word for word in known if word.startswith(prefix) and word != prefix]
        frequency = self.arrays.postings.frequency
        return tuple(sorted(found, key=lambda word: (-frequency(word), word))[:MOST_LONGER])


def _short_unit(word: str) -> Keys:
    """Return a numbered quận or phường written together: "q1" is Quận 1."""
    is_unit = word[0] in "qp" and word[1:].isascii() and word[1:].isdigit() and len(word) <= LONGEST_SHORT_UNIT
    return (word[0], word[1:]) if is_unit else ()


@lru_cache(maxsize=2)
def place_syllables(gazetteer: Gazetteer) -> frozenset[str]:
    """Return the syllables of all place names."""
    return frozenset(part for name, _ in gazetteer.index.names() for part in name.split(" "))


def vocabulary_of(arrays: Arrays, words: Words, gazetteer: Gazetteer) -> Vocabulary:
    """Gather what is known."""
    places = place_syllables(gazetteer)
    return Vocabulary(arrays, words, places, Speller(arrays.syllables | words.syllables | places))
