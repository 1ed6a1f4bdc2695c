"""Moving what hangs on one row to another one, and remembering what the former row was called."""

from collections.abc import Iterable
from uuid import UUID, uuid4

from sqlalchemy import Table, delete, exists, select, update

from directory import clock
from directory.catalogue.models import (
    FieldChange,
    FormerPart,
    Offering,
    Phone,
    Provider,
    Service,
    Site,
    service_category,
)
from directory.catalogue.upkeep import Part
from directory.codes import draw
from directory.extensions import Model, db, table_of
from directory.vietnamese import fold

AnyPart = Provider | Site | Service | Offering
_PARTS: dict[type[AnyPart], Part] = {
    Provider: Part.PROVIDER,
    Site: Part.SITE,
    Service: Part.SERVICE,
    Offering: Part.OFFERING,
}
#: What is deleted with a row and not moved to the other one.
_GOES_WITH = {Offering: table_of(Phone), Service: service_category}
_NEW_NAME_LENGTH = 20


def replace_part(gone: AnyPart, now: AnyPart) -> None:
    """Let everything that needs one row need another one of its kind; delete it, and lead from its names to that one.

    Why over all tables: slips, accounts, desks and whatever else stands above the catalogue follow without being known
    here. History follows, too: a place that is kept back later must be forgotten under its former names as well.
    """
    kind = type(gone)
    db.session.flush()
    _repoint(table_of(kind), gone.id, now.id, except_for=_GOES_WITH.get(kind))
    _remember(gone, now.uuid)
    if (parts := _GOES_WITH.get(kind)) is not None:
        column = next(key.parent for key in parts.foreign_keys if key.column.table is table_of(kind))
        db.session.execute(delete(parts).where(column == gone.id))
    db.session.execute(delete(table_of(kind)).where(table_of(kind).c.id == gone.id))
    db.session.expunge(gone)
    db.session.expire_all()


def _repoint(table: Table, old_id: int, new_id: int, *, except_for: Table | None) -> None:
    for other in Model.metadata.sorted_tables:
        for key in other.foreign_keys:
            if key.column.table is table and other is not except_for:
                statement = update(other).where(key.parent == old_id).values({key.parent.name: new_id})
                db.session.execute(statement)


def _remember(gone: AnyPart, now_uuid: UUID) -> None:
    part = _PARTS[type(gone)]
    # A chain of mergers is one step long, whatever the number of its links.
    db.session.execute(update(table_of(FormerPart)).where(FormerPart.now_uuid == gone.uuid).values(now_uuid=now_uuid))
    history = update(table_of(FieldChange)).where(FieldChange.part == part, FieldChange.part_uuid == gone.uuid)
    db.session.execute(history.values(part_uuid=now_uuid))
    former = FormerPart(uuid=gone.uuid, part=part, now_uuid=now_uuid)
    if isinstance(gone, Provider | Offering):
        former.code = gone.code
    if isinstance(gone, Offering):
        former.source_code, former.external_id = gone.source_code, gone.external_id
    db.session.add(former)
    db.session.flush()


def detach_from_source(offering: Offering) -> None:
    """Give an entry a name of its own, so that no import takes it back to where its source has it."""
    former = FormerPart(uuid=uuid4(), part=Part.OFFERING, now_uuid=offering.uuid)
    former.source_code, former.external_id = offering.source_code, offering.external_id
    db.session.add(former)
    offering.external_id = f"tay-{draw(_NEW_NAME_LENGTH)}"
    db.session.flush()


def service_at(provider: Provider, service: Service, moving: Iterable[Offering]) -> Service:
    """Return the service under which these offerings are found at another provider.

    It is that one's own of the name, else this one when all of it moves, else a copy.
    """
    if service.provider_id == provider.id:
        return service
    own = select(Service).where(Service.provider_id == provider.id, Service.folded_name == fold(service.name))
    if (same := db.session.scalar(own)) is not None:
        return same
    ids = {offering.id for offering in moving}
    stays = exists().where(Offering.service_id == service.id, Offering.id.not_in(ids))
    if not db.session.scalar(select(stays)):
        service.provider = provider
        db.session.flush()
        return service
    return _copied(service, provider)


def _copied(service: Service, provider: Provider) -> Service:
    copy = Service(
        provider=provider,
        name=service.name,
        folded_name=service.folded_name,
        description=service.description,
        website=service.website,
        categories=list(service.categories),
        by_hand=dict(service.by_hand),
    )
    db.session.add(copy)
    db.session.flush()
    return copy


def touch(rows: Iterable[AnyPart]) -> None:
    """Count a version of each row, so that whoever had it open learns that it changed."""
    moment = clock.now()
    for row in rows:
        row.updated_at = moment
    db.session.flush()
