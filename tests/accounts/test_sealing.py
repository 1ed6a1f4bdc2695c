"""What is sealed opens in its place, whole, and under our key; nowhere else."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from directory.accounts.sealing import seal, unseal
from directory.errors import Unavailable

PLACE = "account|totp|1"


@given(plain=st.binary(max_size=200))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_a_sealed_value_opens_again_and_never_looks_the_same(app, plain):
    sealed = seal(plain, PLACE)
    assert unseal(sealed, PLACE) == plain
    assert sealed != seal(plain, PLACE)


@pytest.mark.parametrize("at", range(0, 40, 3))
def test_a_changed_value_does_not_open(app, at):
    sealed = bytearray(seal(b"0123456789abcdef", PLACE))
    sealed[at] ^= 1
    with pytest.raises(Unavailable):
        unseal(bytes(sealed), PLACE)


def test_a_value_moved_to_another_row_does_not_open(app):
    with pytest.raises(Unavailable):
        unseal(seal(b"seed", PLACE), "account|totp|2")


def test_a_value_does_not_open_under_another_key(app):
    sealed = seal(b"seed", PLACE)
    app.extensions["settings"] = replace(app.extensions["settings"], secret_key="another")
    with pytest.raises(Unavailable):
        unseal(sealed, PLACE)


@pytest.mark.parametrize("rubbish", [b"", b"x", bytes(12), bytes(27)])
def test_rubbish_does_not_open(app, rubbish):
    with pytest.raises(Unavailable):
        unseal(rubbish, PLACE)
