"""What is kept of figures: those entered by hand, and those of periods that are closed."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, CheckConstraint, Enum, ForeignKey, Index, Numeric, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from directory import clock
from directory.codes import new_public_code
from directory.extensions import Model, Moment
from directory.reports.rules import Qualifier

_QUALIFIER = Enum(Qualifier, native_enum=False, length=6, values_callable=lambda values: [v.value for v in values])


class ManualFigure(Model):
    """A figure that somebody else counted and published, written down with its day and its source.

    It is about an area, or a province (perhaps a former one), or, when neither is given, the whole country.
    """

    __tablename__ = "manual_figure"
    __table_args__ = (
        CheckConstraint("qualifier IN ('exact', 'about', 'over', 'nearly')", name="qualifier"),
        CheckConstraint("area_id IS NULL OR unit_key IS NULL", name="one_place"),
        CheckConstraint("first_on IS NULL OR first_on <= last_on", name="dates"),
        CheckConstraint("value >= 0", name="value"),
        Index(None, "indicator", "last_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(Uuid, default=uuid4, unique=True)
    code: Mapped[str] = mapped_column(default=new_public_code, unique=True)
    #: Code of ``seed/indicators.csv``.
    indicator: Mapped[str]
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"), index=True)
    unit_key: Mapped[str | None] = mapped_column(ForeignKey("admin_unit.key"), index=True)
    #: Local dates: the period, both included; ``first_on`` is None for what stood so on a day (as of ``last_on``).
    first_on: Mapped[date | None]
    last_on: Mapped[date]
    value: Mapped[Decimal] = mapped_column(Numeric(14, 2))
    qualifier: Mapped[Qualifier] = mapped_column(_QUALIFIER, default=Qualifier.EXACT)
    #: Who published it, where and when.
    source: Mapped[str]
    source_url: Mapped[str | None]
    entered_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)
    is_demo: Mapped[bool] = mapped_column(default=False)


class ClosedYear(Model):
    """A year of an area whose figures are frozen and whose person key is gone."""

    __tablename__ = "closed_year"

    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    closed_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)


class SettledScan(Model):
    """What a scan over a closed year of an area found when the year was closed; written once (``queries.settled``)."""

    __tablename__ = "settled_scan"

    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    #: Its name in ``queries.scans``.
    scan: Mapped[str] = mapped_column(primary_key=True)
    #: The rows as the scan gives them, without the area.
    rows: Mapped[list[list[Any]]] = mapped_column(JSON)


class PeriodFigure(Model):
    """A figure of a closed year of an area, as it was when the year was closed; written once."""

    __tablename__ = "period_figure"
    __table_args__ = (UniqueConstraint("area_id", "year", "indicator", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    year: Mapped[int]
    indicator: Mapped[str]
    #: The version of the indicator's definition.
    version: Mapped[int]
    #: What the figure is broken down by (a category's slug, a reason …); "" for the whole.
    key: Mapped[str] = mapped_column(default="")
    #: None = no record of it (không có số liệu).
    value: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
