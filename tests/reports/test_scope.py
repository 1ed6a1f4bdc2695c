"""What a report is about: areas and places by any name, and never more than whoever asks answers for."""

import pytest

from directory.accounts.rules import SYSTEM
from directory.errors import NotFound
from directory.reports.queries.scope import scope_of


def names(scope):
    return [area.name for area in scope.areas]


def test_an_area_is_found_by_its_name_and_by_its_code(people):
    assert names(scope_of("hạ long", SYSTEM)) == ["Hạ Long"]
    assert names(scope_of(people.other_area.code, SYSTEM)) == ["Uông Bí"]


def test_a_place_old_or_new_stands_for_the_areas_inside(people):
    assert names(scope_of("Quảng Ninh", SYSTEM)) == ["Hạ Long", "Uông Bí"]
    assert names(scope_of("TP Uông Bí", SYSTEM)) == ["Uông Bí"]


def test_figures_of_the_province_belong_to_a_report_about_it(people):
    province = scope_of("Quảng Ninh", SYSTEM)
    assert {"province:22", "old-province:22"} <= province.unit_keys
    assert not scope_of("Hạ Long", SYSTEM).unit_keys


def test_without_a_text_it_is_all_that_she_answers_for(people):
    assert names(scope_of(None, people.coordinator.actor)) == ["Hạ Long"]
    assert names(scope_of("", people.other_coordinator.actor)) == ["Uông Bí"]
    everything = scope_of(None, SYSTEM)
    assert names(everything) == ["Hạ Long", "Uông Bí"]
    assert everything.is_national


def test_a_place_holds_only_her_areas(people):
    assert names(scope_of("Quảng Ninh", people.coordinator.actor)) == ["Hạ Long"]


@pytest.mark.parametrize("text", ["Uông Bí", "Không Có Nơi Này", "Cà Mau"])
def test_what_is_not_hers_is_as_if_it_did_not_exist(people, text):
    with pytest.raises(NotFound) as error:
        scope_of(text, people.coordinator.actor)
    assert error.value.sentence == "Không có địa bàn “%(name)s”, hoặc địa bàn không thuộc phần bạn phụ trách."
    assert "Uông Bí" not in error.value.what_now
    assert "Hạ Long" in error.value.what_now


def test_an_area_of_one_ward_says_so(people):
    assert all(area.is_ward for area in scope_of(None, SYSTEM).areas)
