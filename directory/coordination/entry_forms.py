"""The forms of an entry's parts: cells of the import table, each with an input that suits it.

A form carries what its page showed (``cu-…``), so that only what she changed herself counts as changed.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, RadioField, SelectMultipleField, StringField, TextAreaField, ValidationError
from wtforms.validators import Length

from directory.catalogue.cell_wording import column_name, in_words
from directory.catalogue.cells import Cells, unit_names
from directory.catalogue.entries import Problem
from directory.catalogue.entry_reading import LONGEST_NAME, LONGEST_TEXT
from directory.catalogue.hours_form import UnreadableHours, as_it_was, fields_of, form_of, read_form
from directory.catalogue.queries import categories
from directory.catalogue.seed_tables import fact_kinds
from directory.catalogue.upkeep import Part
from directory.catalogue.values import (
    LOCAL_LANGUAGES,
    LONGEST_ADDRESS,
    Unreadable,
    read_hours,
    read_languages,
    several,
)
from directory.catalogue.wording import fact_names, language_names
from directory.errors import Invalid
from directory.places.gazetteer import Resolution
from directory.places.queries import gazetteer
from directory.vietnamese import nfc
from directory.web.forms import Form

#: Offered to be ticked; any other can be typed.
USUAL_LANGUAGES = ("vi", "en", "zh", "km", "hmn", "tyz", "mtq", "vsl")
SEEN = "cu-"
_MOST_CANDIDATES = 24
_POINT = re.compile(r"(-?\d{1,3}(?:[.,]\d{1,15})?)°?\s*[,; ]\s*(-?\d{1,3}(?:[.,]\d{1,15})?)°?")


class LinesField(TextAreaField):  # type: ignore[misc]
    """Several values, one to a line; ``data`` is the list."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take the lines that say something."""
        self.data = [nfc(line) for text in valuelist for line in text[:LONGEST_TEXT].splitlines() if line.strip()]

    def _value(self) -> str:
        return "\n".join(self.data or ())


class PartForm(Form):
    """One part of an entry; each field is named like its column, apart from the point, which is two."""

    part: Part
    anyway = BooleanField(name="van-luu")

    def __init__(
        self, formdata: MultiDict[str, str] | None = None, *, cells: Mapping[str, str], is_new: bool = False
    ) -> None:
        super().__init__(formdata, data=self.shown(cells))
        self.seen = _seen(formdata, cells) if formdata and not is_new else dict(cells)
        self.typed: Mapping[str, str] = formdata or {}
        self.is_new = is_new
        self.prepare()
        for name in self.columns:
            self.field_of(name).label.text = self.labels.get(name) or column_name(name)
        self.anyway.label.text = _("Tôi đã xem lại, vẫn lưu như vậy")

    @property
    def labels(self) -> dict[str, str]:
        """What a field is called where it is not called like its column."""
        return {}

    @classmethod
    def shown(cls, cells: Mapping[str, str]) -> dict[str, Any]:
        """Return what the fields show of these cells."""
        return dict(cells)

    def prepare(self) -> None:
        """Give the fields their choices."""

    def written(self) -> Cells:
        """Return the cells as they were filled in."""
        return {column: self[column].data or "" for column in self.columns}

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that this form asks for."""
        return tuple(name for name in self._fields if name in self.seen)

    @property
    def changes(self) -> Cells:
        """Only the cells that differ from what the page showed."""
        return {column: text for column, text in self.written().items() if nfc(text) != nfc(self.seen[column])}

    @property
    def hidden(self) -> dict[str, str]:
        """What the page showed, for its hidden fields."""
        return {SEEN + column: self.seen[column] for column in self.written()}

    def mark(self, problems: Iterable[Problem]) -> None:
        """Show each problem beside its field, or above the form when another part's column is to blame."""
        for problem in problems:
            field = self.field_of(problem.column)
            if field is None:
                self.form_errors.append(f"{column_name(problem.column)}: {in_words(problem.reason)}")
            else:
                field.errors = [*field.errors, _reason(problem.reason, field)]

    def field_of(self, column: str) -> Any:
        """Return the field that shows this column; None when it is on another page."""
        return self._fields.get(column)


class ProviderForm(PartForm):
    """The organisation."""

    part = Part.PROVIDER
    provider = StringField(validators=[Length(max=LONGEST_NAME)])


class SiteForm(PartForm):
    """The place."""

    part = Part.SITE
    visibility = RadioField()
    sure = BooleanField(name="chac-chan")
    site = StringField(validators=[Length(max=LONGEST_NAME)])
    address = StringField(validators=[Length(max=LONGEST_TEXT)])
    ward = StringField(validators=[Length(max=LONGEST_NAME)])
    province = StringField(validators=[Length(max=LONGEST_NAME)])
    point = StringField(name="toa-do", validators=[Length(max=100)])
    wheelchair = RadioField()

    @classmethod
    def shown(cls, cells: Mapping[str, str]) -> dict[str, Any]:
        """Return the two coordinates as one text."""
        return {**cells, "point": point_text(cells)}

    @property
    def labels(self) -> dict[str, str]:
        """Return the one name of the two coordinates."""
        return {"latitude": _("Vị trí trên bản đồ"), "longitude": _("Vị trí trên bản đồ")}

    def prepare(self) -> None:
        """Name what may be told of the place, and take the place that was chosen among several of a name."""
        self.visibility.choices = [
            ("public", _("Công khai: ai cũng thấy địa chỉ")),
            ("partial", _("Chỉ cho biết phường, xã")),
            ("hidden", _("Giữ kín: chỉ cho biết số điện thoại")),
        ]
        self.wheelchair.choices = yes_no_unknown()
        self.sure.label.text = _("Tôi chắc: xoá hẳn địa chỉ của nơi này")
        self.asks_if_sure = False
        if chosen := self.typed.get("chon"):
            self.ward.data, _comma, self.province.data = nfc(chosen).rpartition(", ")

    def validate_visibility(self, field: RadioField) -> None:
        """Ask before a place is forgotten for good."""
        told = [value for value, _label in field.choices]
        before = self.seen["visibility"]
        if field.data in told and before in told and told.index(field.data) > told.index(before):
            self.asks_if_sure = not self.is_new
            if self.asks_if_sure and not self.sure.data:
                raise ValidationError(_("Địa chỉ và vị trí sẽ bị xoá hẳn. Nếu chắc, đánh dấu ô ở dưới rồi gửi lại."))

    def validate_point(self, field: StringField) -> None:
        """Refuse what is no pair of numbers."""
        if field.data and _POINT.fullmatch(field.data) is None:
            raise ValidationError(_("Toạ độ gồm hai số, ví dụ 20.951, 107.08."))

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns, the two of the point among them."""
        return (*super().columns, "latitude", "longitude")

    def written(self) -> Cells:
        """Return the cells with the point as its two columns again."""
        cells = {column: self[column].data or "" for column in super().columns}
        match = _POINT.fullmatch(self.point.data or "")
        lat, lon = (part.replace(",", ".") for part in match.groups()) if match else ("", "")
        return cells | {"latitude": lat, "longitude": lon}

    def field_of(self, column: str) -> Any:
        """Return the point's field for either coordinate."""
        return self.point if column in ("latitude", "longitude") else super().field_of(column)

    def mark(self, problems: Iterable[Problem]) -> None:
        """Say it shortly where the places that may be meant are offered below."""
        super().mark(problems)
        if len(self.candidates) > 1:
            self.ward.errors = [_("Có nhiều nơi cùng tên. Hãy chọn một nơi ở dưới.")]

    @property
    def candidates(self) -> list[dict[str, str]]:
        """What the typed ward may mean, when that is several places; each with the text that means it alone."""
        if not self.ward.errors or not self.ward.data:
            return []
        names, cells = gazetteer(), unit_names(gazetteer())
        found = names.resolve(f"{self.ward.data}, {self.province.data or ''}") or names.resolve(self.ward.data)
        meant = {(code, _old_ward(one)): one.name for one in found for code in sorted(one.ward_codes)}
        offered = []
        for (code, old_key), name in list(meant.items())[:_MOST_CANDIDATES]:
            ward = names.ward(code)
            text = ", ".join(cells.cells(ward.key, old_key, ward.parent_key))
            offered.append({"text": text, "name": f"{name} → {ward.full_name}" if old_key else names.display(ward.key)})
        return offered

    @property
    def around(self) -> str:
        """The key of the unit where the map looks first; empty when nothing is known."""
        found = gazetteer().resolve(", ".join(part for part in (self.ward.data, self.province.data) if part))
        return found[0].unit_keys[0] if found else ""


class ServiceForm(PartForm):
    """What is offered."""

    part = Part.SERVICE
    service = StringField(validators=[Length(max=LONGEST_NAME)])
    category = SelectMultipleField()
    description = TextAreaField(validators=[Length(max=LONGEST_TEXT)])
    website = StringField(validators=[Length(max=LONGEST_ADDRESS)])

    @classmethod
    def shown(cls, cells: Mapping[str, str]) -> dict[str, Any]:
        """Return the subjects as a list."""
        return {**cells, "category": list(several(cells["category"]))}

    def prepare(self) -> None:
        """Offer every subject."""
        self.category.choices = [(one.slug, one.name) for one in categories().by_slug.values()]

    def written(self) -> Cells:
        """Return the subjects as one cell."""
        return super().written() | {"category": in_order(self.seen["category"], self.category.data or ())}


class OfferingForm(PartForm):
    """The service at the place: telephone, hours, money, papers."""

    part = Part.OFFERING
    phones = LinesField()
    hotline_24h = RadioField()
    opening_hours = StringField(name="gio")
    id_required = RadioField()
    reports_to_police = RadioField()
    anonymous_ok = RadioField()
    fees = StringField(validators=[Length(max=LONGEST_TEXT)])
    documents = StringField(validators=[Length(max=LONGEST_TEXT)])
    eligibility = StringField(validators=[Length(max=LONGEST_TEXT)])
    languages = SelectMultipleField()
    other_languages = StringField(name="tieng-khac", validators=[Length(max=LONGEST_NAME)])
    facts = SelectMultipleField()
    source_url = StringField(validators=[Length(max=LONGEST_ADDRESS)])

    @classmethod
    def shown(cls, cells: Mapping[str, str]) -> dict[str, Any]:
        """Return lists as lists."""
        return {**cells, **{column: list(several(cells[column])) for column in ("phones", "languages", "facts")}}

    def prepare(self) -> None:
        """Offer languages and facts, and lay out the rows of the week."""
        codes = dict.fromkeys([*several(self.seen["languages"]), *USUAL_LANGUAGES])
        self.languages.choices = list(zip(codes, language_names(codes), strict=True))
        self.other_languages.label.text = _("Tiếng khác")
        #: Names to choose from while typing.
        self.known_languages = [name for code, name in LOCAL_LANGUAGES.items() if code not in codes]
        self.facts.choices = list(zip(fact_kinds(), fact_names(fact_kinds()), strict=True))
        for field in (self.hotline_24h, self.id_required, self.reports_to_police, self.anonymous_ok):
            field.choices = yes_no_unknown()
        shown = fields_of(form_of(self.seen["opening_hours"]))
        #: The rows of the week as typed, and the row that cannot be read.
        self.hours = {**shown, **self.typed} if "gio" in self.typed else shown
        self.wrong_row: int | None = None
        self._hours_text = self.seen["opening_hours"]
        self._other: tuple[str, ...] = ()

    def validate_opening_hours(self, _field: StringField) -> None:
        """Read the rows, or the words of a door plate."""
        try:
            form = read_form(self.hours)
            self._hours_text = as_it_was(form, self.seen["opening_hours"])
            if form.text and form.text != self.seen["opening_hours"]:
                self._hours_text = read_hours(nfc(form.text))
        except UnreadableHours as error:
            self.wrong_row = error.row
            raise ValidationError(in_words(error.reason)) from error
        except Unreadable as error:
            raise ValidationError(in_words(error.reason)) from error

    def validate_other_languages(self, field: StringField) -> None:
        """Refuse a language that has no code."""
        try:
            self._other = read_languages(field.data or "")
        except Unreadable as error:
            raise ValidationError(
                _("Không có tiếng này trong danh sách. Ghi tên như “Tiếng Thái”, hoặc mã ISO 639.")
            ) from error

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns; whatever else is typed belongs to one of them."""
        return tuple(name for name in super().columns if name != "other_languages")

    def written(self) -> Cells:
        """Return the lists as cells, and the hours as they are kept."""
        spoken = [*(self.languages.data or ()), *self._other]
        return super().written() | {
            "phones": "; ".join(self.phones.data or ()),
            "opening_hours": self._hours_text,
            "languages": in_order(self.seen["languages"], spoken),
            "facts": in_order(self.seen["facts"], self.facts.data or ()),
        }


FORMS: dict[Part, type[PartForm]] = {form.part: form for form in (ProviderForm, SiteForm, ServiceForm, OfferingForm)}


def yes_no_unknown() -> list[tuple[str, str]]:
    """Return the three answers; unknown is an empty cell."""
    return [("có", _("Có")), ("không", _("Không")), ("", _("Chưa rõ"))]


def in_order(before: str, chosen: Iterable[str]) -> str:
    """Return values as one cell: those of before in their order, then what is new, so that order is no change."""
    wanted = dict.fromkeys(chosen)
    kept = [value for value in several(before) if value in wanted]
    return ";".join(dict.fromkeys([*kept, *wanted]))


def point_text(cells: Mapping[str, str]) -> str:
    """Return "20.951, 107.08"; empty without a point."""
    return f"{cells['latitude']}, {cells['longitude']}" if cells["latitude"] else ""


def _reason(reason: str, field: Any) -> str:
    """Say what is missing by its name: above the form "this cell" would be anywhere."""
    if reason == "Ô này không được để trống.":
        return str(_("Còn thiếu: %(what)s.", what=field.label.text))
    return in_words(reason)


def _old_ward(found: Resolution) -> str | None:
    return next((key for key in found.unit_keys if key.startswith("old-ward:")), None)


def _seen(formdata: Mapping[str, str], cells: Mapping[str, str]) -> Cells:
    """Return the cells as the page showed them when it was opened. Raises: Invalid, for a page of before."""
    missing = Invalid("Biểu mẫu này đã cũ.", what_now="Hãy mở lại trang rồi làm lại.")
    known = {name.removeprefix(SEEN): text for name, text in formdata.items() if name.startswith(SEEN)}
    if not known or not known.keys() <= cells.keys():
        raise missing
    return {**cells, **known}
