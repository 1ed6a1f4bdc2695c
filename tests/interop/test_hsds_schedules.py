import pytest

from directory.catalogue.hours import week_of
from directory.interop.hsds.schedules import hours_of, schedules_of

OF = "ac148810-d857-441c-9679-408f346de14b"


@pytest.mark.parametrize(
    "hours",
    ["24/7", "Mo-Fr 07:30-11:30,13:30-17:00; Sa 07:30-11:30", "Mo-Su 20:00-02:00", "Tu,Th 08:00-12:00",
     "Mo-Sa 00:00-24:00", "Su 08:00-10:00"],
)  # fmt: skip
def test_a_plain_week_comes_back_as_it_was(hours):
    again = week_of(hours_of(schedules_of(hours, OF)))
    assert again.groups == week_of(hours).groups


def test_what_iCal_cannot_say_is_said_in_words():  # noqa: N802 - its name
    said = {schedule["description"] for schedule in schedules_of('Mo-Fr 08:00-17:00; PH off; Sa "gọi trước"', OF)}
    assert said == {"Nghỉ ngày lễ; gọi trước"}
    assert schedules_of('"theo hẹn"', OF)[0]["description"] == "theo hẹn"
    assert schedules_of(None, OF) == []


def test_a_schedule_of_strangers_is_read_as_far_as_it_is_weekly():
    weekly = {"freq": "WEEKLY", "byday": "MO,WE", "opens_at": "9:00Z", "closes_at": "17:00:00"}
    assert hours_of([weekly]) == "Mo,We 09:00-17:00"
    assert hours_of([weekly, weekly | {"opens_at": "18:00", "closes_at": "20:00"}]) == "Mo,We 09:00-17:00,18:00-20:00"
    assert hours_of([weekly | {"interval": 2, "description": "Cách tuần"}]) == '"Cách tuần"'
    assert hours_of([weekly | {"freq": "MONTHLY", "byday": "1MO"}]) == ""
    assert hours_of([{"opens_at": None, "byday": 7, "description": 'nói "thẳng"'}]) == '"nói thẳng"'
    assert hours_of([]) == ""


def test_each_schedule_has_an_id_of_its_own_that_stays():
    first = schedules_of("Mo-Fr 07:30-11:30,13:30-17:00", OF)
    assert len({one["id"] for one in first}) == 2
    assert first == schedules_of("Mo-Fr 07:30-11:30,13:30-17:00", OF)
