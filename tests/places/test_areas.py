"""Programme areas: made by name from places old and new, found by name."""

import pytest

from directory.errors import Conflict, Invalid
from directory.places.areas import add_area, areas, find_area, remove_area
from directory.places.models import Area
from directory.places.queries import gazetteer
from directory.web.transaction import transaction


def made(name: str, text: str) -> Area:
    with transaction():
        return add_area(name, text)


def test_an_area_holds_todays_wards_of_the_places_that_were_named_old_or_new(app):
    area = made("Hạ Long", "TP Hạ Long; phường Uông Bí, Quảng Ninh")
    held = {ward.key for ward in area.wards}
    (uong_bi,) = gazetteer().resolve("phường Uông Bí, Quảng Ninh")
    assert f"ward:{next(iter(uong_bi.ward_codes))}" in held
    assert len(held) > len(uong_bi.ward_codes)


def test_areas_are_listed_by_name_in_vietnamese_order(app):
    for name in ("Đông Triều", "Ba Đình", "Ấp Bắc"):
        made(name, "phường Bãi Cháy, Quảng Ninh")
    assert [area.name for area in areas()] == ["Ấp Bắc", "Ba Đình", "Đông Triều"]


def test_an_area_is_found_however_its_name_is_cased_and_composed(app):
    area = made("Hạ Long", "phường Bãi Cháy, Quảng Ninh")
    assert find_area(" hạ long ").id == area.id


def test_an_unknown_area_is_answered_with_those_that_there_are(app):
    made("Hạ Long", "phường Bãi Cháy, Quảng Ninh")
    with pytest.raises(Invalid) as error:
        find_area("Sao Hoả")
    assert "Hạ Long" in error.value.what_now


@pytest.mark.parametrize("text", ["", " ; ", "Sao Hoả", "phường Tân Thành"])
def test_a_text_that_means_no_place_or_several_makes_no_area(app, text):
    with pytest.raises(Invalid):
        made("Thử", text)
    assert areas() == []


@pytest.mark.parametrize("name", ["", "   ", "a" * 81])
def test_an_area_has_a_name_of_a_sensible_length(app, name):
    with pytest.raises(Invalid):
        made(name, "phường Bãi Cháy, Quảng Ninh")


def test_two_areas_never_bear_one_name(app):
    made("Hạ Long", "phường Bãi Cháy, Quảng Ninh")
    with pytest.raises(Conflict):
        made("hạ  long", "phường Hồng Gai, Quảng Ninh")


def test_an_area_that_nothing_stands_on_can_be_taken_away(app):
    area = made("Hạ Long", "phường Bãi Cháy, Quảng Ninh")
    with transaction():
        remove_area(find_area(area.name))
    assert areas() == []
