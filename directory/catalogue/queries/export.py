"""The public directory as rows of the import table, batch by batch: 50,000 entries need no more memory than 1,000."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select

from directory.catalogue.cell_texts import Values, offering_texts, provider_texts, service_texts, site_texts
from directory.catalogue.cells import unit_names
from directory.catalogue.models import Category, Offering, Phone, Provider, Service, Site, service_category
from directory.catalogue.queries.by_area import lies_in
from directory.catalogue.rules import ILLUSTRATIVE_SOURCE, Visibility
from directory.catalogue.upkeep import SHELTER
from directory.extensions import db
from directory.places.queries import gazetteer
from directory.places.rules import Point

BATCH = 1_000
#: A line that is answered by telephone for everybody is no place that must be kept back.
_BY_PHONE = "by_phone"


@dataclass(frozen=True)
class Extent:
    """Which entries go out: all that is public, or some areas of it; the illustrative ones only when asked for."""

    area_ids: Collection[int] | None = None
    with_illustrative: bool = False


@dataclass(frozen=True, slots=True)
class ExportedEntry:
    """One entry: its cells, and its point when it has one that may be told."""

    cells: dict[str, str]
    point: Point | None


def exported(extent: Extent) -> Iterator[ExportedEntry]:
    """Yield the entries in the order of their sources and names there."""
    ids = list(db.session.scalars(_ids(extent)))
    for start in range(0, len(ids), BATCH):
        yield from _batch(ids[start : start + BATCH])


def _ids(extent: Extent) -> Any:
    conditions: list[ColumnElement[bool]] = [
        # Closed for good.
        or_(Offering.closed_on.is_(None), Offering.reopens_on.is_not(None)),
        or_(Site.visibility != Visibility.HIDDEN, ~_is_shelter()),
    ]
    if not extent.with_illustrative:
        conditions.append(Offering.source_code != ILLUSTRATIVE_SOURCE)
    if extent.area_ids is not None:
        conditions.append(lies_in(extent.area_ids))
    statement = select(Offering.id).join(Site).where(and_(*conditions))
    return statement.order_by(Offering.source_code, Offering.external_id)


def _is_shelter() -> ColumnElement[bool]:
    return exists().where(
        service_category.c.service_id == Offering.service_id, service_category.c.category_slug == SHELTER
    )


def _batch(ids: Collection[int]) -> Iterator[ExportedEntry]:
    offerings = _rows(select(*Offering.__table__.c).where(Offering.id.in_(ids)))
    sites = _rows(
        select(*(column for column in Site.__table__.c if column.name != "point")).where(
            Site.id.in_({row["site_id"] for row in offerings.values()})
        )
    )
    services = _rows(select(*Service.__table__.c).where(Service.id.in_({o["service_id"] for o in offerings.values()})))
    names = _rows(select(*Provider.__table__.c).where(Provider.id.in_({s["provider_id"] for s in services.values()})))
    slugs, phones = _slugs(services), _phones(ids)
    for offering_id in ids:
        offering = offerings[offering_id]
        site, service = sites[offering["site_id"]], services[offering["service_id"]]
        if site["visibility"] is Visibility.HIDDEN and _BY_PHONE not in offering["facts"]:
            continue
        cells = (
            {"external_id": offering["external_id"], "source": offering["source_code"]}
            | provider_texts(names[service["provider_id"]])
            | site_texts(site, unit_names(gazetteer()))
            | service_texts(service, slugs[service["id"]])
            | offering_texts(offering, phones[offering_id])
        )
        yield ExportedEntry(_told(cells, site), _point(site))


def _told(cells: dict[str, str], site: Values) -> dict[str, str]:
    """Leave out the website that a hidden place shares with others of its provider."""
    return cells | {"website": ""} if site["visibility"] is Visibility.HIDDEN else cells


def _point(site: Values) -> Point | None:
    is_told = site["visibility"] is Visibility.PUBLIC and site["latitude"] is not None and not site["point_is_ward"]
    return Point(site["latitude"], site["longitude"]) if is_told else None


def _rows(statement: Any) -> dict[int, Values]:
    return {row["id"]: dict(row) for row in db.session.execute(statement).mappings()}


def _slugs(service_ids: Collection[int]) -> dict[int, list[str]]:
    slugs: dict[int, list[str]] = defaultdict(list)
    statement = (
        select(service_category.c.service_id, Category.slug)
        .join(Category, Category.slug == service_category.c.category_slug)
        .where(service_category.c.service_id.in_(service_ids))
        .order_by(Category.position)
    )
    for service_id, slug in db.session.execute(statement):
        slugs[service_id].append(slug)
    return slugs


def _phones(ids: Collection[int]) -> dict[int, list[str]]:
    phones: dict[int, list[str]] = defaultdict(list)
    statement = select(Phone.offering_id, Phone.shown).where(Phone.offering_id.in_(ids))
    for offering_id, shown in db.session.execute(statement.order_by(Phone.offering_id, Phone.position)):
        phones[offering_id].append(shown)
    return phones
