"""Nothing found is never an empty page."""

import pytest

from tests.search.conftest import HA_LONG, HONG_GAI, UONG_BI, north_of

HOTLINE = {"is_hidden": True, "is_public": False, "ward_code": None, "province_code": None, "at": None}


@pytest.fixture
def town(shelf):
    shelf.add("Phòng khám A", "Khám bệnh", ("kham-benh", "y-te"), ward_code=HONG_GAI, at=HA_LONG)
    shelf.add("Phòng khám B", "Khám bệnh", ("kham-benh", "y-te"), ward_code=HONG_GAI, at=north_of(HA_LONG, 4))
    shelf.add("Đường dây", "Gọi để hỏi", ("duong-day-nong", "tam-ly"), **HOTLINE)
    return shelf


def test_first_the_conditions_are_dropped(town):
    assert town.instead("khám bệnh miễn phí", position=HA_LONG) == (
        "without_conditions", ["Phòng khám A", "Phòng khám B"]
    )  # fmt: skip


def test_then_the_radius(town):
    far = north_of(HA_LONG, 50)
    assert town.instead("khám bệnh", position=far, radius_km=5) == ("without_radius", ["Phòng khám B", "Phòng khám A"])


def test_then_the_area_nearest_to_it_first(town):
    town.add("Phòng khám C", "Khám bệnh", ("kham-benh", "y-te"), ward_code=UONG_BI, at=north_of(HA_LONG, 900))
    reason, providers = town.instead("khám bệnh cẩm phả")
    assert (reason, providers[-1]) == ("outside_area", "Phòng khám C")


def test_then_whatever_has_some_of_the_words(town):
    assert town.instead("zzqx khám zzqy zzqw")[0] == "fewer_words"


def test_then_the_hotlines(town):
    assert town.instead("zzqx wwvk") == ("hotlines", ["Đường dây"])
    assert town.instead("tạm lánh") == ("hotlines", ["Đường dây"])


def test_then_anything_there_is(shelf):
    shelf.add("Quán cơm", "Bữa trưa")
    assert shelf.instead("zzqx wwvk") == ("anything", ["Quán cơm"])


def test_with_no_entry_at_all_there_is_nothing(shelf):
    assert shelf.answer("khám bệnh").instead == ()


def test_an_unknown_area_is_said_and_does_not_filter(town):
    answer = town.answer("khám bệnh", area="Nơi Không Có Thật")
    assert answer.understood.unknown_area == "Nơi Không Có Thật"
    assert answer.total == 2
