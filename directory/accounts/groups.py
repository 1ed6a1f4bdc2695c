"""Peer groups: made, renamed and given their telephone by the coordinator of their area."""

from sqlalchemy import select

from directory.accounts import audit
from directory.accounts.models import PeerGroup
from directory.accounts.rules import Actor
from directory.errors import Conflict, Invalid
from directory.extensions import db
from directory.vietnamese import nfc

LONGEST_NAME = 60


def add_group(actor: Actor, name: str, area_id: int, *, phone: str | None = None, is_demo: bool = False) -> PeerGroup:
    """Make a group in an area.

    Raises: Invalid or Conflict, when the name is none or taken.
    """
    group = PeerGroup(name=_free_name(name), area_id=area_id, phone=phone, is_demo=is_demo)
    db.session.add(group)
    db.session.flush()
    audit.record("group.added", actor, group.uuid)
    return group


def change_group(actor: Actor, group: PeerGroup, name: str, phone: str | None) -> None:
    """Give a group another name or telephone.

    Raises: Invalid or Conflict, when the name is none or taken.
    """
    group.name, group.phone = _free_name(name, but=group.id), phone
    db.session.flush()
    audit.record("group.changed", actor, group.uuid)


def _free_name(text: str, *, but: int | None = None) -> str:
    name = " ".join(nfc(text).split())
    if not 0 < len(name) <= LONGEST_NAME:
        raise Invalid("Tên nhóm phải có từ 1 đến %(most)s chữ.", field="name", blanks={"most": LONGEST_NAME})
    for group_id, known in db.session.execute(select(PeerGroup.id, PeerGroup.name).order_by(PeerGroup.id)):
        if known.casefold() == name.casefold() and group_id != but:
            raise Conflict("Đã có nhóm mang tên này.", what_now="Hãy chọn tên khác.")
    return name
