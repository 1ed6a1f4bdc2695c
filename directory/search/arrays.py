"""Postings and table together: all that answering a query needs, never changed once made."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from directory.search.analysis import terms_of
from directory.search.entries import Change
from directory.search.entry import Entry
from directory.search.postings import Collector, Postings
from directory.search.table import Table, build_table
from directory.search.words import Words
from directory.vietnamese import Speller


@dataclass(frozen=True, eq=False)
class Arrays:
    """The entries as of one change of the feed."""

    postings: Postings
    table: Table
    change: Change
    #: The words with which the entries were analysed, see ``words.Words.fingerprint``.
    fingerprint: str

    @property
    def patches(self) -> int:
        """How many numbers are of entries that are no more: each patch leaves one behind."""
        return len(self.table) - len(self.table.number_of)

    @cached_property
    def syllables(self) -> frozenset[str]:
        """The plain syllables that stand in some entry."""
        return frozenset(term for term in self.postings.terms() if term[0].isalnum() and "_" not in term)

    @cached_property
    def speller(self) -> Speller:
        """Corrections towards the syllables that stand in some entry."""
        return Speller(self.syllables)

    @cached_property
    def readings(self) -> dict[Hashable, Any]:
        """How queries were understood with these entries.

        Why here: kept elsewhere they would hold on to former entries, megabytes for each change of the feed.
        """
        return {}

    def patched(self, entries: Sequence[Entry], ids: Collection[int], change: Change, words: Words) -> Arrays:
        """Return arrays in which these offerings are as ``entries`` say; those of ``ids`` without an entry are gone."""
        number_of = self.table.number_of
        gone = [number_of[offering_id] for offering_id in ids if offering_id in number_of]
        postings = self.postings.with_entries(terms_of(entry, words) for entry in entries)
        return Arrays(postings, self.table.with_entries(entries, gone), change, self.fingerprint)

    def laid_out_anew(self) -> Arrays:
        """Return the same entries without a trace of those that are gone, again numbered by where they are."""
        alive = np.flatnonzero(self.table.is_alive)
        table, order = self.table.laid_out_anew(alive)
        renumbered = np.full(len(self.table), -1, np.int32)
        renumbered[order] = np.arange(len(order), dtype=np.int32)
        return Arrays(self.postings.renumbered(renumbered, len(order)), table, self.change, self.fingerprint)


def build_arrays(entries: Iterable[Entry], change: Change, words: Words) -> Arrays:
    """Analyse all entries and lay out their arrays."""
    collector, bare = Collector(), []
    for number, entry in enumerate(entries):
        collector.add(number, terms_of(entry, words))
        bare.append(entry.without_texts())
    table, renumbered = build_table(bare)
    return Arrays(collector.postings(renumbered), table, change, words.fingerprint)
