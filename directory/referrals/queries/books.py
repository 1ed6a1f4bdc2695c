"""Books of blank slips: a peer knows those of her group, a coordinator those of her areas."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, false, func, select, true

from directory.accounts.models import PeerGroup
from directory.accounts.rules import Actor, Party
from directory.catalogue.queries import Subject, categories
from directory.clock import LOCAL_ZONE
from directory.codes import read_public_code
from directory.errors import NotFound
from directory.extensions import db
from directory.places.models import Area
from directory.referrals.models import Slip, SlipBook
from directory.referrals.rules import State


@dataclass(frozen=True)
class BookLine:
    """A book as a list shows it."""

    code: str
    group: str
    area: str
    size: int
    blank: int
    minted_on: date
    voided_on: date | None


def books_of(actor: Actor) -> list[BookLine]:
    """Return the books that the actor may know of, the newest first."""
    blank = select(func.count(Slip.id)).where(Slip.book_id == SlipBook.id, Slip.state == State.BLANK).scalar_subquery()
    rows = db.session.execute(
        select(SlipBook.code, PeerGroup.name, Area.name, SlipBook.size, blank, SlipBook.minted_at, SlipBook.voided_at)
        .join(PeerGroup, PeerGroup.id == SlipBook.group_id)
        .join(Area, Area.id == SlipBook.area_id)
        .where(_is_hers(actor))
        .order_by(SlipBook.minted_at.desc(), SlipBook.id.desc())
    )
    return [
        BookLine(code, group, area, size, unused, _day(minted_at), _day(voided_at) if voided_at else None)
        for code, group, area, size, unused, minted_at, voided_at in rows
    ]


def _day(moment: datetime) -> date:
    return moment.astimezone(LOCAL_ZONE).date()


def book_for(actor: Actor, code: str) -> SlipBook:
    """Return the book of this code when the actor may know of it.

    Raises: NotFound, the same when there is none and when it is not hers.
    """
    book = db.session.scalar(select(SlipBook).where(SlipBook.code == read_public_code(code), _is_hers(actor)))
    if book is None:
        raise no_such_book()
    return book


def no_such_book() -> NotFound:
    """Return the one answer for a book that is not there and for one that is somebody else's."""
    return NotFound(
        "Không có cuốn phiếu này, hoặc cuốn không thuộc về bạn.", what_now="Hãy mở lại danh sách các cuốn phiếu."
    )


def blank_slips(book: SlipBook) -> list[Slip]:
    """Return what of a book can still be printed, in the order of the first print."""
    return list(
        db.session.scalars(select(Slip).where(Slip.book_id == book.id, Slip.state == State.BLANK).order_by(Slip.id))
    )


def groups_of(actor: Actor) -> list[PeerGroup]:
    """Return the groups for which a coordinator may have books made, by name."""
    groups = db.session.scalars(select(PeerGroup).order_by(PeerGroup.name, PeerGroup.id))
    return [group for group in groups if actor.covers_area(group.area_id)]


def numbered_subjects() -> list[tuple[int, Subject]]:
    """Return what stands behind "Việc số" on the stubs of a blank slip: a number tells nothing to who finds it."""
    return list(enumerate(categories().by_slug.values(), start=1))


def _is_hers(actor: Actor) -> ColumnElement[bool]:
    if actor.party is Party.PEER:
        return SlipBook.group_id == actor.group_id
    if actor.party is Party.COORDINATOR:
        return true() if actor.all_areas else SlipBook.area_id.in_(actor.area_ids)
    return false()
