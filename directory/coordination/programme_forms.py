"""The forms of the programme's work: an activity that took place, and what became of copies of a material."""

from dataclasses import dataclass
from typing import Any

from flask_babel import format_decimal
from flask_babel import gettext as _
from wtforms import BooleanField, IntegerField, RadioField, SelectField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from directory import clock
from directory.accounts.rules import Actor
from directory.catalogue.day_field import DayField
from directory.coordination import queries
from directory.coordination.programme_wording import activity_kind, move_kind
from directory.coordination.queries import GroupLine
from directory.errors import Invalid
from directory.outreach import operations
from directory.outreach.models import Activity, Material, ProgrammeModel, Topic
from directory.outreach.rules import MOST_AT_ACTIVITY, MOST_COPIES, ActivityKind, MoveKind, unlisted
from directory.outreach.wording import local_name
from directory.places.models import Area
from directory.web.forms import Form


@dataclass(frozen=True)
class Places:
    """Her areas and their groups, as one choice: an area as a whole, or one of its groups."""

    areas: list[Area]
    groups: list[GroupLine]

    def choices(self, whole: str) -> dict[str, list[tuple[str, str]]]:
        """Return the choice by area; ``whole`` says what an area without a group means."""
        return {
            area.name: [
                (area.code, f"{area.name}: {whole}"),
                *((f"{area.code}.{group.code}", group.name) for group in self.groups if group.area == area.name),
            ]
            for area in self.areas
        }

    def ids(self, value: str) -> tuple[int, int | None]:
        """Return area and group of what was chosen.

        Raises: Invalid, when it is none of hers.
        """
        for area in self.areas:
            if value == area.code:
                return area.id, None
            for group in self.groups:
                if group.area == area.name and value == f"{area.code}.{group.code}":
                    return area.id, group.id
        raise Invalid("Hãy chọn địa bàn hoặc nhóm của bạn.", field="where")

    def value(self, area_id: int, group_id: int | None) -> str:
        """Return what stands for an area and perhaps its group in the form."""
        area = next((area.code for area in self.areas if area.id == area_id), "")
        group = next((group.code for group in self.groups if group.id == group_id), "")
        return f"{area}.{group}" if group else area


def places_of(actor: Actor) -> Places:
    """Return what a coordinator may choose from."""
    return Places(queries.areas_of(actor), queries.groups(actor))


class ActivityForm(Form):
    """An activity that took place."""

    kind = RadioField(name="loai")
    where = SelectField(name="noi")
    started_on = DayField(name="ngay")
    ended_on = DayField(name="den-ngay")
    participants = IntegerField(name="so-nguoi")
    model = SelectField(name="mo-hinh")
    topics = SelectMultipleField(name="noi-dung")
    source = StringField(name="nguon")
    is_another = BooleanField(name="cuoc-khac")

    def __init__(
        self, *args: Any, places: Places, models: list[ProgrammeModel], topics: list[Topic], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        labels = {
            self.kind: _("Loại"),
            self.where: _("Của nhóm nào, hay chung cho địa bàn"),
            self.started_on: _("Ngày, hoặc ngày đầu"),
            self.ended_on: _("Ngày cuối, nếu kéo dài nhiều ngày"),
            self.participants: _("Số người dự (để trống nếu không ai đếm)"),
            self.model: _("Thuộc mô hình"),
            self.topics: _("Nội dung (không bắt buộc)"),
            self.source: _("Văn bản hoặc bài viết nào nói đến (không bắt buộc)"),
            self.is_another: _("Đây là một cuộc khác, không phải cuộc đã ghi"),
        }
        for field, label in labels.items():
            field.label.text = label
        self.kind.choices = [(kind.value, activity_kind(kind)) for kind in ActivityKind]
        self.where.choices = places.choices(_("chung cho địa bàn"))
        self.model.choices = [("", _("Không thuộc riêng mô hình nào"))]
        self.model.choices += [(model.code, f"{model.code}. {local_name(model)}") for model in models]
        self.topics.choices = [(topic.slug, local_name(topic)) for topic in topics]
        self._check_fields()

    def _check_fields(self) -> None:
        self.kind.validators = [InputRequired(_("Hãy chọn loại."))]
        self.started_on.validators = [InputRequired(_("Hãy ghi ngày."))]
        wrong = _("Hãy ghi một số từ 0 đến %(most)s.", most=format_decimal(MOST_AT_ACTIVITY))
        self.participants.validators = [Optional(), NumberRange(0, MOST_AT_ACTIVITY, wrong)]
        self.source.validators = [Optional(), Length(max=operations.LONGEST_SOURCE, message=_("Dài quá."))]


class MoveForm(Form):
    """What happened to copies of a material."""

    kind = RadioField(name="viec")
    material = SelectField(name="loai")
    count = IntegerField(name="so-luong")
    where = SelectField(name="noi")
    day_on = DayField(name="ngay")
    source = StringField(name="nguon")

    def __init__(self, *args: Any, places: Places, materials: list[Material], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = {
            self.kind: _("Việc gì"),
            self.material: _("Tài liệu"),
            self.count: _("Số lượng"),
            self.where: _("Kho địa bàn, hay nhóm nào"),
            self.day_on: _("Ngày"),
            self.source: _("Văn bản hoặc bài viết nào nói đến (không bắt buộc)"),
        }
        for field, label in labels.items():
            field.label.text = label
        self.kind.choices = [(kind.value, move_kind(kind)) for kind in MoveKind]
        self.material.choices = [(one.code, local_name(one)) for one in materials]
        self.where.choices = places.choices(_("kho địa bàn"))
        self.kind.validators = [InputRequired(_("Hãy chọn việc."))]
        self.day_on.validators = [InputRequired(_("Hãy ghi ngày."))]
        wrong = _("Hãy ghi một số từ 1 đến %(most)s.", most=format_decimal(MOST_COPIES))
        self.count.validators = [InputRequired(wrong), NumberRange(1, MOST_COPIES, wrong)]
        self.source.validators = [Optional(), Length(max=operations.LONGEST_SOURCE, message=_("Dài quá."))]


def present_activity(places: Places, activity: Activity) -> dict[str, Any]:
    """Return what is written of an activity, as its form shows it."""
    is_long = activity.ended_on > activity.started_on
    return {
        "kind": activity.kind.value,
        "where": places.value(activity.area_id, activity.group_id),
        "started_on": activity.started_on.isoformat(),
        "ended_on": activity.ended_on.isoformat() if is_long else "",
        "participants": activity.participants,
        "model": activity.model_code or "",
        "topics": list(unlisted(activity.topics)),
        "source": activity.source or "",
    }


def like_activity(places: Places, activity: Activity) -> dict[str, Any]:
    """Return the form of another one like it: its day, who came and where it is written are not repeated."""
    return present_activity(places, activity) | {
        "started_on": clock.today().isoformat(),
        "ended_on": "",
        "participants": None,
        "source": "",
    }
