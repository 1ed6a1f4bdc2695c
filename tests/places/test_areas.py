"""Programme areas: made by name from places old and new, found by name."""

import pytest

from directory.accounts.rules import SYSTEM, Actor, Party, Role
from directory.errors import Conflict, Invalid, NotAllowed
from directory.places.areas import (
    Ambiguous,
    add_area,
    add_wards,
    also_in,
    areas,
    find_area,
    remove_area,
    remove_wards,
    rename_area,
    ward_in,
    ward_keys_of,
)
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


def test_a_place_that_may_be_several_offers_each_and_the_offer_means_that_one(app):
    with pytest.raises(Ambiguous) as error:
        ward_keys_of("TP Hạ Long; phường Tân Thành")
    offered = error.value.candidates
    assert len(offered) > 1
    meant = [set(ward_keys_of(one.text)) for one in offered]
    assert all(set(ward_keys_of("TP Hạ Long")) < keys for keys in meant)
    assert len({frozenset(keys) for keys in meant}) == len(offered)


@pytest.fixture
def area(app) -> Area:
    return made("Hạ Long", "phường Bãi Cháy, Quảng Ninh; phường Hồng Gai, Quảng Ninh")


def names(area: Area) -> set[str]:
    return {ward.name for ward in area.wards}


def test_wards_come_and_go_and_the_area_stays_what_it_is(area):
    before = (area.id, area.code)
    with transaction():
        assert add_wards(SYSTEM, area, "phường Hà Lầm, TP Hạ Long; phường Bãi Cháy, Quảng Ninh") >= 1
    assert names(area) >= {"Bãi Cháy", "Hồng Gai", "Hà Lầm"}
    with transaction():
        assert remove_wards(SYSTEM, area, [ward.code for ward in area.wards if ward.name == "Hồng Gai"]) == 1
        rename_area(SYSTEM, area, "Hạ Long mới")
    assert "Hồng Gai" not in names(area)
    assert (area.id, area.code, area.name) == (*before, "Hạ Long mới")


def test_an_area_is_never_left_without_wards_nor_given_what_it_has(area):
    for act in (
        lambda: remove_wards(SYSTEM, area, [ward.code for ward in area.wards]),
        lambda: remove_wards(SYSTEM, area, ["99999"]),
        lambda: add_wards(SYSTEM, area, "phường Bãi Cháy, Quảng Ninh"),
    ):
        with transaction(), pytest.raises((Invalid, Conflict)):
            act()
    assert len(area.wards) == 2


def test_who_answers_for_single_areas_cannot_widen_them(area):
    local = Actor(Party.COORDINATOR, "account:x", role=Role.COORDINATOR, area_ids=frozenset({area.id}))
    national = Actor(Party.COORDINATOR, "account:y", role=Role.COORDINATOR, all_areas=True)
    for act in (
        lambda: add_wards(local, area, "phường Uông Bí, Quảng Ninh"),
        lambda: remove_wards(local, area, [area.wards[0].code]),
        lambda: add_area("Của tôi", "phường Uông Bí, Quảng Ninh", local),
    ):
        with transaction(), pytest.raises(NotAllowed):
            act()
    with transaction():
        assert add_wards(national, area, "phường Uông Bí, Quảng Ninh") >= 1


def test_a_ward_in_an_area_is_meant_by_its_names_old_and_new(area):
    assert ward_in(area, "phường Hồng Gai") == ward_in(area, "hong gai, quang ninh")
    with pytest.raises(Invalid):
        ward_in(area, "phường Uông Bí, Quảng Ninh")
    with pytest.raises(Ambiguous) as error:
        ward_in(area, "TP Hạ Long")
    assert {one.text for one in error.value.candidates} == {ward.key for ward in area.wards}


def test_wards_that_two_areas_hold_are_told(area):
    made("Ven biển", "phường Bãi Cháy, Quảng Ninh")
    assert list(also_in(area).values()) == [["Ven biển"]]
