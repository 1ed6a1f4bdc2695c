"""Which places look like one place that was entered twice, and by what. Pure; nothing is ever merged by it.

Two clues: the same telephone number, and a name alike within 100 m or in the same ward. Said first and strongly is a
place whose address anybody can read while its number, or its name, is that of a place that is kept back.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from itertools import combinations
from math import log
from typing import NamedTuple
from uuid import UUID

import numpy as np
import shapely

from directory.places.rules import Point, distance_m
from directory.vietnamese import Speller, syllables

#: Units: metres.
NEAR_M = 100
#: Share of what two names say that they have in common; rare words say more than common ones.
ALIKE = 0.8
#: Of a hidden place nobody knows where it is, so its name alone must say it.
SURELY_ALIKE = 0.9
#: A number that more places share is a switchboard and no clue.
MOST_SHARING = 6
#: Units: degrees; more than ``NEAR_M`` in either direction anywhere in Viet Nam.
_NEAR_DEGREES = 0.0012
#: Below this no slip of the finger makes two names one.
_WORTH_A_LOOK = 0.4
_SHORTEST_MISSPELT = 3
#: So few are compared one by one; more of them as one table.
_FEW = 12
_SHORT_FORMS = {
    "bv": "benh vien", "bvdk": "benh vien da khoa", "cn": "chi nhanh", "cty": "cong ty", "dk": "da khoa",
    "nt": "nha thuoc", "p": "phuong", "pk": "phong kham", "pkdk": "phong kham da khoa", "q": "quan",
    "tp": "", "tt": "trung tam", "ttyt": "trung tam y te", "tx": "", "tyt": "tram y te",
    "vp": "van phong", "vpls": "van phong luat su",
}  # fmt: skip


#: Which kind of place follows; one writes it, another leaves it out.
_SAYS_NOTHING = re.compile(r"\b(thanh pho|thi xa|thi tran)\b")
_IN_AN_ADDRESS = frozenset({"so", "nha", "duong", "pho"})


class Clue(StrEnum):
    """By what two places look alike; the first two mean danger."""

    HIDDEN_PHONE = "hidden_phone"
    HIDDEN_NAME = "hidden_name"
    PHONE = "phone"
    NAME_NEAR = "name_near"
    NAME_IN_WARD = "name_in_ward"


#: The more clues, and the stronger, the earlier a pair stands.
_WEIGHT = {Clue.HIDDEN_PHONE: 100, Clue.HIDDEN_NAME: 90, Clue.PHONE: 4, Clue.NAME_NEAR: 3, Clue.NAME_IN_WARD: 2}
_DANGER = frozenset({Clue.HIDDEN_PHONE, Clue.HIDDEN_NAME})


class Place(NamedTuple):
    """What of a site two sites are compared by; a tuple, since a directory has thousands and makes them often."""

    id: int
    uuid: UUID
    #: What a page shows of it, and what a merge begins with.
    offering_id: int
    provider_id: int
    provider: str
    site: str = ""
    address: str = ""
    ward: str | None = None
    province: str | None = None
    #: None also when it is only the ward's.
    point: Point | None = None
    phones: frozenset[str] = frozenset()
    #: Hidden or partial, and not because it is nothing but a telephone.
    is_secret: bool = False
    #: Anybody may read where it is.
    is_public: bool = True
    is_illustrative: bool = False


class Pair(NamedTuple):
    """Two places, the one entered first before the other, and why they may be one."""

    first: Place
    second: Place
    clues: tuple[Clue, ...]
    #: The number that both have.
    phone: str | None = None
    #: Units: metres; None when it is not known.
    apart_m: float | None = None

    @property
    def is_danger(self) -> bool:
        """Whether the one may tell where the other is."""
        return not _DANGER.isdisjoint(self.clues)

    @property
    def key(self) -> tuple[UUID, UUID]:
        """Return what a decision about the pair is kept by: the smaller UUID first."""
        one, other = sorted((self.first.uuid, self.second.uuid))
        return one, other


def pairs(places: Sequence[Place]) -> list[Pair]:
    """Return the pairs that look alike, the most pressing first."""
    names = Names(places)
    phones = _sharing_a_phone(places)
    found: dict[tuple[int, int], set[Clue]] = defaultdict(set)
    for one, other in phones:
        found[one, other].add(Clue.HIDDEN_PHONE if _tells(places[one], places[other]) else Clue.PHONE)
    for one, other in _near(places):
        if names.are_alike(one, other, is_near=True):
            found[one, other].add(Clue.NAME_NEAR)
    for one, other in names.in_wards():
        if Clue.NAME_NEAR not in found[one, other] and names.are_alike(one, other, is_near=False):
            found[one, other].add(Clue.NAME_IN_WARD)
    for one, other in names.of_secret_places():
        found[one, other].add(Clue.HIDDEN_NAME)
    made = [_pair(places, ends, clues, phones.get(ends)) for ends, clues in found.items() if clues]
    return sorted(made, key=lambda pair: (-sum(map(_WEIGHT.__getitem__, pair.clues)), pair.first.id, pair.second.id))


def _pair(places: Sequence[Place], ends: tuple[int, int], clues: Collection[Clue], phone: str | None) -> Pair:
    first, second = (places[end] for end in ends)
    apart = distance_m(first.point, second.point) if first.point and second.point else None
    return Pair(first, second, tuple(clue for clue in Clue if clue in clues), phone, apart)


def _tells(one: Place, other: Place) -> bool:
    """Whether one of the two is secret and anybody can read where the other one is."""
    return (one.is_secret and other.is_public) or (other.is_secret and one.is_public)


def _may_be_one(one: Place, other: Place) -> bool:
    return one.is_illustrative == other.is_illustrative


def _sharing_a_phone(places: Sequence[Place]) -> dict[tuple[int, int], str]:
    """Return the pairs with a number in common, and that number."""
    having: defaultdict[str, list[int]] = defaultdict(list)
    for index, place in enumerate(places):
        for phone in place.phones:
            having[phone].append(index)
    found: dict[tuple[int, int], str] = {}
    for phone, indexes in sorted(having.items()):
        for ends in combinations(indexes, 2):
            one, other = (places[end] for end in ends)
            is_branch = one.provider_id == other.provider_id or len(indexes) > MOST_SHARING
            if _may_be_one(one, other) and (_tells(one, other) or not is_branch):
                found.setdefault(ends, phone)
    return found


def _near(places: Sequence[Place]) -> Iterator[tuple[int, int]]:
    indexes = [index for index, place in enumerate(places) if place.point]
    if len(indexes) < 2:
        return
    points = shapely.points(np.array([(place.point.lon, place.point.lat) for place in places if place.point]))
    tree = shapely.STRtree(points)
    for one, other in tree.query(points, predicate="dwithin", distance=_NEAR_DEGREES).T.tolist():
        first, second = indexes[one], indexes[other]
        if first < second and _metres(places[first], places[second]) <= NEAR_M:
            yield first, second


def _metres(one: Place, other: Place) -> float:
    return distance_m(one.point, other.point) if one.point and other.point else float("inf")


@dataclass
class Names:
    """The names of all places, and how much each of their words says."""

    places: Sequence[Place]
    own: list[frozenset[str]] = field(init=False)
    whole: list[frozenset[str]] = field(init=False)
    weights: dict[str, float] = field(init=False)
    #: What all words of a name say together.
    sums: dict[frozenset[str], float] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.own = [_words(place.provider) for place in self.places]
        self.whole = [
            _words(f"{place.provider} {place.site}") if place.site else own
            for place, own in zip(self.places, self.own, strict=True)
        ]
        counts = Counter(word for words in self.whole for word in words)
        self.weights = {word: log(1 + len(self.places) / count) for word, count in counts.items()}

    def are_alike(self, one: int, other: int, *, is_near: bool) -> bool:
        """Whether two places may be one by their names; two of one provider must say more than its name."""
        first, second = self.places[one], self.places[other]
        if not _may_be_one(first, second):
            return False
        if first.provider_id == second.provider_id:
            return self._are_one_branch(first, second, is_near=is_near)
        if self.likeness(self.whole[one], self.whole[other]) >= ALIKE:
            return True
        return not (first.site and second.site) and self.likeness(self.own[one], self.own[other]) >= ALIKE

    def _are_one_branch(self, first: Place, second: Place, *, is_near: bool) -> bool:
        if first.site and second.site:
            return self.likeness(_words(first.site), _words(second.site)) >= ALIKE
        if first.address and second.address:
            one, other = (_words(place.address) - _IN_AN_ADDRESS for place in (first, second))
            return self.likeness(one, other) >= ALIKE
        return is_near

    def likeness(self, one: frozenset[str], other: frozenset[str]) -> float:
        """Return the share of what both names say together that they have in common, from 0 to 1."""
        whole = self._whole(one) + self._whole(other)
        share = 2 * self._weight(one & other) / whole if whole else 0.0
        if share < _WORTH_A_LOOK:
            return share
        if _numbers(one) and _numbers(other) and _numbers(one) != _numbers(other):
            return 0.0
        if share >= ALIKE:
            return share
        return share + self._misspelt(one - other, other - one) / whole

    def _misspelt(self, left: frozenset[str], right: frozenset[str]) -> float:
        """Return what the words say that are one slip of the finger apart."""
        speller = Speller(right)
        said = 0.0
        for word in left:
            if len(word) >= _SHORTEST_MISSPELT and (near := speller.one_edit_away(word)):
                said += self._weight({word, near[0]})
        return said

    def _whole(self, name: frozenset[str]) -> float:
        if name not in self.sums:
            self.sums[name] = self._weight(name)
        return self.sums[name]

    def _weight(self, words: Iterable[str]) -> float:
        return sum(self.weights.get(word, 1.0) for word in words)

    def in_wards(self) -> Iterator[tuple[int, int]]:
        """Yield the pairs of one ward whose names have enough in common to be looked at."""
        of_ward: defaultdict[str, list[int]] = defaultdict(list)
        for index, place in enumerate(self.places):
            if place.ward:
                of_ward[place.ward].append(index)
        for indexes in of_ward.values():
            if len(indexes) <= _FEW:
                yield from combinations(indexes, 2)
            else:
                yield from self._promising(indexes, indexes, _WORTH_A_LOOK)

    def of_secret_places(self) -> Iterator[tuple[int, int]]:
        """Yield each secret place with every public one of another provider that has its name, in its province."""
        secret = [index for index, place in enumerate(self.places) if place.is_secret]
        public = [index for index, place in enumerate(self.places) if place.is_public] if secret else []
        for one, other in self._promising(secret, public, SURELY_ALIKE, self.own):
            first, second = self.places[one], self.places[other]
            is_elsewhere = first.province and second.province and first.province != second.province
            if _may_be_one(first, second) and first.provider_id != second.provider_id and not is_elsewhere:
                yield one, other

    def _promising(
        self, left: list[int], right: list[int], least: float, names: Sequence[frozenset[str]] | None = None
    ) -> Iterator[tuple[int, int]]:
        """Yield pairs of these that share so much of their names, the smaller index first, each once."""
        if not left or not right or (left is right and len(left) < 2):
            return
        of = names or self.whole
        column = {word: number for number, word in enumerate({word for index in left for word in of[index]})}
        rows, others = self._table(left, of, column), self._table(right, of, column)
        whole = np.add.outer([self._whole(of[i]) for i in left], [self._whole(of[i]) for i in right])
        alike = 2 * (rows @ others.T) >= least * whole
        for one, other in np.argwhere(alike).tolist():
            if left is not right or one < other:
                first, second = sorted((left[one], right[other]))
                yield first, second

    def _table(self, indexes: list[int], of: Sequence[frozenset[str]], column: dict[str, int]) -> np.ndarray:
        """Return one row for each place; two rows multiplied give the weight of the words that both have."""
        table = np.zeros((len(indexes), len(column)))
        for row, index in enumerate(indexes):
            for word in of[index]:
                if word in column:
                    table[row, column[word]] = self.weights[word] ** 0.5
        return table


@lru_cache(maxsize=65_536)
def _words(name: str) -> frozenset[str]:
    plain = _SAYS_NOTHING.sub("", " ".join(syllables(name)))
    return frozenset(part for word in plain.split() for part in _SHORT_FORMS.get(word, word).split())


def _numbers(words: frozenset[str]) -> frozenset[str]:
    return frozenset(word for word in words if word.isdigit())
