"""What each person's lists hold, and where else one could go."""

from directory.catalogue.models import Offering
from directory.extensions import db
from directory.referrals import queries
from directory.referrals.rules import Reason, State, Urgency
from tests.referrals.slips import issued, issued_to_anybody, take


def test_a_peer_sees_what_waits_what_needs_her_and_what_is_done(people, later):
    waiting, declined, served, cancelled = (issued(people) for _ in range(4))
    urgent = issued(people, urgency=Urgency.DAY)
    take("decline", people.staff.actor, declined, Reason.NO_CAPACITY)
    take("confirm_arrival", people.staff.actor, served)
    take("record_service", people.staff.actor, served, {"kham-benh": 1})
    take("cancel", people.peer.actor, cancelled)
    lists = queries.mine(people.peer.actor)
    assert set(lists.open) == {waiting, urgent}
    assert set(lists.attention) == {declined, served}
    assert lists.done == [cancelled]
    later(hours=25)
    assert urgent in queries.mine(people.peer.actor).attention
    take("answer_need", people.peer.actor, served, True)
    assert served in queries.mine(people.peer.actor).done
    later(days=32)
    assert declined not in queries.mine(people.peer.actor).attention
    assert queries.mine(people.colleague.actor) == ([], [], [])


def test_a_site_has_an_inbox_of_what_was_sent_to_it(people):
    new, waiting, here, done, kept_back = (issued(people, consent_send=number != 4) for number in range(5))
    take("acknowledge", people.staff.actor, waiting)
    take("confirm_arrival", people.staff.actor, here)
    take("decline", people.staff.actor, done, Reason.CLOSED)
    gone = issued(people)
    take("withdraw_consent", people.peer.actor, gone)
    inbox = queries.inbox(people.staff.actor)
    assert (inbox.new, inbox.waiting, inbox.today, inbox.done) == ([new], [waiting], [here], [done])
    assert kept_back not in inbox.new
    assert not any(queries.inbox(people.other_staff.actor))
    assert not any(queries.inbox(people.desk.actor))


def test_the_next_nearest_places_leave_out_those_that_were_tried(people):
    slip = issued(people, category_slug="kham-benh")

    def sites() -> list[int]:
        return [db.session.get_one(Offering, hit.offering_id).site_id for hit in queries.next_nearest(slip)]

    assert sites() == [people.other_site.id]
    take("forward", people.staff.actor, slip, people.other_offering_code)
    assert sites() == []


def test_a_slip_to_nobody_in_particular_is_offered_places_near_its_area(people):
    slip = issued_to_anybody(people)
    take("cancel", people.peer.actor, slip)
    assert slip.state is State.CANCELLED
    assert len(queries.next_nearest(slip, limit=5)) == 2


def test_a_telephone_line_is_no_place_to_go_on_to(people):
    slip = issued_to_anybody(people, category_slug="duong-day-nong")
    assert queries.next_nearest(slip, limit=5) == []
