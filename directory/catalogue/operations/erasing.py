"""What a deleted value leaves behind in files, taken away for good when a place is no longer told (§8).

``secure_delete`` overwrites what SQLite deletes. It knows nothing of the R*Tree, whose nodes keep the bytes of a
removed cell behind the last one, nor of the write-ahead log, which holds the page as it was until it is emptied.
"""

import secrets
from collections.abc import Collection, Iterable
from uuid import UUID

from flask import current_app
from sqlalchemy import delete, exists, select, text, update

from directory import clock
from directory.catalogue.models import (
    CorrectionRequest,
    FieldChange,
    FormerPart,
    ImportRun,
    KeptBackName,
    Offering,
    Provider,
    Service,
    Site,
)
from directory.catalogue.operations.kept_names import digest_of
from directory.catalogue.operations.upserts import in_chunks
from directory.catalogue.rules import Visibility
from directory.catalogue.upkeep import NEVER_TELLS_PLACE, PART_OF, Part, RequestState
from directory.engine import empty_log
from directory.extensions import db, insert_into, table_of
from directory.web.transaction import after_commit

#: Of a node of the R*Tree: depth and number of cells, two bytes each; then cells of an id and four single floats.
#: Source: https://www.sqlite.org/rtree.html and ext/rtree/rtree.c (read 2026-11-22).
_HEAD_BYTES, _CELL_BYTES = 4, 24
NEUTRAL_FILE_NAME = "bang.csv"
_NODES = "idx_site_point_node"


def forget_place(site: Site) -> None:
    """Leave nothing behind of where a site is that was told until now, and is written as kept back already.

    Its entries get new names, too: what they are called in their source may lead to the place.
    """
    db.session.flush()
    offerings = db.session.execute(
        select(Offering.id, Offering.source_code, Offering.external_id).where(Offering.site_id == site.id)
    )
    for offering_id, source_code, external_id in offerings.all():
        keep_digest(offering_id, source_code, external_id)
        table = table_of(Offering)
        new = {"external_id": f"~{secrets.token_hex(12)}", "version": table.c.version + 1}
        db.session.execute(update(table).where(table.c.id == offering_id).values(new))
    forget_places([site.id])
    db.session.expire_all()


def forget_places(site_ids: Collection[int], also: Iterable[UUID] = ()) -> None:
    """Erase what history, requests, hand edits and merged entries still say of these sites, and all files of it.

    ``also`` names parts that these places' entries were made of before.
    """
    uuids = set(also)
    for ids in in_chunks(site_ids):
        offerings = db.session.execute(
            select(Offering.id, Offering.uuid, Offering.service_id).where(Offering.site_id.in_(ids))
        ).all()
        service_ids = {row.service_id for row in offerings}
        provider_ids = set(db.session.scalars(select(Site.provider_id).where(Site.id.in_(ids))))
        uuids |= _forget_left(provider_ids)
        for model, row_ids in ((Site, ids), (Service, service_ids), (Provider, provider_ids)):
            uuids |= _forget_by_hand(model, row_ids)
        uuids |= _forget_by_hand(Offering, {row.id for row in offerings})
        _forget_requests({row.id for row in offerings}, service_ids, provider_ids)
        _forget_former({row.uuid: row.id for row in offerings})
    _forget_history(uuids)
    # What somebody called a file may be the place; the files themselves go, too.
    db.session.execute(update(table_of(ImportRun)).values(file_name=NEUTRAL_FILE_NAME))
    erase_for_good()


def _forget_left(provider_ids: Collection[int]) -> set[UUID]:
    """Keep back, too, the places of these providers that nothing is offered at any more, and return their UUIDs.

    Why: entries may have moved from there to the kept-back place one by one, while a desk or slips hold the row.
    """
    table = table_of(Site)
    left = select(table.c.id, table.c.uuid).where(
        table.c.provider_id.in_(provider_ids),
        table.c.visibility == Visibility.PUBLIC,
        ~exists().where(Offering.site_id == table.c.id),
    )
    rows = db.session.execute(left).all()
    nowhere = dict.fromkeys(("name", "address", "ward_key", "old_ward_key", "latitude", "longitude", "point"))
    for row in rows:
        values: dict[str, object] = {
            "visibility": Visibility.HIDDEN,
            "identity": f"left|{row.uuid.hex}",
            "by_hand": {},
            **nowhere,
        }
        db.session.execute(update(table).where(table.c.id == row.id).values(values | {"version": table.c.version + 1}))
    return {row.uuid for row in rows}


def _forget_by_hand(model: type[Provider | Site | Service | Offering], ids: Collection[int]) -> set[UUID]:
    """Keep that a column was changed by hand, and not what the source said; return the UUIDs of the rows."""
    table = table_of(model)
    uuids = set()
    for chunk in in_chunks(ids):
        for row in db.session.execute(select(table.c.id, table.c.uuid, table.c.by_hand).where(table.c.id.in_(chunk))):
            uuids.add(row.uuid)
            untold = {column: said if column in NEVER_TELLS_PLACE else None for column, said in row.by_hand.items()}
            if untold != row.by_hand:
                db.session.execute(update(table).where(table.c.id == row.id).values(by_hand=untold))
    return uuids


def _forget_history(uuids: Collection[UUID]) -> None:
    table = table_of(FieldChange)
    ordered = sorted(uuids)
    for start in range(0, len(ordered), 500):
        db.session.execute(
            update(table)
            .where(table.c.part_uuid.in_(ordered[start : start + 500]), table.c.column.not_in(NEVER_TELLS_PLACE))
            .values(old=None, new=None, is_erased=True)
        )


def _forget_requests(
    offering_ids: Collection[int], service_ids: Collection[int], provider_ids: Collection[int]
) -> None:
    """Take out of requests what may tell the place; those that wait for these entries are asked anew."""
    shared = Part.PROVIDER, Part.SERVICE
    statement = (
        select(CorrectionRequest, Offering.service_id)
        .join(Offering, Offering.id == CorrectionRequest.offering_id)
        .join(Service, Service.id == Offering.service_id)
        .where(Service.provider_id.in_(provider_ids))
    )
    for request, service_id in db.session.execute(statement).all():
        if request.offering_id in offering_ids:
            forget_request(request)
            continue
        parts = shared if service_id in service_ids else shared[:1]
        _drop(request, [column for column in request.wanted if PART_OF.get(column) in parts])


def forget_request(request: CorrectionRequest) -> None:
    """Take out of one request whatever may tell a place; it is outdated if it still waited."""
    _drop(request, [*request.wanted, *request.seen])
    request.ward_key = None
    if request.state is RequestState.WAITING:
        request.state, request.decided_at = RequestState.OUTDATED, clock.now()


def _drop(request: CorrectionRequest, columns: Iterable[str]) -> None:
    telling = set(columns) - NEVER_TELLS_PLACE
    request.wanted = {column: text for column, text in request.wanted.items() if column not in telling}
    request.seen = {column: text for column, text in request.seen.items() if column not in telling}


def _forget_former(offering_ids: dict[UUID, int]) -> None:
    """Keep of the entries that were merged into these only a keyed hash of their names."""
    former = db.session.scalars(select(FormerPart).where(FormerPart.now_uuid.in_(offering_ids)))
    for row in former.all():
        if row.source_code is not None and row.external_id is not None:
            keep_digest(offering_ids[row.now_uuid], row.source_code, row.external_id)
            row.external_id = None
    db.session.flush()


def keep_digest(offering_id: int, source_code: str, external_id: str) -> None:
    """Keep the hash of the name by which a file may still bring the place of an entry."""
    digest = digest_of(source_code, external_id)
    db.session.execute(delete(table_of(KeptBackName)).where(KeptBackName.digest == digest))
    db.session.execute(insert_into(KeptBackName).values(digest=digest, offering_id=offering_id))


def erase_for_good() -> None:
    """Overwrite what lies about in this transaction, and empty the log and the index on disk once it is committed.

    Why ``when_erased``: search stands above the catalogue, and the application tells it.
    """
    if db.session.get_bind().dialect.name == "sqlite":
        db.session.flush()
        _wipe_nodes()
        after_commit(lambda: empty_log(db.engine))
    for act in current_app.extensions["when_erased"]:
        after_commit(act)


def _wipe_nodes() -> None:
    """Overwrite what stands behind the last cell of each node."""
    connection = db.session.connection()
    for number, node in connection.execute(text(f"SELECT nodeno, data FROM {_NODES}")).all():  # noqa: S608
        end = _HEAD_BYTES + _CELL_BYTES * int.from_bytes(node[2:4], "big")
        if any(node[end:]):
            clean = {"number": number, "clean": node[:end].ljust(len(node), b"\0")}
            connection.execute(text(f"UPDATE {_NODES} SET data = :clean WHERE nodeno = :number"), clean)  # noqa: S608
