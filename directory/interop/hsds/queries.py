"""Every read for HSDS: which services, organizations and places a question means, and what they consist of.

A page asks the database for its own rows only, however many there are in all.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID
from weakref import WeakKeyDictionary

from sqlalchemy import ColumnElement, Engine, Select, Text, and_, cast, exists, false, func, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from directory import clock
from directory.catalogue.models import (
    CatalogueChange,
    FieldChange,
    FormerPart,
    Offering,
    Provider,
    Revision,
    Service,
    Site,
    service_category,
)
from directory.catalogue.rules import ILLUSTRATIVE_SOURCE, Visibility
from directory.catalogue.upkeep import NEVER_TELLS_PLACE, How
from directory.errors import NotFound
from directory.extensions import db
from directory.interop.hsds.names import own_id
from directory.interop.hsds.objects import Json, Telling
from directory.places.queries import gazetteer
from directory.places.rules import Point
from directory.search.queries import SearchRequest, find

UNKNOWN = "Không có mục này trong sổ địa chỉ."
#: So many hits of a search are looked at: more would be no answer to a question.
MOST_HITS = 10_000
_BATCH = 200
_MOST_TOTALS = 500
#: How many rows a list has, by what is asked in which state of which database.
_totals: WeakKeyDictionary[Engine, dict[Hashable, int]] = WeakKeyDictionary()

# Under other names than those of the rows that are listed, so that no condition is tied to one of them.
_service, _provider, _site = aliased(Service), aliased(Provider), aliased(Site)
_SERVICE_IDS = select(_service.id).join(_provider, _provider.id == _service.provider_id)

Row = TypeVar("Row", Provider, Service, Offering)


@dataclass(frozen=True)
class Wanted:
    """What a list is asked for; every condition holds."""

    search: str = ""
    #: Slugs of subjects, or of facts, one of which the entry has; None when it does not matter.
    subjects: frozenset[str] | None = None
    facts: frozenset[str] | None = None
    organization: UUID | None = None
    modified_after: datetime | None = None
    near: Point | None = None
    #: Units: metres.
    within_m: float | None = None
    with_illustrative: bool = True


@dataclass(frozen=True)
class Found:
    """One page of ids out of so many."""

    ids: list[int]
    total: int


@dataclass(frozen=True)
class Kind:
    """How one of the three kinds of rows is found from the offerings and loaded."""

    model: Any
    #: The column of an offering row that names the row.
    of_offering: Any
    options: tuple[ORMOption, ...]


_OF_SERVICE = (
    joinedload(Service.provider),
    selectinload(Service.categories),
    selectinload(Service.offerings).joinedload(Offering.site).joinedload(Site.provider),
    selectinload(Service.offerings).selectinload(Offering.phones),
)
SERVICES = Kind(Service, Offering.service_id, _OF_SERVICE)
ORGANIZATIONS = Kind(
    Provider, Service.provider_id, tuple(selectinload(Provider.services).options(one) for one in _OF_SERVICE[1:])
)
_OF_OFFERING = (joinedload(Offering.site).joinedload(Site.provider), selectinload(Offering.phones))
AT_LOCATIONS = Kind(
    Offering, Offering.id, (*_OF_OFFERING, *(joinedload(Offering.service).options(one) for one in _OF_SERVICE))
)


def page(kind: Kind, wanted: Wanted, number: int, size: int) -> Found:
    """Return the ids of one page, in an order that stays; a search's best hits come first."""
    if wanted.search or wanted.near:
        ids = _ranked(kind, wanted)
        return Found(ids[(number - 1) * size : number * size], len(ids))
    chosen = _chosen(kind, wanted)
    ids = list(db.session.scalars(chosen.order_by(kind.model.id).limit(size).offset((number - 1) * size)))
    return Found(ids, _total(kind, wanted, chosen))


def _total(kind: Kind, wanted: Wanted, chosen: Select[int]) -> int:
    """Count the rows of a list, once for each state of the catalogue: whoever reads page after page asks it often."""
    totals = _totals.setdefault(db.engine, {})
    asked = (state(), kind.model, wanted)
    total = totals.get(asked)
    if total is None:
        total = db.session.scalar(select(func.count()).select_from(chosen.subquery())) or 0
        if len(totals) >= _MOST_TOTALS:
            totals.clear()
        totals[asked] = total
    return total


def every(kind: Kind, wanted: Wanted) -> Iterator[list[int]]:
    """Yield the ids of the whole list, some at a time, so that a long answer never lies in memory."""
    if wanted.search or wanted.near:
        ids = _ranked(kind, wanted)
        yield from (ids[start : start + _BATCH] for start in range(0, len(ids), _BATCH))
        return
    last = 0
    chosen = _chosen(kind, wanted).order_by(kind.model.id).limit(_BATCH)
    while batch := db.session.scalars(chosen.where(kind.model.id > last)).all():
        yield list(batch)
        last = batch[-1]


def _chosen(kind: Kind, wanted: Wanted) -> Select[int]:
    conditions = list(_conditions(wanted))
    if kind.model is Offering:
        return select(Offering.id).where(*conditions)
    if kind.model is Service:
        return select(Service.id).where(exists().where(Offering.service_id == Service.id, *conditions))
    of_provider = select(Offering.id).join(Service).where(Service.provider_id == Provider.id, *conditions)
    return select(Provider.id).where(of_provider.exists())


def _conditions(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    """Yield what must hold of an offering, without a join: most lists ask for little of this."""
    yield _is_listed()
    if wanted.subjects is not None:
        column = service_category.c.category_slug
        yield Offering.service_id.in_(select(service_category.c.service_id).where(column.in_(wanted.subjects)))
    if wanted.facts is not None:
        held = cast(Offering.facts, Text)
        yield or_(false(), *(held.contains(f'"{slug}"', autoescape=True) for slug in wanted.facts))
    if wanted.organization is not None:
        yield Offering.service_id.in_(_SERVICE_IDS.where(_provider.uuid == wanted.organization))
    if wanted.modified_after is not None:
        moment = wanted.modified_after
        is_new = or_(_service.updated_at >= moment, _provider.updated_at >= moment)
        yield or_(
            Offering.updated_at >= moment,
            Offering.service_id.in_(_SERVICE_IDS.where(is_new)),
            Offering.site_id.in_(select(_site.id).where(_site.updated_at >= moment)),
        )
    if not wanted.with_illustrative:
        yield Offering.source_code != ILLUSTRATIVE_SOURCE


def _is_listed() -> ColumnElement[bool]:
    is_gone = and_(Offering.closed_on <= clock.today(), Offering.reopens_on.is_(None))
    return or_(Offering.closed_on.is_(None), ~is_gone)


def _ranked(kind: Kind, wanted: Wanted) -> list[int]:
    """Return the ids of all rows that the hits of a search belong to, best first."""
    hits = _hits(wanted)
    statement = (
        select(Offering.id, kind.of_offering)
        .join(Service, Service.id == Offering.service_id)
        .where(Offering.id.in_(hits), *_conditions(wanted))
    )
    rows = db.session.execute(statement).all()
    row_of = {row[0]: row[1] for row in rows}
    return list(dict.fromkeys(row_of[one] for one in hits if one in row_of))


def _hits(wanted: Wanted) -> list[int]:
    radius_km = wanted.within_m / 1_000 if wanted.within_m else None
    request = SearchRequest(wanted.search, wanted.near, radius_km=radius_km, per_page=MOST_HITS)
    answer = find(request, clock.now())
    hits = answer.hits[: answer.with_all_words] if wanted.search and answer.with_all_words else answer.hits
    if wanted.near is None:
        return [hit.offering_id for hit in hits]
    # A place that is kept back has no distance, so no circle holds it.
    return [hit.offering_id for hit in hits if hit.distance_m is not None and _is_near(hit.distance_m, wanted)]


def _is_near(distance_m: int, wanted: Wanted) -> bool:
    return wanted.within_m is None or distance_m <= wanted.within_m


def loaded(kind: Kind, ids: Sequence[int]) -> list[Any]:
    """Return these rows with all that belongs to them, in the order given."""
    rows = db.session.scalars(select(kind.model).where(kind.model.id.in_(ids)).options(*kind.options))
    by_id = {row.id: row for row in rows}
    return [by_id[one] for one in ids if one in by_id]


def one(kind: Kind, part: UUID) -> Any:
    """Return one row by its UUID.

    Raises: NotFound.
    """
    row = db.session.scalars(select(kind.model).where(kind.model.uuid == part).options(*kind.options)).first()
    if row is None:
        raise NotFound(UNKNOWN)
    return row


def now_called(part: UUID) -> UUID | None:
    """Return the UUID of what a merged provider, service or offering has become; None for any other."""
    seen: UUID | None = None
    while (following := db.session.scalar(select(FormerPart.now_uuid).where(FormerPart.uuid == part))) is not None:
        seen = part = following
    return seen


def telling(rows: Iterable[Any] = (), *, with_history: bool = False) -> Telling:
    """Return what the objects of these rows need to be told."""
    history = _history(list(rows)) if with_history else {}
    return Telling(gazetteer().atlas.units, clock.today(), history)


def _history(rows: list[Any]) -> dict[UUID, list[Json]]:
    """Return the history of the parts of these rows; of a place that is kept back only what never tells it."""
    parts: dict[UUID, bool] = {}
    for row in rows:
        for part, is_told in _parts_of(row):
            parts[part] = parts.get(part, True) and is_told
    changes = (
        select(FieldChange, Revision.at, Revision.how)
        .join(Revision)
        .where(FieldChange.part_uuid.in_(parts), FieldChange.is_erased.is_(False))
        .order_by(Revision.at, FieldChange.id)
    )
    history: dict[UUID, list[Json]] = defaultdict(list)
    for change, at, how in db.session.execute(changes):
        if parts[change.part_uuid] or change.column in NEVER_TELLS_PLACE:
            history[change.part_uuid].append(_metadata(change, at, how))
    return history


def _parts_of(row: Any) -> Iterator[tuple[UUID, bool]]:
    """Yield the UUIDs of the parts of a row, and whether nothing of them is kept back."""
    if isinstance(row, Provider):
        for service in row.services:
            yield from _parts_of(service)
        yield row.uuid, all(_is_told(one) for service in row.services for one in service.offerings)
        return
    if isinstance(row, Service):
        for offering in row.offerings:
            yield from _parts_of(offering)
        yield row.uuid, all(_is_told(one) for one in row.offerings)
        return
    yield row.uuid, _is_told(row)
    yield row.site.uuid, _is_told(row)


def _is_told(offering: Offering) -> bool:
    return offering.site.visibility is Visibility.PUBLIC


#: Our column → the official field it is told in, where it has another name there.
_FIELDS = {
    "provider": "name", "site": "name", "service": "name", "category": "attributes", "address": "addresses",
    "ward": "addresses", "province": "addresses", "website": "url", "opening_hours": "schedules",
    "fees": "fees_description", "eligibility": "eligibility_description", "documents": "required_documents",
    "wheelchair": "accessibility", "visibility": "address_visibility", "verified_on": "assured_date",
    "closed_on": "status", "reopens_on": "alert",
}  # fmt: skip


def _metadata(change: FieldChange, at: datetime, how: How) -> Json:
    by = "import" if how is How.IMPORT else "coordinator"
    return {
        "id": own_id("metadata", str(change.part_uuid), str(change.id)),
        "last_action_date": at.date().isoformat(),
        "last_action_type": "create" if how is How.ADD else "update",
        "field_name": _FIELDS.get(change.column, change.column),
        "previous_value": change.old or "",
        "replacement_value": change.new or "",
        "updated_by": by,
    }


def state() -> str:
    """Return a word that differs whenever an answer may: it grows with every change, and with the day."""
    seq = db.session.scalar(select(func.max(CatalogueChange.seq))) or 0
    revision = db.session.scalar(select(func.max(Revision.id))) or 0
    return f"{seq}.{revision}.{clock.today():%Y%m%d}"


def told(kind: Kind, row: Row, tell: Telling, *, is_full: bool) -> Json:
    """Return a row as its HSDS object."""
    makers: dict[type, Callable[[Any], Json]] = {
        Provider: lambda provider: tell.organization(
            provider,
            is_full=is_full,
            services=[tell.service(one, is_full=False) for one in provider.services if tell.listed(one)]
            if is_full
            else (),
        ),
        Service: lambda service: tell.service(service, is_full=is_full),
        Offering: lambda offering: tell.at_location(offering, is_full=is_full, with_service=is_full),
    }
    return makers[kind.model](row)
