"""Random walks of many slips: the buttons offer what the operations allow, and nothing half-written is ever left."""

import random
from dataclasses import replace

import pytest
from sqlalchemy import select

from directory import clock
from directory.accounts import audit
from directory.errors import DirectoryError
from directory.extensions import db
from directory.referrals import operations, queries
from directory.referrals.models import Slip
from directory.referrals.rules import CLOSED, STEPS, UNDO, Reason, State, standing
from directory.web.transaction import transaction
from tests.referrals.slips import fact_of, issued, issued_to_anybody

WALKS, LENGTH = 12, 7
#: What a step asks beside the slip.
ASKED = {"decline": [Reason.CLOSED], "record_service": [{"kham-benh": 1}], "answer_need": [False]}
TAKEN_BY_PEOPLE = [
    name for name in (*STEPS, UNDO) if name not in {"issue", "activate", "expire", "lapse", "mark_silent"}
]


def try_step(actor, slip: Slip, name: str, people) -> bool:
    asked = [people.other_offering_code] if name == "forward" else ASKED.get(name, [])
    try:
        with transaction():
            getattr(operations, name)(actor, slip.code, *asked)
    except DirectoryError:
        return False
    return True


def check_whole(slip: Slip) -> None:
    db.session.refresh(slip)
    past = queries.history(slip)
    assert len(past) == slip.version
    assert standing(past)[-1].after is slip.state is past[-1].after
    assert (slip.closed_at is not None) is (slip.state in CLOSED)
    assert (slip.arrived_at is not None) is (any(step.step == "confirm_arrival" for step in standing(past))), past
    assert bool(slip.given) is (slip.served_at is not None)
    fact = fact_of(slip)
    if slip.state in {State.VOID, State.WITHDRAWN}:
        assert fact is None
    else:
        assert (fact.outcome, fact.site_id, fact.reason) == (slip.state, slip.site_id, slip.reason)
        assert (fact.served_on is not None) is (slip.served_at is not None)
    if slip.state is State.WITHDRAWN:
        assert slip.client_code is None


@pytest.mark.parametrize("seed", range(3))
def test_buttons_and_operations_agree_wherever_a_slip_is_led(people, seed):
    chance = random.Random(seed)
    for number in range(WALKS):
        slip = issued_to_anybody(people) if number % 3 == 0 else issued(people)
        held_by = frozenset({slip.code})
        actors = [
            replace(who.actor, presented=held_by)
            for who in (people.peer, people.staff, people.desk, people.other_desk, people.coordinator)
        ]
        for _ in range(LENGTH):
            actor = chance.choice(actors)
            offered = queries.buttons(actor, slip, clock.now())
            name = chance.choice(offered) if offered and chance.random() < 0.7 else chance.choice(TAKEN_BY_PEOPLE)
            before = slip.version
            done = try_step(actor, slip, name, people)
            check_whole(slip)
            assert done is (name in offered) or (name in {"forward", UNDO} and not done), (name, offered, slip.state)
            assert slip.version == before + done
    assert list(audit.faults()) == []
    for child in db.session.scalars(select(Slip).where(Slip.parent_id.is_not(None))):
        check_whole(child)
