"""The audit: an append-only chain of who did what to which object, with the views of slips in it.

Each row holds the hash of the row before; the end of the chain is sealed with a key that is not in the database, so a
row that was changed, put in, taken out or cut off the end is found. It names accounts by their UUID and objects by
theirs, and holds nothing that was typed.
"""

import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, Row, insert, select, text, update

from directory import clock
from directory.accounts.models import AuditEntry, AuditHead
from directory.accounts.rules import Actor
from directory.extensions import db, settings, table_of
from directory.web.transaction import transaction

_START = bytes(32)

#: Written once: every step of every slip adds a row.
_END = select(AuditHead.seq, AuditHead.hash, AuditHead.seal).with_for_update()
_ADD = insert(table_of(AuditEntry))
_MOVE_END = update(table_of(AuditHead))


class Fault(NamedTuple):
    """A place where the chain does not hold."""

    seq: int
    what: str


def record(action: str, actor: Actor, object_uuid: UUID | None = None) -> None:
    """Add a row to the chain in the present transaction; ``action`` is a verb of ours such as ``slip.issue``.

    Why the end is locked: of two transactions at once the second must see the row of the first.
    """
    connection = db.session.connection()
    head = _locked_head(connection)
    is_whole = hmac.compare_digest(head.seal, _seal(head.seq, head.hash))
    seq, at = head.seq + 1, clock.now()
    digest = _hash(seq, at, actor.key, action, object_uuid, head.hash)
    entry = {"seq": seq, "at": at, "actor": actor.key, "action": action, "object_uuid": object_uuid}
    connection.execute(_ADD, entry | {"previous_hash": head.hash, "hash": digest})
    # A chain that somebody rewrote must never be sealed by the next honest row.
    seal = _seal(seq, digest) if is_whole else head.seal
    connection.execute(_MOVE_END, {"seq": seq, "hash": digest, "seal": seal})


def _locked_head(connection: Connection) -> Row[int, bytes, bytes]:
    """Return the end of the chain, locked; it begins with the first row, also when two write that one at once."""
    if (head := connection.execute(_END).one_or_none()) is not None:
        return head
    connection.execute(
        text("INSERT INTO audit_head (id, seq, hash, seal) VALUES (1, 0, :hash, :seal) ON CONFLICT DO NOTHING"),
        {"hash": _START, "seal": _seal(0, _START)},
    )
    return connection.execute(_END).one()


def record_view(action: str, actor: Actor, object_uuid: UUID) -> None:
    """Write down that somebody looks at something, in a transaction of its own, before it is shown.

    Why before: a page that was shown and not written down is what the audit is there to prevent.
    """
    with transaction():
        record(action, actor, object_uuid)


def last_written_at() -> datetime | None:
    """Return the moment of the last row, or None when there is none."""
    return db.session.scalar(select(AuditEntry.at).order_by(AuditEntry.seq.desc()).limit(1))


def is_sealed_by_our_key() -> bool:
    """Whether the end of the chain carries the seal of the present key; quick, and no proof of the whole chain."""
    head = db.session.get(AuditHead, 1, populate_existing=True)
    return head is None or hmac.compare_digest(head.seal, _seal(head.seq, head.hash))


def faults(anchor: tuple[int, str] | None = None) -> Iterator[Fault]:
    """Yield every place where the chain is broken; nothing when it holds from the first row to the last.

    ``anchor``: number and hash of a row as they were written down elsewhere; a chain that was made anew, or cut back to
    before it, does not hold them.
    """
    seq, previous = 0, _START
    if anchor and not _holds(*anchor):
        yield Fault(anchor[0], "anchor")
    for entry in db.session.scalars(select(AuditEntry).order_by(AuditEntry.seq).execution_options(yield_per=1000)):
        if entry.seq != seq + 1:
            yield Fault(seq + 1, "missing")
        if entry.previous_hash != previous:
            yield Fault(entry.seq, "not after the row before")
        if entry.hash != _hash(entry.seq, entry.at, entry.actor, entry.action, entry.object_uuid, entry.previous_hash):
            yield Fault(entry.seq, "changed")
        seq, previous = entry.seq, entry.hash
    head = db.session.get(AuditHead, 1, populate_existing=True)
    if (head.seq, head.hash) != (seq, previous) if head else seq:
        yield Fault(seq + 1, "cut off")
    elif head and not is_sealed_by_our_key():
        yield Fault(head.seq, "seal")


def _holds(seq: int, digest: str) -> bool:
    kept = db.session.scalar(select(AuditEntry.hash).where(AuditEntry.seq == seq))
    return kept is not None and kept.hex() == digest.lower()


def _hash(seq: int, at: datetime, actor: str, action: str, object_uuid: UUID | None, previous: bytes) -> bytes:
    row = [seq, at.isoformat(timespec="microseconds"), actor, action, str(object_uuid or ""), previous.hex()]
    return hashlib.sha256(json.dumps(row).encode()).digest()


def _seal(seq: int, digest: bytes) -> bytes:
    key = settings().secret_key.encode()
    return hmac.new(key, b"audit\0" + str(seq).encode() + digest, hashlib.sha256).digest()
