"""Figures entered by hand: those of a scope whose own days lie in the period, each with its source."""

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, and_, or_, select

from directory.extensions import db
from directory.places import wording
from directory.places.models import Area
from directory.places.queries import gazetteer
from directory.reports.figures import Figure, Indicator, Line, Scope, WhyNone
from directory.reports.models import ManualFigure
from directory.reports.periods import Period
from directory.reports.rules import Origin


def by_hand(scope: Scope, period: Period, wanted: Sequence[Indicator]) -> dict[str, Line]:
    """Return a line for each indicator: every figure of it, and as the total the latest about the scope itself.

    Where there is none about the scope itself, the figures of one place may stand for the total, with its name; of
    several places they are never added up.
    """
    figures = _figures(scope, period, [one.code for one in wanted])
    lines = {}
    for one in wanted:
        its = [figure for code, figure in figures if code == one.code]
        lines[one.code] = Line(one, _total(its), by_area=tuple(its))
    return lines


def _total(figures: Sequence[Figure]) -> Figure:
    own = [figure for figure in figures if not figure.place]
    if own:
        return own[-1]
    return figures[-1] if len({figure.place for figure in figures}) == 1 else Figure(None, why_none=WhyNone.NO_RECORD)


def _figures(scope: Scope, period: Period, codes: Collection[str]) -> list[tuple[str, Figure]]:
    wanted = (
        select(ManualFigure, Area.code, Area.name)
        .outerjoin(Area, Area.id == ManualFigure.area_id)
        .where(ManualFigure.indicator.in_(codes), _lies_in(period), _is_about(scope))
        .order_by(ManualFigure.last_on, ManualFigure.id)
    )
    return [
        (row.indicator, _figure(row, code or "", _place(row, name, scope)))
        for row, code, name in db.session.execute(wanted)
    ]


def _lies_in(period: Period) -> ColumnElement[bool]:
    began = or_(ManualFigure.first_on.is_(None), ManualFigure.first_on >= period.first)
    return and_(began, ManualFigure.last_on.between(period.first, period.last))


def _is_about(scope: Scope) -> ColumnElement[bool]:
    ways: list[ColumnElement[bool]] = [
        ManualFigure.area_id.in_(scope.area_ids),
        ManualFigure.unit_key.in_(scope.unit_keys),
    ]
    if scope.is_national:
        ways.append(and_(ManualFigure.area_id.is_(None), ManualFigure.unit_key.is_(None)))
    return or_(*ways)


def _place(row: ManualFigure, area: str | None, scope: Scope) -> str:
    """Return what a figure is about; empty when that is the scope itself."""
    atlas = gazetteer().atlas
    unit = atlas.units.get(row.unit_key or "")
    name = area or (wording.name_of(atlas, unit) if unit else "")
    return "" if name == scope.name else name


def _figure(row: ManualFigure, area: str, place: str) -> Figure:
    value = int(row.value) if row.value == int(row.value) else float(row.value)
    return Figure(
        value,
        area=area,
        qualifier=row.qualifier,
        origin=Origin.BY_HAND,
        first_on=row.first_on,
        last_on=row.last_on,
        source=row.source,
        source_url=row.source_url or "",
        place=place,
        is_demo=row.is_demo,
    )
