"""Taking the last step back, for whoever took it, within a quarter of an hour."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from directory import clock
from directory.accounts import audit
from directory.accounts.models import Account
from directory.accounts.rules import Actor
from directory.errors import Conflict
from directory.extensions import db
from directory.referrals.models import Slip, SlipBook
from directory.referrals.operations.history import locked, write
from directory.referrals.queries import history
from directory.referrals.rules import CLAIMS, CLOSED, UNDO, Past, State, Urgency, standing, undoable

_NEED = {"need_met": None, "need_answered_at": None}
#: What each step had noted, as it is when the step was never taken.
_UNNOTED: dict[str, dict[str, Any]] = {
    "acknowledge": {"acknowledged_at": None},
    "confirm_arrival": {"arrived_at": None},
    "record_service": {"served_at": None, **_NEED},
    "decline": {"reason": None},
    "activate": {
        "site_id": None,
        "offering_id": None,
        "category_slug": None,
        "urgency": Urgency.THREE_DAYS,
        "language_need": None,
        "access_needs": [],
        "client_code": None,
        "is_adult": False,
        "consent_version": None,
        "consent_send": False,
        "consent_count": False,
        "issuer_id": None,
        "presented_at": None,
        "issued_at": None,
        "arrived_at": None,
        "valid_until": None,
    },
}


def undo(actor: Actor, code: str, *, seen: int | None = None) -> Slip:
    """Take the actor's own last step back.

    Raises: Conflict, when it was somebody else's, too long ago, or the place it was forwarded to has begun; or when the
    slip would be blank once more in a book that was voided since.
    """
    slip = locked(actor, code, seen)
    past = history(slip)
    last = undoable(past, actor.key, clock.now())
    if last is None or last.before is None or (last.step == "activate" and _is_of_a_voided_book(slip)):
        raise Conflict(
            "Bước này không hoàn tác được nữa.",
            what_now="Chỉ người vừa ghi mới hoàn tác được, trong vòng 15 phút. Hãy mở lại phiếu để xem.",
        )
    child = _discard_child(actor, slip) if last.step == "forward" else None
    if last.step == "record_service":
        slip.given = []
        db.session.flush()
    changes = dict(_UNNOTED.get(last.step, {})) | _unclaimed(slip, standing(past)[:-1], last)
    write(actor, slip, UNDO, last.before, closed_at=_closed_at(past, last.before), **changes)
    audit.record("slip.undo", actor, slip.uuid)
    if child is not None:
        audit.record("slip.void", actor, child.uuid)
    return slip


def _is_of_a_voided_book(slip: Slip) -> bool:
    """Whether the slip's book was voided; the book is locked, so that it is not voided just now."""
    wanted = select(SlipBook.voided_at).where(SlipBook.id == slip.book_id).with_for_update()
    return db.session.scalar(wanted) is not None


def _closed_at(past: list[Past], before: State) -> datetime | None:
    """Return when the slip was closed before the step that is taken back, if it was."""
    steps = standing(past)
    return steps[-2].at if before in CLOSED and len(steps) > 1 else None


def _unclaimed(slip: Slip, earlier: list[Past], last: Past) -> dict[str, Any]:
    """Return what gives a slip to nobody in particular back to all, when the step taken back had claimed it."""
    if slip.offering_id is not None or last.step not in CLAIMS or _is_peers(slip, last.actor):
        return {}
    was_claimed = any(
        step.step == "activate" or (step.step in CLAIMS and not _is_peers(slip, step.actor)) for step in earlier
    )
    return {} if was_claimed else {"site_id": None}


def _is_peers(slip: Slip, key: str) -> bool:
    """Whether a row of history was written by the peer who follows the slip."""
    uuid = db.session.scalar(select(Account.uuid).where(Account.id == slip.issuer_id))
    return key == f"account:{uuid}"


def _discard_child(actor: Actor, slip: Slip) -> Slip:
    """Void the slip that forwarding had made, as long as nobody has touched it."""
    wanted = select(Slip).where(Slip.parent_id == slip.id).order_by(Slip.id.desc()).limit(1).with_for_update()
    child = db.session.scalar(wanted.execution_options(populate_existing=True))
    if child is None or child.state is not State.ISSUED or child.presented_at is not None:
        raise Conflict(
            "Nơi được chuyển đến đã bắt đầu giúp, nên không hoàn tác được nữa.", what_now="Hãy gọi nơi đó nếu cần."
        )
    write(actor, child, "void", State.VOID)
    return child
