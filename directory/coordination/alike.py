"""Which places look like one place that was entered twice, and by what. Pure; nothing is ever merged by it.

Two clues: the same telephone number, and a name alike within 100 m or in the same ward. Said first and strongly is a
place whose address anybody can read while its number, or its name, is that of a place that is kept back.

Whether two places look alike depends on the two, on how many share their number and on how rare their words are; so
after a change only the places are compared anew of which one of these changed. The result is that of comparing all.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from enum import StrEnum
from itertools import combinations, product
from typing import NamedTuple

import numpy as np
import shapely

from directory.coordination.likeness import Names, are_one_address
from directory.places.rules import Point, distance_m

#: Units: metres.
NEAR_M = 100
#: Of a hidden place nobody knows where it is, so its name alone must say it.
SURELY_ALIKE = 0.9
#: A number that more places share is a switchboard and no clue.
MOST_SHARING = 6
#: Units: degrees; more than ``NEAR_M`` in either direction anywhere in Viet Nam.
_NEAR_DEGREES = 0.0012
#: So few places of a ward are compared one by one; more of them as one table.
_FEW = 12


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


class Lookalikes:
    """All places of a directory and the pairs among them that look alike; not for two threads at once."""

    def __init__(self) -> None:
        self.places: dict[int, Place] = {}
        #: The most pressing first; never changed in place, so that who reads it may go on doing so.
        self.pairs: list[Pair] = []
        self._found: dict[tuple[int, int], Pair] = {}
        self._names = Names()
        self._phones: defaultdict[str, set[int]] = defaultdict(set)
        self._wards: defaultdict[str, set[int]] = defaultdict(set)
        self._secret: set[int] = set()

    def put(self, places: Iterable[Place], gone: Iterable[int] = ()) -> None:
        """Know these places as they are now instead of as they were, and of those that are gone nothing."""
        fresh = {place.id: place for place in places if self.places.get(place.id) != place}
        lost = {number for number in (*gone, *fresh) if number in self.places}
        if not fresh and not lost:
            return
        anew = self._count_phones(lost, fresh)
        for number in lost:
            self._take_out(number)
        for place in fresh.values():
            self._put_in(place)
        anew |= self._names.change(lost, {place.id: (place.provider, place.site) for place in fresh.values()})
        anew |= fresh.keys()
        changed = lost | anew
        kept = {ends: pair for ends, pair in self._found.items() if changed.isdisjoint(ends)}
        self._found = kept | {(pair.first.id, pair.second.id): pair for pair in self._compare(anew)}
        self.pairs = sorted(self._found.values(), key=_pressing)

    def _count_phones(self, lost: Iterable[int], fresh: Mapping[int, Place]) -> set[int]:
        """Bring the numbers up to date; return the places of one that became a switchboard, or is none any more."""
        before: dict[str, bool] = {}
        for number in lost:
            for phone in self.places[number].phones:
                before.setdefault(phone, self._is_switchboard(phone))
                self._phones[phone].discard(number)
        for number, place in fresh.items():
            for phone in place.phones:
                before.setdefault(phone, self._is_switchboard(phone))
                self._phones[phone].add(number)
        turned = {phone for phone, was in before.items() if self._is_switchboard(phone) is not was}
        for phone in before:
            _drop_empty(self._phones, phone)
        return {number for phone in turned for number in self._phones[phone]}

    def _is_switchboard(self, phone: str) -> bool:
        return len(self._phones[phone]) > MOST_SHARING

    def _take_out(self, number: int) -> None:
        place = self.places.pop(number)
        self._secret.discard(number)
        if place.ward:
            self._wards[place.ward].discard(number)
            _drop_empty(self._wards, place.ward)

    def _put_in(self, place: Place) -> None:
        self.places[place.id] = place
        if place.is_secret:
            self._secret.add(place.id)
        if place.ward:
            self._wards[place.ward].add(place.id)

    def _compare(self, anew: set[int]) -> Iterator[Pair]:
        """Yield the pairs that look alike and of which one is to be compared anew, and maybe others of all pairs."""
        worth_it: set[tuple[int, int]] = set()
        for candidates in (self._of_phones, self._near, self._in_wards, self._of_secret_places):
            worth_it.update((min(ends), max(ends)) for ends in candidates(anew))
        for one, other in worth_it:
            if one != other and (pair := self._pair(self.places[one], self.places[other])):
                yield pair

    def _of_phones(self, anew: set[int]) -> Iterator[tuple[int, int]]:
        for phone in {phone for number in anew for phone in self.places[number].phones}:
            having = self._phones[phone]
            if len(having) < 2:
                continue
            if self._is_switchboard(phone):
                yield from product(having & self._secret, [one for one in having if self.places[one].is_public])
            else:
                yield from combinations(having, 2)

    def _near(self, anew: set[int]) -> Iterator[tuple[int, int]]:
        wanted = [number for number in anew if self.places[number].point]
        if not wanted:
            return
        every = [number for number, place in self.places.items() if place.point]
        points = _points(self.places[number].point for number in every)
        near = points if len(wanted) == len(every) else _points(self.places[number].point for number in wanted)
        of_near, of_all = shapely.STRtree(points).query(near, predicate="dwithin", distance=_NEAR_DEGREES)
        left, right = np.array(every if near is points else wanted)[of_near], np.array(every)[of_all]
        yield from zip(left[left != right].tolist(), right[left != right].tolist(), strict=True)

    def _in_wards(self, anew: set[int]) -> Iterator[tuple[int, int]]:
        of_ward: defaultdict[str, list[int]] = defaultdict(list)
        for number in anew:
            if ward := self.places[number].ward:
                of_ward[ward].append(number)
        for ward, left in of_ward.items():
            right = self._wards[ward]
            if len(left) == len(right) <= _FEW:
                yield from combinations(right, 2)
            elif len(left) * len(right) <= _FEW**2:
                yield from product(left, right)
            else:
                yield from self._names.promising(left, list(right))

    def _of_secret_places(self, anew: set[int]) -> Iterator[tuple[int, int]]:
        """Yield each secret place with the public ones that may have its name."""
        wanted = self._secret if len(anew) > len(self._secret) else anew
        for one in wanted:
            alike = self._names.telling(one, SURELY_ALIKE)
            yield from ((one, other) for other in (alike if one in self._secret else alike & self._secret))

    def _pair(self, one: Place, other: Place) -> Pair | None:
        """Return the pair if something says that the two may be one; the one with the smaller number comes first."""
        if one.is_illustrative != other.is_illustrative:
            return None
        phone = self._shared_phone(one, other)
        clues = [Clue.HIDDEN_PHONE if _tells(one, other) else Clue.PHONE] if phone else []
        if _are_near(one.point, other.point) and self._are_alike(one, other, is_near=True):
            clues.append(Clue.NAME_NEAR)
        elif one.ward and one.ward == other.ward and self._are_alike(one, other, is_near=False):
            clues.append(Clue.NAME_IN_WARD)
        if self._has_name_of_secret(one, other):
            clues.append(Clue.HIDDEN_NAME)
        if not clues:
            return None
        apart = distance_m(one.point, other.point) if one.point and other.point else None
        return Pair(one, other, _in_order(clues), phone, apart)

    def _shared_phone(self, one: Place, other: Place) -> str | None:
        """Return the number that says it; one that leads to a hidden place does, however many others share it."""
        if one.phones.isdisjoint(other.phones):
            return None
        found = one.phones & other.phones
        if not _tells(one, other):
            is_one = one.provider_id == other.provider_id
            found = frozenset(phone for phone in found if not is_one and not self._is_switchboard(phone))
        return min(found, default=None)

    def _has_name_of_secret(self, one: Place, other: Place) -> bool:
        if not _tells(one, other) or one.provider_id == other.provider_id:
            return False
        is_elsewhere = one.province and other.province and one.province != other.province
        return not is_elsewhere and self._names.have_one_provider(one.id, other.id, SURELY_ALIKE)

    def _are_alike(self, one: Place, other: Place, *, is_near: bool) -> bool:
        """Whether two places may be one by their names; two of one provider must say more than its name."""
        if one.provider_id != other.provider_id:
            return self._names.are_alike(one.id, other.id)
        if one.site and other.site:
            return self._names.are_one_site(one.id, other.id)
        if one.address and other.address:
            return are_one_address(one.address, other.address)
        return is_near


def _pressing(pair: Pair) -> tuple[int, int, int]:
    return -sum(map(_WEIGHT.__getitem__, pair.clues)), pair.first.id, pair.second.id


def _in_order(clues: Collection[Clue]) -> tuple[Clue, ...]:
    return tuple(clue for clue in Clue if clue in clues)


def _are_near(one: Point | None, other: Point | None) -> bool:
    if one is None or other is None or abs(one.lat - other.lat) > _NEAR_DEGREES:
        return False
    return distance_m(one, other) <= NEAR_M


def _tells(one: Place, other: Place) -> bool:
    """Whether one of the two is secret and anybody can read where the other one is."""
    return (one.is_secret and other.is_public) or (other.is_secret and one.is_public)


def _points(points: Iterable[Point | None]) -> np.ndarray:
    made: np.ndarray = shapely.points(np.array([(point.lon, point.lat) for point in points if point]))
    return made


def _drop_empty(index: dict[str, set[int]], key: str) -> None:
    if not index[key]:
        del index[key]
