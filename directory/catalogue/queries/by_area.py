"""Which programme areas a site lies in: those that hold its ward; of a place kept hidden, those of its province.

Of a hidden place nobody knows more than the province, and somebody must answer for it, too.
"""

from collections.abc import Collection

from sqlalchemy import ColumnElement, or_, select

from directory.catalogue.models import Site
from directory.extensions import db
from directory.places.models import AdminUnit, area_ward


def lies_in(area_ids: Collection[int]) -> ColumnElement[bool]:
    """Return the condition that a site lies in one of these areas."""
    wards = select(area_ward.c.ward_key).where(area_ward.c.area_id.in_(area_ids))
    provinces = select(AdminUnit.parent_key).where(AdminUnit.key.in_(wards))
    return or_(Site.ward_key.in_(wards), Site.ward_key.is_(None) & Site.province_key.in_(provinces))


def areas_of_site(site_id: int) -> frozenset[int]:
    """Return the ids of the areas that a site lies in."""
    ward_or_province = (Site.ward_key == AdminUnit.key) | (
        Site.ward_key.is_(None) & (Site.province_key == AdminUnit.parent_key)
    )
    return frozenset(
        db.session.scalars(
            select(area_ward.c.area_id)
            .join(AdminUnit, AdminUnit.key == area_ward.c.ward_key)
            .join(Site, ward_or_province)
            .where(Site.id == site_id)
        )
    )
