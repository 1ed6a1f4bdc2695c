import csv

import pytest

from directory.places.operations import import_boundaries
from directory.places.queries import unit_at
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


def test_without_borders_it_answers_as_a_single_question_does(session, points):
    finder = ward_finder()
    assert not finder.has_borders
    assert [finder.ward_at(point) for point in points] == [unit_at(point) for point in points]
    assert finder.ward_at(ABROAD) is None


def test_with_borders_it_is_exact_and_still_answers_the_same(session, shared_data, points):
    with transaction():
        import_boundaries(shared_data / "vn_wards_2026_simplified.geojson.gz")
    finder = ward_finder()
    assert finder.has_borders
    found = [finder.ward_at(point) for point in points]
    assert found == [unit_at(point) for point in points]
    assert all(one.exact for one in found)
    assert [one.ward.code for one in found] == list(points.values())
    assert finder.ward_at(ABROAD) is None
