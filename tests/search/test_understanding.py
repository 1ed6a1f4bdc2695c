import unicodedata

import pytest

from directory.search.understanding import read_query
from directory.search.vocabulary import vocabulary_of
from directory.search.words import words
from tests.search.conftest import BA_DINH, BAI_CHAY, HA_LONG, UONG_BI, north_of


@pytest.fixture
def read(shelf):
    shelf.add(
        "Bệnh viện Đa khoa Bãi Cháy", "Khám bệnh", ("kham-benh", "y-te"), description="Khám và chữa bệnh mọi ngày."
    )
    shelf.add("Phòng tư vấn Sao Mai", "Tư vấn và xét nghiệm HIV", ("hiv-xet-nghiem", "y-te"))
    vocabulary = vocabulary_of(shelf.arrays(), words(), shelf.names)
    return lambda text, ignore=(), **more: read_query(text, vocabulary, shelf.names, frozenset(ignore), **more)


@pytest.mark.parametrize("text", ["khám bệnh gần tôi", "kham benh gan toi", "Khám bệnh quanh đây", "doctor near me"])
def test_near_me_is_understood_and_not_matched(read, text):
    reading = read(text)
    assert reading.near_me
    assert reading.category == "kham-benh"
    assert reading.is_subject_only
    assert not {"gan", "toi", "near", "me", "quanh"} & set(reading.terms)


@pytest.mark.parametrize(
    ("text", "facets"),
    [
        ("xét nghiệm hiv miễn phí", ("free",)),
        ("xet nghiem hiv mien phi khong can giay to", ("free", "no_id")),
        ("xét nghiệm hiv miển phí", ("free",)),
        ("khám bệnh 24/24", ("open_24h",)),
        ("kham benh dang mo cua", ("open_now",)),
        ("free HIV test", ("free",)),
    ],
)
def test_facets_are_understood(read, text, facets):
    assert read(text).facets == facets


def test_a_place_inside_the_query_is_the_area(read):
    reading = read("xet nghiem hiv uong bi")
    assert [area.name for area in reading.area] == ["TP Uông Bí (cũ), Quảng Ninh"]
    assert reading.category == "hiv-xet-nghiem"


def test_a_province_is_surer_than_a_bare_name_of_a_ward(read):
    reading = read("bệnh viện hữu nghị hà nội")
    assert [area.kind for area in reading.area] == ["province"]
    assert "huu" in reading.terms


def test_what_was_undone_becomes_words_again(read):
    assert not read("kham benh gan day", ["near_me"]).near_me
    assert read("kham benh gan day", ["near_me"]).terms == ("kham", "benh", "gan", "day")
    assert not read("xet nghiem hiv uong bi", ["area"]).area
    assert read("xet nghiem hiv uong bi", ["area"]).terms[-2:] == ("uong", "bi")
    assert read("khám bệnh miễn phí", ["free"]).facets == ()
    assert read("khám bệnh", ["category"]).category is None


def test_typed_marks_that_contradict_a_form_are_respected(read):
    assert read("tạm lánh").category == "tam-lanh"
    assert read("tam lanh").category == "tam-lanh"
    assert read("tâm lành").category is None


def test_fillers_are_dropped_while_other_words_remain(read):
    assert read("cho em hỏi khám bệnh ở đâu").terms == ("kham", "benh")
    assert read("ở đâu").terms == ("o", "dau")


@pytest.mark.parametrize(
    "typed",
    ["beenhj vieenj", "be65nh vie65n", "benhvien", "bệnh viện", unicodedata.normalize("NFD", "bệnh viện"), "BV"],
)
def test_a_hospital_is_a_hospital_however_it_is_typed(shelf, typed):
    shelf.add("Bệnh viện Sao Mai").add("Nhà thương Sao Hôm").add("Quán cơm Sao Mai")
    assert set(shelf.found(typed)) == {"Bệnh viện Sao Mai", "Nhà thương Sao Hôm"}


def test_synonyms_work_in_both_directions(shelf):
    shelf.add("BVĐK Sao Mai").add("Bệnh viện Đa khoa Sao Hôm")
    assert len(shelf.found("bệnh viện đa khoa")) == 2
    assert len(shelf.found("bvdk")) == 2


@pytest.mark.parametrize(
    ("typed", "meant"), [("benh vin", "benh vien"), ("khamm benh", "kham benh"), ("kahm bệnh", "kham bệnh")]
)
def test_a_slip_of_the_finger_is_corrected_and_said(read, typed, meant):
    assert read(typed).corrected == meant


def test_a_known_word_is_never_corrected_at_first(read):
    assert read("khám bệnh").corrected is None


def test_a_correction_can_be_undone(read):
    assert read("benh vin", ["correction"]).corrected is None


def test_an_unfinished_last_word_finds_what_it_may_become(shelf):
    shelf.add("Quán Hương Sen").add("Quán Lá Bàng")
    assert shelf.found("quán hươn") == ["Quán Hương Sen"]
    assert shelf.found("quán b") == []
    assert shelf.found("quán bà") == ["Quán Lá Bàng"]


@pytest.mark.parametrize(
    "text", ["", "   ", "\x00", "…", "?" * 200, "a" * 100_000, "🙂🙂", "' OR 1=1 --", "24/24/24", "ệ" * 500]
)
def test_nothing_that_can_be_typed_is_an_error(shelf, text):
    shelf.add("Bệnh viện Sao Mai", at=HA_LONG)
    answer = shelf.answer(text, position=HA_LONG)
    assert answer.hits or answer.instead


def test_a_place_name_in_somebody_elses_name_does_not_hide_them(shelf):
    shelf.add("Bệnh viện Bình Dân", ward_code=BA_DINH, province_code="01")
    assert shelf.found("bệnh viện bình dân") == ["Bệnh viện Bình Dân"]
    assert shelf.found("bệnh viện bình dân hà nội") == ["Bệnh viện Bình Dân"]


def test_an_area_in_the_query_filters(shelf):
    shelf.add("Trong", "Khám mắt", ward_code=BAI_CHAY).add("Ngoài", "Khám mắt", ward_code=UONG_BI)
    assert shelf.found("khám mắt hạ long") == ["Trong"]
    assert shelf.found("khám mắt", area="Uông Bí") == ["Ngoài"]
    assert sorted(shelf.found("khám mắt quảng ninh")) == ["Ngoài", "Trong"]


def test_english_and_vietnamese_find_the_same(shelf):
    shelf.add("Sao Mai", "Xét nghiệm HIV", ("hiv-xet-nghiem", "y-te"), facets=frozenset({"free"}))
    shelf.add("Sao Hôm", "Xét nghiệm HIV", ("hiv-xet-nghiem", "y-te"), at=north_of(HA_LONG, 1))
    assert shelf.found("free HIV test") == shelf.found("xét nghiệm hiv miễn phí") == ["Sao Mai"]
