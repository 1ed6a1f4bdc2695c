"""What became of the blank slips that groups were given: printed, used, void, still blank, by group and book."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy import func, select

from directory.accounts.models import PeerGroup
from directory.accounts.rules import Actor
from directory.clock import LOCAL_ZONE
from directory.extensions import db
from directory.outreach.queries.scope import in_her_areas
from directory.places.models import Area
from directory.referrals.models import Slip, SlipBook
from directory.referrals.rules import State
from directory.vietnamese import sort_key


@dataclass(frozen=True)
class BookTally:
    """What became of the slips of a book; those that are purged are counted, too."""

    code: str
    #: Local dates.
    minted_on: date
    voided_on: date | None
    printed: int
    used: int
    void: int
    blank: int

    @property
    def missing(self) -> int:
        """How many are in none of these states; anything but 0 is a fault that somebody has to look into."""
        return self.printed - self.used - self.void - self.blank


@dataclass(frozen=True)
class GroupTally:
    """The books of a group, the newest first, and their sums."""

    group: str
    area_code: str
    area: str
    books: tuple[BookTally, ...]

    @property
    def printed(self) -> int:
        """How many blank slips it was given."""
        return sum(book.printed for book in self.books)

    @property
    def used(self) -> int:
        """How many of them were used."""
        return sum(book.used for book in self.books)

    @property
    def void(self) -> int:
        """How many were voided."""
        return sum(book.void for book in self.books)

    @property
    def blank(self) -> int:
        """How many are still blank."""
        return sum(book.blank for book in self.books)

    @property
    def missing(self) -> int:
        """How many are in none of these states."""
        return sum(book.missing for book in self.books)


def slip_books(actor: Actor, *, area_code: str = "") -> list[GroupTally]:
    """Return the books of her areas with what became of their slips, by area and group."""
    rows = [row for row in db.session.execute(_books(actor)) if area_code in ("", row.area_code)]
    rows.sort(key=lambda row: (sort_key(row.area), sort_key(row.group_name), row.group_id))
    return [_tally(list(its)) for _group_id, its in groupby(rows, key=lambda row: row.group_id)]


def _books(actor: Actor) -> Any:
    in_state = {
        name: func.count(Slip.id).filter(condition)
        for name, condition in {
            "used": Slip.state.not_in((State.BLANK, State.VOID)),
            "void": Slip.state == State.VOID,
            "blank": Slip.state == State.BLANK,
        }.items()
    }
    return (
        select(
            SlipBook,
            PeerGroup.id.label("group_id"),
            PeerGroup.name.label("group_name"),
            Area.code.label("area_code"),
            Area.name.label("area"),
            *(count.label(name) for name, count in in_state.items()),
        )
        .join(PeerGroup, PeerGroup.id == SlipBook.group_id)
        .join(Area, Area.id == SlipBook.area_id)
        .outerjoin(Slip, Slip.book_id == SlipBook.id)
        .where(in_her_areas(actor, SlipBook.area_id))
        .group_by(SlipBook.id, PeerGroup.id, Area.id)
        .order_by(SlipBook.minted_at.desc(), SlipBook.id.desc())
    )


def _tally(rows: list[Any]) -> GroupTally:
    return GroupTally(rows[0].group_name, rows[0].area_code, rows[0].area, tuple(_book_tallies(rows)))


def _book_tallies(rows: Iterable[Any]) -> Iterable[BookTally]:
    for row in rows:
        book: SlipBook = row.SlipBook
        yield BookTally(
            book.code,
            book.minted_at.astimezone(LOCAL_ZONE).date(),
            book.voided_at.astimezone(LOCAL_ZONE).date() if book.voided_at else None,
            book.size,
            row.used + book.purged_used,
            row.void + book.purged_void,
            row.blank,
        )
