"""Every name and alias of every unit, and how the words at one place of a text can be read as one of them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from directory.places.names import (
    LONGEST_PREFIX,
    PREFIXES,
    SUFFIXES,
    Prefix,
    Word,
    as_number,
    marks_disagree,
    name_keys,
    spelling,
)
from directory.places.units import Atlas, Rank, Unit
from directory.vietnamese import marked_key

#: A name written as one word ("halong", "hanoi") is known from this length on; shorter ones are words of their own.
SHORTEST_JOINED = 5


class Alias(NamedTuple):
    """Another name of a unit: a nickname, an abbreviation, a former spelling."""

    name: str
    unit_key: str
    #: Whether it may be read inside a question; "ĐN" may not, since it means too much.
    in_questions: bool = True


class Entry(NamedTuple):
    """A unit under one of its names."""

    unit: Unit
    spelling: str
    #: An abbreviation, a nickname or a name written as one word: its length says nothing about how sure it is.
    is_alias: bool
    in_questions: bool


class Reading(NamedTuple):
    """Some words read as one name, with the units that bear it."""

    start: int
    #: Where the name itself begins, behind a prefix.
    name_start: int
    name_end: int
    end: int
    prefix: Prefix | None
    units: tuple[Unit, ...]
    #: Typed marks contradict every unit of the name.
    marks_disagree: bool
    is_alias: bool
    in_questions: bool


class NameIndex:
    """Names by their keys. Building it for 14,000 units takes a tenth of a second."""

    def __init__(self, atlas: Atlas, aliases: Iterable[Alias]) -> None:
        self._entries: dict[str, list[Entry]] = defaultdict(list)
        for unit in atlas.units.values():
            keys = name_keys(unit.name)
            self._entries[" ".join(keys)].append(Entry(unit, unit.name, False, True))
            if unit.rank > Rank.WARD and len(keys) > 1 and len(joined := "".join(keys)) >= SHORTEST_JOINED:
                self._entries[joined].append(Entry(unit, joined, True, True))
        for alias in aliases:
            entry = Entry(atlas.units[alias.unit_key], alias.name, True, alias.in_questions)
            self._entries[" ".join(name_keys(alias.name))].append(entry)
        self._most_words: dict[str, int] = defaultdict(int)
        for joined_keys in self._entries:
            first, *rest = joined_keys.split(" ")
            self._most_words[first] = max(self._most_words[first], 1 + len(rest))
        self._most_words.default_factory = None
        self._first_words = self._most_words.keys() | {prefix[0] for prefix in PREFIXES}

    def names(self) -> Iterable[tuple[str, list[Entry]]]:
        """Return every name's keys, joined by spaces, with its entries."""
        return self._entries.items()

    def readings(self, words: Sequence[Word], start: int) -> list[Reading]:
        """Return the ways to read a name at this word, most words first, a prefixed before a bare one."""
        found: list[Reading] = []
        if words[start].key not in self._first_words:
            return found
        for length in range(LONGEST_PREFIX, 0, -1):
            prefix = PREFIXES.get(tuple(word.key for word in words[start : start + length]))
            if prefix is not None and _prefix_fits(words[start : start + length], prefix):
                found += self._names_at(words, start, start + length, prefix)
        found += self._names_at(words, start, start, None)
        return sorted(found, key=lambda reading: -reading.end)

    def _names_at(self, words: Sequence[Word], start: int, name_start: int, prefix: Prefix | None) -> list[Reading]:
        if name_start >= len(words):
            return []
        most = self._most_words.get(words[name_start].key, 0)
        if prefix is not None:
            # "quận ba", "quận mười hai": the number words need not begin a name.
            most = max(most, 2)
        found = []
        for name_end in range(min(name_start + most, len(words)), name_start, -1):
            entries = self._entries_of(words[name_start:name_end], prefix is not None)
            if entries:
                found += _read(words, start, name_start, name_end, prefix, entries)
        return found

    def _entries_of(self, name: Sequence[Word], has_prefix: bool) -> Sequence[Entry]:
        keys = [word.key for word in name]
        entries = self._entries.get(" ".join(keys), [])
        if not has_prefix:
            # A number alone is no place.
            return [] if len(keys) == 1 and keys[0].isdecimal() else entries
        number = as_number(keys)
        return [*entries, *self._entries.get(number, [])] if number else entries


def _read(
    words: Sequence[Word], start: int, name_start: int, name_end: int, prefix: Prefix | None, entries: Sequence[Entry]
) -> list[Reading]:
    """Return the reading of a name, and the one with an English kind behind it."""
    name = words[name_start:name_end]
    agreeing = [entry for entry in entries if not marks_disagree(name, entry.spelling)]
    kept = _spelt_exactly(words, name, agreeing) or agreeing or entries
    end = name_end
    if prefix is None and end < len(words) and words[end].key in SUFFIXES:
        prefix, end = SUFFIXES[words[end].key], end + 1
    units: Sequence[Unit] = list(dict.fromkeys(entry.unit for entry in kept))
    if prefix is not None:
        units = prefix.choose(units)
    if not units:
        return []
    is_alias = all(entry.is_alias for entry in kept)
    in_questions = any(entry.in_questions for entry in kept)
    return [Reading(start, name_start, name_end, end, prefix, tuple(units), not agreeing, is_alias, in_questions)]


def _spelt_exactly(words: Sequence[Word], name: Sequence[Word], entries: Sequence[Entry]) -> list[Entry]:
    """Keep the names spelt as typed, when marks were typed at all: then a syllable without marks has none."""
    if len(entries) < 2 or all(word.typed.isascii() for word in words):
        return []
    typed = tuple(marked_key(word.typed) for word in name)
    return [entry for entry in entries if spelling(entry.spelling) == typed]


def _prefix_fits(typed: Sequence[Word], prefix: Prefix) -> bool:
    """Tell whether the marks of a prefix, where typed, are its own: "quán" is not "quận"."""
    return not marks_disagree(typed, prefix.spelling)
