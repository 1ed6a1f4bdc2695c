"""Contacts and activities: how many people were talked to about what, and which gatherings there were."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import select

from directory.accounts.models import PeerGroup
from directory.extensions import db
from directory.outreach.models import Activity
from directory.outreach.rules import ActivityKind
from directory.reports.figures import Indicator, WhyNone
from directory.reports.periods import Period
from directory.reports.queries.measuring import Asked, Found, added_up


class _Talked(NamedTuple):
    """What the contacts of an area about the same topics add up to."""

    area_id: int
    topics: tuple[str, ...]
    people: int
    contacts: int


def contacts(asked: Asked, wanted: Sequence[Indicator]) -> dict[str, Found]:
    """Count people talked to and records, by topic; with a topic as parameter, those about it only."""
    talked = _talked(asked)
    found = {}
    for one in wanted:
        its = [row for row in talked if not one.parameters or set(one.parameters) & set(row.topics)]
        counts = [(row, row.people if one.measure == "contact_people" else row.contacts) for row in its]
        whole = added_up((row.area_id, "", count) for row, count in counts)
        by_topic = added_up((row.area_id, topic, count) for row, count in counts for topic in row.topics)
        keys = (by_topic.by_key, by_topic.by_both) if one.breakdown else ({}, {})
        found[one.code] = Found(whole.total, whole.by_area, *keys)
    return found


def _talked(asked: Asked) -> list[_Talked]:
    rows = [*asked.rows("contacts"), *((area, topics, 0, 0) for area, topics in asked.earlier("contacts"))]
    return [
        _Talked(area, tuple(topic for topic in topics.split(",") if topic), people, count)
        for area, topics, people, count in rows
    ]


def activities(asked: Asked, wanted: Sequence[Indicator]) -> dict[str, Found]:
    """Count activities, their days, who came, and how often a group met in a month."""
    held = _held(asked)
    found = {}
    for one in wanted:
        if one.measure == "meetings_a_month":
            found[one.code] = _meetings_a_month(asked, held)
            continue
        its = [row for row in held if not one.parameters or row.kind in one.parameters]
        if one.measure == "participants":
            its = [row for row in its if row.participants is not None]
        found[one.code] = added_up(
            (row.area_id, _key_of(row, one.breakdown), _count_of(row, one.measure, asked.period)) for row in its
        )
    return found


class _Held(NamedTuple):
    """An activity, as far as figures need it."""

    area_id: int
    group_id: int | None
    kind: ActivityKind
    model_code: str | None
    started_on: date
    ended_on: date
    participants: int | None


def _held(asked: Asked) -> list[_Held]:
    """Return every activity up to the end of the period: there are thousands of them, not hundreds of thousands."""
    columns = (Activity.area_id, Activity.group_id, Activity.kind, Activity.model_code, Activity.started_on)
    wanted = (
        select(*columns, Activity.ended_on, Activity.participants)
        .where(Activity.started_on <= asked.period.last, asked.is_of(Activity.area_id))
        .order_by(Activity.started_on, Activity.id)
    )
    return [_Held(*row) for row in db.session.execute(wanted)]


def _count_of(row: _Held, measure: str, period: Period) -> int:
    if row.started_on < period.first:
        return 0
    if measure == "participants":
        return row.participants or 0
    return (row.ended_on - row.started_on).days + 1 if measure == "activity_days" else 1


def _key_of(row: _Held, breakdown: str) -> str:
    return str(row.kind) if breakdown == "kind" else row.model_code or ""


def _meetings_a_month(asked: Asked, held: Sequence[_Held]) -> Found:
    """Return the meetings of groups in the whole months of the period over the months that the groups were at work."""
    months = whole_months(asked.period)
    if not months:
        return Found(why_none=WhyNone.NOTHING_TO_DIVIDE)
    meetings = [row for row in held if row.kind is ActivityKind.MEETING and row.group_id is not None]
    since: dict[int, date] = {}
    for row in meetings:
        since.setdefault(row.group_id or 0, row.started_on.replace(day=1))
    met: defaultdict[int, int] = defaultdict(int)
    for row in meetings:
        met[row.area_id] += row.started_on.replace(day=1) in months
    spans = _months_at_work(since, months)
    by_area = {area_id: _per_month(met[area_id], spans.get(area_id, 0)) for area_id in met}
    whole = sum(spans.get(area_id, 0) for area_id in met)
    why = WhyNone.NOTHING_TO_DIVIDE if meetings else WhyNone.NO_RECORD
    return Found(_per_month(sum(met.values()), whole), by_area, why_none=why)


def _months_at_work(since: dict[int, date], months: frozenset[date]) -> dict[int, int]:
    """Return by area how many of these months its groups were at work, from the month after their beginning."""
    groups = select(PeerGroup.id, PeerGroup.area_id, PeerGroup.founded_on, PeerGroup.ended_on)
    counts: defaultdict[int, int] = defaultdict(int)
    for group_id, area_id, founded_on, ended_on in db.session.execute(groups.order_by(PeerGroup.id)):
        if group_id in since:
            first = founded_on or since[group_id]
            counts[area_id] += sum(
                1 for month in months if first <= month and (ended_on is None or _month_end(month) <= ended_on)
            )
    return counts


def whole_months(period: Period) -> frozenset[date]:
    """Return the first days of the months that lie wholly in a period."""
    months = set()
    month = period.first.replace(day=1)
    while month <= period.last:
        if month >= period.first and _month_end(month) <= period.last:
            months.add(month)
        month = _month_end(month) + timedelta(1)
    return frozenset(months)


def _month_end(month: date) -> date:
    return (month + timedelta(31)).replace(day=1) - timedelta(1)


def _per_month(meetings: int, months: int) -> float | None:
    return round(meetings / months, 1) if months else None
