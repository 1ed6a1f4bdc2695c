"""``/phieu`` and ``/phieu/<code>``: where each slip stands, in words that say what to do now."""

from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select, update

from directory import clock
from directory.accounts.models import Account, AuditEntry
from directory.catalogue.models import Offering, Provider, Service
from directory.extensions import db
from directory.referrals import operations
from directory.referrals.models import Slip
from directory.referrals.numbers import grouped
from directory.referrals.rules import Reason, State
from directory.search.following import follower
from directory.web.transaction import transaction
from tests.entries import NEVER_SHOWN
from tests.people import issue, post, sign_in
from tests.referrals.slips import issued_to_anybody, shown, take


@pytest.fixture
def peer(client, people):
    sign_in(client, people.peer)
    follower().arrays()
    return client


def text_of(answer) -> str:
    return unescape(answer.get_data(as_text=True))


def page_of(client, slip) -> str:
    answer = client.get(f"/phieu/{slip.code}")
    assert answer.status_code == 200
    return text_of(answer)


def state_of(slip) -> State:
    db.session.rollback()
    db.session.refresh(slip)
    return slip.state


def test_the_page_has_what_she_hands_over_and_whom_to_call(peer, people):
    slip = issue(people)
    text = page_of(peer, slip)
    for said in (
        "Phiếu đã lập xong.",
        grouped(slip.number),
        grouped(slip.client_code),
        f'href="/phieu/{slip.code}/in"',
        f'href="/phieu/{slip.code}/phieu-hen.pdf"',
        'href="tel:+842033825499"',
    ):
        assert said in text


def test_the_title_and_address_of_a_slip_are_neutral(peer, people):
    text = page_of(peer, issue(people))
    assert "<title>Phiếu hẹn – Sổ địa chỉ</title>" in text


def test_looking_at_a_slip_is_written_down_first(peer, people):
    slip = issue(people)
    peer.get(f"/phieu/{slip.code}")
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.seq.desc())).first()
    assert (entry.action, entry.object_uuid, entry.actor) == ("slip.viewed", slip.uuid, people.peer.actor.key)


def test_each_stage_that_was_reached_shows_its_moment(peer, people):
    slip = issue(people)
    assert page_of(peer, slip).count('<li class="is-done">') == 1
    take("confirm_arrival", people.staff.actor, slip)
    take("record_service", people.staff.actor, slip, {"kham-benh": 2})
    text = page_of(peer, slip)
    assert text.count('<li class="is-done">') == 3
    assert "Khám bệnh, chữa bệnh × 2" in text


@pytest.mark.parametrize(("word", "state"), [
    ("da-goi", State.ACKNOWLEDGED), ("huy", State.CANCELLED), ("bo", State.VOID), ("rut", State.WITHDRAWN),
])  # fmt: skip
def test_each_button_takes_its_step_and_leads_back(peer, people, word, state):
    slip = issue(people)
    assert f'action="/phieu/{slip.code}/{word}"' in page_of(peer, slip)
    answer = post(peer, f"/phieu/{slip.code}/{word}", ban="1")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/phieu/{slip.code}")
    assert state_of(slip) is state
    assert page_of(peer, slip)


def test_the_last_step_can_be_undone_but_not_a_withdrawal(peer, people):
    slip = issue(people)
    post(peer, f"/phieu/{slip.code}/huy")
    assert "Hoàn tác bước vừa rồi" in page_of(peer, slip)
    post(peer, f"/phieu/{slip.code}/hoan-tac")
    assert state_of(slip) is State.ISSUED
    post(peer, f"/phieu/{slip.code}/rut")
    assert "Hoàn tác bước vừa rồi" not in page_of(peer, slip)


def test_withdrawing_erases_the_code_at_once(peer, people):
    slip = issue(people)
    code = grouped(slip.client_code)
    assert code in page_of(peer, slip)
    post(peer, f"/phieu/{slip.code}/rut")
    assert code not in page_of(peer, slip)
    assert state_of(slip) is State.WITHDRAWN
    assert slip.client_code is None


@pytest.mark.parametrize(("word", "met"), [("duoc", True), ("chua-duoc", False)])
def test_after_the_service_the_peer_asks_whether_it_was_what_was_needed(peer, people, word, met):
    slip = issue(people)
    assert "Có được giúp đúng điều cần không?" not in page_of(peer, slip)
    take("confirm_arrival", people.staff.actor, slip)
    take("record_service", people.staff.actor, slip, {"kham-benh": 1})
    assert "Có được giúp đúng điều cần không?" in page_of(peer, slip)
    post(peer, f"/phieu/{slip.code}/{word}")
    assert state_of(slip) is State.SERVED
    assert slip.need_met is met
    assert ("Bệnh viện Chưa Ai Hỏi" in page_of(peer, slip)) is not met


def test_after_a_refusal_the_reason_and_the_next_nearest_place_are_shown(peer, people):
    slip = issue(people)
    take("decline", people.staff.actor, slip, Reason.PAPERS_MISSING)
    text = page_of(peer, slip)
    assert "thiếu giấy tờ bắt buộc" in text
    assert f'href="/phieu/moi?noi={people.other_offering_code}"' in text


def test_after_silence_the_next_nearest_place_is_shown(peer, people):
    slip = issue(people)
    assert "Nơi khác gần nhất" not in page_of(peer, slip)
    operations.tick(clock.now() + timedelta(days=4))
    sign_in(peer, people.peer)
    text = page_of(peer, slip)
    assert "Quá hẹn mà chưa ai trả lời" in text
    assert "Bệnh viện Chưa Ai Hỏi" in text
    assert text.index('href="tel:+842033825499"') < text.index("Nơi khác gần nhất")
    assert "Cần bạn để ý (1)" in text_of(peer.get("/phieu"))


def test_a_place_that_is_not_to_be_told_is_not_rung_up(peer, people):
    slip = issue(people, consent_send=False)
    operations.tick(clock.now() + timedelta(days=4))
    sign_in(peer, people.peer)
    text = page_of(peer, slip)
    assert "nơi đó chưa biết gì" in text
    assert "Bạn gọi hỏi nơi đó" not in text
    assert "Tôi đã gọi" not in text
    assert post(peer, f"/phieu/{slip.code}/da-goi").status_code == 403
    with transaction():
        operations.present(people.desk.actor, slip)
    assert "Tôi đã gọi" in page_of(peer, slip)


def test_a_slip_that_was_sent_on_leads_to_the_new_one(peer, people):
    slip = issue(people)
    with transaction():
        child = operations.forward(people.staff.actor, slip.code, people.other_offering_code).code
    assert f'href="/phieu/{child}"' in page_of(peer, slip)
    assert peer.get(f"/phieu/{child}").status_code == 200


def test_a_slip_for_a_subject_says_that_any_place_will_do_until_one_takes_it_up(peer, people):
    slip = issued_to_anybody(people)
    assert "Nơi nào trong địa bàn có việc này cũng nhận được." in page_of(peer, slip)


def test_a_slip_that_a_place_took_up_names_it(peer, people):
    slip = issued_to_anybody(people)
    with transaction():
        operations.confirm_arrival(shown(people.desk, slip), slip.code)
    for text in (page_of(peer, slip), text_of(peer.get("/phieu"))):
        assert "Trung tâm Y tế Hạ Long" in text
        assert "Nơi nào trong địa bàn" not in text


def test_of_a_hidden_place_only_the_telephone_is_shown(peer, people):
    hidden = db.session.scalar(
        select(Offering.code).join(Service).join(Provider).where(Provider.name == "Ngôi nhà Giữ Kín")
    )
    text = page_of(peer, issue(people, offering_code=hidden))
    assert "Địa chỉ được giữ kín" in text
    assert "tel:+84912000111" in text
    assert not [secret for secret in NEVER_SHOWN if secret in text]


def test_a_slip_that_ended_is_not_handed_over_any_more(peer, people):
    slip = issue(people)
    post(peer, f"/phieu/{slip.code}/huy")
    text = page_of(peer, slip)
    assert "Đưa cho người ấy" not in text
    assert "sms:" not in text


def test_an_illustrative_place_is_marked_and_never_dialled(peer, people):
    code = db.session.scalar(
        select(Offering.code).join(Service).join(Provider).where(Provider.name == "Văn phòng Minh Hoạ")
    )
    text = page_of(peer, issue(people, offering_code=code))
    assert "dữ liệu minh hoạ" in text
    assert "tel:" not in text


def test_a_coordinator_sees_the_slip_without_the_persons_code_and_may_call_it_off(client, people):
    slip = issue(people)
    sign_in(client, people.coordinator)
    text = page_of(client, slip)
    assert grouped(slip.client_code) not in text
    assert "Đưa cho người ấy" not in text
    assert post(client, f"/phieu/{slip.code}/huy").status_code == 303
    assert state_of(slip) is State.CANCELLED


def test_a_foreign_slip_and_none_are_the_same(client, people):
    slip = issue(people)
    for who in (people.other_peer, people.colleague, people.other_coordinator):
        sign_in(client, who)
        foreign, unknown = (client.get(f"/phieu/{code}") for code in (slip.code, "00000000"))
        assert foreign.status_code == unknown.status_code == 404
        assert text_of(foreign).replace(slip.code, "00000000") == text_of(unknown)
        for word in ("huy", "rut", "da-goi"):
            assert post(client, f"/phieu/{slip.code}/{word}").status_code == 404
    assert state_of(slip) is State.ISSUED


def test_what_the_page_showed_and_what_is_are_compared(peer, people):
    slip = issue(people)
    take("confirm_arrival", people.staff.actor, slip)
    answer = post(peer, f"/phieu/{slip.code}/huy", ban="1")
    assert answer.status_code == 409
    assert "Nơi tiếp nhận đã ghi lên phiếu này rồi" in text_of(answer)
    assert f'href="/phieu/{slip.code}"' in text_of(answer)
    assert state_of(slip) is State.ARRIVED


def test_a_double_tap_takes_one_step(peer, people):
    slip = issue(people)
    answers = [post(peer, f"/phieu/{slip.code}/huy", key="k" * 32, ban="1") for _ in range(3)]
    assert {answer.status_code for answer in answers} == {303}
    assert state_of(slip) is State.CANCELLED
    assert slip.version == 2


@pytest.mark.parametrize("ban", ["", "x", "-1", "9" * 50, "٣"])
def test_a_version_that_is_none_is_no_error_of_ours(peer, people, ban):
    slip = issue(people)
    assert post(peer, f"/phieu/{slip.code}/da-goi", ban=ban).status_code in {303, 409}


def test_a_step_that_there_is_not_is_not_found(peer, people):
    assert post(peer, f"/phieu/{issue(people).code}/mo-cua").status_code == 404


def test_the_list_has_what_needs_her_first(peer, people):
    waiting, refused, gone = issue(people), issue(people), issue(people)
    take("decline", people.staff.actor, refused, Reason.NO_CAPACITY)
    take("cancel", people.peer.actor, gone)
    text = text_of(peer.get("/phieu"))
    order = [text.index(each) for each in ("Cần bạn để ý (1)", "Đang chờ (1)", "Đã xong (1)")]
    assert order == sorted(order)
    numbers = [text.index(grouped(slip.number)) for slip in (refused, waiting, gone)]
    assert numbers == sorted(numbers)


def test_the_list_names_no_client(peer, people):
    slip = issue(people)
    assert grouped(slip.client_code) not in text_of(peer.get("/phieu"))


def test_an_empty_list_says_how_to_begin(peer):
    assert "Chưa có phiếu nào." in text_of(peer.get("/phieu"))


def test_a_long_list_is_one_page_with_few_reads(peer, people):
    for _ in range(25):
        issue(people)
    assert text_of(peer.get("/phieu")).count('<article class="card') == 25


def test_no_page_of_a_slip_is_kept_by_the_browser(peer, people):
    slip = issue(people)
    for path in ("/phieu", f"/phieu/{slip.code}", f"/phieu/moi?noi={people.offering_code}"):
        assert "no-store" in peer.get(path).headers["Cache-Control"]


def test_no_slip_is_left_half_written_when_a_step_is_refused(peer, people):
    slip = issue(people)
    take("confirm_arrival", people.staff.actor, slip)
    assert post(peer, f"/phieu/{slip.code}/bo").status_code == 409
    db.session.rollback()
    assert [one.version for one in db.session.scalars(select(Slip))] == [2]


def test_a_number_that_somebody_reads_out_leads_to_the_slip(peer, people):
    slip = issue(people)
    answer = post(peer, "/phieu/tim", so=grouped(slip.number).lower())
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/phieu/{slip.code}")


def test_another_ones_number_and_a_wrong_one_get_the_same_answer(peer, people):
    other = issue(people, people.other_peer)
    answers = [post(peer, "/phieu/tim", so=so) for so in (other.number, "7K3M9-QXD2A", "")]
    assert {answer.status_code for answer in answers} == {404}
    assert len({text_of(answer) for answer in answers}) == 1


def test_a_coordinator_finds_a_slip_of_her_areas_by_its_number(client, people):
    slip = issue(people)
    sign_in(client, people.coordinator)
    assert "Tìm phiếu theo số" in text_of(client.get("/dieu-phoi"))
    assert post(client, "/phieu/tim", so=slip.number).headers["Location"] == f"/phieu/{slip.code}"
    sign_in(client, people.other_coordinator)
    assert post(client, "/phieu/tim", so=slip.number).status_code == 404


def test_who_consents_to_nothing_is_not_offered_a_slip_again(peer, people):
    text = text_of(peer.get(f"/phieu/cach-khac/1?noi={people.offering_code}"))
    assert "Phòng khám Da liễu" in text
    assert "/phieu/moi?noi=" not in text


def test_it_is_not_said_that_a_place_without_an_account_was_told(peer, people):
    slip = issue(people)
    assert "Đã gửi cho nơi đó" in page_of(peer, slip)
    db.session.execute(update(Account).where(Account.site_id == slip.site_id).values(disabled_at=clock.now()))
    db.session.commit()
    for text in (page_of(peer, slip), text_of(peer.get("/phieu"))):
        assert "Đã gửi cho nơi đó" not in text
        assert "Nơi đó không có tài khoản nên chưa biết gì." in text


def test_a_coordinator_is_told_whom_to_call_about_a_slip_that_nobody_answers(client, people):
    slip = issue(people)
    sign_in(client, people.coordinator)
    follower().arrays()
    assert "0203 3812 345" in page_of(client, slip)
    slip.issued_at = clock.now() - timedelta(hours=73)
    db.session.commit()
    assert "hoặc gọi nhóm đã lập phiếu" in page_of(client, slip)
