"""What is read of contacts: the choices of the form, and what a peer herself wrote down of late."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from directory import clock
from directory.accounts.rules import Actor
from directory.extensions import db
from directory.outreach.models import Material, OutreachContact, Topic
from directory.outreach.rules import TAKEN_BACK_WITHIN, UNDONE_WITHIN, ContactKind, unlisted


@dataclass(frozen=True)
class ContactLine:
    """A contact as its writer sees it; the person, if a card was typed, is not in it."""

    code: str
    #: Local date.
    day_on: date
    kind: ContactKind
    people: int
    topics: tuple[Topic, ...]
    #: With how many copies of each.
    materials: tuple[tuple[Material, int], ...]
    entered_at: datetime
    may_be_undone: bool
    may_be_removed: bool


@dataclass(frozen=True)
class Written:
    """What a peer wrote down in some days, the newest first."""

    lines: tuple[ContactLine, ...]

    @property
    def last(self) -> ContactLine | None:
        """What was written down last."""
        return self.lines[0] if self.lines else None

    @property
    def people(self) -> int:
        """How many people were talked to (lượt)."""
        return sum(line.people for line in self.lines)


def contact_topics() -> list[Topic]:
    """Return what a contact can be about, in the seed's order."""
    return list(db.session.scalars(select(Topic).where(Topic.for_contacts).order_by(Topic.position, Topic.slug)))


def contact_materials() -> list[Material]:
    """Return what can be handed out at a contact, in the seed's order."""
    wanted = select(Material).where(Material.for_contacts).order_by(Material.position, Material.code)
    return list(db.session.scalars(wanted))


def written_on(actor: Actor, now: datetime) -> Written:
    """Return what the actor wrote down today."""
    return _written(actor, _midnight(now.astimezone(clock.LOCAL_ZONE).date()), now)


def written_in_week(actor: Actor, now: datetime) -> Written:
    """Return what the actor wrote down since Monday, and always what she may still take back."""
    today = now.astimezone(clock.LOCAL_ZONE).date()
    monday = _midnight(today - timedelta(days=today.weekday()))
    return _written(actor, min(monday, now - TAKEN_BACK_WITHIN), now)


def _written(actor: Actor, since: datetime, now: datetime) -> Written:
    """Return what is hers; of somebody without an account nothing is."""
    if actor.account_id is None:
        return Written(())
    wanted = (
        select(OutreachContact)
        .options(selectinload(OutreachContact.materials))
        .where(OutreachContact.entered_by_id == actor.account_id, OutreachContact.entered_at >= since)
        .order_by(OutreachContact.entered_at.desc(), OutreachContact.id.desc())
    )
    topics = {topic.slug: topic for topic in contact_topics()}
    materials = {material.code: material for material in contact_materials()}
    return Written(tuple(_line(contact, topics, materials, now) for contact in db.session.scalars(wanted)))


def _line(
    contact: OutreachContact, topics: dict[str, Topic], materials: dict[str, Material], now: datetime
) -> ContactLine:
    said = sorted((slug for slug in unlisted(contact.topics) if slug in topics), key=lambda it: topics[it].position)
    given = [(materials[one.material_code], one.count) for one in contact.materials if one.material_code in materials]
    return ContactLine(
        contact.code,
        contact.day_on,
        contact.kind,
        contact.people,
        tuple(topics[slug] for slug in said),
        tuple(sorted(given, key=lambda pair: (pair[0].position, pair[0].code))),
        contact.entered_at,
        may_be_undone=now - contact.entered_at <= UNDONE_WITHIN,
        may_be_removed=now - contact.entered_at < TAKEN_BACK_WITHIN,
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), clock.LOCAL_ZONE)
