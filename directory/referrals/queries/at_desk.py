"""What a desk needs to know beside the slip itself: a blank one that was brought, and whom to call."""

from typing import NamedTuple

from sqlalchemy import select

from directory.accounts.models import PeerGroup
from directory.accounts.rules import Actor
from directory.codes import read_public_code
from directory.extensions import db
from directory.referrals.models import Slip
from directory.referrals.queries.scope import no_such_slip
from directory.referrals.rules import State


class WhomToCall(NamedTuple):
    """The telephone of whoever made the slip; without the name of the group, which might tell who the person is."""

    phone: str | None
    is_illustrative: bool


def whom_to_call(slip: Slip) -> WhomToCall:
    """Return whom a desk calls about this slip."""
    group = db.session.get_one(PeerGroup, slip.group_id)
    return WhomToCall(group.phone, group.is_demo)


def slip_of(code: str) -> Slip:
    """Return a slip that is known to be there, whoever asks; for what may be told without showing it."""
    return db.session.scalars(select(Slip).where(Slip.code == read_public_code(code))).one()


def is_blank(slip: Slip) -> bool:
    """Whether nobody has filled the slip in, so that it is seen only by holding it: blank, or thrown away as such."""
    return slip.state is State.BLANK or (slip.state is State.VOID and slip.category_slug is None)


def held_by(actor: Actor, code: str) -> Slip:
    """Return a slip of a book that lay before this desk.

    Raises: NotFound, the same when there is none and when it was never held before her.
    """
    slip = db.session.scalar(select(Slip).where(Slip.code == read_public_code(code)))
    if slip is None or slip.book_id is None or slip.code not in actor.presented:
        raise no_such_slip()
    return slip
