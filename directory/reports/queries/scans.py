"""What is summed in the database, as rows that can be summed on: each scan over a range of days is one statement.

The rows of two ranges side by side are, put together, the rows of both (``settled`` keeps those of closed years).
``earlier`` tells where there is a record of days before, which makes a 0 of what would be "no record".
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Text, and_, case, cast, func, literal, or_, select, true

from directory.catalogue.models import Category
from directory.extensions import db
from directory.outreach.models import ContactMaterial, Material, OutreachContact
from directory.places.models import Area
from directory.referrals.models import FactService, SlipFact
from directory.referrals.rules import State

#: An area's id, a key, and numbers.
Row = Sequence[Any]
#: The condition that a row belongs to one of the areas, given the column that says of which it is.
IsOf = Callable[[Any], ColumnElement[bool]]
Days = Callable[[Any], ColumnElement[bool]]

_HAS_COME = or_(SlipFact.arrived_on.is_not(None), SlipFact.served_on.is_not(None))
_RUNGS = (
    or_(SlipFact.acknowledged_on.is_not(None), _HAS_COME),
    _HAS_COME,
    SlipFact.served_on.is_not(None),
    and_(SlipFact.need_met.is_(True), SlipFact.served_on.is_not(None)),
)
#: Written out in the statement: else no database sees that an index holds just these.
_DECLINED = literal(State.DECLINED, SlipFact.outcome.type, literal_execute=True)
_HOURS = (SlipFact.hours_to_acknowledge, SlipFact.hours_to_arrive, SlipFact.hours_to_serve)


def _times(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def _services(is_of: IsOf, days: Days) -> Any:
    """Area, category, services."""
    where = (FactService.area_id, FactService.category_slug)
    wanted = select(*where, func.sum(FactService.count))
    return wanted.where(days(FactService.served_on), is_of(FactService.area_id)).group_by(*where)


def _rungs(is_of: IsOf, days: Days) -> Any:
    """Area, category, issued, acknowledged, arrived, served, need met, and the hours to each rung as written numbers.

    Why the hours as one text: it is many times faster to read than a row for each of them.
    """
    where = (SlipFact.area_id, SlipFact.category_slug)
    hours = (func.aggregate_strings(cast(hour, Text), " ") for hour in _HOURS)
    wanted = select(*where, func.count(), *map(_times, _RUNGS), *hours)
    return wanted.where(days(SlipFact.issued_on), is_of(SlipFact.area_id)).group_by(*where)


def _sites(is_of: IsOf, days: Days) -> Any:
    """Area, site (None: whoever had the category), issued, silent."""
    where = (SlipFact.area_id, SlipFact.site_id)
    wanted = select(*where, func.count(), _times(SlipFact.was_silent.is_(True)))
    return wanted.where(days(SlipFact.issued_on), is_of(SlipFact.area_id)).group_by(*where)


def _reasons(is_of: IsOf, days: Days) -> Any:
    """Area, reason, declined."""
    where = (SlipFact.area_id, SlipFact.reason)
    wanted = select(*where, func.count()).where(SlipFact.outcome == _DECLINED)
    return wanted.where(days(SlipFact.issued_on), is_of(SlipFact.area_id)).group_by(*where)


def _contacts(is_of: IsOf, days: Days) -> Any:
    """Area, topics, people, contacts."""
    where = (OutreachContact.area_id, OutreachContact.topics)
    wanted = select(*where, func.sum(OutreachContact.people), func.count())
    return wanted.where(days(OutreachContact.day_on), is_of(OutreachContact.area_id)).group_by(*where)


def _given(is_of: IsOf, days: Days) -> Any:
    """Area, material, copies."""
    where = (ContactMaterial.area_id, ContactMaterial.material_code)
    wanted = select(*where, func.sum(ContactMaterial.count))
    return wanted.where(days(ContactMaterial.day_on), is_of(ContactMaterial.area_id)).group_by(*where)


SCANS: dict[str, Callable[[IsOf, Days], Any]] = {
    "services": _services,
    "rungs": _rungs,
    "sites": _sites,
    "reasons": _reasons,
    "contacts": _contacts,
    "given": _given,
}


def scan(name: str, is_of: IsOf, first: date, last: date) -> list[Row]:
    """Return the rows of a scan over these days, both included."""
    statement = SCANS[name](is_of, lambda day: day.between(first, last))
    return [(*row[:2], *map(_plain, row[2:])) for row in db.session.execute(statement)]


def _plain(value: Any) -> Any:
    """Return a sum as a whole number: PostgreSQL's are decimal."""
    return value if value is None or isinstance(value, str) else int(value)


#: Area, key and day of the records, and, where an index finds an area's key by day, all keys that there may be.
_EARLIER: dict[str, tuple[Any, Any, Any, Any]] = {
    "services": (FactService.area_id, FactService.category_slug, FactService.served_on, Category.slug),
    "rungs": (SlipFact.area_id, SlipFact.category_slug, SlipFact.issued_on, Category.slug),
    "contacts": (OutreachContact.area_id, OutreachContact.topics, OutreachContact.day_on, None),
    "given": (ContactMaterial.area_id, ContactMaterial.material_code, ContactMaterial.day_on, Material.code),
}


def has_any(*which: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the condition that there is a record of that kind, looked up for each row of the statement around it.

    Why not EXISTS: PostgreSQL makes a join of it, and then reads every record there is.
    """
    return select(literal(1)).where(*which).limit(1).correlate(Area, Category, Material).scalar_subquery().is_not(None)


def earlier(name: str, is_of: IsOf, first: date) -> list[tuple[int, str]]:
    """Return the areas and keys of which there is a record of days before this one.

    Why each area and key is looked up where they are known: PostgreSQL would read every record to tell which there are.
    """
    area_id, key, day, every = _EARLIER[name]
    wanted = select(area_id, key).where(day < first, is_of(area_id)).distinct()
    if every is not None:
        wanted = select(Area.id, every).join(every.class_, true())
        wanted = wanted.where(is_of(Area.id), has_any(area_id == Area.id, key == every, day < first))
    return [(area, text) for area, text in db.session.execute(wanted)]
