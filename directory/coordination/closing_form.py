"""The form that closes an entry: for how long, from when, and whether all at the place goes with it."""

from datetime import date
from typing import Any

from flask_babel import gettext as _
from wtforms import BooleanField, DateField, RadioField
from wtforms.validators import Optional

from directory.web.forms import Form

FOR_A_WHILE, FOR_GOOD = "tam", "han"


class ClosingForm(Form):
    """How long it is closed, and what."""

    kind = RadioField(name="kieu", validate_choice=False)
    closed_on = DateField(name="tu-ngay", validators=[Optional()])
    reopens_on = DateField(name="mo-lai", validators=[Optional()])
    whole_site = BooleanField(name="ca-noi")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.label.text = _("Nơi này đóng cửa thế nào?")
        self.kind.choices = [(FOR_A_WHILE, _("Tạm đóng, sẽ mở lại")), (FOR_GOOD, _("Đóng hẳn"))]
        self.closed_on.label.text = _("Đóng từ ngày")
        self.reopens_on.label.text = _("Mở lại ngày")
        self.whole_site.label.text = _("Đóng cả những dịch vụ khác ở nơi này")

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for what is missing; what the days may be is checked where they are written."""
        is_fine: bool = super().validate(extra_validators)
        missing = [] if self.kind.data in {FOR_A_WHILE, FOR_GOOD} else [(self.kind, _("Hãy chọn một cách."))]
        if self.closed_on.data is None and not self.closed_on.errors:
            missing.append((self.closed_on, _("Hãy ghi ngày bắt đầu đóng.")))
        if self.kind.data == FOR_A_WHILE and self.reopens_on.data is None and not self.reopens_on.errors:
            missing.append(
                (self.reopens_on, _("Tạm đóng thì hãy ghi ngày mở lại. Chưa chắc thì ghi ngày sẽ gọi hỏi lại."))
            )
        for field, complaint in missing:
            field.errors = [*field.errors, complaint]
        return is_fine and not missing

    @property
    def until(self) -> date | None:
        """The day on which it opens again; None when it is closed for good, whatever else was typed."""
        day: date | None = self.reopens_on.data
        return day if self.kind.data == FOR_A_WHILE else None
