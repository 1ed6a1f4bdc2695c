"""From what people call a place, now or formerly, to a set of today's wards and a point; or to candidates.

The rules, in plain words:

1. A name is compared without marks, with i and y alike; marks that were typed decide between names that differ in them.
2. A word before the name ("phường", "TP", "Q.") chooses the kind; when no unit of that kind has the name, one of the
   same rank is taken, since a huyện becomes a thị xã and a xã a phường while people remember the old kind.
3. Each further name must hold the first one: "Hạ Long, Quảng Ninh". A former ward in its own former district is surer
   than a ward of today that took a part of that district.
4. A bare name is the largest thing so called: the province before the city, the former city or district before its
   wards ("Hạ Long" is the former city) and, where no marks were typed, the city before communes that are spelt with
   other marks ("ha long" is not xã Hà Long). A ward of the same name elsewhere stays a candidate ("Hương Trà" is in Đà
   Nẵng, too).
5. A ward of today takes the place of the former wards of its name that went into it.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from heapq import nsmallest
from itertools import islice

from directory.places import wording
from directory.places.finder import PlaceFinder, PlaceMatch, Resolution
from directory.places.name_index import Alias, NameIndex, Reading
from directory.places.names import Word, is_street, name_keys, read_phrase, spelling
from directory.places.units import Atlas, Bond, Rank, Unit
from directory.vietnamese import sort_key

__all__ = ["Alias", "Atlas", "Gazetteer", "PlaceMatch", "Resolution", "Unit"]

#: A text that can be split into names in more ways than this is not a place.
MOST_SPLITS = 200
REMEMBERED = 4096
#: What people mean by a bare unmarked name rather than a commune far away.
CITY_KINDS = frozenset({"Thành phố", "Thị xã", "Quận"})


class Gazetteer:
    """Names to places; in memory, without a database, the same answer for the same text."""

    def __init__(self, atlas: Atlas, aliases: Iterable[Alias] = (), everyday_words: Iterable[str] = ()) -> None:
        self.atlas = atlas
        self.index = NameIndex(atlas, aliases)
        self._finder = PlaceFinder(self.index, everyday_words, self._meanings)
        self.resolve = lru_cache(maxsize=REMEMBERED)(self._resolve)
        self._chosen = lru_cache(maxsize=REMEMBERED)(self._choose)
        self._described = lru_cache(maxsize=REMEMBERED)(self._describe)
        self._order = lru_cache(maxsize=None)(self._order_of)
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
        """Return what a place name may mean: one resolution, several candidates in a fixed order, or none.

        A unit's key names it too: of two former districts of one name, the chosen candidate must stay the chosen one.
        """
        named = self.atlas.units.get(text)
        if named is not None:
            return [self.resolution(text, named)]
        parts = read_phrase(text.replace("(cũ)", " "))
        while parts:
            found = self._read(parts)
            if found or len(parts) == 1 or not is_street(parts[0]):
                return [self.resolution(text, unit, twin) for unit, twin in found]
            parts = parts[1:]
        return []

    def find_in(self, tokens: Sequence[str], original: Sequence[str] | None = None) -> list[PlaceMatch]:
        """Return the places named in a question, from left to right; conservative, with the evidence for each.

        ``tokens`` are folded syllables, ``original`` the same with the marks that were typed.
        """
        return self._finder.find_in(tokens, original)

    def _meanings(self, way: Sequence[Reading], text: str) -> tuple[Resolution, ...]:
        return tuple(self.resolution(text, unit, twin) for unit, twin in self.choose(way))

    def resolution(self, text: str, unit: Unit, twin: Unit | None = None) -> Resolution:
        """Return a unit as the resolution of a text."""
        return replace(self._described(unit, twin), text=text)

    def _describe(self, unit: Unit, twin: Unit | None) -> Resolution:
        return Resolution(
            text="",
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
        return self._chosen(head.units, head.prefix is None, tuple(reading.units for reading in outer))

    def _choose(
        self, named: tuple[Unit, ...], is_bare: bool, holders: tuple[tuple[Unit, ...], ...]
    ) -> list[tuple[Unit, Unit | None]]:
        bonds = {unit: self._bond(unit, holders) for unit in named}
        surest = max(bonds.values())
        units = [unit for unit, bond in bonds.items() if bond is surest and bond is not Bond.NONE]
        named_twice = {unit for others in holders for unit in others}
        units = [unit for unit in units if unit not in named_twice] or units
        if is_bare:
            units = self._largest(units)
        return self._in_force_first(self._without_contained(units))

    def _bond(self, unit: Unit, holders: Sequence[Sequence[Unit]]) -> Bond:
        return min((max(self.atlas.bond(unit, other) for other in others) for others in holders), default=Bond.EXACT)

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
        if not larger:
            return wards
        inside = frozenset[str]().union(*(self.atlas.wards_of(unit.key) for unit in larger))
        outside = [unit for unit in wards if unit.code not in inside]
        cities = {spelling(unit.name) for unit in larger if unit.kind in CITY_KINDS}
        if cities:
            return larger + [unit for unit in outside if spelling(unit.name) in cities]
        spelt = {spelling(unit.name) for unit in larger}
        former = [unit for unit in units if unit.level == "old-ward" and spelling(unit.name) not in spelt]
        return larger + outside + former

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
        if new.rank is not old.rank or spelling(new.name) != spelling(old.name):
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

    def _order_of(self, unit: Unit) -> tuple[int, bool, str, str]:
        """Return what candidates are ordered by: larger, then in force, then by province, then by key."""
        provinces = [sort_key(self.atlas.units[f"province:{code}"].name) for code in self.atlas.provinces_of(unit.key)]
        return -unit.rank, unit.is_former, min(provinces, default=""), unit.key

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
        first = nsmallest(2 * limit, (unit for _, unit in names[start:end]), key=self._order)
        return list(dict.fromkeys(self._as_typed(unit) for unit in first))[:limit]

    def _as_typed(self, unit: Unit) -> str:
        """Return a name as a person would type it so that it means this unit."""
        if unit.rank is Rank.PROVINCE:
            return unit.name
        return wording.name_of(self.atlas, unit).replace(" (cũ)", "")
