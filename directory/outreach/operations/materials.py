"""What is written of materials: made, issued, handed out, returned, written off; never more out than there was."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from directory.accounts import audit
from directory.accounts.models import PeerGroup
from directory.accounts.rules import Actor
from directory.errors import Conflict, Invalid
from directory.extensions import db
from directory.outreach.models import Material, MaterialMove
from directory.outreach.operations.points import LONGEST_SOURCE
from directory.outreach.queries.materials import Holder, changes_of
from directory.outreach.rules import MOST_COPIES, MoveKind, least_from
from directory.places.models import Area
from directory.vietnamese import nfc

_BETWEEN = (MoveKind.ISSUED, MoveKind.RETURNED)


@dataclass(frozen=True)
class MoveWanted:
    """What is to be written of copies of a material; whoever asks has looked up that the area is hers."""

    material_code: str
    kind: MoveKind
    area_id: int
    #: Local date.
    day_on: date
    count: int
    #: Whose copies they were, or who got them; None: the store of the area.
    group_id: int | None = None
    source: str | None = None


def add_move(actor: Actor, wanted: MoveWanted, today: date, *, is_demo: bool = False) -> MaterialMove:
    """Write down what happened to copies of a material.

    Raises: Invalid, when something does not fit, or more would go out than there was on any day since.
    """
    source = " ".join(nfc(wanted.source or "").split())
    _check(wanted, source, today)
    _lock(wanted.area_id)
    for holder in givers(wanted.kind, wanted.area_id, wanted.group_id):
        left = max(0, least_from(changes_of(holder, wanted.material_code), wanted.day_on))
        if wanted.count > left:
            _refuse(left)
    move = MaterialMove(
        material_code=wanted.material_code,
        kind=wanted.kind,
        area_id=wanted.area_id,
        group_id=wanted.group_id,
        day_on=wanted.day_on,
        count=wanted.count,
        source=source or None,
        is_demo=is_demo,
    )
    db.session.add(move)
    db.session.flush()
    audit.record("material.moved", actor, move.uuid)
    return move


def remove_move(actor: Actor, move: MaterialMove) -> None:
    """Take away what was written down by mistake; the way to correct it, too.

    Raises: Conflict, when copies that came in with it went out again by another row.
    """
    _lock(move.area_id)
    for holder in getters(move.kind, move.area_id, move.group_id):
        # What peers handed out at contacts was so, whatever the store wrote: only rows of the store hold this one.
        left = least_from(changes_of(holder, move.material_code, with_contacts=False), move.day_on)
        if left < move.count:
            raise Conflict(
                "Số này đã được giao, phát hoặc bỏ tiếp ở dòng sau, nên chưa xoá được.",
                what_now="Hãy xoá dòng sau trước, hoặc ghi dòng đúng trước rồi mới xoá dòng này.",
            )
    db.session.delete(move)
    db.session.flush()
    audit.record("material.move_removed", actor, move.uuid)


def givers(kind: MoveKind, area_id: int, group_id: int | None) -> list[Holder]:
    """Return who has fewer copies after a move of this kind: nobody when they are made."""
    if kind is MoveKind.MADE:
        return []
    return [Holder(area_id, None if kind is MoveKind.ISSUED else group_id)]


def getters(kind: MoveKind, area_id: int, group_id: int | None) -> list[Holder]:
    """Return who has more copies after a move of this kind."""
    if kind is MoveKind.ISSUED:
        return [Holder(area_id, group_id)]
    return [Holder(area_id, None)] if kind in (MoveKind.MADE, MoveKind.RETURNED) else []


def _check(wanted: MoveWanted, source: str, today: date) -> None:
    if wanted.day_on > today:
        raise Invalid("Ngày này chưa tới.", field="day_on")
    if not 1 <= wanted.count <= MOST_COPIES:
        raise Invalid("Số lượng phải từ 1 đến %(most)s.", field="count", blanks={"most": MOST_COPIES})
    if len(source) > LONGEST_SOURCE:
        raise Invalid("Nguồn dài quá: nhiều nhất %(most)s chữ.", field="source", blanks={"most": LONGEST_SOURCE})
    if db.session.get(Material, wanted.material_code) is None:
        raise Invalid("Không có loại tài liệu này.", field="material")
    _check_where(wanted)


def _check_where(wanted: MoveWanted) -> None:
    if wanted.kind in _BETWEEN and wanted.group_id is None:
        raise Invalid("Hãy chọn nhóm nhận hoặc trả tài liệu.", field="where")
    if wanted.kind is MoveKind.MADE and wanted.group_id is not None:
        raise Invalid("Tài liệu mới vào kho của địa bàn trước.", what_now="Sau đó ghi giao cho nhóm.", field="where")
    group = db.session.get(PeerGroup, wanted.group_id) if wanted.group_id is not None else None
    if wanted.group_id is not None and (group is None or group.area_id != wanted.area_id):
        raise Invalid("Nhóm này không thuộc địa bàn ấy.", field="where")


def _lock(area_id: int) -> None:
    """Let two who take from one store wait for each other; rows that name the area are not held up."""
    db.session.execute(select(Area.id).where(Area.id == area_id).with_for_update(key_share=True))


def _refuse(left: int) -> None:
    if not left:
        raise Invalid(
            "Không còn bản nào để lấy ra vào ngày ấy.",
            what_now="Hãy ghi số đã làm, đã giao hoặc đã nhận trước.",
            field="count",
        )
    raise Invalid("Chỉ còn %(left)s để lấy ra vào ngày ấy.", field="count", blanks={"left": left})
