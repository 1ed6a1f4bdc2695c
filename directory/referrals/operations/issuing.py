"""Making slips: by a peer, on a slip of her group's book, at the desk; and counting what ended without one."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Row, bindparam, func, select

from directory import clock
from directory.accounts import audit
from directory.accounts.models import Account, PeerGroup
from directory.accounts.rules import Actor, Party
from directory.catalogue.closure import Closure, closure_of
from directory.catalogue.models import Category, Offering, service_category
from directory.catalogue.queries import categories
from directory.codes import new_public_code, read_public_code
from directory.errors import Invalid, NotAllowed
from directory.extensions import db, insert_into, table_of
from directory.referrals.models import Slip, WithoutSlipCount
from directory.referrals.numbers import new_client_code, new_slip_number, read_client_code, read_slip_number
from directory.referrals.operations.facts import follow
from directory.referrals.operations.history import begin, may_step, moved_meanwhile, write
from directory.referrals.queries.scope import no_such_slip, offers
from directory.referrals.rules import ACCESS_NEEDS, SLIPS_PER_DAY, VALID_FOR, State, Urgency, WithoutSlip
from directory.referrals.tokens import hash_for

_PLACE = (
    select(Offering.id, Offering.site_id, Category.slug, Offering.closed_on, Offering.reopens_on)
    .join(service_category, service_category.c.service_id == Offering.service_id)
    .join(Category, Category.slug == service_category.c.category_slug)
    .where(Offering.code == bindparam("code"))
    .order_by(Category.position, Category.slug)
)
_TODAYS = (
    select(func.count())
    .select_from(table_of(Slip))
    .where(Slip.issuer_id == bindparam("issuer_id"), Slip.issued_at >= bindparam("midnight"), Slip.parent_id.is_(None))
)
_NOTHING_SAID: dict[str, Any] = {
    **{column.key: None for column in table_of(Slip).columns if column.nullable},
    "version": 1,
    "urgency": Urgency.THREE_DAYS,
    "access_needs": [],
    "is_adult": False,
    "consent_send": False,
    "consent_count": False,
}
_GROUP = select(PeerGroup.id, PeerGroup.area_id).where(PeerGroup.id == bindparam("group_id"))
_GROUP_TODAY = _GROUP.add_columns(_TODAYS.scalar_subquery().label("todays"))
_LANGUAGE = re.compile(r"[a-z]{2,3}")


@dataclass(frozen=True)
class Wanted:
    """What a slip is to say. An offering, or only a category; the code of a client, or None for a new one."""

    offering_code: str | None
    category_slug: str | None
    urgency: Urgency
    language_need: str | None
    access_needs: tuple[str, ...]
    client_code: str | None
    is_adult: bool
    consent_version: str
    consent_send: bool
    consent_count: bool


def issue(actor: Actor, wanted: Wanted) -> Slip:
    """Make a slip of the actor's own.

    Raises: Invalid, when the wish breaks a rule; NotAllowed, when it is not hers to make, or enough for today.
    """
    now = clock.now()
    group = _group_with_room(actor, now)
    said = _read(wanted)
    whose = {"group_id": group.id, "area_id": group.area_id, "issuer_id": actor.account_id}
    slip = new_slip(State.ISSUED, **whose, **said, **_runs_from(now))
    begin(slip, "issue", actor, now)
    follow(slip, is_new=True)
    audit.record("slip.issue", actor, slip.uuid)
    return slip


def issue_blank(actor: Actor, number: str, wanted: Wanted) -> Slip:
    """Fill in a blank slip of the actor's own group; one that a desk has filled in meanwhile becomes hers to follow.

    Raises: NotFound, when the group has no such slip; Conflict, when somebody follows it already, or it is void.
    """
    now = clock.now()
    slip = _by_number(number)
    if slip is None or slip.group_id != _group_of(actor).id:
        raise no_such_slip()
    if slip.state is not State.BLANK:
        return _take_up(actor, slip)
    _group_with_room(actor, now)
    said = _read(wanted)
    may_step(actor, slip, "issue")
    write(actor, slip, "issue", State.ISSUED, issuer_id=actor.account_id, **said, **_runs_from(now))
    audit.record("slip.issue", actor, slip.uuid)
    return slip


def activate(actor: Actor, number: str, wanted: Wanted) -> Slip:
    """Fill in a blank slip at the desk of whoever stands there with it: the person has arrived.

    Raises: NotFound, when there is no such slip; Conflict, when it is blank no more; Invalid, when the site does not
    have what is wanted.
    """
    slip = _by_number(number)
    if slip is None or actor.party is not Party.PROVIDER or actor.site_id is None:
        raise no_such_slip()
    may_step(actor, slip, "activate")
    # Whoever has the person before her is open, whatever the directory says.
    said, now = _read(wanted, has_come=True), clock.now()
    if said["site_id"] not in {None, actor.site_id} or not offers(actor.site_id, said["category_slug"]):
        raise Invalid("Nơi của bạn không có dịch vụ này.", what_now="Hãy chọn một dịch vụ khác.", field="category_slug")
    came = {"site_id": actor.site_id, "arrived_at": now, "presented_at": now}
    write(actor, slip, "activate", State.ARRIVED, **(said | _runs_from(now) | came))
    audit.record("slip.activate", actor, slip.uuid)
    return slip


def count_without_slip(actor: Actor, category_slug: str, why: WithoutSlip) -> None:
    """Count that somebody was helped, or led elsewhere, without a slip; nothing else of it is kept."""
    group = _group_of(actor)
    if category_slug not in categories().by_slug:
        raise Invalid("Không có chủ đề này.", field="category_slug")
    row = {
        "day_on": clock.today(),
        "area_id": group.area_id,
        "group_id": group.id,
        "category_slug": category_slug,
        "why": WithoutSlip(why),
        "count": 1,
    }
    once_more = {"count": WithoutSlipCount.__table__.c.count + 1}
    key = ["day_on", "group_id", "category_slug", "why"]
    db.session.execute(
        insert_into(WithoutSlipCount).values(**row).on_conflict_do_update(index_elements=key, set_=once_more)
    )


def new_slip(state: State, **said: Any) -> Slip:
    """Return a new slip with its number and the hash of its token."""
    uuid = uuid4()
    named = {"uuid": uuid, "code": new_public_code(), "number": new_slip_number(), "token_hash": hash_for(uuid)}
    return Slip(**_NOTHING_SAID | named | {"state": state} | said)


def place_of(offering_code: str, category_slug: str | None, *, has_come: bool = False) -> dict[str, Any]:
    """Return where an offering is and under which of its categories it is wanted.

    Raises: Invalid, when it has been taken out of the directory, or is closed today and the person is not there yet.
    """
    rows = db.session.connection().execute(_PLACE, {"code": read_public_code(offering_code)}).all()
    if not rows:
        raise Invalid(
            "Nơi này vừa được gỡ khỏi sổ địa chỉ.", what_now="Hãy tìm lại và chọn nơi khác.", field="offering_code"
        )
    offering_id, site_id, first_slug, closed_on, reopens_on = rows[0]
    if not has_come:
        _refuse_closed(closure_of(closed_on, reopens_on))
    is_offered = category_slug in {row.slug for row in rows}
    return {
        "offering_id": offering_id,
        "site_id": site_id,
        "category_slug": category_slug if is_offered else first_slug,
    }


def _refuse_closed(closure: Closure | None) -> None:
    if closure is None or not closure.holds_on(clock.today()):
        return
    what_now = "Hãy chọn nơi khác cùng việc này."
    if closure.reopens_on is None:
        raise Invalid("Nơi này đã đóng hẳn.", what_now=what_now, field="offering_code")
    raise Invalid(
        "Nơi này đang tạm đóng, mở lại ngày %(date)s.",
        what_now=what_now,
        field="offering_code",
        blanks={"date": f"{closure.reopens_on:%d/%m/%Y}"},
    )


def _read(wanted: Wanted, *, has_come: bool = False) -> dict[str, Any]:
    """Return the columns that a wish means. Raises: Invalid, naming the field that breaks a rule."""
    if not wanted.is_adult:
        raise Invalid("Phiếu hẹn chỉ dành cho người từ 18 tuổi.", field="is_adult")
    if not wanted.consent_version:
        raise Invalid("Chưa có sự đồng ý của khách.", field="consent_version")
    if wanted.language_need and not _LANGUAGE.fullmatch(wanted.language_need):
        raise Invalid("Không có ngôn ngữ này.", field="language_need")
    if not set(wanted.access_needs) <= set(ACCESS_NEEDS):
        raise Invalid("Không có lựa chọn này.", field="access_needs")
    code = new_client_code() if wanted.client_code is None else read_client_code(wanted.client_code)
    if code is None:
        raise Invalid("Mã của khách gõ chưa đúng.", what_now="Hãy xem lại từng chữ trên thẻ.", field="client_code")
    return _what(wanted, has_come=has_come) | {
        "urgency": Urgency(wanted.urgency),
        "language_need": wanted.language_need or None,
        "access_needs": sorted(set(wanted.access_needs)),
        "client_code": code,
        "is_adult": True,
        "consent_version": wanted.consent_version,
        "consent_send": wanted.consent_send,
        "consent_count": wanted.consent_count,
    }


def _what(wanted: Wanted, *, has_come: bool) -> dict[str, Any]:
    if wanted.offering_code:
        return place_of(wanted.offering_code, wanted.category_slug, has_come=has_come)
    if wanted.category_slug not in categories().by_slug:
        raise Invalid("Hãy chọn một nơi hoặc một chủ đề.", field="category_slug")
    return {"offering_id": None, "site_id": None, "category_slug": wanted.category_slug}


def _runs_from(now: datetime) -> dict[str, Any]:
    return {"issued_at": now, "valid_until": now.astimezone(clock.LOCAL_ZONE).date() + VALID_FOR}


def _group_of(actor: Actor) -> Row[int, int]:
    return db.session.connection().execute(_GROUP, {"group_id": _peers_group_id(actor)}).one()


def _group_with_room(actor: Actor, now: datetime) -> Row[int, int, int]:
    """Return the peer's group, when she has not yet issued as many slips today as one may.

    Her own row is held, so that two slips at once are counted one after the other.
    """
    connection = db.session.connection()
    if connection.dialect.name != "sqlite":  # which lets one write at a time
        connection.execute(select(Account.id).where(Account.id == actor.account_id).with_for_update(key_share=True))
    midnight = now.astimezone(clock.LOCAL_ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    wanted = {"group_id": _peers_group_id(actor), "issuer_id": actor.account_id, "midnight": midnight}
    group = connection.execute(_GROUP_TODAY, wanted).one()
    if group.todays >= SLIPS_PER_DAY:
        raise NotAllowed(
            "Hôm nay bạn đã lập %(most)s phiếu, là mức nhiều nhất trong một ngày.",
            what_now="Hãy đưa khách địa chỉ và số điện thoại của nơi đó, hoặc nhờ người cùng nhóm lập phiếu.",
            blanks={"most": SLIPS_PER_DAY},
        )
    return group


def _peers_group_id(actor: Actor) -> int | None:
    if actor.party is not Party.PEER:
        raise NotAllowed("Chỉ đồng đẳng viên lập được phiếu.")
    return actor.group_id


def _by_number(number: str) -> Slip | None:
    """Return the slip of a number as typed, locked until the transaction ends."""
    wanted = select(Slip).where(Slip.number == read_slip_number(number)).with_for_update()
    return db.session.scalar(wanted.execution_options(populate_existing=True))


def _take_up(actor: Actor, slip: Slip) -> Slip:
    """Let a peer follow a slip of her group's book that a desk has filled in."""
    if slip.issuer_id == actor.account_id:
        return slip
    if slip.issuer_id is not None or slip.state is State.VOID:
        raise moved_meanwhile(actor, slip)
    slip.issuer_id = actor.account_id
    audit.record("slip.take_up", actor, slip.uuid)
    return slip
