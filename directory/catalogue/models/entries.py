"""Provider, Site, Service, Offering, Category, Phone and the change feed.

A Provider has Sites and Services; an Offering is one Service at one Site, and is what a person finds. ``by_hand`` of
each holds the columns that a coordinator changed, with what the source said at the time (None for what may not be
told): an import leaves those alone.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from geoalchemy2 import Geometry
from sqlalchemy import (
    JSON,
    CheckConstraint,
    Column,
    DateTime,
    Enum,
    ForeignKey,
    Index,
    Table,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from directory import clock
from directory.catalogue.rules import ILLUSTRATIVE_SOURCE, Visibility
from directory.codes import new_public_code
from directory.extensions import Model
from directory.places.models import SRID

_VISIBILITY = Enum(Visibility, native_enum=False, length=8, values_callable=lambda kinds: [k.value for k in kinds])

service_category = Table(
    "service_category",
    Model.metadata,
    Column("service_id", ForeignKey("service.id", ondelete="CASCADE"), primary_key=True),
    Column("category_slug", ForeignKey("category.slug"), primary_key=True, index=True),
)


class Category(Model):
    """A subject that people look for; two levels. Slugs are the API's, codes stand in addresses."""

    __tablename__ = "category"

    slug: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    parent_slug: Mapped[str | None] = mapped_column(ForeignKey("category.slug"))
    name_vi: Mapped[str]
    name_en: Mapped[str]
    position: Mapped[int]


class Source(Model):
    """Where entries come from, and what must be said of it."""

    __tablename__ = "source"

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    url: Mapped[str | None]
    licence: Mapped[str | None]
    attribution: Mapped[str | None]


class Provider(Model):
    """An organisation. Identity within a source: its folded name."""

    __tablename__ = "provider"
    __table_args__ = (UniqueConstraint("source_code", "folded_name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(Uuid, default=uuid4, unique=True)
    code: Mapped[str] = mapped_column(default=new_public_code, unique=True)
    source_code: Mapped[str] = mapped_column(ForeignKey("source.code"))
    name: Mapped[str]
    folded_name: Mapped[str]
    by_hand: Mapped[dict[str, str | None]] = mapped_column(JSON, default=dict, server_default="{}")
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=clock.now, onupdate=clock.now)
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads a plain dict

    sites: Mapped[list[Site]] = relationship(back_populates="provider", order_by="Site.id")
    services: Mapped[list[Service]] = relationship(back_populates="provider", order_by="Service.id")


class Site(Model):
    """A place of a provider; the check constraints keep the promise of §8 about hidden and partial places.

    ``identity`` is the folded site name or address, with the ward: a repeated import finds the same site by it. For a
    hidden or partial place it holds nothing about where it is beyond what may be shown.
    """

    __tablename__ = "site"
    __table_args__ = (
        UniqueConstraint("provider_id", "identity"),
        CheckConstraint("visibility IN ('public', 'partial', 'hidden')", name="visibility"),
        CheckConstraint(
            "visibility = 'public' OR (address IS NULL AND point IS NULL AND latitude IS NULL AND longitude IS NULL)",
            name="place_is_kept_back",
        ),
        CheckConstraint("visibility <> 'hidden' OR (ward_key IS NULL AND old_ward_key IS NULL)", name="hidden_ward"),
        CheckConstraint("visibility <> 'partial' OR ward_key IS NOT NULL", name="partial_has_ward"),
        CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="whole_point"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(Uuid, default=uuid4, unique=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"), index=True)
    identity: Mapped[str]
    name: Mapped[str | None]
    visibility: Mapped[Visibility] = mapped_column(_VISIBILITY, default=Visibility.PUBLIC)
    address: Mapped[str | None]
    ward_key: Mapped[str | None] = mapped_column(ForeignKey("admin_unit.key"), index=True)
    #: The former ward that was stated, when an old name was given: both are shown.
    old_ward_key: Mapped[str | None] = mapped_column(ForeignKey("admin_unit.key"))
    province_key: Mapped[str | None] = mapped_column(ForeignKey("admin_unit.key"), index=True)
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    #: The same point for area questions in the database (GeoAlchemy2, D6).
    point: Mapped[Any | None] = mapped_column(Geometry("POINT", srid=SRID))
    #: True when the point is the ward's, because nobody gave a better one.
    point_is_ward: Mapped[bool] = mapped_column(default=False)
    wheelchair: Mapped[bool | None]
    by_hand: Mapped[dict[str, str | None]] = mapped_column(JSON, default=dict, server_default="{}")
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=clock.now, onupdate=clock.now)
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads a plain dict

    provider: Mapped[Provider] = relationship(back_populates="sites")
    offerings: Mapped[list[Offering]] = relationship(back_populates="site", order_by="Offering.id")


class Service(Model):
    """One thing that a person can get from a provider."""

    __tablename__ = "service"
    __table_args__ = (UniqueConstraint("provider_id", "folded_name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(Uuid, default=uuid4, unique=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"))
    name: Mapped[str]
    folded_name: Mapped[str]
    description: Mapped[str | None]
    website: Mapped[str | None]
    by_hand: Mapped[dict[str, str | None]] = mapped_column(JSON, default=dict, server_default="{}")
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=clock.now, onupdate=clock.now)
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads a plain dict

    provider: Mapped[Provider] = relationship(back_populates="services")
    categories: Mapped[list[Category]] = relationship(secondary=service_category, order_by="Category.position")
    offerings: Mapped[list[Offering]] = relationship(back_populates="service", order_by="Offering.id")


class Offering(Model):
    """A service at a site: when, for how much, for whom, on which conditions, and how fresh the entry is."""

    __tablename__ = "offering"
    __table_args__ = (
        UniqueConstraint("source_code", "external_id"),
        Index(None, "service_id", "site_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(Uuid, default=uuid4, unique=True)
    code: Mapped[str] = mapped_column(default=new_public_code, unique=True)
    source_code: Mapped[str] = mapped_column(ForeignKey("source.code"))
    #: The row's name in its source; a repeated import updates by (source_code, external_id).
    external_id: Mapped[str]
    #: Where exactly the entry was read, when the source is more than one document.
    source_url: Mapped[str | None]
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"), index=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), index=True)
    hotline_24h: Mapped[bool | None]
    #: OSM opening_hours syntax; None = unknown.
    opening_hours: Mapped[str | None]
    fees: Mapped[str | None]
    #: ISO 639 codes, in the order given.
    languages: Mapped[list[str]] = mapped_column(JSON, default=list)
    eligibility: Mapped[str | None]
    documents: Mapped[str | None]
    anonymous_ok: Mapped[bool | None]
    id_required: Mapped[bool | None]
    reports_to_police: Mapped[bool | None]
    #: Slugs of ``seed/facts.csv``.
    facts: Mapped[list[str]] = mapped_column(JSON, default=list)
    verified_on: Mapped[date | None]
    #: The local day since which it is closed; None while it is open.
    closed_on: Mapped[date | None]
    #: The local day on which it opens again; None with ``closed_on`` = closed for good.
    reopens_on: Mapped[date | None]
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=clock.now)
    by_hand: Mapped[dict[str, str | None]] = mapped_column(JSON, default=dict, server_default="{}")
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=clock.now, onupdate=clock.now)
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads a plain dict

    service: Mapped[Service] = relationship(back_populates="offerings")
    site: Mapped[Site] = relationship(back_populates="offerings")
    phones: Mapped[list[Phone]] = relationship(
        back_populates="offering", order_by="Phone.position", cascade="all, delete-orphan"
    )

    @property
    def is_illustrative(self) -> bool:
        """Whether the entry is invented: it has no ``tel:`` link and nobody is ever sent to it."""
        return self.source_code == ILLUSTRATIVE_SOURCE


class Phone(Model):
    """A telephone number of an offering: dialled as ``number``, read as ``shown``."""

    __tablename__ = "phone"

    id: Mapped[int] = mapped_column(primary_key=True)
    offering_id: Mapped[int] = mapped_column(ForeignKey("offering.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    #: E.164 ("+842033825499"), or the digits as they are for short codes ("111", "1900969680").
    number: Mapped[str] = mapped_column(index=True)
    shown: Mapped[str]

    offering: Mapped[Offering] = relationship(back_populates="phones")


class CatalogueChange(Model):
    """The change feed that every search process follows (D5); written in the transaction of the change itself."""

    __tablename__ = "catalogue_change"
    __table_args__ = ({"sqlite_autoincrement": True},)

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    #: None means "everything may have changed": followers rebuild.
    offering_id: Mapped[int | None] = mapped_column(index=True)
    changed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=clock.now)
