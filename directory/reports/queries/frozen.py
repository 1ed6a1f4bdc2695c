"""Figures of closed years: a report over exactly one calendar year that is closed reads what was frozen."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal

from sqlalchemy import select

from directory.extensions import db
from directory.reports.figures import Figure, Indicator, Line, WhyNone
from directory.reports.models import ClosedYear, PeriodFigure
from directory.reports.queries.measuring import Asked, Number, total_of
from directory.reports.rules import Origin, Unit

#: By area id and key.
Cells = Mapping[tuple[int, str], Number | None]


def frozen_lines(asked: Asked, wanted: Sequence[Indicator]) -> dict[str, Line]:
    """Return the lines of the indicators that can be read frozen: every area closed the year.

    Of several areas only what adds up over areas is put together; a rate or a median of them is measured anew.
    """
    year = asked.period.calendar_year
    if year is None or not asked.scope.areas or not _all_closed(asked, year):
        return {}
    is_one = len(asked.scope.areas) == 1
    adding = [one for one in wanted if is_one or one.adds_up or one.unit is Unit.PEOPLE]
    cells = _cells(asked, year)
    return {one.code: _line(asked, one, cells[one.code]) for one in adding if one.code in cells}


def _all_closed(asked: Asked, year: int) -> bool:
    closed = select(ClosedYear.area_id).where(ClosedYear.year == year, asked.is_of(ClosedYear.area_id))
    return asked.scope.area_ids <= set(db.session.scalars(closed))


def _cells(asked: Asked, year: int) -> dict[str, dict[tuple[int, str], Number | None]]:
    table = PeriodFigure
    wanted = select(table.indicator, table.area_id, table.key, table.value)
    found: defaultdict[str, dict[tuple[int, str], Number | None]] = defaultdict(dict)
    for code, area_id, key, value in db.session.execute(
        wanted.where(table.year == year, asked.is_of(table.area_id)).order_by(table.id)
    ):
        found[code][area_id, key] = _number(value)
    return found


def _number(value: Decimal | None) -> Number | None:
    if value is None:
        return None
    return int(value) if value == int(value) else float(value)


def _line(asked: Asked, one: Indicator, cells: Cells) -> Line:
    codes = {area.id: area.code for area in asked.scope.areas}
    places = {area.id: place for place, area in enumerate(asked.scope.areas)}
    keys: defaultdict[str, dict[int, Number | None]] = defaultdict(dict)
    for (area_id, key), value in cells.items():
        keys[key][area_id] = value
    whole = keys.pop("", {})
    return Line(
        one,
        _figure(total_of(whole)),
        tuple(
            _figure(whole[area], codes[area])
            for area in sorted(whole, key=places.__getitem__)
            if whole[area] is not None
        ),
        tuple(_figure(total_of(values), key=key) for key, values in keys.items()),
        tuple(_figure(value, codes[area], key) for (area, key), value in cells.items() if key),
    )


def _figure(value: Number | None, area: str = "", key: str = "") -> Figure:
    return Figure(value, area, key, origin=Origin.FROZEN, why_none=WhyNone.NO_RECORD if value is None else None)
