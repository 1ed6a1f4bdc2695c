"""Importing HSDS through the catalogue's own import: its rules hold, all rows go in or none.

What is new keeps the ids that it has in the file; a service at a location that is ours already is updated, whatever
it is called by now.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import func, select, update

from directory.catalogue.cells import unit_names
from directory.catalogue.import_report import ImportReport
from directory.catalogue.mapping import MappedTable, Row
from directory.catalogue.models import FormerPart, Offering, Provider, Service, Site
from directory.catalogue.operations import import_table
from directory.catalogue.rules import Visibility
from directory.catalogue.seed_tables import vocabulary
from directory.errors import Invalid
from directory.extensions import db
from directory.interop.hsds.documents import read_services
from directory.interop.hsds.incoming import LENIENT, Incoming, Ways, incoming, is_gone
from directory.places.operations import Progress
from directory.places.queries import gazetteer, in_viet_nam

#: Entries of a file that names no source of its own.
SOURCE = "hsds"
_CHUNK = 500
#: What tells more stands first.
_TELLING = ("public", "partial", "hidden")
_PARTS: tuple[Any, ...] = (Provider, Site, Service, Offering)


@dataclass
class _File:
    """What is to go in, by line, and what stays out."""

    rows: list[Row] = field(default_factory=list)
    by_line: dict[int, Incoming] = field(default_factory=dict)
    #: The name by which the database has each line: (source, external_id).
    keys: dict[int, tuple[str, str]] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Choices:
    """How a file is to be taken."""

    source: str | None = None
    #: The subject of services that have none of ours.
    category: str | None = None
    is_dry_run: bool = False


def import_hsds(path: Path, choices: Choices, progress: Progress) -> ImportReport:
    """Import the services of an HSDS file or folder.

    Raises: Invalid, when it is none.
    """
    if choices.category and choices.category not in vocabulary().categories.values():
        raise Invalid("Không có chủ đề “%(slug)s”.", blanks={"slug": choices.category[:60]})
    services = read_services(path)
    file = _file(services, _ways(choices), choices.source or SOURCE)
    highest = {part: db.session.scalar(select(func.max(part.id))) or 0 for part in _PARTS}
    if gone := sum(map(is_gone, services)):
        file.remarks.append(f"{gone} dịch vụ ghi là đã ngừng: bỏ qua.")
    table = MappedTable(file.rows, [], len(services) - len({one.service for one in file.by_line.values()}), LENIENT)
    report = import_table(table, source=choices.source or SOURCE, is_dry_run=choices.is_dry_run, progress=progress)
    report.file, report.remarks = path.name, report.remarks + file.remarks
    report.row_names = {line: f"service_at_location {one.offering}" for line, one in file.by_line.items()}
    if report.is_written:
        _keep_ids(file, highest)
    return report


def _ways(choices: Choices) -> Ways:
    names = gazetteer()
    units = names.atlas.units

    def unit_cells(ward: str, former: str, province: str) -> tuple[str, str]:
        keys = (f"ward:{ward}", f"old-ward:{former}", f"province:{province}")
        known = [key if key in units else None for key in keys]
        return unit_names(names).cells(*known)

    return Ways(vocabulary(), unit_cells, in_viet_nam, choices.category, choices.source)


def _file(services: Iterable[dict[str, Any]], ways: Ways, source: str) -> _File:
    file = _File()
    standing = [service for service in services if not is_gone(service)]
    every = [one for service in standing for one in incoming(service, ways)]
    file.by_line = dict(enumerate(every, start=1))
    ids = [part for one in every if (part := _uuid(one.offering))]
    ours = _ours(ids)
    _leave_out(file, ours, _former(ids))
    for line, one in file.by_line.items():
        known = ours.get(_uuid(one.offering))
        key = (known.source, known.external_id) if known else (one.cells.get("source") or source, one.offering)
        cells = one.cells | {"source": key[0], "external_id": key[1]}
        file.keys[line] = key
        file.rows.append(Row(line, cells, is_abroad=one.is_abroad))
    return file


def _leave_out(file: _File, ours: dict[UUID | None, "_Known"], former: set[UUID | None]) -> None:
    """Leave out what was merged, and what an older file tells more of than may be told by now."""
    merged = [line for line, one in file.by_line.items() if _uuid(one.offering) in former]
    telling = [line for line, one in file.by_line.items() if _tells_more(one, ours.get(_uuid(one.offering)))]
    for line in {*merged, *telling}:
        del file.by_line[line]
    if telling:
        file.remarks.append(f"{len(telling)} mục nay được giữ kín hơn trong tệp này: bỏ qua.")
    if merged:
        file.remarks.append(f"{len(merged)} mục đã được gộp vào mục khác: bỏ qua.")


class _Known(NamedTuple):
    """An entry that is ours already."""

    source: str
    external_id: str
    visibility: Visibility


def _ours(ids: list[UUID]) -> dict[UUID | None, _Known]:
    found: dict[UUID | None, _Known] = {}
    columns = select(Offering.uuid, Offering.source_code, Offering.external_id, Site.visibility).join(Site)
    for start in range(0, len(ids), _CHUNK):
        rows = db.session.execute(columns.where(Offering.uuid.in_(ids[start : start + _CHUNK])))
        found |= {row.uuid: _Known(row.source_code, row.external_id, row.visibility) for row in rows}
    return found


def _tells_more(one: Incoming, known: _Known | None) -> bool:
    """Whether an older file tells more of a place than may be told by now."""
    return known is not None and _TELLING.index(known.visibility.value) > _TELLING.index(one.cells["visibility"])


def _former(ids: list[UUID]) -> set[UUID | None]:
    found: set[UUID | None] = set()
    for start in range(0, len(ids), _CHUNK):
        condition = FormerPart.uuid.in_(ids[start : start + _CHUNK])
        found.update(db.session.scalars(select(FormerPart.uuid).where(condition)))
    return found


def _keep_ids(file: _File, highest: dict[Any, int]) -> None:
    """Give what is new the ids of the file, where nothing else has them, and close what the file calls closed."""
    line_of = {key: line for line, key in file.keys.items()}
    new = select(
        Offering.id, Offering.source_code, Offering.external_id, Offering.site_id, Offering.service_id,
        Service.provider_id,
    ).join(Service, Service.id == Offering.service_id).where(Offering.id > highest[Offering])  # fmt: skip
    wanted: dict[Any, dict[int, UUID]] = {part: {} for part in _PARTS}
    for row in db.session.execute(new).all():
        line = line_of.get((row.source_code, row.external_id))
        if line is None:
            continue
        one = file.by_line[line]
        _close(row.id, one)
        of_part = (one.provider, row.provider_id), (one.site, row.site_id), (one.service, row.service_id)
        for part, (text, row_id) in zip(_PARTS, (*of_part, (one.offering, row.id)), strict=True):
            if row_id > highest[part] and (known := _uuid(text)):
                wanted[part].setdefault(row_id, known)
    for part, uuids in wanted.items():
        _give(part, uuids)


def _give(part: Any, uuids: dict[int, UUID]) -> None:
    given: set[UUID] = set()
    for row_id, known in uuids.items():
        is_taken = db.session.scalar(select(part.id).where(part.uuid == known)) is not None
        if known not in given and not is_taken:
            given.add(known)
            db.session.execute(update(part).where(part.id == row_id).values(uuid=known, updated_at=part.updated_at))


def _close(offering_id: int, one: Incoming) -> None:
    closed_on, reopens_on = _day(one.closed_on), _day(one.reopens_on)
    if closed_on is not None:
        values = {"closed_on": closed_on, "reopens_on": reopens_on}
        db.session.execute(update(Offering).where(Offering.id == offering_id).values(values))


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None
