"""Which steps somebody may take with a slip just now: what a page offers is what the operation allows."""

from datetime import datetime

from sqlalchemy import select

from directory.accounts.rules import Actor, Party
from directory.extensions import db
from directory.referrals.models import Slip, SlipEvent
from directory.referrals.queries.scope import is_kept_from_site, is_unclaimed, visible_at
from directory.referrals.rules import CLAIMS, STEPS, UNDO, Past, State, may_take, may_void, undoable

#: These make a slip of a blank one and have pages of their own.
_MAKES = frozenset({"issue", "activate"})


def buttons(actor: Actor, slip: Slip, now: datetime) -> tuple[str, ...]:
    """Return the names of the steps that this actor may take now, ``undo`` last; nothing when the slip is not hers."""
    if not visible_at(actor, slip):
        return ()
    steps = tuple(name for name in STEPS if name not in _MAKES and _is_open_to(actor, slip, name, now))
    return (*steps, UNDO) if undoable(history(slip), actor.key, now) else steps


def history(slip: Slip) -> list[Past]:
    """Return what happened to the slip, oldest first."""
    columns = (SlipEvent.step, SlipEvent.from_state, SlipEvent.to_state, SlipEvent.at, SlipEvent.actor)
    rows = db.session.execute(select(*columns).where(SlipEvent.slip_id == slip.id).order_by(SlipEvent.seq))
    return [Past(*row) for row in rows]


def is_forbidden(actor: Actor, slip: Slip, name: str, now: datetime) -> bool:
    """Whether something beyond the drawing keeps the step away.

    It is too late; or no site has taken the slip up; or a peer would have to ring up a site that is not to be told.
    """
    if name == "void" and not may_void(slip.state, slip.issued_at, now):
        return True
    if name == "acknowledge" and actor.party is Party.PEER:
        return is_kept_from_site(slip)
    return actor.party is Party.PROVIDER and is_unclaimed(slip) and name not in CLAIMS


def _is_open_to(actor: Actor, slip: Slip, name: str, now: datetime) -> bool:
    return may_take(name, actor.party, State(slip.state)) and not is_forbidden(actor, slip, name, now)
