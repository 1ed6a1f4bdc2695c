"""Every read of the coordinator's desk; each takes the actor and returns only what lies in her areas.

A group has its area, a place those that it lies in. An administrator has no areas: accounts are hers everywhere.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, func, or_, select, true
from sqlalchemy.orm import aliased

from directory.accounts.models import Account, Desk, GroupCount, Invitation, PeerGroup, Session
from directory.accounts.rules import ABSOLUTE_SESSION, IDLE_COORDINATOR_SESSION, SYSTEM, Actor, Role
from directory.catalogue.models import Provider, Site
from directory.catalogue.queries import lies_in
from directory.clock import LOCAL_ZONE
from directory.errors import NotFound
from directory.extensions import db
from directory.places.models import AdminUnit, Area
from directory.vietnamese import fold, sort_key

#: The one answer for what does not exist and for what lies in another area.
UNKNOWN = "Không có mục này, hoặc mục này không thuộc địa bàn của bạn."
#: A search that finds more shows the first ones and asks for more words.
MOST_SITES = 30


@dataclass(frozen=True)
class GroupLine:
    """A peer group as a list shows it."""

    id: int
    code: str
    name: str
    phone: str | None
    area: str
    accounts: int
    is_demo: bool
    #: How many members it had when they were last counted, and that local date.
    members: int | None
    counted_on: date | None
    #: Local dates; None = not known / still at work.
    founded_on: date | None
    ended_on: date | None


@dataclass(frozen=True)
class SiteLine:
    """A place that may get a desk or staff."""

    id: int
    uuid: UUID
    name: str
    where: str
    has_desk: bool


@dataclass(frozen=True)
class DeskLine:
    """A desk as a list shows it; ``handle`` is the part of its PIN that is no secret."""

    code: str
    handle: str
    site_uuid: UUID
    site: str
    where: str
    #: Local date.
    changed_on: date
    sessions: int
    is_demo: bool


@dataclass(frozen=True)
class AccountLine:
    """An account as a list shows it."""

    code: str
    name: str
    role: Role
    #: Its group or place; empty for coordinators and administrators.
    of: str
    is_disabled: bool
    sessions: int
    is_demo: bool


@dataclass(frozen=True)
class InvitationLine:
    """An invitation that nobody has used yet."""

    code: str
    role: Role
    of: str
    #: Local date.
    expires_on: date
    is_reset: bool


_site_ward = aliased(AdminUnit)
_site_province = aliased(AdminUnit)


_SITES = (
    select(Site.id, Site.uuid, Provider.name, Site.name, _site_ward, _site_province, Desk.id)
    .join(Provider, Provider.id == Site.provider_id)
    .outerjoin(_site_ward, _site_ward.key == Site.ward_key)
    .outerjoin(_site_province, _site_province.key == Site.province_key)
    .outerjoin(Desk, Desk.site_id == Site.id)
    .order_by(Provider.folded_name, Site.id)
)


def areas_of(actor: Actor) -> list[Area]:
    """Return the areas that a coordinator answers for; all of them for an administrator, who makes coordinators."""
    found = db.session.scalars(select(Area).where(_is_hers(actor, Area.id)).order_by(Area.id))
    return sorted(found, key=lambda area: (sort_key(area.name), area.id))


def area(actor: Actor, code: str) -> Area:
    """Return an area that she answers for.

    Raises: NotFound, also for one of somebody else.
    """
    found = db.session.scalar(select(Area).where(Area.code == code, _is_hers(actor, Area.id)))
    if found is None:
        raise NotFound(UNKNOWN)
    return found


def groups(actor: Actor) -> list[GroupLine]:
    """Return the peer groups of her areas with the number of accounts in use, by name."""
    used = func.count(Account.id).filter(Account.disabled_at.is_(None))
    counts = aliased(GroupCount)
    newest = select(func.max(counts.counted_on)).where(counts.group_id == PeerGroup.id).scalar_subquery()
    group = (PeerGroup.id, PeerGroup.code, PeerGroup.name, PeerGroup.phone, Area.name, used, PeerGroup.is_demo)
    rows = db.session.execute(
        select(*group, GroupCount.members, GroupCount.counted_on, PeerGroup.founded_on, PeerGroup.ended_on)
        .select_from(PeerGroup)
        .outerjoin(GroupCount, and_(GroupCount.group_id == PeerGroup.id, GroupCount.counted_on == newest))
        .join(Area, Area.id == PeerGroup.area_id)
        .outerjoin(Account, Account.group_id == PeerGroup.id)
        .where(_is_hers(actor, PeerGroup.area_id))
        .group_by(PeerGroup.id, Area.name, GroupCount.members, GroupCount.counted_on)
        .order_by(PeerGroup.id)
    )
    return sorted((GroupLine(*row) for row in rows), key=lambda group: (sort_key(group.name), group.id))


def group(actor: Actor, code: str) -> PeerGroup:
    """Return a group of her areas.

    Raises: NotFound, also for one of another area.
    """
    found = db.session.scalar(select(PeerGroup).where(PeerGroup.code == code, _is_hers(actor, PeerGroup.area_id)))
    if found is None:
        raise NotFound(UNKNOWN)
    return found


def sites(actor: Actor, text: str) -> list[SiteLine]:
    """Return the places of her areas whose provider or own name holds all these words; at most ``MOST_SITES``."""
    named = [
        or_(Provider.folded_name.contains(word, autoescape=True), Site.identity.contains(word, autoescape=True))
        for word in fold(text).split()
    ]
    rows = db.session.execute(_SITES.where(_site_is_hers(actor), *named).limit(MOST_SITES))
    return [_site_line(*row) for row in rows]


def site(actor: Actor, uuid: str) -> SiteLine:
    """Return a place of her areas.

    Raises: NotFound, also for one of another area.
    """
    row = db.session.execute(_SITES.where(Site.uuid == _uuid(uuid), _site_is_hers(actor))).one_or_none()
    if row is None:
        raise NotFound(UNKNOWN)
    return _site_line(*row)


def desks(actor: Actor, now: datetime) -> list[DeskLine]:
    """Return the desks of her areas with the number of browsers that are signed in, by place."""
    rows = db.session.execute(
        _SITES.with_only_columns(
            Desk,
            Site.uuid,
            Provider.name,
            Site.name,
            _site_ward,
            _site_province,
            _open_sessions(Session.desk_id == Desk.id, now),
        ).where(_site_is_hers(actor), Desk.id.is_not(None))
    )
    return [_desk_line(*row) for row in rows]


def desk(actor: Actor, code: str) -> Desk:
    """Return a desk of her areas.

    Raises: NotFound, also for one of another area.
    """
    found = db.session.scalar(
        select(Desk).join(Site, Site.id == Desk.site_id).where(Desk.code == code, _site_is_hers(actor))
    )
    if found is None:
        raise NotFound(UNKNOWN)
    return found


def accounts(actor: Actor, now: datetime) -> list[AccountLine]:
    """Return the accounts that she may manage, those in use first, by role and name."""
    rows = db.session.execute(
        select(Account, PeerGroup.name, Provider.name, Site.name, _open_sessions(Session.account_id == Account.id, now))
        .outerjoin(PeerGroup, PeerGroup.id == Account.group_id)
        .outerjoin(Site, Site.id == Account.site_id)
        .outerjoin(Provider, Provider.id == Site.provider_id)
        .where(_account_is_hers(actor))
        .order_by(Account.id)
    )
    lines = [_account_line(*row) for row in rows]
    roles = list(Role)
    return sorted(lines, key=lambda one: (one.is_disabled, roles.index(one.role), sort_key(one.name), one.code))


def account(actor: Actor, code: str) -> Account:
    """Return an account that she may manage; never her own.

    Raises: NotFound, also for one of another area.
    """
    found = db.session.scalar(
        select(Account)
        .outerjoin(PeerGroup, PeerGroup.id == Account.group_id)
        .outerjoin(Site, Site.id == Account.site_id)
        .where(Account.code == code, _account_is_hers(actor))
    )
    if found is None:
        raise NotFound(UNKNOWN)
    return found


def account_line(actor: Actor, code: str, now: datetime) -> AccountLine:
    """Return one line of ``accounts``.

    Raises: NotFound, also for one of another area.
    """
    for line in accounts(actor, now):
        if line.code == code:
            return line
    raise NotFound(UNKNOWN)


def invitations(actor: Actor, now: datetime) -> list[InvitationLine]:
    """Return the invitations of her areas that can still be used, the newest first."""
    rows = db.session.execute(
        select(Invitation, PeerGroup.name, Provider.name, Site.name, Account.name)
        .outerjoin(Account, Account.id == Invitation.account_id)
        .outerjoin(PeerGroup, PeerGroup.id == func.coalesce(Invitation.group_id, Account.group_id))
        .outerjoin(Site, Site.id == func.coalesce(Invitation.site_id, Account.site_id))
        .outerjoin(Provider, Provider.id == Site.provider_id)
        .where(Invitation.used_at.is_(None), Invitation.expires_at > now, _invitation_is_hers(actor))
        .order_by(Invitation.id.desc())
    )
    return [
        InvitationLine(
            row.code, row.role, account or group or _named(provider, site), _day(row.expires_at), bool(account)
        )
        for row, group, provider, site, account in rows
    ]


def invitation(actor: Actor, code: str) -> Invitation:
    """Return an invitation of her areas.

    Raises: NotFound, also for one of another area.
    """
    found = db.session.scalar(
        select(Invitation)
        .outerjoin(Account, Account.id == Invitation.account_id)
        .outerjoin(PeerGroup, PeerGroup.id == func.coalesce(Invitation.group_id, Account.group_id))
        .outerjoin(Site, Site.id == func.coalesce(Invitation.site_id, Account.site_id))
        .where(Invitation.code == code, Invitation.used_at.is_(None), _invitation_is_hers(actor))
    )
    if found is None:
        raise NotFound(UNKNOWN)
    return found


def invitation_line(actor: Actor, code: str, now: datetime) -> InvitationLine:
    """Return one line of ``invitations``.

    Raises: NotFound, also for one of another area, used or outdated.
    """
    for line in invitations(actor, now):
        if line.code == code:
            return line
    raise NotFound(UNKNOWN)


def reset_of(account: Account) -> Invitation:
    """Return the open invitation that gives this account a new passphrase."""
    return db.session.scalars(
        select(Invitation).where(Invitation.account_id == account.id, Invitation.used_at.is_(None))
    ).one()


def _is_everywhere(actor: Actor) -> bool:
    return actor is SYSTEM or actor.role is Role.ADMINISTRATOR or actor.all_areas


def _is_hers(actor: Actor, area_id: object) -> ColumnElement[bool]:
    if _is_everywhere(actor):
        return true()
    return area_id.in_(actor.area_ids)  # type: ignore[attr-defined, no-any-return]


def _site_is_hers(actor: Actor) -> ColumnElement[bool]:
    if _is_everywhere(actor):
        return true()
    return lies_in(actor.area_ids)


def _account_is_hers(actor: Actor) -> ColumnElement[bool]:
    """Whether she may manage an account that is joined with its group and place."""
    if actor is SYSTEM:
        return true()
    not_herself = Account.id != actor.account_id
    if actor.role is Role.ADMINISTRATOR:
        return not_herself
    return and_(not_herself, _peer_or_staff_is_hers(actor, Account.role))


def _invitation_is_hers(actor: Actor) -> ColumnElement[bool]:
    return true() if actor.role is Role.ADMINISTRATOR else _peer_or_staff_is_hers(actor, Invitation.role)


def _peer_or_staff_is_hers(actor: Actor, role: object) -> ColumnElement[bool]:
    if actor.role is not Role.COORDINATOR:
        return false()
    return or_(
        and_(role == Role.PEER_EDUCATOR, _is_hers(actor, PeerGroup.area_id)),  # type: ignore[arg-type]
        and_(role == Role.PROVIDER_STAFF, _site_is_hers(actor)),  # type: ignore[arg-type]
    )


def _open_sessions(condition: ColumnElement[bool], now: datetime) -> ColumnElement[int]:
    """Return how many browsers were used of late; a session that was left ends by itself and is cleared later."""
    live = and_(
        condition, Session.seen_at > now - IDLE_COORDINATOR_SESSION, Session.created_at > now - ABSOLUTE_SESSION
    )
    return select(func.count()).select_from(Session).where(live).scalar_subquery()


def _account_line(row: Account, group: str | None, provider: str | None, site: str | None, live: int) -> AccountLine:
    of = group or _named(provider, site)
    return AccountLine(row.code, row.name, row.role, of, row.disabled_at is not None, live, row.is_demo)


def _desk_line(desk: Desk, uuid: UUID, provider: str, name: str | None, *rest: Any) -> DeskLine:
    ward, province, sessions = rest
    site, where = _named(provider, name), _where(ward, province)
    return DeskLine(desk.code, desk.handle, uuid, site, where, _day(desk.changed_at), sessions, desk.is_demo)


def _site_line(
    site_id: int, uuid: UUID, provider: str, name: str | None, ward: AdminUnit | None, *rest: Any
) -> SiteLine:
    province, desk_id = rest
    return SiteLine(site_id, uuid, _named(provider, name), _where(ward, province), desk_id is not None)


def _named(provider: str | None, site: str | None) -> str:
    return ", ".join(part for part in (provider, site) if part)


def _where(ward: AdminUnit | None, province: AdminUnit | None) -> str:
    return ", ".join(
        part for part in (f"{ward.kind} {ward.name}" if ward else "", province.name if province else "") if part
    )


def _day(moment: datetime) -> date:
    return moment.astimezone(LOCAL_ZONE).date()


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
