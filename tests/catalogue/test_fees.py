"""Who comes without money must not be turned away: only what is free without a condition is called free."""

import pytest

from directory.catalogue.fees import costs_nothing


@pytest.mark.parametrize("fees", ["Miễn phí", "Không mất tiền", "mien phi", "Khám không thu phí", "0 đồng", "Free"])
def test_free_is_free(fees):
    assert costs_nothing(fees) is True


@pytest.mark.parametrize(
    "fees",
    [
        "50.000 đồng",
        "Miễn phí với người có thẻ BHYT",
        "Khám thương 160.000 đ; bị xâm hại thì miễn phí",
        "Không miễn phí",
        "Gọi không mất tiền; xe và viện phí tính riêng",
        "Miễn phí cho hộ nghèo",
    ],
)
def test_free_for_some_or_in_part_is_not_free(fees):
    assert costs_nothing(fees) is False


@pytest.mark.parametrize("fees", [None, ""])
def test_nothing_said_is_unknown(fees):
    assert costs_nothing(fees) is None
