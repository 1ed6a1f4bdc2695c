"""What time does to slips: silence, expiry, the purge; and what else is forgotten with time.

In batches, each in a transaction of its own, so that nobody waits for long; whatever is locked by somebody or by a
second ``tick`` at the same time is left for the next one. Running it again changes nothing more.
"""

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, delete, exists, or_, select, update

from directory import clock
from directory.accounts import audit
from directory.accounts.forgetting import forget_what_is_over
from directory.accounts.models import Account
from directory.accounts.rules import SYSTEM
from directory.engine import empty_log, learn_sizes
from directory.extensions import db
from directory.referrals.models import FactService, Slip, SlipBook, SlipFact
from directory.referrals.operations.history import write
from directory.referrals.rules import CLOSED, LAPSES_AFTER, PATIENCE, PURGED_AFTER, UNDO_WITHIN, State
from directory.web.once import forget_answers
from directory.web.transaction import transaction

BATCH = 200
_WAITING = (State.ISSUED, State.ACKNOWLEDGED)


class Ticked(NamedTuple):
    """How much of each was done."""

    silent: int
    expired: int
    lapsed: int
    purged: int
    answers: int
    sessions: int
    invitations: int
    failures: int


def tick(now: datetime) -> Ticked:
    """Do what is due; to be called outside of a transaction, since it commits each batch."""
    today = now.astimezone(clock.LOCAL_ZONE).date()
    out_of_date = and_(Slip.state.in_(_WAITING), Slip.valid_until < today)
    silent = _step_all("mark_silent", _is_silent(now), lambda slip: slip.state, at=now, silent_at=now)
    expired = _step_all("expire", out_of_date, lambda _: State.EXPIRED, at=now)
    came_long_ago = and_(Slip.state == State.ARRIVED, Slip.arrived_at < now - LAPSES_AFTER)
    lapsed = _step_all("lapse", came_long_ago, lambda _: State.EXPIRED, at=now)
    purged = _in_batches(and_(Slip.state.in_(CLOSED), Slip.closed_at < now - PURGED_AFTER), _purge)
    with transaction():
        _forget_codes_of_void_slips(now)
        answers, others = forget_answers(now), forget_what_is_over(now)
    if db.engine.dialect.name == "sqlite":
        # What was purged is overwritten in the file; the log still has the pages as they were.
        empty_log(db.engine)
    # Reports scan these.
    learn_sizes(db.engine, (SlipFact.__tablename__, FactService.__tablename__))
    return Ticked(silent, expired, lapsed, purged, answers, *others)


def _is_silent(now: datetime) -> ColumnElement[bool]:
    """Select what nobody has answered for longer than its urgency allows.

    A site without an account cannot acknowledge, so its silence ends when the person arrives.
    """
    too_long = or_(*(and_(Slip.urgency == each, Slip.issued_at < now - wait) for each, wait in PATIENCE.items()))
    has_account = exists().where(Account.site_id == Slip.site_id, Account.disabled_at.is_(None))
    unanswered = or_(Slip.state == State.ISSUED, and_(Slip.state == State.ACKNOWLEDGED, ~has_account))
    return and_(Slip.silent_at.is_(None), unanswered, too_long)


def _step_all(name: str, due: ColumnElement[bool], target: Callable[[Slip], State], **changes: Any) -> int:
    """Let every slip that is due take a step of the system's, and return how many did."""

    def step(slips: list[Slip]) -> None:
        for slip in slips:
            write(SYSTEM, slip, name, target(slip), **changes)
        for slip in slips:
            audit.record(f"slip.{name}", SYSTEM, slip.uuid)

    return _in_batches(due, step)


def _in_batches(due: ColumnElement[bool], act: Callable[[list[Slip]], None]) -> int:
    """Do something to every slip that is due and that nobody else holds, batch by batch."""
    done, size = 0, BATCH
    while size == BATCH:
        with transaction():
            wanted = select(Slip).where(due).order_by(Slip.id).limit(BATCH).with_for_update(skip_locked=True)
            slips = list(db.session.scalars(wanted.execution_options(populate_existing=True)))
            act(slips)
        done, size = done + len(slips), len(slips)
    return done


def _purge(slips: list[Slip]) -> None:
    """Take slips away with their history; their facts stay and no longer know which slip they were."""
    uuids = [slip.uuid for slip in slips]
    _count_in_books(slips)
    db.session.execute(
        delete(Slip).where(Slip.id.in_([slip.id for slip in slips])).execution_options(synchronize_session=False)
    )
    for slip in slips:
        db.session.expunge(slip)
    for uuid in uuids:
        audit.record("slip.purge", SYSTEM, uuid)


def _count_in_books(slips: list[Slip]) -> None:
    """Let the books keep how many of their slips were used or void, so that they can still be reconciled."""
    gone = Counter((slip.book_id, slip.state is State.VOID) for slip in slips if slip.book_id is not None)
    for book_id in sorted({book_id for book_id, _is_void in gone}):
        used, void = gone[book_id, False], gone[book_id, True]
        db.session.execute(
            update(SlipBook)
            .where(SlipBook.id == book_id)
            .values(purged_used=SlipBook.purged_used + used, purged_void=SlipBook.purged_void + void)
            .execution_options(synchronize_session=False)
        )


def _forget_codes_of_void_slips(now: datetime) -> None:
    """Erase the code of a slip that was thrown away, once that cannot be taken back any more."""
    is_final = (Slip.state == State.VOID, Slip.closed_at < now - UNDO_WITHIN, Slip.client_code.is_not(None))
    db.session.execute(
        update(Slip)
        .where(*is_final)
        .values(client_code=None, language_need=None, access_needs=[])
        .execution_options(synchronize_session=False)
    )
