"""Administrative units in memory, and how they hold each other: the atlas that the gazetteer reads."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from directory.places.rules import Point, mean_point


class Rank(IntEnum):
    """How much a unit holds: a commune, what was between it and the province, a province."""

    WARD = 0
    DISTRICT = 1
    PROVINCE = 2


RANK_OF_LEVEL = {
    "ward": Rank.WARD,
    "old-ward": Rank.WARD,
    "old-district": Rank.DISTRICT,
    "province": Rank.PROVINCE,
    "old-province": Rank.PROVINCE,
}


@dataclass(frozen=True, slots=True, eq=False)
class Unit:
    """A province, former district, ward or former ward; ``models.AdminUnit`` says what the key is made of.

    Why compared by identity: an atlas holds each unit once, and sets of units are made for every question.
    """

    key: str
    level: str
    code: str
    kind: str
    name: str
    parent_key: str | None
    point: Point | None
    area_km2: float | None

    @property
    def full_name(self) -> str:
        """The kind and the name: "Phường Bãi Cháy"."""
        return f"{self.kind} {self.name}"

    @property
    def is_former(self) -> bool:
        """Whether the unit is no longer in force."""
        return self.level.startswith("old-")

    @property
    def rank(self) -> Rank:
        """How much the unit holds."""
        return RANK_OF_LEVEL[self.level]


class Bond(IntEnum):
    """How surely a named unit lies in another one that was named after it."""

    NONE = 0
    #: A ward in force took a part of that former district or province: old and new names in one address.
    OVERLAP = 1
    #: The other one is, or was, its district or province; or it is the unit itself, named twice.
    EXACT = 2


class Atlas:
    """All units by key, the wards in force that each consists of, and what lies in what."""

    def __init__(self, units: Iterable[Unit], successions: Iterable[tuple[str, str]]) -> None:
        self.units = {unit.key: unit for unit in units}
        self._children: dict[str, list[str]] = defaultdict(list)
        for unit in self.units.values():
            if unit.parent_key is not None:
                self._children[unit.parent_key].append(unit.key)
        self._successors: dict[str, list[str]] = defaultdict(list)
        for old_key, new_key in successions:
            self._successors[old_key].append(self.units[new_key].code)
        self.wards_of = lru_cache(maxsize=None)(self._wards_of)
        self.provinces_of = lru_cache(maxsize=None)(self._provinces_of)

    def _wards_of(self, key: str) -> frozenset[str]:
        """Return the codes of the wards in force that a unit consists of, or that took a part of it."""
        if self.units[key].level == "ward":
            return frozenset((self.units[key].code,))
        parts = [self.wards_of(child) for child in self._children.get(key, ())]
        return frozenset(self._successors.get(key, ())).union(*parts)

    def _provinces_of(self, key: str) -> frozenset[str]:
        """Return the codes of the provinces in force that the unit's wards lie in."""
        return frozenset(self.province_of(code).code for code in self.wards_of(key))

    def ward(self, code: str) -> Unit:
        """Return the ward in force with this code.

        Raises: KeyError, when there is none.
        """
        return self.units[f"ward:{code}"]

    def wards(self) -> dict[str, Unit]:
        """Return the wards in force by code."""
        return {unit.code: unit for unit in self.units.values() if unit.level == "ward"}

    def province_of(self, ward_code: str) -> Unit:
        """Return the province in force of a ward in force."""
        parent_key = self.ward(ward_code).parent_key
        if parent_key is None:
            raise KeyError(ward_code)
        return self.units[parent_key]

    def lineage(self, unit: Unit) -> list[Unit]:
        """Return the units above this one in its own time, nearest first."""
        above = []
        while unit.parent_key is not None:
            unit = self.units[unit.parent_key]
            above.append(unit)
        return above

    def bond(self, inner: Unit, outer: Unit) -> Bond:
        """Say how surely ``inner`` lies in ``outer``."""
        if inner.key == outer.key:
            return Bond.EXACT
        if outer.rank <= inner.rank:
            return Bond.NONE
        if outer in self.lineage(inner) or (outer.level == "province" and outer.code in self.provinces_of(inner.key)):
            return Bond.EXACT
        if inner.level == "ward" and self.wards_of(inner.key) <= self.wards_of(outer.key):
            return Bond.OVERLAP
        return Bond.NONE

    def point_of(self, unit: Unit) -> Point:
        """Return the unit's own point, else the mean of its wards' points."""
        if unit.point is not None:
            return unit.point
        points = (self.ward(code).point for code in sorted(self.wards_of(unit.key)))
        return mean_point(point for point in points if point is not None)
