"""One transaction per request or command, committed here and nowhere else (D11).

Why inside a decorator and not after the request: an error at commit must still become a page that explains it.
"""

import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from flask import Flask, g, has_request_context
from sqlalchemy import event

from directory.engine import write_turn
from directory.extensions import db

log = logging.getLogger(__name__)

P = ParamSpec("P")
R = TypeVar("R")

#: A statement that begins with WITH may still end in a write; values are bound, so these words are never data.
_WRITES = re.compile(r"\b(INSERT|UPDATE|DELETE|MERGE)\b", re.IGNORECASE)

_READS = ("SELECT", "WITH", "PRAGMA", "BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK", "SHOW", "EXPLAIN")


class WriteInReadOnlyView(RuntimeError):
    """A view that is not marked ``@writes`` tried to change the database."""


@contextmanager
def transaction() -> Iterator[None]:
    """Run the block in one transaction that can write: commit at its end, roll back if it raises.

    What was queued by ``after_commit`` runs once the commit is certain.
    """
    if g.get("writable", False):
        raise RuntimeError("a transaction inside a transaction would wait for itself")
    # A read before this point (who is signed in) has begun a deferred transaction, which must not be upgraded.
    db.session.rollback()
    g.writable, g.after_commit = True, []
    try:
        with write_turn(db.engine):
            yield from _all_or_nothing()
    finally:
        g.writable = False
    _run_after_commit()


def _all_or_nothing() -> Iterator[None]:
    try:
        db.session.connection(execution_options={"immediate": True})
        yield
        db.session.commit()
    except BaseException:
        db.session.rollback()
        g.after_commit = []
        raise


def _run_after_commit() -> None:
    """Do what waited for the commit; what is committed stays, so a failure is logged and not raised."""
    waiting, g.after_commit = g.after_commit, []
    for act in waiting:
        try:
            act()
        except Exception:
            log.exception("after_commit_failed")


def writes(view: Callable[P, R]) -> Callable[P, R]:
    """Mark a view as one that changes the database, and give it its transaction. Never on a GET."""

    @wraps(view)
    def in_transaction(*args: P.args, **kwargs: P.kwargs) -> R:
        with transaction():
            return view(*args, **kwargs)

    in_transaction.writes = True  # type: ignore[attr-defined]
    return in_transaction


def after_commit(act: Callable[[], object]) -> None:
    """Do this once the present transaction is committed; its failure no longer undoes anything."""
    g.after_commit.append(act)


def waiting() -> int:
    """Return how much waits for the commit, so that what a part of the transaction adds can be taken back with it."""
    return len(g.after_commit)


def take_back_waiting(number: int) -> None:
    """Forget what was queued for the commit after there was so much."""
    del g.after_commit[number:]


def guard_reads(app: Flask) -> None:
    """Make every write of a view that is not marked ``@writes`` raise, on all engines of this application."""
    with app.app_context():
        for engine in db.engines.values():
            event.listen(engine, "before_cursor_execute", _refuse_write)


def _refuse_write(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
    if not has_request_context() or g.get("writable", False):
        return
    begins = statement.lstrip(" \n(").upper()
    if not begins.startswith(_READS) or (begins.startswith("WITH") and _WRITES.search(statement)):
        raise WriteInReadOnlyView(statement.split(None, 1)[0])
