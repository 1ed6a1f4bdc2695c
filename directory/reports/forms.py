"""The form of a figure that is entered by hand."""

from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import gettext as _
from wtforms import RadioField, SelectField, StringField, ValidationError
from wtforms.validators import InputRequired, Length, Optional

from directory.catalogue.day_field import DayField
from directory.reports.figures import Indicator, Section
from directory.reports.indicators import indicators
from directory.reports.operations.entering import LONGEST_SOURCE, LONGEST_URL, FigureWanted
from directory.reports.queries.by_hand import Place
from directory.reports.rules import Qualifier
from directory.reports.wording import indicator_name, qualifier_name, unit_name
from directory.web.forms import Form


class FigureForm(Form):
    """What somebody published: of what, where, when, how much, how exactly, and who said so."""

    indicator = SelectField(name="chi-so")
    place = SelectField(name="noi")
    qualifier = RadioField(name="muc")
    value = StringField(name="so")
    first_on = DayField(name="tu")
    last_on = DayField(name="den")
    source = StringField(name="nguon")
    source_url = StringField(name="trang")

    def __init__(self, *args: Any, places: list[Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field, label in self._labels().items():
            field.label.text = label
        self.indicator.choices = [(one.code, _offered(one)) for one in by_hand_indicators()]
        self.place.choices = [(place.code, place_name(place)) for place in places]
        self.qualifier.choices = [(one.value, qualifier_name(one) or _("đúng số này")) for one in Qualifier]
        self.value.validators = [InputRequired(_("Hãy ghi con số."))]
        self.last_on.validators = [InputRequired(_("Hãy ghi ngày."))]
        too_long = _("Dài quá.")
        self.source.validators = [
            InputRequired(_("Hãy ghi ai đã công bố số này, ở đâu, ngày nào.")),
            Length(max=LONGEST_SOURCE, message=too_long),
        ]
        self.source_url.validators = [Optional(), Length(max=LONGEST_URL, message=too_long)]

    def _labels(self) -> dict[Any, str]:
        return {
            self.indicator: _("Chỉ số"),
            self.place: _("Số này nói về đâu"),
            self.qualifier: _("Nơi công bố nói là"),
            self.value: _("Con số"),
            self.first_on: _("Từ ngày (để trống nếu là số tính đến một ngày)"),
            self.last_on: _("Đến hết ngày, hoặc tính đến ngày"),
            self.source: _("Nguồn: ai công bố, ở đâu, ngày nào"),
            self.source_url: _("Địa chỉ trang (không bắt buộc)"),
        }

    def validate_value(self, field: StringField) -> None:
        """Read a number as people write it: 2.731 and 2 731 are thousands, 1,5 is one and a half."""
        try:
            self.number = read_number(field.data or "")
        except ValueError as error:
            raise ValidationError(_("Hãy ghi một con số, ví dụ 2.731 hoặc 35,5.")) from error

    def wanted(self) -> FigureWanted:
        """Return what the form says, once it is well."""
        if self.last_on.day is None:
            raise RuntimeError("a figure without a day")
        return FigureWanted(
            self.indicator.data,
            self.place.data,
            self.first_on.day,
            self.last_on.day,
            self.number,
            Qualifier(self.qualifier.data),
            self.source.data,
            self.source_url.data or "",
        )


def by_hand_indicators() -> list[Indicator]:
    """Return the indicators whose figures are entered by hand."""
    return [one for one in indicators().values() if one.section is Section.BY_HAND]


def place_name(place: Place) -> str:
    """Return what a place is called in a list: a former province says that it is one."""
    if not place.code:
        return str(_("Cả nước"))
    return str(_("%(name)s (trước tháng 7/2025)", name=place.name)) if place.is_former else place.name


def read_number(text: str) -> Decimal:
    """Read a number: dots and spaces part thousands, a comma parts the fraction.

    Raises: ValueError, when it is none, or is negative.
    """
    plain = "".join(text.split())
    head, _comma, fraction = plain.partition(",")
    parts = head.split(".")
    is_grouped = len(parts) == 1 or (1 <= len(parts[0]) <= 3 and all(len(part) == 3 for part in parts[1:]))
    digits = "".join(parts)
    if not is_grouped or not digits.isascii() or not digits.isdigit() or len(digits) > 12:
        raise ValueError("not a number")
    if _comma and not (fraction.isascii() and fraction.isdigit() and len(fraction) <= 2):
        raise ValueError("not a fraction")
    try:
        return Decimal(f"{digits}.{fraction or 0}")
    except InvalidOperation as error:
        raise ValueError("not a number") from error


def _offered(indicator: Indicator) -> str:
    return f"{indicator_name(indicator)} ({unit_name(indicator.unit)})"
