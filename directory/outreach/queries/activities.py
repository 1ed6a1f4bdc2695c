"""What is read of activities: the list, and the board of who met how often; only of the actor's areas."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select

from directory.accounts.models import PeerGroup
from directory.accounts.rules import Actor
from directory.extensions import db
from directory.outreach.models import Activity, Topic
from directory.outreach.queries.scope import in_her_areas, one_of_hers, years_of_hers
from directory.outreach.rules import ActivityKind, unlisted
from directory.places.models import Area
from directory.vietnamese import sort_key

NO_ACTIVITY = "Không có cuộc này, hoặc cuộc không thuộc địa bàn của bạn."
#: What the programme asks of a group: so many meetings in every month.
MEETINGS_A_MONTH = 2


@dataclass(frozen=True)
class ActivityLine:
    """An activity as a list shows it."""

    code: str
    kind: ActivityKind
    area_code: str
    area: str
    #: The group's name; None when it was for several.
    group: str | None
    model_code: str | None
    #: Local dates, both included.
    started_on: date
    ended_on: date
    participants: int | None
    #: Slugs of topics.
    topics: tuple[str, ...]
    source: str | None
    is_demo: bool

    @property
    def days(self) -> int:
        """How many days it lasted."""
        return (self.ended_on - self.started_on).days + 1

    @property
    def month(self) -> date:
        """The first day of the month in which it began."""
        return self.started_on.replace(day=1)


@dataclass(frozen=True)
class ActivitiesWanted:
    """Which activities a list is to show; empty = all."""

    area_code: str = ""
    kind: ActivityKind | None = None
    model_code: str = ""
    year: int | None = None


@dataclass(frozen=True)
class BoardMonth:
    """How often a group met in a month; None when it was not at work in all of it."""

    first: date
    meetings: int | None
    is_over: bool

    @property
    def lacks(self) -> int:
        """How many meetings are missing, or still to come while the month is not over."""
        return 0 if self.meetings is None else max(0, MEETINGS_A_MONTH - self.meetings)


@dataclass(frozen=True)
class BoardLine:
    """A group's months on the board, the earliest first."""

    group_code: str
    group: str
    area_code: str
    area: str
    months: tuple[BoardMonth, ...]

    @property
    def full(self) -> int:
        """In how many months it met as often as asked."""
        return sum(month.meetings is not None and not month.lacks for month in self.months)

    @property
    def asked(self) -> int:
        """How many months are judged: those that are over, and those that are full already."""
        return sum(month.meetings is not None and (month.is_over or not month.lacks) for month in self.months)


def topics_of_activities() -> list[Topic]:
    """Return what an activity may be about, in the order of the seed."""
    return list(db.session.scalars(select(Topic).where(Topic.for_activities).order_by(Topic.position, Topic.slug)))


def activities(
    actor: Actor, wanted: ActivitiesWanted, *, start: int = 0, most: int | None = None
) -> list[ActivityLine]:
    """Return the activities of her areas, the newest first."""
    listed = _activities(actor, wanted).order_by(Activity.started_on.desc(), Activity.id.desc()).offset(start)
    return [_line(*row) for row in db.session.execute(listed.limit(most) if most else listed)]


def count_by_kind(actor: Actor, wanted: ActivitiesWanted) -> dict[ActivityKind, int]:
    """Return how many ``activities`` would list without an end, by kind."""
    chosen = _activities(actor, wanted).subquery()
    counted = select(chosen.c.kind, func.count()).group_by(chosen.c.kind)
    found: dict[ActivityKind, int] = dict(db.session.execute(counted).all())
    return {kind: found[kind] for kind in ActivityKind if kind in found}


def years_of_activities(actor: Actor) -> list[int]:
    """Return the years in which an activity began, the latest first."""
    return years_of_hers(actor, Activity, Activity.started_on)


def activity(actor: Actor, code: str) -> Activity:
    """Return an activity of her areas.

    Raises: NotFound, also for one of another area.
    """
    return one_of_hers(actor, Activity, code, NO_ACTIVITY)


def activity_line(actor: Actor, code: str) -> ActivityLine | None:
    """Return an activity of her areas as a list shows it; None when there is none."""
    row = db.session.execute(_activities(actor, ActivitiesWanted()).where(Activity.code == code)).first()
    return _line(*row) if row else None


def meeting_board(actor: Actor, year: int, today: date, *, area_code: str = "") -> list[BoardLine]:
    """Return how often each group of her areas met in each month of a year that has begun, by area and name.

    A group whose founding is not written down is asked from the first meeting that is, or else from this year on.
    """
    firsts = [date(year, month, 1) for month in range(1, 13) if date(year, month, 1) <= today]
    days = _days_of_meetings(actor)
    lines = []
    for group, area in _groups(actor, area_code):
        its = days[group.id]
        began_on = group.founded_on or min(its, default=date(today.year, 1, 1))
        if began_on.year > year or (group.ended_on or today).year < year:
            continue
        met = Counter(day.month for day in its if day.year == year)
        months = tuple(_month((began_on, group.ended_on), first, met[first.month], today) for first in firsts)
        lines.append(BoardLine(group.code, group.name, area.code, area.name, months))
    return lines


def _days_of_meetings(actor: Actor) -> dict[int, list[date]]:
    wanted = select(Activity.group_id, Activity.started_on).where(
        in_her_areas(actor, Activity.area_id), Activity.kind == ActivityKind.MEETING, Activity.group_id.is_not(None)
    )
    days: dict[int, list[date]] = defaultdict(list)
    for group_id, day in db.session.execute(wanted.order_by(Activity.started_on, Activity.id)):
        days[group_id or 0].append(day)
    return days


def _groups(actor: Actor, area_code: str) -> list[tuple[PeerGroup, Area]]:
    rows = db.session.execute(
        select(PeerGroup, Area)
        .join(Area, Area.id == PeerGroup.area_id)
        .where(in_her_areas(actor, Area.id))
        .order_by(PeerGroup.id)
    )
    found = [(group, area) for group, area in rows if area_code in ("", area.code)]
    return sorted(found, key=lambda one: (sort_key(one[1].name), sort_key(one[0].name), one[0].id))


def _month(at_work: tuple[date, date | None], first: date, meetings: int, today: date) -> BoardMonth:
    """Return one field of the board: a month in which the group began or ended asks nothing of it."""
    began_on, ended_on = at_work
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    is_whole = began_on <= first and (ended_on is None or ended_on >= last)
    return BoardMonth(first, meetings if meetings or is_whole else None, last < today)


def _activities(actor: Actor, wanted: ActivitiesWanted) -> Any:
    chosen: list[ColumnElement[bool]] = [in_her_areas(actor, Activity.area_id)]
    if wanted.area_code:
        chosen.append(Area.code == wanted.area_code)
    if wanted.kind:
        chosen.append(Activity.kind == wanted.kind)
    if wanted.model_code:
        chosen.append(Activity.model_code == wanted.model_code)
    if wanted.year:
        chosen.append(Activity.started_on.between(date(wanted.year, 1, 1), date(wanted.year, 12, 31)))
    return (
        select(Activity, Area.code.label("area_code"), Area.name.label("area"), PeerGroup.name.label("group_name"))
        .join(Area, Area.id == Activity.area_id)
        .outerjoin(PeerGroup, PeerGroup.id == Activity.group_id)
        .where(*chosen)
    )


def _line(activity: Activity, area_code: str, area: str, group: str | None) -> ActivityLine:
    return ActivityLine(
        activity.code,
        activity.kind,
        area_code,
        area,
        group,
        activity.model_code,
        activity.started_on,
        activity.ended_on,
        activity.participants,
        unlisted(activity.topics),
        activity.source,
        activity.is_demo,
    )
