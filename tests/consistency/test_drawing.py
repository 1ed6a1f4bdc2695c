"""The life of a slip is what the drawing says, nothing else: at the operation, and by the database on its own.

The database is asked directly, by SQL that no operation of ours would send.
"""

import itertools
import secrets
from contextlib import nullcontext
from datetime import timedelta

import pytest
from sqlalchemy import func, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from directory import clock
from directory.accounts.rules import Party
from directory.errors import Conflict, DirectoryError, NotFound
from directory.extensions import db
from directory.referrals import operations
from directory.referrals.models import FactService, GivenService, Slip, SlipBook, SlipEvent, SlipFact
from directory.referrals.numbers import new_slip_number
from directory.referrals.operations.facts import follow
from directory.referrals.rules import BORN, CLOSED, STEPS, UNDO, UNDO_WITHIN, VALID_FOR, Reason, State, transitions
from directory.referrals.tokens import hash_for, token_of
from directory.web.transaction import transaction
from tests.conftest import ROOT
from tests.people import People, wanted

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
    """Return a function that lays a slip in a state by plain SQL, along the drawing; all of it is taken back."""
    ids = {"group_id": people.group.id, "area_id": people.area.id}
    issued = ids | {
        "issuer_id": people.peer.account.id,
        "site_id": people.site.id,
        "offering_id": people.site.offerings[0].id,
        "category_slug": "kham-benh",
        "is_adult": True,
        "consent_version": "1",
        "consent_send": True,
        "issued_at": clock.now(),
        "valid_until": clock.today() + VALID_FOR,
    }

    def lay(state: State) -> int:
        step, before = WAY_TO[state]
        if step not in BORN:
            slip_id = lay(before)
            move(slip_id, step, before, state)
            return slip_id
        fields = {"number": new_slip_number(), "token_hash": secrets.token_bytes(32), "state": state}
        if state is State.BLANK:
            fields |= ids | {
                "book_id": db.session.scalar(insert(SlipBook).values(**ids, size=1).returning(SlipBook.id))
            }
        else:
            fields |= issued
        slip_id = db.session.scalar(insert(Slip).values(**fields).returning(Slip.id))
        write_event(slip_id, 1, step, None, state)
        return slip_id

    with transaction():
        yield lay
        db.session.rollback()


def write_event(slip_id: int, seq: int, step: str, before: State | None, after: State) -> None:
    db.session.execute(
        insert(SlipEvent).values(slip_id=slip_id, seq=seq, step=step, from_state=before, to_state=after, actor="nobody")
    )


def move(slip_id: int, step: str, before: State, after: State) -> None:
    version = version_of(slip_id) + 1
    write_event(slip_id, version, step, before, after)
    closed_at = db.session.scalar(select(SlipEvent.at).where(SlipEvent.slip_id == slip_id, SlipEvent.seq == version))
    changes = {"state": after, "version": version, "closed_at": closed_at if after in CLOSED else None}
    if before is State.BLANK:
        changes |= {"is_adult": True, "consent_version": "1", "category_slug": "kham-benh"}
    db.session.execute(update(Slip).where(Slip.id == slip_id).values(**changes))


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


#: How each step is asked for; the steps of time are proven in ``tests/referrals/test_tick.py``.
ASKED = {
    "issue": lambda actor, slip, people: operations.issue_blank(actor, slip.number, wanted(people)),
    "activate": lambda actor, slip, people: operations.activate(actor, slip.number, wanted(people)),
    "acknowledge": lambda actor, slip, _: operations.acknowledge(actor, slip.code),
    "confirm_arrival": lambda actor, slip, _: operations.confirm_arrival(actor, slip.code),
    "record_service": lambda actor, slip, _: operations.record_service(actor, slip.code, {"kham-benh": 1}),
    "decline": lambda actor, slip, _: operations.decline(actor, slip.code, Reason.NO_CAPACITY),
    "no_show": lambda actor, slip, _: operations.no_show(actor, slip.code),
    "forward": lambda actor, slip, people: operations.forward(actor, slip.code, people.other_offering_code),
    "cancel": lambda actor, slip, _: operations.cancel(actor, slip.code),
    "void": lambda actor, slip, _: operations.void(actor, slip.code),
    "withdraw_consent": lambda actor, slip, _: operations.withdraw_consent(actor, slip.code),
    "answer_need": lambda actor, slip, _: operations.answer_need(actor, slip.code, True),
}
#: Who nobody is in the drawing: another one of the same kind, to whom the slip does not belong.
STRANGERS = ("colleague", "other_peer", "other_staff", "other_desk", "other_coordinator", "administrator")
#: Beyond the drawing: a blank slip belongs to a group and not to one of its peers, who could not take it in her hand.
NOT_HERS = {("void", "peer", State.BLANK)}


def outcome(name: str, people: People, who: str, slip_id: int) -> State | None:
    """Ask the operation for a step; return where the slip stands after it, None when it was refused and unmoved."""
    savepoint = db.session.begin_nested()
    try:
        slip = db.session.get_one(Slip, slip_id, populate_existing=True)
        before = (slip.state, slip.version)
        ASKED[name](getattr(people, who).actor, slip, people)
        state, version = db.session.execute(select(Slip.state, Slip.version).where(Slip.id == slip_id)).one()
        return state if version != before[1] else None
    except DirectoryError:
        after = db.session.execute(select(Slip.state, Slip.version).where(Slip.id == slip_id)).one()
        assert tuple(after) == before
        assert db.session.scalar(select(func.max(SlipEvent.seq)).where(SlipEvent.slip_id == slip_id)) == before[1]
        return None
    finally:
        savepoint.rollback()


@pytest.mark.parametrize("who", ["peer", "staff", "desk", "coordinator", *STRANGERS])
def test_an_operation_takes_the_steps_of_the_drawing_and_refuses_each_other(in_state, people, who):
    party = getattr(people, who).actor.party
    for state in State:
        slip_id = in_state(state)
        for name in ASKED:
            step = STEPS[name]
            may = who not in STRANGERS and party in step.parties and state in step.sources
            # A blank slip is anybody's of the group, and any desk's that has what is wanted.
            may |= (name, who, state) == ("issue", "colleague", State.BLANK)
            expected = (step.target or state) if may and (name, who, state) not in NOT_HERS else None
            assert outcome(name, people, who, slip_id) == expected, (name, state)


def test_the_client_takes_back_her_consent_wherever_the_drawing_says_and_does_nothing_else(in_state):
    assert [name for name, step in STEPS.items() if Party.CLIENT in step.parties] == ["withdraw_consent"]
    sources = STEPS["withdraw_consent"].sources
    for state in set(State) - {State.WITHDRAWN}:
        slip = db.session.get_one(Slip, in_state(state))
        slip.token_hash = hash_for(slip.uuid)
        db.session.flush()
        with nullcontext() if state in sources else pytest.raises(NotFound):
            operations.withdraw_by_token(token_of(slip))
        assert slip.state is (State.WITHDRAWN if state in sources else state)


def facts_and_slip(slip_id: int) -> tuple:
    """Return all that the database says of a slip but its version, and of the figures that it makes."""
    slip = db.session.execute(select(Slip.__table__).where(Slip.id == slip_id)).mappings().one()
    fact = db.session.execute(select(SlipFact.__table__).where(SlipFact.slip_id == slip_id)).mappings().one_or_none()
    given = db.session.execute(select(GivenService.__table__).where(GivenService.slip_id == slip_id)).all()
    counted = db.session.execute(select(FactService.category_slug, FactService.count)).all()
    return (
        {name: value for name, value in slip.items() if name != "version"},
        {name: value for name, value in (fact or {}).items() if name not in {"id", "person_token"}},
        given,
        counted,
    )


UNDOABLE = [(name, source) for name, step in STEPS.items() if step.can_be_undone for source in sorted(step.sources)]


def actor_for(name: str, state: State, people: People):
    """Return somebody who may take the step from there."""
    parties = {Party.PROVIDER: people.staff, Party.PEER: people.peer, Party.COORDINATOR: people.coordinator}
    return next(
        person.actor
        for party, person in parties.items()
        if party in STEPS[name].parties and (name, party, state) != ("void", Party.PEER, State.BLANK)
    )


@pytest.mark.parametrize(("name", "source"), UNDOABLE)
def test_a_step_taken_back_leaves_the_slip_and_its_figures_as_they_were(in_state, people, name, source):
    slip_id = in_state(source)
    slip = db.session.get_one(Slip, slip_id)
    if source is not State.BLANK:
        db.session.execute(update(Slip).where(Slip.id == slip_id).values(consent_count=True))
        db.session.refresh(slip)
        follow(slip)
    before = facts_and_slip(slip_id)
    actor = actor_for(name, source, people)
    ASKED[name](actor, slip, people)
    assert facts_and_slip(slip_id) != before
    for other in (people.colleague, people.other_staff, people.administrator):
        with pytest.raises(DirectoryError):
            operations.undo(other.actor, slip.code)
    operations.undo(actor, slip.code)
    assert facts_and_slip(slip_id) == before


@pytest.mark.parametrize("name", ["decline", "record_service"])
def test_a_step_is_not_taken_back_after_a_quarter_of_an_hour(in_state, people, name, monkeypatch):
    slip = db.session.get_one(Slip, in_state(State.ARRIVED))
    ASKED[name](people.staff.actor, slip, people)
    late = clock.now() + UNDO_WITHIN + timedelta(seconds=1)
    monkeypatch.setattr(clock, "now", lambda: late)
    with pytest.raises(Conflict):
        operations.undo(people.staff.actor, slip.code)
    assert slip.state is STEPS[name].target


def drawing_in_words() -> list[str]:
    """Return the drawing as the README shows it: a row for each step."""
    rows = ["| step | from | to | by | undo |", "|---|---|---|---|---|"]
    for step in STEPS.values():
        sources = ", ".join(state for state in State if state in step.sources)
        parties = ", ".join(party for party in Party if party in step.parties)
        undo = "yes" if step.can_be_undone else ""
        rows.append(f"| {step.name} | {sources} | {step.target or 'the same'} | {parties} | {undo} |")
    return rows


def test_the_readme_shows_the_drawing_as_it_is():
    assert "\n".join(drawing_in_words()) in (ROOT / "README.md").read_text()
