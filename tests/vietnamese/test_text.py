import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.vietnamese import fold, key, marked_key, marked_syllables, nfc, sort_key, syllables

texts = st.text(max_size=60)
vietnamese = st.text(
    alphabet="aăâbcdđeêghiklmnoôơpqrstuưvxy àáảãạ ằắẳẵặ ềếểễệ ờớởỡợ ừứửữự ỳýỷỹỵ-/0123456789", max_size=60
)


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Khám Bệnh", "kham benh"),
        ("Đường Điện Biên Phủ", "duong dien bien phu"),
        ("TRƯỜNG NGUYỄN ƯỚC", "truong nguyen uoc"),
        ("hoà = hòa, thuý = thúy", "hoa = hoa, thuy = thuy"),
        ("Nghệ-tĩnh 24/24", "nghe-tinh 24/24"),
    ],
)
def test_folding_drops_marks_and_case_and_keeps_the_rest(typed, folded):
    assert fold(typed) == folded
    assert fold(unicodedata.normalize("NFD", typed)) == folded


@given(texts)
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)


@given(vietnamese)
def test_composed_and_decomposed_text_are_the_same(text):
    decomposed = unicodedata.normalize("NFD", text)
    assert fold(decomposed) == fold(text)
    assert syllables(decomposed) == syllables(text)
    assert sort_key(decomposed) == sort_key(text)
    assert list(map(marked_key, marked_syllables(decomposed))) == list(map(marked_key, marked_syllables(text)))


@given(texts)
def test_clean_text_stays_clean(text):
    clean = nfc(text)
    assert nfc(clean) == clean
    assert clean == clean.strip()
    assert not any(unicodedata.category(letter) == "Cc" for letter in clean)


def test_unseen_characters_are_removed_and_spaces_collapsed():
    assert nfc("\ufeffKhám\u200b \t bệnh\x00\n") == "Khám bệnh"


def test_a_lone_surrogate_of_broken_input_is_removed():
    assert nfc("a\udcffb") == "ab"


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("24/24", ["24/24"]),
        ("mở 24/7, P.12", ["mo", "24/7", "p", "12"]),
        ("COVID-19", ["covid", "19"]),
        ("số 24/245 Lê Lợi", ["so", "24", "245", "le", "loi"]),
        ("H'Mông", ["h", "mong"]),
        ("", []),
        ("…?!", []),
    ],
)
def test_tokens_are_runs_of_letters_and_digits(text, tokens):
    assert syllables(text) == tokens


@given(texts)
def test_marked_tokens_stand_beside_their_folded_ones(text):
    assert len(marked_syllables(text)) == len(syllables(text))


@pytest.mark.parametrize(("one", "other"), [("mỹ", "mĩ"), ("lý", "lí"), ("quý", "quí"), ("kỹ", "kĩ"), ("y", "i")])
def test_i_and_y_are_alike_where_both_are_written(one, other):
    assert key(one) == key(other)
    assert marked_key(one) == marked_key(other) or one == "y"


def test_uy_and_ay_are_not_ui_and_ai():
    assert key("thuy") != key("thui")
    assert key("may") != key("mai")


@pytest.mark.parametrize(("one", "other"), [("hoà", "hòa"), ("thuý", "thúy"), ("khoẻ", "khỏe")])
def test_the_place_of_a_tone_makes_no_difference(one, other):
    assert marked_key(one) == marked_key(other)


def test_marks_make_a_difference():
    assert marked_key("tạm") != marked_key("tâm")
    assert marked_key("lánh") != marked_key("lành")


def test_the_alphabet_is_vietnamese():
    names = ["Đà", "Dân", "Da", "Ân", "Ăn", "An"]
    assert sorted(names, key=sort_key) == ["An", "Ăn", "Ân", "Da", "Dân", "Đà"]


def test_tones_come_after_letters_in_the_order_of_dictionaries():
    assert sorted(["mạ", "mã", "má", "ma", "mả", "mà", "mac"], key=sort_key) == [
        "ma",
        "mà",
        "mả",
        "mã",
        "má",
        "mạ",
        "mac",
    ]


def test_numbers_are_sorted_as_numbers():
    assert sorted(["Phường 10", "Phường 2", "Phường 1"], key=sort_key) == ["Phường 1", "Phường 2", "Phường 10"]
