"""Compare what search holds with the database, for the doctor: which entries, and whether they say the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, select

from directory.catalogue.models import CatalogueChange
from directory.extensions import db, settings
from directory.places.queries import gazetteer
from directory.search import index, storage
from directory.search.entries import entries, last_change
from directory.search.entry import Entry
from directory.search.following import follower
from directory.search.words import words

#: So many entries are compared word for word: the ones that changed last, and others spread over all.
MOST_CHANGED, MOST_SPREAD = 200, 1_000


@dataclass(frozen=True)
class Comparison:
    """How many entries there are where, up to which change of the feed each has come, and which entries differ."""

    database: int
    #: In the index on disk; None when there is none that can be used.
    on_disk: int | None
    in_process: int
    newest: int
    #: None before the first change.
    changed_at: datetime | None
    disk_seq: int | None
    arrays_seq: int | None
    process_seq: int
    #: Ids that the database holds and this process's arrays do not, or the other way round.
    missing: tuple[int, ...]
    #: Ids, of those compared, of which the index on disk says something else than the database.
    differing: tuple[int, ...]
    compared: int


def compare() -> Comparison:
    """Read database, index and arrays, and return how they stand to each other."""
    folder, fingerprint = settings().index_dir, words().fingerprint
    arrays = follower().arrays(at_once=True, keeps=False)
    on_disk, kept = index.change_of(folder, fingerprint), storage.change_of(folder, fingerprint)
    with db.engine.connect() as connection:
        newest, changed_at = last_change(connection), _changed_at(connection)
        known = {entry.offering_id: entry.without_texts() for entry in entries(connection, gazetteer())}
        chosen = _chosen(connection, known)
    return Comparison(
        database=len(known),
        on_disk=None if on_disk is None else index.count_of(folder),
        in_process=len(arrays.table.number_of),
        newest=newest.seq,
        changed_at=changed_at,
        disk_seq=None if on_disk is None else on_disk.seq,
        arrays_seq=None if kept is None else kept.seq,
        process_seq=arrays.change.seq,
        missing=tuple(sorted(known.keys() ^ arrays.table.number_of.keys())),
        differing=()
        if on_disk is None
        else _differing(chosen, index.entries_of(folder, [e.offering_id for e in chosen])),
        compared=len(chosen),
    )


def _changed_at(connection: Connection) -> datetime | None:
    made = connection.scalar(select(CatalogueChange.changed_at).order_by(CatalogueChange.seq.desc()).limit(1))
    # SQLite keeps no zone; everything we write is UTC.
    return made.replace(tzinfo=UTC) if made is not None and made.tzinfo is None else made


def _chosen(connection: Connection, known: dict[int, Entry]) -> list[Entry]:
    last = select(CatalogueChange.offering_id).order_by(CatalogueChange.seq.desc()).limit(MOST_CHANGED)
    ids = sorted(known)
    spread = ids[:: max(1, len(ids) // MOST_SPREAD)]
    changed = [one for one in connection.scalars(last) if one in known]
    return [known[one] for one in dict.fromkeys([*changed, *spread])]


def _differing(wanted: Sequence[Entry], found: Sequence[Entry]) -> tuple[int, ...]:
    held = {entry.offering_id: entry for entry in found}
    return tuple(sorted(entry.offering_id for entry in wanted if held.get(entry.offering_id) != entry))
