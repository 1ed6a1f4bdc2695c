"""The illustrative programme: areas, groups, accounts and desks around the illustrative entries, and its removal.

Every name says that it is illustrative; everybody may know the passphrases and PINs, so they open only on the machine
itself.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Column, ColumnElement, delete, exists, or_, select, update

from directory.accounts import desks
from directory.accounts.demo import DEMO_ACCOUNTS, DemoAccount
from directory.accounts.groups import add_group, count_members, counts_of
from directory.accounts.models import Account, Desk, Invitation, PeerGroup, account_area
from directory.accounts.operations import Invited, make_account
from directory.accounts.queries import account_named
from directory.accounts.rules import SYSTEM, Role
from directory.catalogue.models import Offering, Provider, Service, Site
from directory.catalogue.rules import ILLUSTRATIVE_SOURCE
from directory.extensions import Model, db
from directory.outreach.models import ProgrammePoint
from directory.outreach.operations import PointWanted, add_point
from directory.places.areas import add_area, remove_area, ward_in
from directory.places.models import Area, area_ward
from directory.referrals.models import PersonKey, Slip, SlipBook, SlipFact, WithoutSlipCount
from directory.referrals.operations.erasing import empty_log_after_commit

#: Name of the area, the places it holds, its group with a telephone number that cannot exist.
_AREAS = (
    ("Hạ Long (minh hoạ)", "TP Hạ Long, Quảng Ninh", "Nhóm Hoa Biển (minh hoạ)", "0203 000 0301"),
    ("Cẩm Phả (minh hoạ)", "TP Cẩm Phả, Quảng Ninh", "Nhóm Than Hồng (minh hoạ)", "0203 000 0302"),
    ("Uông Bí (minh hoạ)", "TP Uông Bí, Quảng Ninh", "Nhóm Yên Vui (minh hoạ)", "0203 000 0303"),
)
#: Model, area, ward or "" for the whole area, and since when; every point ends in "(minh hoạ)".
_POINTS = (
    ("01", "Hạ Long (minh hoạ)", "phường Hồng Gai", date(2019, 3, 1), "Điểm Hồng Gai (minh hoạ)"),
    ("01", "Cẩm Phả (minh hoạ)", "", date(2019, 3, 1), "Điểm Cẩm Phả (minh hoạ)"),
    ("01", "Uông Bí (minh hoạ)", "", date(2019, 6, 1), "Điểm Uông Bí (minh hoạ)"),
    ("02", "Hạ Long (minh hoạ)", "phường Bãi Cháy", date(2019, 9, 1), "Điểm Bãi Cháy (minh hoạ)"),
    ("03", "Hạ Long (minh hoạ)", "", date(2020, 1, 15), "Điểm cả thành phố (minh hoạ)"),
)
#: How many members each group had, by day.
_COUNTS = {
    "Nhóm Hoa Biển (minh hoạ)": ((date(2026, 3, 31), 9), (date(2026, 6, 30), 11), (date(2026, 9, 30), 12)),
    "Nhóm Than Hồng (minh hoạ)": ((date(2026, 6, 30), 8), (date(2026, 9, 30), 8)),
    "Nhóm Yên Vui (minh hoạ)": ((date(2026, 9, 30), 7),),
}
#: Where the illustrative member of staff works.
_STAFFED = "Trung tâm Y tế Hạ Long (minh hoạ)"
#: Places without accounts, and the PINs of their desks.
_DESKS = (
    ("Văn phòng Luật sư Hy Vọng (minh hoạ)", "0001 2468 1357"),
    ("Trung tâm Công tác xã hội Hạ Long (minh hoạ)", "0002 3579 2468"),
)


@dataclass(frozen=True)
class DemoKeys:
    """What opens the illustrative programme, to be told at the end of the setup."""

    accounts: tuple[DemoAccount, ...]
    #: Place and PIN.
    desks: tuple[tuple[str, str], ...]


def load_demo() -> DemoKeys:
    """Make what is missing of the illustrative programme, and return what opens it; safe to repeat."""
    for name, text, group, phone in _AREAS:
        area = _named(Area, name) or add_area(name, text)
        if not _named(PeerGroup, group):
            add_group(SYSTEM, group, area.id, phone=phone, is_demo=True)
    for demo in DEMO_ACCOUNTS:
        if not account_named(demo.name):
            make_account(demo.name, demo.passphrase, _scope(demo.role), is_demo=True, totp_seed=demo.totp_seed)
    _load_programme()
    for provider, pin in _DESKS:
        site_id = _site_id(provider)
        if not db.session.scalar(select(Desk.id).where(Desk.site_id == site_id)):
            desks.set_pin(SYSTEM, site_id, pin=pin, is_demo=True)
    return DemoKeys(DEMO_ACCOUNTS, _DESKS)


def _load_programme() -> None:
    """Write down the points, and how many members each group has, where nothing is written yet."""
    for model, area_name, ward, began, name in _POINTS:
        if not _named(ProgrammePoint, name):
            area = _named(Area, area_name)
            ward_key = ward_in(area, ward) if ward else None
            add_point(SYSTEM, PointWanted(name, model, area.id, ward_key, began), is_demo=True)
    for name, counts in _COUNTS.items():
        group = _named(PeerGroup, name)
        for day, members in counts if not counts_of(group) else ():
            count_members(SYSTEM, group, day, members, day)


def remove_demo() -> None:
    """Take the illustrative programme away: its slips first, then desks, accounts, groups, points and areas.

    Whatever was tried out at an illustrative place goes with it, whoever did it; the audit stays, as it always does.
    """
    sites = _illustrative_sites()
    groups = set(db.session.scalars(select(PeerGroup.id).where(PeerGroup.is_demo)))
    areas = list(db.session.scalars(select(Area).where(Area.name.in_(name for name, *_ in _AREAS)).order_by(Area.id)))
    _remove_slips(sites, groups)
    _remove_people(sites, groups)
    _delete(ProgrammePoint, ProgrammePoint.is_demo.is_(True))
    for area in areas:
        db.session.execute(delete(PersonKey).where(PersonKey.area_id == area.id))
        db.session.execute(delete(account_area).where(account_area.c.area_id == area.id))
        if not _is_needed(area):
            remove_area(area)


def _remove_slips(sites: Collection[int], groups: Collection[int]) -> None:
    """Remove slips, figures and books; nothing of them was ever real."""
    _delete(SlipFact, or_(SlipFact.site_id.in_(sites), SlipFact.group_id.in_(groups)))
    _delete(Slip, or_(Slip.site_id.in_(sites), Slip.group_id.in_(groups)))
    _delete(SlipBook, SlipBook.group_id.in_(groups))
    _delete(WithoutSlipCount, WithoutSlipCount.group_id.in_(groups))
    empty_log_after_commit()


def _remove_people(sites: Collection[int], groups: Collection[int]) -> None:
    invited = or_(Invitation.group_id.in_(groups), Invitation.site_id.in_(sites))
    _delete(Invitation, invited)
    _delete(Desk, or_(Desk.is_demo, Desk.site_id.in_(sites)))
    theirs = or_(Account.is_demo, Account.site_id.in_(sites), Account.group_id.in_(groups))
    issued = Slip.issuer_id.in_(select(Account.id).where(theirs))
    db.session.execute(update(Slip).where(issued).values(issuer_id=None).execution_options(synchronize_session=False))
    _delete(Account, theirs)
    _delete(PeerGroup, PeerGroup.id.in_(groups))
    db.session.expire_all()


def _delete(model: type[Any], condition: ColumnElement[bool]) -> None:
    db.session.execute(delete(model).where(condition).execution_options(synchronize_session=False))


def _is_needed(area: Area) -> bool:
    """Whether something real stands on the area."""
    needing: list[Column[Any]] = [
        key.parent
        for table in Model.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table is Area.__table__ and table is not area_ward
    ]
    return any(db.session.scalar(select(exists().where(column == area.id))) for column in needing)


def _scope(role: Role) -> Invited:
    if role is Role.PEER_EDUCATOR:
        group = db.session.scalars(select(PeerGroup).where(PeerGroup.name == _AREAS[0][2])).one()
        return Invited(role, group_id=group.id)
    if role is Role.PROVIDER_STAFF:
        return Invited(role, site_id=_site_id(_STAFFED))
    if role is Role.COORDINATOR:
        names = [name for name, *_ in _AREAS]
        return Invited(role, area_ids=frozenset(db.session.scalars(select(Area.id).where(Area.name.in_(names)))))
    return Invited(role)


def _named(model: type[Any], name: str) -> Any:
    return db.session.scalar(select(model).where(model.name == name))


def _site_id(provider: str) -> int:
    named = select(Site.id).join(Provider, Provider.id == Site.provider_id).where(Provider.name == provider)
    return db.session.scalars(named.order_by(Site.id).limit(1)).one()


def _illustrative_sites() -> set[int]:
    """Return the ids of the invented places, also of those where nothing is offered any more."""
    illustrative = select(Provider.id).where(Provider.source_code == ILLUSTRATIVE_SOURCE)
    offered = select(Offering.site_id).join(Service).where(Offering.source_code == ILLUSTRATIVE_SOURCE)
    return set(db.session.scalars(select(Site.id).where(or_(Site.provider_id.in_(illustrative), Site.id.in_(offered)))))
