"""What kinds of activities, moves of materials and topics are called, for whoever reads."""

from collections.abc import Iterable
from datetime import date

from flask import g
from flask_babel import gettext as _

from directory.outreach.queries.activities import topics_of_activities
from directory.outreach.rules import ActivityKind, MoveKind
from directory.outreach.wording import local_name


def activity_kind(kind: ActivityKind) -> str:
    """Return what a kind of activity is called."""
    return str(
        {
            ActivityKind.TRAINING: _("Tập huấn"),
            ActivityKind.WORKSHOP: _("Hội thảo"),
            ActivityKind.CAMPAIGN: _("Tuyên truyền"),
            ActivityKind.MEETING: _("Họp nhóm"),
        }[kind]
    )


def move_kind(kind: MoveKind) -> str:
    """Return what a kind of move is called, once it is done."""
    return str(
        {
            MoveKind.MADE: _("Làm thêm"),
            MoveKind.ISSUED: _("Giao cho nhóm"),
            MoveKind.HANDED_OUT: _("Phát ra"),
            MoveKind.RETURNED: _("Nhóm trả lại"),
            MoveKind.WRITTEN_OFF: _("Bỏ đi"),
        }[kind]
    )


def move_hints() -> dict[str, str]:
    """Return what each kind of move means, for a form."""
    return {
        MoveKind.MADE: _("In, mua hoặc được cấp: vào kho địa bàn."),
        MoveKind.ISSUED: _("Từ kho địa bàn sang nhóm."),
        MoveKind.HANDED_OUT: _("Ở buổi họp, buổi tuyên truyền… Phát lúc tiếp cận thì nhóm đã ghi, đừng ghi lại."),
        MoveKind.RETURNED: _("Từ nhóm về kho địa bàn."),
        MoveKind.WRITTEN_OFF: _("Hỏng, mất hoặc đã cũ."),
    }


def topic_names(slugs: Iterable[str]) -> str:
    """Return topics by their names, in the order of the seed."""
    if "topics_of_activities" not in g:
        g.topics_of_activities = topics_of_activities()
    chosen = set(slugs)
    return ", ".join(local_name(topic) for topic in g.topics_of_activities if topic.slug in chosen)


def month_name(day: date) -> str:
    """Return the month of a day as a heading."""
    return str(_("Tháng %(month)s/%(year)s", month=day.month, year=day.year))
