"""Guessing is slowed down, and nobody is ever locked out.

What is tried is counted in a bucket: a keyed hash of what it is about, so the table names nobody. After five failures
each further try must wait, 2, 4, 8 … 30 seconds at most; fifteen minutes after the last failure all is forgotten. A try
made too early is refused without being looked at and is not counted, so hammering does not make the wait longer.

A browser that has signed in before has a bucket of its own (``devices.known``), which no stranger can fill.
"""

import hashlib
import hmac
from datetime import datetime

from sqlalchemy import LargeBinary, bindparam, delete, text, update

from directory.accounts.models import Slowdown
from directory.accounts.rules import FORGET_FAILURES, wait_after
from directory.errors import TooSoon
from directory.extensions import Moment, db, settings
from directory.web.transaction import transaction

#: What is tried, on what, from which known device; for example ``("sign-in", "hoa-sen", None)``.
Parts = tuple[str | None, ...]

#: One statement, because it waits for whoever deletes the row at this moment; afterwards the row is there and ours.
_HOLD_BUCKET = text(
    "INSERT INTO slowdown (bucket, failures, failed_at) VALUES (:bucket, 0, :at) "
    "ON CONFLICT (bucket) DO UPDATE SET failures = slowdown.failures"
).bindparams(bindparam("bucket", type_=LargeBinary), bindparam("at", type_=Moment))


def begin_try(parts: Parts, now: datetime) -> None:
    """Count a try as failed until ``succeeded`` says otherwise, in a transaction of its own.

    Call it outside of any transaction and before the secret is looked at: of many tries sent at once, no more are
    looked at than one after the other would be, and what the try then meets cannot undo the counting.

    Raises: TooSoon, when it must wait; then it is not counted.
    """
    with transaction():
        row = _locked(_bucket(parts), now)
        if wait := wait_after(row.failures, row.failed_at, now):
            raise TooSoon(wait)
        _count(row, now)


def succeeded(parts: Parts) -> None:
    """Forget the failures. Part of the caller's transaction."""
    db.session.execute(delete(Slowdown).where(Slowdown.bucket == _bucket(parts)))


def touch(parts: Parts) -> None:
    """Write the bucket as it is. Part of the caller's transaction."""
    db.session.execute(update(Slowdown).where(Slowdown.bucket == _bucket(parts)).values(failures=Slowdown.failures))


def _bucket(parts: Parts) -> bytes:
    return hmac.new(settings().secret_key.encode(), b"slow\0" + repr(parts).encode(), hashlib.sha256).digest()


def _count(row: Slowdown, now: datetime) -> None:
    row.failures = 1 if now - row.failed_at > FORGET_FAILURES else row.failures + 1
    row.failed_at = now


def _locked(bucket: bytes, now: datetime) -> Slowdown:
    """Return the bucket's row, new or locked, so that of two tries at once the second sees the first."""
    db.session.execute(_HOLD_BUCKET, {"bucket": bucket, "at": now})
    return db.session.get_one(Slowdown, bucket, populate_existing=True)
