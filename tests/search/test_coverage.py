"""Who is nearest to each ward: the same as measuring everything, without what is hidden or closed."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from directory.places.queries import ward_points
from directory.places.rules import Point, distance_m
from directory.search.arrays import build_arrays
from directory.search.coverage import ANYTHING, coverage_of
from directory.search.entries import Change
from directory.search.entry import Entry
from directory.search.words import words
from tests.search.conftest import BA_DINH, BAI_CHAY, HA_LONG, HONG_GAI, north_of

TODAY = date(2026, 11, 22)


def nearest_name(shelf, slug, ward=HONG_GAI, on=TODAY):
    """Return the provider nearest to a ward with its distance in kilometres, or None."""
    coverage = coverage_of(shelf.arrays(), shelf.names, on)
    nearest, (place,) = coverage.nearest(slug), coverage.at([ward])
    number = nearest.numbers[place]
    if number < 0:
        return None
    offering_id = int(coverage.arrays.table.ids[number])
    return shelf.entries[offering_id - 1].whole_names[0], nearest.metres[place] / 1000


def test_the_nearest_of_a_subject_is_told_with_its_distance_from_the_wards_point(shelf):
    ward = shelf.names.ward(HONG_GAI).point
    shelf.add("Gần", subject="nha-thuoc", at=north_of(ward, 3)).add("Xa", subject="arv", at=north_of(ward, 12))
    assert nearest_name(shelf, "nha-thuoc") == ("Gần", pytest.approx(3, rel=0.01))
    assert nearest_name(shelf, "arv") == ("Xa", pytest.approx(12, rel=0.01))
    assert nearest_name(shelf, ANYTHING)[0] == "Gần"
    assert nearest_name(shelf, "cong-an") is None


def test_of_two_in_one_house_the_one_written_down_first_is_named(shelf):
    shelf.add("Trước", subject="arv").add("Sau", subject="arv")
    assert nearest_name(shelf, "arv")[0] == "Trước"


def test_what_is_closed_that_day_is_no_help_and_helps_again_when_it_opens(shelf):
    shelf.add("Sửa nhà", subject="arv", closed_on=TODAY, reopens_on=TODAY + timedelta(days=9))
    assert nearest_name(shelf, "arv") is None
    assert nearest_name(shelf, "arv", on=TODAY + timedelta(days=9))[0] == "Sửa nhà"


def test_a_hidden_place_is_nowhere_and_a_partial_one_at_its_wards_point(shelf):
    ward = shelf.names.ward(BAI_CHAY).point
    shelf.add("Kín", subject="tam-lanh", at=None, is_hidden=True, is_public=False, ward_code=None)
    assert nearest_name(shelf, "tam-lanh") is None
    shelf.add("Một phần", subject="tam-lanh", at=ward, is_public=False, ward_code=BAI_CHAY)
    assert nearest_name(shelf, "tam-lanh", ward=BAI_CHAY) == ("Một phần", pytest.approx(0, abs=0.01))


def test_wards_hold_what_stands_in_them_and_what_is_hidden_in_their_province(shelf):
    hidden = {"at": None, "is_hidden": True, "is_public": False, "ward_code": None}
    shelf.add("Trong", subject="arv").add("Ngoài", ward_code=BA_DINH, province_code="01")
    shelf.add("Kín trong tỉnh", **hidden).add("Đường dây cả nước", **{**hidden, "province_code": None})
    coverage = coverage_of(shelf.arrays(), shelf.names, TODAY)
    assert _names(shelf, coverage.inside([HONG_GAI])) == {"Trong", "Kín trong tỉnh"}
    assert _names(shelf, coverage.lines_of_the_country) == {"Đường dây cả nước"}


def test_age_is_counted_from_the_last_verification_and_never_is_no_age(shelf):
    shelf.add("Mới", verified_on=TODAY - timedelta(days=10)).add("Cũ", verified_on=date(2020, 1, 1)).add("Chưa")
    coverage = coverage_of(shelf.arrays(), shelf.names, TODAY)
    ages = dict(zip(coverage.arrays.table.ids.tolist(), coverage.ages().tolist(), strict=True))
    assert ages == {1: 10, 2: (TODAY - date(2020, 1, 1)).days, 3: -1}
    assert _names(shelf, coverage.verified_since(180)) == {"Mới"}


def _names(shelf, marked):
    ids = coverage_ids = np.flatnonzero(marked)
    table = shelf.arrays().table
    return {shelf.entries[int(table.ids[number]) - 1].whole_names[0] for number in ids[: len(coverage_ids)]}


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**31), count=st.integers(1, 900))
def test_looking_at_few_blocks_finds_what_measuring_everything_finds(names, seed, count):
    chance = np.random.default_rng(seed)
    entries = [
        Entry(number + 1, f"Nơi {number}", categories=("arv",), latitude=lat, longitude=lon)
        for number, (lat, lon) in enumerate(
            zip(chance.uniform(8.5, 23, count).round(3), chance.uniform(103, 109, count).round(3), strict=True)
        )
    ]
    coverage = coverage_of(build_arrays(entries, Change(0, ""), words()), names, TODAY)
    wards = ward_points(names)[0]
    nearest = coverage.nearest("arv")
    for place in chance.integers(0, len(wards), 5).tolist():
        least = min(distance_m(wards[place].point, Point(entry.latitude, entry.longitude)) for entry in entries)
        assert nearest.metres[place] == pytest.approx(least, abs=3)


__all__ = ["HA_LONG"]
