"""What accounts no longer need, taken away by ``directory tick``: ended sessions, spent invitations, old failures."""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import delete, or_

from directory.accounts.models import Invitation, Session, Slowdown
from directory.accounts.rules import ABSOLUTE_SESSION, IDLE_COORDINATOR_SESSION
from directory.extensions import db

#: A failed try means nothing any more long before.
FAILURES_KEPT_FOR = timedelta(days=1)


class Forgotten(NamedTuple):
    """How many rows went."""

    sessions: int
    invitations: int
    failures: int


def forget_what_is_over(now: datetime) -> Forgotten:
    """Take away what can have no effect any more; part of the caller's transaction."""
    ended = or_(Session.created_at < now - ABSOLUTE_SESSION, Session.seen_at < now - IDLE_COORDINATOR_SESSION)
    spent = or_(Invitation.used_at.is_not(None), Invitation.expires_at < now)
    return Forgotten(
        sessions=len(db.session.scalars(delete(Session).where(ended).returning(Session.code)).all()),
        invitations=len(db.session.scalars(delete(Invitation).where(spent).returning(Invitation.id)).all()),
        failures=len(
            db.session.scalars(
                delete(Slowdown).where(Slowdown.failed_at < now - FAILURES_KEPT_FOR).returning(Slowdown.failures)
            ).all()
        ),
    )
