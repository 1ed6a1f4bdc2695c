"""The slips that came of a slip, when a site sent the person on."""

from sqlalchemy import select

from directory.extensions import db
from directory.referrals.models import Slip
from directory.referrals.rules import State


def child_of(slip: Slip) -> Slip | None:
    """Return the slip by which the person was sent on, or None; the newest, when an older one was taken back."""
    if slip.state is not State.FORWARDED:
        return None
    return db.session.scalar(select(Slip).where(Slip.parent_id == slip.id).order_by(Slip.id.desc()).limit(1))
