"""Materials made and handed out, and the blank slips of books, by the day on which it was."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import case, func, select

from directory.accounts.models import PeerGroup
from directory.clock import LOCAL_ZONE
from directory.extensions import db
from directory.outreach.models import MaterialMove
from directory.outreach.rules import MoveKind
from directory.referrals.models import Slip, SlipBook
from directory.referrals.rules import State
from directory.reports.figures import Indicator
from directory.reports.queries.measuring import Asked, Cell, Found, added_up


def materials(asked: Asked, wanted: Sequence[Indicator]) -> dict[str, Found]:
    """Count copies: made, given at contacts, and given to people in any way."""
    measures = {one.measure for one in wanted}
    moved = _moved(asked) if measures & {"materials_made", "materials_given"} else []
    at_contacts = _at_contacts(asked) if measures & {"contact_materials", "materials_given"} else []
    made = [(area, code, count) for area, code, kind, count in moved if kind is MoveKind.MADE]
    handed_out = [(area, code, count) for area, code, kind, count in moved if kind is MoveKind.HANDED_OUT]
    cells = {
        "materials_made": made,
        "contact_materials": at_contacts,
        "materials_given": handed_out + at_contacts,
    }
    return {one.code: _of_these(cells[one.measure], one) for one in wanted}


def _at_contacts(asked: Asked) -> list[Cell]:
    rows = [(area, code, count) for area, code, count in asked.rows("given")]
    return rows + [(area, code, 0) for area, code in asked.earlier("given")]


def _of_these(cells: Sequence[Cell], one: Indicator) -> Found:
    return added_up(
        (area, code if one.breakdown else "", count)
        for area, code, count in cells
        if not one.parameters or code in one.parameters
    )


def _moved(asked: Asked) -> list[tuple[int, str, MoveKind, int]]:
    where = (MaterialMove.area_id, MaterialMove.material_code, MaterialMove.kind)
    inside = case((MaterialMove.day_on >= asked.period.first, MaterialMove.count), else_=0)
    moved = (
        select(*where, func.sum(inside))
        .where(MaterialMove.day_on <= asked.period.last, asked.is_of(MaterialMove.area_id))
        .group_by(*where)
    )
    return [(area, code, kind, int(count)) for area, code, kind, count in db.session.execute(moved)]


def slip_books(asked: Asked, wanted: Sequence[Indicator]) -> dict[str, Found]:
    """Reconcile the books printed in the period: printed, used, void, still blank; by group."""
    books = _books(asked)
    return {
        one.code: added_up((area, group, counts[one.parameters[0]]) for area, group, counts in books) for one in wanted
    }


def _books(asked: Asked) -> list[tuple[int, str, dict[str, int]]]:
    void = func.sum(case((Slip.state == State.VOID, 1), else_=0))
    blank = func.sum(case((Slip.state == State.BLANK, 1), else_=0))
    left = select(Slip.book_id, func.count().label("n"), void.label("void"), blank.label("blank"))
    slips = left.where(Slip.book_id.is_not(None)).group_by(Slip.book_id).subquery()
    columns = (SlipBook.area_id, PeerGroup.code, SlipBook.minted_at, SlipBook.size, SlipBook.purged_used)
    rows = (
        select(*columns, SlipBook.purged_void, slips.c.n, slips.c.void, slips.c.blank)
        .join(PeerGroup, PeerGroup.id == SlipBook.group_id)
        .outerjoin(slips, slips.c.book_id == SlipBook.id)
        .where(SlipBook.minted_at < _end_of(asked.period.last), asked.is_of(SlipBook.area_id))
        .order_by(SlipBook.id)
    )
    return [
        (area_id, group, _counts(is_inside=_day(minted_at) >= asked.period.first, numbers=numbers))
        for area_id, group, minted_at, *numbers in db.session.execute(rows)
    ]


def _counts(*, is_inside: bool, numbers: Sequence[int | None]) -> dict[str, int]:
    """Return what became of a book's slips: those that are kept and neither void nor blank were used."""
    size, used, thrown, kept, void, blank = (int(number or 0) for number in numbers)
    counts = {"printed": size, "used": used + kept - void - blank, "void": thrown + void, "blank": blank}
    return {name: count if is_inside else 0 for name, count in counts.items()}


def _day(moment: datetime) -> date:
    return moment.astimezone(LOCAL_ZONE).date()


def _end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(1), time(), LOCAL_ZONE)
