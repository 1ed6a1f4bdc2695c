"""Find the known words that one slip of the finger, or a forgotten space, lie away from a word nobody knows."""

from collections.abc import Collection, Iterator
from functools import lru_cache

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
LONGEST_SYLLABLE = 7
MOST_PARTS = 5
LONGEST_JOINED = 30


class Speller:
    """Corrections towards a vocabulary of folded syllables.

    Why no index of deletions: a word of six letters has 330 neighbours, and looking them all up takes 40 µs without a
    byte of memory; a Vietnamese vocabulary is small but every worker would hold its index.
    """

    def __init__(self, known: Collection[str]) -> None:
        self._known = known
        self.one_edit_away = lru_cache(maxsize=2048)(self._one_edit_away)
        self.parted = lru_cache(maxsize=2048)(self._parted)

    def _one_edit_away(self, word: str) -> tuple[str, ...]:
        """Return the known words one letter inserted, lost, changed or swapped away; in alphabetical order."""
        return tuple(sorted({near for near in _neighbours(word) if near in self._known and near != word}))

    def _parted(self, word: str) -> tuple[tuple[str, ...], ...]:
        """Return the ways in which a word is known syllables written together, fewest parts first."""
        if len(word) > LONGEST_JOINED:
            return ()
        ways = [way for way in self._ways(word, MOST_PARTS) if len(way) > 1]
        return tuple(sorted(ways, key=lambda way: (len(way), way)))

    def _ways(self, rest: str, most_parts: int) -> Iterator[tuple[str, ...]]:
        if not rest:
            yield ()
        elif most_parts:
            for end in range(1, min(LONGEST_SYLLABLE, len(rest)) + 1):
                if rest[:end] in self._known:
                    for way in self._ways(rest[end:], most_parts - 1):
                        yield (rest[:end], *way)


def _neighbours(word: str) -> Iterator[str]:
    for place in range(len(word) + 1):
        before, after = word[:place], word[place:]
        if after:
            yield before + after[1:]
            for letter in _LETTERS:
                yield before + letter + after[1:]
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]
        for letter in _LETTERS:
            yield before + letter + after
