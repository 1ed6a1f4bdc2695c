"""The slip, its history, blank books, and the figures that stay when it is gone."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import JSON, CheckConstraint, Enum, ForeignKey, Index, LargeBinary, UniqueConstraint, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from directory import clock
from directory.codes import new_public_code
from directory.extensions import Model, Moment
from directory.referrals.rules import Reason, State, Urgency, WithoutSlip, transitions


def _words(kind: type, length: int) -> Enum:
    return Enum(kind, native_enum=False, length=length, values_callable=lambda values: [v.value for v in values])


_STATE, _URGENCY, _REASON = _words(State, 12), _words(Urgency, 3), _words(Reason, 19)


def _listed(values: type[State | Urgency | Reason | WithoutSlip]) -> str:
    return ", ".join(f"'{value.value}'" for value in values)


def _allowed_transitions() -> str:
    """Return the drawing as a condition on one row of history.

    Why coalesce: a comparison with NULL is neither true nor false, and a check lets that pass.
    """
    ways = sorted((name, before or "", after) for name, before, after in transitions())
    return " OR ".join(
        f"(step = '{name}' AND coalesce(from_state, '') = '{before}' AND to_state = '{after}')"
        for name, before, after in ways
    )


class SlipBook(Model):
    """A book of blank slips, printed for a peer group and activated one by one later."""

    __tablename__ = "slip_book"

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(Uuid, default=uuid4, unique=True)
    code: Mapped[str] = mapped_column(default=new_public_code, unique=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("peer_group.id"), index=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    size: Mapped[int]
    minted_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)
    voided_at: Mapped[datetime | None] = mapped_column(Moment)
    #: How many of its slips were used, or void, and are purged: the book can still be reconciled.
    purged_used: Mapped[int] = mapped_column(default=0, server_default="0")
    purged_void: Mapped[int] = mapped_column(default=0, server_default="0")


class Slip(Model):
    """A referral slip (phiếu chuyển gửi). It holds nothing about a person but an optional random code of hers.

    A trigger lets ``state`` change only when the row of history numbered ``version`` says so; the history's own check
    holds the drawing (``rules.STEPS``).
    """

    __tablename__ = "slip"
    __table_args__ = (
        CheckConstraint(f"state IN ({_listed(State)})", name="state"),
        CheckConstraint(f"urgency IN ({_listed(Urgency)})", name="urgency"),
        CheckConstraint(f"reason IS NULL OR reason IN ({_listed(Reason)})", name="reason"),
        CheckConstraint(
            "book_id IS NOT NULL OR (is_adult AND consent_version IS NOT NULL AND category_slug IS NOT NULL)",
            name="issued_with_consent",
        ),
        CheckConstraint(
            "state IN ('BLANK', 'VOID') OR (is_adult AND consent_version IS NOT NULL AND category_slug IS NOT NULL)",
            name="used_with_consent",
        ),
        CheckConstraint("state NOT IN ('WITHDRAWN', 'BLANK') OR client_code IS NULL", name="withdrawn_has_no_code"),
        CheckConstraint("offering_id IS NULL OR site_id IS NOT NULL", name="offering_has_site"),
        Index(None, "site_id", "state"),
        Index(None, "issuer_id", "state"),
        Index(None, "state", "closed_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(Uuid, default=uuid4, unique=True)
    #: Stands in addresses (``/phieu/<code>``); not the number on the paper.
    code: Mapped[str] = mapped_column(default=new_public_code, unique=True)
    #: Ten characters with a check character, printed 5-5 and typed by hand at a desk.
    number: Mapped[str] = mapped_column(unique=True)
    #: SHA-256 of the token in the QR code.
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    state: Mapped[State] = mapped_column(_STATE)
    #: Counts the rows of history; the compare-and-swap of every step.
    version: Mapped[int] = mapped_column(default=1)
    book_id: Mapped[int | None] = mapped_column(ForeignKey("slip_book.id"), index=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("slip.id", ondelete="SET NULL"), index=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("peer_group.id"), index=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    #: The peer who follows it; None for a blank slip that a desk activated, until one of the group takes it up.
    issuer_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    #: What is wanted. ``offering_id`` and ``site_id`` are None for a slip to whoever has the category in the area.
    category_slug: Mapped[str | None] = mapped_column(ForeignKey("category.slug"))
    offering_id: Mapped[int | None] = mapped_column(ForeignKey("offering.id"))
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"))
    urgency: Mapped[Urgency] = mapped_column(_URGENCY, default=Urgency.THREE_DAYS)
    #: ISO 639 code of a language that the person needs, if another than Vietnamese.
    language_need: Mapped[str | None]
    #: Slugs of ``rules.ACCESS_NEEDS``.
    access_needs: Mapped[list[str]] = mapped_column(JSON, default=list)
    #: Eight characters of hers (``codes``); erased when consent is withdrawn.
    client_code: Mapped[str | None] = mapped_column(index=True)
    is_adult: Mapped[bool] = mapped_column(default=False)
    #: Which text was read to her; without it there is no slip (scope a).
    consent_version: Mapped[str | None]
    #: Scope b: the site may see it before she comes.
    consent_send: Mapped[bool] = mapped_column(default=False)
    #: Scope c: it may be counted.
    consent_count: Mapped[bool] = mapped_column(default=False)
    #: When a desk first had the slip before it; from then on the site may see it without scope b.
    presented_at: Mapped[datetime | None] = mapped_column(Moment)
    issued_at: Mapped[datetime | None] = mapped_column(Moment)
    acknowledged_at: Mapped[datetime | None] = mapped_column(Moment)
    arrived_at: Mapped[datetime | None] = mapped_column(Moment)
    served_at: Mapped[datetime | None] = mapped_column(Moment)
    #: "Did you get what you needed?", asked by the peer after the service.
    need_met: Mapped[bool | None]
    need_answered_at: Mapped[datetime | None] = mapped_column(Moment)
    silent_at: Mapped[datetime | None] = mapped_column(Moment)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    #: Local date; after it the slip expires.
    valid_until: Mapped[date | None]
    reason: Mapped[Reason | None] = mapped_column(_REASON)

    events: Mapped[list[SlipEvent]] = relationship(order_by="SlipEvent.seq", passive_deletes=True)
    given: Mapped[list[GivenService]] = relationship(
        order_by="GivenService.category_slug", cascade="all, delete-orphan", passive_deletes=True
    )


class SlipEvent(Model):
    """One row of a slip's history; append-only until the purge."""

    __tablename__ = "slip_event"
    __table_args__ = (CheckConstraint(_allowed_transitions(), name="drawing"),)

    slip_id: Mapped[int] = mapped_column(ForeignKey("slip.id", ondelete="CASCADE"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    step: Mapped[str]
    from_state: Mapped[State | None] = mapped_column(_STATE)
    to_state: Mapped[State] = mapped_column(_STATE)
    at: Mapped[datetime] = mapped_column(Moment, default=clock.now)
    #: ``Actor.key``.
    actor: Mapped[str]


class GivenService(Model):
    """What was given when a slip was served: how often, by category."""

    __tablename__ = "given_service"
    __table_args__ = (CheckConstraint("count BETWEEN 1 AND 99", name="count"),)

    slip_id: Mapped[int] = mapped_column(ForeignKey("slip.id", ondelete="CASCADE"), primary_key=True)
    category_slug: Mapped[str] = mapped_column(ForeignKey("category.slug"), primary_key=True)
    count: Mapped[int] = mapped_column(default=1)


class SlipFact(Model):
    """What a report may know of a slip that agreed to be counted; kept up at each step, and alone after the purge.

    Days, not moments; hours between rungs as numbers; the client only as a keyed token (``PersonKey``).
    """

    __tablename__ = "slip_fact"
    __table_args__ = (
        CheckConstraint(f"outcome IN ({_listed(State)})", name="outcome"),
        Index(None, "area_id", "issued_on", "person_token"),
        Index(None, "area_id", "served_on", "person_token"),
        # A report over many years reads these from end to end, in the order in which it groups, and nothing else.
        Index(
            "ix_slip_fact_ladder",
            "area_id",
            "category_slug",
            "issued_on",
            "acknowledged_on",
            "arrived_on",
            "served_on",
            "need_met",
            "hours_to_acknowledge",
            "hours_to_arrive",
            "hours_to_serve",
        ),
        Index("ix_slip_fact_silence", "area_id", "site_id", "issued_on", "was_silent"),
        Index(
            "ix_slip_fact_declined",
            "area_id",
            "reason",
            "issued_on",
            sqlite_where=text("outcome = 'DECLINED'"),
            postgresql_where=text("outcome = 'DECLINED'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    #: None once the slip is purged.
    slip_id: Mapped[int | None] = mapped_column(ForeignKey("slip.id", ondelete="SET NULL"), unique=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    group_id: Mapped[int] = mapped_column(ForeignKey("peer_group.id"), index=True)
    category_slug: Mapped[str] = mapped_column(ForeignKey("category.slug"))
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"), index=True)
    urgency: Mapped[Urgency] = mapped_column(_URGENCY)
    outcome: Mapped[State] = mapped_column(_STATE)
    reason: Mapped[Reason | None] = mapped_column(_REASON)
    issued_on: Mapped[date]
    acknowledged_on: Mapped[date | None]
    arrived_on: Mapped[date | None]
    served_on: Mapped[date | None]
    need_answered_on: Mapped[date | None]
    need_met: Mapped[bool | None]
    was_silent: Mapped[bool] = mapped_column(default=False)
    was_forwarded_here: Mapped[bool] = mapped_column(default=False)
    hours_to_acknowledge: Mapped[int | None]
    hours_to_arrive: Mapped[int | None]
    hours_to_serve: Mapped[int | None]
    person_token: Mapped[bytes | None] = mapped_column(LargeBinary, index=True)

    given: Mapped[list[FactService]] = relationship(
        order_by="FactService.category_slug", cascade="all, delete-orphan", passive_deletes=True
    )


class FactService(Model):
    """How often what was given (lượt), of a fact; with its day and area, so that a report reads one index only."""

    __tablename__ = "fact_service"
    __table_args__ = (Index(None, "area_id", "category_slug", "served_on", "count"),)

    fact_id: Mapped[int] = mapped_column(ForeignKey("slip_fact.id", ondelete="CASCADE"), primary_key=True)
    category_slug: Mapped[str] = mapped_column(ForeignKey("category.slug"), primary_key=True)
    count: Mapped[int]
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    served_on: Mapped[date]


class PersonKey(Model):
    """The key of an area and year that turns client codes into tokens; destroyed when the year is closed."""

    __tablename__ = "person_key"

    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    key: Mapped[bytes] = mapped_column(LargeBinary)


class WithoutSlipCount(Model):
    """How many times on a day a person was helped without a slip, and why; nothing else of it is kept."""

    __tablename__ = "without_slip_count"
    __table_args__ = (
        CheckConstraint(f"why IN ({_listed(WithoutSlip)})", name="why"),
        UniqueConstraint("day_on", "group_id", "category_slug", "why"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    day_on: Mapped[date]
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("peer_group.id"))
    category_slug: Mapped[str] = mapped_column(ForeignKey("category.slug"))
    why: Mapped[WithoutSlip] = mapped_column(_words(WithoutSlip, 10))
    count: Mapped[int] = mapped_column(default=0)
