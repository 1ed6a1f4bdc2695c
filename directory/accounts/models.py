"""Peer groups, accounts and what proves them, sessions, desks, invitations, slowed tries, and the audit chain."""

from __future__ import annotations

from datetime import date, datetime
from hashlib import sha256
from uuid import UUID, uuid4

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Column,
    Enum,
    ForeignKey,
    LargeBinary,
    Table,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from directory import clock
from directory.accounts.rules import Role
from directory.codes import new_public_code
from directory.extensions import Model, Moment

_ROLE = Enum(Role, native_enum=False, length=14, values_callable=lambda roles: [role.value for role in roles])

account_area = Table(
    "account_area",
    Model.metadata,
    Column("account_id", ForeignKey("account.id", ondelete="CASCADE"), primary_key=True),
    Column("area_id", ForeignKey("area.id"), primary_key=True),
)


class PeerGroup(Model):
    """A peer group (nhóm đồng đẳng). ``phone`` is the group's own, told to a desk whose slip cannot be used."""

    __tablename__ = "peer_group"

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(Uuid, default=uuid4, unique=True)
    code: Mapped[str] = mapped_column(default=new_public_code, unique=True)
    name: Mapped[str] = mapped_column(unique=True)
    phone: Mapped[str | None]
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    is_demo: Mapped[bool] = mapped_column(default=False)
    #: Local dates; None = not known / still at work.
    founded_on: Mapped[date | None]
    ended_on: Mapped[date | None]


class GroupCount(Model):
    """How many members a peer group had on a day: a number, never who they are."""

    __tablename__ = "group_count"
    __table_args__ = (CheckConstraint("members >= 0", name="members"),)

    group_id: Mapped[int] = mapped_column(ForeignKey("peer_group.id", ondelete="CASCADE"), primary_key=True)
    #: Local date.
    counted_on: Mapped[date] = mapped_column(primary_key=True)
    members: Mapped[int]


class Account(Model):
    """Somebody who signs in by a name of her own choice; which scope it has is fixed by its role."""

    __tablename__ = "account"
    __table_args__ = (
        CheckConstraint("role IN ('peer_educator', 'provider_staff', 'coordinator', 'administrator')", name="role"),
        CheckConstraint("(role = 'peer_educator') = (group_id IS NOT NULL)", name="peer_has_group"),
        CheckConstraint("(role = 'provider_staff') = (site_id IS NOT NULL)", name="staff_has_site"),
        CheckConstraint("role = 'coordinator' OR NOT all_areas", name="only_coordinators_have_areas"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(Uuid, default=uuid4, unique=True)
    code: Mapped[str] = mapped_column(default=new_public_code, unique=True)
    #: What she types to sign in: a nickname, as shown; ``folded_name`` finds it however it is typed.
    name: Mapped[str]
    folded_name: Mapped[str] = mapped_column(unique=True)
    role: Mapped[Role] = mapped_column(_ROLE)
    group_id: Mapped[int | None] = mapped_column(ForeignKey("peer_group.id"), index=True)
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"), index=True)
    all_areas: Mapped[bool] = mapped_column(default=False)
    #: Argon2id, with its own salt and parameters.
    passphrase_hash: Mapped[str]
    #: The seed of one-time codes, AES-256-GCM, bound to this row; None while none is set up.
    totp_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    #: The last 30-second step that was used: a code works once.
    totp_last_step: Mapped[int | None]
    is_demo: Mapped[bool] = mapped_column(default=False)
    disabled_at: Mapped[datetime | None] = mapped_column(Moment)
    created_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)

    passkeys: Mapped[list[Passkey]] = relationship(order_by="Passkey.id", cascade="all, delete-orphan")
    recovery_codes: Mapped[list[RecoveryCode]] = relationship(order_by="RecoveryCode.id", cascade="all, delete-orphan")

    @property
    def has_second_factor(self) -> bool:
        """Whether one-time codes or a passkey are set up."""
        return self.totp_sealed is not None or bool(self.passkeys)


class Passkey(Model):
    """A passkey (WebAuthn credential) of an account."""

    __tablename__ = "passkey"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)


class RecoveryCode(Model):
    """A code on paper that stands in for the second factor once."""

    __tablename__ = "recovery_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    #: SHA-256 of the code; 80 random bits need no salt.
    code_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    used_at: Mapped[datetime | None] = mapped_column(Moment)


class Invitation(Model):
    """A one-use code that makes an account, or gives one (``account_id``) a new passphrase after a reset in person."""

    __tablename__ = "invitation"
    __table_args__ = (
        CheckConstraint("role IN ('peer_educator', 'provider_staff', 'coordinator', 'administrator')", name="role"),
        CheckConstraint(
            "account_id IS NOT NULL OR (role = 'peer_educator') = (group_id IS NOT NULL)", name="peer_has_group"
        ),
        CheckConstraint(
            "account_id IS NOT NULL OR (role = 'provider_staff') = (site_id IS NOT NULL)", name="staff_has_site"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(default=new_public_code, unique=True)
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    role: Mapped[Role] = mapped_column(_ROLE)
    group_id: Mapped[int | None] = mapped_column(ForeignKey("peer_group.id"))
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"))
    #: Ids of the areas that an invited coordinator answers for.
    area_ids: Mapped[list[int]] = mapped_column(JSON, default=list)
    all_areas: Mapped[bool] = mapped_column(default=False)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    #: Who invited; None for the command line.
    invited_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment)

    @property
    def uuid(self) -> UUID:
        """What the audit knows it by, for as long as the audit is kept: who invited whom."""
        return UUID(bytes=sha256(self.code.encode()).digest()[:16])


class Desk(Model):
    """The reception of a site that works without accounts: a PIN, of which the first four digits name the desk."""

    __tablename__ = "desk"

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(Uuid, default=uuid4, unique=True)
    code: Mapped[str] = mapped_column(default=new_public_code, unique=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), unique=True)
    #: The public four digits that find the desk; the eight behind them are the secret.
    handle: Mapped[str] = mapped_column(unique=True)
    pin_hash: Mapped[str]
    is_demo: Mapped[bool] = mapped_column(default=False)
    changed_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)


class Session(Model):
    """A signed-in browser of an account or a desk; without address and without the browser's name."""

    __tablename__ = "session"
    __table_args__ = (CheckConstraint("(account_id IS NULL) <> (desk_id IS NULL)", name="of_one"),)

    #: SHA-256 of the 256 random bits in the cookie.
    id_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    code: Mapped[str] = mapped_column(default=new_public_code, unique=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    desk_id: Mapped[int | None] = mapped_column(ForeignKey("desk.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)
    #: Written at most once a minute.
    seen_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)
    #: When the passphrase or second factor was last proven, for what asks for it anew.
    proven_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)


class Slowdown(Model):
    """How often something was tried in vain of late; ``bucket`` is a keyed hash, so it names nobody."""

    __tablename__ = "slowdown"

    bucket: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    failures: Mapped[int]
    failed_at: Mapped[datetime] = mapped_column(Moment)


class AuditEntry(Model):
    """Who did what to which object, when. Append-only by triggers; each row holds the hash of the one before."""

    __tablename__ = "audit_entry"
    __table_args__ = (UniqueConstraint("hash"),)

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(Moment)
    #: ``Actor.key``.
    actor: Mapped[str]
    action: Mapped[str] = mapped_column(index=True)
    object_uuid: Mapped[UUID | None] = mapped_column(Uuid, index=True)
    previous_hash: Mapped[bytes] = mapped_column(LargeBinary)
    hash: Mapped[bytes] = mapped_column(LargeBinary)


class AuditHead(Model):
    """The end of the chain, sealed with a key that is not in the database: a cut-off tail is seen."""

    __tablename__ = "audit_head"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int]
    hash: Mapped[bytes] = mapped_column(LargeBinary)
    seal: Mapped[bytes] = mapped_column(LargeBinary)
