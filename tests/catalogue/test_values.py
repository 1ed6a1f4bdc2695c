from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.catalogue import values
from directory.catalogue.values import Unreadable

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize("text", ["có", "Có", "CO", "true", "1", "x", "X", "Yes", "đúng"])
def test_yes_is_read_in_many_spellings(text):
    assert values.read_boolean(text) is True


@pytest.mark.parametrize("text", ["không", "KHONG", "false", "0", "no"])
def test_no_is_read_in_many_spellings(text):
    assert values.read_boolean(text) is False


def test_anything_else_is_no_boolean():
    with pytest.raises(Unreadable):
        values.read_boolean("tùy lúc")


@pytest.mark.parametrize("text", ["2025-03-08", "08/03/2025", "8/3/2025", "8-3-2025", "2025-03-08 00:00:00"])
def test_dates_are_iso_or_day_first(text):
    assert values.read_date(text, TODAY) == date(2025, 3, 8)


@pytest.mark.parametrize("text", ["2026-11-23", "31/02/2025", "03/2025", "hôm qua", "1/1/1900"])
def test_days_that_cannot_be_are_refused(text):
    with pytest.raises(Unreadable):
        values.read_date(text, TODAY)


@pytest.mark.parametrize(
    ("text", "number", "shown"),
    [
        ("111", "111", "111"),
        ("113", "113", "113"),
        ("+84 113", "113", "113"),
        ("1022", "1022", "1022"),
        ("1900 96 96 80", "1900969680", "1900 96 96 80"),
        ("+84 1800 6928", "18006928", "1800 6928"),
        ("0203 3825 499", "+842033825499", "0203 3825 499"),
        ("(0203) 3825.499", "+842033825499", "0203 3825 499"),
        ("84912345678", "+84912345678", "0912 345 678"),
        ("912345678", "+84912345678", "0912 345 678"),
        ("+1 650 253 0000", "+16502530000", "+1 650-253-0000"),
    ],
)
def test_numbers_are_dialled_and_shown_as_in_viet_nam(text, number, shown):
    assert values.read_phones(text) == ((number, shown),)


def test_several_numbers_keep_their_order_and_stand_once():
    phones = values.read_phones("0203 3825 499; 111 / 0912345678, 02033825499")
    assert [phone.number for phone in phones] == ["+842033825499", "111", "+84912345678"]


@pytest.mark.parametrize("text", ["38658509", "+84 4 3687 3058", "12", "gọi anh Ba", "0203 3825 4999999"])
def test_numbers_that_nobody_can_dial_are_refused(text):
    with pytest.raises(Unreadable):
        values.read_phones(text)


def test_an_invented_number_need_not_exist():
    assert values.read_phones("0203 000 0001", is_invented=True)[0].number == "02030000001"


@pytest.mark.parametrize("text", ["Mo-Fr 07:30-17:00; Sa 07:30-11:30", "24/7", 'Mo-Fr 08:00-17:00 "theo hẹn"'])
def test_hours_in_osm_syntax_stay_as_written(text):
    assert values.read_hours(text) == text


def test_round_the_clock_is_understood_as_people_write_it():
    assert {values.read_hours(text) for text in ("24/24", "24/24h", "Cả ngày", "24/7")} == {"24/7"}


@pytest.mark.parametrize("text", ["7h30 - 17h", "thứ 2 đến thứ 6", "Mo-Sun 07:00-22:00", "Mo 99:00-12:00", "x" * 600])
def test_other_hours_are_refused(text):
    with pytest.raises(Unreadable):
        values.read_hours(text)


def test_languages_are_codes_or_names():
    assert values.read_languages("vi;en; km;hmn") == ("vi", "en", "km", "hmn")
    assert values.read_languages("Tiếng Việt; Khmer; tieng Tay; dao") == ("vi", "km", "tyz", "ium")
    with pytest.raises(Unreadable):
        values.read_languages("vi;klingon!")


@pytest.mark.parametrize(("text", "degrees"), [("20.951", 20.951), ("107,080", 107.08), ("-3", -3.0), ("21°", 21.0)])
def test_coordinates_take_a_decimal_comma(text, degrees):
    assert values.read_coordinate(text) == degrees


@pytest.mark.parametrize("text", ["20.951.1", "20°57'", "nan", "1e5", "inf", "20951000", "=A1"])
def test_other_coordinates_are_refused(text):
    with pytest.raises(Unreadable):
        values.read_coordinate(text)


def test_web_addresses_are_http_only():
    assert values.read_website("www.benhvien.vn") == "https://www.benhvien.vn"
    assert values.read_website("http://benhvien.vn/a?b=c") == "http://benhvien.vn/a?b=c"
    for text in (
        "javascript:alert(1)",
        "ftp://a.vn",
        "benhvien",
        "https://a.vn/<b>",
        "https://u:p@a.vn",
        "http://[",
        "http://a b.vn",
    ):
        with pytest.raises(Unreadable):
            values.read_website(text)


READERS = [
    values.read_boolean,
    values.read_coordinate,
    values.read_website,
    values.read_hours,
    values.read_languages,
    values.read_phones,
    lambda text: values.read_date(text, TODAY),
]


@given(text=st.text(min_size=1, max_size=60), reader=st.sampled_from(READERS))
def test_any_text_is_read_or_refused_with_a_reason_that_does_not_repeat_it(text, reader):
    reason = reason_of(reader, text)
    assert len(text) < 4 or text not in reason


def reason_of(reader, text):
    try:
        reader(text)
    except Unreadable as error:
        return error.reason
    return ""
