"""The life of a slip is what the drawing says, nothing else: at the operation, and by the database on its own.

The database is asked directly, by SQL that no operation of ours would send.
"""

import itertools
import secrets

import pytest
from sqlalchemy import func, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from directory.extensions import db
from directory.referrals.models import Slip, SlipEvent
from directory.referrals.numbers import new_slip_number
from directory.referrals.rules import BORN, STEPS, UNDO, State, transitions
from directory.web.transaction import transaction

EVERY_STEP = sorted({*STEPS, *BORN, UNDO})
#: A way from birth to each state, by steps that are drawn.
WAY_TO = {
    State.BLANK: ("mint", State.BLANK),
    State.ISSUED: ("issue", State.ISSUED),
    State.ACKNOWLEDGED: ("acknowledge", State.ISSUED),
    State.ARRIVED: ("confirm_arrival", State.ISSUED),
    State.SERVED: ("record_service", State.ARRIVED),
    State.DECLINED: ("decline", State.ISSUED),
    State.NO_SHOW: ("no_show", State.ACKNOWLEDGED),
    State.EXPIRED: ("expire", State.ISSUED),
    State.FORWARDED: ("forward", State.ISSUED),
    State.CANCELLED: ("cancel", State.ISSUED),
    State.WITHDRAWN: ("withdraw_consent", State.ISSUED),
    State.VOID: ("void", State.ISSUED),
}


@pytest.fixture
def in_state(people):
    """Return a function that lays a slip in a state by plain SQL, along the drawing."""
    group, area = people.group, people.area

    def lay(state: State) -> int:
        step, before = WAY_TO[state]
        if step in BORN:
            slip_id = db.session.scalar(insert(Slip).values(**_fields(state)).returning(Slip.id))
            write_event(slip_id, 1, step, None, state)
            return slip_id
        slip_id = lay(before)
        move(slip_id, step, before, state)
        return slip_id

    def _fields(state: State) -> dict:
        return {
            "number": new_slip_number(),
            "token_hash": secrets.token_bytes(32),
            "state": state,
            "group_id": group.id,
            "area_id": area.id,
            "category_slug": "kham-benh",
            "is_adult": True,
            "consent_version": "1",
        }

    with transaction():
        yield lay


def write_event(slip_id: int, seq: int, step: str, before: State | None, after: State) -> None:
    db.session.execute(
        insert(SlipEvent).values(slip_id=slip_id, seq=seq, step=step, from_state=before, to_state=after, actor="nobody")
    )


def move(slip_id: int, step: str, before: State, after: State) -> None:
    version = version_of(slip_id) + 1
    write_event(slip_id, version, step, before, after)
    db.session.execute(update(Slip).where(Slip.id == slip_id).values(state=after, version=version))


def version_of(slip_id: int) -> int:
    return db.session.scalar(select(Slip.version).where(Slip.id == slip_id))


def is_accepted(act, *args) -> bool:
    """Whether the database accepts it; whatever it did is taken back."""
    savepoint = db.session.begin_nested()
    try:
        act(*args)
    except IntegrityError:
        return False
    finally:
        savepoint.rollback()
    return True


def test_the_database_accepts_the_steps_of_the_drawing_and_refuses_each_other(in_state):
    slips = {state: in_state(state) for state in State}
    accepted = {
        (step, before, after)
        for step, before, after in itertools.product(EVERY_STEP, State, State)
        if is_accepted(move, slips[before], step, before, after)
    }
    assert accepted == {way for way in transitions() if way[1]}


def test_a_slip_is_born_by_minting_or_issuing_and_by_nothing_else(in_state):
    born = in_state(State.BLANK), in_state(State.ISSUED)
    columns = [column.name for column in Slip.__table__.columns if column.name not in {"id", "uuid", "code"}]

    def bear(step: str, like: int, state: State) -> None:
        row = dict(
            db.session.execute(select(*(Slip.__table__.c[name] for name in columns)).where(Slip.id == like))
            .mappings()
            .one()
        )
        row |= {"state": state, "number": new_slip_number(), "token_hash": secrets.token_bytes(32)}
        write_event(db.session.scalar(insert(Slip).values(**row).returning(Slip.id)), 1, step, None, state)

    accepted = {
        (step, None, state)
        for step, state in itertools.product(EVERY_STEP, State)
        if any(is_accepted(bear, step, like, state) for like in born)
    }
    assert accepted == {way for way in transitions() if way[1] is None}


def test_no_slip_changes_its_state_without_a_row_of_history_that_says_so(in_state):
    slips = {state: in_state(state) for state in State}

    def jump(slip_id: int, **values) -> None:
        db.session.execute(update(Slip).where(Slip.id == slip_id).values(**values))

    for before, after in itertools.product(State, State):
        version = version_of(slips[before])
        assert not is_accepted(lambda s=slips[before], v=version, a=after: jump(s, state=a, version=v + 1))
        assert before is after or not is_accepted(lambda s=slips[before], a=after: jump(s, state=a))
        assert not is_accepted(lambda s=slips[before], v=version, a=after: jump(s, state=a, version=v - 1))


def test_a_slip_moves_only_to_where_its_newest_row_of_history_says(in_state):
    slip_id = in_state(State.ISSUED)

    def lie(after: State) -> None:
        write_event(slip_id, 2, "acknowledge", State.ISSUED, State.ACKNOWLEDGED)
        db.session.execute(update(Slip).where(Slip.id == slip_id).values(state=after, version=2))

    assert [state for state in State if is_accepted(lie, state)] == [State.ACKNOWLEDGED]


def test_a_row_of_history_begins_where_its_slip_stands_and_skips_no_number(in_state):
    slip_id = in_state(State.ISSUED)
    assert is_accepted(write_event, slip_id, 2, "acknowledge", State.ISSUED, State.ACKNOWLEDGED)
    assert not is_accepted(write_event, slip_id, 2, "record_service", State.ARRIVED, State.SERVED)
    assert not is_accepted(write_event, slip_id, 3, "acknowledge", State.ISSUED, State.ACKNOWLEDGED)
    assert not is_accepted(write_event, slip_id, 0, "issue", None, State.ISSUED)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE slip_event SET actor = 'somebody else'",
        "UPDATE slip_event SET step = step",
        "DELETE FROM slip_event",
        "DELETE FROM slip_event WHERE seq = 2",
    ],
)
def test_history_is_not_rewritten(in_state, statement):
    in_state(State.ACKNOWLEDGED)
    assert not is_accepted(lambda: db.session.execute(text(statement)))


def test_a_row_of_history_is_not_replaced_by_an_insert_either(in_state):
    slip_id = in_state(State.ACKNOWLEDGED)
    begin, end = (
        ("INSERT", "ON CONFLICT (slip_id, seq) DO UPDATE SET actor = 'x'")
        if db.engine.dialect.name == "postgresql"
        else ("INSERT OR REPLACE", "")
    )
    statement = text(f"{begin} INTO slip_event SELECT * FROM slip_event WHERE slip_id = :slip {end}")
    assert not is_accepted(lambda: db.session.execute(statement, {"slip": slip_id}))


def test_history_goes_with_its_slip_when_that_is_purged(in_state):
    slip_id = in_state(State.SERVED)
    db.session.execute(text("DELETE FROM slip WHERE id = :id"), {"id": slip_id})
    assert db.session.scalar(select(func.count()).select_from(SlipEvent)) == 0
