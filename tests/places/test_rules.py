"""Points, distance, and being in Viet Nam."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.places.queries import in_viet_nam
from directory.places.rules import Point, distance_m, is_on_earth, mean_point

points = st.builds(Point, st.floats(8, 24), st.floats(102, 118))


def geodesic_m(a: Point, b: Point) -> float:
    """Vincenty's inverse formula on WGS84: the measure that ours is held against."""
    major, flattening = 6_378_137.0, 1 / 298.257223563
    minor = major * (1 - flattening)
    u1, u2 = (math.atan((1 - flattening) * math.tan(math.radians(p.lat))) for p in (a, b))
    length = lam = math.radians(b.lon - a.lon)
    for _ in range(200):
        cross = math.cos(u1) * math.sin(u2) - math.sin(u1) * math.cos(u2) * math.cos(lam)
        sin_s = math.hypot(math.cos(u2) * math.sin(lam), cross)
        if sin_s == 0:
            return 0.0
        cos_s = math.sin(u1) * math.sin(u2) + math.cos(u1) * math.cos(u2) * math.cos(lam)
        sigma = math.atan2(sin_s, cos_s)
        sin_a = math.cos(u1) * math.cos(u2) * math.sin(lam) / sin_s
        cos2_a = 1 - sin_a**2
        mid = cos_s - 2 * math.sin(u1) * math.sin(u2) / cos2_a if cos2_a else 0.0
        c = flattening / 16 * cos2_a * (4 + flattening * (4 - 3 * cos2_a))
        before = lam
        turn = sigma + c * sin_s * (mid + c * cos_s * (2 * mid**2 - 1))
        lam = length + (1 - c) * flattening * sin_a * turn
        if abs(lam - before) < 1e-12:
            break
    u_2 = cos2_a * (major**2 - minor**2) / minor**2
    k_a = 1 + u_2 / 16384 * (4096 + u_2 * (-768 + u_2 * (320 - 175 * u_2)))
    k_b = u_2 / 1024 * (256 + u_2 * (-128 + u_2 * (74 - 47 * u_2)))
    inner = cos_s * (2 * mid**2 - 1) - k_b / 6 * mid * (4 * sin_s**2 - 3) * (4 * mid**2 - 3)
    return minor * k_a * (sigma - k_b * sin_s * (mid + k_b / 4 * inner))


@given(points, points)
def test_distance_is_within_0_6_percent_of_the_geodesic(a, b):
    assert distance_m(a, b) == pytest.approx(geodesic_m(a, b), rel=0.006, abs=0.01)


@given(points, points)
def test_distance_is_the_same_both_ways_and_zero_only_at_home(a, b):
    assert distance_m(a, b) == pytest.approx(distance_m(b, a), abs=1e-6)
    assert distance_m(a, a) == 0


def test_a_known_distance():
    hanoi, saigon = Point(21.0285, 105.8542), Point(10.7769, 106.7009)
    assert distance_m(hanoi, saigon) == pytest.approx(1_137_700, rel=0.006)


@pytest.mark.parametrize(
    "place",
    [
        Point(21.0285, 105.8542),  # Hà Nội
        Point(8.6, 104.72),  # Đất Mũi
        Point(23.36, 105.32),  # Lũng Cú
        Point(21.53, 107.97),  # Móng Cái, at the border
        Point(16.54, 112.33),  # Hoàng Sa
        Point(8.64, 111.92),  # Trường Sa
        Point(8.69, 106.6),  # Côn Đảo
        Point(10.53, 108.94),  # Phú Quý
        Point(20.13, 107.72),  # Bạch Long Vĩ
        Point(20.97, 107.77),  # Cô Tô
        Point(15.38, 109.12),  # Lý Sơn
        Point(10.22, 103.97),  # Phú Quốc
        Point(9.3, 103.48),  # Thổ Chu
    ],
)
def test_every_corner_of_viet_nam_is_in_viet_nam(place):
    assert in_viet_nam(place)


@pytest.mark.parametrize(
    "place",
    [
        Point(0, 0),
        Point(105.8542, 21.0285),  # swapped
        Point(13.4125, 103.8667),  # Siem Reap
        Point(13.75, 100.5),  # Bangkok
        Point(22.82, 108.32),  # Nanning
        Point(14.0, 111.0),  # the open sea
        Point(float("nan"), 105),
        Point(21, float("inf")),
    ],
)
def test_elsewhere_is_not(place):
    assert not in_viet_nam(place)


def test_a_point_on_earth_has_both_coordinates_in_range():
    assert is_on_earth(Point(-90, 180))
    assert not is_on_earth(Point(90.1, 0))


def test_the_mean_of_no_points_is_an_error():
    with pytest.raises(ValueError, match="no points"):
        mean_point([])
