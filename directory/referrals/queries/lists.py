"""The slips that somebody should look at: a peer's own, those sent to a site, those of an area that nobody answers."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, func, or_, select, true

from directory import clock
from directory.accounts.rules import Actor, Party
from directory.extensions import db
from directory.referrals.models import Slip
from directory.referrals.rules import CLOSED, SHOWN_WHEN_DONE, State, is_silent

#: More than this in one list nobody reads; the counts say how many there are.
MOST_LISTED = 200
_FAILED = (State.DECLINED, State.NO_SHOW, State.EXPIRED)
_OPEN = tuple(sorted(set(State) - CLOSED - {State.BLANK}))


class Lists(NamedTuple):
    """A peer's slips: waiting, needing her, and done of late."""

    open: list[Slip]
    attention: list[Slip]
    done: list[Slip]


class Inbox(NamedTuple):
    """A site's slips: not yet answered, expected, here, and done of late."""

    new: list[Slip]
    waiting: list[Slip]
    today: list[Slip]
    done: list[Slip]


class Attention(NamedTuple):
    """What a coordinator should see to: how many slips, and the ones that have waited longest."""

    total: int
    slips: list[Slip]


def mine(actor: Actor) -> Lists:
    """Return the slips of a peer; what ended is shown for 30 days."""
    if actor.party is not Party.PEER:
        return Lists([], [], [])
    slips, now = _listed(Slip.issuer_id == actor.account_id), clock.now()
    needs_her = _chosen(slips, lambda slip: _needs_peer(slip, now))
    rest = [slip for slip in slips if slip not in needs_her]
    return Lists(
        open=_chosen(rest, lambda slip: slip.state not in CLOSED),
        attention=sorted(needs_her, key=lambda slip: (slip.issued_at or now, slip.id)),
        done=_chosen(rest, lambda slip: slip.state in CLOSED),
    )


def inbox(actor: Actor) -> Inbox:
    """Return the slips that the site of a member of its staff may see; a desk without an account has no list."""
    if actor.party is not Party.PROVIDER or actor.is_desk or actor.site_id is None:
        return Inbox([], [], [], [])
    may_see = or_(Slip.consent_send, Slip.presented_at.is_not(None))
    slips = _listed(Slip.site_id == actor.site_id, may_see, Slip.state.not_in((State.WITHDRAWN, State.VOID)))
    oldest_first = slips[::-1]
    return Inbox(
        new=_chosen(oldest_first, lambda slip: slip.state is State.ISSUED),
        waiting=_chosen(oldest_first, lambda slip: slip.state is State.ACKNOWLEDGED),
        today=_chosen(oldest_first, lambda slip: slip.state is State.ARRIVED),
        done=_chosen(slips, lambda slip: slip.state in CLOSED),
    )


def attention(actor: Actor) -> Attention:
    """Return the slips in a coordinator's areas that nobody answered in time, or that expired of late."""
    if actor.party is not Party.COORDINATOR:
        return Attention(0, [])
    hers = true() if actor.all_areas else Slip.area_id.in_(actor.area_ids)
    unanswered = and_(
        Slip.silent_at.is_not(None),
        or_(Slip.state == State.ISSUED, and_(Slip.state == State.ACKNOWLEDGED, Slip.silent_at >= Slip.acknowledged_at)),
    )
    of_late = clock.now() - SHOWN_WHEN_DONE
    wanted = and_(hers, or_(unanswered, and_(Slip.state == State.EXPIRED, Slip.closed_at >= of_late)))
    total = db.session.scalar(select(func.count()).select_from(Slip).where(wanted)) or 0
    slips = select(Slip).where(wanted).order_by(Slip.issued_at, Slip.id).limit(MOST_LISTED)
    return Attention(total, list(db.session.scalars(slips)))


def is_unanswered(slip: Slip, now: datetime) -> bool:
    """Whether the site has been silent for longer than the urgency allows, whether or not time has noted it yet."""
    if slip.state is State.ISSUED and slip.issued_at is not None:
        return slip.silent_at is not None or is_silent(slip.urgency, slip.issued_at, now)
    if slip.state is State.ACKNOWLEDGED:
        return slip.silent_at is not None and slip.silent_at >= (slip.acknowledged_at or slip.silent_at)
    return False


def _needs_peer(slip: Slip, now: datetime) -> bool:
    """Whether the peer should do something: nobody answers, it came to nothing, or she has yet to ask how it went."""
    has_to_ask = slip.state is State.SERVED and slip.need_met is None
    return is_unanswered(slip, now) or slip.state in _FAILED or has_to_ask


def _listed(*conditions: ColumnElement[bool]) -> list[Slip]:
    """Return what is open and what closed of late, the newest first."""
    of_late = clock.now() - SHOWN_WHEN_DONE
    shown = or_(Slip.state.in_(_OPEN), and_(Slip.state.in_(CLOSED), Slip.closed_at >= of_late))
    wanted = select(Slip).where(shown, *conditions).order_by(Slip.issued_at.desc(), Slip.id.desc())
    return list(db.session.scalars(wanted.limit(5 * MOST_LISTED)))


def _chosen(slips: list[Slip], is_wanted: Callable[[Slip], bool]) -> list[Slip]:
    return [slip for slip in slips if is_wanted(slip)][:MOST_LISTED]
