"""Read what search needs of the catalogue, by Core selects: all offerings, or the few that have changed."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, select

from directory.catalogue.fees import costs_nothing
from directory.catalogue.models import (
    CatalogueChange,
    Category,
    Offering,
    Phone,
    Provider,
    Service,
    Site,
    service_category,
)
from directory.catalogue.rules import ILLUSTRATIVE_SOURCE, Visibility
from directory.catalogue.seed_tables import fact_kinds
from directory.places.gazetteer import Gazetteer
from directory.search.entry import Entry

ALWAYS = "24/7"
#: Facts that are facets under the same name.
_FACT_FACETS = frozenset({"women_staff", "evening", "weekend", "trans_friendly", "peer_may_come"})

_ROWS = (
    select(
        Offering.id,
        Service.id.label("service_id"),
        Service.name,
        Service.description,
        Provider.name.label("provider"),
        Site.name.label("site"),
        Site.visibility,
        Site.address,
        Site.ward_key,
        Site.old_ward_key,
        Site.province_key,
        Site.latitude,
        Site.longitude,
        Site.wheelchair,
        Offering.source_code,
        Offering.hotline_24h,
        Offering.opening_hours,
        Offering.fees,
        Offering.languages,
        Offering.eligibility,
        Offering.documents,
        Offering.anonymous_ok,
        Offering.id_required,
        Offering.reports_to_police,
        Offering.facts,
        Offering.verified_on,
        Offering.closed_on,
        Offering.reopens_on,
        select(Phone.id).where(Phone.offering_id == Offering.id).exists().label("has_telephone"),
    )
    .join(Service, Service.id == Offering.service_id)
    .join(Site, Site.id == Offering.site_id)
    .join(Provider, Provider.id == Service.provider_id)
    .order_by(Offering.id)
)


class Change(NamedTuple):
    """Where a follower stands in the change feed: the last ``seq`` (0 before the first) and when it was made.

    Why the moment, too: a restored or replaced database may hold another change under the same number.
    """

    seq: int
    made_at: str


def last_change(connection: Connection) -> Change:
    """Return the newest change of the feed."""
    newest = select(func.max(CatalogueChange.seq)).scalar_subquery()
    row = connection.execute(
        select(CatalogueChange.seq, CatalogueChange.changed_at).where(CatalogueChange.seq == newest)
    ).first()
    return _change(row)


def change_at(connection: Connection, seq: int) -> Change:
    """Return the change with a number, as the database tells it now."""
    statement = select(CatalogueChange.seq, CatalogueChange.changed_at).where(CatalogueChange.seq == seq)
    return _change(connection.execute(statement).first())


def _change(row: Any) -> Change:
    return Change(0, "") if row is None else Change(row.seq, row.changed_at.strftime("%Y-%m-%dT%H:%M:%S.%f"))


def changed_since(connection: Connection, seq: int) -> set[int] | None:
    """Return the offerings that changed after a point of the feed; None when everything may have."""
    found = connection.execute(select(CatalogueChange.offering_id).where(CatalogueChange.seq > seq)).scalars().all()
    return None if None in found else {offering_id for offering_id in found if offering_id is not None}


def entries(connection: Connection, gazetteer: Gazetteer, ids: Collection[int] | None = None) -> Iterator[Entry]:
    """Yield the entries of the offerings that exist, by id: all, or those of ``ids``."""
    subjects = _subjects(connection)
    rows = _ROWS if ids is None else _ROWS.where(Offering.id.in_(ids))
    of_service = _categories_of_services(connection, ids)
    for row in connection.execution_options(yield_per=2_000).execute(rows):
        yield _entry(row, subjects, of_service[row.service_id], gazetteer)


def _subjects(connection: Connection) -> dict[str, tuple[str, str | None]]:
    rows = connection.execute(select(Category.slug, Category.name_vi, Category.parent_slug))
    return {slug: (name, parent) for slug, name, parent in rows}


def _categories_of_services(connection: Connection, ids: Collection[int] | None) -> defaultdict[int, list[str]]:
    pairs = select(service_category.c.service_id, service_category.c.category_slug).order_by(
        service_category.c.service_id, service_category.c.category_slug
    )
    if ids is not None:
        pairs = pairs.where(service_category.c.service_id.in_(select(Offering.service_id).where(Offering.id.in_(ids))))
    found: defaultdict[int, list[str]] = defaultdict(list)
    for service_id, slug in connection.execute(pairs):
        found[service_id].append(slug)
    return found


def _entry(row: Any, subjects: dict[str, tuple[str, str | None]], slugs: Sequence[str], gazetteer: Gazetteer) -> Entry:
    is_public, is_hidden = row.visibility == Visibility.PUBLIC, row.visibility == Visibility.HIDDEN
    names = dict.fromkeys(name for name in (row.provider, row.site) if name)
    parents = (subjects[slug][1] for slug in slugs)
    point = _point(row, gazetteer, is_public)
    return Entry(
        offering_id=row.id,
        name=row.name,
        whole_names=tuple(names),
        strong_texts=tuple(dict.fromkeys((row.name, *names, *(subjects[slug][0] for slug in slugs)))),
        place_texts=_place_texts(row, gazetteer, is_public),
        weak_texts=tuple(text for text in (row.description, row.eligibility, row.documents, row.fees) if text),
        fact_texts=tuple(fact_kinds()[fact].name_vi for fact in row.facts or () if fact in fact_kinds()),
        categories=tuple(dict.fromkeys((*slugs, *(parent for parent in parents if parent)))),
        facets=_facets(row),
        ward_code=None if is_hidden else _code(row.ward_key),
        province_code=_code(row.province_key),
        latitude=point[0],
        longitude=point[1],
        is_public=is_public,
        is_hidden=is_hidden,
        is_illustrative=row.source_code == ILLUSTRATIVE_SOURCE,
        has_telephone=row.has_telephone,
        opening_hours=ALWAYS if row.hotline_24h else row.opening_hours,
        verified_on=row.verified_on,
        closed_on=row.closed_on,
        reopens_on=row.reopens_on,
    )


def _code(key: str | None) -> str | None:
    return key.partition(":")[2] if key else None


def _point(row: Any, gazetteer: Gazetteer, is_public: bool) -> tuple[float | None, float | None]:
    """Return the entry's point; for a partial place its ward's, which filters and orders but is never shown."""
    if is_public and row.latitude is not None:
        return row.latitude, row.longitude
    if row.ward_key and row.visibility != Visibility.HIDDEN:
        ward = gazetteer.ward(row.ward_key.partition(":")[2])
        if ward.point:
            return ward.point.lat, ward.point.lon
    return None, None


def _place_texts(row: Any, gazetteer: Gazetteer, is_public: bool) -> tuple[str, ...]:
    """Return what a person may type of where it is; of a hidden place its province only."""
    ward = row.ward_key if row.visibility != Visibility.HIDDEN else None
    if ward:
        place = gazetteer.display(ward, row.old_ward_key)
    else:
        place = gazetteer.atlas.units[row.province_key].full_name if row.province_key else ""
    return tuple(text for text in (row.address if is_public else None, place) if text)


def _facets(row: Any) -> frozenset[str]:
    """Return the facets that the entry is known to have; what is unknown is not claimed."""
    known = {
        "free": costs_nothing(row.fees),
        "open_24h": row.hotline_24h or row.opening_hours == ALWAYS,
        "no_id": row.id_required is False,
        "anonymous": row.anonymous_ok,
        "no_police": row.reports_to_police is False,
        "wheelchair": row.wheelchair,
    }
    languages = {f"lang:{language}" for language in row.languages or ()}
    facts = _FACT_FACETS & {*(row.facts or ())}
    return frozenset({facet for facet, holds in known.items() if holds} | languages | facts)
