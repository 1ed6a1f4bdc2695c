"""The ladder: of the slips issued in the period how many reached which rung, how soon, and what became of the rest.

A rung counts whoever reached it or a later one, so that no rung can be above the one before it. By the day of issue.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import func, literal, select

from directory.extensions import db
from directory.referrals.models import WithoutSlipCount
from directory.reports.figures import Indicator, WhyNone
from directory.reports.queries.measuring import Asked, Cell, Found, added_up, shares

#: Where the rungs stand in the rows of the scan.
_RUNGS = {"issued": 2, "acknowledged": 3, "arrived": 4, "served": 5, "need_met": 6}
_HOURS = {"acknowledge": 0, "arrive": 1, "serve": 2}


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
    """Return the median hours from issue to each rung, by histogram: whole, by area, by category, by both."""
    rows = asked.rows("hours")
    known = {area for area, *_ in rows}
    issued = {area for area, _ in asked.earlier("rungs")} | known
    found = {}
    for one in wanted:
        its = [row for row in rows if row[2] == _HOURS[one.parameters[0]]]
        by_area, by_key, by_both = (_medians(its, *places) for places in ((0,), (1,), (0, 1)))
        found[one.code] = Found(
            _median(_histogram((hours, slips) for *_, hours, slips in its)) if its else None,
            {area: by_area.get((area,)) for area in sorted(issued)},
            {str(key): median for (key,), median in by_key.items()},
            {(int(area), str(key)): median for (area, key), median in by_both.items()},
            WhyNone.NOTHING_TO_DIVIDE if issued else WhyNone.NO_RECORD,
        )
    return found


def _medians(rows: Iterable[Sequence[int]], *places: int) -> dict[tuple[int, ...], float | None]:
    histograms: defaultdict[tuple[int, ...], Counter[int]] = defaultdict(Counter)
    for row in rows:
        histograms[tuple(row[place] for place in places)][row[3]] += row[4]
    return {cell: _median(histogram) for cell, histogram in sorted(histograms.items())}


def _histogram(pairs: Iterable[tuple[int, int]]) -> Counter[int]:
    histogram: Counter[int] = Counter()
    for value, count in pairs:
        histogram[value] += count
    return histogram


def _median(histogram: Counter[int]) -> float | None:
    """Return the value in the middle; of an even number the mean of the two in the middle."""
    total = sum(histogram.values())
    if not total:
        return None
    low, high = _value_at(histogram, (total - 1) // 2), _value_at(histogram, total // 2)
    return low if low == high else (low + high) / 2


def _value_at(histogram: Counter[int], place: int) -> int:
    for value in sorted(histogram):
        place -= histogram[value]
        if place < 0:
            return value
    raise IndexError(place)


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
    issued = {row[0] for row in asked.rows("rungs")} | {area for area, _ in asked.earlier("rungs")}
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
