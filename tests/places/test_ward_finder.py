import csv

import pytest

from directory.places.operations import import_boundaries
from directory.places.rules import Point
from directory.places.ward_finder import ward_finder
from directory.web.transaction import transaction

ABROAD = Point(48.85, 2.35)


@pytest.fixture
def points(shared_data):
    """Each 60th real hospital."""
    with (shared_data / "osm_hospitals_vn_2026-02.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))[::60]
    return {Point(float(row["lat"]), float(row["lon"])): row["pip_ward_code"] for row in rows}


def test_without_borders_the_nearest_ward_is_named_and_said_not_to_be_exact(app):
    finder = ward_finder()
    assert not finder.has_borders
    found = finder.ward_at(Point(20.9505, 107.0734))
    assert (found.ward.full_name, found.exact) == ("Phường Hồng Gai", False)


@pytest.mark.parametrize("point", [ABROAD, Point(13.75, 100.5), Point(105.85, 21.03)])
def test_there_is_no_ward_outside_viet_nam(app, point):
    assert ward_finder().ward_at(point) is None


def test_with_borders_it_is_exact(session, shared_data, points):
    with transaction():
        import_boundaries(shared_data / "vn_wards_2026_simplified.geojson.gz")
    finder = ward_finder()
    assert finder.has_borders
    found = [finder.ward_at(point) for point in points]
    assert all(one.exact for one in found)
    assert [one.ward.code for one in found] == list(points.values())
    assert finder.ward_at(ABROAD) is None
