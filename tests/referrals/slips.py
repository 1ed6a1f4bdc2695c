"""Slips for tests, made and moved as their people would; time that goes on when it is told to."""

from dataclasses import replace

from sqlalchemy import select

from directory.extensions import db
from directory.referrals import operations
from directory.referrals.models import Slip, SlipEvent, SlipFact
from directory.referrals.operations import Wanted
from directory.referrals.rules import Urgency
from directory.web.transaction import transaction


def wanted(people, **changes) -> Wanted:
    plain = Wanted(
        offering_code=people.offering_code,
        category_slug=None,
        urgency=Urgency.THREE_DAYS,
        language_need=None,
        access_needs=(),
        client_code=None,
        is_adult=True,
        consent_version="2026-11",
        consent_send=True,
        consent_count=True,
    )
    return replace(plain, **changes)


def to_anybody(people, category_slug: str = "kham-benh", **changes) -> Wanted:
    return wanted(people, offering_code=None, category_slug=category_slug, **changes)


def issued(people, **changes) -> Slip:
    with transaction():
        return operations.issue(people.peer.actor, wanted(people, **changes))


def issued_to_anybody(people, **changes) -> Slip:
    with transaction():
        return operations.issue(people.peer.actor, to_anybody(people, **changes))


def take(step, actor, slip, *args, **kwargs) -> Slip:
    with transaction():
        return getattr(operations, step)(actor, slip.code, *args, **kwargs)


def steps_of(slip: Slip) -> list[str]:
    wanted_events = select(SlipEvent.step).where(SlipEvent.slip_id == slip.id).order_by(SlipEvent.seq)
    return list(db.session.scalars(wanted_events))


def fact_of(slip: Slip) -> SlipFact | None:
    return db.session.scalar(select(SlipFact).where(SlipFact.slip_id == slip.id))


def shown(reception, slip):
    """The actor of a desk to which the slip was held out in this browser."""
    return replace(reception.actor, presented=frozenset({slip.code}))
