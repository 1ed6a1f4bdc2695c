"""Everybody who has a part in a slip, in two areas, and how a test signs one of them in.

Areas Hạ Long and Uông Bí, each with a peer group and a coordinator; two sites of ``tests.entries.CAST``, each with
staff and a desk; an administrator. Somebody with ``other_`` before the name belongs elsewhere and may know nothing.
"""

import hashlib
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import select
from werkzeug.test import TestResponse

from directory.accounts import sessions
from directory.accounts.models import Account, Desk, Passkey, PeerGroup, Session, account_area
from directory.accounts.rules import MUST_HAVE_SECOND_FACTOR, Actor, Role
from directory.catalogue.models import Offering, Provider, Service, Site
from directory.extensions import db
from directory.places.models import AdminUnit, Area
from directory.referrals import consent, operations
from directory.referrals.models import Slip
from directory.referrals.operations import Wanted
from directory.referrals.rules import Urgency
from directory.vietnamese import fold
from directory.web.forms import FORM_KEY
from directory.web.transaction import transaction
from tests.entries import import_cast

PASSPHRASE = "con đường có hàng cây"
AREAS = ("Hạ Long", "Uông Bí")
GROUPS = ("Nhóm Hạ Long Xanh", "Nhóm Uông Bí Xanh")
PROVIDERS = ("Trung tâm Y tế Hạ Long", "Bệnh viện Chưa Ai Hỏi")
NAMES = {
    "peer": "Sen",
    "colleague": "Súng",
    "other_peer": "Cúc",
    "staff": "Tiếp nhận một",
    "other_staff": "Tiếp nhận hai",
    "coordinator": "Điều phối một",
    "other_coordinator": "Điều phối hai",
    "administrator": "Quản trị",
}
DESK_PINS = ("1001 2345 6789", "1002 9876 5432")
#: Cheap on purpose: what is tested is who may do what, not how long a guess takes.
HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@dataclass(frozen=True)
class Person:
    """Somebody with an account, as a request would know her."""

    account: Account
    actor: Actor


@dataclass(frozen=True)
class Reception:
    """A desk that has proven its PIN."""

    desk: Desk
    actor: Actor
    pin: str


@dataclass(frozen=True)
class People:
    """The whole cast of persons; ``site`` has the offering that ``offering_code`` names."""

    area: Area
    other_area: Area
    group: PeerGroup
    other_group: PeerGroup
    site: Site
    other_site: Site
    offering_code: str
    other_offering_code: str
    peer: Person
    #: Of the same group as ``peer``.
    colleague: Person
    other_peer: Person
    staff: Person
    other_staff: Person
    desk: Reception
    other_desk: Reception
    coordinator: Person
    other_coordinator: Person
    administrator: Person


def make_people(folder: Path) -> People:
    """Import the entries and make everybody."""
    import_cast(folder)
    with transaction():
        area, other_area = _area(AREAS[0], "Phường Hồng Gai"), _area(AREAS[1], "Phường Uông Bí")
        group, other_group = _group(GROUPS[0], area), _group(GROUPS[1], other_area)
        offering, other_offering = map(_offering, PROVIDERS)
        _account(NAMES["peer"], Role.PEER_EDUCATOR, group_id=group.id)
        _account(NAMES["colleague"], Role.PEER_EDUCATOR, group_id=group.id)
        _account(NAMES["other_peer"], Role.PEER_EDUCATOR, group_id=other_group.id)
        _account(NAMES["staff"], Role.PROVIDER_STAFF, site_id=offering.site_id)
        _account(NAMES["other_staff"], Role.PROVIDER_STAFF, site_id=other_offering.site_id)
        _coordinator(NAMES["coordinator"], area)
        _coordinator(NAMES["other_coordinator"], other_area)
        _account(NAMES["administrator"], Role.ADMINISTRATOR)
        _desk(DESK_PINS[0], offering.site_id)
        _desk(DESK_PINS[1], other_offering.site_id)
    return find_people()


def find_people() -> People:
    """Return everybody whom ``make_people`` made in this database."""
    area, other_area = (_named(Area, name) for name in AREAS)
    group, other_group = (_named(PeerGroup, name) for name in GROUPS)
    offering, other_offering = map(_offering, PROVIDERS)
    desks = [db.session.scalars(select(Desk).where(Desk.handle == pin[:4])).one() for pin in DESK_PINS]
    receptions = [Reception(desk, sessions.desk_actor(desk), pin) for desk, pin in zip(desks, DESK_PINS, strict=True)]
    accounts = {part: _named(Account, name) for part, name in NAMES.items()}
    return People(
        area=area,
        other_area=other_area,
        group=group,
        other_group=other_group,
        site=offering.site,
        other_site=other_offering.site,
        offering_code=offering.code,
        other_offering_code=other_offering.code,
        desk=receptions[0],
        other_desk=receptions[1],
        **{part: Person(account, sessions.account_actor(account)) for part, account in accounts.items()},
    )


def wanted(people: People, **changes: Any) -> Wanted:
    """Return what a slip to ``people.site`` says, consented to in full, but for these changes."""
    said = {
        "offering_code": people.offering_code,
        "category_slug": None,
        "urgency": Urgency.THREE_DAYS,
        "language_need": None,
        "access_needs": (),
        "client_code": None,
        "is_adult": True,
        "consent_version": consent.present().version,
        "consent_send": True,
        "consent_count": True,
    }
    return Wanted(**(said | changes))


def issue(people: People, by: Person | None = None, **changes: Any) -> Slip:
    """Let ``people.peer`` (or another peer) make a slip, committed."""
    with transaction():
        slip = operations.issue((by or people.peer).actor, wanted(people, **changes))
    db.session.refresh(slip)
    return slip


def sign_in(client: FlaskClient, who: Person | Reception) -> None:
    """Sign this browser in as its owner would after the right passphrase or PIN, without the time that takes."""
    identifier = secrets.token_urlsafe(32)
    owner = {"account_id": who.account.id} if isinstance(who, Person) else {"desk_id": who.desk.id}
    with transaction():
        db.session.add(Session(id_hash=hashlib.sha256(identifier.encode()).digest(), **owner))
    with client.session_transaction() as cookie:
        cookie.clear()
        cookie["id"] = identifier


def post(client: FlaskClient, path: str, *, key: str = "", inspect: bool = True, **fields: Any) -> TestResponse:
    """Send a form as a page of ours would: with its token and a key (``key`` sends the same form once more)."""
    return client.post(path, data=fields | guard(client, key), **({} if inspect else {"inspect": False}))


def guard(client: FlaskClient, key: str = "") -> dict[str, str]:
    """Return the hidden fields of a form that this browser was given."""
    with client.session_transaction() as cookie:
        token = cookie.setdefault("csrf_token", secrets.token_hex(20))
    signed = URLSafeTimedSerializer(client.application.secret_key, salt="wtf-csrf-token").dumps(token)
    return {"csrf_token": signed, FORM_KEY: key or secrets.token_hex(16)}


def _area(name: str, *wards: str) -> Area:
    kinds_and_names = [ward.split(maxsplit=1) for ward in wards]
    province = db.session.scalars(
        select(AdminUnit).where(AdminUnit.level == "province", AdminUnit.name == "Quảng Ninh")
    ).one()
    found = [
        db.session.scalars(
            select(AdminUnit).where(
                AdminUnit.level == "ward",
                AdminUnit.kind == kind,
                AdminUnit.name == ward,
                AdminUnit.parent_key == province.key,
            )
        ).one()
        for kind, ward in kinds_and_names
    ]
    return _added(Area(name=name, wards=found))


def _group(name: str, area: Area) -> PeerGroup:
    return _added(PeerGroup(name=name, phone="0203 3812 345", area_id=area.id))


def _offering(provider: str) -> Offering:
    wanted = select(Offering).join(Service).join(Provider).where(Provider.name == provider).order_by(Offering.id)
    return db.session.scalars(wanted).first()


def _account(name: str, role: Role, **scope: int) -> Account:
    account = _added(
        Account(name=name, folded_name=fold(name), role=role, passphrase_hash=HASHER.hash(PASSPHRASE), **scope)
    )
    if role in MUST_HAVE_SECOND_FACTOR:
        account.passkeys.append(Passkey(credential_id=secrets.token_bytes(16), public_key=b"none", sign_count=0))
    return account


def _coordinator(name: str, area: Area) -> None:
    account = _account(name, Role.COORDINATOR)
    db.session.execute(account_area.insert().values(account_id=account.id, area_id=area.id))


def _desk(pin: str, site_id: int) -> None:
    handle, secret = pin[:4], pin[4:].replace(" ", "")
    _added(Desk(site_id=site_id, handle=handle, pin_hash=HASHER.hash(secret)))


def _named(model: Any, name: str) -> Any:
    return db.session.scalars(select(model).where(model.name == name)).one()


def _added(row: Any) -> Any:
    db.session.add(row)
    db.session.flush()  # its id is needed by the next
    return row
