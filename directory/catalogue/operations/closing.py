"""Closing an entry for some time or for good, alone or with all that is offered at its place, and opening it again.

Each is an edit of two cells, so that history, undo, versions and the second coordinator are those of every edit.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from sqlalchemy import select

from directory import clock
from directory.accounts.rules import Actor
from directory.catalogue.cell_texts import text_of
from directory.catalogue.cells import Versions, versions_of
from directory.catalogue.models import Offering
from directory.catalogue.operations.editing import edit
from directory.catalogue.operations.reading import Outcome
from directory.catalogue.queries.own import entry_for
from directory.catalogue.upkeep import How
from directory.errors import Invalid
from directory.extensions import db

#: Nobody knows what will be so far ahead.
LONGEST_AHEAD = timedelta(days=366)


def close(
    actor: Actor, code: str, on: date, seen: Versions, *, reopens_on: date | None = None, whole_site: bool = False
) -> list[Outcome]:
    """Close an entry from a local day on, until a day or for good; with ``whole_site`` all that is offered there.

    Raises: Invalid, naming the field of a date that cannot be; NotFound; Outdated.
    """
    _check(on, reopens_on, clock.today())
    cells = {"closed_on": text_of(on), "reopens_on": text_of(reopens_on)}
    outcomes = [edit(actor, code, cells, seen, how=How.CLOSE)]
    if whole_site:
        outcomes += [
            edit(actor, other.code, cells, versions_of(other), how=How.CLOSE)
            for other in _others(entry_for(actor, code))
            if other.closed_on is None or other.reopens_on is not None
        ]
    return outcomes


def reopen(actor: Actor, code: str, seen: Versions, *, whole_site: bool = False) -> list[Outcome]:
    """Open an entry again; with ``whole_site`` also what was closed there for the same days.

    Raises: Invalid, when it is not closed; NotFound; Outdated.
    """
    offering = entry_for(actor, code)
    was = offering.closed_on, offering.reopens_on
    if offering.closed_on is None:
        raise Invalid("Mục này đang mở.", what_now="Hãy mở lại trang của mục.")
    cells = {"closed_on": "", "reopens_on": ""}
    outcomes = [edit(actor, code, cells, seen, how=How.REOPEN)]
    if whole_site:
        outcomes += [
            edit(actor, other.code, cells, versions_of(other), how=How.REOPEN)
            for other in _others(offering)
            if (other.closed_on, other.reopens_on) == was
        ]
    return outcomes


def _check(on: date, reopens_on: date | None, today: date) -> None:
    if reopens_on is None and on > today:
        raise Invalid("Đóng hẳn thì ngày đóng không được ở sau hôm nay.", field="closed_on")
    if on > today + LONGEST_AHEAD:
        raise Invalid("Ngày đóng xa quá một năm.", field="closed_on")
    if reopens_on is not None and reopens_on <= max(on, today):
        raise Invalid("Ngày mở lại phải sau hôm nay và sau ngày đóng.", field="reopens_on")
    if reopens_on is not None and reopens_on > today + 2 * LONGEST_AHEAD:
        raise Invalid("Ngày mở lại xa quá hai năm: hãy ghi là đóng hẳn.", field="reopens_on")


def _others(offering: Offering) -> Iterator[Offering]:
    statement = select(Offering).where(Offering.site_id == offering.site_id, Offering.id != offering.id)
    yield from db.session.scalars(statement.order_by(Offering.id)).all()
