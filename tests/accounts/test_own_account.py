"""One's own account: signed-in browsers, passphrase, one-time codes, recovery codes; who must prove it is her."""

import re
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import func, select, update

from directory import clock
from directory.accounts import operations
from directory.accounts.models import Account, AuditEntry, RecoveryCode, Session
from directory.accounts.operations import Invited
from directory.accounts.passphrases import matches
from directory.accounts.rules import Role
from directory.web.transaction import transaction
from tests.people import PASSPHRASE, guard, post, sign_in

NEW = "năm con vịt lội qua mương"


@pytest.fixture
def peer(people, client):
    sign_in(client, people.peer)
    return people.peer


def text_of(client, path: str) -> str:
    return client.get(path).get_data(as_text=True)


def hidden(text: str, name: str) -> str:
    return re.search(rf'name="{name}"[^>]*value="([^"]+)"', text)[1]


def make_proof_old() -> None:
    with transaction():
        from directory.extensions import db

        db.session.execute(update(Session).values(proven_at=clock.now() - timedelta(minutes=6)))


def test_the_list_shows_each_browser_and_ends_one(peer, people, client, app, session):
    other = app.test_client()
    sign_in(other, people.peer)
    shown = text_of(client, "/tai-khoan")
    assert (shown.count("Máy này"), shown.count("Máy khác")) == (1, 1)
    path = re.search(r'action="(/tai-khoan/phien/\w+/ket-thuc)"', shown)[1]
    assert post(client, path).location == "/tai-khoan"
    assert other.get("/tai-khoan").status_code == 303
    assert client.get("/tai-khoan").status_code == 200


def test_all_other_browsers_are_ended_at_once(peer, people, client, app):
    others = [app.test_client() for _ in range(3)]
    for other in others:
        sign_in(other, people.peer)
    assert post(client, "/tai-khoan/phien/ket-thuc-khac").status_code == 303
    assert [other.get("/tai-khoan").status_code for other in others] == [303] * 3
    assert client.get("/tai-khoan").status_code == 200


def test_nobody_ends_the_session_of_another_account(peer, people, client, app, session):
    other = app.test_client()
    sign_in(other, people.colleague)
    code = session.scalars(select(Session.code).where(Session.account_id == people.colleague.account.id)).one()
    assert post(client, f"/tai-khoan/phien/{code}/ket-thuc").status_code == 404
    assert other.get("/tai-khoan").status_code == 200


def test_a_session_that_is_over_is_not_in_the_list(peer, people, client, session):
    with transaction():
        session.add(
            Session(id_hash=b"1", account_id=people.peer.account.id, seen_at=clock.now() - timedelta(minutes=16))
        )
    assert "Máy khác" not in text_of(client, "/tai-khoan")


@pytest.mark.parametrize(
    "path", ["/tai-khoan/mat-khau", "/tai-khoan/ma-mot-lan", "/tai-khoan/khoa", "/tai-khoan/ma-du-phong"]
)
def test_what_matters_asks_for_the_passphrase_anew(peer, client, path):
    make_proof_old()
    assert client.get(path).location == f"/tai-khoan/xac-nhan?ve={path}"
    assert hidden(text_of(client, f"/tai-khoan/xac-nhan?ve={path}"), "ve") == path
    assert post(client, "/tai-khoan/xac-nhan", **{"mat-khau": "sai rồi sai rồi", "ve": path}).status_code == 422
    assert post(client, "/tai-khoan/xac-nhan", **{"mat-khau": PASSPHRASE, "ve": path}).location == path
    assert client.get(path).status_code == 200


@pytest.mark.parametrize(
    "path", ["/tai-khoan/mat-khau", "/tai-khoan/ma-mot-lan", "/tai-khoan/ma-mot-lan/bo", "/tai-khoan/khoa/1/bo"]
)
def test_a_form_sent_without_that_proof_changes_nothing(peer, client, path, session):
    make_proof_old()
    answer = post(client, path, **{"mat-khau-moi": NEW, "nhap-lai": NEW})
    assert answer.location == "/tai-khoan/xac-nhan?ve=/tai-khoan"


def test_a_new_passphrase_signs_out_every_other_browser(peer, people, client, app, session):
    other = app.test_client()
    sign_in(other, people.peer)
    answer = post(client, "/tai-khoan/mat-khau", **{"mat-khau-moi": NEW, "nhap-lai": NEW})
    assert answer.location == "/tai-khoan"
    assert matches(session.get(Account, people.peer.account.id).passphrase_hash, NEW)
    assert other.get("/tai-khoan").status_code == 303
    assert client.get("/tai-khoan").status_code == 200


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        ("", "", "Hãy chọn một câu mật khẩu."),
        (NEW, "khác rồi khác rồi", "Hai lần gõ không giống nhau."),
        ("ngắn", "ngắn", "ít nhất 12 ký tự"),
        ("matkhau123456", "matkhau123456", "rất dễ đoán"),
    ],
)
def test_a_passphrase_that_will_not_do_is_said_at_its_field(peer, client, session, first, second, said):
    answer = post(client, "/tai-khoan/mat-khau", **{"mat-khau-moi": first, "nhap-lai": second})
    assert answer.status_code == 422
    assert said in answer.get_data(as_text=True)
    assert matches(session.get(Account, peer.account.id).passphrase_hash, PASSPHRASE)


def set_up_codes(client) -> str:
    """Set up one-time codes as a person does and return the seed."""
    shown = text_of(client, "/tai-khoan/ma-mot-lan")
    seed = re.search(r'class="seed">([A-Z2-7 ]+)<', shown)[1].replace(" ", "")
    code = pyotp.TOTP(seed).at(clock.now())
    assert post(client, "/tai-khoan/ma-mot-lan", ma=code, kem=hidden(shown, "kem")).status_code == 303
    return seed


def test_one_time_codes_are_set_up_by_typing_one(peer, people, client, session):
    shown = text_of(client, "/tai-khoan/ma-mot-lan")
    assert "<svg" in shown
    assert "otpauth://totp/So%20dia%20chi" in shown
    wrong = post(client, "/tai-khoan/ma-mot-lan", ma="000000", kem=hidden(shown, "kem"))
    assert wrong.status_code == 422
    seed = re.search(r'class="seed">([A-Z2-7 ]+)<', shown)[1]
    assert seed in wrong.get_data(as_text=True), "the app already holds this one"
    seed = set_up_codes(client)
    account = session.get(Account, people.peer.account.id)
    assert seed.encode() not in account.totp_sealed
    assert account.has_second_factor


def test_a_seed_of_another_account_or_of_long_ago_is_not_taken(peer, people, client, session, monkeypatch):
    shown = text_of(client, "/tai-khoan/ma-mot-lan")
    carried = hidden(shown, "kem")
    for stale in ("", "rubbish", carried[:-4] + "AAAA"):
        assert post(client, "/tai-khoan/ma-mot-lan", ma="123456", kem=stale).location == "/tai-khoan/ma-mot-lan"
    sign_in(client, people.colleague)
    assert post(client, "/tai-khoan/ma-mot-lan", ma="123456", kem=carried).location == "/tai-khoan/ma-mot-lan"


def test_recovery_codes_count_once_she_says_that_she_has_them(peer, people, client, session):
    set_up_codes(client)
    shown = text_of(client, "/tai-khoan/ma-du-phong")
    codes = re.findall(r"<code>([0-9A-Z-]{19})</code>", shown)
    assert len(set(codes)) == 10
    assert session.scalar(select(func.count()).select_from(RecoveryCode)) == 0
    assert post(client, "/tai-khoan/ma-du-phong", kem=hidden(shown, "kem")).location == "/tai-khoan"
    assert "Mã dự phòng còn dùng được: 10" in text_of(client, "/tai-khoan")
    post(client, "/dang-xuat")
    post(client, "/dang-nhap", **{"ten": "Sen", "mat-khau": PASSPHRASE})
    assert post(client, "/dang-nhap/buoc-hai", ma=codes[3].lower()).status_code == 303
    assert "Mã dự phòng còn dùng được: 9" in text_of(client, "/tai-khoan")


def test_new_recovery_codes_take_the_place_of_the_old(peer, client, session):
    for _ in range(2):
        shown = text_of(client, "/tai-khoan/ma-du-phong")
        post(client, "/tai-khoan/ma-du-phong", kem=hidden(shown, "kem"))
    assert session.scalar(select(func.count()).select_from(RecoveryCode)) == 10


def test_a_peer_may_take_her_second_factor_away(peer, people, client, session):
    set_up_codes(client)
    assert post(client, "/tai-khoan/ma-mot-lan/bo").location == "/tai-khoan"
    assert not session.get(Account, people.peer.account.id).has_second_factor


def test_a_coordinator_may_not_take_her_last_one_away(people, client, session):
    sign_in(client, people.coordinator)
    account = session.get(Account, people.coordinator.account.id)
    passkey_id = account.passkeys[0].id
    assert post(client, f"/tai-khoan/khoa/{passkey_id}/bo").status_code == 409
    set_up_codes(client)
    assert post(client, f"/tai-khoan/khoa/{passkey_id}/bo").status_code == 303
    assert post(client, "/tai-khoan/ma-mot-lan/bo").status_code == 409


def test_nobody_takes_away_the_passkey_of_another(peer, people, client, session):
    passkey_id = session.get(Account, people.coordinator.account.id).passkeys[0].id
    assert post(client, f"/tai-khoan/khoa/{passkey_id}/bo").status_code == 404


@pytest.mark.parametrize("answer", ["", "{}", "[]", "rubbish", '{"rawId": 7}', '{"rawId": "AA", "response": {}}'])
def test_a_made_up_passkey_is_refused(peer, client, answer):
    shown = text_of(client, "/tai-khoan/khoa")
    assert "không dùng được khoá truy cập" in shown, "the address of the tests is a number"
    refused = post(client, "/tai-khoan/khoa", **{"tra-loi": answer, "kem": "x"})
    assert refused.status_code == 422


@pytest.mark.parametrize("answer", ["{}", "[]", "rubbish", '{"rawId": "AA"}', '{"rawId": 5}'])
def test_a_made_up_answer_of_a_passkey_signs_nobody_in(people, client, answer):
    post(client, "/dang-nhap", **{"ten": "Điều phối một", "mat-khau": PASSPHRASE})
    assert post(client, "/dang-nhap/buoc-hai", **{"tra-loi": answer, "kem": "x"}).status_code == 422
    assert client.get("/tai-khoan").status_code == 303


def test_a_desk_has_no_account_to_look_after(people, client):
    sign_in(client, people.desk)
    assert client.get("/tai-khoan").status_code == 403


@pytest.fixture
def secret(people) -> str:
    with transaction():
        return operations.invite(people.coordinator.actor, Invited(Role.PEER_EDUCATOR, group_id=people.group.id))[1]


CHOSEN = {"ten": "Hoa Sữa", "mat-khau-moi": NEW, "nhap-lai": NEW}


def test_an_invitation_leads_to_an_account_and_into_it(secret, client):
    assert client.get("/moi").status_code == 200
    shown = post(client, "/moi", ma=secret.upper())
    assert shown.status_code == 200
    assert "Đồng đẳng viên" in shown.get_data(as_text=True)
    assert post(client, "/moi/xong", ma=secret, **CHOSEN).location == "/phieu"
    assert "Hoa Sữa" in text_of(client, "/tai-khoan")


def test_a_wrong_code_and_a_used_one_look_the_same(secret, client):
    post(client, "/moi/xong", ma=secret, **CHOSEN)
    post(client, "/dang-xuat")
    pages = [post(client, path, ma=code) for code in (secret, "0000-0000-0000-0000") for path in ("/moi", "/moi/xong")]
    assert [page.status_code for page in pages] == [422] * 4
    assert all("đã dùng rồi" in page.get_data(as_text=True) for page in pages)


def test_a_double_tap_makes_one_account(secret, app, client, session):
    fields = {"ma": secret, **CHOSEN}
    first = post(client, "/moi/xong", key="a" * 32, **fields)
    again = app.test_client()
    second = again.post("/moi/xong", data=fields | guard(again, "a" * 32))
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location
    assert session.scalar(select(func.count()).select_from(Account).where(Account.name == "Hoa Sữa")) == 1


def test_what_will_not_do_is_said_and_the_code_still_works(secret, client):
    taken = post(client, "/moi/xong", ma=secret, **(CHOSEN | {"ten": "Sen"}))
    assert taken.status_code == 422
    assert "Tên này đã có người dùng" in taken.get_data(as_text=True)
    assert post(client, "/moi/xong", ma=secret, **(CHOSEN | {"nhap-lai": "khác"})).status_code == 422
    assert post(client, "/moi/xong", ma=secret, **CHOSEN).status_code == 303


def test_after_a_reset_the_name_stays_and_the_passphrase_is_new(people, client, session):
    with transaction():
        secret = operations.reset(people.coordinator.actor, session.get(Account, people.peer.account.id))
    assert post(client, "/dang-nhap", **{"ten": "Sen", "mat-khau": PASSPHRASE}).status_code == 422
    assert "Sen" in post(client, "/moi", ma=secret).get_data(as_text=True)
    assert post(client, "/moi/xong", ma=secret, **(CHOSEN | {"ten": "Sen"})).status_code == 303
    assert "<b>Sen</b>" in text_of(client, "/tai-khoan")


def test_everything_that_matters_is_in_the_audit(peer, people, client, session):
    set_up_codes(client)
    post(client, "/tai-khoan/ma-mot-lan/bo")
    post(client, "/tai-khoan/mat-khau", **{"mat-khau-moi": NEW, "nhap-lai": NEW})
    session.rollback()
    seen = session.execute(
        select(AuditEntry.action, AuditEntry.object_uuid).where(AuditEntry.actor == peer.actor.key).order_by("seq")
    ).all()
    assert [action for action, _uuid in seen][-3:] == [
        "account.totp_set_up",
        "account.totp_removed",
        "account.passphrase_changed",
    ]
    assert {uuid for _action, uuid in seen[-3:]} == {people.peer.account.uuid}
