"""Which rows of a file lie outside the areas of whoever brings it."""

from collections.abc import Iterator

from sqlalchemy import select, true

from directory.accounts.rules import Actor, Party
from directory.catalogue.entries import Problem
from directory.catalogue.models import Offering, Site
from directory.catalogue.queries.by_area import lies_in
from directory.catalogue.wanted import OfferingKey, Wanted
from directory.extensions import db
from directory.places.models import AdminUnit, area_ward

_REASON = "Mục này không thuộc địa bàn của bạn, nên bạn không nhập được."


def outside_areas(wanted: Wanted, actor: Actor) -> Iterator[Problem]:
    """Yield a problem for each row whose place, as it is or as it is to be, is not hers to change.

    What lies elsewhere and what has no place at all look the same.
    """
    if actor.party is Party.SYSTEM or actor.all_areas:
        return
    wards = set(db.session.scalars(select(area_ward.c.ward_key).where(area_ward.c.area_id.in_(actor.area_ids))))
    provinces = set(db.session.scalars(select(AdminUnit.parent_key).where(AdminUnit.key.in_(wards))))
    foreign = _foreign(wanted, actor)
    for key, one in wanted.offerings.items():
        site = wanted.sites[one.site]
        ward, province = site["ward_key"], site["province_key"]
        if key in foreign or (ward not in wards if ward else province not in provinces):
            yield Problem(one.line, "ward", _REASON)


def _foreign(wanted: Wanted, actor: Actor) -> set[OfferingKey]:
    """Return the entries of the file that the database has elsewhere."""
    elsewhere = (
        select(Offering.source_code, Offering.external_id)
        .join(Site, Site.id == Offering.site_id)
        # Not "~": of a place without ward and province the condition is unknown, and so is its opposite.
        .where(Offering.source_code.in_(wanted.sources), lies_in(actor.area_ids).is_not(true()))
    )
    held = {(source, name) for source, name in db.session.execute(elsewhere)}
    return {key for key in wanted.offerings if not held.isdisjoint({key, wanted.former.get(key, key)})}
