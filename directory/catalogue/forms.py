"""The forms by which somebody says that an entry is wrong: choices and corrected values, never free words."""

from typing import Any

from flask_babel import gettext as _
from wtforms import SelectMultipleField, StringField, ValidationError

from directory.catalogue.correction_wording import fault_name, warning_name
from directory.catalogue.queries import Card
from directory.catalogue.rules import Visibility
from directory.catalogue.upkeep import FAULTS, WarningKind
from directory.catalogue.values import Unreadable, read_phones
from directory.web.forms import Form

LONGEST_PHONE = 30


class ReportForm(Form):
    """What anybody may say of an entry: what is wrong, and the right telephone number if she knows it."""

    faults = SelectMultipleField(name="sai")
    phone = StringField(name="so-dung")

    def __init__(self, *args: Any, entry: Card, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.faults.label.text = _("Chỗ nào sai?")
        self.faults.choices = [(fault, fault_name(fault)) for fault in _faults_of(entry)]
        self.phone.label.text = _("Số đúng, nếu bạn biết")

    def validate_phone(self, field: StringField) -> None:
        """Refuse what cannot be dialled, and more than one number."""
        if not field.data:
            return
        try:
            numbers = read_phones(field.data) if len(field.data) <= LONGEST_PHONE else ()
        except Unreadable as error:
            raise ValidationError(_("Số này không gọi được. Hãy ghi đủ số, cả mã vùng.")) from error
        if len(numbers) != 1:
            raise ValidationError(_("Chỉ ghi một số."))
        field.data = numbers[0].shown

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for something to be ticked or typed."""
        is_well = super().validate(extra_validators)
        if is_well and not self.faults.data and not self.phone.data:
            self.faults.errors = [_("Hãy chọn ít nhất một điều.")]
            return False
        return bool(is_well)

    @property
    def reasons(self) -> list[str]:
        """Return what was ticked; a right number says that the one here is wrong."""
        ticked = set(self.faults.data or ()) | ({"phone_wrong"} if self.phone.data else set())
        return [fault for fault in FAULTS if fault in ticked]


def _faults_of(entry: Card) -> list[str]:
    """Return what can be wrong with this one: what is not told here cannot be told wrongly."""
    left_out = {
        *(() if entry.phones else ("phone_wrong", "no_answer")),
        *(() if entry.visibility is Visibility.PUBLIC else ("moved",)),
        *(() if entry.id_required is False else ("asks_papers",)),
        *(() if entry.reports_to_police is False else ("informs_police",)),
    }
    return [fault for fault in FAULTS if fault not in left_out]


class WarningForm(Form):
    """What a peer met at a place, for the coordinators only."""

    kinds = SelectMultipleField(name="gap")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kinds.label.text = _("Bạn hoặc người bạn đưa đến đã gặp điều gì?")
        self.kinds.choices = [(kind.value, warning_name(kind)) for kind in WarningKind]

    def validate_kinds(self, field: SelectMultipleField) -> None:
        """Ask for something to be ticked."""
        if not field.data:
            raise ValidationError(_("Hãy chọn ít nhất một điều."))

    @property
    def warned_of(self) -> list[WarningKind]:
        """Return what was ticked."""
        return [WarningKind(kind) for kind in self.kinds.data or ()]
