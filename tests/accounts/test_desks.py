"""The desk of a site without accounts: its PIN, how it is changed, and how wrong ones are slowed."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from directory import clock
from directory.accounts import audit, desks
from directory.accounts.models import Desk, Session
from directory.errors import Invalid, TooSoon
from directory.extensions import db
from directory.web.transaction import transaction
from tests.people import sign_in


@pytest.fixture
def try_pin(app):
    """Try a PIN as a request from this machine would; ``headers`` are what a proxy adds."""

    def attempt(pin, *, now=None, headers=None, remote_addr="127.0.0.1"):
        with app.test_request_context(headers=headers, environ_base={"REMOTE_ADDR": remote_addr}):
            return desks.check_pin(pin, now or clock.now())

    return attempt


def new_pin(people, site, **options):
    with transaction():
        return desks.set_pin(people.coordinator.actor, site.id, **options)


def test_a_pin_opens_the_desk_of_its_site_however_it_is_grouped(people, try_pin):
    pin = new_pin(people, people.site)
    for typed in (pin, desks.grouped(pin), "-".join(pin), pin.translate({48 + i: 0xFF10 + i for i in range(10)})):
        assert try_pin(typed).site_id == people.site.id


@pytest.mark.parametrize("typed", ["", "1", "0" * 11, "0" * 13, "mười hai chữ số", "1001 2345 6780", "٠" * 12])
def test_what_opens_no_desk_gets_one_and_the_same_answer(people, try_pin, typed):
    with pytest.raises(Invalid) as wrong:
        try_pin(typed)
    with pytest.raises(Invalid) as unknown:
        try_pin("9999 0000 0000")
    assert (wrong.value.message, wrong.value.what_now) == (unknown.value.message, unknown.value.what_now)


def test_a_new_pin_keeps_the_first_four_digits_and_shuts_out_the_old_one_and_who_came_in_by_it(people, client, try_pin):
    sign_in(client, people.desk)
    pin = new_pin(people, people.site)
    assert pin[:4] == people.desk.pin[:4]
    assert db.session.scalar(select(func.count()).where(Session.desk_id == people.desk.desk.id)) == 0
    with pytest.raises(Invalid):
        try_pin(people.desk.pin)
    assert try_pin(pin).id == people.desk.desk.id


def test_no_secret_digit_is_kept(people):
    pin = new_pin(people, people.site)
    desk = db.session.get_one(Desk, people.desk.desk.id)
    assert pin[4:] not in desk.pin_hash
    assert desk.pin_hash.startswith("$argon2id$")


def test_wrong_pins_are_slowed_and_the_right_one_still_opens_after_the_wait(people, try_pin):
    now = clock.now()
    wrong = people.desk.pin[:-1] + "0"
    for _ in range(5):
        with pytest.raises(Invalid):
            try_pin(wrong, now=now)
    for _ in range(20):
        with pytest.raises(TooSoon):
            try_pin(people.desk.pin, now=now)
    assert try_pin(people.desk.pin, now=now + timedelta(seconds=30)).id == people.desk.desk.id


def test_another_desk_is_not_slowed_by_somebody_guessing_at_this_one(people, try_pin):
    now = clock.now()
    for _ in range(5):
        with pytest.raises(Invalid):
            try_pin(people.desk.pin[:-1] + "0", now=now)
    assert try_pin(people.other_desk.pin, now=now).id == people.other_desk.desk.id


@pytest.mark.parametrize(
    ("headers", "remote_addr", "opens"),
    [
        ({}, "127.0.0.1", True),
        ({}, "::1", True),
        ({"X-Forwarded-For": "127.0.0.1"}, "127.0.0.1", False),
        ({"Forwarded": "for=127.0.0.1"}, "127.0.0.1", False),
        ({}, "10.0.0.7", False),
        ({"Host": "127.0.0.1:8000"}, "127.0.0.1", True),
        ({"Host": "[::1]:8000"}, "::1", True),
        ({"Host": "so.example"}, "127.0.0.1", False),
        ({"Host": "127.0.0.1.so.example:8000"}, "127.0.0.1", False),
        ({"Host": "[x"}, "127.0.0.1", False),
    ],
)
def test_an_illustrative_pin_opens_only_on_the_machine_itself(people, try_pin, headers, remote_addr, opens):
    with transaction():
        db.session.delete(db.session.get_one(Desk, people.desk.desk.id))
    pin = new_pin(people, people.site, pin="0001 2468 1357", is_demo=True)
    assert pin == "000124681357"
    if opens:
        assert try_pin(pin, headers=headers, remote_addr=remote_addr).is_demo
    else:
        with pytest.raises(Invalid):
            try_pin(pin, headers=headers, remote_addr=remote_addr)


def test_who_set_a_pin_and_which_desk_came_in_is_in_the_audit(people, try_pin):
    try_pin(new_pin(people, people.site))
    rows = db.session.execute(select(audit.AuditEntry.action, audit.AuditEntry.actor).order_by(audit.AuditEntry.seq))
    assert [tuple(row) for row in rows] == [
        ("desk.pin_set", people.coordinator.actor.key),
        ("desk.signed_in", people.desk.actor.key),
    ]


def test_a_desk_that_is_taken_away_opens_nothing_more(people, try_pin):
    with transaction():
        desks.remove(people.coordinator.actor, db.session.get_one(Desk, people.desk.desk.id))
    with pytest.raises(Invalid):
        try_pin(people.desk.pin)
