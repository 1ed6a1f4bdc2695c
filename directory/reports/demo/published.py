"""What the articles publish, taken apart into records whose figures are those totals again (``seed/published/``).

Days are spread evenly over the time that a total is about. A row that names ``people`` was published with a number of
people, and its records bear tokens; the others have none, since nobody said how many people they were.
"""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from sqlalchemy import exists, insert, select

from directory import clock, seed_files
from directory.accounts.models import PeerGroup
from directory.extensions import Model, db
from directory.outreach.models import Activity, MaterialMove
from directory.outreach.rules import ActivityKind, MoveKind, listed
from directory.places.models import Area
from directory.referrals.models import FactService, SlipBook, SlipFact
from directory.referrals.rules import State, Urgency
from directory.reports.models import ManualFigure
from directory.reports.rules import Qualifier

#: From issue to acknowledgement, arrival and service, one after the other for each fact, in hours.
_HOURS = ((3, 26, 27), (5, 49, 50), (20, 72, 74), (1, 5, 6), (9, 30, 31), (28, 94, 97), (2, 24, 25))
#: The book of slips of the group in Vĩnh Long: as many of it were used as cases were published.
_BOOK_GROUP, _BOOK_SIZE, _BOOK_USED = "Nhóm Phù Sa (minh hoạ)", 50, 35
_BOOK_MINTED, _BOOK_VOIDED = date(2019, 6, 24), date(2021, 1, 11)


@dataclass(frozen=True)
class Places:
    """The ids of illustrative areas by name, and of the first group of each."""

    areas: dict[str, int]
    groups: dict[int, int]


def places() -> Places:
    """Return the areas and the illustrative group of each."""
    areas = dict(db.session.execute(select(Area.name, Area.id)).all())
    groups = select(PeerGroup.area_id, PeerGroup.id).where(PeerGroup.is_demo).order_by(PeerGroup.id.desc())
    return Places(areas, dict(db.session.execute(groups).all()))


def load_published(where: Places) -> None:
    """Load what is not there yet."""
    sources = {row["code"]: row["source"] for row in seed_files.rows("published/sources.csv")}
    demo_groups = select(PeerGroup.id).where(PeerGroup.is_demo)
    if not any_row(SlipFact.group_id.in_(demo_groups) & (SlipFact.issued_on < date(2025, 1, 1))):
        _load_services(where)
    if not any_row(Activity.is_demo & Activity.source.is_not(None)):
        insert_rows(Activity, [dict(row) for row in _activities(where, sources)])
    if not any_row(MaterialMove.is_demo & MaterialMove.source.is_not(None)):
        insert_rows(MaterialMove, [dict(row) for row in _moves(where, sources)])
    if not any_row(ManualFigure.is_demo):
        insert_rows(ManualFigure, [dict(row) for row in _figures(sources)])
    _load_book()


def spread(first: date, last: date, number: int, rhythm: str = "even") -> list[date]:
    """Return so many days from the first to the last; by month the same day of each."""
    if rhythm == "monthly":
        months = [divmod(first.year * 12 + first.month - 1 + place, 12) for place in range(number)]
        return [date(year, month + 1, first.day) for year, month in months]
    whole = (last - first).days
    return [first + timedelta(days=whole * place // max(1, number - 1)) for place in range(number)]


def shares(total: int, parts: int) -> list[int]:
    """Divide a total into whole parts that differ by one at most."""
    return [total * (place + 1) // parts - total * place // parts for place in range(parts)]


def local_noon(day: date) -> datetime:
    """Return the moment of noon on a local day."""
    return datetime(day.year, day.month, day.day, 12, tzinfo=clock.LOCAL_ZONE)


def any_row(condition: Any) -> bool:
    """Whether there is a row of which this holds."""
    return bool(db.session.scalar(select(exists().where(condition))))


def insert_rows(model: type[Model], rows: list[dict[str, Any]]) -> None:
    """Insert many rows at once; columns that are not named get what they have by default."""
    if rows:
        db.session.execute(insert(model), rows)


def _days(row: dict[str, str]) -> tuple[date, date]:
    return date.fromisoformat(row["first_on"]), date.fromisoformat(row["last_on"])


def _load_services(where: Places) -> None:
    """Write the facts and what was given with each, one service to a fact."""
    served = [fact for row in _with_tokens() for fact in _facts(row, where)]
    ids = db.session.scalars(insert(SlipFact).returning(SlipFact.id, sort_by_parameter_order=True), served).all()
    given = [
        {name: fact[name] for name in ("category_slug", "area_id", "served_on")} | {"fact_id": fact_id, "count": 1}
        for fact_id, fact in zip(ids, served, strict=True)
    ]
    insert_rows(FactService, given)


def _with_tokens() -> Iterator[dict[str, Any]]:
    """Yield the rows of services with the tokens of those who were served: each in turn, so that nobody is left out."""
    tokens: dict[tuple[str, str], list[bytes]] = {}
    turns: dict[tuple[str, str], Iterator[int]] = {}
    for row in seed_files.rows("published/services.csv"):
        whose, number = (row["area"], row["source"]), int(row["people"] or 0)
        if number:
            tokens.setdefault(whose, [secrets.token_bytes(16) for _ in range(number)])
            turn = turns.setdefault(whose, count())
            people = [tokens[whose][next(turn) % number] for _ in range(int(row["count"]))]
        else:
            people = [None] * int(row["count"])  # type: ignore[list-item]
        yield row | {"people": people}


def _facts(row: dict[str, Any], where: Places) -> Iterator[dict[str, Any]]:
    area_id = where.areas[row["area"]]
    first, last = _days(row)
    for place, (day, token) in enumerate(zip(spread(first, last, int(row["count"])), row["people"], strict=True)):
        hours = _HOURS[place % len(_HOURS)]
        # A slip of the first days was issued on the very day: its year is the one in which it was served.
        issued_on = max(first, day - timedelta(days=hours[2] // 24))
        yield {
            "area_id": area_id,
            "group_id": where.groups[area_id],
            "category_slug": row["category"],
            "urgency": Urgency.THREE_DAYS,
            "outcome": State.SERVED,
            "issued_on": issued_on,
            "acknowledged_on": min(day, issued_on + timedelta(days=hours[0] // 24)),
            "arrived_on": day,
            "served_on": day,
            "need_answered_on": None if place % 7 == 6 else day,
            "need_met": None if place % 7 == 6 else place % 11 != 10,
            "hours_to_acknowledge": hours[0],
            "hours_to_arrive": hours[1],
            "hours_to_serve": hours[2],
            "person_token": token,
        }


def _activities(where: Places, sources: dict[str, str]) -> Iterator[dict[str, Any]]:
    for row in seed_files.rows("published/activities.csv"):
        area_id = where.areas[row["area"]]
        for day in spread(*_days(row), int(row["count"]), row["spread"]):
            yield {
                "kind": ActivityKind(row["kind"]),
                "area_id": area_id,
                "group_id": where.groups[area_id] if row["by_group"] else None,
                "model_code": row["model"] or None,
                "started_on": day,
                "ended_on": day + timedelta(days=int(row["days"]) - 1),
                "topics": listed(row["topics"].split()),
                "source": sources[row["source"]],
                "is_demo": True,
            }


def _moves(where: Places, sources: dict[str, str]) -> Iterator[dict[str, Any]]:
    for row in seed_files.rows("published/materials.csv"):
        area_id, moves = where.areas[row["area"]], int(row["moves"])
        for day, copies in zip(spread(*_days(row), moves), shares(int(row["count"]), moves), strict=True):
            yield {
                "material_code": row["material"],
                "kind": MoveKind(row["kind"]),
                "area_id": area_id,
                "group_id": where.groups[area_id] if row["by_group"] else None,
                "day_on": day,
                "count": copies,
                "source": sources[row["source"]],
                "is_demo": True,
            }


def _figures(sources: dict[str, str]) -> Iterator[dict[str, Any]]:
    for row in seed_files.rows("published/figures.csv"):
        yield {
            "indicator": row["indicator"],
            "unit_key": row["unit_key"] or None,
            "first_on": date.fromisoformat(row["first_on"]) if row["first_on"] else None,
            "last_on": date.fromisoformat(row["last_on"]),
            "value": Decimal(row["value"]),
            "qualifier": Qualifier(row["qualifier"]),
            "source": sources[row["source"]],
            "is_demo": True,
        }


def _load_book() -> None:
    """Write down the book whose slips are used, void and purged long ago; what is left of it was voided as a whole."""
    group = db.session.scalars(select(PeerGroup).where(PeerGroup.name == _BOOK_GROUP)).one()
    if not any_row(SlipBook.group_id == group.id):
        db.session.add(
            SlipBook(
                group_id=group.id,
                area_id=group.area_id,
                size=_BOOK_SIZE,
                minted_at=local_noon(_BOOK_MINTED),
                voided_at=local_noon(_BOOK_VOIDED),
                purged_used=_BOOK_USED,
                purged_void=_BOOK_SIZE - _BOOK_USED,
            )
        )
