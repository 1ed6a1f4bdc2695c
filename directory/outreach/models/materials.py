"""Materials: leaflets, handbooks and boards, how many were made, issued, handed out, written off."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, Enum, ForeignKey, Index, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from directory.codes import new_public_code
from directory.extensions import Model
from directory.outreach.rules import MoveKind

_KIND = Enum(MoveKind, native_enum=False, length=11, values_callable=lambda kinds: [kind.value for kind in kinds])


class Material(Model):
    """A kind of material; from ``seed/materials.csv``."""

    __tablename__ = "material"

    code: Mapped[str] = mapped_column(primary_key=True)
    name_vi: Mapped[str]
    name_en: Mapped[str]
    #: What one copy is called: tờ, cuốn, bảng.
    unit_vi: Mapped[str]
    unit_en: Mapped[str]
    position: Mapped[int]
    #: Whether it is given to people at contacts; a board on a wall is not.
    for_contacts: Mapped[bool]


class MaterialMove(Model):
    """What happened to copies of a material on a day; the stock is the sum of these."""

    __tablename__ = "material_move"
    __table_args__ = (
        CheckConstraint("kind IN ('made', 'issued', 'handed_out', 'returned', 'written_off')", name="kind"),
        CheckConstraint("kind NOT IN ('issued', 'returned') OR group_id IS NOT NULL", name="a_group_gets_or_gives"),
        CheckConstraint("kind <> 'made' OR group_id IS NULL", name="the_store_makes"),
        CheckConstraint("count BETWEEN 1 AND 1000000", name="count"),
        Index(None, "day_on", "area_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(Uuid, default=uuid4, unique=True)
    code: Mapped[str] = mapped_column(default=new_public_code, unique=True)
    material_code: Mapped[str] = mapped_column(ForeignKey("material.code"), index=True)
    kind: Mapped[MoveKind] = mapped_column(_KIND)
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    #: Whose copies: the group's, or the store's of the area when None.
    group_id: Mapped[int | None] = mapped_column(ForeignKey("peer_group.id"), index=True)
    #: Local date.
    day_on: Mapped[date]
    count: Mapped[int]
    #: Where it is written, if not by whoever enters it.
    source: Mapped[str | None]
    is_demo: Mapped[bool] = mapped_column(default=False)
