"""How much alike the names of places are. Pure.

A name is the set of its words; a rare word says more than a common one. What a word says depends on powers of two only
(of the number of places, and of those that have the word), so that one place more or less changes what next to no word
says, and everything else that is known about all other names stays true.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from math import log
from typing import NamedTuple

import numpy as np

from directory.vietnamese import Speller, fold, syllables

#: Share of what two names say that they have in common, from which on they are alike.
ALIKE = 0.8
#: Below this no slip of the finger makes two names one.
WORTH_A_LOOK = 0.4
_SHORTEST_MISSPELT = 3
_SHORT_FORMS = {
    "bv": "benh vien", "bvdk": "benh vien da khoa", "cn": "chi nhanh", "cty": "cong ty", "dk": "da khoa",
    "nt": "nha thuoc", "p": "phuong", "pk": "phong kham", "pkdk": "phong kham da khoa", "q": "quan",
    "tp": "", "tt": "trung tam", "ttyt": "trung tam y te", "tx": "", "tyt": "tram y te",
    "vp": "van phong", "vpls": "van phong luat su",
}  # fmt: skip
#: Which kind of place follows; one writes it, another leaves it out.
_SAYS_NOTHING = ("thanh pho", "thi xa", "thi tran")
_SAYING_NOTHING = re.compile(rf"\b({'|'.join(_SAYS_NOTHING)})\b")
_IN_AN_ADDRESS = frozenset({"so", "nha", "duong", "pho"})


class Name(NamedTuple):
    """The words of a place's provider, of the place itself, and of both."""

    own: frozenset[str]
    site: frozenset[str]
    whole: frozenset[str]


class Names:
    """The names of all places by their numbers, and how much each word of them says."""

    def __init__(self) -> None:
        self.of: dict[int, Name] = {}
        self.having: defaultdict[str, set[int]] = defaultdict(set)
        #: Units: thousandths; whole numbers, since the sum of a set must not depend on its order.
        self._weights: dict[str, int] = {}
        self._scale = 0
        #: What all words of a name say together, since the last change.
        self._sums: dict[frozenset[str], int] = {}

    def change(self, gone: Iterable[int], fresh: Mapping[int, tuple[str, str]]) -> set[int]:
        """Forget these, know those (provider and site); return the places of which some word says more or less now."""
        self._sums.clear()
        touched: set[str] = set()
        for number in gone:
            for word in self.of.pop(number).whole:
                touched.add(word)
                self.having[word].discard(number)
        for number, name in zip(fresh, _names(list(fresh.values())), strict=True):
            self.of[number] = name
            for word in name.whole:
                self.having[word].add(number)
        touched.update(*(self.of[number].whole for number in fresh))
        return self._weigh_anew(touched)

    def _weigh_anew(self, touched: set[str]) -> set[int]:
        scale = len(self.of).bit_length()
        if scale != self._scale:
            self._scale = scale
            touched = touched | self.having.keys()
        weighs = [round(1000 * log(1 + 2 ** (scale - bits))) for bits in range(scale + 1)]
        found: set[int] = set()
        for word in touched:
            having = self.having[word]
            weight = weighs[len(having).bit_length()]
            if not having:
                del self.having[word]
                self._weights.pop(word, None)
            elif self._weights.get(word) != weight:
                self._weights[word] = weight
                found |= having
        return found

    def weight(self, words: Iterable[str]) -> int:
        """Return what words of these names say together."""
        return sum(map(self._weights.__getitem__, words))

    def _sum(self, name: frozenset[str]) -> int:
        found = self._sums.get(name)
        if found is None:
            found = self._sums[name] = self.weight(name)
        return found

    def are_alike(self, one: int, other: int) -> bool:
        """Whether the names of two places of two providers may be one name."""
        first, second = self.of[one], self.of[other]
        # Most pairs end here: what is in common of all words is at least what is of the providers'.
        common = first.whole & second.whole
        if not common or 2 * self.weight(common) < self._least(one) + self._least(other):
            return False
        if likeness(first.whole, second.whole, self.weight) >= ALIKE:
            return True
        return not (first.site and second.site) and likeness(first.own, second.own, self.weight) >= ALIKE

    def are_one_site(self, one: int, other: int) -> bool:
        """Whether the names of two places of one provider, which both have one, may be one name."""
        return likeness(self.of[one].site, self.of[other].site, self.weight) >= ALIKE

    def have_one_provider(self, one: int, other: int, least: float) -> bool:
        """Whether the names of two providers have such a share in common, letter for letter."""
        return share(self.of[one].own, self.of[other].own, self.weight) >= least

    def telling(self, number: int, least: float) -> set[int]:
        """Return the places that have the rare words of a provider's name; every other shares less than this of it."""
        own = sorted(self.of[number].own, key=lambda word: (self._weights[word], word))
        # What two names share is at most all that the other one says, so it is at least this much of this one.
        may_be_missing = self.weight(own) * least / (2 - least) - 1
        found: set[int] = set()
        for word in own:
            may_be_missing -= self._weights[word]
            if may_be_missing <= 0:
                found |= self.having[word]
        return found

    def promising(self, left: Sequence[int], right: Sequence[int]) -> Iterator[tuple[int, int]]:
        """Yield the pairs that have enough in common to be looked at."""
        words = {word for number in left for word in self.of[number].whole}
        column = {word: place for place, word in enumerate(words)}
        rows, others = self._table(left, column), self._table(right, column)
        least = np.add.outer([self._least(number) for number in left], [self._least(number) for number in right])
        for one, other in np.argwhere(2 * (rows @ others.T) >= least - 1).tolist():
            yield left[one], right[other]

    def _least(self, number: int) -> float:
        """Return this place's part of what two must have in common to be looked at."""
        return WORTH_A_LOOK * self._sum(self.of[number].own)

    def _table(self, numbers: Sequence[int], column: Mapping[str, int]) -> np.ndarray:
        """Return one row for each place; two rows multiplied give the weight of the words that both have."""
        table = np.zeros((len(numbers), len(column)))
        for row, number in enumerate(numbers):
            for word in self.of[number].whole:
                if word in column:
                    table[row, column[word]] = self._weights[word] ** 0.5
        return table


def are_one_address(one: str, other: str) -> bool:
    """Whether two addresses may be one, written otherwise."""
    first, second = (words - _IN_AN_ADDRESS for words in words_of([one, other]))
    return likeness(first, second, len) >= ALIKE


def share(one: frozenset[str], other: frozenset[str], weigh: Callable[[Collection[str]], int]) -> float:
    """Return the share of what both say together that they have in common, from 0 to 1."""
    whole = weigh(one) + weigh(other)
    return 2 * weigh(one & other) / whole if whole else 0.0


def likeness(one: frozenset[str], other: frozenset[str], weigh: Callable[[Collection[str]], int]) -> float:
    """Return the share, words counted in that are one slip of the finger apart; another number is another place."""
    found = share(one, other, weigh)
    if found < WORTH_A_LOOK:
        return found
    if _has_number(one ^ other) and _has_number(one) and _has_number(other):
        return 0.0
    if found >= ALIKE:
        return found
    return found + _misspelt(one - other, other - one, weigh) / (weigh(one) + weigh(other))


def _misspelt(left: frozenset[str], right: frozenset[str], weigh: Callable[[Collection[str]], int]) -> int:
    """Return what the words say that are one slip of the finger apart."""
    speller = Speller(right)
    said = 0
    for word in left:
        if len(word) >= _SHORTEST_MISSPELT and (near := speller.one_edit_away(word)):
            said += weigh({word, near[0]})
    return said


def _has_number(words: frozenset[str]) -> bool:
    return any(map(str.isdigit, words))


def _names(texts: Sequence[tuple[str, str]]) -> list[Name]:
    known = list({text for pair in texts for text in pair})
    words = dict(zip(known, words_of(known), strict=True))
    return [Name(words[own], words[site], words[own] | words[site] if site else words[own]) for own, site in texts]


def words_of(texts: Sequence[str]) -> list[frozenset[str]]:
    """Return the words of each text, folded, short forms written out."""
    split = [text.split() for text in texts]
    # Each word once, and all as one text: folding thousands of small texts takes ten times as long.
    known = ["", *{word for words in split for word in words}]
    folded = dict(zip(known, map(_in_full, fold("\n".join(known)).split("\n")), strict=True))
    return [_words(" ".join(map(folded.__getitem__, words))) for words in split]


def _in_full(folded: str) -> str:
    # Most are one word and nothing else.
    words = [folded] if folded.isalnum() else syllables(folded)
    return " ".join([_SHORT_FORMS.get(word, word) for word in words])


def _words(plain: str) -> frozenset[str]:
    if any(map(plain.__contains__, _SAYS_NOTHING)):
        plain = _SAYING_NOTHING.sub("", plain)
    return frozenset(plain.split())
