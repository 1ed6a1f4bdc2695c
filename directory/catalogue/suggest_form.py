"""The short form by which a peer or a member of staff proposes what an entry should say instead.

Each field comes with the cell as it was shown; only what was typed anew becomes part of the proposal, so that what
somebody else changed meanwhile is not asked to be changed back.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from flask_babel import gettext as _
from wtforms import DateField, Field, RadioField, StringField, TextAreaField
from wtforms.validators import Length, Optional

from directory.catalogue.cell_wording import column_name, in_words
from directory.catalogue.entries import Problem
from directory.catalogue.rules import Visibility
from directory.catalogue.values import several
from directory.web.forms import Form

LONGEST = 1_000
OPEN, FOR_A_WHILE, FOR_GOOD = "con-mo", "tam-dong", "dong-han"
#: Asked of a place only when everybody may know where it is.
_OF_PUBLIC = ("address", "ward")
_TEXTS = ("phones", "fees", "documents", *_OF_PUBLIC)
_TRI_STATES = ("id_required", "reports_to_police", "anonymous_ok")
#: The hidden field beside a field: the cell as it was shown.
SHOWN = "cu-"


class LinesField(TextAreaField):  # type: ignore[misc]
    """Several values, typed one to a line and kept as one cell; a line break would not outlive the trimming of text."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read lines as a cell."""
        self.data = "; ".join(several(valuelist[0])) if valuelist else ""

    def _value(self) -> str:
        return "\n".join(several(self.data or ""))


class SuggestForm(Form):
    """What an entry should say; ``cells`` is what it says now."""

    phones = LinesField(name="dien-thoai")
    opening_hours = StringField(name="gio")
    fees = TextAreaField(name="tien")
    documents = TextAreaField(name="mang-theo")
    address = StringField(name="dia-chi")
    ward = StringField(name="phuong-xa")
    id_required = RadioField(name="hoi-giay-to")
    reports_to_police = RadioField(name="bao-cong-an")
    anonymous_ok = RadioField(name="khong-can-ten")
    closure = RadioField(name="hoat-dong")
    reopens_on = DateField(name="mo-lai", validators=[Optional()])

    def __init__(self, formdata: Any, cells: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(formdata, data=_to_start_with(cells), **kwargs)
        self._cells = cells
        if cells["visibility"] != Visibility.PUBLIC:
            del self.address, self.ward
        self._name_fields()

    def _name_fields(self) -> None:
        for column in (*_TEXTS, "opening_hours"):
            if column in self:
                self[column].label.text = column_name(column)
        self.id_required.label.text = _("Ở đây có hỏi giấy tờ tuỳ thân không?")
        self.reports_to_police.label.text = _("Ở đây có báo công an không?")
        self.anonymous_ok.label.text = _("Không nói tên vẫn được giúp, đúng không?")
        for column in _TRI_STATES:
            self[column].choices = [("có", _("Có")), ("không", _("Không")), ("", _("Chưa rõ"))]
        for column in (*_TEXTS, "opening_hours"):
            if column in self:
                self[column].validators = [Optional(), Length(max=LONGEST, message=_("Dài quá."))]
        self.closure.label.text = _("Nơi này còn hoạt động không?")
        self.closure.choices = [
            (OPEN, _("Còn hoạt động")),
            (FOR_A_WHILE, _("Tạm nghỉ một thời gian")),
            (FOR_GOOD, _("Đã đóng hẳn")),
        ]
        self.reopens_on.label.text = _("Nếu tạm nghỉ: ngày mở lại")

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask until when it is closed, where it is to open again."""
        is_well = bool(super().validate(extra_validators))
        if is_well and self.closure.data == FOR_A_WHILE and not self.reopens_on.data:
            self.reopens_on.errors = [_("Hãy ghi ngày mở lại. Chưa biết thì ghi ngày gần đúng.")]
            return False
        return is_well

    def shown(self) -> dict[str, str]:
        """Return the hidden fields that say what the page showed: field → text."""
        return {SHOWN + self[column].name: self._cells[column] for column in (*_TEXTS, *_TRI_STATES) if column in self}

    def changes(self, today: str, before: Mapping[str, str]) -> dict[str, str]:
        """Return what was typed anew: column → cell. ``before``: what the page had shown, by field."""
        found = {
            column: self[column].data or ""
            for column in (*_TEXTS, *_TRI_STATES)
            if column in self and not _says_same(self[column], before.get(SHOWN + self[column].name, ""))
        }
        if self.opening_hours.data:
            found["opening_hours"] = self.opening_hours.data
        if "ward" in found:
            # The point on the map is that of the former place.
            found |= {"latitude": "", "longitude": ""}
        return found | self._closing(today)

    def point_out(self, problems: Iterable[Problem]) -> None:
        """Say beside its field what is wrong with a cell; above the form where no field is to blame."""
        for problem in problems:
            if problem.column in self:
                self[problem.column].errors = [*self[problem.column].errors, in_words(problem.reason)]
            else:
                self.form_errors.append(in_words(problem.reason))

    def _closing(self, today: str) -> dict[str, str]:
        since = self._cells["closed_on"] or today
        wanted = {
            OPEN: {"closed_on": "", "reopens_on": ""},
            FOR_A_WHILE: {"closed_on": since, "reopens_on": f"{self.reopens_on.data}"},
            FOR_GOOD: {"closed_on": since, "reopens_on": ""},
        }[self.closure.data]
        return {} if self.closure.data == _closure_of(self._cells) and not self._moves_reopening() else wanted

    def _moves_reopening(self) -> bool:
        return self.closure.data == FOR_A_WHILE and str(self.reopens_on.data) != self._cells["reopens_on"]


def _to_start_with(cells: Mapping[str, str]) -> dict[str, Any]:
    again = date.fromisoformat(cells["reopens_on"]) if cells["reopens_on"] else None
    # Hours are shown in words; nobody has to put right what she cannot read.
    return {**cells, "opening_hours": "", "closure": _closure_of(cells), "reopens_on": again}


def _closure_of(cells: Mapping[str, str]) -> str:
    if not cells["closed_on"]:
        return OPEN
    return FOR_A_WHILE if cells["reopens_on"] else FOR_GOOD


def _says_same(field: Field, shown: str) -> bool:
    return (field.data or "").split() == shown.split()
