"""Contacts (phiếu tiếp cận): that people were talked to, what about, what they were given; never who, never where."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, Enum, ForeignKey, Index, LargeBinary, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from directory import clock
from directory.codes import new_public_code
from directory.extensions import Model, Moment
from directory.outreach.rules import ContactKind

_KIND = Enum(ContactKind, native_enum=False, length=5, values_callable=lambda kinds: [kind.value for kind in kinds])


class Topic(Model):
    """What a contact or an activity was about; from ``seed/topics.csv``."""

    __tablename__ = "topic"

    slug: Mapped[str] = mapped_column(primary_key=True)
    name_vi: Mapped[str]
    name_en: Mapped[str]
    position: Mapped[int]
    for_contacts: Mapped[bool]
    for_activities: Mapped[bool]


class OutreachContact(Model):
    """One contact (phiếu tiếp cận). It is an aggregate fact from the first moment: a day, an area, topics, a number.

    A client code is never kept, only the token that figures know her by (``referrals.PersonKey``).
    """

    __tablename__ = "outreach_contact"
    __table_args__ = (
        CheckConstraint("kind IN ('alone', 'group')", name="kind"),
        CheckConstraint("people BETWEEN 1 AND 100", name="people"),
        CheckConstraint("kind = 'group' OR people = 1", name="alone_is_one"),
        CheckConstraint("kind = 'alone' OR person_token IS NULL", name="a_group_has_no_token"),
        Index(None, "area_id", "topics", "day_on", "people"),
        Index(None, "area_id", "day_on", "person_token"),
        Index(None, "entered_by_id", "entered_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(Uuid, default=uuid4, unique=True)
    code: Mapped[str] = mapped_column(default=new_public_code, unique=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("peer_group.id"), index=True)
    #: Local date.
    day_on: Mapped[date]
    kind: Mapped[ContactKind] = mapped_column(_KIND)
    #: How many people were talked to (lượt).
    people: Mapped[int]
    #: Slugs of topics, in the order of the alphabet, between commas: ",law,violence,". A report groups by the text.
    topics: Mapped[str]
    person_token: Mapped[bytes | None] = mapped_column(LargeBinary, index=True)
    #: Who wrote it down, so that she can take it back; forgotten by ``tick``.
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    entered_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)

    materials: Mapped[list[ContactMaterial]] = relationship(
        order_by="ContactMaterial.material_code", cascade="all, delete-orphan", passive_deletes=True
    )


class ContactMaterial(Model):
    """How many copies of a material were given at a contact.

    With the contact's area, group and day, which never change, so that reports and the stock read one index only.
    """

    __tablename__ = "contact_material"
    __table_args__ = (
        CheckConstraint("count BETWEEN 1 AND 1000", name="count"),
        Index(None, "area_id", "material_code", "day_on", "group_id", "count"),
    )

    contact_id: Mapped[int] = mapped_column(ForeignKey("outreach_contact.id", ondelete="CASCADE"), primary_key=True)
    material_code: Mapped[str] = mapped_column(ForeignKey("material.code"), primary_key=True)
    count: Mapped[int]
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    group_id: Mapped[int] = mapped_column(ForeignKey("peer_group.id"))
    day_on: Mapped[date]
