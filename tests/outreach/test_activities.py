"""Activities are counted once, on days that have been, in the area of their group; and the board of meetings."""

from datetime import date

import pytest
from sqlalchemy import select

from directory.accounts.models import AuditEntry
from directory.errors import Conflict, Invalid, NotFound
from directory.extensions import db
from directory.outreach.operations import ActivityWanted, add_activity, change_activity, remove_activity
from directory.outreach.queries import activities as queries
from directory.outreach.queries.activities import ActivitiesWanted
from directory.outreach.rules import ActivityKind, listed, unlisted
from directory.web.transaction import transaction

TODAY = date(2026, 11, 22)


def wanted(people, **changes) -> ActivityWanted:
    said = {
        "kind": ActivityKind.MEETING,
        "area_id": people.area.id,
        "started_on": date(2026, 11, 5),
        "group_id": people.group.id,
    }
    return ActivityWanted(**(said | changes))


def add(people, **changes):
    with transaction():
        return add_activity(people.coordinator.actor, wanted(people, **changes), TODAY)


def lines(people, who="coordinator", **chosen):
    return queries.activities(getattr(people, who).actor, ActivitiesWanted(**chosen))


def test_an_activity_is_listed_as_it_was_written(people):
    add(
        people,
        kind=ActivityKind.TRAINING,
        group_id=None,
        started_on=date(2018, 9, 19),
        ended_on=date(2018, 9, 20),
        model_code="02",
        participants=40,
        topics=["mapping", "law", "law"],
        source="  Bài 004,  20/09/2018 ",
    )
    (line,) = lines(people)
    assert (line.kind, line.days, line.group, line.model_code) == (ActivityKind.TRAINING, 2, None, "02")
    assert (line.participants, line.topics, line.source) == (40, ("law", "mapping"), "Bài 004, 20/09/2018")


def test_nobody_counted_is_not_nobody_came(people):
    add(people)
    add(people, started_on=date(2026, 11, 6), participants=0)
    assert [line.participants for line in lines(people)] == [0, None]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"started_on": date(2026, 11, 23)}, "started_on"),
        ({"ended_on": date(2026, 11, 4)}, "ended_on"),
        ({"started_on": date(2026, 11, 20), "ended_on": date(2026, 11, 23)}, "ended_on"),
        ({"started_on": date(2026, 9, 1), "ended_on": date(2026, 10, 2)}, "ended_on"),
        ({"participants": -1}, "participants"),
        ({"participants": 10_001}, "participants"),
        ({"source": "x" * 201}, "source"),
        ({"model_code": "09"}, "model"),
        ({"topics": ["law", "nonsense"]}, "topics"),
        ({"group_id": 10**6}, "where"),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_does_not_fit_is_refused_at_its_field(people, changes, field):
    with pytest.raises(Invalid) as refused:
        add(people, **changes)
    assert refused.value.field == field
    assert lines(people) == []


def test_a_group_of_another_area_is_refused(people):
    with pytest.raises(Invalid):
        add(people, group_id=people.other_group.id)


def test_one_meeting_that_two_people_write_down_is_counted_once(people):
    add(people)
    with pytest.raises(Conflict):
        add(people)
    with pytest.raises(Conflict):
        add(people, participants=8)
    add(people, is_another=True)
    add(people, kind=ActivityKind.CAMPAIGN)
    add(people, group_id=None)
    assert len(lines(people)) == 4


def test_an_activity_is_corrected_and_removed_and_the_audit_knows(people):
    activity = add(people)
    with transaction():
        change_activity(people.coordinator.actor, activity, wanted(people, participants=9), TODAY)
    assert [line.participants for line in lines(people)] == [9]
    with transaction():
        remove_activity(people.coordinator.actor, queries.activity(people.coordinator.actor, activity.code))
    assert lines(people) == []
    acts = db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.seq))
    assert [act for act in acts if act.startswith("activity.")] == [
        "activity.added",
        "activity.changed",
        "activity.removed",
    ]


def test_another_areas_activity_does_not_exist_for_her(people):
    activity = add(people)
    assert lines(people, "other_coordinator") == []
    assert queries.activity_line(people.other_coordinator.actor, activity.code) is None
    assert queries.years_of_activities(people.other_coordinator.actor) == []
    with pytest.raises(NotFound):
        queries.activity(people.other_coordinator.actor, activity.code)


def test_the_list_is_chosen_from_and_counted_by_kind(people):
    add(people)
    add(people, kind=ActivityKind.WORKSHOP, model_code="02", started_on=date(2020, 3, 1))
    actor = people.coordinator.actor
    assert [line.kind for line in lines(people, model_code="02")] == [ActivityKind.WORKSHOP]
    assert [line.kind for line in lines(people, year=2026)] == [ActivityKind.MEETING]
    assert [line.kind for line in lines(people, kind=ActivityKind.WORKSHOP)] == [ActivityKind.WORKSHOP]
    assert lines(people, area_code=people.other_area.code) == []
    assert queries.years_of_activities(actor) == [2026, 2020]
    assert queries.count_by_kind(actor, ActivitiesWanted()) == {ActivityKind.WORKSHOP: 1, ActivityKind.MEETING: 1}


def board(people, year, **days):
    with transaction():
        group = db.session.merge(people.group)
        for name, day in days.items():
            setattr(group, name, day)
    (line,) = queries.meeting_board(people.coordinator.actor, year, TODAY)
    return line


def test_the_board_says_which_months_lack_a_meeting(people):
    for day in (date(2026, 1, 3), date(2026, 1, 17), date(2026, 2, 3), date(2026, 11, 3)):
        add(people, started_on=day)
    add(people, started_on=date(2026, 2, 20), kind=ActivityKind.TRAINING)
    add(people, started_on=date(2026, 2, 21), group_id=None)
    line = board(people, 2026, founded_on=date(2025, 6, 1))
    assert [month.meetings for month in line.months] == [2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1]
    assert [month.lacks for month in line.months] == [0, 1, 2, 2, 2, 2, 2, 2, 2, 2, 1]
    assert [month.is_over for month in line.months] == [True] * 10 + [False]
    assert (line.full, line.asked) == (1, 10)


def test_a_month_in_which_a_group_was_not_all_at_work_is_not_asked(people):
    add(people, started_on=date(2025, 3, 28))
    line = board(people, 2025, founded_on=date(2025, 3, 10), ended_on=date(2025, 5, 20))
    assert [month.meetings for month in line.months] == [None, None, 1, 0] + [None] * 8
    assert queries.meeting_board(people.coordinator.actor, 2024, TODAY) == []
    assert queries.meeting_board(people.coordinator.actor, 2026, TODAY) == []


def test_a_group_of_unknown_founding_is_asked_from_its_first_meeting(people):
    assert [month.meetings for month in board(people, 2026).months] == [0] * 11
    add(people, started_on=date(2026, 10, 1))
    assert [month.meetings for month in board(people, 2026).months] == [None] * 9 + [1, 0]


def test_topics_are_written_in_one_order_and_read_back():
    assert listed(["violence", "law", "law"]) == ",law,violence,"
    assert unlisted(listed(["violence", "law"])) == ("law", "violence")
    assert (listed([]), unlisted("")) == ("", ())
