"""The illustrative programme: areas, groups, accounts and desks around the illustrative entries, and its removal.

Every name says that it is illustrative; everybody may know the passphrases and PINs, so they open only on the machine
itself.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Column, ColumnElement, delete, exists, or_, select, update

from directory import seed_files
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
from directory.places.areas import add_area, remove_area
from directory.places.models import Area, area_ward
from directory.referrals.models import PersonKey, Slip, SlipBook, SlipFact, WithoutSlipCount
from directory.referrals.operations.erasing import empty_log_after_commit

#: What is rebuilt from published totals: areas with their groups, points, and how many members there were.
_AREAS, _POINTS, _MEMBERS, _SOURCES = (f"published/{name}.csv" for name in ("areas", "points", "members", "sources"))
#: The coordinators of the areas that name one, and of all.
_ALL_AREAS = "dieu-phoi-2"
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
    for row in seed_files.rows(_AREAS):
        area = _named(Area, row["area"]) or add_area(row["area"], row["places"])
        if not _named(PeerGroup, row["group"]):
            group = add_group(SYSTEM, row["group"], area.id, phone=row["phone"] or None, is_demo=True)
            group.founded_on = date.fromisoformat(row["founded_on"])
    for demo in DEMO_ACCOUNTS:
        if not account_named(demo.name):
            make_account(demo.name, demo.passphrase, _scope(demo), is_demo=True, totp_seed=demo.totp_seed)
    _load_points()
    _load_members()
    for provider, pin in _DESKS:
        site_id = _site_id(provider)
        if not db.session.scalar(select(Desk.id).where(Desk.site_id == site_id)):
            desks.set_pin(SYSTEM, site_id, pin=pin, is_demo=True)
    return DemoKeys(DEMO_ACCOUNTS, _DESKS)


def _load_points() -> None:
    """Write down the points that are not there yet."""
    areas = {area.name: area for area in db.session.scalars(select(Area))}
    sources = {row["code"]: row["source"] for row in seed_files.rows(_SOURCES)}
    there = set(db.session.execute(select(ProgrammePoint.area_id, ProgrammePoint.model_code, ProgrammePoint.name)))
    for row in seed_files.rows(_POINTS):
        area = areas[row["area"]]
        if (area.id, row["model"], row["name"]) not in there:
            ward_key = _wards(area)[row["ward"].casefold()] if row["ward"] else None
            began, source = date.fromisoformat(row["started_on"]), sources[row["source"]]
            wanted = PointWanted(row["name"], row["model"], area.id, ward_key, began, source=source)
            add_point(SYSTEM, wanted, is_demo=True)


def _wards(area: Area) -> dict[str, str]:
    """Return the keys of an area's wards by their full names in small letters."""
    return {f"{ward.kind} {ward.name}".casefold(): ward.key for ward in area.wards}


def _load_members() -> None:
    """Write down how many members each group had, where nothing is written yet."""
    counts: dict[str, list[tuple[date, int]]] = {}
    for row in seed_files.rows(_MEMBERS):
        counts.setdefault(row["group"], []).append((date.fromisoformat(row["counted_on"]), int(row["members"])))
    for name, counted in counts.items():
        group = _named(PeerGroup, name)
        for day, members in counted if not counts_of(group) else ():
            count_members(SYSTEM, group, day, members, day)


def remove_demo() -> None:
    """Take the illustrative programme away: its slips first, then desks, accounts, groups, points and areas.

    Whatever was tried out at an illustrative place goes with it, whoever did it; the audit stays, as it always does.
    """
    sites = _illustrative_sites()
    groups = set(db.session.scalars(select(PeerGroup.id).where(PeerGroup.is_demo)))
    names = [row["area"] for row in seed_files.rows(_AREAS)]
    areas = list(db.session.scalars(select(Area).where(Area.name.in_(names)).order_by(Area.id)))
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


def _scope(demo: DemoAccount) -> Invited:
    """Return where an illustrative account belongs."""
    areas = list(seed_files.rows(_AREAS))
    if demo.role is Role.PEER_EDUCATOR:
        return Invited(demo.role, group_id=_named(PeerGroup, areas[0]["group"]).id)
    if demo.role is Role.PROVIDER_STAFF:
        return Invited(demo.role, site_id=_site_id(_STAFFED))
    if demo.name == _ALL_AREAS:
        return Invited(demo.role, all_areas=True)
    names = [row["area"] for row in areas if row["coordinator"] == demo.name]
    return Invited(demo.role, area_ids=frozenset(db.session.scalars(select(Area.id).where(Area.name.in_(names)))))


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
