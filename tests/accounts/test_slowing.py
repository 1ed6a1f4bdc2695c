"""Guessing gets slow, nobody is locked out, and strangers cannot slow down a browser that is known."""

from datetime import timedelta

import pytest
from flask import session as cookie_session
from sqlalchemy import select

from directory import clock
from directory.accounts import devices, slowing
from directory.accounts.models import Slowdown
from directory.accounts.rules import FREE_FAILURES, LONGEST_WAIT_S, wait_after
from directory.errors import TooSoon
from directory.web.transaction import transaction

PARTS = ("sign-in", "hoa-sen", None)
NOW = clock.now()


def fail(times: int, now=NOW) -> None:
    for _ in range(times):
        slowing.failed(PARTS, now)


def test_a_few_slips_of_the_finger_cost_nothing(app):
    fail(FREE_FAILURES - 1)
    assert slowing.wait_s(PARTS, NOW) == 0


def test_each_further_failure_waits_longer_but_never_long(app):
    fail(FREE_FAILURES)
    waits = [slowing.wait_s(PARTS, NOW)]
    for _ in range(5):
        fail(1)
        waits.append(slowing.wait_s(PARTS, NOW))
    assert waits == [2, 4, 8, 16, LONGEST_WAIT_S, LONGEST_WAIT_S]


def test_a_try_made_too_early_is_refused_and_not_counted(app):
    fail(FREE_FAILURES)
    for _ in range(50):
        with pytest.raises(TooSoon) as refused:
            slowing.begin_try(PARTS, NOW)
        assert refused.value.wait_s == 2
    slowing.begin_try(PARTS, NOW + timedelta(seconds=2))


def test_many_tries_at_once_are_no_more_than_one_after_the_other(app):
    begun = 0
    for _ in range(40):
        try:
            slowing.begin_try(PARTS, NOW)
            begun += 1
        except TooSoon:
            pass
    assert begun == FREE_FAILURES


def test_success_forgets_the_failures(app):
    fail(20)
    with transaction():
        slowing.succeeded(PARTS)
    assert slowing.wait_s(PARTS, NOW) == 0


def test_after_a_quarter_of_an_hour_all_is_forgotten(app, session):
    fail(20)
    later = NOW + timedelta(minutes=15, seconds=1)
    assert slowing.wait_s(PARTS, later) == 0
    slowing.failed(PARTS, later)
    assert session.scalars(select(Slowdown.failures)).one() == 1


def test_a_failure_stays_counted_when_the_callers_work_is_undone(app):
    def guess():
        with transaction():
            slowing.failed(PARTS, NOW)
            raise TooSoon(1)

    for _ in range(FREE_FAILURES):
        with pytest.raises(TooSoon):
            guess()
    assert slowing.wait_s(PARTS, NOW) == 2


def test_the_table_names_nobody(app, session):
    fail(1)
    row = session.scalars(select(Slowdown)).one()
    assert len(row.bucket) == 32
    assert b"hoa-sen" not in row.bucket


def test_a_clock_that_was_set_back_makes_nobody_wait_longer():
    assert wait_after(100, NOW + timedelta(days=1), NOW) == LONGEST_WAIT_S


def test_a_browser_is_known_only_to_whom_it_signed_in(app):
    with app.test_request_context("/"):
        assert devices.known("account:a") is None
        devices.remember("account:a")
        answer = app.process_response(app.response_class())
    cookie = answer.headers["Set-Cookie"].split(";")[0]
    assert "account" not in cookie
    with app.test_request_context("/", headers={"Cookie": cookie}):
        assert devices.known("account:a")
        assert devices.known("account:b") is None
        devices.remember("account:b")
        answer = app.process_response(app.response_class())
        assert "id" not in cookie_session
    both = answer.headers["Set-Cookie"].split(";")[0]
    with app.test_request_context("/", headers={"Cookie": both}):
        assert devices.known("account:a") == devices.known("account:b")


@pytest.mark.parametrize(
    "cookie", ["may=", "may=x.y", "may=" + "0" * 32, "may=" + "0" * 32 + ".zz", "may=" + "." * 900]
)
def test_a_made_up_cookie_makes_no_browser_known(app, cookie):
    with app.test_request_context("/", headers={"Cookie": cookie}):
        assert devices.known("account:a") is None
