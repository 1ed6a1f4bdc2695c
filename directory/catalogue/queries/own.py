"""The entry that a coordinator may change: one of her areas, or any for a national one."""

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import joinedload, selectinload

from directory.accounts.rules import SYSTEM, Actor
from directory.catalogue.models import Offering, Service, Site
from directory.catalogue.queries.by_area import lies_in
from directory.codes import read_public_code
from directory.errors import NotFound
from directory.extensions import db
from directory.places.models import AdminUnit, area_ward

#: The one answer for what does not exist and for what lies in another area.
UNKNOWN = "Không có mục này, hoặc mục này không thuộc địa bàn của bạn."

#: What ``cells.cells_of`` needs, in four statements for any number of entries.
WHOLE = (
    joinedload(Offering.site),
    joinedload(Offering.service).joinedload(Service.provider),
    joinedload(Offering.service).selectinload(Service.categories),
    selectinload(Offering.phones),
)


def is_everywhere(actor: Actor) -> bool:
    """Whether she answers for the whole country."""
    return actor is SYSTEM or actor.all_areas


def is_hers(actor: Actor) -> ColumnElement[bool]:
    """Return the condition that a site lies in her areas; one without any place is the national coordinators'."""
    return true() if is_everywhere(actor) else lies_in(actor.area_ids)


def entry_for(actor: Actor, code: str) -> Offering:
    """Return the entry of this public code with all its parts.

    Raises: NotFound, also for one of another area.
    """
    statement = select(Offering).join(Site, Site.id == Offering.site_id)
    found = db.session.scalar(statement.where(Offering.code == read_public_code(code), is_hers(actor)).options(*WHOLE))
    if found is None:
        raise NotFound(UNKNOWN)
    return found


def place_is_in(actor: Actor, ward_key: str | None, province_key: str | None) -> bool:
    """Whether a place that has no row of its own lies in her areas, by the same rule as ``lies_in``."""
    if is_everywhere(actor):
        return True
    wards = select(area_ward.c.ward_key).where(area_ward.c.area_id.in_(actor.area_ids))
    if ward_key is not None:
        return db.session.scalar(wards.where(area_ward.c.ward_key == ward_key).limit(1)) is not None
    inside = select(AdminUnit.key).where(AdminUnit.key.in_(wards), AdminUnit.parent_key == province_key)
    return province_key is not None and db.session.scalar(inside.limit(1)) is not None
