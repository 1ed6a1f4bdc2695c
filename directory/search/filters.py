"""Which entries may be shown at all, whatever their words: where they are, what holds there, whether they are open."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import lru_cache

import numpy as np

from directory.catalogue.hours import state_at
from directory.clock import LOCAL_ZONE
from directory.places.gazetteer import Resolution
from directory.places.rules import Point
from directory.search.arrays import Arrays
from directory.search.evaluation import Marked, all_terms
from directory.search.nearness import chord_of
from directory.search.postings import Postings
from directory.search.table import FACET_BIT, Table

OPEN_NOW = "open_now"


def in_areas(areas: Sequence[Resolution], arrays: Arrays) -> Marked:
    """Mark what lies in any of the areas; a hidden place counts by its province, or everywhere when it names none."""
    postings, hidden = arrays.postings, arrays.table.is_hidden
    inside = np.zeros(postings.size, np.bool_)
    for area in areas:
        inside |= _in_area(area, postings)
        for code in sorted(area.province_codes):
            inside |= hidden & postings.spread(f"@p:{code}").astype(np.bool_)
    return inside | (hidden & postings.spread("@").astype(np.bool_))


def _in_area(area: Resolution, postings: Postings) -> Marked:
    name = f"@area:{','.join(area.unit_keys)}"
    kept = postings.kept_spread(name)
    if kept is None:
        kept = np.zeros(postings.size, np.uint8)
        for code in area.ward_codes:
            kept[postings.get(f"@w:{code}")[0]] = 1
        if area.kind == "province":
            for code in area.province_codes:
                kept[postings.get(f"@p:{code}")[0]] = 1
        postings.keep_spread(name, kept)
    return kept.astype(np.bool_)


def named_after(terms: Sequence[str], postings: Postings) -> Marked | None:
    """Mark what has all the terms in its name or subject; None when nothing can."""
    if not terms or any(term not in postings for term in terms):
        return None
    return all_terms(terms, postings).astype(np.bool_)


def within(radius_km: float, centre: Point, table: Table) -> Marked:
    """Mark what lies within a radius, and every hidden place."""
    marked: Marked = np.zeros(len(table), np.bool_)
    everything = np.arange(len(table))
    marked[:] = table.sphere.chords(everything, centre) <= chord_of(radius_km * 1000)
    return marked | table.is_hidden


def with_facets(facets: Collection[str], table: Table, moment: datetime) -> Marked | None:
    """Mark what is known to have every facet; None when no facet is asked for."""
    marked: Marked | None = None
    wanted = sum(FACET_BIT.get(facet, 0) for facet in set(facets))
    if wanted:
        marked = (table.facets & np.uint32(wanted)) == np.uint32(wanted)
    if any(facet != OPEN_NOW and facet not in FACET_BIT for facet in facets):
        # A facet that no entry can have, such as a language nobody has entered yet.
        marked = np.zeros(len(table), np.bool_)
    if OPEN_NOW in facets:
        is_open = np.array(_open_states(table.hours, moment.replace(second=0, microsecond=0)))[table.hours_at]
        is_open[table.shut(moment.astimezone(LOCAL_ZONE).date())] = False
        marked = is_open if marked is None else marked & is_open
    return marked


@lru_cache(maxsize=4)
def _open_states(hours: tuple[str, ...], minute: datetime) -> tuple[bool, ...]:
    """Return for each distinct text whether it says open at this minute; unknown is not open."""
    return tuple(bool(text) and state_at(text, minute).is_open is True for text in hours)
