"""A new entry, typed by a coordinator: what it shares with others stays as it is there."""

from collections.abc import Iterator, Mapping
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select

from directory.accounts import audit
from directory.accounts.rules import Actor
from directory.catalogue.cells import CLOSURE, Cells, cells_of, clean, uuids_of
from directory.catalogue.discretion import reads_like_address
from directory.catalogue.entries import DEFAULT_SOURCE, Problem
from directory.catalogue.models import Category, CorrectionRequest, Offering, Phone, Provider, Revision, Service, Site
from directory.catalogue.operations.carrying_out import point_of
from directory.catalogue.operations.changes import record_changes, take_turn
from directory.catalogue.operations.history import Changed, record_revision
from directory.catalogue.operations.reading import BadCells, Outcome, read_cells
from directory.catalogue.queries.own import place_is_in
from directory.catalogue.rules import Visibility
from directory.catalogue.upkeep import COLUMNS_OF, PART_OF, How, Origin, Part, RequestKind, is_protected
from directory.catalogue.wanted import PartKey, Wanted, wanted_rows
from directory.codes import new_public_code
from directory.errors import Conflict, Invalid
from directory.extensions import db

P = TypeVar("P", Provider, Service, Site)


def add(actor: Actor, cells: Mapping[str, str], *, anyway: bool = False) -> Outcome:
    """Add an entry in her areas; a shelter, hotline or hidden place waits for a second coordinator.

    Raises: BadCells, with nothing but warnings unless ``anyway``; Invalid; Conflict, when it is there already.
    """
    take_turn()
    rows, warnings = read_new(actor, cells)
    if warnings and not anyway:
        raise BadCells(warnings)
    if is_protected(_slugs(rows), _visibility(rows)):
        return Outcome(None, request=_ask_second(actor, clean(cells), rows), warnings=tuple(warnings))
    offering, revision = write_new(actor, rows)
    return Outcome(offering, revision, warnings=tuple(warnings))


def read_new(actor: Actor, cells: Mapping[str, str]) -> tuple[Wanted, list[Problem]]:
    """Read and check a new entry; nothing is written. Return its rows and what is odd.

    Raises: BadCells; Invalid; Conflict.
    """
    typed = clean(cells)
    if not typed.keys() <= PART_OF.keys() - set(CLOSURE):
        raise Invalid("Biểu mẫu này đã cũ.", what_now="Hãy mở lại trang rồi làm lại.")
    named = {"source": DEFAULT_SOURCE, "external_id": f"tay-{new_public_code()}"}
    placed, problems = read_cells(typed | named)
    if placed is None:
        raise BadCells(problem for problem in problems if not problem.is_warning)
    rows = wanted_rows([placed])
    (site,) = rows.sites.values()
    if not place_is_in(actor, site["ward_key"], site["province_key"]):
        raise Invalid("Nơi này nằm ngoài địa bàn của bạn.", field="ward")
    if shared := list(_differing(rows, typed)):
        raise BadCells(shared)
    _check_new(rows)
    return rows, [problem for problem in problems if problem.is_warning]


def write_new(actor: Actor, rows: Wanted, request_id: int | None = None) -> tuple[Offering, Revision | None]:
    """Write an entry that was read by ``read_new``, with its history, and say so in audit and change feed."""
    before = _shared_parts(rows)
    ((_, wanted),) = rows.offerings.items()
    offering = Offering(
        **wanted.values,
        service=_service(rows),
        site=_site(rows),
        phones=[Phone(position=n, number=phone.number, shown=phone.shown) for n, phone in enumerate(wanted.phones)],
    )
    db.session.add(offering)
    db.session.flush()
    revision = record_revision(actor, How.ADD, list(_changes(offering, before)), request_id=request_id)
    audit.record("catalogue.add", actor, offering.uuid)
    record_changes([offering.id])
    return offering, revision


def _ask_second(actor: Actor, typed: Cells, rows: Wanted) -> CorrectionRequest:
    (site,) = rows.sites.values()
    request = CorrectionRequest(
        kind=RequestKind.ADD,
        origin=Origin.COORDINATOR,
        wanted={column: text for column, text in typed.items() if text},
        ward_key=site["ward_key"],
        province_key=site["province_key"],
        proposed_by_id=actor.account_id,
        endorsed_by_id=actor.account_id,
    )
    db.session.add(request)
    db.session.flush()
    audit.record("catalogue.propose", actor, request.uuid)
    return request


def _check_new(rows: Wanted) -> None:
    ((_, wanted),) = rows.offerings.items()
    service, site = _held_service(wanted.service), _held_site(wanted.site)
    if service is None or site is None:
        return
    same = select(Offering.id).where(Offering.service_id == service.id, Offering.site_id == site.id)
    if db.session.scalar(same) is not None:
        raise Conflict("Đã có dịch vụ này của đơn vị này ở nơi này.", what_now="Hãy tìm mục ấy và sửa ở đó.")


def _differing(rows: Wanted, typed: Cells) -> Iterator[Problem]:
    """Yield what differs from the service as it is: adding a place must not rewrite it for the others."""
    ((key, values),) = rows.services.items()
    service = _held_service(key)
    if service is None:
        return
    for column in ("description", "website"):
        if values[column] and values[column] != getattr(service, column):
            reason = "Dịch vụ này của đơn vị này đã có, với nội dung khác: để trống ô này, hoặc sửa ở mục đã có."
            yield Problem(1, column, reason)
    if not set(*rows.categories.values()) <= {category.slug for category in service.categories}:
        yield Problem(1, "category", "Dịch vụ này của đơn vị này đã có, với chủ đề khác: hãy chọn đúng chủ đề ấy.")
    if typed.get("visibility", "") not in ("", Visibility.PUBLIC) and reads_like_address(service.description or ""):
        reason = "Mô tả đã có của dịch vụ này viết giống một địa chỉ: hãy sửa mô tả ấy trước."
        yield Problem(1, "description", reason)


def _slugs(rows: Wanted) -> set[str]:
    ((key, slugs),) = rows.categories.items()
    service = _held_service(key)
    return {*slugs, *(category.slug for category in service.categories)} if service else set(slugs)


def _visibility(rows: Wanted) -> Visibility:
    (site,) = rows.sites.values()
    visibility: Visibility = site["visibility"]
    return visibility


def _held_provider(key: PartKey) -> Provider | None:
    source, folded = key.provider
    return db.session.scalar(select(Provider).where(Provider.source_code == source, Provider.folded_name == folded))


def _held_service(key: PartKey) -> Service | None:
    provider = _held_provider(key)
    wanted = Service.provider_id == (provider.id if provider else None), Service.folded_name == key.identity
    return db.session.scalar(select(Service).where(*wanted))


def _held_site(key: PartKey) -> Site | None:
    provider = _held_provider(key)
    wanted = Site.provider_id == (provider.id if provider else None), Site.identity == key.identity
    return db.session.scalar(select(Site).where(*wanted))


def _shared_parts(rows: Wanted) -> set[UUID]:
    """Return the UUIDs of the parts that are there already."""
    ((_, wanted),) = rows.offerings.items()
    held = _held_provider(wanted.service), _held_service(wanted.service), _held_site(wanted.site)
    return {part.uuid for part in held if part is not None}


def _provider(rows: Wanted) -> Provider:
    (((source, folded), values),) = rows.providers.items()
    held = db.session.scalar(select(Provider).where(Provider.source_code == source, Provider.folded_name == folded))
    return held or _added(Provider(source_code=source, folded_name=folded, **values))


def _service(rows: Wanted) -> Service:
    ((key, values),), (slugs,) = rows.services.items(), rows.categories.values()
    held = _held_service(key)
    if held is not None:
        return held
    categories = db.session.scalars(select(Category).where(Category.slug.in_(slugs)).order_by(Category.position))
    return _added(Service(provider=_provider(rows), folded_name=key.identity, categories=list(categories), **values))


def _site(rows: Wanted) -> Site:
    ((key, values),) = rows.sites.items()
    return _held_site(key) or _added(
        Site(provider=_provider(rows), identity=key.identity, point=point_of(values), **values)
    )


def _added(row: P) -> P:
    db.session.add(row)
    db.session.flush()
    return row


def _changes(offering: Offering, shared: set[UUID]) -> Iterator[Changed]:
    uuids, cells = uuids_of(offering), cells_of(offering)
    is_told = offering.site.visibility is Visibility.PUBLIC
    for part in Part:
        for column in COLUMNS_OF[part]:
            if cells[column] and uuids[part] not in shared:
                change = Changed(part, uuids[part], column, "", cells[column])
                yield change if is_told else change.untold()
