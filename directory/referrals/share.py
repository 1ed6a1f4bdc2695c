"""The text of a slip that may be sent by message: its number, the place, until when. Never the token.

Why: messengers read what is sent, follow links in it and keep it; the number alone opens nothing.
"""

from flask_babel import gettext as _

from directory.referrals.face import Destination, Face


def short_text(face: Face) -> str:
    """Return what may be sent to her, in words that could be about a dentist."""
    lines = [_("Phiếu hẹn số %(number)s.", number=face.number)]
    if face.is_illustrative:
        lines.insert(0, _("(Dữ liệu minh hoạ, không có thật)"))
    lines += _place(face.destination) if face.destination else [_("Nơi đến: hỏi người đã đưa phiếu.")]
    if face.valid_until:
        lines.append(_("Có hạn đến %(date)s.", date=f"{face.valid_until:%d/%m/%Y}"))
    return " ".join([*lines, _("Nhớ mang theo số này.")])


def _place(destination: Destination) -> list[str]:
    said = ", ".join(text for text in (destination.name, destination.where) if text)
    lines = [_("Nơi đến: %(place)s.", place=said)] if said else []
    if destination.phones:
        lines.append(_("Điện thoại: %(phone)s.", phone=destination.phones[0].shown))
    return lines or [_("Nơi đến: hỏi người đã đưa phiếu.")]
