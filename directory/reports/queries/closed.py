"""Closed years: which are, which may be, and which would be if nothing of them were open any more."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import func, select

from directory import clock
from directory.accounts.rules import Actor
from directory.errors import NotFound
from directory.extensions import Model, db
from directory.outreach.models import Activity, MaterialMove, OutreachContact
from directory.places.models import Area
from directory.referrals.models import Slip, SlipFact, WithoutSlipCount
from directory.referrals.rules import State, year_settles_on
from directory.reports.models import ClosedYear
from directory.reports.queries.by_hand import areas_of, is_everywhere

#: The one answer for what does not exist and for an area of somebody else.
UNKNOWN_AREA = "Không có địa bàn này, hoặc bạn không phụ trách địa bàn này."
#: What has a day, and whose first day begins the years of an area.
_DATED: tuple[tuple[type[Model], str], ...] = (
    (SlipFact, "issued_on"),
    (OutreachContact, "day_on"),
    (Activity, "started_on"),
    (MaterialMove, "day_on"),
    (WithoutSlipCount, "day_on"),
)
_UNFINISHED = (State.ISSUED, State.ACKNOWLEDGED, State.ARRIVED)


@dataclass(frozen=True)
class OpenYear:
    """A year of an area that is not closed."""

    year: int
    #: From this day on it may be closed.
    settles_on: date
    is_settled: bool
    #: How many of its slips somebody may still act on; while there is one, it stays open.
    unfinished: int
    #: Whether every earlier year is closed.
    is_next: bool

    @property
    def can_close(self) -> bool:
        """Whether it may be closed today."""
        return self.is_next and self.is_settled and not self.unfinished


@dataclass(frozen=True)
class YearsOfArea:
    """The years of an area since its first record: those that are closed with the day, and the others; newest first."""

    area: Area
    closed: tuple[tuple[int, date], ...]
    still_open: tuple[OpenYear, ...]


def area_to_close(actor: Actor, code: str) -> Area:
    """Return an area whose years she may close.

    Raises: NotFound, also for one of somebody else.
    """
    area = db.session.scalar(select(Area).where(Area.code == code))
    if area is None or not (is_everywhere(actor) or actor.covers_area(area.id)):
        raise NotFound(UNKNOWN_AREA)
    return area


def years_of_areas(actor: Actor, today: date) -> list[YearsOfArea]:
    """Return the years of her areas that have any record, by name of the area."""
    first_years, closed = first_years_of_areas(), _closed_on()
    return [
        YearsOfArea(
            area,
            tuple(sorted(closed.get(area.id, {}).items(), reverse=True)),
            tuple(_still_open(area.id, list(open_years(area.id, range(first_years[area.id], today.year + 1))), today)),
        )
        for area in areas_of(actor)
        if area.id in first_years
    ]


def is_closed(area_id: int, year: int) -> bool:
    """Whether the year of the area is closed."""
    return db.session.get(ClosedYear, (area_id, year)) is not None


def unfinished_slips(area_id: int, year: int) -> int:
    """Return how many slips issued in the year somebody may still act on; time closes each of them."""
    begins, ends = (datetime.combine(date(each, 1, 1), time(), clock.LOCAL_ZONE) for each in (year, year + 1))
    which = (Slip.area_id == area_id, Slip.state.in_(_UNFINISHED), Slip.issued_at >= begins, Slip.issued_at < ends)
    return db.session.scalar(select(func.count()).select_from(Slip).where(*which)) or 0


def settled_years(first_year: int, today: date) -> range:
    """Return the years since then in which nothing changes any more."""
    last = today.year - 1 if today >= year_settles_on(today.year - 1) else today.year - 2
    return range(first_year, last + 1)


def open_years(area_id: int, years: range) -> Iterator[int]:
    """Yield those of the years that are not closed in the area, in order."""
    is_its = (ClosedYear.area_id == area_id, ClosedYear.year.in_(years))
    done = set(db.session.scalars(select(ClosedYear.year).where(*is_its)))
    yield from (year for year in years if year not in done)


def first_years_of_areas(area_ids: Collection[int] | None = None) -> dict[int, int]:
    """Return in which year something was first written down, by area id; an area without a record is missing.

    Why the closed years are enough where there are any: they are closed one after the other, from the first.
    """
    wanted = select(ClosedYear.area_id, func.min(ClosedYear.year)).group_by(ClosedYear.area_id)
    found = dict(db.session.execute(wanted.order_by(ClosedYear.area_id)).all())
    others = {*(db.session.scalars(select(Area.id)) if area_ids is None else area_ids)} - found.keys()
    begun: dict[int, list[int]] = {}
    for model, name in _DATED if others else ():
        table = model.__table__
        first = select(table.c.area_id, func.min(table.c[name])).where(table.c.area_id.in_(sorted(others)))
        for area_id, day in db.session.execute(first.group_by(table.c.area_id).order_by(table.c.area_id)):
            begun.setdefault(area_id, []).append(day.year)
    return found | {area_id: min(years) for area_id, years in begun.items()}


def _still_open(area_id: int, years: list[int], today: date) -> Iterator[OpenYear]:
    for year in reversed(years):
        settles_on = year_settles_on(year)
        is_settled = today >= settles_on
        unfinished = unfinished_slips(area_id, year) if is_settled else 0
        yield OpenYear(year, settles_on, is_settled, unfinished, is_next=year == years[0])


def _closed_on() -> dict[int, dict[int, date]]:
    found: dict[int, dict[int, date]] = {}
    for row in db.session.scalars(select(ClosedYear).order_by(ClosedYear.area_id, ClosedYear.year)):
        found.setdefault(row.area_id, {})[row.year] = row.closed_at.astimezone(clock.LOCAL_ZONE).date()
    return found
