"""An address and its ward in one line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.places.addresses import address_line


@pytest.mark.parametrize(
    ("address", "place", "line"),
    [
        (
            "Đường Giếng Đáy, Giếng Đáy, Phường Việt Hưng",
            "Phường Việt Hưng, Quảng Ninh",
            "Đường Giếng Đáy, Giếng Đáy, Phường Việt Hưng, Quảng Ninh",
        ),
        ("Đường Lý Thánh Tông, Xã Gia Lâm, Hà Nội", "Xã Gia Lâm, Hà Nội", "Đường Lý Thánh Tông, Xã Gia Lâm, Hà Nội"),
        ("250 Nguyễn Trọng Tuyển, Phú Nhuận", "Phường Phú Nhuận, TP Hồ Chí Minh",
         "250 Nguyễn Trọng Tuyển, Phường Phú Nhuận, TP Hồ Chí Minh"),
        ("32 Phố Đức Chính, Quận Ba Đình, Hanoi", "Phường Ba Đình, Hà Nội", "32 Phố Đức Chính, Phường Ba Đình, Hà Nội"),
        ("146 Đường An Bình, Ho Chi Minh City", "Phường An Đông, TP Hồ Chí Minh",
         "146 Đường An Bình, Phường An Đông, TP Hồ Chí Minh"),
        ("Km 13 Ngọc Hồi, Thanh Trì, Hà Nội 100000, Vietnam, Km 13 Ngọc Hồi", "Xã Thanh Trì, Hà Nội",
         "Km 13 Ngọc Hồi, Xã Thanh Trì, Hà Nội"),
        ("Phường Đào Viên, Bắc Ninh", "Phường Đào Viên, Bắc Ninh", "Phường Đào Viên, Bắc Ninh"),
        ("Trần Phú, P.Trần Phú", "Phường Trần Phú, Quảng Ninh", "Trần Phú, Phường Trần Phú, Quảng Ninh"),
        ("Số 5, phường Hòn Gai, TP. Hạ Long", "Phường Hồng Gai (trước: phường Hòn Gai, TP Hạ Long), Quảng Ninh",
         "Số 5, Phường Hồng Gai (trước: phường Hòn Gai, TP Hạ Long), Quảng Ninh"),
        ("Số 5, đường Lê Lợi", None, "Số 5, đường Lê Lợi"),
        (None, "Phường Hồng Gai, Quảng Ninh", "Phường Hồng Gai, Quảng Ninh"),
        (None, None, ""),
    ],
)  # fmt: skip
def test_each_unit_is_named_once(address, place, line):
    assert address_line(address, place) == line


@given(st.text(max_size=60), st.sampled_from(["Phường Hồng Gai, Quảng Ninh", "Xã Gia Lâm, Hà Nội"]))
def test_the_place_always_ends_the_line_and_nothing_is_added_twice(address, place):
    line = address_line(address, place)
    assert line.endswith(place)
    assert address_line(line.removesuffix(place), place) == line
