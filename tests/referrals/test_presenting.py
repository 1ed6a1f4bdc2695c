"""A slip that lies on a desk: scanned or typed, with a PIN or without; and the client who takes hers back."""

from sqlalchemy import func, select

from directory.accounts.models import AuditEntry, Session
from directory.extensions import db
from directory.referrals import operations
from directory.referrals.models import SlipEvent
from directory.referrals.numbers import grouped, new_slip_number
from directory.referrals.rules import State
from directory.referrals.tokens import token_of
from directory.web.transaction import transaction
from tests.people import issue, post, sign_in

WRONG = "Số phiếu hoặc mã PIN không đúng."
HERE_WRONG = "Không mở được phiếu này ở nơi của bạn."


def text_of(answer) -> str:
    return answer.get_data(as_text=True)


def counts() -> tuple[int, ...]:
    return tuple(
        db.session.scalar(select(func.count()).select_from(table)) or 0 for table in (SlipEvent, AuditEntry, Session)
    )


def test_a_stranger_who_scans_sees_only_that_the_slip_is_valid(client, people):
    slip = issue(people)
    answer = post(client, "/q", token=token_of(slip))
    text = text_of(answer)
    assert answer.status_code == 200
    assert "Phiếu này còn dùng được" in text
    for telling in ("Phòng khám Da liễu", "Trung tâm Y tế", grouped(slip.number), slip.code, slip.client_code):
        assert telling not in text


def test_a_used_and_an_unknown_token_look_the_same_to_a_stranger(client, people):
    slip = issue(people)
    token = token_of(slip)
    with transaction():
        operations.cancel(people.peer.actor, slip.code)
    used = text_of(post(client, "/q", token=token))
    unknown = text_of(post(client, "/q", token="0" * 26))
    assert "Phiếu này không dùng được nữa" in used
    assert without_tokens(used) == without_tokens(unknown)


def without_tokens(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if 'type="hidden"' not in line)


def test_what_is_no_token_is_not_valid(client):
    for token in ("", "x", "'; --", "0" * 5000, "z" * 26, "ừ" * 26, "\U0001f600"):
        answer = post(client, "/q", token=token)
        assert answer.status_code == 200
        assert "không dùng được nữa" in text_of(answer)


def test_a_robot_that_follows_links_changes_nothing(client, people):
    slip = issue(people)
    before = (slip.version, *counts())
    for path in ("/q", f"/q?{token_of(slip)}", "/p", f"/p?number={slip.number}", "/q/da-rut-lai", "/q/rut-lai"):
        for _ in range(10):
            client.get(path, headers={"User-Agent": "facebookexternalhit/1.1"})
            client.head(path, inspect=False)
    db.session.refresh(slip)
    assert (slip.version, *counts()) == before
    assert slip.presented_at is None


def test_the_number_and_the_pin_open_the_slip_and_remember_the_desk(client, people):
    slip = issue(people)
    answer = post(client, "/p", number=grouped(slip.number).lower(), pin=people.desk.pin)
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/tiep-nhan/{slip.code}"
    assert "Khách đã đến" in text_of(client.get(f"/tiep-nhan/{slip.code}"))
    second = issue(people)
    assert "Mã PIN" not in text_of(client.get("/p"))
    assert post(client, "/p", number=second.number).headers["Location"] == f"/tiep-nhan/{second.code}"


def test_a_scan_and_the_pin_open_the_slip(client, people):
    slip = issue(people)
    page = text_of(post(client, "/q", token=token_of(slip)))
    assert token_of(slip) in page
    assert (
        post(client, "/p", token=token_of(slip), pin=people.desk.pin).headers["Location"] == f"/tiep-nhan/{slip.code}"
    )


def test_a_known_desk_opens_the_slip_by_the_scan_alone(client, people):
    slip = issue(people, consent_send=False)
    sign_in(client, people.desk)
    assert client.get(f"/tiep-nhan/{slip.code}").status_code == 404
    answer = post(client, "/q", token=token_of(slip))
    assert answer.headers["Location"] == f"/tiep-nhan/{slip.code}"
    assert client.get(f"/tiep-nhan/{slip.code}").status_code == 200
    db.session.refresh(slip)
    assert slip.presented_at is not None


def test_a_wrong_number_a_wrong_pin_and_a_foreign_slip_get_the_same_answer(client, people):
    slip = issue(people)
    tries = [
        {"number": new_slip_number(), "pin": people.desk.pin},
        {"number": slip.number, "pin": "1001 2345 6780"},
        {"number": slip.number, "pin": people.other_desk.pin},
        {"number": slip.number, "pin": "12"},
        {"number": "no-number", "pin": people.desk.pin},
    ]
    pages = set()
    for fields in tries:
        answer = post(client, "/p", **fields)
        assert answer.status_code == 422
        assert WRONG in text_of(answer)
        pages.add(without_tokens(text_of(answer)).replace(fields["number"], ""))
    assert len(pages) == 1
    assert counts()[2] == 0


def test_a_desk_that_is_known_is_told_of_a_foreign_slip_what_it_is_told_of_none(client, people):
    slip = issue(people)
    sign_in(client, people.other_desk)
    foreign, none = (post(client, "/p", number=number) for number in (slip.number, new_slip_number()))
    assert foreign.status_code == none.status_code == 422
    assert HERE_WRONG in text_of(foreign)
    foreign_scan, none_scan = (post(client, "/q", token=token) for token in (token_of(slip), "0" * 26))
    assert without_tokens(text_of(foreign_scan)) == without_tokens(text_of(none_scan))


def test_that_a_slip_is_cancelled_is_told_only_after_the_pin_with_whom_to_call(client, people):
    slip = issue(people)
    with transaction():
        operations.cancel(people.peer.actor, slip.code)
    assert "huỷ" not in text_of(post(client, "/q", token=token_of(slip)))
    assert post(client, "/p", number=slip.number, pin=people.desk.pin).status_code == 303
    text = text_of(client.get(f"/tiep-nhan/{slip.code}"))
    assert "Phiếu đã bị huỷ" in text
    assert "0203 3812 345" in text


def test_wrong_tries_are_slowed_down_and_the_known_desk_is_not_locked_out(app, client, people):
    slip = issue(people)
    post(client, "/p", number=slip.number, pin=people.desk.pin)
    post(client, "/p/dong")
    stranger = app.test_client()
    answers = [post(stranger, "/p", number=slip.number, pin="1001 0000 0000") for _ in range(8)]
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["Retry-After"]) <= 30
    assert "giây" in text_of(answers[-1])
    assert post(client, "/p", number=slip.number, pin=people.desk.pin).status_code == 303


def test_a_desk_that_guesses_numbers_is_slowed_down(client, people):
    sign_in(client, people.desk)
    answers = [post(client, "/p", number=new_slip_number()) for _ in range(8)]
    assert answers[-1].status_code == 429
    slip = issue(people)
    assert post(client, "/p", number=slip.number).status_code == 429


def test_a_desk_is_closed_by_its_button(client, people):
    slip = issue(people)
    post(client, "/p", number=slip.number, pin=people.desk.pin)
    assert post(client, "/p/dong").headers["Location"] == "/p"
    assert "Mã PIN" in text_of(client.get("/p"))
    again = client.get(f"/tiep-nhan/{slip.code}")
    assert again.headers["Location"] == "/p?dong=1"
    assert "đã tự đóng" in text_of(client.get("/p?dong=1"))


def test_the_client_takes_her_slip_back_and_her_code_is_gone(client, people):
    slip = issue(people)
    token, key = token_of(slip), "withdraw-once-0001"
    without = post(client, "/q/rut-lai", token=token)
    assert without.status_code == 422
    assert "đánh dấu" in text_of(without)
    for _ in range(2):
        assert post(client, "/q/rut-lai", token=token, sure="1", key=key).headers["Location"] == "/q/da-rut-lai"
    db.session.refresh(slip)
    assert slip.state is State.WITHDRAWN
    assert slip.client_code is None
    assert "Đã rút lại phiếu" in text_of(client.get("/q/da-rut-lai"))


def test_taking_back_a_slip_that_is_not_there_says_so(client, people):
    answer = post(client, "/q/rut-lai", token="0" * 26, sure="1")
    assert answer.status_code == 404


def test_whoever_sends_rubbish_slows_down_no_desk_that_scans_for_the_first_time(app, client, people):
    rubbish = [{"token": "0" * 26}, {"token": "x"}, {"number": "no-number"}, {"number": new_slip_number()}]
    for fields in rubbish * 8:
        post(app.test_client(), "/p", pin="9999 0000 0000", **fields)
    slip = issue(people)
    answer = post(client, "/p", token=token_of(slip), pin=people.desk.pin)
    assert answer.headers["Location"] == f"/tiep-nhan/{slip.code}"


def test_that_a_pin_is_right_is_told_only_together_with_a_slip_for_its_desk(app, people):
    slip = issue(people)
    for number in (new_slip_number(), "no-number"):
        cookies = set()
        for pin in (people.desk.pin, "1001 2345 6780"):
            stranger = app.test_client()
            post(stranger, "/p", number=number, pin=pin)
            cookies.add(stranger.get_cookie("may") is not None)
        assert cookies == {False}
    known = app.test_client()
    post(known, "/p", number=slip.number, pin=people.desk.pin)
    assert known.get_cookie("may") is not None


def test_who_has_a_pin_and_guesses_numbers_from_ever_new_browsers_is_slowed_down(app, people):
    def guess() -> int:
        return post(app.test_client(), "/p", number=new_slip_number(), pin=people.desk.pin).status_code

    answers = [guess() for _ in range(8)]
    assert answers[:4] == [422] * 4
    assert answers[-1] == 429
