from math import hypot

import shapely
from hypothesis import given
from hypothesis import strategies as st

from directory.places.rules import Point
from directory.reports.handbook_map import DISC_RADIUS, locator, sketch

LAND = shapely.box(106.0, 20.0, 108.0, 20.96)
NOTHING = shapely.Polygon()
SIZE = (120.0, 116.0)

near_ha_long = st.builds(Point, st.floats(20.9, 21.0), st.floats(107.0, 107.15))


def drawn(points, wards=()):
    return sketch(dict(enumerate(points, start=1)), wards, LAND, NOTHING, SIZE)


@given(st.lists(near_ha_long, min_size=1, max_size=40))
def test_no_disc_covers_another_and_none_leaves_the_sheet(points):
    found = drawn(points)
    for disc in found.discs:
        assert DISC_RADIUS <= disc.x <= found.width - DISC_RADIUS
        assert DISC_RADIUS <= disc.y <= found.height - DISC_RADIUS
    for number, one in enumerate(found.discs):
        for other in found.discs[number + 1 :]:
            assert hypot(one.x - other.x, one.y - other.y) >= 2 * DISC_RADIUS


def test_places_of_one_house_stand_beside_each_other_with_lines_to_it():
    discs = drawn([Point(20.95, 107.08)] * 12 + [Point(20.99, 107.14)]).discs
    assert [disc.number for disc in discs] == list(range(1, 14))
    assert [disc.is_moved for disc in discs] == [False] + [True] * 11 + [False]
    assert len({(disc.point_x, disc.point_y) for disc in discs[:12]}) == 1


def test_north_is_up_east_is_right_and_the_scale_is_true():
    found = drawn([Point(20.90, 107.0), Point(21.0, 107.1)])
    south_west, north_east = found.discs
    assert north_east.point_x > south_west.point_x
    assert north_east.point_y < south_west.point_y
    mm_per_km = (south_west.point_y - north_east.point_y) / (0.1 * 111.195)
    assert abs(found.scale_mm - found.scale_km * mm_per_km) < 0.1


def test_a_name_stands_where_no_disc_is():
    middle = Point(20.95, 107.08)
    found = drawn([middle, Point(20.99, 107.14)], [("Hồng Gai", middle)])
    (label,) = found.labels
    assert abs(label.y - found.discs[0].y) > DISC_RADIUS


def test_land_is_drawn_and_a_single_place_is_not_alone_on_a_white_sheet():
    found = drawn([Point(20.95, 107.08)])
    assert found.land.startswith("M")
    assert found.discs[0].x == found.width / 2


def test_the_country_is_shown_with_both_archipelagos_inside_its_frame():
    found = locator(
        Point(20.95, 107.08), LAND, [("Hoàng Sa", Point(16.5, 112.0)), ("Trường Sa", Point(10.0, 114.0))], 33
    )
    assert 0 < found.x < found.width
    assert 0 < found.y < found.height / 4
    assert all(0 < label.x < found.width and 0 < label.y < found.height for label in found.labels)
