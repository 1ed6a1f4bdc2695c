"""A slip's states, steps, reasons and moments in words; everything goes through gettext."""

from datetime import datetime

from flask_babel import gettext as _

from directory.clock import LOCAL_ZONE
from directory.referrals.rules import Reason, State, Urgency


def state_name(state: State) -> str:
    """Return where a slip stands, in a few words."""
    return {
        State.BLANK: _("Phiếu trống"),
        State.ISSUED: _("Đã lập phiếu"),
        State.ACKNOWLEDGED: _("Nơi tiếp nhận đã nhận tin"),
        State.ARRIVED: _("Đã đến nơi"),
        State.SERVED: _("Đã được giúp"),
        State.DECLINED: _("Nơi tiếp nhận từ chối"),
        State.NO_SHOW: _("Không đến"),
        State.EXPIRED: _("Đã hết hạn"),
        State.FORWARDED: _("Đã chuyển nơi khác"),
        State.CANCELLED: _("Đã huỷ"),
        State.WITHDRAWN: _("Đã rút lại"),
        State.VOID: _("Đã bỏ"),
    }[state]


def step_name(step: str) -> str:
    """Return what happened to a slip, for a line of its history."""
    return {
        "mint": _("In phiếu trống"),
        "issue": _("Lập phiếu"),
        "activate": _("Kích hoạt tại bàn tiếp nhận, khách đã đến"),
        "acknowledge": _("Đã nhận tin"),
        "confirm_arrival": _("Khách đã đến"),
        "record_service": _("Khách đã được giúp"),
        "decline": _("Từ chối"),
        "no_show": _("Khách không đến"),
        "forward": _("Chuyển nơi khác"),
        "cancel": _("Huỷ phiếu"),
        "void": _("Bỏ phiếu này"),
        "withdraw_consent": _("Rút lại đồng ý"),
        "expire": _("Hết hạn"),
        "lapse": _("Hết hạn vì lâu không ghi kết quả"),
        "mark_silent": _("Quá hẹn mà chưa ai trả lời"),
        "answer_need": _("Đã hỏi khách có được giúp đúng điều cần không"),
        "undo": _("Hoàn tác bước trước"),
    }[step]


def reason_name(reason: Reason) -> str:
    """Return why a slip was turned down."""
    return {
        Reason.NO_CAPACITY: _("Hết chỗ, không nhận thêm được"),
        Reason.NOT_OFFERED: _("Ở đây không làm việc này"),
        Reason.NOT_ELIGIBLE: _("Nơi này không nhận trường hợp này"),
        Reason.PAPERS_MISSING: _("Thiếu giấy tờ bắt buộc"),
        Reason.CLOSED: _("Đang nghỉ hoặc đã đóng cửa"),
        Reason.CLIENT_CHANGED_MIND: _("Khách đổi ý"),
        Reason.WRONG_PLACE: _("Gửi nhầm nơi"),
    }[reason]


def urgency_name(urgency: Urgency) -> str:
    """Return how soon the person needs it."""
    return {
        Urgency.DAY: _("Gấp, trong 24 giờ"),
        Urgency.THREE_DAYS: _("Trong 3 ngày"),
        Urgency.TWO_WEEKS: _("Trong 2 tuần"),
    }[urgency]


def access_need_name(slug: str) -> str:
    """Return what somebody needs in order to come; one that is no longer on the list stays as it is."""
    return {
        "wheelchair": _("Đi xe lăn hoặc khó leo bậc"),
        "women_staff": _("Muốn gặp nhân viên nữ"),
        "companion": _("Có người đi cùng"),
        "child_along": _("Có con nhỏ đi cùng"),
        "reading_help": _("Cần người đọc, viết giúp"),
        "evening": _("Chỉ đến được buổi tối"),
    }.get(slug, slug)


def moment_in_words(moment: datetime) -> str:
    """Return a moment as a local time and day: "14:05, 22/11/2026"."""
    return f"{moment.astimezone(LOCAL_ZONE):%H:%M, %d/%m/%Y}"


def local_day(moment: datetime) -> str:
    """Return the local day of a moment: "22/11/2026"."""
    return f"{moment.astimezone(LOCAL_ZONE):%d/%m/%Y}"
