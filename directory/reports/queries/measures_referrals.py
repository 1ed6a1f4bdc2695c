"""The ladder: of the slips issued in the period how many reached which rung, how soon, and what became of the rest.

A rung counts whoever reached it or a later one, so that no rung can be above the one before it. By the day of issue.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from sqlalchemy import func, literal, select

from directory.extensions import db
from directory.referrals.models import WithoutSlipCount
from directory.reports.figures import Indicator, WhyNone
from directory.reports.queries.measuring import Asked, Cell, Found, added_up, shares

#: Where the rungs stand in the rows of the scan.
_RUNGS = {"issued": 2, "acknowledged": 3, "arrived": 4, "served": 5, "need_met": 6}
_HOURS = {"acknowledge": 7, "arrive": 8, "serve": 9}

Numbers = np.ndarray[Any, np.dtype[np.int32]]
_NONE: Numbers = np.array([], dtype=np.int32)


def rungs(asked: Asked, wanted: Sequence[Indicator]) -> dict[str, Found]:
    """Count the slips of each rung, and the share of those issued that reached it."""
    rows = [*asked.rows("rungs"), *((area, slug, 0, 0, 0, 0, 0) for area, slug in asked.earlier("rungs"))]
    found = {}
    for one in wanted:
        name, *slugs = one.parameters
        reached = added_up((row[0], row[1], row[_RUNGS[name]]) for row in rows if not slugs or row[1] in slugs)
        if one.measure == "rung_shares":
            issued = added_up((row[0], row[1], row[_RUNGS["issued"]]) for row in rows)
            reached = shares(reached, issued)
        found[one.code] = reached
    return found


def hours(asked: Asked, wanted: Sequence[Indicator]) -> dict[str, Found]:
    """Return the median hours from issue to each rung: whole, by area, by category, by both."""
    rows = asked.rows("rungs")
    issued = {area for area, _ in asked.earlier("rungs")} | {row[0] for row in rows}
    found = {}
    for one in wanted:
        cells = {(row[0], row[1]): _numbers(row[_HOURS[one.parameters[0]]]) for row in rows}
        every = np.concatenate([*cells.values(), _NONE])
        by_area, by_key = _medians(cells, 0), _medians(cells, 1)
        found[one.code] = Found(
            _middle(every) if len(every) else None,
            {area: by_area.get(area) for area in sorted(issued)},
            by_key,
            {cell: _middle(numbers) for cell, numbers in cells.items() if len(numbers)},
            WhyNone.NOTHING_TO_DIVIDE if issued else WhyNone.NO_RECORD,
        )
    return found


def _numbers(text: str | None) -> Numbers:
    return np.fromstring(text or "", dtype=np.int32, sep=" ")


def _medians(cells: Mapping[tuple[int, str], Numbers], place: int) -> dict[Any, float]:
    """Return the medians by area or by category, of those that have any number."""
    parts: defaultdict[Any, list[Numbers]] = defaultdict(list)
    for cell, numbers in cells.items():
        if len(numbers):
            parts[cell[place]].append(numbers)
    return {key: _middle(np.concatenate(numbers)) for key, numbers in parts.items()}


def _middle(numbers: Numbers) -> float:
    """Return the value in the middle; of an even number the mean of the two in the middle.

    Why not ``np.median``: on a few numbers it takes ten times as long, and there are thousands of cells.
    """
    ordered = np.sort(numbers)
    return (int(ordered[(len(ordered) - 1) // 2]) + int(ordered[len(ordered) // 2])) / 2


def silence(asked: Asked, wanted: Sequence[Indicator]) -> dict[str, Found]:
    """Count the slips that a site was silent on, and their share; by the site's id."""
    rows = asked.rows("sites")
    before = [(area, "", 0) for area, _ in asked.earlier("rungs")]
    silent = added_up([(area, str(site or ""), count) for area, site, _, count in rows] + before)
    issued = added_up([(area, str(site or ""), count) for area, site, count, _ in rows] + before)
    return {one.code: shares(silent, issued) if one.measure == "silent_share" else silent for one in wanted}


def declined(asked: Asked, wanted: Sequence[Indicator]) -> dict[str, Found]:
    """Count the slips that were declined, by reason, or for one reason; 0 where slips were issued and none was."""
    cells = [(area, reason or "", count) for area, reason, count in asked.rows("reasons")]
    issued = {row[0] for row in asked.rows("sites")} | {area for area, _ in asked.earlier("rungs")}
    return {one.code: added_up([*_of_reasons(cells, one), *((area, "", 0) for area in issued)]) for one in wanted}


def _of_reasons(cells: Sequence[Cell], one: Indicator) -> Iterator[Cell]:
    for area, reason, count in cells:
        if not one.parameters or reason in one.parameters or one.parameters == ("declined",):
            yield area, reason if one.breakdown else "", count


def without_slip(asked: Asked, wanted: Sequence[Indicator]) -> dict[str, Found]:
    """Count how often a person was helped without a slip, and why; by category."""
    table = WithoutSlipCount
    where = (table.area_id, table.category_slug, table.why)
    first, last = asked.period.first, asked.period.last
    inside = select(*where, func.sum(table.count)).where(table.day_on.between(first, last)).group_by(*where)
    before = select(*where, literal(0)).where(table.day_on < first).distinct()
    rows = [
        (area, slug, why, int(count))
        for part in (inside, before)
        for area, slug, why, count in db.session.execute(part.where(asked.is_of(table.area_id)))
    ]
    return {
        one.code: added_up((area, slug, count) for area, slug, why, count in rows if why in one.parameters)
        for one in wanted
    }
