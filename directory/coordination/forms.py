"""The forms of the coordinator's desk."""

from typing import Any

from flask_babel import gettext as _
from wtforms import BooleanField, SelectField, SelectMultipleField, StringField, ValidationError
from wtforms.validators import InputRequired, Length

from directory.accounts import groups
from directory.catalogue.values import Unreadable, read_phones
from directory.coordination.queries import GroupLine
from directory.places.models import Area
from directory.referrals.telling import telling_words_in
from directory.web.forms import Form


class GroupForm(Form):
    """A group's name, which desks read, and its own telephone; the area only when it is made."""

    name = StringField(name="ten")
    phone = StringField(name="dien-thoai")
    area = SelectField(name="dia-ban")

    def __init__(self, *args: Any, areas: list[Area] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name.label.text = _("Tên nhóm")
        self.phone.label.text = _("Số điện thoại của nhóm")
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
        if telling := telling_words_in(field.data or ""):
            raise ValidationError(
                _("Tên này có chữ “%(word)s”, người ngoài đọc là đoán ra. Hãy chọn tên khác.", word=telling[0])
            )

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
