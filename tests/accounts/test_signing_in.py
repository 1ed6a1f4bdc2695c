"""Signing in and out over HTTP: right, wrong, too often, with a second step, illustrative, and on leaving fast."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pyotp
import pytest
from argon2 import PasswordHasher
from sqlalchemy import func, select

from directory import clock
from directory.accounts import operations, paper_codes, sealing
from directory.accounts.models import Account, AuditEntry, RecoveryCode, Session
from directory.accounts.operations.inviting import totp_place
from directory.accounts.rules import FREE_FAILURES, Role
from directory.web.transaction import transaction
from tests.people import PASSPHRASE, post, sign_in

SEED = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def give(client, name="Sen", passphrase=PASSPHRASE, **more):
    return post(client, "/dang-nhap", **{"ten": name, "mat-khau": passphrase}, **more)


def sessions_count(session) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(Session))


def actions(session) -> list[str]:
    session.rollback()
    return list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.seq)))


@pytest.fixture
def with_codes(people, session) -> Account:
    """The coordinator with an authenticator app and one recovery code, and no passkey."""
    with transaction():
        account = session.get(Account, people.coordinator.account.id)
        account.passkeys.clear()
        account.totp_sealed = sealing.seal(SEED.encode(), totp_place(account))
        account.recovery_codes.append(RecoveryCode(code_hash=paper_codes.hash_of("0123456789abcdef")))
    return account


def code_at(moment) -> str:
    return pyotp.TOTP(SEED).at(moment)


def test_name_and_passphrase_open_the_page_that_was_asked_for(people, client, session):
    assert client.get("/tai-khoan").location == "/dang-nhap?ve=/tai-khoan"
    assert 'value="/tai-khoan"' in client.get("/dang-nhap?ve=/tai-khoan").get_data(as_text=True)
    answer = give(client, "  SEN ", ve="/tai-khoan")
    assert (answer.status_code, answer.location) == (303, "/tai-khoan")
    assert "Sen" in client.get("/tai-khoan").get_data(as_text=True)
    assert actions(session)[-1] == "account.signed_in"
    assert client.get("/dang-nhap").location == "/phieu"


@pytest.mark.parametrize(("who", "start"), [("Sen", "/phieu"), ("Tiếp nhận một", "/tiep-nhan")], ids=["peer", "staff"])
def test_each_role_has_its_start(people, client, who, start):
    assert give(client, who).location == start


@pytest.mark.parametrize(
    "ve", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "/"]
)
def test_nobody_is_sent_to_another_site(people, client, ve):
    assert give(client, ve=ve).location == "/phieu"


def test_an_unknown_name_and_a_wrong_passphrase_look_the_same(people, client):
    pages = []
    for name, passphrase in [("Sen", "sai rồi sai rồi"), ("Không Có", PASSPHRASE)]:
        answer = give(client, name, passphrase, key="k" * 32)
        assert answer.status_code == 422
        pages.append(re.sub(r'value="[^"]*"', "", answer.get_data(as_text=True)))
    assert pages[0] == pages[1]
    assert "Tên hoặc câu mật khẩu không đúng." in pages[0]
    assert PASSPHRASE not in pages[1]


@pytest.mark.parametrize(
    "fields", [{}, {"ten": "Sen"}, {"mat-khau": PASSPHRASE}, {"ten": "Sen", "mat-khau": "x" * 999}]
)
def test_an_unfinished_form_says_what_is_missing(people, client, fields):
    answer = post(client, "/dang-nhap", **fields)
    assert answer.status_code == 422
    assert "Còn chỗ chưa xong" in answer.get_data(as_text=True)


def test_a_disabled_account_looks_like_a_wrong_passphrase(people, client, session):
    with transaction():
        session.get(Account, people.peer.account.id).disabled_at = clock.now()
    assert give(client).status_code == 422


def test_guessing_gets_slow_and_says_for_how_long(people, client, session):
    for _ in range(FREE_FAILURES):
        assert give(client, passphrase="sai rồi sai rồi").status_code == 422
    answer = give(client)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) in {1, 2}
    assert "Không có gì bị khoá" in answer.get_data(as_text=True)
    assert actions(session).count("account.sign_in_failed") == FREE_FAILURES


def test_strangers_cannot_slow_down_a_browser_that_signed_in_before(people, app, client):
    assert give(client).status_code == 303
    post(client, "/dang-xuat")
    stranger = app.test_client()
    for _ in range(FREE_FAILURES):
        give(stranger, passphrase="sai rồi sai rồi")
    assert give(stranger).status_code == 429
    assert give(client).status_code == 303


def test_signing_out_ends_the_session_on_the_server(people, client, app, session):
    give(client)
    cookie = client.get_cookie("phien").value
    assert post(client, "/dang-xuat").location == "/"
    assert sessions_count(session) == 0
    thief = app.test_client()
    thief.set_cookie("phien", cookie)
    assert thief.get("/tai-khoan").status_code == 303
    assert post(client, "/dang-xuat").status_code == 303
    assert actions(session)[-1] == "session.ended"


def test_leaving_fast_ends_the_session_on_the_server(people, client, session):
    give(client)
    answer = client.get("/thoat")
    assert answer.status_code == 303
    assert not answer.location.startswith("/")
    assert sessions_count(session) == 0


def test_leaving_fast_works_when_the_database_does_not_answer(people, app, client):
    give(client)

    def fail():
        raise OSError("gone")

    app.extensions["when_leaving"] = [fail]
    assert client.get("/thoat").status_code == 303


def test_a_new_session_never_takes_over_an_old_identifier(people, client):
    give(client)
    with client.session_transaction() as cookie:
        first = cookie["id"]
    sign_in(client, people.peer)
    give(client)
    with client.session_transaction() as cookie:
        assert cookie["id"] != first


def test_an_idle_and_an_old_session_are_over(people, client, session, monkeypatch):
    give(client)
    later = clock.now() + timedelta(minutes=16)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert client.get("/tai-khoan").status_code == 303


def test_who_must_have_a_second_factor_sets_it_up_before_anything_else(people, client, session):
    with transaction():
        session.get(Account, people.coordinator.account.id).passkeys.clear()
    assert give(client, "Điều phối một").location == "/tai-khoan/buoc-hai"
    assert client.get("/tai-khoan/buoc-hai").status_code == 200
    sign_in_page = client.get("/tai-khoan").get_data(as_text=True)
    assert "Thêm ngay" in sign_in_page
    assert 'href="/dieu-phoi"' not in sign_in_page


def test_the_second_step_asks_for_a_code_and_each_works_once(with_codes, client, session, app):
    answer = give(client, "Điều phối một", ve="/tai-khoan")
    assert answer.location == "/dang-nhap/buoc-hai?ve=/tai-khoan"
    assert client.get("/tai-khoan").status_code == 303, "half in is not in"
    assert client.get("/dang-nhap/buoc-hai").status_code == 200
    assert post(client, "/dang-nhap/buoc-hai", ma="000000").status_code == 422
    code = code_at(clock.now())
    assert post(client, "/dang-nhap/buoc-hai", ma=f" {code[:3]} {code[3:]}", ve="/tai-khoan").location == "/tai-khoan"
    other = app.test_client()
    give(other, "Điều phối một")
    assert post(other, "/dang-nhap/buoc-hai", ma=code).status_code == 422


def test_a_clock_that_is_half_a_minute_off_does_no_harm(with_codes, client):
    for offset in (-30, 30):
        give(client, "Điều phối một")
        assert (
            post(client, "/dang-nhap/buoc-hai", ma=code_at(clock.now() + timedelta(seconds=offset))).status_code == 303
        )


def test_a_recovery_code_stands_in_once(with_codes, client, session):
    give(client, "Điều phối một")
    assert post(client, "/dang-nhap/buoc-hai", ma="0123-4567 89AB CDEF").status_code == 303
    assert "account.recovery_code_used" in actions(session)
    post(client, "/dang-xuat")
    give(client, "Điều phối một")
    assert post(client, "/dang-nhap/buoc-hai", ma="0123456789abcdef").status_code == 422


def test_codes_cannot_be_tried_through(with_codes, client):
    give(client, "Điều phối một")
    statuses = [post(client, "/dang-nhap/buoc-hai", ma=f"{n:06}").status_code for n in range(FREE_FAILURES + 3)]
    assert statuses == [422] * FREE_FAILURES + [429] * 3


@pytest.mark.parametrize("sent", ["get", "post"])
def test_the_second_step_alone_leads_back_to_the_first(people, client, sent):
    answer = client.get("/dang-nhap/buoc-hai") if sent == "get" else post(client, "/dang-nhap/buoc-hai", ma="123456")
    assert answer.location == "/dang-nhap"


def test_half_way_ends_after_ten_minutes_and_with_the_passphrase(with_codes, client, session, monkeypatch):
    give(client, "Điều phối một")
    with transaction():
        session.get(Account, with_codes.id).passphrase_hash = "another"
    assert client.get("/dang-nhap/buoc-hai").status_code == 303
    with transaction():
        session.get(Account, with_codes.id).passphrase_hash = with_codes.passphrase_hash
    later = clock.now() + timedelta(minutes=11)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert client.get("/dang-nhap/buoc-hai").status_code == 303


@pytest.fixture
def demo_account(people):
    from directory.accounts.demo import DEMO_ACCOUNTS

    demo = DEMO_ACCOUNTS[2]
    with transaction():
        operations.make_account(
            demo.name,
            demo.passphrase,
            operations.Invited(Role.COORDINATOR, area_ids=frozenset({people.area.id})),
            is_demo=True,
            totp_seed=demo.totp_seed,
        )
    return demo


def test_an_illustrative_account_is_shown_and_opens_on_the_machine_itself(demo_account, client):
    assert demo_account.passphrase in client.get("/dang-nhap").get_data(as_text=True)
    assert give(client, demo_account.name, demo_account.passphrase).location == "/dang-nhap/buoc-hai"
    shown = re.search(r'class="number">(\d{6})<', client.get("/dang-nhap/buoc-hai").get_data(as_text=True))[1]
    assert post(client, "/dang-nhap/buoc-hai", ma=shown).location == "/dieu-phoi"


@pytest.mark.parametrize(
    "way",
    [
        {"environ_overrides": {"REMOTE_ADDR": "192.0.2.7"}},
        {"headers": {"X-Forwarded-For": "127.0.0.1"}},
        {"headers": {"Forwarded": "for=127.0.0.1"}},
    ],
    ids=["from afar", "through a proxy", "through another proxy"],
)
def test_an_illustrative_account_opens_nowhere_else(demo_account, client, way):
    from tests.people import guard

    assert demo_account.passphrase not in client.get("/dang-nhap", **way).get_data(as_text=True)
    fields = {"ten": demo_account.name, "mat-khau": demo_account.passphrase, **guard(client)}
    assert client.post("/dang-nhap", data=fields, **way).status_code == 422


def test_pages_of_signing_in_are_kept_by_no_cache(people, client):
    for path in ("/dang-nhap", "/moi"):
        assert client.get(path).headers["Cache-Control"] == "no-store"
    give(client)
    assert client.get("/tai-khoan").headers["Cache-Control"] == "no-store"


def test_of_many_who_use_one_time_code_at_once_one_is_in(with_codes, app, session):
    clients = [app.test_client() for _ in range(4)]
    for one in clients:
        give(one, "Điều phối một")
    code = code_at(clock.now())
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda one: post(one, "/dang-nhap/buoc-hai", ma=code).status_code, clients))
    assert sorted(answers) == [303, 422, 422, 422]
    assert sessions_count(session) == 1


def test_guesses_sent_at_once_are_looked_at_no_more_often_than_one_by_one(people, app, session):
    def guess(_number: int) -> int:
        return give(app.test_client(), passphrase="sai rồi sai rồi").status_code

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(guess, range(12)))
    assert answers.count(422) <= FREE_FAILURES + 1, "the tries may take longer than the first wait"
    assert set(answers) == {422, 429}


def test_a_hash_of_weaker_days_is_made_anew_at_the_next_sign_in(people, app, client, session):
    before = session.get(Account, people.peer.account.id).passphrase_hash
    app.extensions["argon2"] = PasswordHasher(2, 16, 1)
    assert give(client).status_code == 303
    session.rollback()
    after = session.get(Account, people.peer.account.id).passphrase_hash
    assert (before.split("$")[3], after.split("$")[3]) == ("m=8,t=1,p=1", "m=16,t=2,p=1")


@pytest.mark.parametrize(
    ("who", "paths"),
    [
        ("peer", ["/phieu", "/tiep-can", "/phieu/cuon", "/de-nghi", "/tai-khoan"]),
        ("staff", ["/tiep-nhan", "/p", "/de-nghi", "/tai-khoan"]),
        ("desk", ["/p"]),
        ("coordinator", ["/dieu-phoi", "/bao-cao", "/phieu/cuon", "/dieu-phoi/tai-khoan", "/tai-khoan"]),
        ("administrator", ["/dieu-phoi/tai-khoan", "/tai-khoan"]),
    ],
)
def test_everybody_signed_in_finds_her_pages_and_each_of_them_opens(people, client, who, paths):
    sign_in(client, getattr(people, who))
    row = re.search(r'<nav class="own".*?</nav>', client.get("/khan-cap").get_data(as_text=True), re.DOTALL)[0]
    assert re.findall(r'href="([^"]+)"', row) == paths
    assert [client.get(path).status_code for path in paths] == [200] * len(paths)


def test_nobody_else_sees_such_a_row(people, client):
    assert 'class="own"' not in client.get("/khan-cap").get_data(as_text=True)


class Meanwhile(PasswordHasher):
    """A hasher that compares so slowly that somebody else does something meanwhile."""

    act = staticmethod(lambda: None)

    def verify(self, *compared) -> bool:
        is_right = super().verify(*compared)
        with transaction():
            self.act()
        return is_right


@pytest.mark.parametrize("verb", ["reset", "disable", "change_passphrase"])
def test_who_is_reset_while_a_passphrase_is_compared_is_in_nowhere_afterwards(app, client, people, session, verb):
    def act():
        account = session.get_one(Account, people.peer.account.id)
        if verb == "change_passphrase":
            operations.change_passphrase(account, "một câu hoàn toàn khác")
        else:
            getattr(operations, verb)(people.coordinator.actor, account)

    app.extensions["argon2"] = Meanwhile(1, 8, 1)
    app.extensions["argon2"].act = act
    assert give(client).status_code == 422
    assert sessions_count(session) == 0
    assert client.get("/phieu").status_code == 303


def test_who_is_reset_between_both_steps_is_not_let_in_by_the_second(client, people, session, with_codes):
    assert give(client, "Điều phối một").headers["Location"] == "/dang-nhap/buoc-hai"
    with transaction():
        operations.reset(people.administrator.actor, session.get_one(Account, with_codes.id))
    answer = post(client, "/dang-nhap/buoc-hai", ma=code_at(clock.now()))
    assert answer.headers["Location"] == "/dang-nhap"
    assert sessions_count(session) == 0
