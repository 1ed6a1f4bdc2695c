"""Why a line stands on the work list, in one sentence."""

from datetime import date

from flask_babel import gettext as _
from flask_babel import ngettext

from directory.catalogue.queries import Card
from directory.catalogue.upkeep import Origin, RequestKind
from directory.coordination.alike import NEAR_M, Clue, Pair
from directory.coordination.verification import Due
from directory.coordination.worklist import Asked, Kind


def task_name(kind: Kind) -> str:
    """Return what a kind of work is called."""
    return {
        Kind.DANGER: _("Lộ nơi giữ kín"),
        Kind.SLIPS: _("Phiếu bị bỏ quên"),
        Kind.REQUESTS: _("Đề nghị sửa"),
        Kind.FLAGS: _("Đồng đẳng cảnh báo"),
        Kind.IMPORTS: _("Tệp vừa nhập"),
        Kind.DUE: _("Đến hạn gọi hỏi"),
        Kind.DUPLICATES: _("Có thể trùng"),
    }[kind]


def due_reason(due: Due, day: date) -> str:
    """Say why an entry is to be rung up."""
    if due.is_warned:
        return _("Đồng đẳng viên vừa cảnh báo nơi này, hãy gọi hỏi sớm")
    if due.reopens_on:
        return _("Hẹn mở lại ngày %(day)s, hãy gọi hỏi đã mở chưa", day=f"{due.reopens_on:%d/%m/%Y}")
    if due.verified_on is None:
        return _("Chưa ai gọi hỏi bao giờ")
    days = (day - due.verified_on).days
    if due.is_protected:
        return ngettext(
            "Số khẩn cấp hoặc nơi giữ kín, đã %(num)s ngày chưa gọi hỏi lại",
            "Số khẩn cấp hoặc nơi giữ kín, đã %(num)s ngày chưa gọi hỏi lại",
            days,
        )
    return ngettext("Đã %(num)s ngày chưa gọi hỏi lại", "Đã %(num)s ngày chưa gọi hỏi lại", days)


def request_reason(asked: Asked) -> str:
    """Say what a request asks for, who made it, and whose turn it is."""
    if asked.waits_for_another:
        return _("Đang chờ một điều phối viên khác đồng ý")
    if asked.needs_second:
        return _("Một điều phối viên đã đồng ý, cần bạn là người thứ hai")
    if asked.kind is RequestKind.ADD:
        return _("Xin thêm nơi mới")
    if asked.kind is RequestKind.MERGE:
        return _("Xin gộp hai mục")
    if asked.kind is RequestKind.REPORT:
        return ngettext("Người xem báo sai, %(num)s lần", "Người xem báo sai, %(num)s lần", asked.times)
    return {
        Origin.PUBLIC: _("Người xem đề nghị sửa"),
        Origin.PEER: _("Đồng đẳng viên đề nghị sửa"),
        Origin.STAFF: _("Nơi tiếp nhận đề nghị sửa mục của mình"),
        Origin.COORDINATOR: _("Điều phối viên đề nghị sửa"),
        Origin.IMPORT: _("Tệp vừa nhập ghi khác với điều đã sửa tay"),
    }[asked.origin]


def pair_reasons(pair: Pair, card: Card | None) -> list[str]:
    """Say by what two places look alike; ``card`` shows the number that both have as people write it."""
    return [_clue(clue, pair, card) for clue in pair.clues]


def _clue(clue: Clue, pair: Pair, card: Card | None) -> str:
    shown = (
        next((phone.shown for phone in card.phones if phone.number == pair.phone), pair.phone) if card else pair.phone
    )
    if clue is Clue.HIDDEN_PHONE:
        return _("Số %(phone)s cũng là số của một nơi giữ kín: ai đọc mục công khai là biết chỗ", phone=shown)
    if clue is Clue.HIDDEN_NAME:
        return _("Tên này cũng là tên của một nơi giữ kín: ai đọc mục công khai là biết chỗ")
    if clue is Clue.PHONE:
        return _("Cùng số điện thoại %(phone)s", phone=shown)
    if clue is Clue.NAME_NEAR:
        metres = round((NEAR_M if pair.apart_m is None else pair.apart_m) / 5) * 5
        if not metres:
            return _("Tên gần giống, cùng một chỗ trên bản đồ")
        return _("Tên gần giống, cách nhau khoảng %(metres)s m", metres=metres)
    return _("Tên gần giống, cùng phường xã")
