"""So many times within a span, for each name; what is refused is not counted, and names are forgotten."""

from datetime import timedelta

from directory import clock
from directory.web import limits
from directory.web.limits import Limiter

NOW = clock.now()
MINUTE = timedelta(minutes=1)


def test_after_so_many_times_one_must_wait_until_the_first_is_long_enough_ago():
    limiter = Limiter(2, 10 * MINUTE)
    assert limiter.wait_s("a", NOW) == limiter.wait_s("a", NOW + MINUTE) == 0
    assert limiter.wait_s("a", NOW + 2 * MINUTE) == 480
    assert limiter.wait_s("a", NOW + 10 * MINUTE) == 0
    assert limiter.wait_s("a", NOW + 10 * MINUTE) == 60


def test_hammering_does_not_make_the_wait_longer_and_touches_nobody_else():
    limiter = Limiter(1, 10 * MINUTE)
    limiter.wait_s("a", NOW)
    assert {limiter.wait_s("a", NOW + MINUTE) for _ in range(50)} == {540}
    assert limiter.wait_s("b", NOW + MINUTE) == 0


def test_memory_is_bounded_and_holds_no_name(monkeypatch):
    monkeypatch.setattr(limits, "MOST_NAMES", 100)
    limiter = Limiter(1, 10 * MINUTE)
    for number in range(500):
        limiter.wait_s(f"192.0.2.{number}", NOW)
    assert len(limiter._times) == 100
    assert b"192.0.2" not in repr(vars(limiter)).encode()
