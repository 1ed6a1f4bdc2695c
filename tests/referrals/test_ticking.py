"""What time does to slips, once and again, and what is left of one when it is forgotten."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text

from directory import clock
from directory.accounts import audit
from directory.accounts.models import Invitation, Session, Slowdown
from directory.accounts.rules import Role
from directory.extensions import db
from directory.referrals import operations, queries
from directory.referrals.models import GivenService, Slip, SlipEvent, SlipFact
from directory.referrals.rules import PATIENCE, State, Urgency
from directory.web.models import StoredAnswer
from directory.web.transaction import transaction
from tests.referrals.slips import fact_of, issued, issued_to_anybody, steps_of, take, wanted

MINUTE = timedelta(minutes=1)


def tick_in(**later) -> operations.Ticked:
    return operations.tick(clock.now() + timedelta(**later))


@pytest.mark.parametrize("urgency", Urgency)
def test_silence_is_marked_once_the_urgency_allows_no_more(people, urgency):
    slip = issued(people, urgency=urgency)
    waits = PATIENCE[urgency]
    assert operations.tick(slip.issued_at + waits - MINUTE).silent == 0
    assert operations.tick(slip.issued_at + waits + MINUTE).silent == 1
    assert operations.tick(slip.issued_at + waits + MINUTE).silent == 0
    assert steps_of(slip) == ["issue", "mark_silent"]
    assert slip in queries.mine(people.peer.actor).attention
    assert queries.attention(people.coordinator.actor) == (1, [slip])
    assert queries.attention(people.other_coordinator.actor) == (0, [])
    assert fact_of(slip).was_silent


def test_a_site_without_an_account_is_silent_until_the_person_arrives(people):
    with transaction():
        people.staff.account.disabled_at = clock.now()
    slip = issued(people)
    take("acknowledge", people.peer.actor, slip)
    assert tick_in(days=4).silent == 1
    assert queries.attention(people.coordinator.actor).total == 1


def test_a_site_with_an_account_is_silent_until_it_acknowledges(people):
    slip = issued(people)
    take("acknowledge", people.staff.actor, slip)
    assert tick_in(days=4).silent == 0
    late = issued(people)
    tick_in(days=4)
    assert queries.attention(people.coordinator.actor).slips == [late]


def test_an_acknowledgement_after_the_silence_takes_the_slip_off_the_desk(people, later):
    slip = issued(people)
    tick_in(days=4)
    later(days=5)
    take("acknowledge", people.staff.actor, slip)
    assert queries.attention(people.coordinator.actor).total == 0
    assert slip in queries.mine(people.peer.actor).open
    assert fact_of(slip).was_silent


def test_a_slip_expires_after_its_last_day_and_one_who_comes_late_is_still_helped(people):
    slip = issued(people)
    assert tick_in(days=30).expired == 0
    assert tick_in(days=31).expired == 1
    assert (slip.state, fact_of(slip).outcome) == (State.EXPIRED, State.EXPIRED)
    take("confirm_arrival", people.desk.actor, slip)
    assert (slip.state, slip.closed_at) == (State.ARRIVED, None)
    assert tick_in(days=29).lapsed == 0
    assert tick_in(days=31).lapsed == 1
    assert steps_of(slip)[-1] == "lapse"


def test_more_than_a_batch_is_done_at_once(people, monkeypatch):
    monkeypatch.setattr("directory.referrals.operations.ticking.BATCH", 3)
    slips = [issued(people) for _ in range(7)]
    assert tick_in(days=31).expired == 7
    assert {slip.state for slip in slips} == {State.EXPIRED}


def test_ninety_days_after_closing_only_the_figures_are_left(people):
    slip = issued(people)
    code = slip.client_code
    take("confirm_arrival", people.staff.actor, slip)
    take("record_service", people.staff.actor, slip, {"kham-benh": 2})
    still_open = issued_to_anybody(people)
    fact_id, token = fact_of(slip).id, fact_of(slip).person_token
    slip_id = slip.id
    assert tick_in(days=89).purged == 0
    assert tick_in(days=91).purged == 1
    db.session.expire_all()
    assert db.session.get(Slip, slip_id) is None
    for left in (SlipEvent, GivenService):
        assert db.session.scalar(select(func.count()).select_from(left).where(left.slip_id == slip_id)) == 0
    fact = db.session.get_one(SlipFact, fact_id)
    assert (fact.slip_id, fact.outcome, fact.person_token) == (None, State.SERVED, token)
    assert [(one.category_slug, one.count) for one in fact.given] == [("kham-benh", 2)]
    assert db.session.scalar(select(func.count()).select_from(Slip).where(Slip.client_code == code)) == 0
    assert still_open in db.session.scalars(select(Slip)).all()
    assert list(audit.faults()) == []


def test_a_forwarded_slip_is_purged_and_its_child_goes_on(people):
    slip = issued(people)
    child = take("forward", people.staff.actor, slip, people.other_offering_code)
    take("acknowledge", people.other_staff.actor, child)
    with transaction():
        child.valid_until += timedelta(days=365)
    tick_in(days=91)
    db.session.expire_all()
    assert db.session.scalars(select(Slip)).all() == [child]
    assert child.parent_id is None


def test_the_code_on_a_slip_that_was_thrown_away_is_gone_when_that_is_final(people):
    slip = issued(people)
    take("void", people.peer.actor, slip)
    tick_in(minutes=5)
    assert slip.client_code is not None
    tick_in(minutes=16)
    assert slip.client_code is None


def test_what_can_have_no_effect_any_more_is_forgotten(people):
    now = clock.now()
    with transaction():
        db.session.add_all(
            [
                Session(id_hash=b"1", account_id=people.peer.account.id),
                StoredAnswer(actor="-", form_key="k" * 16, body_hash=b"", status=303, location="/phieu"),
                Slowdown(bucket=b"1", failures=9, failed_at=now),
                Invitation(secret_hash=b"1", role=Role.ADMINISTRATOR, expires_at=now + timedelta(days=7), used_at=None),
            ]
        )
    assert tick_in(minutes=20)[4:] == (0, 0, 0, 0)
    assert tick_in(days=8)[4:] == (1, 1, 1, 1)


def test_two_that_run_at_once_do_each_thing_once(app, people, monkeypatch):
    """In small batches, so that they meet between them; a slip that somebody holds is left for the next run."""
    monkeypatch.setattr("directory.referrals.operations.ticking.BATCH", 2)
    for _ in range(6):
        issued(people)
    arrived, served = [issued(people) for _ in range(6)], [issued(people) for _ in range(6)]
    for slip in (*arrived, *served):
        take("confirm_arrival", people.staff.actor, slip)
    for slip in served:
        take("record_service", people.staff.actor, slip, {"kham-benh": 1})
    now, together = clock.now() + timedelta(days=91), threading.Barrier(2, timeout=60)

    def run(_number) -> operations.Ticked:
        with app.app_context():
            together.wait()
            return operations.tick(now)

    db.session.rollback()
    with ThreadPoolExecutor(2) as pool:
        both = list(pool.map(run, range(2)))
    left = operations.tick(now)
    done = [sum(counts) for counts in zip(*both, left, strict=True)]
    assert done[:4] == [6, 6, 6, 6]
    assert operations.tick(now)[:4] == (0, 0, 0, 0)
    assert db.session.scalar(select(func.count()).select_from(SlipFact)) == 18
    for step in ("mark_silent", "expire", "lapse"):
        assert db.session.scalar(select(func.count()).where(SlipEvent.step == step)) == 6
    assert list(audit.faults()) == []


def test_that_a_person_was_sent_on_stays_in_the_figures_when_the_first_slip_is_gone(people):
    child = take("forward", people.staff.actor, issued(people), people.other_offering_code)
    with transaction():
        child.valid_until += timedelta(days=365)
    assert tick_in(days=91).purged == 1
    take("acknowledge", people.other_staff.actor, child)
    assert fact_of(child).was_forwarded_here is True


def test_tick_says_what_it_did_and_the_second_time_nothing(people, runner, later):
    issued(people)
    later(days=31)
    first = runner("tick", "--json")
    assert first.exit_code == 0, first.output
    assert json.loads(first.output)["expired"] == 1
    second = runner("tick")
    assert second.exit_code == 0
    assert second.output == "Xong.\n"


def test_a_book_still_tells_what_became_of_its_slips_when_they_are_purged(people):
    with transaction():
        book = operations.mint(people.coordinator.actor, people.group.id, 4)
    used, void, blank, _other = db.session.scalars(select(Slip).where(Slip.book_id == book.id).order_by(Slip.id))
    with transaction():
        for slip in (used, void):
            operations.issue_blank(people.peer.actor, slip.number, wanted(people))
    take("void", people.peer.actor, void)
    issued(people)
    tick_in(days=31)
    assert tick_in(days=122).purged == 3
    db.session.expire_all()
    assert (book.size, book.purged_used, book.purged_void) == (4, 1, 1)
    assert blank.state is State.BLANK
    assert tick_in(days=365).purged == 0
    assert (book.purged_used, book.purged_void) == (1, 1)


def test_the_database_learns_how_large_the_figures_are_and_keeps_no_sample_of_them(people):
    issued(people)
    operations.tick(clock.now())
    if db.engine.name == "sqlite":
        known = dict(db.session.execute(text("SELECT tbl, max(stat) FROM sqlite_stat1 GROUP BY tbl")).all())
        samples = db.session.scalar(text("SELECT count(*) FROM sqlite_master WHERE name = 'sqlite_stat4'"))
        assert "slip_fact" in known
        if samples:
            assert db.session.scalar(text("SELECT count(*) FROM sqlite_stat4")) == 0
    else:
        assert db.session.scalar(text("SELECT reltuples FROM pg_class WHERE relname = 'slip_fact'")) == 1
