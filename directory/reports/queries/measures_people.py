"""People (người): different tokens of client codes, counted within one calendar year only.

A token belongs to one area and year; so people add up over areas, and over years they are never counted at all.
"""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Select, func, literal, select, union, union_all

from directory.extensions import db
from directory.outreach.models import OutreachContact
from directory.places.models import Area
from directory.referrals.models import SlipFact
from directory.reports.figures import Indicator, WhyNone
from directory.reports.queries import scans
from directory.reports.queries.measuring import Asked, Found, added_up, shares

_SEVERAL_YEARS = Found(why_none=WhyNone.SEVERAL_YEARS)


def people(asked: Asked, wanted: Sequence[Indicator]) -> dict[str, Found]:
    """Count who was served and who was met, and what share of those met was served."""
    measures = {one.measure for one in wanted}
    found: dict[str, Found] = {}
    if "without_code" in measures:
        found["without_code"] = _without_code(asked)
    if not asked.period.is_within_one_year:
        return {one.code: found.get(one.measure, _SEVERAL_YEARS) for one in wanted}
    if measures & {"people_met", "people_share"}:
        found["people_met"], found["people_served"] = _met_and_served(asked)
    elif "people_served" in measures:
        found["people_served"] = _counted(asked, _served)
    if "people_share" in measures:
        found["people_share"] = shares(found["people_served"], found["people_met"])
    return {one.code: found[one.measure] for one in wanted}


def _served(asked: Asked, day_is_in: Callable[[Any], Any]) -> Select[Any]:
    return _tokens(asked, SlipFact, day_is_in(SlipFact.served_on)).distinct()


def _met(asked: Asked, day_is_in: Callable[[Any], Any]) -> Any:
    return union(
        _tokens(asked, SlipFact, day_is_in(SlipFact.served_on)),
        _tokens(asked, SlipFact, day_is_in(SlipFact.issued_on)),
        _tokens(asked, OutreachContact, day_is_in(OutreachContact.day_on)),
    )


def _tokens(asked: Asked, table: Any, is_in: Any) -> Select[Any]:
    where = (is_in, asked.is_of(table.area_id), table.person_token.is_not(None))
    return select(table.area_id, table.person_token).where(*where)


def _met_and_served(asked: Asked) -> tuple[Found, Found]:
    """Count who was met and, of these, who was served, in one pass."""
    inside = asked.period.first, asked.period.last
    parts = (
        (SlipFact, SlipFact.served_on, 1),
        (SlipFact, SlipFact.issued_on, 0),
        (OutreachContact, OutreachContact.day_on, 0),
    )
    seen = union_all(
        *(
            _tokens(asked, table, day.between(*inside)).add_columns(literal(flag).label("is_served"))
            for table, day, flag in parts
        )
    ).subquery()
    person = (seen.c.area_id, seen.c.person_token)
    persons = select(seen.c.area_id, func.max(seen.c.is_served).label("is_served")).group_by(*person).subquery()
    counts = select(persons.c.area_id, func.count(), func.sum(persons.c.is_served)).group_by(persons.c.area_id)
    met: dict[int, int] = {}
    served: dict[int, int] = {}
    for area_id, of_met, of_served in db.session.execute(counts):
        met[area_id] = of_met
        if of_served:
            served[area_id] = int(of_served)
    return _with_areas_before(asked, _met, met), _with_areas_before(asked, _served, served)


def _counted(asked: Asked, tokens: Callable[[Asked, Callable[[Any], Any]], Any]) -> Found:
    """Count different tokens by area; 0 where there are tokens of earlier days only."""
    first, last = asked.period.first, asked.period.last
    inside = tokens(asked, lambda day: day.between(first, last)).subquery()
    counts = select(inside.c.area_id, func.count()).group_by(inside.c.area_id)
    return _with_areas_before(asked, tokens, dict(db.session.execute(counts).all()))


def _with_areas_before(
    asked: Asked, tokens: Callable[[Asked, Callable[[Any], Any]], Any], known: dict[int, int]
) -> Found:
    for area_id in _areas_before(asked, tokens, known):
        known[area_id] = 0
    return added_up((area_id, "", count) for area_id, count in sorted(known.items()))


def _areas_before(
    asked: Asked, tokens: Callable[[Asked, Callable[[Any], Any]], Any], known: dict[int, int]
) -> Sequence[int]:
    """Return the other areas in which somebody had a code before the period."""
    if asked.scope.area_ids <= known.keys():
        return ()
    before = tokens(asked, lambda day: day < asked.period.first).subquery()
    others = select(before.c.area_id).where(before.c.area_id.not_in(known)).distinct().order_by(before.c.area_id)
    return db.session.scalars(others).all()


def _without_code(asked: Asked) -> Found:
    """Count the served slips without a token; 0 where slips were served, all with one."""
    served = (
        select(SlipFact.area_id, literal(""), func.count() - func.count(SlipFact.person_token))
        .where(SlipFact.served_on.between(asked.period.first, asked.period.last), asked.is_of(SlipFact.area_id))
        .group_by(SlipFact.area_id)
    )
    had_any = scans.has_any(SlipFact.area_id == Area.id, SlipFact.served_on < asked.period.first)
    before = select(Area.id, literal(""), literal(0)).where(asked.is_of(Area.id), had_any)
    return added_up(
        (area, key, int(count)) for part in (served, before) for area, key, count in db.session.execute(part)
    )
