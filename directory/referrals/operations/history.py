"""How a slip moves: the row is locked, the drawing and the scope are asked, the history is written, then the slip.

The history's row comes first, since a trigger lets the slip move only where its history says; the slip's own UPDATE
compares the version that was read, so that of two at once one wins on any database.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.orm import make_transient_to_detached

from directory import clock
from directory.accounts import audit
from directory.accounts.models import Account
from directory.accounts.rules import SYSTEM, Actor, Role
from directory.codes import read_public_code
from directory.errors import Conflict, NotAllowed
from directory.extensions import db, table_of
from directory.referrals.models import Slip, SlipEvent
from directory.referrals.operations.facts import follow
from directory.referrals.queries import history
from directory.referrals.queries.buttons import is_forbidden
from directory.referrals.queries.scope import is_unclaimed, seen_by
from directory.referrals.rules import CLAIMS, CLOSED, STEPS, State

#: Who was faster: whole sentences, for other languages order the words in other ways.
_SELF = "Chính bạn đã ghi lên phiếu này rồi, lúc %(time)s ngày %(date)s."
_PROVIDER = "Nơi tiếp nhận đã ghi lên phiếu này rồi, lúc %(time)s ngày %(date)s."
_SYSTEM = "Hệ thống đã ghi lên phiếu này rồi, lúc %(time)s ngày %(date)s."
_CLIENT = "Khách đã ghi lên phiếu này rồi, lúc %(time)s ngày %(date)s."
_SOMEBODY = "Người khác đã ghi lên phiếu này rồi, lúc %(time)s ngày %(date)s."
_BY_ROLE = {
    Role.PEER_EDUCATOR: "Đồng đẳng viên đã ghi lên phiếu này rồi, lúc %(time)s ngày %(date)s.",
    Role.PROVIDER_STAFF: _PROVIDER,
    Role.COORDINATOR: "Điều phối viên đã ghi lên phiếu này rồi, lúc %(time)s ngày %(date)s.",
}

_NEW_SLIP = insert(table_of(Slip)).returning(Slip.id)
_NEW_EVENT = insert(table_of(SlipEvent))


def locked(actor: Actor, code: str, seen: int | None = None) -> Slip:
    """Return the slip for a step, locked until the transaction ends.

    Raises: NotFound, when it is not there or not the actor's; Conflict, when it moved since the page was shown.
    """
    wanted = select(Slip).where(Slip.code == read_public_code(code)).with_for_update()
    slip = seen_by(actor, db.session.scalar(wanted.execution_options(populate_existing=True)))
    if seen is not None and seen != slip.version:
        raise moved_meanwhile(actor, slip)
    return slip


def step(actor: Actor, slip: Slip, name: str, **changes: Any) -> Slip:
    """Take one step of the drawing with a locked slip, and write it down.

    Raises: Conflict, when the slip does not stand where the step begins; NotAllowed, when it is not this actor's.
    """
    may_step(actor, slip, name)
    if name in CLAIMS and actor.site_id is not None and is_unclaimed(slip):
        changes["site_id"] = actor.site_id
    target = STEPS[name].target or slip.state
    write(actor, slip, name, target, **changes)
    audit.record(f"slip.{name}", actor, slip.uuid)
    return slip


def may_step(actor: Actor, slip: Slip, name: str) -> None:
    """Ask the drawing and what is beyond it. Raises: as ``step``."""
    if actor.party not in STEPS[name].parties:
        raise NotAllowed("Bước này không phải của bạn.", what_now="Hãy mở lại phiếu để thấy việc bạn làm được.")
    if slip.state not in STEPS[name].sources:
        raise moved_meanwhile(actor, slip)
    if is_forbidden(actor, slip, name, clock.now()):
        raise NotAllowed(
            "Bây giờ không làm được bước này nữa, hoặc chưa có nơi nào nhận phiếu.",
            what_now="Hãy mở lại phiếu để thấy việc bạn làm được.",
        )


def write(actor: Actor, slip: Slip, name: str, target: State, *, at: datetime | None = None, **changes: Any) -> None:
    """Write one row of history and move the slip, without asking whether it may; the figures follow."""
    now = at or clock.now()
    changes.setdefault("closed_at", (slip.closed_at or now) if target in CLOSED else None)
    db.session.execute(_NEW_EVENT, _event(actor, slip, name, target, now))
    moved = db.session.scalar(
        update(Slip)
        .where(Slip.id == slip.id, Slip.version == slip.version)
        .values(state=target, version=slip.version + 1, **changes)
        .returning(Slip.id)
        .execution_options(synchronize_session=False)
    )
    if moved is None:
        raise moved_meanwhile(actor, slip)
    db.session.refresh(slip)
    follow(slip)


def moved_meanwhile(actor: Actor, slip: Slip) -> Conflict:
    """Return the answer to somebody who was not the first: what kind of person was, and when."""
    last = history(slip)[-1]
    local = last.at.astimezone(clock.LOCAL_ZONE)
    return Conflict(
        _SELF if last.actor == actor.key else _faster(last.actor),
        what_now="Lần bấm này không ghi gì. Hãy mở lại phiếu để thấy bản mới nhất.",
        blanks={"time": f"{local:%H:%M}", "date": f"{local:%d/%m/%Y}"},
    )


def _faster(key: str) -> str:
    """Return the sentence about the kind of person that an ``Actor.key`` is; never who."""
    kind, _, uuid = key.partition(":")
    if kind == "account":
        role = db.session.scalar(select(Account.role).where(Account.uuid == UUID(uuid)))
        return _BY_ROLE.get(role, _SOMEBODY) if role else _SOMEBODY
    return {"desk": _PROVIDER, SYSTEM.key: _SYSTEM, "client": _CLIENT}.get(kind, _SOMEBODY)


def begin(slip: Slip, name: str, actor: Actor, at: datetime) -> None:
    """Write a new slip, of which every column is set, and the first row of its history.

    Why not by a flush: the unit of work takes longer than all the other rows of an issued slip together.
    """
    row = {name: value for name, value in vars(slip).items() if not name.startswith("_")}
    connection = db.session.connection()
    slip.id = connection.scalars(_NEW_SLIP, row).one()
    make_transient_to_detached(slip)
    db.session.add(slip)
    connection.execute(_NEW_EVENT, _event(actor, slip, name, slip.state, at) | {"seq": 1, "from_state": None})


def _event(actor: Actor, slip: Slip, name: str, target: State, at: datetime) -> dict[str, Any]:
    return {
        "slip_id": slip.id,
        "seq": slip.version + 1,
        "step": name,
        "from_state": slip.state,
        "to_state": target,
        "at": at,
        "actor": actor.key,
    }
