"""Hours are asked for without syntax, and nothing is lost or guessed between the form, the words and what is kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.catalogue.hours import is_valid, week_of
from directory.catalogue.hours_form import (
    Holiday,
    HoursForm,
    Kind,
    Span,
    UnreadableHours,
    as_it_was,
    fields_of,
    form_of,
    osm_text_of,
    read_clock,
    read_form,
)
from directory.catalogue.hours_reading import osm_hours_of
from directory.catalogue.values import Unreadable, read_hours

OFFICE = "Mo-Fr 07:30-11:30,13:30-17:00"


@st.composite
def rows(draw) -> tuple[Span, ...]:
    """No, one or two spans; the last may end on the next day."""
    marks = sorted(draw(st.sets(st.integers(0, 24 * 4), min_size=4, max_size=4)))
    first, second, third, fourth = (mark * 15 for mark in marks)
    night = draw(st.integers(1, 24)) * 15
    return draw(
        st.sampled_from(
            [(), (Span(first, second),), (Span(first, second), Span(third, fourth))]
            + ([(Span(first, second), Span(third, night))] if night < third < 1440 else [])
        )
    )


@st.composite
def weeks(draw) -> HoursForm:
    days = draw(st.lists(rows(), min_size=7, max_size=7).filter(any))
    holiday = draw(st.sampled_from(Holiday))
    spans = draw(rows().filter(bool)) if holiday is Holiday.OPEN else ()
    return HoursForm(Kind.WEEK, tuple(days), holiday, spans)


@given(weeks())
def test_a_week_that_was_filled_in_is_shown_as_it_was_filled_in(week):
    text = osm_text_of(week)
    assert is_valid(text)
    assert form_of(text) == week
    assert read_form(fields_of(week)) == week


@given(weeks())
def test_what_is_kept_is_what_the_public_page_reads(week):
    read = week_of(osm_text_of(week))
    if read.is_always:
        assert set(week.days) == {(Span(0, 1440),)}
        return
    shown = [spans for group in read.groups for spans in [group.spans] * (group.last - group.first + 1)]
    starts = [[start.hour * 60 + start.minute for start, _ in spans] for spans in shown]
    # The library joins what meets at midnight; days without such hours read as they were written.
    if all(0 < span.start < span.end < 1440 for spans in week.days for span in spans):
        assert starts == [[span.start for span in spans] for spans in week.days]
    assert (read.holiday is None) == (week.holiday is Holiday.UNSAID)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (None, Kind.UNKNOWN),
        ("", Kind.UNKNOWN),
        ("24/7", Kind.ALWAYS),
        ('"theo hẹn"', Kind.APPOINTMENT),
        (OFFICE, Kind.WEEK),
        (f"{OFFICE}; Sa 07:30-11:30; PH off", Kind.WEEK),
        ("08:00-17:00", Kind.WEEK),
        ("Mo-Su,PH 08:00-17:00", Kind.WEEK),
        ("Mo-Fr 17:00-02:00", Kind.WEEK),
        ("Mo-Fr 08:00-10:00,11:00-12:00,13:00-17:00", Kind.TEXT),
        ("Jan-Mar Mo-Fr 08:00-17:00", Kind.TEXT),
        ('Mo-Fr 08:00-17:00 "gọi trước"', Kind.TEXT),
        ("Mo-Fr sunrise-sunset", Kind.TEXT),
        ("Mo[1] 08:00-11:00", Kind.TEXT),
        ("Mo-Fr 08:00+", Kind.TEXT),
        ("Mo-Fr 20:00-26:00", Kind.TEXT),
        ("off", Kind.TEXT),
    ],
)
def test_what_says_more_than_the_form_can_stays_text_and_is_kept_whole(text, kind):
    form = form_of(text)
    assert form.kind is kind
    if kind is Kind.TEXT:
        assert osm_text_of(form) == text


def test_a_later_rule_speaks_for_its_days():
    assert form_of("08:00-17:00; Su off").days == ((Span(480, 1020),),) * 6 + ((),)


def test_hours_written_in_another_way_do_not_look_changed_when_nobody_changed_them():
    present = "Mo,Tu,We,Th,Fr 07:30-11:30, 13:30-17:00"
    assert as_it_was(read_form(fields_of(form_of(present))), present) == present
    assert as_it_was(HoursForm(Kind.ALWAYS), present) == "24/7"


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [("7h30", 450), ("7:30", 450), ("07.30", 450), ("0730", 450), ("7", 420), ("7 giờ", 420), ("7g30", 450),
     ("24:00", 1440)],
)  # fmt: skip
def test_a_time_is_read_as_people_write_it(typed, minutes):
    assert read_clock(typed) == minutes


@pytest.mark.parametrize(
    ("fields", "row", "said"),
    [
        ({"gio-0-1-tu": "25h", "gio-0-1-den": "26h"}, 0, "Giờ ghi như"),
        ({"gio-2-1-tu": "7h"}, 2, "cả giờ mở và giờ đóng"),
        ({"gio-6-1-tu": "7h", "gio-6-1-den": "7h"}, 6, "trùng nhau"),
        ({"gio-1-1-tu": "13h", "gio-1-1-den": "17h", "gio-1-2-tu": "7h", "gio-1-2-den": "11h"}, 1, "chồng lên nhau"),
        ({}, None, "ít nhất một ngày"),
        ({"gio-0-1-tu": "7h", "gio-0-1-den": "11h", "gio-le": "open"}, 7, "ngày lễ"),
    ],
)
def test_what_cannot_be_hours_is_said_at_its_row(fields, row, said):
    with pytest.raises(UnreadableHours) as caught:
        read_form({"gio": "week"} | fields)
    assert caught.value.row == row
    assert said in caught.value.reason


@pytest.mark.parametrize(
    ("words", "osm"),
    [
        ("Thứ 2 – thứ 6: 7h30–11h30, 13h30–17h; thứ 7 sáng", f"{OFFICE}; Sa 07:30-11:30"),
        ("Thứ hai đến thứ sáu, 7 giờ 30 đến 17 giờ", "Mo-Fr 07:30-17:00"),
        ("T2–T6 7h30-11h30 & 13h30-17h00", OFFICE),
        ("thứ 2,4,6 8h-11h", "Mo,We,Fr 08:00-11:00"),
        ("Sáng: 7h30-11h30, chiều: 1h30-5h (thứ 2 - thứ 6)", OFFICE),
        ("Từ 8 - 17h thứ 2 đến thứ 7, nghỉ lễ tết", "Mo-Sa 08:00-17:00; PH off"),
        ("Hàng ngày từ 7h đến 17h, trừ chủ nhật", "Mo-Sa 07:00-17:00"),
        ("8h sáng - 5h chiều thứ 2 tới thứ 6", "Mo-Fr 08:00-17:00"),
        ("Tối 18h-21h T2-T6", "Mo-Fr 18:00-21:00"),
        ("T2-T7 8h-20h; CN 8h-12h; ngày lễ nghỉ", "Mo-Sa 08:00-20:00; Su 08:00-12:00; PH off"),
        ("thứ 7, CN: 24/24", "Sa-Su 00:00-24:00"),
        ("24/24 hàng ngày", "24/7"),
        ("chỉ theo hẹn", '"theo hẹn"'),
    ],
)
def test_a_door_plate_is_read(words, osm):
    assert osm_hours_of(words) == osm
    assert read_hours(words) == osm


@pytest.mark.parametrize(
    "words",
    [
        "7h30-17h",
        "giờ hành chính",
        "Thứ 7 cả ngày",
        "thứ 2 - thứ 6",
        "thứ 2 - thứ 6: 7h30-11h30, 1h30-5h",
        "thứ 2 5h chiều - 9h",
        "thứ 2 7h-11h, gọi bác Tư",
        "99h-100h T2",
        "thứ 2 - ngày lễ 7h-11h",
        "- 7h",
        "x" * 600,
    ],
)
def test_what_is_not_surely_meant_is_not_read(words):
    assert osm_hours_of(words) is None


def test_hours_without_their_days_are_refused_with_an_example():
    with pytest.raises(Unreadable, match="Thứ 2 – thứ 6"):
        read_hours("7h30-17h")


@given(st.text(alphabet="thu27sáng chiềuCNnghỉ lễhg:-–,;.&()trừ0135", max_size=60))
def test_whatever_is_read_is_hours(text):
    read = osm_hours_of(text)
    assert read is None or is_valid(read)
