"""The change feed: every write of the catalogue says in its own transaction what changed (D5)."""

from collections.abc import Collection

from sqlalchemy import func, insert, select

from directory import clock
from directory.catalogue.models import CatalogueChange
from directory.extensions import db

#: Any fixed number serves; this one spells "cat".
_ADVISORY_LOCK = 0x636174
#: Past this many, followers are quicker to read everything anew than to patch entry by entry.
_MOST_SINGLE_CHANGES = 2_000
#: Another number than the change feed's lock, which is held for a moment only.
_ONE_WRITER_LOCK = 0x696D70


def take_turn() -> None:
    """Let one transaction at a time change entries, and read them as the one before left them.

    To be called before anything is read that the change builds on: then no import and no editor overwrites unseen what
    another wrote meanwhile. SQLite has one writer anyway.
    """
    session = db.session
    session.flush()
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_ONE_WRITER_LOCK)))
    session.expire_all()


def record_change(offering_id: int | None) -> None:
    """Say that this offering was added, changed or removed; None says that everything may have changed."""
    record_changes(None if offering_id is None else [offering_id])


def record_changes(offering_ids: Collection[int] | None) -> None:
    """Say that these offerings were added, changed or removed; None or very many say that everything may have.

    Why the lock: PostgreSQL hands out ``seq`` before the commit, so without it 2 can become visible before 1, and a
    follower that has seen 2 would skip 1 for ever. It is taken last in a transaction, and held to its end.
    """
    if offering_ids is not None and not offering_ids:
        return
    session = db.session
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_ADVISORY_LOCK)))
    changed_at = clock.now()
    if offering_ids is None or len(offering_ids) > _MOST_SINGLE_CHANGES:
        session.execute(insert(CatalogueChange), [{"offering_id": None, "changed_at": changed_at}])
        return
    rows = [{"offering_id": offering_id, "changed_at": changed_at} for offering_id in sorted(offering_ids)]
    session.execute(insert(CatalogueChange), rows)
