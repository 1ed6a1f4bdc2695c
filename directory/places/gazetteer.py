"""From what people call a place, now or formerly, to a set of today's wards and a point; or to candidates.

The rules, in plain words:

1. A name is compared without marks, with i and y alike; marks that were typed decide between names that differ in them.
2. A word before the name ("phường", "TP", "Q.") chooses the kind; when no unit of that kind has the name, one of the
   same rank is taken, since a huyện becomes a thị xã and a xã a phường while people remember the old kind.
3. Each further name must hold the first one: "Hạ Long, Quảng Ninh". A former ward in its own former district is surer
   than a ward of today that took a part of that district.
4. A bare name is the largest thing of that name: the province before the city, the former city or district before its
   wards ("Hạ Long" is the former city). What it does not contain stays a candidate ("Hương Trà" is also in Đà Nẵng).
5. A ward of today takes the place of the former wards of its name that went into it.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from heapq import nsmallest
from itertools import islice

from directory.places import wording
from directory.places.name_index import NameIndex, Reading
from directory.places.names import Word, is_street, name_keys, read_phrase
from directory.places.rules import Point
from directory.places.units import Atlas, Bond, Rank, Unit
from directory.vietnamese import sort_key

#: A text that can be split into names in more ways than this is not a place.
MOST_SPLITS = 200
REMEMBERED = 4096


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

    @property
    def is_split(self) -> bool:
        """Whether a former ward went into several of today's: the name alone no longer says which."""
        return self.kind == "old-ward" and len(self.ward_codes) > 1


class Gazetteer:
    """Names to places; in memory, without a database, the same answer for the same text."""

    def __init__(self, atlas: Atlas, aliases: Iterable[tuple[str, str]] = ()) -> None:
        self.atlas = atlas
        self.index = NameIndex(atlas, aliases)
        self.resolve = lru_cache(maxsize=REMEMBERED)(self._resolve)
        self._sorted_names: list[tuple[str, Unit]] | None = None

    def ward(self, code: str) -> Unit:
        """Return the ward in force with this code.

        Raises: KeyError, when there is none.
        """
        return self.atlas.ward(code)

    def province_of(self, ward_code: str) -> Unit:
        """Return the province in force of a ward in force."""
        return self.atlas.province_of(ward_code)

    def display(self, ward_key: str, old_ward_key: str | None = None) -> str:
        """Return a ward with its province, and the former names where they differ."""
        former = self.atlas.units[old_ward_key] if old_ward_key else None
        return wording.ward_line(self.atlas, self.atlas.units[ward_key], former)

    def _resolve(self, text: str) -> list[Resolution]:
        """Return what a place name may mean: one resolution, several candidates in a fixed order, or none."""
        parts = read_phrase(text)
        while parts:
            found = self._read(parts)
            if found or len(parts) == 1 or not is_street(parts[0]):
                return [self.resolution(text, unit, twin) for unit, twin in found]
            parts = parts[1:]
        return []

    def resolution(self, text: str, unit: Unit, twin: Unit | None = None) -> Resolution:
        """Return a unit as the resolution of a text."""
        return Resolution(
            text=text,
            name=wording.name_of(self.atlas, unit),
            kind=unit.level,
            unit_keys=(unit.key,) if twin is None else (unit.key, twin.key),
            ward_codes=self.atlas.wards_of(unit.key),
            province_codes=self.atlas.provinces_of(unit.key),
            point=self.atlas.point_of(unit),
        )

    def _read(self, parts: Sequence[Sequence[Word]]) -> list[tuple[Unit, Unit | None]]:
        """Read the parts as names, in the way that needs the fewest names; smallest first, else largest first."""
        ways = sorted(islice(self._splits(parts), MOST_SPLITS), key=len)
        for largest_first in (False, True):
            found: list[tuple[Unit, Unit | None]] = []
            fewest = 0
            for way in ways:
                if found and len(way) > fewest:
                    break
                found += self.choose(way[::-1] if largest_first else way)
                fewest = len(way)
            if found:
                return list(dict.fromkeys(found))
        return []

    def _splits(self, parts: Sequence[Sequence[Word]]) -> Iterator[list[Reading]]:
        """Yield the ways to read all the words as names, none across a comma."""
        if not parts:
            yield []
            return
        for way in self._splits_of(parts[0], 0):
            for rest in self._splits(parts[1:]):
                yield way + rest

    def _splits_of(self, words: Sequence[Word], start: int) -> Iterator[list[Reading]]:
        if start == len(words):
            yield []
            return
        for reading in self.index.readings(words, start):
            for rest in self._splits_of(words, reading.end):
                yield [reading, *rest]

    def choose(self, way: Sequence[Reading]) -> list[tuple[Unit, Unit | None]]:
        """Return the units that the first name means, given that the others hold it, each with its former twin."""
        if not way:
            return []
        head, *outer = way
        bonds = {unit: self._bond(unit, outer) for unit in head.units}
        surest = max(bonds.values())
        units = [unit for unit, bond in bonds.items() if bond is surest and bond is not Bond.NONE]
        named_twice = {unit for reading in outer for unit in reading.units}
        units = [unit for unit in units if unit not in named_twice] or units
        if head.prefix is None:
            units = self._largest(units)
        return self._in_force_first(self._without_contained(units))

    def _bond(self, unit: Unit, outer: Sequence[Reading]) -> Bond:
        return min(
            (max(self.atlas.bond(unit, other) for other in reading.units) for reading in outer), default=Bond.EXACT
        )

    def _largest(self, units: list[Unit]) -> list[Unit]:
        """Apply rule 4 to the bearers of a bare name."""
        provinces = [unit for unit in units if unit.rank is Rank.PROVINCE]
        if provinces:
            return provinces
        districts = [unit for unit in units if unit.rank is Rank.DISTRICT]
        if not districts:
            return units
        wards = [unit for unit in units if unit.level == "ward"]
        # An island district became one ward of its name: that is what it is now.
        same = {self.atlas.wards_of(unit.key) for unit in wards}
        larger = [unit for unit in districts if self.atlas.wards_of(unit.key) not in same]
        inside = frozenset[str]().union(*(self.atlas.wards_of(unit.key) for unit in larger))
        return larger + [unit for unit in wards if unit.code not in inside]

    def _without_contained(self, units: list[Unit]) -> list[Unit]:
        """Apply rule 5, and the same to provinces: drop the former unit whose successor of that name is there."""
        in_force = [unit for unit in units if not unit.is_former]
        kept = []
        for unit in units:
            wards = self.atlas.wards_of(unit.key)
            if not unit.is_former or not any(self._succeeds(new, unit, wards) for new in in_force):
                kept.append(unit)
        return kept

    def _succeeds(self, new: Unit, old: Unit, old_wards: frozenset[str]) -> bool:
        if new.rank is not old.rank:
            return False
        return new.code in old_wards if new.level == "ward" else old_wards <= self.atlas.wards_of(new.key)

    def _in_force_first(self, units: list[Unit]) -> list[tuple[Unit, Unit | None]]:
        """Put a former ward that only lost its district under its present self, in order, each answer once."""
        found: dict[tuple[str, frozenset[str]], tuple[Unit, Unit | None]] = {}
        for unit in sorted(units, key=self._order):
            wards = self.atlas.wards_of(unit.key)
            twin = self.atlas.ward(next(iter(wards))) if unit.level == "old-ward" and len(wards) == 1 else None
            pair = (twin, unit) if twin is not None and twin.full_name == unit.full_name else (unit, None)
            found.setdefault((pair[0].level, wards), pair)
        return list(found.values())

    def _order(self, unit: Unit) -> tuple[bool, int, str, str]:
        provinces = [self.atlas.units[f"province:{code}"].name for code in self.atlas.provinces_of(unit.key)]
        return unit.is_former, -unit.rank, sort_key(min(provinces, default="")), unit.key

    def names_with_prefix(self, text: str, limit: int) -> list[str]:
        """Return places whose name begins with the text, largest first; each of them resolves."""
        typed = " ".join(name_keys(text))
        if len(typed) < 2:
            return []
        if self._sorted_names is None:
            in_use = (unit for unit in self.atlas.units.values() if unit.level != "old-ward")
            pairs = ((" ".join(name_keys(unit.name)), unit) for unit in in_use)
            self._sorted_names = sorted(pairs, key=lambda pair: (pair[0], pair[1].key))
        names = self._sorted_names
        start = bisect_left(names, typed, key=lambda pair: pair[0])
        end = bisect_left(names, typed + "\uffff", key=lambda pair: pair[0])
        first = nsmallest(
            2 * limit, (unit for _, unit in names[start:end]), key=lambda unit: (-unit.rank, *self._order(unit))
        )
        return list(dict.fromkeys(self._as_typed(unit) for unit in first))[:limit]

    def _as_typed(self, unit: Unit) -> str:
        """Return a name as a person would type it so that it means this unit."""
        if unit.rank is Rank.PROVINCE:
            return unit.name
        return wording.name_of(self.atlas, unit).replace(" (cũ)", "")
