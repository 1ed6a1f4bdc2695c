"""Thousands of small made-up programmes at once: each a few areas with slips as facts, some of whose slips still exist.

A data set is what a province might have written down in some years, made from a number, so that a failing one can be
made again. They lie side by side in one database, and a report over all of them answers for each by its areas.
"""

import random
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import insert, select, text, update

from directory import clock
from directory.accounts.models import PeerGroup
from directory.catalogue.models import Category
from directory.codes import new_public_code
from directory.extensions import db
from directory.places.models import Area
from directory.referrals.models import FactService, Slip, SlipEvent, SlipFact
from directory.referrals.numbers import new_slip_number
from directory.referrals.rules import PURGED_AFTER, State, Urgency
from directory.reports.figures import Scope, ScopeArea
from directory.reports.periods import Period

FIRST, LAST = date(2019, 1, 1), date(2023, 12, 31)


@dataclass
class Fact:
    """What a slip says in figures; days of the rungs, None where it was not reached."""

    area_id: int
    category: str
    issued_on: date
    acknowledged_on: date | None
    arrived_on: date | None
    served_on: date | None
    need_met: bool | None
    token: bytes | None
    #: Category and how often.
    given: dict[str, int] = field(default_factory=dict)


@dataclass
class DataSet:
    """Some areas, and the facts written down in each."""

    areas: list[ScopeArea]
    facts: list[Fact]


def lay(seed: int, how_many: int) -> list[DataSet]:
    """Write so many data sets into the database, and return what they say."""
    chance = random.Random(seed)
    categories = list(db.session.scalars(select(Category.slug).where(Category.parent_slug.is_not(None))))
    sizes = [chance.randint(1, 3) for _ in range(how_many)]
    areas = iter(_areas(sum(sizes)))
    sets = [_data_set(chance, [next(areas) for _ in range(size)], sorted(categories)) for size in sizes]
    _write(chance, [fact for one in sets for fact in one.facts])
    return sets


def scope_of_all(sets: list[DataSet]) -> Scope:
    """Return all of them as the scope of one report."""
    return Scope("tất cả", tuple(area for one in sets for area in one.areas), frozenset())


def some_period(seed: int, *, within_one_year: bool) -> tuple[Period, date]:
    """Return a period and a day in it at which it can be split: the second half begins on that day."""
    chance = random.Random(seed)
    if within_one_year:
        year = chance.randint(FIRST.year, LAST.year)
        days = sorted(chance.sample(range(365), 3))
        first, middle, last = (date(year, 1, 1) + timedelta(days=day) for day in days)
    else:
        days = sorted(chance.sample(range((LAST - FIRST).days + 1), 3))
        first, middle, last = (FIRST + timedelta(days=day) for day in days)
    return Period(first, last), middle


def _areas(how_many: int) -> Iterator[ScopeArea]:
    codes = [new_public_code() for _ in range(how_many)]
    db.session.execute(insert(Area), [{"code": code, "name": f"Địa bàn {code}"} for code in codes])
    for area in db.session.scalars(select(Area).where(Area.code.in_(codes)).order_by(Area.id)):
        yield ScopeArea(area.id, area.code, area.name, is_ward=False, is_demo=False)


def _data_set(chance: random.Random, areas: list[ScopeArea], categories: list[str]) -> DataSet:
    persons = [secrets.token_bytes(16) for _ in range(chance.randint(1, 4))]
    facts = [_fact(chance, areas, categories, persons) for _ in range(chance.randint(0, 8))]
    return DataSet(areas, facts)


def _fact(chance: random.Random, areas: list[ScopeArea], categories: list[str], persons: list[bytes]) -> Fact:
    area = chance.choice(areas)
    issued = FIRST + timedelta(days=chance.randint(0, (LAST - FIRST).days))
    rung = chance.randint(0, 4)
    days: list[date | None] = [None, None, None]
    day = issued
    for each in range(min(rung, 3)):
        day += timedelta(days=chance.randint(0, 20))
        # A desk without an account confirms an arrival that nobody acknowledged before.
        days[each] = day if each or chance.random() < 0.7 else None
    who = chance.choice([*persons, None])
    # The key of a token is another one in each area and year.
    token = who and bytes([area.id % 256, (area.id >> 8) % 256, issued.year - 2000]) + who[3:]
    served = days[2]
    given = {slug: chance.randint(1, 3) for slug in chance.sample(categories, chance.randint(1, 3))} if served else {}
    met = chance.choice([True, False, None]) if rung == 4 else None
    return Fact(area.id, chance.choice(categories), issued, days[0], days[1], served, met, token, given)


def _write(chance: random.Random, facts: list[Fact]) -> None:
    group = db.session.scalars(select(PeerGroup).order_by(PeerGroup.id).limit(1)).one()
    slips = iter(_purgeable_slips([fact for fact in facts if chance.random() < 0.25], group))
    slip_of = dict(slips)
    last = db.session.scalar(select(SlipFact.id).order_by(SlipFact.id.desc()).limit(1)) or 0
    rows, given = [], []
    for number, fact in enumerate(facts, start=last + 1):
        rows.append(_row(number, fact, group) | {"slip_id": slip_of.get(id(fact))})
        day_and_area = {"fact_id": number, "area_id": fact.area_id, "served_on": fact.served_on}
        given += [day_and_area | {"category_slug": slug, "count": count} for slug, count in fact.given.items()]
    for model, values in ((SlipFact, rows), (FactService, given)):
        if values:
            db.session.execute(insert(model), values)
    # What PostgreSQL does of itself within a minute; until then it takes these tables for empty, and minutes to read.
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("ANALYZE area, slip_fact, fact_service, slip"))


def _row(number: int, fact: Fact, group: PeerGroup) -> dict[str, Any]:
    reached = [State.SERVED if fact.served_on else State.ARRIVED if fact.arrived_on else State.EXPIRED]
    return {
        "id": number,
        "area_id": fact.area_id,
        "group_id": group.id,
        "category_slug": fact.category,
        "urgency": Urgency.THREE_DAYS,
        "outcome": reached[0],
        "issued_on": fact.issued_on,
        "acknowledged_on": fact.acknowledged_on,
        "arrived_on": fact.arrived_on,
        "served_on": fact.served_on,
        "need_met": fact.need_met,
        "need_answered_on": fact.served_on if fact.need_met is not None else None,
        "person_token": fact.token,
    }


def _purgeable_slips(facts: list[Fact], group: PeerGroup) -> Iterator[tuple[int, int]]:
    """Lay a slip that ended long enough ago to be purged for each of these facts, and tell which is whose."""
    now = clock.now()
    long_ago = now - PURGED_AFTER - timedelta(days=40)
    last = db.session.scalar(select(Slip.id).order_by(Slip.id.desc()).limit(1)) or 0
    same = {"group_id": group.id, "is_adult": True, "consent_version": "1", "issued_at": long_ago}
    slips, born, ended = [], [], []
    for number, fact in enumerate(facts, start=last + 1):
        own = {"id": number, "area_id": fact.area_id, "category_slug": fact.category}
        paper = {"number": new_slip_number(), "token_hash": secrets.token_bytes(32), "state": State.ISSUED}
        slips.append(same | own | paper)
        step = {"slip_id": number, "at": long_ago, "actor": "system"}
        born.append(step | {"seq": 1, "step": "issue", "from_state": None, "to_state": State.ISSUED})
        ended.append(step | {"seq": 2, "step": "expire", "from_state": State.ISSUED, "to_state": State.EXPIRED})
        yield id(fact), number
    if slips:
        db.session.execute(insert(Slip), slips)
        db.session.execute(insert(SlipEvent), born)
        db.session.execute(insert(SlipEvent), ended)
        done = {"state": State.EXPIRED, "version": 2, "closed_at": long_ago}
        db.session.execute(
            update(Slip).where(Slip.id > last).values(**done).execution_options(synchronize_session=False)
        )
