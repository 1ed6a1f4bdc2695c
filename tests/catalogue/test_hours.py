"""Hours are never guessed: open, shut or unknown, also at night, on holidays and at Tet."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.catalogue.holidays import TET, is_holiday
from directory.catalogue.hours import is_valid, state_at, week_of
from directory.clock import LOCAL_ZONE

MONDAY = date(2026, 6, 1)
OFFICE = "Mo-Fr 07:30-11:30,13:30-16:30; Sa 07:30-11:30"


def at(day: int, clock_time: str, monday: date = MONDAY) -> datetime:
    return datetime.combine(monday + timedelta(days=day), time.fromisoformat(clock_time), LOCAL_ZONE)


@pytest.mark.parametrize(
    ("text", "moment", "is_open", "change"),
    [
        (OFFICE, at(0, "07:29"), False, at(0, "07:30")),
        (OFFICE, at(0, "07:30"), True, at(0, "11:30")),
        (OFFICE, at(0, "11:30"), False, at(0, "13:30")),
        (OFFICE, at(4, "16:30"), False, at(5, "07:30")),
        (OFFICE, at(5, "12:00"), False, at(7, "07:30")),
        ("Mo-Su 17:00-02:00", at(0, "23:00"), True, at(1, "02:00")),
        ("Mo-Su 17:00-02:00", at(1, "01:59"), True, at(1, "02:00")),
        ("Mo-Su 17:00-02:00", at(1, "02:00"), False, at(1, "17:00")),
        ("Fr 22:00-06:00", at(5, "05:00"), True, at(5, "06:00")),
        ("Mo-Fr 00:00-24:00", at(2, "12:00"), True, at(5, "00:00")),
        ("24/7", at(2, "03:00"), True, None),
        ("off", at(2, "12:00"), False, None),
        ("Jan-Mar Mo-Fr 08:00-17:00", at(0, "09:00"), False, None),
    ],
)
def test_a_place_is_open_until_it_shuts_and_shut_until_it_opens(text, moment, is_open, change):
    state = state_at(text, moment)
    assert (state.is_open, state.changes_at) == (is_open, change)


@pytest.mark.parametrize(
    "text", [None, "", '"theo hẹn"', "by appointment", "T2-T6 7h", 'Mo-Fr 08:00-17:00 "hẹn trước"']
)
def test_what_nobody_can_know_is_unknown(text):
    assert state_at(text, at(0, "09:00")).is_open is None


def test_hours_with_a_remark_are_still_shut_at_night():
    assert state_at('Mo-Fr 08:00-17:00 || "gọi trước"', at(0, "22:00")).is_open is False


@pytest.mark.parametrize(
    "day", [date(2027, 2, 6), date(2027, 2, 5), date(2026, 9, 2), date(2027, 4, 16), date(2027, 1, 1)]
)
def test_on_a_holiday_weekly_hours_say_nothing(day):
    noon = datetime.combine(day, time(10), LOCAL_ZONE)
    state = state_at("Mo-Su 08:00-17:00", noon)
    assert (state.is_open, state.is_holiday) == (None, True)
    assert state_at("24/7", noon).is_open is True
    assert state_at("Mo-Su 08:00-17:00; PH off", noon).is_open is False
    assert state_at("Mo-Su,PH 08:00-17:00", noon).is_open is True


def test_after_a_holiday_the_place_opens_again():
    before_new_year = datetime(2026, 12, 31, 20, 0, tzinfo=LOCAL_ZONE)
    state = state_at("Mo-Su 08:00-17:00; PH off", before_new_year)
    assert state.changes_at == datetime(2027, 1, 2, 8, 0, tzinfo=LOCAL_ZONE)


def test_every_tet_falls_where_it_can():
    for year, first_day in TET.items():
        assert date(year, 1, 21) <= first_day <= date(year, 2, 20)
        assert is_holiday(first_day)
        assert not is_holiday(first_day + timedelta(days=10))


def test_the_moment_may_be_in_any_zone():
    utc = at(0, "09:00").astimezone(tz=None)
    assert state_at(OFFICE, utc) == state_at(OFFICE, at(0, "09:00"))


def test_a_week_groups_days_that_are_alike():
    week = week_of(OFFICE)
    morning, afternoon = (time(7, 30), time(11, 30)), (time(13, 30), time(16, 30))
    groups = [(group.first, group.last, group.spans) for group in week.groups]
    assert groups == [(0, 4, (morning, afternoon)), (5, 5, (morning,)), (6, 6, ())]
    assert week.holiday is None


def test_a_week_says_what_stands_in_words():
    assert week_of('"theo hẹn"').comments == ("theo hẹn",)
    assert week_of('"theo hẹn"').groups == ()
    assert week_of("Mo-Fr 08:00-17:00; PH off").holiday == ()


def test_hours_that_cannot_be_read_are_no_week():
    assert week_of("T2-T6 7h") is None
    assert not is_valid("T2-T6 7h")
    assert is_valid(OFFICE)


_TIMES = st.integers(0, 47).map(lambda half: f"{half // 2:02}:{half % 2 * 30:02}")


@given(opens=_TIMES, shuts=_TIMES, minutes=st.integers(0, 7 * 24 * 60 - 1))
def test_the_next_change_is_in_the_future_and_changes_the_state(opens, shuts, minutes):
    text = f"Mo-Fr {opens}-{shuts}"
    moment = at(0, "00:00") + timedelta(minutes=minutes)
    state = state_at(text, moment)
    if state.changes_at is None:
        return
    assert state.changes_at > moment
    just_before = state_at(text, state.changes_at - timedelta(minutes=1))
    assert just_before.is_open == state.is_open
    assert state_at(text, state.changes_at).is_open != state.is_open
