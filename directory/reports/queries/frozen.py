"""Figures of closed years: a report over exactly one calendar year that is closed reads what was frozen.

A frozen figure is told with the definition that it was frozen by, whichever is the newest.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Numeric, select, type_coerce

from directory.extensions import db
from directory.reports.figures import Figure, Indicator, Line, WhyNone
from directory.reports.indicators import definitions
from directory.reports.models import ClosedYear, PeriodFigure
from directory.reports.queries.closed import first_years_of_areas
from directory.reports.queries.measuring import Asked, Number, total_of
from directory.reports.rules import Origin, Unit

#: By area id and key.
Cells = Mapping[tuple[int, str], Number | None]
#: Of what a measure is a share, a median or a mean: where there was some record of that, there was nothing to divide.
_WHOLES = {
    "rung_shares": "B01",
    "rung_hours": "B01",
    "silent_share": "B01",
    "people_share": "N02",
    "meetings_a_month": "H04",
}

#: What an area may have before anything is written down there: blank slips.
_BEFORE_ANY_RECORD = "slip_books"


@dataclass(frozen=True)
class _Frozen:
    """What the areas froze of an indicator: by which definition, and why a cell without a number has none."""

    indicator: Indicator
    cells: Cells
    #: The areas in which there was something, only nothing to divide.
    undivided: frozenset[int]

    def figure(self, value: Number | None, area_ids: Collection[int], code: str = "", key: str = "") -> Figure:
        """Return a cell as a figure."""
        why = WhyNone.NOTHING_TO_DIVIDE if self.undivided.intersection(area_ids) else WhyNone.NO_RECORD
        return Figure(value, code, key, origin=Origin.FROZEN, why_none=why if value is None else None)


def frozen_lines(asked: Asked, wanted: Sequence[Indicator]) -> dict[str, Line]:
    """Return the lines of the indicators that can be read frozen: every area that had begun closed the year.

    Of several areas only what adds up over areas is put together; a rate or a median of them is measured anew.
    """
    year = asked.period.calendar_year
    if year is None or not asked.scope.areas:
        return {}
    unclosed = _still_unclosed(asked, year)
    if unclosed == asked.scope.area_ids or _has_begun(unclosed, year):
        return {}
    is_one = len(asked.scope.areas) == 1
    adding = [one for one in wanted if is_one or one.adds_up or one.unit is Unit.PEOPLE]
    if unclosed:
        adding = [one for one in adding if one.measure != _BEFORE_ANY_RECORD]
    codes = {one.code for one in adding} | {_WHOLES[one.measure] for one in adding if one.measure in _WHOLES}
    cells, versions = _cells(asked, year, codes)
    found = {}
    for one in adding:
        frozen_by = [definitions().get((one.code, version)) for version in versions[one.code]]
        # Areas that froze by different definitions are not put together.
        if len(frozen_by) == 1 and frozen_by[0] is not None:
            wholes = cells[_WHOLES[one.measure]] if one.measure in _WHOLES else {}
            undivided = frozenset(area for (area, key), value in wholes.items() if not key and value is not None)
            found[one.code] = _line(asked, _Frozen(frozen_by[0], cells[one.code], undivided))
    return found


def _still_unclosed(asked: Asked, year: int) -> frozenset[int]:
    closed = select(ClosedYear.area_id).where(ClosedYear.year == year, asked.is_of(ClosedYear.area_id))
    return asked.scope.area_ids - set(db.session.scalars(closed))


def _has_begun(area_ids: frozenset[int], year: int) -> bool:
    """Whether one of the areas has a record of that year or an earlier one; one without has nothing to add."""
    began = first_years_of_areas(area_ids) if area_ids else {}
    return any(began.get(area_id, year + 1) <= year for area_id in area_ids)


def _cells(
    asked: Asked, year: int, codes: Collection[str]
) -> tuple[dict[str, dict[tuple[int, str], Number | None]], dict[str, set[int]]]:
    """Return the frozen cells and the versions of their definitions, by indicator."""
    table = PeriodFigure
    value_as_float = type_coerce(table.value, Numeric(asdecimal=False))
    wanted = select(table.indicator, table.version, table.area_id, table.key, value_as_float)
    is_wanted = (table.year == year, table.indicator.in_(sorted(codes)), asked.is_of(table.area_id))
    found: defaultdict[str, dict[tuple[int, str], Number | None]] = defaultdict(dict)
    versions: defaultdict[str, set[int]] = defaultdict(set)
    for code, version, area_id, key, value in db.session.execute(wanted.where(*is_wanted).order_by(table.id)):
        found[code][area_id, key] = _number(value)
        versions[code].add(version)
    return found, versions


def _number(value: float | None) -> Number | None:
    return int(value) if value is not None and value == int(value) else value


def _line(asked: Asked, frozen: _Frozen) -> Line:
    codes = {area.id: area.code for area in asked.scope.areas}
    places = {area.id: place for place, area in enumerate(asked.scope.areas)}
    keys: defaultdict[str, dict[int, Number | None]] = defaultdict(dict)
    for (area_id, key), value in frozen.cells.items():
        keys[key][area_id] = value
    whole = keys.pop("", {})
    return Line(
        frozen.indicator,
        frozen.figure(total_of(whole), whole),
        tuple(
            frozen.figure(whole[area], [area], codes[area])
            for area in sorted(whole, key=places.__getitem__)
            if whole[area] is not None or area in frozen.undivided
        ),
        tuple(frozen.figure(total_of(values), values, key=key) for key, values in keys.items()),
        tuple(frozen.figure(value, [area], codes[area], key) for (area, key), value in frozen.cells.items() if key),
    )
