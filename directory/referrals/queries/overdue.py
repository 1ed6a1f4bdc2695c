"""Whether time does its part: what ``directory tick`` should have done long ago."""

from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, select

from directory.clock import LOCAL_ZONE
from directory.extensions import db
from directory.referrals.models import Slip
from directory.referrals.rules import CLOSED, PURGED_AFTER, State

#: It is meant to run every hour; so late nobody doubts that it does not.
_LATE = timedelta(days=2)


def overdue(now: datetime) -> int:
    """Return how many slips should have expired or been purged two days ago and more."""
    then = now - _LATE
    waits = Slip.state.in_((State.ISSUED, State.ACKNOWLEDGED))
    expired = and_(waits, Slip.valid_until < then.astimezone(LOCAL_ZONE).date())
    forgotten = and_(Slip.state.in_(CLOSED), Slip.closed_at < then - PURGED_AFTER)
    return db.session.scalar(select(func.count()).select_from(Slip).where(or_(expired, forgotten))) or 0
