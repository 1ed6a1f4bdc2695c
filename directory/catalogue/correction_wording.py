"""Corrections and warnings in words: what is said to be wrong, who said it, what became of it."""

from flask_babel import gettext as _

from directory.catalogue.upkeep import Origin, RequestState, WarningKind


def fault_name(fault: str) -> str:
    """Return what somebody may say is wrong, in plain words; ``fault`` is one of ``upkeep.FAULTS``."""
    return {
        "phone_wrong": _("Số điện thoại sai"),
        "no_answer": _("Gọi nhiều lần không ai nghe"),
        "closed": _("Nơi này không còn hoạt động"),
        "moved": _("Đã dời đi chỗ khác"),
        "hours_wrong": _("Giờ làm việc sai"),
        "fees_wrong": _("Tiền phải trả khác với ở đây ghi"),
        "asks_papers": _("Có hỏi giấy tờ, mà ở đây ghi là không"),
        "informs_police": _("Có báo công an, mà ở đây ghi là không"),
    }[fault]


def warning_name(kind: WarningKind) -> str:
    """Return what a peer may tell the coordinators of a place."""
    return {
        WarningKind.ASKED_FOR_PAPERS: _("Đòi giấy tờ tuỳ thân"),
        WarningKind.TREATED_BADLY: _("Nói năng, đối xử không tốt"),
        WarningKind.TURNED_AWAY: _("Không chịu tiếp"),
    }[kind]


def origin_name(origin: Origin) -> str:
    """Return who made a request, never by name."""
    return {
        Origin.PUBLIC: _("Người dùng trang"),
        Origin.PEER: _("Đồng đẳng viên"),
        Origin.STAFF: _("Cán bộ nơi này"),
        Origin.COORDINATOR: _("Điều phối viên"),
        Origin.IMPORT: _("Tệp dữ liệu nhập vào"),
    }[origin]


def request_state_name(state: RequestState, is_endorsed: bool = False) -> str:
    """Return where a request stands, as who made it reads it."""
    if state is RequestState.WAITING and is_endorsed:
        return _("Một người đã đồng ý, đang chờ người thứ hai")
    return {
        RequestState.WAITING: _("Đang chờ điều phối viên"),
        RequestState.ACCEPTED: _("Đã sửa trên trang"),
        RequestState.REFUSED: _("Không sửa: hỏi lại thấy vẫn đúng"),
        RequestState.OUTDATED: _("Không còn cần: mục đã đổi trước đó"),
    }[state]
