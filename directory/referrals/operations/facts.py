"""The figures that stay: a fact says of a slip what may be counted, and is written anew at each step.

Why anew and not by increments: whatever was taken back, withdrawn or corrected, the fact is what the slip now says.
"""

import hashlib
import hmac
import secrets
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, select

from directory import clock
from directory.extensions import db, insert_into, table_of
from directory.referrals.models import FactService, PersonKey, Slip, SlipFact
from directory.referrals.rules import State, year_settles_on

_TOKEN_BYTES = 16
_NOT_COUNTED = frozenset({State.BLANK, State.VOID, State.WITHDRAWN})


#: Written once, since making a statement anew for each slip takes longer than running it.
_NEW_FACT = insert(table_of(SlipFact))
_KEY = select(PersonKey.key).where(PersonKey.area_id == bindparam("area_id"), PersonKey.year == bindparam("year"))


def follow(slip: Slip, *, is_new: bool = False) -> None:
    """Let the fact of the slip say what the slip says; a slip that may not be counted has none."""
    if not slip.consent_count or slip.state in _NOT_COUNTED:
        if not is_new:
            db.session.execute(delete(SlipFact).where(SlipFact.slip_id == slip.id))
        return
    if is_new:
        db.session.connection().execute(_NEW_FACT, _said_by(slip) | _said_once(slip))
        return
    fact = db.session.scalar(select(SlipFact).where(SlipFact.slip_id == slip.id))
    if fact is None:
        fact = SlipFact(**_said_once(slip))
        db.session.add(fact)
    for name, value in _said_by(slip).items():
        setattr(fact, name, value)
    given = slip.given if slip.served_at else []
    day_and_area = {"area_id": fact.area_id, "served_on": fact.served_on}
    fact.given = [FactService(category_slug=one.category_slug, count=one.count, **day_and_area) for one in given]
    db.session.flush()


def _said_once(slip: Slip) -> dict[str, Any]:
    """Return what stays as it was at first: the slip that it came of, and the key of a year, are gone before it."""
    issued_on = _day(slip.issued_at)
    token = person_token(slip.area_id, issued_on, slip.client_code) if issued_on else None
    return {"slip_id": slip.id, "person_token": token, "was_forwarded_here": slip.parent_id is not None}


def _said_by(slip: Slip) -> dict[str, Any]:
    same = {name: getattr(slip, name) for name in ("area_id", "group_id", "category_slug", "site_id", "urgency")}
    return same | {
        "reason": slip.reason,
        "outcome": slip.state,
        "need_met": slip.need_met,
        "issued_on": _day(slip.issued_at),
        "acknowledged_on": _day(slip.acknowledged_at),
        "arrived_on": _day(slip.arrived_at),
        "served_on": _day(slip.served_at),
        "need_answered_on": _day(slip.need_answered_at),
        "was_silent": slip.silent_at is not None,
        "hours_to_acknowledge": _hours(slip, slip.acknowledged_at),
        "hours_to_arrive": _hours(slip, slip.arrived_at),
        "hours_to_serve": _hours(slip, slip.served_at),
    }


def _day(moment: datetime | None) -> date | None:
    return moment and moment.astimezone(clock.LOCAL_ZONE).date()


def _hours(slip: Slip, moment: datetime | None) -> int | None:
    """Return the whole hours from issue to the moment; a clock that was set back makes none negative."""
    if moment is None or slip.issued_at is None:
        return None
    return max(0, int((moment - slip.issued_at).total_seconds() // 3600))


def person_token(area_id: int, day: date, client_code: str | None) -> bytes | None:
    """Return what stands for a client code in the figures of an area, so that nobody is counted twice.

    The same code gives the same token all year, for slips and for contacts; after the year another one. None without
    a code, or for a year that is closed.
    """
    if client_code is None or (key := _person_key(area_id, day.year)) is None:
        return None
    return hmac.new(key, client_code.encode(), hashlib.sha256).digest()[:_TOKEN_BYTES]


def _person_key(area_id: int, year: int) -> bytes | None:
    """Return the key of an area and year, made by whoever first needs it; one that was destroyed is not made again."""
    which = {"area_id": area_id, "year": year}
    key = db.session.connection().scalar(_KEY, which)
    if key is None and clock.today() < year_settles_on(year):
        fresh = which | {"key": secrets.token_bytes(32)}
        db.session.execute(insert_into(PersonKey).values(**fresh).on_conflict_do_nothing())
        key = db.session.connection().scalar(_KEY, which)
    return key
