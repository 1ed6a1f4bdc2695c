"""Who is behind this request: the session in our own table that the cookie's random id finds (D10).

The cookie is Flask's signed one and holds the id, the form token, and the codes of slips that a desk had before it. A
session can be listed and ended; it ends by itself when idle or after twelve hours. Its last use is written at most once
a minute.
"""

import hashlib
import secrets
from dataclasses import replace
from datetime import timedelta

from flask import Flask, g, has_request_context, session
from sqlalchemy import delete, select, update

from directory import clock
from directory.accounts.models import Account, Desk, Session, account_area
from directory.accounts.rules import (
    ABILITIES,
    DESK_ABILITIES,
    MUST_HAVE_SECOND_FACTOR,
    PARTY_OF,
    Actor,
    Party,
    session_ends_at,
)
from directory.extensions import db
from directory.web.transaction import transaction

SEEN_EVERY = timedelta(minutes=1)
_ID, _PRESENTED = "id", "presented"
#: So many slips that were held before it a browser remembers; a queue at a desk is shorter.
MOST_PRESENTED = 5


def present() -> Actor | None:
    """Return who is signed in, or None; looked up once for each request."""
    if "actor" not in g:
        actor = _look_up()
        g.actor = replace(actor, presented=frozenset(session.get(_PRESENTED, ()))) if actor else None
    found: Actor | None = g.actor
    return found


def signed_in() -> Actor:
    """Return who is signed in, on a route that only somebody signed in can reach."""
    actor = present()
    if actor is None:
        raise RuntimeError("this route needs an ability")
    return actor


def begin(*, account: Account | None = None, desk: Desk | None = None) -> None:
    """Sign this browser in, under a new id; whatever session it had is over. Part of the caller's transaction."""
    end_present()
    identifier = secrets.token_urlsafe(32)
    row = Session(
        id_hash=_hash(identifier), account_id=account.id if account else None, desk_id=desk.id if desk else None
    )
    db.session.add(row)
    session.clear()
    session[_ID] = identifier
    g.pop("actor", None)


def end_present() -> None:
    """End the session of this browser, if it has one. Part of the caller's transaction."""
    if identifier := session.get(_ID):
        db.session.execute(delete(Session).where(Session.id_hash == _hash(identifier)))
    session.clear()
    g.pop("actor", None)


def note_presented(code: str) -> None:
    """Let this browser's signed-in person see a slip that was held before her; outside of a request nothing."""
    if has_request_context():
        session[_PRESENTED] = [*(seen for seen in session.get(_PRESENTED, ()) if seen != code), code][-MOST_PRESENTED:]
        g.pop("actor", None)


def present_hash() -> bytes:
    """Return the key of this browser's own session, to mark it in a list."""
    return _hash(session.get(_ID, ""))


def follow_sessions(app: Flask) -> None:
    """Note before each request that the session is still in use."""

    @app.before_request
    def note_use() -> None:
        if _ID in session and present() and clock.now() - g.seen_at > SEEN_EVERY:
            with transaction():
                db.session.execute(update(Session).where(Session.id_hash == present_hash()).values(seen_at=clock.now()))


def _hash(identifier: str) -> bytes:
    return hashlib.sha256(identifier.encode()).digest()


def _look_up() -> Actor | None:
    if not (identifier := session.get(_ID)):
        return None
    row = db.session.get(Session, _hash(identifier))
    if row is None:
        return None
    account = db.session.get(Account, row.account_id) if row.account_id else None
    if clock.now() >= session_ends_at(account.role if account else None, row.created_at, row.seen_at):
        return None
    g.seen_at = row.seen_at
    if account is None:
        return desk_actor(db.session.get_one(Desk, row.desk_id))
    return None if account.disabled_at else account_actor(account)


def desk_actor(desk: Desk) -> Actor:
    """Return what a desk may do that has proven its PIN."""
    return Actor(Party.PROVIDER, f"desk:{desk.uuid}", DESK_ABILITIES, site_id=desk.site_id, is_demo=desk.is_demo)


def account_actor(account: Account) -> Actor:
    """Return what an account may do and where; nothing but setting up its second factor while that is missing."""
    areas = db.session.scalars(select(account_area.c.area_id).where(account_area.c.account_id == account.id))
    is_incomplete = account.role in MUST_HAVE_SECOND_FACTOR and not account.has_second_factor
    return Actor(
        PARTY_OF[account.role],
        f"account:{account.uuid}",
        frozenset({"account.own"}) if is_incomplete else ABILITIES[account.role],
        role=account.role,
        account_id=account.id,
        account_uuid=account.uuid,
        name=account.name,
        group_id=account.group_id,
        site_id=account.site_id,
        area_ids=frozenset(areas),
        all_areas=account.all_areas,
        is_demo=account.is_demo,
    )
