"""Which entries of her areas are due to be rung up: those nobody has verified for too long, or ever.

First those that peers warned of, then what was to open again by now, then shelters, hotlines and what is kept hidden.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple, Protocol

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import aliased

from directory.accounts.rules import Actor
from directory.catalogue.cells import Versions
from directory.catalogue.models import Offering, PeerWarning, Phone, Provider, Service, Site, service_category
from directory.catalogue.queries import is_listed
from directory.catalogue.queries.own import is_hers
from directory.catalogue.rules import Visibility
from directory.catalogue.upkeep import PROTECTED_CATEGORIES, VERIFY_EVERY, VERIFY_PROTECTED_EVERY
from directory.extensions import db
from directory.places.models import AdminUnit

PER_PAGE = 20
#: More calls than this nobody makes in a day.
MOST_PRINTED = 60


class Reader(Protocol):
    """One of the two orders in which what is due is read."""

    def __call__(self, actor: Actor, day: date, *, limit: int, offset: int = 0) -> list["Due"]:
        """Return some of what is due on a local day."""


@dataclass(frozen=True)
class Due:
    """An entry that is to be rung up, and why."""

    offering_id: int
    verified_on: date | None
    #: The day on which it was to open again; None when it was not closed.
    reopens_on: date | None
    is_protected: bool
    is_warned: bool


class Conditions(NamedTuple):
    """What an entry says of who may come and with which papers."""

    eligibility: str | None
    documents: str | None


_ward = aliased(AdminUnit)
_protected = or_(
    Site.visibility == Visibility.HIDDEN,
    Offering.service_id.in_(
        select(service_category.c.service_id).where(service_category.c.category_slug.in_(sorted(PROTECTED_CATEGORIES)))
    ),
)
_warned = Offering.id.in_(select(PeerWarning.offering_id).where(PeerWarning.settled_at.is_(None)))
_can_be_called = exists().where(Phone.offering_id == Offering.id)


def due(actor: Actor, day: date, *, limit: int, offset: int = 0) -> list[Due]:
    """Return the entries that are due on a local day, the most pressing first; those that have a telephone before."""
    pressing = case(
        (_warned, 0),
        (_reopened(day), 1),
        (_protected, 2),
        (Offering.verified_on.is_not(None), 3),
        (_can_be_called, 4),
        else_=5,
    )
    rows = _due(actor, day).order_by(pressing, Offering.verified_on.nulls_first(), Offering.id)
    return [_read(row, day) for row in db.session.execute(rows.limit(limit).offset(offset))]


def due_by_ward(actor: Actor, day: date, *, limit: int, offset: int = 0) -> list[Due]:
    """Return the same, ward by ward, as somebody rings them up or walks past."""
    rows = (
        _due(actor, day)
        .outerjoin(_ward, _ward.key == Site.ward_key)
        .order_by(Site.province_key.nulls_first(), _ward.name.nulls_first(), Site.ward_key, Site.id, Offering.id)
    )
    return [_read(row, day) for row in db.session.execute(rows.limit(limit).offset(offset))]


def count_due(actor: Actor, day: date) -> int:
    """Return how many entries are due."""
    wanted = _due(actor, day).with_only_columns(Offering.id).order_by(None)
    return db.session.scalar(select(func.count()).select_from(wanted.subquery())) or 0


def _due(actor: Actor, day: date) -> Select[int, date | None, date | None, bool, bool]:
    return (
        select(Offering.id, Offering.verified_on, Offering.reopens_on, _protected, _warned)
        .join(Service, Service.id == Offering.service_id)
        .join(Site, Site.id == Offering.site_id)
        .where(is_hers(actor), is_listed(day), _is_open(day), _is_due(day))
    )


def _is_open(day: date) -> ColumnElement[bool]:
    """Whether it is not closed for a time just now: who is away cannot be asked."""
    return or_(Offering.closed_on.is_(None), Offering.closed_on > day, Offering.reopens_on <= day)


def _reopened(day: date) -> ColumnElement[bool]:
    """Whether it was to open again by the day, and nobody has asked since."""
    return and_(
        Offering.reopens_on <= day,
        or_(Offering.verified_on.is_(None), Offering.verified_on < Offering.reopens_on),
    )


def _is_due(day: date) -> ColumnElement[bool]:
    """Whether the entry is due, as ``catalogue.upkeep.due_on`` says of one."""
    return or_(
        Offering.verified_on.is_(None),
        Offering.verified_on <= day - VERIFY_EVERY,
        and_(_protected, Offering.verified_on <= day - VERIFY_PROTECTED_EVERY),
        _reopened(day),
    )


def _read(row: Any, day: date) -> Due:
    offering_id, verified_on, reopens_on, is_protected, is_warned = row
    is_reopened = reopens_on is not None and reopens_on <= day
    return Due(offering_id, verified_on, reopens_on if is_reopened else None, bool(is_protected), bool(is_warned))


def versions(ids: Sequence[int]) -> dict[int, Versions]:
    """Return which state of these entries is being shown, so that nobody vouches for another one."""
    if not ids:
        return {}
    rows = db.session.execute(
        select(Offering.id, Provider.version, Site.version, Service.version, Offering.version)
        .join(Service, Service.id == Offering.service_id)
        .join(Provider, Provider.id == Service.provider_id)
        .join(Site, Site.id == Offering.site_id)
        .where(Offering.id.in_(ids))
        .order_by(Offering.id)
    )
    return {offering_id: Versions(*numbers) for offering_id, *numbers in rows}


def conditions(ids: Sequence[int]) -> dict[int, Conditions]:
    """Return for these entries what a card leaves out and somebody on the telephone has to read aloud."""
    rows = db.session.execute(
        select(Offering.id, Offering.eligibility, Offering.documents).where(Offering.id.in_(ids)).order_by(Offering.id)
    )
    return {offering_id: Conditions(*texts) for offering_id, *texts in rows}
