"""What keeps the entries true: their history, corrections that wait, warnings, imports, and what became of the former.

A column here is a column of the import table (``catalogue.columns``); its value is the text of that cell.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import JSON, CheckConstraint, Enum, ForeignKey, LargeBinary, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from directory import clock
from directory.catalogue.models.entries import Offering
from directory.catalogue.upkeep import How, Origin, Part, RequestKind, RequestState, RunState, WarningKind
from directory.codes import new_public_code
from directory.extensions import Model, Moment


def _choice(kinds: type[StrEnum], length: int) -> Enum:
    return Enum(kinds, native_enum=False, length=length, values_callable=lambda found: [kind.value for kind in found])


class Revision(Model):
    """One act that changed entries: who, when, and how."""

    __tablename__ = "revision"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(default=new_public_code, unique=True)
    at: Mapped[datetime] = mapped_column(Moment, default=clock.now, index=True)
    #: ``Actor.key``; "system" for the command line.
    actor: Mapped[str]
    how: Mapped[How] = mapped_column(_choice(How, 12))
    #: The correction that was carried out.
    request_id: Mapped[int | None] = mapped_column(ForeignKey("correction_request.id", ondelete="SET NULL"))
    #: The act that this one takes back.
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("revision.id", ondelete="SET NULL"), unique=True)

    changes: Mapped[list[FieldChange]] = relationship(
        back_populates="revision", order_by="FieldChange.id", cascade="all, delete-orphan"
    )


class FieldChange(Model):
    """One column of one part of an entry, before and after. Of a place that was kept back since, both are erased."""

    __tablename__ = "field_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id", ondelete="CASCADE"), index=True)
    part: Mapped[Part] = mapped_column(_choice(Part, 8))
    part_uuid: Mapped[UUID] = mapped_column(Uuid, index=True)
    column: Mapped[str]
    old: Mapped[str | None]
    new: Mapped[str | None]
    is_erased: Mapped[bool] = mapped_column(default=False)

    revision: Mapped[Revision] = relationship(back_populates="changes")


class CorrectionRequest(Model):
    """A change of an entry that waits for a coordinator, or for a second one (đề nghị đính chính)."""

    __tablename__ = "correction_request"

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(Uuid, default=uuid4, unique=True)
    code: Mapped[str] = mapped_column(default=new_public_code, unique=True)
    kind: Mapped[RequestKind] = mapped_column(_choice(RequestKind, 8))
    origin: Mapped[Origin] = mapped_column(_choice(Origin, 12))
    #: None for an entry that is to be added.
    offering_id: Mapped[int | None] = mapped_column(ForeignKey("offering.id", ondelete="CASCADE"), index=True)
    #: Where an entry that is to be added lies, as far as that may be known.
    ward_key: Mapped[str | None] = mapped_column(ForeignKey("admin_unit.key"))
    province_key: Mapped[str | None] = mapped_column(ForeignKey("admin_unit.key"))
    #: Column → cell as it is to be, and as it was when the request was made.
    wanted: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    seen: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    #: What somebody without words of her own ticked (``upkeep.FAULTS``).
    reasons: Mapped[list[str]] = mapped_column(JSON, default=list)
    #: How often the same was said.
    times: Mapped[int] = mapped_column(default=1)
    state: Mapped[RequestState] = mapped_column(_choice(RequestState, 8), default=RequestState.WAITING, index=True)
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    #: The first of the two coordinators whom a shelter or a hotline needs.
    endorsed_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)
    last_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads a plain dict

    offering: Mapped[Offering | None] = relationship()


class PeerWarning(Model):
    """What a peer met at a place, by choice and never in words; only coordinators see it."""

    __tablename__ = "peer_warning"

    id: Mapped[int] = mapped_column(primary_key=True)
    offering_id: Mapped[int] = mapped_column(ForeignKey("offering.id", ondelete="CASCADE"), index=True)
    kind: Mapped[WarningKind] = mapped_column(_choice(WarningKind, 20))
    group_id: Mapped[int] = mapped_column(ForeignKey("peer_group.id"), index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)
    settled_at: Mapped[datetime | None] = mapped_column(Moment)
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))


class FormerPart(Model):
    """A provider, site, service or offering that was merged into another one: whatever names it leads to that one."""

    __tablename__ = "former_part"
    __table_args__ = (UniqueConstraint("source_code", "external_id"),)

    uuid: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    part: Mapped[Part] = mapped_column(_choice(Part, 8))
    #: The public code, of providers and offerings.
    code: Mapped[str | None] = mapped_column(unique=True)
    #: Of offerings: an import that still brings this row leaves it out.
    source_code: Mapped[str | None]
    external_id: Mapped[str | None]
    now_uuid: Mapped[UUID] = mapped_column(Uuid, index=True)


class KeptBackName(Model):
    """A keyed hash of the name that an entry had in its source before its place was kept back.

    Why: the name may lead to the place, so it is not kept; and an import that still brings the row, address and all,
    must be recognised and leave the place out.
    """

    __tablename__ = "kept_back_name"

    digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    offering_id: Mapped[int] = mapped_column(ForeignKey("offering.id", ondelete="CASCADE"), index=True)


class NotDuplicate(Model):
    """Two sites that look alike and were found to be two; the smaller UUID stands first."""

    __tablename__ = "not_duplicate"

    site_uuid: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    other_uuid: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    at: Mapped[datetime] = mapped_column(Moment, default=clock.now)


class ImportRun(Model):
    """A file that a coordinator brought: looked at, then written or dropped. It lies in the data folder, not here."""

    __tablename__ = "import_run"
    __table_args__ = (CheckConstraint("length(file_hash) = 32", name="file_hash"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(Uuid, default=uuid4, unique=True)
    code: Mapped[str] = mapped_column(default=new_public_code, unique=True)
    file_name: Mapped[str]
    #: SHA-256.
    file_hash: Mapped[bytes] = mapped_column(LargeBinary)
    source: Mapped[str | None]
    state: Mapped[RunState] = mapped_column(_choice(RunState, 8), default=RunState.PREVIEW, index=True)
    rows: Mapped[int] = mapped_column(default=0)
    added: Mapped[int] = mapped_column(default=0)
    updated: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)
    errors: Mapped[int] = mapped_column(default=0)
    warnings: Mapped[int] = mapped_column(default=0)
    started_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    #: The first of two, when the file changes shelters or hotlines.
    endorsed_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    #: When somebody has looked at the warnings of a written file.
    seen_at: Mapped[datetime | None] = mapped_column(Moment)
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads a plain dict
