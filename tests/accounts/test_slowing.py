"""Guessing gets slow, nobody is locked out, and strangers cannot slow down a browser that is known."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta

import pytest
from flask import session as cookie_session
from sqlalchemy import select

from directory import clock
from directory.accounts import devices, slowing
from directory.accounts.models import Slowdown
from directory.accounts.rules import FREE_FAILURES, LONGEST_WAIT_S, wait_after
from directory.errors import Invalid, TooSoon
from directory.extensions import db
from directory.web.transaction import transaction

PARTS = ("sign-in", "hoa-sen", None)
NOW = clock.now()


def fail(times: int, now=NOW):
    """Fail so often, each time as soon as one may, and return when the last time was."""
    for _ in range(times):
        now += timedelta(seconds=wait_s(now))
        slowing.begin_try(PARTS, now)
    return now


def wait_s(now) -> int:
    row = db.session.scalars(select(Slowdown).execution_options(populate_existing=True)).one_or_none()
    return wait_after(row.failures, row.failed_at, now) if row else 0


def test_a_few_slips_of_the_finger_cost_nothing(app):
    fail(FREE_FAILURES - 1)
    assert wait_s(NOW) == 0


def test_each_further_failure_waits_longer_but_never_long(app):
    now = fail(FREE_FAILURES)
    waits = [wait_s(now)]
    for _ in range(5):
        now = fail(1, now)
        waits.append(wait_s(now))
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
    assert wait_s(NOW) == 0


def test_after_a_quarter_of_an_hour_all_is_forgotten(app, session):
    later = fail(20) + timedelta(minutes=15, seconds=1)
    assert wait_s(later) == 0
    slowing.begin_try(PARTS, later)
    assert session.scalars(select(Slowdown.failures)).one() == 1


def test_a_try_stays_counted_when_what_follows_is_undone(app):
    for _ in range(FREE_FAILURES):
        slowing.begin_try(PARTS, NOW)
        with pytest.raises(Invalid), transaction():
            raise Invalid("Không đúng.")
    assert wait_s(NOW) == 2


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


def test_a_try_that_begins_while_another_succeeds_is_neither_lost_nor_broken(app):
    def try_again_and_again(_number: int) -> None:
        with app.app_context():
            for _ in range(40):
                with suppress(TooSoon):
                    slowing.begin_try(("thu",), clock.now())
                with transaction():
                    slowing.succeeded(("thu",))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(try_again_and_again, range(4)))
    assert db.session.scalars(select(Slowdown)).all() == []
