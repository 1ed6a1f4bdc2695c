"""Figures entered by hand: which there are, and the places that a coordinator may enter them for."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, false, or_, select, true
from sqlalchemy.orm import aliased

from directory.accounts.rules import SYSTEM, Actor
from directory.errors import NotFound
from directory.extensions import db
from directory.places.models import AdminUnit, Area, UnitSuccession, area_ward
from directory.reports.models import ManualFigure
from directory.vietnamese import sort_key

#: The one answer for what does not exist and for what lies in another area.
UNKNOWN = "Không có số này, hoặc số này không thuộc địa bàn của bạn."
UNKNOWN_PLACE = "Không có nơi này, hoặc nơi này không thuộc địa bàn của bạn."


@dataclass(frozen=True)
class Place:
    """What a figure may be about: an area, a province of today or formerly, or the whole country."""

    #: An area's code, a province's key, "" for the whole country.
    code: str
    name: str
    area_id: int | None = None
    unit_key: str | None = None

    @property
    def is_former(self) -> bool:
        """Whether it is a province that there is no more."""
        return (self.unit_key or "").startswith("old-")


@dataclass(frozen=True)
class Entered:
    """A figure entered by hand, with the name of what it is about; None for the whole country."""

    figure: ManualFigure
    place: str | None


def is_everywhere(actor: Actor) -> bool:
    """Whether every area is hers."""
    return actor is SYSTEM or actor.all_areas


def areas_of(actor: Actor) -> list[Area]:
    """Return the areas that she answers for, by name."""
    found = db.session.scalars(select(Area).where(_is_hers(actor)).order_by(Area.id))
    return sorted(found, key=lambda area: (sort_key(area.name), area.id))


def provinces_of(actor: Actor) -> list[AdminUnit]:
    """Return today's provinces that hold one of her areas, by name."""
    ward = aliased(AdminUnit)
    held = (
        select(ward.parent_key)
        .join(area_ward, area_ward.c.ward_key == ward.key)
        .join(Area, Area.id == area_ward.c.area_id)
        .where(_is_hers(actor))
    )
    return _by_name(AdminUnit.key.in_(held))


def former_provinces_of(actor: Actor) -> list[AdminUnit]:
    """Return the provinces before July 2025 that held what her areas hold now, by name."""
    ward, district = aliased(AdminUnit), aliased(AdminUnit)
    held = (
        select(district.parent_key)
        .join(ward, ward.parent_key == district.key)
        .join(UnitSuccession, UnitSuccession.old_key == ward.key)
        .join(area_ward, area_ward.c.ward_key == UnitSuccession.new_key)
        .join(Area, Area.id == area_ward.c.area_id)
        .where(_is_hers(actor))
    )
    return _by_name(AdminUnit.key.in_(held))


def places_of(actor: Actor) -> list[Place]:
    """Return what she may enter a figure for: her areas, their provinces of today and formerly, the country last."""
    units = _units_of(actor)
    areas = [Place(area.code, area.name, area_id=area.id) for area in areas_of(actor)]
    country = [Place("", "")] if is_everywhere(actor) else []
    return [*areas, *(Place(unit.key, f"{unit.kind} {unit.name}", unit_key=unit.key) for unit in units), *country]


def find_place(actor: Actor, code: str) -> Place:
    """Return a place that she may enter a figure for.

    Raises: NotFound, also for one of somebody else.
    """
    for place in places_of(actor):
        if place.code == code:
            return place
    raise NotFound(UNKNOWN_PLACE)


def entered_figures(actor: Actor, *, indicator: str = "") -> list[Entered]:
    """Return the figures that were entered for what is hers, by indicator, the newest first."""
    wanted = select(ManualFigure).where(_may_correct(actor))
    if indicator:
        wanted = wanted.where(ManualFigure.indicator == indicator)
    order = (ManualFigure.indicator, ManualFigure.last_on.desc(), ManualFigure.id)
    names = {(place.area_id, place.unit_key): place.name for place in places_of(actor)}
    return [
        Entered(figure, names.get((figure.area_id, figure.unit_key)) or None)
        for figure in db.session.scalars(wanted.order_by(*order))
    ]


def entered_figure(actor: Actor, code: str) -> ManualFigure:
    """Return a figure that she may correct.

    Raises: NotFound, also for one of somebody else.
    """
    found = db.session.scalar(select(ManualFigure).where(ManualFigure.code == code, _may_correct(actor)))
    if found is None:
        raise NotFound(UNKNOWN)
    return found


def _is_hers(actor: Actor) -> ColumnElement[bool]:
    if is_everywhere(actor):
        return true()
    return Area.id.in_(actor.area_ids) if actor.area_ids else false()


def _may_correct(actor: Actor) -> ColumnElement[bool]:
    if is_everywhere(actor):
        return true()
    units = [unit.key for unit in _units_of(actor)]
    return or_(ManualFigure.area_id.in_(actor.area_ids), ManualFigure.unit_key.in_(units))


def _units_of(actor: Actor) -> list[AdminUnit]:
    if is_everywhere(actor):
        return [*_by_name(AdminUnit.level == "province"), *_by_name(AdminUnit.level == "old-province")]
    return [*provinces_of(actor), *former_provinces_of(actor)]


def _by_name(are_wanted: ColumnElement[bool]) -> list[AdminUnit]:
    found = db.session.scalars(select(AdminUnit).where(are_wanted).order_by(AdminUnit.key))
    return sorted(found, key=lambda unit: (sort_key(unit.name), unit.key))
