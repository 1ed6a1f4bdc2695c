"""Closing a year of an area: its figures are frozen as they are, and the key that told its people apart is destroyed.

A year may be closed from 1 April of the next one: a contact may be written down a month late; a slip issued on
31 December expires at the end of January, or lapses by March when somebody came with it on its last day. As long as
somebody may still act on a slip of the year, it stays open. What happens to one afterwards (a person who comes very
late, a consent withdrawn) changes the fact, and counts where the fact is read, but no figure that is frozen, nor what a
report over several years says of the whole year.

It cannot be undone: without the key the same person is no longer known by the same token.
"""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import delete, insert, select

from directory import clock
from directory.accounts import audit
from directory.accounts.rules import SYSTEM, Actor
from directory.errors import Conflict, Invalid, NotFound
from directory.extensions import db, table_of
from directory.places.models import Area
from directory.referrals.models import PersonKey
from directory.referrals.operations.erasing import rewrite_after_commit
from directory.referrals.rules import year_settles_on
from directory.reports.figures import Figure, Line, Scope, ScopeArea
from directory.reports.indicators import indicators
from directory.reports.models import ClosedYear, PeriodFigure, SettledScan
from directory.reports.periods import year_period
from directory.reports.queries import closed, scans
from directory.reports.queries.reading import read_report
from directory.reports.rules import Audience
from directory.web.transaction import transaction

#: What is as of today and not of a year, or has its own days: never frozen.
_NOT_OF_A_YEAR = frozenset({"by_hand", "directory", "gap_wards"})


def close_year(actor: Actor, code: str, year: int, *, today: date) -> bool:
    """Freeze the figures of a year of an area and destroy its key; False when that was done before.

    Raises: NotFound, when the area is not hers or has nothing of that year; Invalid, when the year may still change or
        an earlier one is open; Conflict, while somebody may still act on one of its slips.
    """
    area = closed.area_to_close(actor, code)
    first_year = closed.first_years_of_areas([area.id]).get(area.id)
    if first_year is None or year < first_year:
        raise NotFound("Địa bàn này chưa có số liệu nào của năm đó.")
    if (earlier := next(closed.open_years(area.id, range(first_year, year)), None)) is not None:
        raise Invalid(
            "Năm %(year)s của địa bàn này chưa chốt.",
            what_now="Hãy chốt lần lượt, từ năm cũ nhất.",
            blanks={"year": earlier},
        )
    return _close(actor, area, year, today)


def close_due_years(now: datetime) -> int:
    """Close every year that may be closed, each in a transaction of its own, and return how many; for ``tick``."""
    today = now.astimezone(clock.LOCAL_ZONE).date()
    return sum(
        _close_one_after_another(area_id, closed.settled_years(first_year, today), today)
        for area_id, first_year in sorted(closed.first_years_of_areas().items())
    )


def _close_one_after_another(area_id: int, years: range, today: date) -> int:
    """Close the years of an area up to the first on one of whose slips somebody may still act."""
    done = 0
    for year in list(closed.open_years(area_id, years)):
        with transaction():
            if closed.unfinished_slips(area_id, year):
                break
            done += _close(SYSTEM, db.session.get_one(Area, area_id), year, today)
    return done


def _close(actor: Actor, area: Area, year: int, today: date) -> bool:
    # Of two at once the second waits here, and then finds the year closed.
    db.session.execute(select(Area.id).where(Area.id == area.id).with_for_update())
    if closed.is_closed(area.id, year):
        return False
    _check_settled(area.id, year, today)
    _freeze(area, year, today)
    db.session.add(ClosedYear(area_id=area.id, year=year))
    db.session.execute(delete(PersonKey).where(PersonKey.area_id == area.id, PersonKey.year == year))
    db.session.flush()
    audit.record("year.close", actor, area.uuid)
    rewrite_after_commit(PersonKey)
    return True


def _check_settled(area_id: int, year: int, today: date) -> None:
    settles_on = year_settles_on(year)
    if today < settles_on:
        raise Invalid(
            "Năm %(year)s chưa chốt được, vì số liệu còn có thể thay đổi.",
            what_now="Từ ngày 1 tháng 4 năm sau mới chốt được.",
            blanks={"year": year},
        )
    if unfinished := closed.unfinished_slips(area_id, year):
        raise Conflict(
            "Năm %(year)s còn %(count)s phiếu chưa xong, nên chưa chốt được.",
            what_now="Phiếu quá hạn sẽ tự đóng khi máy chủ làm việc định kỳ. Bạn quay lại sau nhé.",
            blanks={"year": year, "count": unfinished},
        )


def _freeze(area: Area, year: int, today: date) -> None:
    scope_area = ScopeArea(area.id, area.code, area.name, is_ward=len(area.wards) == 1, is_demo=False)
    scope = Scope(area.name, (scope_area,), frozenset())
    codes = [one.code for one in indicators().values() if one.measure not in _NOT_OF_A_YEAR]
    period = year_period(year)
    report = read_report(scope, period, codes=codes, audience=Audience.EXACT, today=today)
    where = {"area_id": area.id, "year": year}
    rows = [where | _row(line, figure) for line in report.lines for figure in (line.total, *line.by_key)]
    db.session.execute(insert(table_of(PeriodFigure)), rows)
    found = {name: scans.scan(name, _is(area), period.first, period.last) for name in scans.SCANS}
    kept = [where | {"scan": name, "rows": [row[1:] for row in its]} for name, its in found.items()]
    db.session.execute(insert(table_of(SettledScan)), kept)


def _is(area: Area) -> scans.IsOf:
    return lambda area_id: area_id == area.id


def _row(line: Line, figure: Figure) -> dict[str, object]:
    value = None if figure.value is None else round(Decimal(str(figure.value)), 2)
    return {
        "indicator": line.indicator.code,
        "version": line.indicator.version,
        "key": figure.key,
        "value": value,
    }
