"""The provider's side: what was sent here, each step with a slip, and what is said when a step cannot be taken."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from directory import clock
from directory.accounts import audit
from directory.accounts.models import AuditEntry
from directory.extensions import db
from directory.referrals import operations
from directory.referrals.models import Slip
from directory.referrals.rules import Reason, State, Urgency
from directory.web.transaction import transaction
from tests.people import issue, post, sign_in

CLOSED_TO_STRANGERS = ("", "/chuyen", "/kich-hoat")


def text_of(answer) -> str:
    return answer.get_data(as_text=True)


def shown(client, slip: Slip) -> str:
    answer = client.get(f"/tiep-nhan/{slip.code}")
    assert answer.status_code == 200
    return text_of(answer)


def take(client, slip: Slip, step: str, **fields):
    return post(client, f"/tiep-nhan/{slip.code}/{step}", **fields)


def state_of(slip: Slip) -> State:
    db.session.refresh(slip)
    return slip.state


@pytest.fixture
def at_desk(client, people):
    """A slip that was held before a desk which is signed in."""
    slip = issue(people, language_need="hmn", access_needs=("wheelchair",), urgency=Urgency.DAY)
    sign_in(client, people.desk)
    post(client, "/p", number=slip.number)
    return slip


def test_the_page_says_what_is_wanted_and_nothing_about_the_person(client, at_desk):
    text = shown(client, at_desk)
    for said in ("Phòng khám Da liễu", "Gấp, trong 24 giờ", "H’Mông", "hết ngày", "0203 3812 345"):
        assert said in text
    for kept in (at_desk.client_code, "Nhóm Hạ Long Xanh", "Sen"):
        assert kept not in text


def test_of_a_slip_that_was_taken_back_a_desk_sees_only_that(client, people, at_desk):
    with transaction():
        operations.withdraw_consent(people.peer.actor, at_desk.code)
    text = shown(client, at_desk)
    assert "Khách đã rút lại phiếu" in text
    for kept in ("Phòng khám Da liễu", "Khám bệnh", "Gấp, trong 24 giờ", "H’Mông"):
        assert kept not in text


def test_a_view_of_a_slip_is_written_down(client, people, at_desk):
    shown(client, at_desk)
    assert views_of(at_desk) == [people.desk.actor.key]


def views_of(slip: Slip) -> list[str]:
    views = select(AuditEntry.actor).where(AuditEntry.object_uuid == slip.uuid, AuditEntry.action == "slip.viewed")
    return list(db.session.scalars(views))


@pytest.mark.parametrize("step", ["tu-choi", "da-giup", "chuyen"])
def test_an_unfinished_form_is_no_way_to_look_at_a_slip_unseen(client, people, step):
    slip = issue(people)
    with transaction():
        operations.confirm_arrival(people.staff.actor, slip.code)
    sign_in(client, people.staff)
    assert take(client, slip, step).status_code == 422
    assert views_of(slip) == [people.staff.actor.key]
    assert state_of(slip) is State.ARRIVED
    assert list(audit.faults()) == []


def test_arrival_and_service_take_two_taps(client, at_desk):
    assert take(client, at_desk, "da-den", seen=at_desk.version).status_code == 303
    assert state_of(at_desk) is State.ARRIVED
    text = shown(client, at_desk)
    field = text.partition('name="given-')[2].partition('"')[0]
    assert f'name="given-{field}" type="number" min="0" max="99" inputmode="numeric" value="1"' in text
    assert take(client, at_desk, "da-giup", seen=at_desk.version, **{f"given-{field}": "1"}).status_code == 303
    assert state_of(at_desk) is State.SERVED
    assert [(one.category_slug, one.count) for one in at_desk.given] == [(at_desk.category_slug, 1)]
    assert "1 lần" in shown(client, at_desk)


@pytest.mark.parametrize("typed", ["", "0", "-1", "100", "1.5", "một", "9999999"])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_number_of_times_that_cannot_be_is_refused_on_the_same_page(client, at_desk, typed):
    take(client, at_desk, "da-den")
    field = shown(client, at_desk).partition('name="given-')[2].partition('"')[0]
    answer = take(client, at_desk, "da-giup", **{f"given-{field}": typed})
    assert answer.status_code == 422
    assert 'role="alert"' in text_of(answer)
    assert state_of(at_desk) is State.ARRIVED


def test_to_decline_needs_a_reason_of_the_list(client, people, at_desk):
    for reason in ({}, {"reason": "she is drunk"}):
        answer = take(client, at_desk, "tu-choi", **reason)
        assert answer.status_code == 422
        assert "Bạn hãy chọn một lý do" in text_of(answer)
    assert state_of(at_desk) is State.ISSUED
    assert take(client, at_desk, "tu-choi", reason=Reason.NO_CAPACITY.value).status_code == 303
    assert "Hết chỗ" in shown(client, at_desk)


def test_a_step_is_taken_back_by_its_button(client, at_desk):
    take(client, at_desk, "da-den")
    assert "Hoàn tác" in shown(client, at_desk)
    take(client, at_desk, "hoan-tac")
    assert state_of(at_desk) is State.ISSUED


def test_the_second_of_two_desks_is_told_who_was_first_and_when(client, people, at_desk):
    seen = at_desk.version
    with transaction():
        operations.confirm_arrival(people.staff.actor, at_desk.code)
    answer = take(client, at_desk, "da-den", seen=seen)
    assert answer.status_code == 409
    assert "Nơi tiếp nhận đã ghi lên phiếu này rồi, lúc" in text_of(answer)
    assert f"/tiep-nhan/{at_desk.code}" in text_of(answer)


def test_a_double_tap_acts_once(client, at_desk):
    form = {"key": "a-double-tap-0001", "seen": at_desk.version}
    first, second = (take(client, at_desk, "da-den", **form) for _ in range(2))
    assert (first.status_code, first.headers["Location"]) == (second.status_code, second.headers["Location"])
    db.session.refresh(at_desk)
    assert at_desk.version == 2


def test_a_late_arrival_is_taken_in(client, people):
    slip = issue(people)
    with transaction():
        operations.acknowledge(people.staff.actor, slip.code)
        operations.no_show(people.staff.actor, slip.code)
    sign_in(client, people.desk)
    post(client, "/p", number=slip.number)
    assert "Khách đã đến" in shown(client, slip)
    take(client, slip, "da-den")
    assert state_of(slip) is State.ARRIVED


def test_a_slip_to_nobody_in_particular_is_claimed_by_the_first(app, client, people):
    slip = issue(people, offering_code=None, category_slug="kham-benh", consent_send=False)
    other = app.test_client()
    for browser, desk in ((client, people.desk), (other, people.other_desk)):
        sign_in(browser, desk)
        assert post(browser, "/p", number=slip.number).status_code == 303
    assert take(client, slip, "da-den", seen=1).status_code == 303
    db.session.refresh(slip)
    assert slip.site_id == people.site.id
    late = take(other, slip, "da-den", seen=1)
    assert late.status_code == 409
    assert "Một nơi khác đã nhận phiếu này trước, lúc" in text_of(late)
    again = other.get(f"/tiep-nhan/{slip.code}")
    assert again.status_code == 409
    assert "0203 3812 345" in text_of(again)


@pytest.mark.parametrize("path", CLOSED_TO_STRANGERS)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_another_places_slip_and_none_look_the_same(client, people, path):
    slip = issue(people)
    sign_in(client, people.other_desk)
    foreign, none = client.get(f"/tiep-nhan/{slip.code}{path}"), client.get(f"/tiep-nhan/zzzzzzz{path}")
    assert foreign.status_code == none.status_code == 404
    assert text_of(foreign).replace(slip.code, "zzzzzzz") == text_of(none)


@pytest.mark.parametrize("step", ["da-nhan-tin", "da-den", "khong-den", "hoan-tac", "da-giup", "tu-choi", "chuyen"])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_step_is_taken_with_another_places_slip(client, people, step):
    slip = issue(people)
    sign_in(client, people.other_desk)
    assert take(client, slip, step, reason="closed").status_code == 404
    assert state_of(slip) is State.ISSUED


def test_the_inbox_shows_what_was_sent_here_and_where_each_stands(client, people):
    sign_in(client, people.staff)
    assert "Không có phiếu nào đang chờ" in text_of(client.get("/tiep-nhan"))
    new, waited, here, done, unsent = (issue(people, consent_send=number != 4) for number in range(5))
    with transaction():
        operations.acknowledge(people.staff.actor, waited.code)
        operations.confirm_arrival(people.staff.actor, here.code)
        operations.decline(people.staff.actor, done.code, Reason.CLOSED)
    text = text_of(client.get("/tiep-nhan"))
    places = [text.index(f"/tiep-nhan/{slip.code}") for slip in (new, waited, here, done)]
    assert places == sorted(places)
    assert unsent.code not in text
    assert new.client_code not in text
    sign_in(client, people.other_staff)
    assert new.code not in text_of(client.get("/tiep-nhan"))


def test_a_desk_without_an_account_has_no_inbox(client, people):
    sign_in(client, people.desk)
    assert client.get("/tiep-nhan").status_code == 403


def test_the_person_is_sent_on_only_with_her_consent_to_a_place_of_the_list(client, people, at_desk):
    answer = client.get(f"/tiep-nhan/{at_desk.code}/chuyen?q=Bệnh viện Chưa Ai Hỏi")
    assert "Bệnh viện Chưa Ai Hỏi" in text_of(answer)
    there = {"offering": people.other_offering_code, "q": "Bệnh viện Chưa Ai Hỏi"}
    unasked = take(client, at_desk, "chuyen", **there)
    assert unasked.status_code == 422
    assert "Chỉ chuyển được khi khách đồng ý" in text_of(unasked)
    assert take(client, at_desk, "chuyen", agreed="1", offering="nowhere", q="x").status_code == 422
    assert take(client, at_desk, "chuyen", agreed="1", **there).status_code == 303
    child = db.session.scalars(select(Slip).where(Slip.parent_id == at_desk.id)).one()
    text = shown(client, at_desk)
    assert "Đã chuyển khách sang nơi khác" in text
    assert child.number[:5].upper() in text


def test_a_telephone_line_is_not_offered_to_send_somebody_to(client, at_desk):
    answer = client.get(f"/tiep-nhan/{at_desk.code}/chuyen?q=Đường dây")
    assert "Đường dây Có Nguồn" not in text_of(answer)


def test_where_else_is_offered_before_anybody_searches(client, people, at_desk):
    text = text_of(client.get(f"/tiep-nhan/{at_desk.code}/chuyen"))
    assert "Bệnh viện Chưa Ai Hỏi" in text


@pytest.fixture
def blank(people):
    """A blank slip of the group's book."""
    with transaction():
        book = operations.mint(people.coordinator.actor, people.group.id, 4)
    return db.session.scalars(select(Slip).where(Slip.book_id == book.id).order_by(Slip.id).limit(1)).one()


def test_a_blank_slip_is_put_to_use_at_the_desk(client, people, blank):
    sign_in(client, people.desk)
    assert client.get(f"/tiep-nhan/{blank.code}/kich-hoat").status_code == 404
    there = post(client, "/p", number=blank.number).headers["Location"]
    assert there == f"/tiep-nhan/{blank.code}/kich-hoat"
    assert "Phiếu chưa ghi gì" in text_of(client.get(there))
    unasked = post(client, there, offering=people.offering_code)
    assert unasked.status_code == 422
    assert "đủ 18 tuổi" in text_of(unasked)
    assert state_of(blank) is State.BLANK
    asked = {"offering": people.offering_code, "is_adult": "1", "agreed": "1", "counted": "0"}
    assert post(client, there, **asked).headers["Location"] == f"/tiep-nhan/{blank.code}"
    assert state_of(blank) is State.ARRIVED
    assert blank.site_id == people.site.id
    assert not blank.consent_count
    take(client, blank, "hoan-tac")
    assert state_of(blank) is State.BLANK


def test_a_blank_slip_that_was_put_to_use_elsewhere_meanwhile_says_so(app, client, people, blank):
    other = app.test_client()
    asked = {"offering": people.offering_code, "is_adult": "1", "agreed": "1", "counted": "1"}
    for browser, desk in ((client, people.desk), (other, people.other_desk)):
        sign_in(browser, desk)
        post(browser, "/p", number=blank.number)
    assert post(client, f"/tiep-nhan/{blank.code}/kich-hoat", **asked).status_code == 303
    late = post(other, f"/tiep-nhan/{blank.code}/kich-hoat", **asked | {"offering": people.other_offering_code})
    assert late.status_code == 409
    assert "Nơi tiếp nhận đã ghi lên phiếu này rồi" in text_of(late)


def test_a_blank_slip_of_a_book_that_was_thrown_away_says_so_and_whom_to_call(client, people, blank):
    with transaction():
        operations.void(people.coordinator.actor, blank.code)
    sign_in(client, people.desk)
    text = text_of(client.get(post(client, "/p", number=blank.number).headers["Location"]))
    assert "Phiếu này đã bỏ" in text
    assert "0203 3812 345" in text


def test_an_expired_slip_says_so_and_takes_in_who_comes_late(client, people):
    slip = issue(people)
    code = slip.code
    operations.tick(clock.now() + timedelta(days=40))
    slip = db.session.scalars(select(Slip).where(Slip.code == code)).one()
    assert slip.state is State.EXPIRED
    assert post(client, "/p", number=slip.number, pin=people.desk.pin).status_code == 303
    assert "Phiếu đã hết hạn" in shown(client, slip)
    take(client, slip, "da-den")
    assert state_of(slip) is State.ARRIVED


def test_a_site_that_closed_since_is_told_and_whom_to_call(client, people, at_desk, monkeypatch):
    from directory.referrals.views import receiving

    as_is = receiving.site_page
    monkeypatch.setattr(receiving, "site_page", lambda *asked: replace(as_is(*asked), cards=()))
    text = shown(client, at_desk)
    assert "không còn việc nào trong sổ địa chỉ" in text
    assert "0203 3812 345" in text
