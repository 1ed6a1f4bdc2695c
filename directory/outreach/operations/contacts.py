"""Contacts: a peer writes down that she talked to somebody, and takes back what she wrote wrong."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select

from directory import clock
from directory.accounts import audit
from directory.accounts.models import PeerGroup
from directory.accounts.rules import Actor, Party
from directory.codes import read_public_code
from directory.errors import Invalid, NotAllowed, NotFound
from directory.extensions import db
from directory.outreach.models import ContactMaterial, OutreachContact
from directory.outreach.queries.contacts import contact_materials, contact_topics
from directory.outreach.rules import (
    LATEST_AFTER,
    MOST_AT_CONTACT,
    MOST_COPIES_AT_CONTACT,
    TAKEN_BACK_WITHIN,
    ContactKind,
    listed,
)
from directory.referrals.numbers import read_client_code
from directory.referrals.operations.erasing import empty_log_after_commit
from directory.referrals.operations.facts import person_token


@dataclass(frozen=True)
class ContactWanted:
    """What a contact is to say: never who, never where."""

    #: Local date.
    day_on: date
    kind: ContactKind
    people: int = 1
    topics: tuple[str, ...] = ()
    materials: Mapping[str, int] = field(default_factory=dict)
    #: As typed from her card; only its token is kept.
    client_code: str = ""


def add_contact(actor: Actor, wanted: ContactWanted) -> OutreachContact:
    """Write a contact of the actor's group down.

    Raises: Invalid, naming the field that breaks a rule; NotAllowed, when the actor is no peer.
    """
    now = clock.now()
    group = _group_of(actor)
    _check_day(wanted.day_on, now.astimezone(clock.LOCAL_ZONE).date())
    contact = OutreachContact(
        area_id=group.area_id,
        group_id=group.id,
        day_on=wanted.day_on,
        kind=wanted.kind,
        people=_people(wanted),
        topics=_topics(wanted.topics),
        person_token=_token(wanted, group.area_id),
        entered_by_id=actor.account_id,
        entered_at=now,
        materials=_materials(wanted, group),
    )
    db.session.add(contact)
    db.session.flush()
    audit.record("contact.added", actor, contact.uuid)
    return contact


def remove_contact(actor: Actor, code: str) -> None:
    """Take back what the actor herself wrote within the last day, as if it had never been.

    Raises: NotFound, the same for one that is gone, that is somebody else's, or that is older.
    """
    hers = (
        OutreachContact.code == read_public_code(code),
        OutreachContact.entered_by_id == actor.account_id,
        OutreachContact.entered_at > clock.now() - TAKEN_BACK_WITHIN,
    )
    contact = db.session.scalar(select(OutreachContact).where(*hers).with_for_update())
    if contact is None or actor.account_id is None:
        raise NotFound(
            "Lần này đã bỏ rồi, hoặc đã ghi quá 24 giờ.",
            what_now="Bạn mở lại danh sách đã ghi để xem. Cần sửa số cũ thì báo điều phối viên.",
        )
    uuid = contact.uuid
    db.session.delete(contact)
    db.session.flush()
    audit.record("contact.removed", actor, uuid)
    empty_log_after_commit()


def _group_of(actor: Actor) -> PeerGroup:
    group = db.session.get(PeerGroup, actor.group_id) if actor.party is Party.PEER and actor.group_id else None
    if group is None:
        raise NotAllowed("Chỉ đồng đẳng viên ghi được phiếu tiếp cận.")
    return group


def _check_day(day: date, today: date) -> None:
    if day > today:
        raise Invalid("Ngày này chưa tới.", field="other_day")
    if day < today - LATEST_AFTER:
        raise Invalid(
            "Ngày này đã quá %(most)s ngày, không ghi thêm được nữa.",
            field="other_day",
            blanks={"most": LATEST_AFTER.days},
        )


def _people(wanted: ContactWanted) -> int:
    if wanted.kind is ContactKind.ALONE:
        return 1
    if not 2 <= wanted.people <= MOST_AT_CONTACT:
        raise Invalid("Nhóm có từ 2 đến %(most)s người.", field="people", blanks={"most": MOST_AT_CONTACT})
    return wanted.people


def _topics(chosen: tuple[str, ...]) -> str:
    if not chosen:
        raise Invalid("Hãy chọn ít nhất một điều đã nói.", field="topics")
    if not set(chosen) <= {topic.slug for topic in contact_topics()}:
        raise Invalid("Không có lựa chọn này.", field="topics")
    return listed(chosen)


def _materials(wanted: ContactWanted, group: PeerGroup) -> list[ContactMaterial]:
    given, where = wanted.materials, {"area_id": group.area_id, "group_id": group.id, "day_on": wanted.day_on}
    if not set(given) <= {material.code for material in contact_materials()}:
        raise Invalid("Không có tài liệu này.", field="materials")
    if not all(0 <= count <= MOST_COPIES_AT_CONTACT for count in given.values()):
        raise Invalid("Số tài liệu phải từ 0 đến %(most)s.", field="materials", blanks={"most": MOST_COPIES_AT_CONTACT})
    return [ContactMaterial(material_code=code, count=count, **where) for code, count in sorted(given.items()) if count]


def _token(wanted: ContactWanted, area_id: int) -> bytes | None:
    """Return what stands for the person. Raises: Invalid, when what was typed is no code, or they were several."""
    if not wanted.client_code:
        return None
    if wanted.kind is ContactKind.GROUP:
        raise Invalid("Mã trên thẻ chỉ ghi khi gặp một người. Gặp nhóm thì để trống.", field="client_code")
    code = read_client_code(wanted.client_code)
    if code is None:
        raise Invalid(
            "Mã này gõ nhầm ở đâu đó. Hãy nhìn lại thẻ: 8 chữ và số. Không có thẻ thì để trống.", field="client_code"
        )
    return person_token(area_id, wanted.day_on, code)
