"""What a slip's state means for the peer who follows it: good or not, and what to do now."""

from flask_babel import gettext as _

from directory import clock
from directory.catalogue.queries import Card
from directory.referrals.models import Slip
from directory.referrals.queries.lists import is_unanswered
from directory.referrals.queries.scope import is_kept_from_site
from directory.referrals.rules import State
from directory.referrals.wording import reason_name

_BEFORE_ARRIVAL = frozenset({State.ISSUED, State.ACKNOWLEDGED})
_WELL = frozenset({State.ACKNOWLEDGED, State.ARRIVED, State.SERVED})
_ILL = frozenset({State.DECLINED, State.NO_SHOW, State.EXPIRED})


def tone(slip: Slip) -> str:
    """Return whether it goes well ("ok"), needs somebody ("warn"), or neither ("plain")."""
    if needs_another_place(slip):
        return "warn"
    return "ok" if slip.state in _WELL else "plain"


def needs_another_place(slip: Slip) -> bool:
    """Whether the page should show where else the person could go."""
    return slip.state in _ILL or slip.need_met is False or is_unanswered(slip, clock.now())


def is_sent_in_vain(slip: Slip, entry: Card | None) -> bool:
    """Whether nobody has arrived yet at a place that is closed today."""
    return slip.state in _BEFORE_ARRIVAL and entry is not None and entry.is_shut


def next_words(slip: Slip, has_inbox: bool, entry: Card | None = None) -> str:
    """Return what to do now, in a sentence or two; ``has_inbox``: whether somebody at the site sees what is sent."""
    if is_sent_in_vain(slip, entry):
        return _("Nơi đó đang đóng. Bạn báo người ấy đừng đến, rồi chọn nơi khác.")
    if is_unanswered(slip, clock.now()):
        return _unanswered(slip)
    if slip.state is State.ISSUED:
        return _issued(slip, has_inbox)
    if slip.state is State.SERVED:
        return _served(slip)
    if slip.state is State.DECLINED and slip.reason:
        return _("Lý do: %(reason)s. Bạn chọn nơi khác cùng người ấy nhé.", reason=reason_name(slip.reason).lower())
    return _closed_or_waiting()[slip.state]


def overseers_words(slip: Slip) -> str:
    """Return what a coordinator could do now; nothing while it is the peer's to follow."""
    if not needs_another_place(slip):
        return ""
    if is_unanswered(slip, clock.now()) and not is_kept_from_site(slip):
        return _("Quá hẹn mà chưa ai trả lời. Bạn gọi hỏi nơi đó, hoặc gọi nhóm đã lập phiếu.")
    return _("Bạn gọi nhóm đã lập phiếu, hỏi xem cần giúp gì.")


def _unanswered(slip: Slip) -> str:
    if is_kept_from_site(slip):
        return _("Quá hẹn mà người ấy chưa đến. Bạn hỏi người ấy thôi: nơi đó chưa biết gì, và người ấy muốn thế.")
    return _("Quá hẹn mà chưa ai trả lời. Bạn gọi hỏi nơi đó, hoặc chọn nơi khác.")


def _issued(slip: Slip, has_inbox: bool) -> str:
    if slip.site_id is None:
        return _("Người ấy mang phiếu đến nơi nào có việc này trong địa bàn cũng được.")
    if slip.consent_send and not has_inbox:
        return _(
            "Nơi đó không có tài khoản nên chưa biết gì. Bạn gọi báo trước nếu được, dặn người ấy mang theo số phiếu."
        )
    if slip.consent_send:
        return _("Đã gửi cho nơi đó, chờ trả lời. Bạn dặn người ấy mang theo số phiếu khi đến.")
    return _("Nơi đó chưa biết gì. Người ấy đưa số phiếu ra khi đến.")


def _served(slip: Slip) -> str:
    if slip.need_met is None:
        return _("Khi gặp lại, bạn hỏi người ấy: có được giúp đúng điều cần không?")
    if slip.need_met:
        return _("Xong việc rồi. Cảm ơn bạn. Phiếu tự xoá sau 90 ngày.")
    return _("Chưa được đúng điều cần. Bạn xem có nơi khác không nhé.")


def _closed_or_waiting() -> dict[State, str]:
    return {
        State.BLANK: _("Phiếu giấy này chưa dùng."),
        State.ACKNOWLEDGED: _("Nơi đó đang chờ người ấy đến."),
        State.ARRIVED: _("Người ấy đang ở đó, hoặc đang chờ được giúp."),
        State.DECLINED: _("Bạn chọn nơi khác cùng người ấy nhé."),
        State.NO_SHOW: _("Người ấy không đến. Nếu còn gặp, bạn hỏi thăm xem có chuyện gì. Đến muộn vẫn được nhận."),
        State.EXPIRED: _("Phiếu hết hạn. Đến muộn vẫn có thể được nhận. Cần thì lập phiếu mới."),
        State.FORWARDED: _("Nơi đó đã chuyển người ấy đến nơi khác bằng một phiếu mới."),
        State.CANCELLED: _("Phiếu không còn dùng được. Nơi tiếp nhận sẽ thấy là đã huỷ."),
        State.WITHDRAWN: _("Mã của người ấy đã bị xoá. Phiếu không còn dùng được."),
        State.VOID: _("Phiếu lập nhầm, không tính vào đâu cả."),
    }
