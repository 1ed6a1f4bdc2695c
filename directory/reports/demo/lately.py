"""What a working site would have of late in the first three areas: invented, and not part of anything published.

A year of facts, whose slips are purged already; contacts, meetings and leaflets of the last weeks.
"""

import secrets
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from sqlalchemy import insert, select

from directory.accounts.models import PeerGroup
from directory.catalogue.models import Offering, Site, service_category
from directory.catalogue.rules import ILLUSTRATIVE_SOURCE
from directory.extensions import db
from directory.outreach.models import Activity, ContactMaterial, MaterialMove, OutreachContact
from directory.outreach.rules import ActivityKind, ContactKind, MoveKind, listed
from directory.places.models import area_ward
from directory.referrals.models import FactService, SlipFact, WithoutSlipCount
from directory.referrals.rules import PURGED_AFTER, Reason, State, Urgency, WithoutSlip
from directory.reports.demo.published import Places, any_row, insert_rows, local_noon
from directory.reports.models import ClosedYear

#: Area, its facts in a month, its contacts in a week.
_BUSY = (("Hạ Long (minh hoạ)", 7, 9), ("Cẩm Phả (minh hoạ)", 5, 5), ("Uông Bí (minh hoạ)", 4, 4))
_CATEGORIES = (
    "hiv-xet-nghiem",
    "benh-lay-truyen-tinh-duc",
    "tro-giup-phap-ly",
    "kham-benh",
    "tu-van-tam-ly",
    "day-nghe",
    "benh-lay-truyen-tinh-duc",
    "giay-to-tuy-than",
    "prep-pep",
    "gioi-thieu-viec-lam",
    "quyen-lao-dong",
    "chong-bao-luc-gioi",
    "suc-khoe-sinh-san",
)
#: How slips end, one after the other; most of them well.
_ENDS: tuple[tuple[State, Reason | None], ...] = (
    (State.SERVED, None),
    (State.SERVED, None),
    (State.DECLINED, Reason.PAPERS_MISSING),
    (State.SERVED, None),
    (State.NO_SHOW, None),
    (State.SERVED, None),
    (State.SERVED, None),
    (State.DECLINED, Reason.NO_CAPACITY),
    (State.SERVED, None),
    (State.CANCELLED, None),
    (State.SERVED, None),
    # Last, since it takes longest to be purged: the youngest facts are of slips that ended sooner.
    (State.EXPIRED, None),
)
_URGENCIES = (Urgency.THREE_DAYS, Urgency.TWO_WEEKS, Urgency.THREE_DAYS, Urgency.DAY)
_TOPICS = (
    ("infections", "sexual_health"),
    ("services",),
    ("harm_reduction", "infections"),
    ("law", "violence"),
    ("feelings",),
    ("livelihood", "services"),
    ("labour_rights",),
)
#: What a group got from the store in the last weeks, and what is given to somebody who is alone.
_ISSUED = {"leaflet": 300, "handbook": 60, "condom": 1200, "test_kit": 30}
_MEETING_DAYS = (4, 18)
_WEEKS = 5


def load_lately(where: Places, today: date) -> None:
    """Load what is not there yet."""
    groups = select(PeerGroup.id).where(PeerGroup.is_demo)
    if not any_row(
        SlipFact.group_id.in_(groups) & SlipFact.slip_id.is_(None) & (SlipFact.issued_on > date(2025, 1, 1))
    ):
        _load_facts(where, today)
    if not any_row(OutreachContact.group_id.in_(groups)):
        _load_contacts(where, today)
    if not any_row(WithoutSlipCount.group_id.in_(groups)):
        insert_rows(WithoutSlipCount, list(_without_slip(where, today)))
    if not any_row(Activity.is_demo & Activity.source.is_(None)):
        insert_rows(Activity, list(_activities(where, today)))
    if not any_row(MaterialMove.is_demo & MaterialMove.source.is_(None)):
        insert_rows(MaterialMove, list(_moves(where, today)))


def _load_facts(where: Places, today: date) -> None:
    """Write a year of facts that are old enough for their slips to be purged."""
    latest = today - PURGED_AFTER - timedelta(days=8)
    closed = set(db.session.execute(select(ClosedYear.area_id, ClosedYear.year)))
    facts = []
    for name, monthly, _weekly in _BUSY:
        area_id = where.areas[name]
        sites, number = _sites(area_id), monthly * 8
        tokens: dict[tuple[int, int], bytes] = {}
        for place in range(number):
            day = latest - timedelta(days=240 * place // number)
            if (area_id, day.year) not in closed:
                person = (day.year, place % (number * 2 // 3))
                token = tokens.setdefault(person, secrets.token_bytes(16)) if place % 6 else None
                fact = _fact(place, day, sites) | {"person_token": token}
                facts.append(fact | {"area_id": area_id, "group_id": where.groups[area_id]})
    ids = db.session.scalars(insert(SlipFact).returning(SlipFact.id, sort_by_parameter_order=True), facts).all()
    given = [
        {name: fact[name] for name in ("category_slug", "area_id", "served_on")} | {"fact_id": fact_id, "count": 1}
        for fact_id, fact in zip(ids, facts, strict=True)
        if fact["served_on"]
    ]
    insert_rows(FactService, given)


def _fact(place: int, day: date, sites: dict[str, int]) -> dict[str, Any]:
    """Return the fact of a slip issued on a day: which rungs it reached follows from how it ended."""
    outcome, reason = _ENDS[place % len(_ENDS)]
    category = _CATEGORIES[place % len(_CATEGORIES)]
    is_silent = outcome is State.EXPIRED
    hours = 2 + place * 7 % 40
    acknowledged = None if is_silent or outcome is State.CANCELLED else hours
    served = hours + 25 + place % 30 if outcome is State.SERVED else None
    return {
        "category_slug": category,
        "site_id": sites.get(category),
        "urgency": _URGENCIES[place % len(_URGENCIES)],
        "outcome": outcome,
        "reason": reason,
        "issued_on": day,
        "acknowledged_on": _after(day, acknowledged),
        "arrived_on": _after(day, served),
        "served_on": _after(day, served),
        "need_answered_on": _after(day, served and served + 72) if place % 4 else None,
        "need_met": place % 9 != 0 if served and place % 4 else None,
        "was_silent": is_silent,
        "hours_to_acknowledge": acknowledged,
        "hours_to_arrive": served and served - 1,
        "hours_to_serve": served,
    }


def _after(day: date, hours: int | None) -> date | None:
    return None if hours is None else day + timedelta(hours=hours) // timedelta(days=1) * timedelta(days=1)


def _sites(area_id: int) -> dict[str, int]:
    """Return an illustrative place of the area for each category that one offers there."""
    offered = (
        select(service_category.c.category_slug, Offering.site_id)
        .join(service_category, service_category.c.service_id == Offering.service_id)
        .join(Site, Site.id == Offering.site_id)
        .join(area_ward, area_ward.c.ward_key == Site.ward_key)
        .where(area_ward.c.area_id == area_id, Offering.source_code == ILLUSTRATIVE_SOURCE)
        .order_by(Offering.id.desc())
    )
    return dict(db.session.execute(offered).all())


def _load_contacts(where: Places, today: date) -> None:
    contacts = [one for name, _monthly, weekly in _BUSY for one in _contacts(where.areas[name], weekly, where, today)]
    rows = insert(OutreachContact).returning(OutreachContact.id, sort_by_parameter_order=True)
    ids = db.session.scalars(rows, contacts).all()
    given = [
        {"contact_id": contact_id, "material_code": code, "count": copies * contact["people"]}
        | {name: contact[name] for name in ("area_id", "group_id", "day_on")}
        for place, (contact_id, contact) in enumerate(zip(ids, contacts, strict=True))
        for code, copies in (("leaflet", 1), ("condom", 4), ("handbook", place % 3 // 2))
        if copies
    ]
    insert_rows(ContactMaterial, given)


def _contacts(area_id: int, weekly: int, where: Places, today: date) -> Iterator[dict[str, Any]]:
    """Yield the contacts of some weeks; of every second somebody's card was at hand, and it is some people's twice."""
    known = [secrets.token_bytes(16) for _ in range(weekly * 2)]
    known += db.session.scalars(_tokens_of(area_id, today.year).limit(weekly)).all()
    for place in range(weekly * _WEEKS):
        is_group = place % 4 == 3
        day = today - timedelta(days=_WEEKS * 7 * place // (weekly * _WEEKS))
        has_card = not is_group and place % 2 == 0 and day.year == today.year
        yield {
            "area_id": area_id,
            "group_id": where.groups[area_id],
            "day_on": day,
            "kind": ContactKind.GROUP if is_group else ContactKind.ALONE,
            "people": 2 + place % 5 if is_group else 1,
            "topics": listed(_TOPICS[place % len(_TOPICS)]),
            "person_token": known[place * 5 % len(known)] if has_card else None,
            "entered_at": local_noon(day),
        }


def _tokens_of(area_id: int, year: int) -> Any:
    this_year = (
        SlipFact.area_id == area_id,
        SlipFact.issued_on >= date(year, 1, 1),
        SlipFact.person_token.is_not(None),
    )
    return select(SlipFact.person_token).where(*this_year).order_by(SlipFact.id.desc())


def _without_slip(where: Places, today: date) -> Iterator[dict[str, Any]]:
    counts = (
        (WithoutSlip.NO_CONSENT, "hiv-xet-nghiem", 6, 3),
        (WithoutSlip.NO_CONSENT, "tro-giup-phap-ly", 20, 2),
        (WithoutSlip.NO_PLACE, "tam-lanh", 9, 2),
        (WithoutSlip.NO_PLACE, "vay-von", 27, 1),
        (WithoutSlip.UNDER_18, "bao-ve-tre-em", 15, 1),
    )
    for name, _monthly, _weekly in _BUSY:
        area_id = where.areas[name]
        for why, category, days_ago, number in counts:
            yield {
                "day_on": today - timedelta(days=days_ago),
                "area_id": area_id,
                "group_id": where.groups[area_id],
                "category_slug": category,
                "why": why,
                "count": number,
            }


def _activities(where: Places, today: date) -> Iterator[dict[str, Any]]:
    """Yield the meetings of ten months, one of them missing in the second area, and what else there was."""
    for number, (name, _monthly, _weekly) in enumerate(_BUSY):
        area_id = where.areas[name]
        same = {"area_id": area_id, "group_id": where.groups[area_id], "model_code": "01", "is_demo": True}
        for months_ago in range(10):
            for meeting, day in enumerate(_meeting_days(today, months_ago)):
                if day <= today and (number, months_ago, meeting) != (1, 2, 1):
                    yield same | _on(ActivityKind.MEETING, day, 6 + (months_ago + number) % 4, "review")
        yield same | _on(ActivityKind.TRAINING, today - timedelta(days=50), 9, "communication", "mapping")
        yield same | _on(ActivityKind.CAMPAIGN, today - timedelta(days=24 + number), 40 + 7 * number, "law", "violence")


def _meeting_days(today: date, months_ago: int) -> list[date]:
    year, month = divmod(today.year * 12 + today.month - 1 - months_ago, 12)
    return [date(year, month + 1, day) for day in _MEETING_DAYS]


def _on(kind: ActivityKind, day: date, participants: int, *topics: str) -> dict[str, Any]:
    return {
        "kind": kind,
        "started_on": day,
        "ended_on": day,
        "participants": participants,
        "topics": listed(topics),
    }


def _moves(where: Places, today: date) -> Iterator[dict[str, Any]]:
    """Yield what was made for, and issued to, each group before its contacts of late."""
    for name, _monthly, _weekly in _BUSY:
        area_id = where.areas[name]
        for code, copies in _ISSUED.items():
            same = {"material_code": code, "area_id": area_id, "is_demo": True}
            yield same | {
                "kind": MoveKind.MADE,
                "group_id": None,
                "day_on": today - timedelta(days=60),
                "count": copies * 2,
            }
            yield same | {
                "kind": MoveKind.ISSUED,
                "group_id": where.groups[area_id],
                "day_on": today - timedelta(days=45),
                "count": copies,
            }
