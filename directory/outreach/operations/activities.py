"""What is written of activities: that one took place, what is corrected, what was written down by mistake."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from directory.accounts import audit
from directory.accounts.models import PeerGroup
from directory.accounts.rules import Actor
from directory.errors import Conflict, Invalid
from directory.extensions import db
from directory.outreach.models import Activity, ProgrammeModel, Topic
from directory.outreach.operations.points import LONGEST_SOURCE
from directory.outreach.rules import MOST_AT_ACTIVITY, ActivityKind, listed
from directory.vietnamese import nfc

#: A campaign may fill a month; what is longer is several activities, or a slip of the finger.
LONGEST = timedelta(days=31)


@dataclass(frozen=True)
class ActivityWanted:
    """What an activity is to say; whoever asks has looked up that the area is hers."""

    kind: ActivityKind
    area_id: int
    #: Local dates, both included.
    started_on: date
    ended_on: date | None = None
    group_id: int | None = None
    model_code: str | None = None
    participants: int | None = None
    #: Slugs of topics.
    topics: Collection[str] = ()
    source: str | None = None
    #: Whoever asks knows that the group, or the area, had another one of this kind on the same day.
    is_another: bool = False


def add_activity(actor: Actor, wanted: ActivityWanted, today: date, *, is_demo: bool = False) -> Activity:
    """Write down that an activity took place.

    Raises: Invalid, when something does not fit; Conflict, when there is one like it that day, unless it is another.
    """
    activity = Activity(is_demo=is_demo)
    _write(activity, wanted, today)
    db.session.add(activity)
    db.session.flush()
    audit.record("activity.added", actor, activity.uuid)
    return activity


def change_activity(actor: Actor, activity: Activity, wanted: ActivityWanted, today: date) -> None:
    """Correct what is written of an activity. Raises: as ``add_activity``."""
    _write(activity, wanted, today)
    db.session.flush()
    audit.record("activity.changed", actor, activity.uuid)


def remove_activity(actor: Actor, activity: Activity) -> None:
    """Take away what was written down by mistake."""
    db.session.delete(activity)
    db.session.flush()
    audit.record("activity.removed", actor, activity.uuid)


def _write(activity: Activity, wanted: ActivityWanted, today: date) -> None:
    ended_on = wanted.ended_on or wanted.started_on
    source = " ".join(nfc(wanted.source or "").split())
    _check_days(wanted.started_on, ended_on, today)
    _check_numbers(wanted.participants, source)
    _check_names(wanted)
    if not wanted.is_another:
        _check_new(activity, wanted)
    activity.kind, activity.area_id, activity.group_id = wanted.kind, wanted.area_id, wanted.group_id
    activity.started_on, activity.ended_on, activity.model_code = wanted.started_on, ended_on, wanted.model_code
    activity.participants, activity.topics, activity.source = wanted.participants, listed(wanted.topics), source or None


def _check_days(started_on: date, ended_on: date, today: date) -> None:
    if started_on > today:
        raise Invalid("Ngày này chưa tới. Chỉ ghi cuộc đã diễn ra.", field="started_on")
    if ended_on < started_on:
        raise Invalid("Ngày kết thúc phải sau ngày bắt đầu.", field="ended_on")
    if ended_on > today:
        raise Invalid("Ngày này chưa tới. Hãy ghi khi cuộc đã xong.", field="ended_on")
    if ended_on - started_on >= LONGEST:
        raise Invalid(
            "Một cuộc dài nhất %(most)s ngày.",
            what_now="Nếu là nhiều cuộc, hãy ghi từng cuộc.",
            field="ended_on",
            blanks={"most": LONGEST.days},
        )


def _check_numbers(participants: int | None, source: str) -> None:
    if participants is not None and not 0 <= participants <= MOST_AT_ACTIVITY:
        most = {"most": MOST_AT_ACTIVITY}
        raise Invalid("Số người dự phải từ 0 đến %(most)s.", field="participants", blanks=most)
    if len(source) > LONGEST_SOURCE:
        raise Invalid("Nguồn dài quá: nhiều nhất %(most)s chữ.", field="source", blanks={"most": LONGEST_SOURCE})


def _check_names(wanted: ActivityWanted) -> None:
    """Refuse a group of another area, and what the programme has no word for."""
    group = db.session.get(PeerGroup, wanted.group_id) if wanted.group_id is not None else None
    if wanted.group_id is not None and (group is None or group.area_id != wanted.area_id):
        raise Invalid("Nhóm này không thuộc địa bàn ấy.", field="where")
    if wanted.model_code and db.session.get(ProgrammeModel, wanted.model_code) is None:
        raise Invalid("Không có mô hình này.", field="model")
    if not set(wanted.topics) <= set(db.session.scalars(select(Topic.slug).where(Topic.for_activities))):
        raise Invalid("Không có nội dung này.", field="topics")


def _check_new(activity: Activity, wanted: ActivityWanted) -> None:
    """Refuse what two people may have written down of one meeting: it would be counted twice."""
    alike = select(Activity.id).where(
        Activity.started_on == wanted.started_on,
        Activity.area_id == wanted.area_id,
        Activity.kind == wanted.kind,
        Activity.group_id.is_not_distinct_from(wanted.group_id),
        Activity.model_code.is_not_distinct_from(wanted.model_code),
    )
    if any(known != activity.id for known in db.session.scalars(alike.order_by(Activity.id))):
        raise Conflict(
            "Ngày ấy đã ghi một cuộc y như vậy.",
            what_now="Nếu đây là một cuộc khác thì hãy đánh dấu ở cuối trang rồi lưu lại.",
        )
