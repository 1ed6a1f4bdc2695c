"""Years of an area for tests: facts on the days that a test wants, and figures that were frozen long ago."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import insert

from directory import clock
from directory.extensions import db, table_of
from directory.outreach.models import OutreachContact
from directory.outreach.rules import ContactKind
from directory.places.models import Area
from directory.referrals.models import FactService, SlipFact
from directory.referrals.rules import State, Urgency
from directory.reports.models import ClosedYear, PeriodFigure
from directory.web.transaction import transaction


def served(area_id: int, group_id: int, day: date, *, token: bytes | None = None, **services: int) -> None:
    """Write down that a slip was issued and served on a day; services by slug, with _ for -."""
    given = {slug.replace("_", "-"): count for slug, count in services.items()} or {"kham-benh": 1}
    days = dict.fromkeys(("issued_on", "acknowledged_on", "arrived_on", "served_on"), day)
    with transaction():
        fact = SlipFact(
            area_id=area_id, group_id=group_id, category_slug=next(iter(given)), urgency=Urgency.THREE_DAYS,
            outcome=State.SERVED, person_token=token, was_silent=False, was_forwarded_here=False, **days,
        )  # fmt: skip
        fact.given = [
            FactService(category_slug=slug, count=count, area_id=area_id, served_on=day)
            for slug, count in given.items()
        ]
        db.session.add(fact)


def met(area_id: int, group_id: int, day: date, people: int) -> None:
    """Write down a contact with a group."""
    with transaction():
        contact = OutreachContact(
            area_id=area_id, group_id=group_id, day_on=day, kind=ContactKind.GROUP, people=people, topics=",law,"
        )
        db.session.add(contact)


def freeze(area: Area, year: int, figures: Mapping[tuple[str, str], int | None]) -> None:
    """Close a year with these figures, by indicator and key; part of the caller's transaction."""
    rows: list[dict[str, Any]] = [
        {
            "area_id": area.id, "year": year, "indicator": code, "key": key, "version": 1,
            "value": None if value is None else Decimal(value),
        }
        for (code, key), value in figures.items()
    ]  # fmt: skip
    db.session.add(ClosedYear(area_id=area.id, year=year, closed_at=clock.now()))
    if rows:
        db.session.execute(insert(table_of(PeriodFigure)), rows)
