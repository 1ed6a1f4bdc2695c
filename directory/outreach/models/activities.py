"""Activities: trainings, workshops, campaigns and meetings, as dates and numbers; no list of who came."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, Enum, ForeignKey, Index, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from directory.codes import new_public_code
from directory.extensions import Model
from directory.outreach.rules import ActivityKind

_KIND = Enum(ActivityKind, native_enum=False, length=8, values_callable=lambda kinds: [kind.value for kind in kinds])


class Activity(Model):
    """One activity (cuộc): a training, a workshop, a campaign or a meeting."""

    __tablename__ = "activity"
    __table_args__ = (
        CheckConstraint("kind IN ('training', 'workshop', 'campaign', 'meeting')", name="kind"),
        CheckConstraint("ended_on >= started_on", name="dates"),
        CheckConstraint("participants IS NULL OR participants >= 0", name="participants"),
        Index(None, "started_on", "area_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(Uuid, default=uuid4, unique=True)
    code: Mapped[str] = mapped_column(default=new_public_code, unique=True)
    kind: Mapped[ActivityKind] = mapped_column(_KIND)
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    #: The group whose activity it was; None when it was for several.
    group_id: Mapped[int | None] = mapped_column(ForeignKey("peer_group.id"), index=True)
    #: The model that it belongs to, if one.
    model_code: Mapped[str | None] = mapped_column(ForeignKey("programme_model.code"))
    #: Local dates, both included; a figure counts it on its first day.
    started_on: Mapped[date]
    ended_on: Mapped[date]
    #: How many people came; None = nobody counted.
    participants: Mapped[int | None]
    #: As in ``OutreachContact.topics``.
    topics: Mapped[str] = mapped_column(default="")
    #: Where it is written that it took place, if not by whoever enters it.
    source: Mapped[str | None]
    is_demo: Mapped[bool] = mapped_column(default=False)
