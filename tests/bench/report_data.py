"""Five years of a large programme as facts: slips, what was given, contacts, materials; drawn by a fixed seed."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from random import Random
from typing import Any

from sqlalchemy import insert, select, text

from directory.accounts.models import PeerGroup
from directory.catalogue.models import Category, Provider, Site, Source
from directory.extensions import db, table_of
from directory.outreach.models import Activity, ContactMaterial, MaterialMove, OutreachContact, ProgrammePoint
from directory.places.models import AdminUnit, Area
from directory.referrals.models import FactService, SlipFact
from directory.referrals.rules import Reason, State, Urgency
from directory.web.transaction import transaction

AREAS, SITES = 30, 300
FIRST, LAST = date(2021, 1, 1), date(2025, 12, 31)
DAYS = (LAST - FIRST).days
BATCH = 20_000
TOPICS = (
    ",law,",
    ",infections,sexual_health,",
    ",labour_rights,law,",
    ",feelings,",
    ",harm_reduction,services,",
    ",violence,",
)
TOPIC_WEIGHTS = (4, 8, 1, 2, 5, 1)
#: How far a slip came.
ENDS = (
    (State.SERVED, 70),
    (State.EXPIRED, 12),
    (State.DECLINED, 6),
    (State.ARRIVED, 2),
    (State.NO_SHOW, 5),
    (State.CANCELLED, 5),
)

Row = dict[str, Any]


def lay_facts(slips: int, contacts: int) -> None:
    """Fill a database that has its reference data."""
    random = Random(5)
    with transaction():
        categories = list(db.session.scalars(select(Category.slug).where(Category.parent_slug.is_not(None))))
        _lay_areas()
        _lay_sites()
    with transaction(), _without_indexes(SlipFact, FactService, OutreachContact, ContactMaterial):
        for batch in _batches(_facts(random, slips, sorted(categories))):
            services = [one for row in batch for one in row.pop("given")]
            _write(SlipFact, batch)
            _write(FactService, services)
        for batch in _batches(_contacts(random, contacts)):
            given = [one for row in batch for one in row.pop("given")]
            _write(OutreachContact, batch)
            _write(ContactMaterial, given)
        _write(Activity, list(_activities(random)))
        _write(MaterialMove, list(_moves(random)))
        _write(ProgrammePoint, list(_points(random)))


@contextmanager
def _without_indexes(*models: Any) -> Iterator[None]:
    """Make the indexes of these tables after they are filled: that takes a fraction of keeping them up at each row."""
    indexes = [index for model in models for index in table_of(model).indexes]
    for index in indexes:
        index.drop(db.session.connection())
    yield
    for index in indexes:
        index.create(db.session.connection())


def _write(model: Any, rows: list[Row]) -> None:
    if rows:
        db.session.execute(insert(table_of(model)), rows)


def _batches(rows: Iterator[Row]) -> Iterator[list[Row]]:
    batch: list[Row] = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            yield batch
            batch = []
    yield batch


def _lay_areas() -> None:
    wards = list(db.session.scalars(select(AdminUnit).where(AdminUnit.level == "ward").order_by(AdminUnit.key)))
    for number in range(1, AREAS + 1):
        db.session.add(Area(id=number, name=f"Địa bàn {number}", wards=wards[number * 100 : number * 100 + 40]))
    db.session.flush()
    for number in range(1, AREAS + 1):
        db.session.add(PeerGroup(id=number, name=f"Nhóm {number}", area_id=number, founded_on=FIRST))
    db.session.flush()


def _lay_sites() -> None:
    source = db.session.scalars(select(Source.code).order_by(Source.code)).first()
    for number in range(1, SITES + 1):
        db.session.add(Provider(id=number, source_code=source, name=f"Nơi {number}", folded_name=f"noi {number}"))
        db.session.flush()
        db.session.add(Site(id=number, provider_id=number, identity=f"noi {number}", ward_key=None))
    db.session.flush()


def _facts(random: Random, count: int, categories: list[str]) -> Iterator[Row]:
    ends, weights = zip(*ENDS, strict=True)
    for number in range(1, count + 1):
        area = random.randint(1, AREAS)
        issued_on = FIRST + timedelta(random.randint(0, DAYS - 40))
        yield _fact(random, number, area, issued_on, random.choices(ends, weights)[0], random.choice(categories))


def _fact(random: Random, number: int, area: int, issued_on: date, end: State, category: str) -> Row:
    hours = sorted(min(700, int(random.expovariate(1 / 60))) for _ in range(3))
    has_come = end in (State.SERVED, State.ARRIVED)
    is_served = end is State.SERVED
    served_on = issued_on + timedelta(hours[2] // 24) if is_served else None
    given = random.sample(("kham-benh", "tro-giup-phap-ly", "day-nghe", "tu-van-tam-ly"), random.choice((1, 1, 2)))
    return {
        "id": number,
        "area_id": area,
        "group_id": area,
        "category_slug": category,
        "site_id": (area - 1) * 10 + random.randint(1, 10),
        "urgency": Urgency.THREE_DAYS,
        "outcome": end,
        "reason": random.choice(list(Reason)) if end is State.DECLINED else None,
        "issued_on": issued_on,
        "acknowledged_on": issued_on + timedelta(hours[0] // 24) if random.random() < 0.8 else None,
        "arrived_on": issued_on + timedelta(hours[1] // 24) if has_come else None,
        "served_on": served_on,
        "need_met": random.random() < 0.9 if is_served and random.random() < 0.5 else None,
        "was_silent": random.random() < 0.15,
        "was_forwarded_here": False,
        "hours_to_acknowledge": hours[0],
        "hours_to_arrive": hours[1] if has_come else None,
        "hours_to_serve": hours[2] if is_served else None,
        "person_token": (area * 1_000_000 + issued_on.year * 10_000 + random.randint(1, 3_000)).to_bytes(16),
        "given": [
            {"fact_id": number, "category_slug": slug, "count": 1, "area_id": area, "served_on": served_on}
            for slug in (given if is_served else ())
        ],
    }


def _contacts(random: Random, count: int) -> Iterator[Row]:
    for number in range(1, count + 1):
        area = random.randint(1, AREAS)
        is_group = random.random() < 0.3
        where = {"area_id": area, "group_id": area, "day_on": FIRST + timedelta(random.randint(0, DAYS))}
        yield where | {
            "id": number,
            "kind": "group" if is_group else "alone",
            "people": random.randint(2, 20) if is_group else 1,
            "topics": random.choices(TOPICS, TOPIC_WEIGHTS)[0],
            "person_token": None if is_group else (area * 1_000_000 + random.randint(1, 9_000)).to_bytes(16),
            "code": f"c{number}",
            "given": [
                where | {"contact_id": number, "material_code": code, "count": random.randint(1, 10)}
                for code in random.sample(("leaflet", "handbook", "condom", "test_kit"), random.choice((0, 1, 2)))
            ],
        }


def _activities(random: Random) -> Iterator[Row]:
    for number in range(6_000):
        day = FIRST + timedelta(random.randint(0, DAYS))
        area = random.randint(1, AREAS)
        kind = random.choice(("training", "workshop", "campaign", "meeting", "meeting"))
        yield {
            "id": number + 1, "kind": kind, "area_id": area, "group_id": area, "model_code": "01",
            "started_on": day, "ended_on": day, "participants": random.randint(5, 60), "topics": "", "is_demo": False,
        }  # fmt: skip


def _moves(random: Random) -> Iterator[Row]:
    for number in range(3_000):
        yield {
            "id": number + 1, "material_code": random.choice(("leaflet", "handbook", "board")), "kind": "made",
            "area_id": random.randint(1, AREAS), "group_id": None, "day_on": FIRST + timedelta(random.randint(0, DAYS)),
            "count": random.randint(1, 500), "is_demo": False,
        }  # fmt: skip


def _points(random: Random) -> Iterator[Row]:
    for number in range(1, 114):
        yield {
            "id": number, "name": f"Điểm {number}", "model_code": random.choice(("01", "02", "03")),
            "area_id": random.randint(1, AREAS), "started_on": FIRST, "is_demo": False,
        }  # fmt: skip


def analyse() -> None:
    """Let the database know what it holds, as ``setup`` and time do in life."""
    command = "VACUUM ANALYZE" if db.engine.dialect.name == "postgresql" else "ANALYZE"
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(command))
    # A connection of SQLite reads what was found when it is opened.
    db.session.remove()
    db.engine.dispose()
