from datetime import datetime

from directory.clock import LOCAL_ZONE
from tests.search.conftest import HA_LONG, HONG_GAI, WEDNESDAY_MORNING, north_of

NIGHT = datetime(2026, 11, 25, 23, 30, tzinfo=LOCAL_ZONE)
PARTIAL = {"is_public": False}
HIDDEN = {"is_hidden": True, "is_public": False, "ward_code": None, "at": None}


def test_open_now_means_known_to_be_open(shelf):
    shelf.add("Ban ngày", "Khám mắt", opening_hours="Mo-Fr 07:00-17:00")
    shelf.add("Luôn luôn", "Khám mắt", opening_hours="24/7")
    shelf.add("Không rõ", "Khám mắt").add("Theo hẹn", "Khám mắt", opening_hours='"theo hẹn"')
    assert sorted(shelf.found("khám mắt", open_now=True, moment=WEDNESDAY_MORNING)) == ["Ban ngày", "Luôn luôn"]
    assert shelf.found("khám mắt đang mở cửa", moment=NIGHT) == ["Luôn luôn"]


def test_no_radius_removes_a_hidden_place(shelf):
    shelf.add("Kín", "Khám mắt", **HIDDEN).add("Xa", "Khám mắt", at=north_of(HA_LONG, 9)).add("Gần", "Khám mắt")
    assert shelf.found("khám mắt", position=HA_LONG, radius_km=5) == ["Gần", "Kín"]


def test_an_area_removes_a_hidden_place_only_by_its_province(shelf):
    shelf.add("Kín ở đây", "Khám mắt", **HIDDEN)
    shelf.add("Kín nơi khác", "Khám mắt", **HIDDEN | {"province_code": "01"})
    shelf.add("Kín cả nước", "Khám mắt", **HIDDEN | {"province_code": None})
    assert sorted(shelf.found("khám mắt", area="Hạ Long")) == ["Kín cả nước", "Kín ở đây"]
    assert sorted(shelf.found("khám mắt hạ long")) == ["Kín cả nước", "Kín ở đây"]


def test_a_partial_place_is_filtered_and_ordered_by_its_wards_point_and_tells_no_distance(shelf):
    shelf.add("Xa", "Khám mắt", at=north_of(HA_LONG, 3)).add("Chỉ phường", "Khám mắt", **PARTIAL)
    answer = shelf.answer("khám mắt", position=HA_LONG, radius_km=10, area="phường Hồng Gai")
    assert [(shelf.provider(hit), hit.distance_m is None) for hit in answer.hits] == [
        ("Chỉ phường", True),
        ("Xa", False),
    ]
    assert shelf.found("khám mắt", position=HA_LONG, radius_km=1) == ["Chỉ phường"]


def test_a_position_at_sea_is_fine(shelf):
    shelf.add("Bờ", "Khám mắt")
    assert shelf.found("khám mắt", position=north_of(HA_LONG, -900)) == ["Bờ"]


def test_a_subject_holds_what_is_below_it(shelf):
    shelf.add("A", "Khám mắt", ("kham-benh", "y-te")).add("B", "Khám mắt", ("arv", "y-te")).add("C", "Khám mắt")
    assert sorted(shelf.found("khám mắt", category="y-te")) == ["A", "B"]
    assert shelf.found("khám mắt", category="arv") == ["B"]


def test_a_language_nobody_has_entered_finds_nothing_and_shows_the_rest(shelf):
    shelf.add("A", "Khám mắt", ward_code=HONG_GAI)
    assert shelf.instead("khám mắt tiếng tày") == ("without_conditions", ["A"])
