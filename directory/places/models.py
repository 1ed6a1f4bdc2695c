"""Administrative units as dated data, ward borders once a coordinator has imported them, and programme areas."""

from datetime import date
from hashlib import sha256
from typing import Any
from uuid import UUID

from geoalchemy2 import Geometry
from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Table
from sqlalchemy.orm import Mapped, mapped_column, relationship

from directory.codes import new_public_code
from directory.extensions import Model

SRID = 4326  # WGS84: every coordinate in the database is Point(lon, lat) in degrees


class AdminUnit(Model):
    """A province, former district, ward or former ward of one period.

    Why a key of our own: the official five-digit codes were given anew in July 2025, and 00004 names one ward
    before and another after. ``key`` is ``"<level>:<code>"`` for units in force (``ward:00004``,
    ``province:22``) and ``"old-<level>:<code>"`` for former ones (``old-ward:00001``, ``old-district:001``,
    ``old-province:46``).
    """

    __tablename__ = "admin_unit"
    __table_args__ = (
        CheckConstraint("level IN ('province', 'ward', 'old-province', 'old-district', 'old-ward')", name="level"),
        Index(None, "level", "code", unique=True),
    )

    key: Mapped[str] = mapped_column(primary_key=True)
    level: Mapped[str]
    code: Mapped[str]
    #: The kind as written before the name: "Phường", "Xã", "Đặc khu", "Tỉnh", "Thành phố", "Quận", "Thị xã" …
    kind: Mapped[str]
    name: Mapped[str]
    parent_key: Mapped[str | None] = mapped_column(ForeignKey("admin_unit.key"), index=True)
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    area_km2: Mapped[float | None]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]


class UnitSuccession(Model):
    """Where a former ward went: one row for each of today's wards that took a part of it."""

    __tablename__ = "unit_succession"

    old_key: Mapped[str] = mapped_column(ForeignKey("admin_unit.key"), primary_key=True)
    new_key: Mapped[str] = mapped_column(ForeignKey("admin_unit.key"), primary_key=True)


class WardBoundary(Model):
    """The border of a ward, from ``directory import boundaries``; absent until somebody imports it.

    Why an id: SpatiaLite's index points at row numbers, and only an integer key keeps them through a VACUUM.
    """

    __tablename__ = "ward_boundary"

    id: Mapped[int] = mapped_column(primary_key=True)
    ward_key: Mapped[str] = mapped_column(ForeignKey("admin_unit.key"), unique=True)
    border: Mapped[Any] = mapped_column(Geometry("MULTIPOLYGON", srid=SRID))
    source: Mapped[str]


class Area(Model):
    """A programme area (địa bàn): a stable name and its set of today's wards, so that figures survive a merger (D8)."""

    __tablename__ = "area"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(default=new_public_code, unique=True)
    name: Mapped[str] = mapped_column(unique=True)
    wards: Mapped[list[AdminUnit]] = relationship(secondary="area_ward", order_by="AdminUnit.key")

    @property
    def uuid(self) -> UUID:
        """What the audit knows it by: who made it larger or smaller."""
        return UUID(bytes=sha256(b"area\0" + self.code.encode()).digest()[:16])


area_ward = Table(
    "area_ward",
    Model.metadata,
    Column("area_id", ForeignKey("area.id", ondelete="CASCADE"), primary_key=True),
    Column("ward_key", ForeignKey("admin_unit.key"), primary_key=True, index=True),
)
