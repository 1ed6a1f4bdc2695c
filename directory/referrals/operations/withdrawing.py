"""Consent taken back: her code is gone at once, from this slip and from every one that it was forwarded from or as."""

from typing import Any

from sqlalchemy import ColumnElement, select

from directory.accounts import audit
from directory.accounts.rules import CLIENT, Actor
from directory.errors import NotFound
from directory.extensions import db
from directory.referrals.models import Slip
from directory.referrals.operations.erasing import empty_log_after_commit
from directory.referrals.operations.history import locked, may_step, write
from directory.referrals.queries.scope import by_token, slip_for
from directory.referrals.rules import STEPS, State

_FORGOTTEN: dict[str, Any] = {"client_code": None, "language_need": None, "access_needs": []}


def withdraw_consent(actor: Actor, code: str, *, seen: int | None = None) -> Slip:
    """Erase what the slip knows of the person, close it, and do the same to all slips of one chain of forwarding."""
    family = _family(slip_for(actor, code))
    slip = locked(actor, code, seen)
    may_step(actor, slip, "withdraw_consent")
    _withdraw(actor, family)
    return slip


def withdraw_by_token(token: str) -> None:
    """Do the same for the client herself, who holds the paper; once more changes nothing.

    Raises: NotFound, when there is no such slip, or nobody has filled it in.
    """
    slip = by_token(token)
    if slip is not None and slip.state is State.WITHDRAWN:
        return
    if slip is None or slip.state not in STEPS["withdraw_consent"].sources:
        raise NotFound(
            "Không có phiếu này, hoặc phiếu chưa dùng.", what_now="Bạn hỏi lại người đã đưa phiếu cho bạn nhé."
        )
    _withdraw(CLIENT, _family(slip))


def _withdraw(actor: Actor, family: list[Slip]) -> None:
    withdrawn = [each for each in family if each.state in STEPS["withdraw_consent"].sources]
    for each in withdrawn:
        write(actor, each, "withdraw_consent", State.WITHDRAWN, **_FORGOTTEN)
    for each in family:
        # One that was thrown away stays so; what it says of her goes all the same.
        for name, nothing in _FORGOTTEN.items():
            setattr(each, name, nothing)
    # After all rows are locked: the end of the audit is one lock that everybody waits for.
    for each in withdrawn:
        audit.record("slip.withdraw_consent", actor, each.uuid)
    empty_log_after_commit()


def _family(slip: Slip) -> list[Slip]:
    """Return the slip with those that it was forwarded from and as, however far, all locked, the eldest first.

    Why one generation after the other: whoever forwards holds the row that she forwards, so a slip that is locked here
    has all the children that it will ever have; and of two who withdraw at once none waits for the other.
    """
    family, newest = [], _lock(Slip.id == _eldest_id(slip))
    while newest:
        family += newest
        newest = _lock(Slip.parent_id.in_([each.id for each in newest]))
    return family


def _eldest_id(slip: Slip) -> int:
    """Return the id of the slip that the first forwarding began with; a purged one is no longer in the chain."""
    eldest, parent_id = slip.id, slip.parent_id
    while parent_id is not None:
        eldest = parent_id
        parent_id = db.session.scalar(select(Slip.parent_id).where(Slip.id == eldest))
    return eldest


def _lock(which: ColumnElement[bool]) -> list[Slip]:
    wanted = select(Slip).where(which).order_by(Slip.id).with_for_update()
    return list(db.session.scalars(wanted.execution_options(populate_existing=True)))
