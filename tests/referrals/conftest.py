from datetime import timedelta

import pytest

from directory import clock


@pytest.fixture
def later(monkeypatch):
    """Let the clock of this process go on by so much."""
    real = clock.now

    def go_on(**by) -> None:
        monkeypatch.setattr(clock, "now", lambda: real() + timedelta(**by))

    return go_on
