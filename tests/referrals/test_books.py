"""Blank slips: minted for a group, filled in by a peer or at a desk, voided as a book."""

import pytest
from sqlalchemy import select

from directory import clock
from directory.errors import Conflict, Invalid, NotAllowed, NotFound
from directory.extensions import db
from directory.referrals import operations, queries
from directory.referrals.models import Slip, SlipBook
from directory.referrals.numbers import grouped
from directory.referrals.rules import State
from directory.web.transaction import transaction
from tests.referrals.slips import fact_of, steps_of, take, to_anybody, wanted


@pytest.fixture
def book(people) -> SlipBook:
    with transaction():
        return operations.mint(people.coordinator.actor, people.group.id, 8)


def slips_of(book: SlipBook) -> list[Slip]:
    return list(db.session.scalars(select(Slip).where(Slip.book_id == book.id).order_by(Slip.id)))


def fill_in(who, slip, said) -> Slip:
    with transaction():
        return operations.issue_blank(who.actor, grouped(slip.number), said)


def activate(who, slip, said) -> Slip:
    with transaction():
        return operations.activate(who.actor, grouped(slip.number), said)


def test_a_book_has_as_many_blank_slips_each_with_its_own_number(people, book):
    slips = slips_of(book)
    assert len({slip.number for slip in slips}) == len({slip.token_hash for slip in slips}) == 8
    assert {slip.state for slip in slips} == {State.BLANK}
    assert {(slip.client_code, slip.issuer_id, slip.valid_until) for slip in slips} == {(None, None, None)}


def test_only_a_coordinator_of_the_groups_area_mints(people):
    for who in (people.other_coordinator, people.peer, people.administrator):
        with pytest.raises(NotAllowed), transaction():
            operations.mint(who.actor, people.group.id, 8)
    for size in (0, 3, 201):
        with pytest.raises(Invalid), transaction():
            operations.mint(people.coordinator.actor, people.group.id, size)


def test_a_peer_of_the_group_fills_a_blank_slip_in(people, book):
    slip = slips_of(book)[0]
    fill_in(people.colleague, slip, wanted(people))
    assert (slip.state, slip.issuer_id) == (State.ISSUED, people.colleague.actor.account_id)
    assert steps_of(slip) == ["mint", "issue"]
    assert slip.client_code
    with pytest.raises(Conflict):
        fill_in(people.peer, slip, wanted(people))
    for number in (slips_of(book)[1].number, "0000000000"):
        with pytest.raises(NotFound), transaction():
            operations.issue_blank(people.other_peer.actor, number, wanted(people))


def test_a_desk_fills_a_blank_slip_in_for_whoever_brings_it(people, book):
    slip = slips_of(book)[0]
    activate(people.desk, slip, to_anybody(people))
    assert (slip.state, slip.site_id) == (State.ARRIVED, people.site.id)
    assert queries.slip_for(people.desk.actor, slip.code) is slip
    assert fact_of(slip).arrived_on == clock.today()
    with pytest.raises(Conflict):
        activate(people.other_desk, slip, to_anybody(people))
    with pytest.raises(Invalid):
        activate(people.desk, slips_of(book)[1], to_anybody(people, category_slug="day-nghe"))
    with pytest.raises(Invalid):
        activate(people.desk, slips_of(book)[1], wanted(people, offering_code=people.other_offering_code))


def test_what_a_desk_filled_in_a_peer_of_the_group_takes_up(people, book):
    slip = slips_of(book)[0]
    activate(people.desk, slip, to_anybody(people))
    with pytest.raises(NotFound):
        queries.slip_for(people.peer.actor, slip.code)
    for _ in range(2):
        fill_in(people.peer, slip, wanted(people))
    assert queries.slip_for(people.peer.actor, slip.code) is slip
    assert slip.state is State.ARRIVED
    with pytest.raises(Conflict):
        fill_in(people.colleague, slip, wanted(people))


def test_an_activation_taken_back_leaves_a_blank_slip_that_knows_nothing(people, book):
    slip = slips_of(book)[0]
    activate(people.desk, slip, to_anybody(people, language_need="km"))
    take("undo", people.desk.actor, slip)
    assert slip.state is State.BLANK
    left = (slip.client_code, slip.language_need, slip.site_id, slip.category_slug, slip.issued_at, slip.valid_until)
    assert left == (None,) * 6
    assert fact_of(slip) is None
    fill_in(people.peer, slip, wanted(people))
    assert slip.state is State.ISSUED


def test_a_book_is_voided_at_once_and_what_was_filled_in_goes_on(people, book):
    filled, *rest = slips_of(book)
    fill_in(people.peer, filled, wanted(people))
    with pytest.raises(NotFound), transaction():
        operations.void_book(people.other_coordinator.actor, book.code)
    with transaction():
        assert operations.void_book(people.coordinator.actor, book.code) == 7
    assert {slip.state for slip in slips_of(book)[1:]} == {State.VOID}
    assert filled.state is State.ISSUED
    assert steps_of(rest[0]) == ["mint", "void"]
    with pytest.raises(Conflict):
        fill_in(people.peer, rest[0], wanted(people))
    with transaction():
        assert operations.void_book(people.coordinator.actor, book.code) == 0


def test_a_slip_of_a_voided_book_is_never_blank_again(people, book):
    slip = slips_of(book)[0]
    activate(people.desk, slip, to_anybody(people))
    with transaction():
        assert operations.void_book(people.coordinator.actor, book.code) == 7
    with pytest.raises(Conflict):
        take("undo", people.desk.actor, slip)
    assert slip.state is State.ARRIVED
