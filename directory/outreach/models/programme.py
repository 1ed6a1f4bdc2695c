"""The three models and the points where they are at work."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from directory.codes import new_public_code
from directory.extensions import Model


class ProgrammeModel(Model):
    """One of the three models (mô hình 01, 02, 03), with what it rests on in law."""

    __tablename__ = "programme_model"

    code: Mapped[str] = mapped_column(primary_key=True)
    name_vi: Mapped[str]
    name_en: Mapped[str]
    legal_basis: Mapped[str | None]
    #: The day from which the legal basis is in force.
    valid_from: Mapped[date | None]
    source_url: Mapped[str | None]


class ProgrammePoint(Model):
    """A place where a model is at work (điểm mô hình): an area and perhaps its ward, never a venue."""

    __tablename__ = "programme_point"
    __table_args__ = (CheckConstraint("ended_on IS NULL OR ended_on >= started_on", name="dates"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(Uuid, default=uuid4, unique=True)
    code: Mapped[str] = mapped_column(default=new_public_code, unique=True)
    name: Mapped[str]
    model_code: Mapped[str] = mapped_column(ForeignKey("programme_model.code"), index=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    ward_key: Mapped[str | None] = mapped_column(ForeignKey("admin_unit.key"))
    #: Local dates; None = not known / still at work.
    started_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    #: Where it is written that there is such a point.
    source: Mapped[str | None]
    is_demo: Mapped[bool] = mapped_column(default=False)
