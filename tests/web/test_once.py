"""A form that is sent twice acts once, whoever sends it again and whenever."""

import hashlib
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import redirect, request
from sqlalchemy import func, inspect, select

from directory.catalogue.models import CatalogueChange
from directory.errors import Conflict
from directory.extensions import db
from directory.web.access import public
from directory.web.models import StoredAnswer
from directory.web.once import writes_once
from tests.people import post, sign_in

KEY = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def sent(app):
    """The application with a form that notes a change and leads to it; ``sai`` is shown again, ``tranh`` raises."""

    def act():
        note = CatalogueChange()
        db.session.add(note)
        db.session.flush()
        if request.form.get("viec") == "sai":
            return "xem lại", 422
        if request.form.get("viec") == "tranh":
            raise Conflict("Người khác vừa sửa.")
        return redirect(f"/_thu/{note.seq}", code=303)

    app.add_url_rule("/_thu", "act", public(writes_once(act)), methods=["POST"])
    app.add_url_rule("/_thu/khac", "act_too", public(writes_once(act)), methods=["POST"])
    return app.test_client()


def acts() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(CatalogueChange))


def answers() -> list[StoredAnswer]:
    return list(db.session.scalars(select(StoredAnswer)))


def test_the_same_form_again_gets_the_first_answer_and_does_nothing(sent):
    before = acts()
    first, again = (post(sent, "/_thu", key=KEY, viec="lập") for _ in range(2))
    assert (first.status_code, first.location) == (again.status_code, again.location)
    assert first.status_code == 303
    assert acts() == before + 1


def test_a_new_key_is_a_new_act(sent):
    before = acts()
    first, second = (post(sent, "/_thu", viec="lập") for _ in range(2))
    assert first.location != second.location
    assert acts() == before + 2


@pytest.mark.parametrize(
    "change", [{"viec": "khác"}, {"viec": "lập", "thêm": "1"}, {"viec": ["lập", "lập"]}, {}, {"path": "/_thu/khac"}]
)
def test_the_same_key_with_another_body_or_address_is_refused_and_the_first_stands(sent, change):
    before = acts()
    post(sent, "/_thu", key=KEY, viec="lập")
    other = post(sent, change.pop("path", "/_thu"), key=KEY, **(change or {"lập": "viec"}))
    assert other.status_code == 422
    assert "Lần gửi đầu vẫn giữ nguyên" in other.get_data(as_text=True)
    assert acts() == before + 1


@pytest.mark.parametrize("key", ["ngắn", "x" * 65, "A" * 32, "0123456789abcdef' OR 1=1", " " * 32])
def test_a_form_without_a_right_key_does_nothing(sent, key):
    before = acts()
    assert post(sent, "/_thu", key=key, viec="lập").status_code == 422
    assert acts() == before


def test_a_form_shown_again_with_errors_has_done_nothing_and_keeps_its_key(sent):
    before = acts()
    assert post(sent, "/_thu", key=KEY, viec="sai").status_code == 422
    assert (acts(), answers()) == (before, [])
    assert post(sent, "/_thu", key=KEY, viec="lập").status_code == 303
    assert acts() == before + 1


def test_an_act_that_failed_is_not_kept_as_an_answer(sent):
    before = acts()
    assert post(sent, "/_thu", key=KEY, viec="tranh").status_code == 409
    assert (acts(), answers()) == (before, [])


def test_the_key_of_one_person_is_nothing_to_another(app, sent, people):
    before = acts()
    other = app.test_client()
    sign_in(sent, people.peer)
    sign_in(other, people.colleague)
    assert post(sent, "/_thu", key=KEY, viec="lập").location != post(other, "/_thu", key=KEY, viec="lập").location
    assert acts() == before + 2


def test_what_is_stored_of_an_answer_is_status_and_address_and_no_body(sent):
    post(sent, "/_thu", key=KEY, viec="ma-khach-hang")
    (answer,) = answers()
    assert {column.key for column in inspect(StoredAnswer).columns} == {
        *("id", "actor", "form_key", "body_hash", "status", "location", "created_at")
    }
    plain = repr(("/_thu", [("viec", "ma-khach-hang")])).encode()
    assert answer.body_hash not in {hashlib.sha256(text).digest() for text in (plain, b"form\0" + plain)}
    assert "ma-khach-hang" not in repr([getattr(answer, c.key) for c in inspect(StoredAnswer).columns])


def test_eight_at_once_act_once_and_all_get_the_one_answer(app, sent, people):
    before = acts()
    db.session.rollback()
    sign_in(sent, people.peer)
    with sent.session_transaction() as cookie:
        identifier = cookie["id"]
    together = threading.Barrier(8)

    def send(key: str):
        client = app.test_client()
        with client.session_transaction() as cookie:
            cookie["id"] = identifier
        together.wait()
        answer = post(client, "/_thu", key=key, viec="lập")
        return answer.status_code, answer.location

    for round_ in range(10):
        with ThreadPoolExecutor(8) as pool:
            got = set(pool.map(send, [f"{round_:032}"] * 8))
        assert len(got) == 1
        assert got.pop()[0] == 303
    assert acts() == before + 10
