"""Peer groups: made, renamed, given their telephone and counted by the coordinator of their area."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from directory.accounts import audit
from directory.accounts.models import GroupCount, PeerGroup
from directory.accounts.rules import Actor
from directory.errors import Conflict, Invalid, NotFound
from directory.extensions import db
from directory.vietnamese import nfc

LONGEST_NAME = 60
#: A larger number is a slip of the finger.
MOST_MEMBERS = 1_000


@dataclass(frozen=True)
class AtWork:
    """From when until when a group is at work; local dates, None = not known / still."""

    founded_on: date | None = None
    ended_on: date | None = None

    def __post_init__(self) -> None:
        """Refuse a group that ends before it begins."""
        if self.founded_on and self.ended_on and self.ended_on < self.founded_on:
            raise Invalid("Ngày nghỉ phải sau ngày lập nhóm.", field="ended_on")


ALWAYS = AtWork()


def add_group(
    actor: Actor,
    name: str,
    area_id: int,
    *,
    phone: str | None = None,
    at_work: AtWork = ALWAYS,
    is_demo: bool = False,
) -> PeerGroup:
    """Make a group in an area.

    Raises: Invalid or Conflict, when the name is none or taken.
    """
    group = PeerGroup(name=_free_name(name), area_id=area_id, phone=phone, is_demo=is_demo)
    group.founded_on, group.ended_on = at_work.founded_on, at_work.ended_on
    db.session.add(group)
    db.session.flush()
    audit.record("group.added", actor, group.uuid)
    return group


def change_group(actor: Actor, group: PeerGroup, name: str, phone: str | None, at_work: AtWork) -> None:
    """Give a group another name, telephone or time at work; an ended one keeps its figures and its accounts.

    Raises: Invalid or Conflict, when the name is none or taken.
    """
    group.name, group.phone = _free_name(name, but=group.id), phone
    group.founded_on, group.ended_on = at_work.founded_on, at_work.ended_on
    db.session.flush()
    audit.record("group.changed", actor, group.uuid)


def count_members(actor: Actor, group: PeerGroup, counted_on: date, members: int, today: date) -> None:
    """Write down how many members a group had on a day; the same day again corrects it.

    Raises: Invalid, when the day has not come yet, or the number is none.
    """
    if counted_on > today:
        raise Invalid("Ngày này chưa tới.", field="counted_on")
    if not 0 <= members <= MOST_MEMBERS:
        raise Invalid("Số người phải từ 0 đến %(most)s.", field="members", blanks={"most": MOST_MEMBERS})
    # Of two who count the same day at once the second waits here, and then corrects the first.
    db.session.refresh(group, with_for_update=True)
    db.session.merge(GroupCount(group_id=group.id, counted_on=counted_on, members=members))
    db.session.flush()
    audit.record("group.counted", actor, group.uuid)


def forget_count(actor: Actor, group: PeerGroup, counted_on: date) -> None:
    """Take a count away that was written down by mistake.

    Raises: NotFound, when there is none of that day.
    """
    count = db.session.get(GroupCount, (group.id, counted_on))
    if count is None:
        raise NotFound("Không có số người của ngày này.")
    db.session.delete(count)
    db.session.flush()
    audit.record("group.count_removed", actor, group.uuid)


def counts_of(group: PeerGroup) -> list[GroupCount]:
    """Return how many members the group had, the newest day first."""
    counted = select(GroupCount).where(GroupCount.group_id == group.id).order_by(GroupCount.counted_on.desc())
    return list(db.session.scalars(counted))


def _free_name(text: str, *, but: int | None = None) -> str:
    name = " ".join(nfc(text).split())
    if not 0 < len(name) <= LONGEST_NAME:
        raise Invalid("Tên nhóm phải có từ 1 đến %(most)s chữ.", field="name", blanks={"most": LONGEST_NAME})
    for group_id, known in db.session.execute(select(PeerGroup.id, PeerGroup.name).order_by(PeerGroup.id)):
        if known.casefold() == name.casefold() and group_id != but:
            raise Conflict("Đã có nhóm mang tên này.", what_now="Hãy chọn tên khác.")
    return name
