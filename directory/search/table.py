"""What is known of each entry beside its words: where it is, what can be filtered by, what breaks a tie."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from directory.search.entry import EPOCH, Entry
from directory.search.nearness import Found, Sphere, along_curve, on_sphere, sphere_of
from directory.vietnamese import sort_key

#: The facets that hold at any time, each one bit; a language is a facet of its own (``lang:km``).
FACETS = (
    "free", "open_24h", "no_id", "anonymous", "no_police", "women_staff", "evening", "weekend", "trans_friendly",
    "peer_may_come", "wheelchair", "lang:en", "lang:km", "lang:hmn", "lang:zh", "lang:tyz", "lang:blt", "lang:ium",
    "lang:cjm", "lang:ko", "lang:ja", "lang:fr", "lang:lo", "lang:mww", "lang:vi",
)  # fmt: skip
FACET_BIT = {facet: 1 << bit for bit, facet in enumerate(FACETS)}

#: What stands above an illustrative entry.
REAL = 1

#: Room between two neighbouring names, for names that come later.
NAME_GAP = 1 << 16
NAME_BITS = 40
NEWEST_DAY = (1 << 16) - 1
#: A day that never comes.
NEVER = (1 << 31) - 1


@dataclass(frozen=True, eq=False)
class Table:
    """One array for each thing known, all in the order of the entries' numbers."""

    ids: npt.NDArray[np.int64]
    latitudes: npt.NDArray[np.float64]
    longitudes: npt.NDArray[np.float64]
    is_public: npt.NDArray[np.bool_]
    is_hidden: npt.NDArray[np.bool_]
    #: Codes as numbers; 0 is none.
    provinces: npt.NDArray[np.int16]
    standing: npt.NDArray[np.uint8]
    #: See ``entry.Reach``.
    reach: npt.NDArray[np.uint8]
    facets: npt.NDArray[np.uint32]
    #: Into ``hours``; 0 is unknown.
    hours_at: npt.NDArray[np.int32]
    #: Verified lately first, then by name: smaller comes first.
    tie: npt.NDArray[np.int64]
    name_at: npt.NDArray[np.int32]
    is_alive: npt.NDArray[np.bool_]
    #: Days since ``entry.EPOCH``: closed from the first until before the second; ``NEVER`` for what does not come.
    closes: npt.NDArray[np.int32]
    reopens: npt.NDArray[np.int32]
    hours: tuple[str, ...]
    #: In Vietnamese order as far as ``sorted_names``, then those that came later.
    names: tuple[str, ...]
    sorted_names: int

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def number_of(self) -> dict[int, int]:
        """The living entry of each offering."""
        alive = np.flatnonzero(self.is_alive)
        return dict(zip(self.ids[alive].tolist(), alive.tolist(), strict=True))

    @cached_property
    def sphere(self) -> Sphere:
        """The points of all entries; a hidden place has none."""
        return sphere_of(on_sphere(self.latitudes, self.longitudes))

    @cached_property
    def lines(self) -> npt.NDArray[np.int64]:
        """The entries without a place, which are few."""
        return np.flatnonzero(self.is_hidden & self.is_alive)

    @cached_property
    def by_tie(self) -> npt.NDArray[np.int64]:
        """All entries in the order that breaks ties."""
        return np.lexsort([self.ids, self.tie])

    @cached_property
    def closing(self) -> npt.NDArray[np.int64]:
        """The entries that are or were closed, or will be, which are few."""
        return np.flatnonzero(self.closes != NEVER)

    def shut(self, on: date) -> npt.NDArray[np.int64]:
        """Return the entries that are closed on a local day, for some time or for good."""
        day = _day(on)
        return self.closing[(self.closes[self.closing] <= day) & (day < self.reopens[self.closing])]

    def listed(self, on: date) -> npt.NDArray[np.bool_]:
        """Mark what may be found on a local day: whatever is alive and was not closed for good."""
        shut = self.shut(on) if len(self.closing) else self.closing
        if not len(shut):
            return self.is_alive
        marked = self.is_alive.copy()
        marked[shut[self.reopens[shut] == NEVER]] = False
        return marked

    def with_entries(self, entries: Sequence[Entry], gone: Sequence[int]) -> Table:
        """Return a table with entries added at its end and others no longer alive."""
        names, hours = list(self.names), list(self.hours)
        ranks = {name: rank * NAME_GAP for rank, name in enumerate(self.names[: self.sorted_names])}
        for entry in entries:
            if entry.name not in ranks:
                ranks[entry.name] = _rank_between(self.names[: self.sorted_names], entry.name)
                names.append(entry.name)
            if (entry.opening_hours or "") not in hours:
                hours.append(entry.opening_hours or "")
        positions = {name: at for at, name in enumerate(names)}
        added = _columns(entries, positions, ranks, hours)
        alive = self.is_alive.copy()
        alive[list(gone)] = False
        joined = {column: np.concatenate([getattr(self, column), values]) for column, values in added.items()}
        joined["is_alive"] = np.concatenate([alive, added["is_alive"]])
        return replace(self, **joined, hours=tuple(hours), names=tuple(names))  # type: ignore[arg-type]

    def laid_out_anew(self, kept: Found) -> tuple[Table, Found]:
        """Return a table of some entries, numbered by where they are, and their present numbers in that order."""
        order = kept[along_curve(self.latitudes[kept], self.longitudes[kept])]
        used = sorted({self.names[at] for at in self.name_at[order].tolist()}, key=sort_key)
        position = {name: at for at, name in enumerate(used)}
        name_at = np.array([position[self.names[at]] for at in self.name_at[order].tolist()], np.int32)
        columns = {name: getattr(self, name)[order] for name in COLUMNS}
        columns["name_at"] = name_at
        hours = list(dict.fromkeys(["", *(self.hours[at] for at in columns["hours_at"].tolist())]))
        hours_at = {text: at for at, text in enumerate(hours)}
        columns["hours_at"] = np.array([hours_at[self.hours[at]] for at in columns["hours_at"].tolist()], np.int32)
        columns["tie"] = (columns["tie"] >> NAME_BITS << NAME_BITS) | (name_at.astype(np.int64) * NAME_GAP)
        table = Table(**columns, hours=tuple(hours), names=tuple(used), sorted_names=len(used))
        return table, order


COLUMNS = tuple(column.name for column in fields(Table) if column.name not in ("hours", "names", "sorted_names"))


def build_table(entries: Sequence[Entry]) -> tuple[Table, npt.NDArray[np.int32]]:
    """Return the table of entries, and the number that each of them got."""
    names = sorted({entry.name for entry in entries}, key=sort_key)
    hours = list(dict.fromkeys(["", *(entry.opening_hours or "" for entry in entries)]))
    positions = {name: at for at, name in enumerate(names)}
    ranks = {name: at * NAME_GAP for at, name in enumerate(names)}
    columns = _columns(entries, positions, ranks, hours)
    order = along_curve(columns["latitudes"], columns["longitudes"])
    renumbered = np.empty(len(entries), np.int32)
    renumbered[order] = np.arange(len(entries), dtype=np.int32)
    moved = {column: values[order] for column, values in columns.items()}
    table = Table(**moved, hours=tuple(hours), names=tuple(names), sorted_names=len(names))
    return table, renumbered


def _columns(
    entries: Sequence[Entry], positions: dict[str, int], ranks: dict[str, int], hours: list[str]
) -> dict[str, npt.NDArray[Any]]:
    hours_at = {text: at for at, text in enumerate(hours)}
    return {
        "ids": np.array([entry.offering_id for entry in entries], np.int64),
        "latitudes": np.array([np.nan if entry.latitude is None else entry.latitude for entry in entries], float),
        "longitudes": np.array([np.nan if entry.longitude is None else entry.longitude for entry in entries], float),
        "is_public": np.array([entry.is_public for entry in entries], np.bool_),
        "is_hidden": np.array([entry.is_hidden for entry in entries], np.bool_),
        "provinces": np.array([int(entry.province_code or 0) for entry in entries], np.int16),
        "standing": np.array([REAL * (not entry.is_illustrative) for entry in entries], np.uint8),
        "reach": np.array([entry.reach for entry in entries], np.uint8),
        "facets": np.array([_facet_bits(entry) for entry in entries], np.uint32),
        "hours_at": np.array([hours_at[entry.opening_hours or ""] for entry in entries], np.int32),
        "tie": np.array([_tie(entry, ranks[entry.name]) for entry in entries], np.int64),
        "name_at": np.array([positions[entry.name] for entry in entries], np.int32),
        "is_alive": np.ones(len(entries), np.bool_),
        "closes": np.array([_day(entry.closed_on) for entry in entries], np.int32),
        "reopens": np.array([_day(entry.reopens_on) for entry in entries], np.int32),
    }


def _facet_bits(entry: Entry) -> int:
    return sum(FACET_BIT.get(facet, 0) for facet in entry.facets)


def _day(day: date | None) -> int:
    return NEVER if day is None else (day - EPOCH).days


def _tie(entry: Entry, rank: int) -> int:
    return (NEWEST_DAY - min(entry.verified_day, NEWEST_DAY)) << NAME_BITS | rank


def _rank_between(sorted_names: Sequence[str], name: str) -> int:
    """Return a rank between the neighbours of a name that came later."""
    place = bisect_left(sorted_names, sort_key(name), key=sort_key)
    return max(0, place * NAME_GAP - NAME_GAP // 2)
