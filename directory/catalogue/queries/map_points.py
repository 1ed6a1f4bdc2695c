"""What the map needs of many offerings at once: a point, a name, a subject. No hours, telephones or conditions."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, exists, select
from sqlalchemy.orm import aliased

from directory.catalogue.models import Category, Offering, Provider, Service, Site, Source, service_category
from directory.catalogue.queries.cards import main_subject
from directory.catalogue.queries.subjects import categories
from directory.catalogue.rules import Visibility
from directory.extensions import db
from directory.places.models import AdminUnit
from directory.places.rules import Point


@dataclass(frozen=True, slots=True)
class MapPoint:
    """Where an offering is drawn. ``is_ward``: only the ward is known, or may be told."""

    code: str
    name: str
    #: Who offers it; None where only the ward may be told.
    provider: str | None
    ward: str | None
    main_subject: str
    point: Point
    is_ward: bool


_ward = aliased(AdminUnit)

_ROWS = (
    select(
        Offering.id,
        Offering.code,
        Service.name,
        Provider.name.label("provider"),
        Site.visibility,
        Site.latitude,
        Site.longitude,
        Site.point_is_ward,
        _ward.kind.label("ward_kind"),
        _ward.name.label("ward_name"),
        _ward.latitude.label("ward_latitude"),
        _ward.longitude.label("ward_longitude"),
    )
    .join(Service, Service.id == Offering.service_id)
    .join(Site, Site.id == Offering.site_id)
    .join(Provider, Provider.id == Service.provider_id)
    .outerjoin(_ward, _ward.key == Site.ward_key)
    # A hidden place has no point and no ward; leaving it out here is the second lock on that door.
    .where(Offering.id.in_(bindparam("ids", expanding=True)), Site.visibility != Visibility.HIDDEN)
)

_SUBJECTS = (
    select(Offering.id, Category.slug)
    .join(service_category, service_category.c.service_id == Offering.service_id)
    .join(Category, Category.slug == service_category.c.category_slug)
    .where(Offering.id.in_(bindparam("ids", expanding=True)))
    .order_by(Offering.id, Category.position, Category.slug)
)


def map_points(ids: Sequence[int]) -> list[MapPoint]:
    """Return the points of these offerings in the order given, without those that have none to show."""
    if not ids:
        return []
    slugs: defaultdict[int, list[str]] = defaultdict(list)
    for offering_id, slug in db.session.execute(_SUBJECTS, {"ids": list(ids)}):
        slugs[offering_id].append(slug)
    by_id = {row.id: _map_point(row, slugs[row.id]) for row in db.session.execute(_ROWS, {"ids": list(ids)})}
    return [point for point in (by_id.get(number) for number in ids) if point]


def map_credits() -> list[str]:
    """Return what must be said of the sources that a map may draw from; the map itself has no room for it."""
    drawn = exists().where(
        Provider.source_code == Source.code, Site.provider_id == Provider.id, Site.visibility != Visibility.HIDDEN
    )
    rows = select(Source.attribution).where(Source.attribution.is_not(None), drawn).order_by(Source.code)
    return [said for said in db.session.scalars(rows) if said]


def _map_point(row: Any, slugs: Sequence[str]) -> MapPoint | None:
    is_public = row.visibility == Visibility.PUBLIC
    is_ward = not is_public or row.latitude is None or row.point_is_ward
    lat, lon = (row.latitude, row.longitude) if is_public and row.latitude is not None else _ward_point(row)
    if lat is None or lon is None:
        return None
    return MapPoint(
        code=row.code,
        name=row.name,
        provider=row.provider if is_public else None,
        ward=f"{row.ward_kind} {row.ward_name}" if row.ward_name else None,
        main_subject=main_subject(slugs, categories().tops),
        point=Point(lat, lon),
        is_ward=is_ward,
    )


def _ward_point(row: Any) -> tuple[float | None, float | None]:
    return row.ward_latitude, row.ward_longitude
