"""Where else one could go: the next nearest places for the same thing that were not tried yet."""

from collections.abc import Iterable

from sqlalchemy import func, or_, select

from directory import clock
from directory.catalogue.models import Offering, Site
from directory.catalogue.queries import Card, cards
from directory.extensions import db
from directory.places.models import AdminUnit, area_ward
from directory.places.rules import Point
from directory.referrals.models import Slip
from directory.search.queries import Hit, SearchRequest, find

#: So many are looked through for places that were not tried.
_LOOKED_AT = 100


def next_nearest(slip: Slip, limit: int = 3) -> list[Hit]:
    """Return other places for what the slip is about, seen from the place it was for or from its area."""
    if slip.category_slug is None:
        return []
    wanted = SearchRequest(
        category=slip.category_slug, position=_from_where(slip.site_id, slip.area_id), per_page=_LOOKED_AT
    )
    return _untried(find(wanted, clock.now()).hits, _tried(slip))[:limit]


def open_instead(entry: Card, limit: int = 3) -> list[Hit]:
    """Return other places for what an entry helps with, seen from there: for one that is closed."""
    if not entry.categories:
        return []
    site_id = db.session.scalar(select(Offering.site_id).where(Offering.id == entry.id))
    wanted = SearchRequest(category=entry.categories[0], position=_from_where(site_id, None), per_page=_LOOKED_AT)
    return _untried(find(wanted, clock.now()).hits, frozenset({site_id} if site_id else ()))[:limit]


def _untried(hits: Iterable[Hit], tried: frozenset[int]) -> list[Hit]:
    """Return the hits, one for each site that was not tried and where one can arrive today."""
    hits = list(hits)
    none = {card.id for card in cards([hit.offering_id for hit in hits]) if card.is_line or card.is_shut}
    rows = db.session.execute(
        select(Offering.id, Offering.site_id).where(Offering.id.in_([hit.offering_id for hit in hits]))
    )
    site_of, seen, chosen = {row.id: row.site_id for row in rows}, set(tried), []
    for hit in hits:
        site_id = site_of.get(hit.offering_id)
        if site_id is not None and site_id not in seen and hit.offering_id not in none:
            seen.add(site_id)
            chosen.append(hit)
    return chosen


def _tried(slip: Slip) -> frozenset[int]:
    """Return the sites of this slip, of those it came from or went on as, and of the others of the same code."""
    same_person = Slip.client_code == slip.client_code if slip.client_code else Slip.id == slip.id
    family = or_(Slip.id == slip.id, Slip.id == slip.parent_id, Slip.parent_id == slip.id, same_person)
    return frozenset(db.session.scalars(select(Slip.site_id).where(family, Slip.site_id.is_not(None))))


def _from_where(site_id: int | None, area_id: int | None) -> Point | None:
    """Return the place, its ward when it is kept back, or the middle of the area."""
    site = db.session.get(Site, site_id) if site_id else None
    if site is not None and site.latitude is not None and site.longitude is not None:
        return Point(site.latitude, site.longitude)
    wards = [site.ward_key] if site is not None and site.ward_key else None
    within = wards or select(area_ward.c.ward_key).where(area_ward.c.area_id == area_id)
    middle = select(func.avg(AdminUnit.latitude), func.avg(AdminUnit.longitude)).where(AdminUnit.key.in_(within))
    lat, lon = db.session.execute(middle).one()
    return None if lat is None or lon is None else Point(float(lat), float(lon))
