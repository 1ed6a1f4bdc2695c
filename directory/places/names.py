"""Read a place as people write it: "P. Bãi Cháy, TP. Hạ Long", "Q1", "phuong 12 quan binh thanh", "Ha Long City"."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from directory.places.units import Rank, Unit
from directory.vietnamese import key, marked_key, marked_syllables, nfc, syllables

#: Hard limits of what is read as a place; a longer text is none.
LONGEST_TEXT = 200
MOST_WORDS = 30

_SEPARATOR = re.compile(r"[,;\n|]+")
#: "Q1", "p12": the prefix written together with the number. F is what Sài Gòn writes for phường.
_NUMBERED = re.compile(r"([qpf])(\d{1,2})")
#: What the first part of an address begins with when it names a street or hamlet, which no unit is.
_STREET_WORDS = frozenset(
    {
        "so",
        "duong",
        "pho",
        "ngo",
        "ngach",
        "hem",
        "hxh",
        "kiet",
        "thon",
        "ap",
        "to",
        "khu",
        "khom",
        "lo",
        "toa",
        "tang",
        "doc",
        "cau",
        "kp",
        "ql",
    }
)
_COUNTRY = (("viet", "nam"), ("vietnam",), ("vn",))

_NUMBERS = {
    "nhat": "1", "mot": "1", "hai": "2", "ba": "3", "bon": "4", "tu": "4", "nam": "5", "sau": "6", "bay": "7",
    "tam": "8", "chin": "9", "muoi": "10",
}  # fmt: skip


class Word(NamedTuple):
    """One syllable as typed and as compared; ``place`` is the number of the token it came from."""

    key: str
    typed: str
    place: int


@dataclass(frozen=True)
class Prefix:
    """The word before a name that says what kind of unit is meant."""

    ranks: frozenset[Rank]
    kinds: frozenset[str]
    #: The prefix with its marks; a typed "quán" is not "quận".
    spelling: str

    def choose(self, units: Sequence[Unit]) -> list[Unit]:
        """Keep the units of exactly this kind; else those of its rank, since kinds change while people remember."""
        exact = [unit for unit in units if unit.kind in self.kinds]
        return exact or [unit for unit in units if unit.rank in self.ranks]


_WARD, _DISTRICT, _PROVINCE = frozenset({Rank.WARD}), frozenset({Rank.DISTRICT}), frozenset({Rank.PROVINCE})

#: Every prefix as it is written, the ranks it may mean, and the kinds it means first.
_SPELT_PREFIXES: dict[str, tuple[frozenset[Rank], frozenset[str]]] = {
    spelling: (ranks, kinds)
    for spellings, ranks, kinds in (
        (("thành phố", "tp", "city"), _DISTRICT | _PROVINCE, frozenset({"Thành phố"})),
        (("thị xã", "tx", "town"), _DISTRICT, frozenset({"Thị xã"})),
        (("quận", "q"), _DISTRICT, frozenset({"Quận"})),
        (("huyện", "h"), _DISTRICT, frozenset({"Huyện"})),
        (("district",), _DISTRICT, frozenset[str]()),
        (("phường", "p", "f", "ward"), _WARD, frozenset({"Phường"})),
        (("xã", "x", "commune"), _WARD, frozenset({"Xã"})),
        (("thị trấn", "tt"), _WARD, frozenset({"Thị trấn"})),
        (("đặc khu", "đk"), _WARD, frozenset({"Đặc khu"})),
        (("đảo", "quần đảo", "huyện đảo", "xã đảo"), _WARD | _DISTRICT, frozenset({"Đặc khu"})),
        (("tỉnh", "t", "province"), _PROVINCE, frozenset[str]()),
    )
    for spelling in spellings
}
LONGEST_PREFIX = 2


@lru_cache(maxsize=8192)
def compared(syllable: str) -> str:
    """Return what a folded syllable is compared by; "01" is the number 1."""
    return str(int(syllable)) if syllable.isdecimal() and len(syllable) <= 3 else key(syllable)


PREFIXES = {
    tuple(compared(part) for part in spelling.split()): Prefix(ranks, kinds, spelling)
    for spelling, (ranks, kinds) in _SPELT_PREFIXES.items()
}
#: English puts the kind behind the name.
SUFFIXES = {
    compared(word): PREFIXES[compared(word),] for word in ("city", "town", "district", "ward", "commune", "province")
}


def name_keys(name: str) -> tuple[str, ...]:
    """Return the keys of a name's syllables."""
    return tuple(compared(syllable) for syllable in syllables(name))


def read_words(typed: Sequence[str]) -> list[Word]:
    """Return the words of a list of tokens; "q1" becomes two words from the same token."""
    words = []
    for place, token in enumerate(typed):
        folded = compared(token)
        numbered = _NUMBERED.fullmatch(folded)
        if numbered:
            words += [Word(numbered[1], numbered[1], place), Word(compared(numbered[2]), numbered[2], place)]
        else:
            words.append(Word(folded, token, place))
    return words


def read_phrase(text: str) -> list[list[Word]]:
    """Split what somebody wrote into its parts between commas, without the country.

    A text too long for a place has no parts.
    """
    if len(text) > LONGEST_TEXT:
        return []
    parts = [read_words(marked_syllables(nfc(part))) for part in _SEPARATOR.split(text)]
    parts = [part for part in parts if part]
    if len(parts) > 1 and tuple(word.key for word in parts[-1]) in _COUNTRY:
        parts.pop()
    return parts if sum(map(len, parts)) <= MOST_WORDS else []


def is_street(part: Sequence[Word]) -> bool:
    """Tell whether a part of an address begins as a street, house or hamlet does."""
    return part[0].key[0].isdigit() or part[0].key in _STREET_WORDS


def as_number(keys: Sequence[str]) -> str | None:
    """Return "12" for ("muoi", "hai"): some write "quận mười hai"."""
    if len(keys) == 1:
        return _NUMBERS.get(keys[0])
    if len(keys) == 2 and keys[0] == "muoi" and keys[1] in _NUMBERS:
        return str(10 + int(_NUMBERS[keys[1]]))
    return None


@lru_cache(maxsize=8192)
def spelling(text: str) -> tuple[str, ...]:
    """Return the syllables of a name with their marks, "hoà" and "hòa" alike."""
    return tuple(marked_key(token) for token in marked_syllables(text))


def marks_disagree(typed: Sequence[Word], name: str) -> bool:
    """Tell whether a syllable was typed with marks that the name does not have.

    Why not the other way round: people leave marks out, wholly or here and there, but do not invent them.
    """
    if all(word.typed.isascii() for word in typed):
        return False
    spelt = spelling(name)
    return len(spelt) == len(typed) and any(
        not word.typed.isascii() and marked_key(word.typed) != syllable
        for word, syllable in zip(typed, spelt, strict=True)
    )
