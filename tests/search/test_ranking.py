"""The order of results, rule by rule as ``ranking.py`` writes it down."""

from datetime import date

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from directory.places.rules import Point, distance_m
from directory.search.arrays import build_arrays
from directory.search.entries import Change
from directory.search.entry import Entry
from directory.search.nearness import on_sphere, sphere_of
from directory.search.words import words
from tests.search.conftest import HA_LONG, Shelf, north_of


def test_all_words_come_before_some(shelf):
    shelf.add("Phòng vật lý", at=HA_LONG).add("Phòng vật lý trị liệu Sao Mai", at=north_of(HA_LONG, 50))
    assert shelf.found("phòng vật lý trị", position=HA_LONG) == ["Phòng vật lý trị liệu Sao Mai", "Phòng vật lý"]


def test_less_than_half_of_the_words_is_not_shown(shelf):
    shelf.add("Hội Xe Ôm").add("Phòng vật lý trị liệu Sao Mai")
    assert shelf.found("vật lý trị liệu sao hôm") == ["Phòng vật lý trị liệu Sao Mai"]
    assert "Hội Xe Ôm" not in shelf.found("xe cấp phát thuốc lưu động")


def test_some_of_the_words_are_noise_once_enough_entries_have_all(shelf):
    for number in range(10):
        shelf.add(f"Quán trà sen {number}")
    shelf.add("Quán trà đá")
    assert len(shelf.found("quán trà sen")) == 10


def test_the_whole_name_comes_before_a_longer_one_however_near(shelf):
    shelf.add("Bệnh viện Sao Mai cơ sở 2", at=HA_LONG).add("Bệnh viện Sao Mai", at=north_of(HA_LONG, 90))
    assert shelf.found("benh vien sao mai", position=HA_LONG)[0] == "Bệnh viện Sao Mai"
    assert shelf.found("bv sao mai", position=HA_LONG)[0] == "Bệnh viện Sao Mai"


def test_the_whole_name_may_be_followed_by_where_it_is(shelf):
    shelf.add("Phòng khám Sao Mai Hai", at=HA_LONG).add("Phòng khám Sao Mai", at=north_of(HA_LONG, 5))
    assert shelf.found("phòng khám sao mai quảng ninh", position=HA_LONG)[0] == "Phòng khám Sao Mai"


def test_a_common_name_is_no_reason_to_pass_over_the_nearest(shelf):
    shelf.add("Nhà thuốc", subject="nha-thuoc", at=north_of(HA_LONG, 300))
    shelf.add("Nhà thuốc Sao Mai", subject="nha-thuoc", at=HA_LONG)
    assert shelf.found("nhà thuốc gần tôi", position=HA_LONG)[0] == "Nhà thuốc Sao Mai"


def test_a_name_comes_before_an_address_and_that_before_a_description(shelf):
    shelf.add("A", description="Gần chợ Lựu Đạn", at=HA_LONG)
    shelf.add("B", address="12 Lựu Đạn", at=HA_LONG)
    shelf.add("Quán Lựu Đạn", at=north_of(HA_LONG, 40))
    assert shelf.found("lựu đạn", position=HA_LONG) == ["Quán Lựu Đạn", "B", "A"]


def test_whoever_asks_for_the_police_gets_the_police(shelf):
    for number in range(20):
        shelf.add(f"Phòng tư vấn {number}", description="Khi nguy hiểm hãy báo công an.", at=HA_LONG)
    shelf.add("Trung tâm Công tác xã hội An Giang", at=HA_LONG)
    shelf.add("Trực ban phường", subject=("cong-an", "an-toan"), at=north_of(HA_LONG, 9))
    assert shelf.found("cong an", position=HA_LONG) == ["Trực ban phường"]


def test_entries_of_the_subject_come_before_those_that_carry_its_words(shelf):
    shelf.add("Quán ăn Công An", at=HA_LONG)
    shelf.add("Đội 3", subject=("cong-an", "an-toan"), at=north_of(HA_LONG, 20))
    assert shelf.found("công an", position=HA_LONG) == ["Đội 3", "Quán ăn Công An"]


def test_a_rare_word_weighs_more_than_a_common_one(shelf):
    for number in range(40):
        shelf.add(f"Cơ sở phục hồi {number}")
    shelf.add("Cơ sở Hương Sen", description="phục hồi")
    shelf.add("Cơ sở phục hồi trẻ", description="có vườn hương sen")
    assert shelf.found("phục hồi hương sen")[:2] == ["Cơ sở Hương Sen", "Cơ sở phục hồi trẻ"]


def test_words_side_by_side_come_before_the_same_words_apart(shelf):
    shelf.add("Mai Thị Sao", at=HA_LONG).add("Quán Sao Mai", at=north_of(HA_LONG, 30))
    assert shelf.found("sao mai", position=HA_LONG) == ["Quán Sao Mai", "Mai Thị Sao"]


def test_marks_that_were_typed_are_respected(shelf):
    shelf.add("Quán Tâm Lành", at=HA_LONG).add("Quán Tạm Lánh", at=north_of(HA_LONG, 30))
    assert shelf.found("quán tạm lánh", position=HA_LONG)[0] == "Quán Tạm Lánh"
    assert shelf.found("quán tâm lành", position=HA_LONG)[0] == "Quán Tâm Lành"
    assert shelf.found("quan tam lanh", position=HA_LONG)[0] == "Quán Tâm Lành"


def test_a_real_entry_comes_before_an_illustrative_one(shelf):
    shelf.add("Minh hoạ", "Khám mắt", is_illustrative=True, at=HA_LONG)
    shelf.add("Thật", "Khám mắt", at=north_of(HA_LONG, 100))
    assert shelf.found("khám mắt", position=HA_LONG) == ["Thật", "Minh hoạ"]


LINE = {"is_hidden": True, "is_public": False, "ward_code": None, "at": None, "has_telephone": True}
NATIONAL = LINE | {"province_code": None}


def test_lines_stand_together_after_the_places_that_are_not_too_far_to_visit(shelf):
    shelf.add("Gọi", "Ngủ nhờ", **NATIONAL).add("Gọi hai", "Ngủ nhờ", **NATIONAL)
    shelf.add("Xa", "Ngủ nhờ", at=north_of(HA_LONG, 31)).add("Gần", "Ngủ nhờ", at=north_of(HA_LONG, 29))
    assert shelf.found("ngủ nhờ", position=HA_LONG) == ["Gần", "Gọi", "Gọi hai", "Xa"]


def test_a_line_of_another_province_comes_last_and_one_of_the_own_province_with_the_national_ones(shelf):
    shelf.add("Huế", "Ngủ nhờ", **LINE | {"province_code": "46"})
    shelf.add("Quảng Ninh", "Ngủ nhờ", **LINE | {"province_code": "22"})
    shelf.add("Cả nước", "Ngủ nhờ", **NATIONAL)
    shelf.add("Xa", "Ngủ nhờ", at=north_of(HA_LONG, 90))
    assert shelf.found("ngủ nhờ", position=HA_LONG) == ["Cả nước", "Quảng Ninh", "Xa", "Huế"]


def test_in_an_emergency_the_line_that_answers_day_and_night_comes_before_any_place(shelf):
    emergency = ("cap-cuu", "y-te")
    shelf.add("Bệnh viện", "Khoa Cấp cứu", subject=emergency, at=HA_LONG)
    shelf.add("Giờ hành chính", "Hỏi về cấp cứu", subject=emergency, **NATIONAL)
    shelf.add("115", "Xe cấp cứu", subject=emergency, facets=frozenset({"open_24h"}), **NATIONAL)
    assert shelf.found("cấp cứu gần đây", position=HA_LONG) == ["115", "Bệnh viện", "Giờ hành chính"]
    assert shelf.found("cấp cứu")[0] == "115"


def test_from_nowhere_in_particular_whoever_can_be_called_comes_first(shelf):
    shelf.add("A không số", "Ngủ nhờ", at=HA_LONG)
    shelf.add("B có số", "Ngủ nhờ", at=HA_LONG, has_telephone=True)
    shelf.add("C một tỉnh", "Ngủ nhờ", **LINE)
    shelf.add("D cả nước", "Ngủ nhờ", **NATIONAL)
    shelf.add("E ngày đêm", "Ngủ nhờ", facets=frozenset({"open_24h"}), **NATIONAL)
    assert shelf.found("ngủ nhờ") == ["E ngày đêm", "D cả nước", "B có số", "A không số", "C một tỉnh"]


def test_when_only_a_subject_is_asked_for_its_words_in_the_name_break_ties_after_nearness(shelf):
    examined = ("kham-benh", "y-te")
    shelf.add("Một", "Hỏi bác sĩ", subject=examined, verified_on=date(2026, 9, 1), **NATIONAL)
    shelf.add("Hai", "Hỏi về khám bệnh", subject=examined, **NATIONAL)
    shelf.add("Ba", "Khám bệnh", subject=examined, at=north_of(HA_LONG, 9))
    shelf.add("Bốn", "Gặp bác sĩ", subject=examined, at=north_of(HA_LONG, 3))
    assert shelf.found("khám bệnh", position=HA_LONG) == ["Bốn", "Ba", "Hai", "Một"]
    assert shelf.found("khám bệnh")[:2] == ["Hai", "Một"]


def test_the_nearer_comes_first(shelf):
    for kilometres in (30, 2, 700, 9):
        shelf.add(f"{kilometres} km", "Khám mắt", at=north_of(HA_LONG, kilometres))
    assert shelf.found("kham mat gan toi", position=HA_LONG) == ["2 km", "9 km", "30 km", "700 km"]
    assert shelf.found("", position=HA_LONG) == ["2 km", "9 km", "30 km", "700 km"]


def test_without_a_position_the_middle_of_the_area_counts_and_no_distance_is_told(shelf):
    shelf.add("Xa", "Khám mắt", at=north_of(HA_LONG, 8)).add("Gần", "Khám mắt", at=HA_LONG)
    given_answer = shelf.answer("khám mắt", area="Hạ Long")
    assert [shelf.provider(hit) for hit in given_answer.hits] == ["Gần", "Xa"]
    assert [hit.distance_m for hit in given_answer.hits] == [None, None]


def test_at_the_same_place_the_lately_verified_comes_first_then_the_name_then_the_id(shelf):
    shelf.add("Cũ", "Khám", verified_on=date(2025, 1, 1))
    shelf.add("Chưa Đ", "Đo mắt khám").add("Chưa D", "Do mắt khám")
    shelf.add("Mới", "Khám", verified_on=date(2026, 9, 1))
    shelf.add("Chưa D sau", "Do mắt khám")
    expected = ["Mới", "Cũ", "Chưa D", "Chưa D sau", "Chưa Đ"]
    assert shelf.found("khám", position=HA_LONG) == expected
    assert shelf.found("khám") == expected


def test_pages_neither_repeat_nor_lose_an_entry(shelf):
    for number in range(57):
        shelf.add(f"P{number}", "Khám mắt", at=north_of(HA_LONG, number % 5))
    whole = shelf.found("khám mắt", position=HA_LONG, per_page=100)
    pages = [shelf.found("khám mắt", position=HA_LONG, per_page=10, page=page) for page in range(1, 7)]
    assert [provider for page in pages for provider in page] == whole
    assert sorted(whole) == sorted(f"P{number}" for number in range(57))


def test_a_page_past_the_end_is_the_last_one(shelf):
    shelf.add("Một", "Khám mắt")
    past = shelf.answer("khám mắt", page=10**9)
    assert (past.page, past.pages, len(past.hits)) == (1, 1, 1)


positions = st.tuples(st.floats(8, 23), st.floats(102, 110)).map(lambda pair: Point(*pair))


@settings(max_examples=40, deadline=None)
@given(st.lists(positions, min_size=1, max_size=400), positions, st.integers(1, 30))
def test_the_nearest_are_the_nearest(points, position, count):
    array = np.array(points)
    sphere = sphere_of(on_sphere(array[:, 0], array[:, 1]))
    numbers, _ = sphere.nearest(np.ones(len(points), np.bool_), count, position)
    ours = sorted(distance_m(points[number], position) for number in numbers)[:count]
    truth = sorted(distance_m(point, position) for point in points)[:count]
    assert np.allclose(ours, truth, atol=3)


def test_many_entries_are_searched_by_blocks_with_the_same_result(names):
    chance = np.random.default_rng(7)
    spots = np.column_stack([chance.uniform(9, 23, 6_000), chance.uniform(103, 109, 6_000)])
    entries = [Entry(n, "Khám mắt", latitude=lat, longitude=lon, strong_texts=("Khám mắt",))
               for n, (lat, lon) in enumerate(spots.tolist())]  # fmt: skip
    shelf = Shelf(names)
    shelf.entries = entries
    arrays = build_arrays(entries, Change(0, ""), words())
    shelf.arrays = lambda: arrays
    hits = shelf.answer("khám mắt", position=HA_LONG, per_page=50).hits
    truth = sorted(round(distance_m(Point(*spot), HA_LONG)) for spot in spots.tolist())[:50]
    assert [hit.distance_m for hit in hits] == truth
