"""A few records, written as they would be after the slips are gone: facts, contacts, activities."""

from datetime import date
from typing import Any

from directory.extensions import db
from directory.outreach.models import Activity, ContactMaterial, OutreachContact
from directory.outreach.rules import ActivityKind, ContactKind
from directory.referrals.models import FactService, SlipFact
from directory.referrals.rules import State, Urgency
from directory.reports.figures import Line, Scope, ScopeArea
from directory.reports.periods import Period
from directory.reports.queries.reading import read_report
from tests.people import People

TODAY = date(2026, 11, 22)
YEAR = Period(date(2024, 1, 1), date(2024, 12, 31))


def both_areas(people: People) -> Scope:
    """Return both areas as the scope of a report, as if each had several wards."""
    return Scope("cả hai", tuple(_scope_area(area) for area in (people.area, people.other_area)), frozenset())


def one_area(people: People) -> Scope:
    """Return Hạ Long as the scope of a report."""
    return Scope(people.area.name, (_scope_area(people.area),), frozenset())


def _scope_area(area: Any) -> ScopeArea:
    return ScopeArea(area.id, area.code, area.name, is_ward=False, is_demo=False)


def read(scope: Scope, code: str, period: Period = YEAR) -> Line:
    """Return the line of one indicator."""
    (line,) = read_report(scope, period, codes=[code], today=TODAY).lines
    return line


def add_fact(people: People, issued_on: date, given: dict[str, int] | None = None, **said: Any) -> SlipFact:
    """Add the fact of a slip; served on the day it was issued when it says what was given."""
    served_on = said.get("served_on", issued_on if given else None)
    area = said.pop("area", people.area)
    defaults = {
        "group_id": people.group.id,
        "category_slug": "kham-benh",
        "urgency": Urgency.THREE_DAYS,
        "outcome": State.SERVED if served_on else State.EXPIRED,
        "area_id": area.id,
        "issued_on": issued_on,
        "served_on": served_on,
        "arrived_on": served_on,
        "acknowledged_on": served_on,
    }
    fact = SlipFact(**(defaults | said))
    day_and_area = {"area_id": area.id, "served_on": served_on}
    fact.given = [FactService(category_slug=slug, count=count, **day_and_area) for slug, count in (given or {}).items()]
    db.session.add(fact)
    db.session.flush()
    return fact


def add_contact(people: People, day_on: date, topics: str, *, number: int = 1, **copies: int) -> OutreachContact:
    """Add a contact about these topics, alone or with a group."""
    where = {"area_id": people.area.id, "group_id": people.group.id, "day_on": day_on}
    contact = OutreachContact(
        kind=ContactKind.ALONE if number == 1 else ContactKind.GROUP,
        people=number,
        topics=topics,
        materials=[ContactMaterial(material_code=code, count=count, **where) for code, count in copies.items()],
        **where,
    )
    db.session.add(contact)
    db.session.flush()
    return contact


def add_meeting(people: People, day: date, kind: ActivityKind = ActivityKind.MEETING, **said: Any) -> Activity:
    """Add an activity of the group."""
    defaults = {"area_id": people.area.id, "group_id": people.group.id, "started_on": day, "ended_on": day}
    activity = Activity(kind=kind, **(defaults | said))
    db.session.add(activity)
    db.session.flush()
    return activity
