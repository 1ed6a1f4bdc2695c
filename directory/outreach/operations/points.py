"""What is written of the programme's points: where a model begins, what is corrected, where it ends."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from directory.accounts import audit
from directory.accounts.rules import Actor
from directory.errors import Conflict, Invalid
from directory.extensions import db
from directory.outreach.models import ProgrammeModel, ProgrammePoint
from directory.vietnamese import nfc

LONGEST_NAME, LONGEST_SOURCE = 80, 200


@dataclass(frozen=True)
class PointWanted:
    """What a point is to say; whoever asks has looked up that the area is hers and the ward in it."""

    name: str
    model_code: str
    area_id: int
    ward_key: str | None = None
    #: Local dates.
    started_on: date | None = None
    ended_on: date | None = None
    source: str | None = None


def add_point(actor: Actor, wanted: PointWanted, *, is_demo: bool = False) -> ProgrammePoint:
    """Write down where a model is at work.

    Raises: Invalid, when something does not fit; Conflict, when the area has a point of that name.
    """
    point = ProgrammePoint(is_demo=is_demo)
    _write(point, wanted)
    db.session.add(point)
    db.session.flush()
    audit.record("point.added", actor, point.uuid)
    return point


def change_point(actor: Actor, point: ProgrammePoint, wanted: PointWanted) -> None:
    """Correct what is written of a point. Raises: as ``add_point``."""
    _write(point, wanted, but=point.id)
    db.session.flush()
    audit.record("point.changed", actor, point.uuid)


def end_point(actor: Actor, point: ProgrammePoint, ended_on: date) -> None:
    """Write down that a point is no longer at work; its figures stay.

    Raises: Invalid, when it would end before it began; Conflict, when it has ended already.
    """
    if point.ended_on:
        raise Conflict("Điểm này đã ghi kết thúc rồi.")
    _check_days(point.started_on, ended_on)
    point.ended_on = ended_on
    db.session.flush()
    audit.record("point.ended", actor, point.uuid)


def reopen_point(actor: Actor, point: ProgrammePoint) -> None:
    """Take back that a point has ended.

    Raises: Conflict, when it has not.
    """
    if point.ended_on is None:
        raise Conflict("Điểm này vẫn đang hoạt động.")
    point.ended_on = None
    db.session.flush()
    audit.record("point.reopened", actor, point.uuid)


def _write(point: ProgrammePoint, wanted: PointWanted, *, but: int | None = None) -> None:
    name, source = " ".join(nfc(wanted.name).split()), " ".join(nfc(wanted.source or "").split())
    if not 0 < len(name) <= LONGEST_NAME:
        raise Invalid("Tên điểm phải có từ 1 đến %(most)s chữ.", field="name", blanks={"most": LONGEST_NAME})
    if len(source) > LONGEST_SOURCE:
        raise Invalid("Nguồn dài quá: nhiều nhất %(most)s chữ.", field="source", blanks={"most": LONGEST_SOURCE})
    if db.session.get(ProgrammeModel, wanted.model_code) is None:
        raise Invalid("Không có mô hình này.", field="model")
    _check_days(wanted.started_on, wanted.ended_on)
    _check_free(wanted.area_id, wanted.model_code, name, but)
    point.name, point.source = name, source or None
    point.model_code, point.area_id, point.ward_key = wanted.model_code, wanted.area_id, wanted.ward_key
    point.started_on, point.ended_on = wanted.started_on, wanted.ended_on


def _check_free(area_id: int, model_code: str, name: str, but: int | None) -> None:
    """Refuse a second point of one name: the same one, written down twice, would be counted twice."""
    named = select(ProgrammePoint.id, ProgrammePoint.name).where(
        ProgrammePoint.area_id == area_id, ProgrammePoint.model_code == model_code
    )
    for point_id, known in db.session.execute(named.order_by(ProgrammePoint.id)):
        if known.casefold() == name.casefold() and point_id != but:
            raise Conflict("Địa bàn này đã có điểm mang tên ấy.", what_now="Hãy sửa điểm đã có, hoặc chọn tên khác.")


def _check_days(started_on: date | None, ended_on: date | None) -> None:
    if started_on and ended_on and ended_on < started_on:
        raise Invalid("Ngày kết thúc phải sau ngày bắt đầu.", field="ended_on")
