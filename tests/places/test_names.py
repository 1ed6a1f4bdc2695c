"""Reading a place as people write it."""

import pytest

from directory.places.names import as_number, marks_disagree, name_keys, read_phrase, read_words


def keys_of(text):
    return [[word.key for word in part] for part in read_phrase(text)]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("P. Bãi Cháy, TP. Hạ Long", [["p", "bai", "chay"], ["tp", "ha", "long"]]),
        ("Q1", [["q", "1"]]),
        ("Q.01", [["q", "1"]]),
        ("p12 bình thạnh", [["p", "12", "binh", "thanh"]]),
        ("Hà Nội, Việt Nam", [["ha", "noi"]]),
        ("Việt Nam", [["viet", "nam"]]),
        ("Bà Rịa - Vũng Tàu", [["ba", "ria", "vung", "tau"]]),
        ("  ,; ", []),
        ("", []),
    ],
)
def test_a_phrase_is_split_at_commas_into_words(text, parts):
    assert keys_of(text) == parts


def test_a_text_too_long_for_a_place_has_no_parts():
    assert read_phrase("hạ long " * 1000) == []
    assert read_phrase("a " * 60) == []


def test_number_words_after_a_prefix():
    assert as_number(("muoi", "hai")) == "12"
    assert as_number(("ba",)) == "3"
    assert as_number(("long",)) is None


def test_marks_disagree_only_where_they_were_typed():
    def typed(text):
        return read_words(text.split())

    assert not marks_disagree(typed("ha long"), "Hạ Long")
    assert not marks_disagree(typed("hạ long"), "Hạ Long")
    assert not marks_disagree(typed("hoà bình"), "Hòa Bình")
    assert marks_disagree(typed("hà long"), "Hạ Long")
    assert marks_disagree(typed("tạm lánh"), "Tam Lãnh")


def test_i_and_y_and_leading_zeros_are_one_key():
    assert name_keys("Mỹ Tho") == name_keys("Mĩ Tho")
    assert name_keys("Quy Nhơn") == name_keys("Qui Nhơn")
    assert name_keys("01") == name_keys("1")
