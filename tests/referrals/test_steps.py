"""What a slip may become, who may let it, and what is written down of it; on both databases."""

import pytest
from sqlalchemy import select

from directory import clock
from directory.accounts.models import AuditEntry
from directory.errors import Conflict, Invalid, NotAllowed, NotFound
from directory.extensions import db
from directory.referrals import operations, queries
from directory.referrals.models import Slip, SlipFact, WithoutSlipCount
from directory.referrals.rules import SLIPS_PER_DAY, Reason, State, WithoutSlip
from directory.referrals.tokens import hash_of, token_of
from directory.web.transaction import transaction
from tests.referrals.slips import fact_of, issued, issued_to_anybody, shown, steps_of, take, to_anybody, wanted


def test_a_slip_goes_from_issue_to_service_and_each_rung_has_its_date(people):
    slip = issued(people)
    take("acknowledge", people.staff.actor, slip)
    take("confirm_arrival", people.desk.actor, slip)
    take("record_service", people.staff.actor, slip, {"kham-benh": 1, "hiv-xet-nghiem": 2})
    take("answer_need", people.peer.actor, slip, True)
    assert slip.state is State.SERVED
    assert slip.version == 5
    assert all([slip.issued_at, slip.acknowledged_at, slip.arrived_at, slip.served_at, slip.need_answered_at])
    assert slip.closed_at is not None
    assert slip.need_met is True
    assert {one.category_slug: one.count for one in slip.given} == {"kham-benh": 1, "hiv-xet-nghiem": 2}
    assert steps_of(slip) == ["issue", "acknowledge", "confirm_arrival", "record_service", "answer_need"]


def test_every_step_is_in_the_audit_with_who_took_it(people):
    slip = issued(people)
    take("acknowledge", people.staff.actor, slip)
    rows = db.session.execute(
        select(AuditEntry.action, AuditEntry.actor).where(AuditEntry.object_uuid == slip.uuid).order_by(AuditEntry.seq)
    )
    assert [tuple(row) for row in rows] == [
        ("slip.issue", people.peer.actor.key),
        ("slip.acknowledge", people.staff.actor.key),
    ]


def test_the_token_finds_the_slip_and_the_row_holds_only_its_hash(people):
    slip = issued(people)
    token = token_of(slip)
    assert len(token) == 26
    assert queries.by_token(token.upper()) is slip
    assert slip.token_hash == hash_of(token)
    assert queries.by_token(token[:-1] + ("0" if token[-1] != "0" else "1")) is None
    assert hash_of("z" * 26) is None
    assert hash_of("") is None


def test_the_number_finds_the_slip_however_it_is_typed(people):
    slip = issued(people)
    assert queries.by_number(f" {slip.number[:5].upper()}-{slip.number[5:]} ") is slip
    assert queries.by_number("0000000001") is None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"is_adult": False}, "is_adult"),
        ({"consent_version": ""}, "consent_version"),
        ({"client_code": "0000000Z"}, "client_code"),
        ({"language_need": "tiếng Việt"}, "language_need"),
        ({"access_needs": ("name: Hoa",)}, "access_needs"),
        ({"offering_code": "00000000"}, "offering_code"),
        ({"offering_code": None}, "category_slug"),
    ],
)
def test_a_wish_that_breaks_a_rule_is_refused_and_names_the_field(people, changes, field):
    with pytest.raises(Invalid) as refused:
        issued(people, **changes)
    assert refused.value.field == field
    assert db.session.scalar(select(Slip)) is None


def test_a_peer_makes_so_many_slips_a_day_and_no_more(people, later):
    for _ in range(SLIPS_PER_DAY):
        issued(people)
    with pytest.raises(NotAllowed):
        issued(people)
    later(days=1)
    assert issued(people).state is State.ISSUED


def test_only_a_peer_issues(people):
    for actor in (people.staff.actor, people.coordinator.actor, people.administrator.actor, people.desk.actor):
        with pytest.raises(NotAllowed), transaction():
            operations.issue(actor, wanted(people))


def test_somebody_elses_slip_is_as_good_as_none(people):
    slip = issued(people)
    strangers = (
        people.colleague,
        people.other_peer,
        people.other_staff,
        people.other_desk,
        people.other_coordinator,
        people.administrator,
    )
    for who in strangers:
        answers = []
        for code in (slip.code, "zzzzzzzz"):
            with pytest.raises(NotFound) as refused:
                queries.slip_for(who.actor, code)
            answers.append((refused.value.message, refused.value.what_now))
        assert answers[0] == answers[1]
        assert queries.buttons(who.actor, slip, clock.now()) == ()
    for who in (people.peer, people.staff, people.coordinator):
        assert queries.slip_for(who.actor, slip.code) is slip


def test_a_site_sees_a_slip_that_was_not_sent_only_once_it_is_held_out(people):
    slip = issued(people, consent_send=False)
    with pytest.raises(NotFound):
        queries.slip_for(people.staff.actor, slip.code)
    with pytest.raises(NotFound), transaction():
        operations.present(people.other_desk.actor, slip)
    with transaction():
        operations.present(people.desk.actor, slip)
    assert queries.slip_for(people.staff.actor, slip.code) is slip


def test_a_step_on_an_old_page_is_refused_and_says_who_was_first(people):
    slip = issued(people)
    seen = slip.version
    take("acknowledge", people.desk.actor, slip, seen=seen)
    with pytest.raises(Conflict, match="Nơi tiếp nhận đã ghi"):
        take("acknowledge", people.peer.actor, slip, seen=seen)
    with pytest.raises(Conflict, match="Chính bạn"):
        take("acknowledge", people.desk.actor, slip)


def test_a_slip_to_nobody_in_particular_is_claimed_by_the_first_who_confirms(people):
    slip = issued_to_anybody(people)
    with pytest.raises(NotFound):
        queries.slip_for(people.desk.actor, slip.code)
    first, second = shown(people.desk, slip), shown(people.other_desk, slip)
    assert queries.buttons(first, slip, clock.now()) == ("acknowledge", "confirm_arrival")
    with pytest.raises(NotAllowed):
        take("decline", first, slip, Reason.NO_CAPACITY)
    take("confirm_arrival", first, slip)
    assert slip.site_id == people.site.id
    with pytest.raises(Conflict, match="nơi khác"):
        take("confirm_arrival", second, slip)


def test_a_site_without_the_category_or_outside_the_area_claims_nothing(people):
    elsewhere = issued_to_anybody(people, category_slug="day-nghe")
    with pytest.raises(NotFound):
        take("confirm_arrival", shown(people.desk, elsewhere), elsewhere)
    with transaction():
        far = operations.issue(people.other_peer.actor, to_anybody(people))
    with pytest.raises(NotFound):
        take("confirm_arrival", shown(people.desk, far), far)


def test_undoing_the_claim_gives_the_slip_back_to_all(people):
    slip = issued_to_anybody(people)
    desk = shown(people.desk, slip)
    take("acknowledge", desk, slip)
    take("confirm_arrival", desk, slip)
    take("undo", desk, slip)
    assert (slip.state, slip.site_id) == (State.ACKNOWLEDGED, people.site.id)
    take("undo", desk, slip)
    assert (slip.state, slip.site_id, slip.acknowledged_at) == (State.ISSUED, None, None)
    take("acknowledge", people.peer.actor, slip)
    take("undo", people.peer.actor, slip)
    take("confirm_arrival", shown(people.other_desk, slip), slip)
    assert slip.site_id == people.other_site.id


def test_the_last_step_is_taken_back_by_whoever_took_it_within_a_quarter_of_an_hour(people, later):
    slip = issued(people)
    take("confirm_arrival", people.staff.actor, slip)
    take("record_service", people.staff.actor, slip, {"kham-benh": 1})
    assert "undo" not in queries.buttons(people.desk.actor, slip, clock.now())
    with pytest.raises(Conflict):
        take("undo", people.desk.actor, slip)
    assert queries.buttons(people.staff.actor, slip, clock.now()) == ("undo",)
    take("undo", people.staff.actor, slip)
    assert (slip.state, slip.served_at, slip.closed_at, slip.given) == (State.ARRIVED, None, None, [])
    assert "undo" in queries.buttons(people.staff.actor, slip, clock.now())
    later(minutes=16)
    with pytest.raises(Conflict):
        take("undo", people.staff.actor, slip)


def test_a_late_arrival_taken_back_is_as_closed_as_before(people):
    slip = issued(people)
    take("acknowledge", people.staff.actor, slip)
    take("no_show", people.staff.actor, slip)
    closed_at = slip.closed_at
    take("confirm_arrival", people.staff.actor, slip)
    assert slip.closed_at is None
    take("undo", people.staff.actor, slip)
    assert (slip.state, slip.closed_at) == (State.NO_SHOW, closed_at)


def test_a_decline_has_a_reason_that_goes_with_it_when_taken_back(people):
    slip = issued(people)
    take("decline", people.staff.actor, slip, Reason.PAPERS_MISSING)
    assert (slip.state, slip.reason) == (State.DECLINED, Reason.PAPERS_MISSING)
    assert fact_of(slip).reason is Reason.PAPERS_MISSING
    take("undo", people.staff.actor, slip)
    assert (slip.state, slip.reason) == (State.ISSUED, None)


def test_forwarding_ends_the_slip_and_begins_one_for_the_other_place(people):
    slip = issued(people)
    take("confirm_arrival", people.staff.actor, slip)
    with pytest.raises(Invalid):
        take("forward", people.staff.actor, slip, people.offering_code)
    child = take("forward", people.staff.actor, slip, people.other_offering_code)
    assert (slip.state, child.state) == (State.FORWARDED, State.ISSUED)
    assert (child.site_id, child.parent_id, child.client_code) == (people.other_site.id, slip.id, slip.client_code)
    assert child.number != slip.number
    assert queries.slip_for(people.other_staff.actor, child.code) is child
    assert queries.slip_for(people.peer.actor, child.code) is child
    assert fact_of(child).was_forwarded_here
    with pytest.raises(NotFound):
        queries.slip_for(people.staff.actor, child.code)


def test_forwarding_is_taken_back_until_the_other_place_has_begun(people):
    slip = issued(people)
    child = take("forward", people.staff.actor, slip, people.other_offering_code)
    take("undo", people.staff.actor, slip)
    assert (slip.state, child.state) == (State.ISSUED, State.VOID)
    second = take("forward", people.staff.actor, slip, people.other_offering_code)
    take("acknowledge", people.other_staff.actor, second)
    with pytest.raises(Conflict):
        take("undo", people.staff.actor, slip)


@pytest.mark.parametrize("which", [0, 1], ids=["by the first slip", "by the one that it was forwarded as"])
def test_withdrawing_erases_the_code_from_the_whole_chain_of_slips_and_from_the_figures(people, which):
    slip = issued(people, language_need="km", access_needs=("wheelchair",))
    child = take("forward", people.staff.actor, slip, people.other_offering_code)
    assert fact_of(slip).person_token == fact_of(child).person_token is not None
    take("withdraw_consent", people.peer.actor, (slip, child)[which])
    for each in (slip, child):
        assert (each.state, each.client_code, each.language_need, each.access_needs) == (
            State.WITHDRAWN,
            None,
            None,
            [],
        )
        assert fact_of(each) is None


def test_withdrawing_also_forgets_her_on_a_slip_that_was_thrown_away(people):
    slip = issued(people)
    discarded = take("forward", people.staff.actor, slip, people.other_offering_code)
    take("undo", people.staff.actor, slip)
    take("withdraw_consent", people.peer.actor, slip)
    assert (discarded.state, discarded.client_code) == (State.VOID, None)


def test_the_client_withdraws_with_the_paper_alone_and_once_more_changes_nothing(people):
    slip = issued(people)
    for _ in range(2):
        with transaction():
            operations.withdraw_by_token(token_of(slip))
    assert (slip.state, slip.client_code, slip.version) == (State.WITHDRAWN, None, 2)
    with pytest.raises(NotFound), transaction():
        operations.withdraw_by_token("0" * 26)


def test_a_slip_made_in_error_is_thrown_away_within_a_day_and_counted_nowhere(people, later):
    slip = issued(people)
    late = issued(people)
    take("void", people.peer.actor, slip)
    assert slip.state is State.VOID
    assert fact_of(slip) is None
    later(hours=25)
    assert "void" not in queries.buttons(people.peer.actor, late, clock.now())
    with pytest.raises(NotAllowed):
        take("void", people.coordinator.actor, late)


def test_who_did_not_agree_to_be_counted_is_in_no_figure(people):
    slip = issued(people, consent_count=False)
    take("confirm_arrival", people.staff.actor, slip)
    assert db.session.scalar(select(SlipFact)) is None


def test_two_slips_of_one_code_have_one_token_in_the_figures_and_other_codes_another(people):
    first = issued(people)
    second = issued(people, client_code=first.client_code.upper())
    third = issued(people)
    tokens = [fact_of(slip).person_token for slip in (first, second, third)]
    assert tokens[0] == tokens[1] != tokens[2]


@pytest.mark.parametrize("step", ["record_service", "no_show"])
def test_what_the_drawing_does_not_allow_is_a_conflict(people, step):
    slip = issued(people)
    more = [{"kham-benh": 1}] if step == "record_service" else []
    with pytest.raises(Conflict):
        take(step, people.staff.actor, slip, *more)
    with pytest.raises(NotAllowed):
        take(step, people.peer.actor, slip, *more)


@pytest.mark.parametrize("given", [{}, {"khong-co": 1}, {"kham-benh": 0}, {"kham-benh": 100}])
def test_a_service_says_what_was_given_and_how_often(people, given):
    slip = issued(people)
    take("confirm_arrival", people.staff.actor, slip)
    with pytest.raises(Invalid):
        take("record_service", people.staff.actor, slip, given)
    assert slip.state is State.ARRIVED


def test_helping_without_a_slip_is_counted_as_a_number_of_times(people):
    for _ in range(3):
        with transaction():
            operations.count_without_slip(people.peer.actor, "kham-benh", WithoutSlip.NO_CONSENT)
    row = db.session.scalars(select(WithoutSlipCount)).one()
    assert (row.count, row.why, row.area_id) == (3, WithoutSlip.NO_CONSENT, people.area.id)
