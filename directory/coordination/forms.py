"""The forms of the coordinator's desk."""

from typing import Any

from flask_babel import format_decimal
from flask_babel import gettext as _
from wtforms import BooleanField, IntegerField, SelectField, SelectMultipleField, StringField, ValidationError
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from directory.accounts import groups
from directory.catalogue.day_field import DayField
from directory.catalogue.values import Unreadable, read_phones
from directory.coordination.queries import GroupLine
from directory.outreach import operations as outreach
from directory.outreach.models import ProgrammeModel
from directory.outreach.wording import local_name
from directory.places import areas as places
from directory.places.models import Area
from directory.referrals.telling import telling_words_in
from directory.web.forms import Form


def _check_neutral(field: StringField) -> None:
    if telling := telling_words_in(field.data or ""):
        raise ValidationError(
            _("Tên này có chữ “%(word)s”, người ngoài đọc là đoán ra. Hãy chọn tên khác.", word=telling[0])
        )


class GroupForm(Form):
    """A group's name, which desks read, and its own telephone; the area only when it is made."""

    name = StringField(name="ten")
    phone = StringField(name="dien-thoai")
    founded_on = DayField(name="lap-ngay")
    ended_on = DayField(name="nghi-ngay")
    area = SelectField(name="dia-ban")

    def __init__(self, *args: Any, areas: list[Area] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name.label.text = _("Tên nhóm")
        self.phone.label.text = _("Số điện thoại của nhóm")
        self.founded_on.label.text = _("Lập ngày nào (không bắt buộc)")
        self.ended_on.label.text = _("Nghỉ từ ngày nào (để trống nếu còn làm việc)")
        self.area.label.text = _("Địa bàn")
        if areas is None:
            del self.area
        else:
            self.area.choices = [(area.code, area.name) for area in areas]
        self.name.validators = [
            InputRequired(_("Hãy ghi tên nhóm.")),
            Length(max=groups.LONGEST_NAME, message=_("Tên nhóm dài quá.")),
        ]

    def validate_name(self, field: StringField) -> None:
        """Refuse a name that would tell a desk more about the bearer than that a group sent her."""
        _check_neutral(field)

    def validate_phone(self, field: StringField) -> None:
        """Refuse what cannot be dialled; it is what a desk calls when a slip does not open."""
        try:
            field.phones = read_phones(field.data or "")
        except Unreadable as error:
            raise ValidationError(_("Số này không gọi được. Hãy ghi đủ số, cả mã vùng.")) from error
        if len(field.phones) > 1:
            raise ValidationError(_("Chỉ ghi một số."))

    @property
    def shown_phone(self) -> str | None:
        """Return the telephone number as it is read, or None."""
        phones = getattr(self.phone, "phones", ())
        return phones[0].shown if phones else None

    @property
    def at_work(self) -> groups.AtWork:
        """Return from when until when it is at work. Raises: Invalid, when it would end before it began."""
        return groups.AtWork(self.founded_on.day, self.ended_on.day)


class PeerForm(Form):
    """Which group a peer educator is invited to."""

    group = SelectField(name="nhom")

    def __init__(self, *args: Any, groups: list[GroupLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.group.label.text = _("Nhóm")
        self.group.choices = [(group.code, group.name) for group in groups]


class CoordinatorForm(Form):
    """Which areas a coordinator is to answer for."""

    areas = SelectMultipleField(name="dia-ban")
    all_areas = BooleanField(name="moi-dia-ban")

    def __init__(self, *args: Any, areas: list[Area], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.areas.label.text = _("Địa bàn người này phụ trách")
        self.areas.choices = [(area.code, area.name) for area in areas]
        self.all_areas.label.text = _("Mọi địa bàn, cả địa bàn lập sau này")

    def validate_areas(self, field: SelectMultipleField) -> None:
        """Ask for at least one."""
        if not field.data and not self.all_areas.data:
            raise ValidationError(_("Hãy chọn ít nhất một địa bàn."))


class AreaForm(Form):
    """An area's name, and the places it holds when it is made."""

    name = StringField(name="ten")
    places = StringField(name="noi")

    def __init__(self, *args: Any, is_new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name.label.text = _("Tên địa bàn")
        self.name.validators = [
            InputRequired(_("Hãy ghi tên địa bàn.")),
            Length(max=places.LONGEST_NAME, message=_("Tên địa bàn dài quá.")),
        ]
        self.places.label.text = _("Gồm những nơi nào")
        self.places.validators = [Length(max=LONGEST_PLACES, message=_("Dài quá. Hãy thêm dần từng nơi."))]
        if not is_new:
            del self.places

    def validate_name(self, field: StringField) -> None:
        """Refuse a name that tells: it stands in reports and above lists."""
        _check_neutral(field)


#: Ten places with their provinces fit in.
LONGEST_PLACES = 500


class PlacesForm(Form):
    """Places that come to an area."""

    places = StringField(name="noi")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places.label.text = _("Thêm xã, phường, hoặc cả một huyện cũ")
        self.places.validators = [Length(max=LONGEST_PLACES, message=_("Dài quá. Hãy thêm dần từng nơi."))]


class CountForm(Form):
    """How many members a group has on a day."""

    counted_on = DayField(name="ngay")
    members = IntegerField(name="so-nguoi")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.counted_on.label.text = _("Ngày đếm")
        self.members.label.text = _("Số thành viên")
        self.counted_on.validators = [InputRequired(_("Hãy ghi ngày đếm."))]
        wrong = _("Hãy ghi một số từ 0 đến %(most)s.", most=format_decimal(groups.MOST_MEMBERS))
        self.members.validators = [InputRequired(wrong), NumberRange(0, groups.MOST_MEMBERS, wrong)]


class PointForm(Form):
    """A point of the programme."""

    name = StringField(name="ten")
    model = SelectField(name="mo-hinh")
    area = SelectField(name="dia-ban")
    ward = StringField(name="xa")
    started_on = DayField(name="tu-ngay")
    ended_on = DayField(name="den-ngay")
    source = StringField(name="nguon")

    def __init__(self, *args: Any, areas: list[Area], models: list[ProgrammeModel], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = {
            self.name: _("Tên điểm"),
            self.model: _("Mô hình"),
            self.area: _("Địa bàn"),
            self.ward: _("Xã, phường (không bắt buộc)"),
            self.started_on: _("Bắt đầu từ ngày (không bắt buộc)"),
            self.ended_on: _("Kết thúc ngày (để trống nếu còn hoạt động)"),
            self.source: _("Văn bản hoặc bài viết nào nói đến điểm này (không bắt buộc)"),
        }
        for field, label in labels.items():
            field.label.text = label
        self.model.choices = [(model.code, f"{model.code}. {local_name(model)}") for model in models]
        self.area.choices = [(area.code, area.name) for area in areas]
        too_long = _("Dài quá.")
        self.name.validators = [
            InputRequired(_("Hãy ghi tên điểm.")),
            Length(max=outreach.LONGEST_NAME, message=too_long),
        ]
        self.ward.validators = [Optional(), Length(max=200, message=too_long)]
        self.source.validators = [Optional(), Length(max=outreach.LONGEST_SOURCE, message=too_long)]

    def validate_name(self, field: StringField) -> None:
        """Refuse a name that tells: it stands in reports and above lists."""
        _check_neutral(field)


class EndForm(Form):
    """When a point ended."""

    ended_on = DayField(name="den-ngay")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ended_on.label.text = _("Ngày kết thúc")
        self.ended_on.validators = [InputRequired(_("Hãy ghi ngày kết thúc."))]
