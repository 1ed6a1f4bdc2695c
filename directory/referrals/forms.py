"""The form of a slip: what may be asked of a person who needs help, and nothing else."""

from typing import Any

from flask_babel import gettext as _
from wtforms import Field, HiddenField, RadioField, SelectField, SelectMultipleField, StringField, ValidationError

from directory.catalogue.queries import categories
from directory.catalogue.wording import language_names
from directory.referrals import numbers
from directory.referrals.operations import Wanted
from directory.referrals.queries.books import numbered_subjects
from directory.referrals.rules import ACCESS_NEEDS, Urgency, WithoutSlip
from directory.referrals.wording import access_need_name, urgency_name
from directory.web.forms import Form

ADULT = "du-18"
#: The answers of the gate that lead away from a slip.
_TURNED_AWAY = {"duoi-18": WithoutSlip.UNDER_18, "bi-ep": WithoutSlip.COERCED}
YES, NO = "co", "khong"

#: Languages that somebody may need beside Vietnamese: of Viet Nam and of those who come here; ISO 639.
LANGUAGE_NEEDS = ("tyz", "blt", "mtq", "nut", "hmn", "ium", "km", "cjm", "jra", "rad", "lo", "zh", "en")


class IssueForm(Form):
    """Asked of the person by the peer beside her. What has a default may be left as it is.

    ``is_sent`` is off for a slip that has no addressee: there is nobody to be told beforehand.
    """

    place = HiddenField(name="noi")
    subject = HiddenField(name="chu-de")
    gate = RadioField(name="tuoi", validate_choice=False)
    make = RadioField(name="dong-y-lap", validate_choice=False)
    send = RadioField(name="dong-y-gui", validate_choice=False)
    count = RadioField(name="dong-y-dem", validate_choice=False)
    urgency = RadioField(name="gap", default=Urgency.THREE_DAYS.value)
    language = SelectField(name="tieng", default="")
    access = SelectMultipleField(name="can")
    client_code = StringField(name="ma")

    def __init__(self, *args: Any, is_sent: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_sent = is_sent
        self._ask()

    def _ask(self) -> None:
        self.gate.label.text = _("Người ấy đủ 18 tuổi, và tự mình muốn?")
        self.gate.choices = [
            (ADULT, _("Đủ 18 tuổi, tự mình muốn")),
            ("duoi-18", _("Chưa đủ 18 tuổi")),
            ("bi-ep", _("Đang bị ép, bị giữ hoặc bị lừa")),
        ]
        titles = (_("Lập phiếu"), _("Báo trước cho nơi đó"), _("Đếm vào số liệu"))
        for field, title in zip((self.make, self.send, self.count), titles, strict=True):
            field.label.text, field.choices = title, [(YES, _("Đồng ý")), (NO, _("Không"))]
        self.urgency.label.text = _("Cần đến sớm thế nào?")
        self.urgency.choices = [(urgency.value, urgency_name(urgency)) for urgency in Urgency]
        self.language.label.text = _("Nói tiếng nào thì dễ nhất?")
        self.language.choices = [("", _("Tiếng Việt")), *zip(LANGUAGE_NEEDS, _languages(), strict=True)]
        self.access.label.text = _("Khi đến cần gì thêm?")
        self.access.choices = [(need, access_need_name(need)) for need in ACCESS_NEEDS]
        self.client_code.label.text = _("Mã trên thẻ của người ấy")

    @property
    def without_slip(self) -> WithoutSlip | None:
        """Return why there is to be no slip, or None when there is to be one."""
        if self.gate.data in _TURNED_AWAY:
            return _TURNED_AWAY[self.gate.data]
        return WithoutSlip.NO_CONSENT if self.make.data == NO else None

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask only for what is still needed: after an answer that ends it, nothing more."""
        is_well = super().validate(extra_validators)
        for field, complaint in self._open_questions():
            is_well = _complain(field, complaint)
        return self._check_client_code() and is_well

    def _open_questions(self) -> list[tuple[Field, str]]:
        if self.gate.data not in {ADULT, *_TURNED_AWAY}:
            return [(self.gate, _("Hãy hỏi tuổi, và hỏi người ấy có tự mình muốn không.")), *self._unanswered()]
        return [] if self.without_slip else self._unanswered()

    def _unanswered(self) -> list[tuple[Field, str]]:
        asked = [(self.make, _("Hãy hỏi: có đồng ý lập phiếu không?"))]
        if self.is_sent:
            asked.append((self.send, _("Hãy hỏi: có đồng ý báo trước cho nơi đó không?")))
        asked.append((self.count, _("Hãy hỏi: có đồng ý cho đếm phiếu này không?")))
        return [(field, complaint) for field, complaint in asked if field.data not in {YES, NO}]

    def _check_client_code(self) -> bool:
        typed = self.client_code.data
        if self.without_slip or not typed or numbers.read_client_code(typed):
            return True
        return _complain(
            self.client_code, _("Mã này gõ nhầm ở đâu đó. Hãy nhìn lại thẻ: 8 chữ và số. Không có thẻ thì để trống.")
        )

    def wanted(self, *, consent_version: str, category_slug: str | None) -> Wanted:
        """Return the slip that the answers ask for; only of a form that is valid and is to become a slip."""
        return Wanted(
            offering_code=self.place.data or None,
            category_slug=category_slug,
            urgency=Urgency(self.urgency.data),
            language_need=self.language.data or None,
            access_needs=tuple(self.access.data or ()),
            client_code=numbers.read_client_code(self.client_code.data) if self.client_code.data else None,
            is_adult=self.gate.data == ADULT,
            consent_version=consent_version,
            consent_send=self.is_sent and self.send.data == YES,
            consent_count=self.count.data == YES,
        )


class BlankForm(IssueForm):
    """The same for a slip that is already on paper: its number is typed from there."""

    number = StringField(name="so")
    #: Asked for, where the way here named no place.
    subject = SelectField(name="chu-de")

    def _ask(self) -> None:
        super()._ask()
        self.subject.label.text = _("Cần giúp việc gì?")
        # By the number that stands on the stub of the paper.
        subjects = [(subject.code, f"{number}. {subject.name}") for number, subject in numbered_subjects()]
        self.subject.choices = [("", _("Chọn một việc")), *subjects]
        self.number.label.text = _("Số trên phiếu giấy")

    def validate(self, extra_validators: Any = None) -> bool:
        """Refuse a number that cannot be one before anybody looks for it."""
        is_well = super().validate(extra_validators)
        if self.without_slip:
            return is_well
        if not (self.place.data or self.subject.data):
            is_well = _complain(self.subject, _("Hãy chọn người ấy cần giúp việc gì."))
        if numbers.read_slip_number(self.number.data or "") is None:
            is_well = _complain(self.number, _("Số này gõ nhầm ở đâu đó. Hãy nhìn lại phiếu: 10 chữ và số."))
        return is_well


class NoPlaceForm(Form):
    """What somebody needs that there is no place for."""

    subject = SelectField(name="chu-de")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.subject.label.text = _("Người ấy cần việc gì?")
        subjects = [(subject.code, subject.name) for subject in categories().by_slug.values()]
        self.subject.choices = [("", _("Chọn một việc")), *subjects]

    def validate_subject(self, field: SelectField) -> None:
        """Ask for one: a need that is not named tells nobody what is missing."""
        if not field.data:
            raise ValidationError(_("Hãy chọn người ấy cần giúp việc gì."))


def _complain(field: Field, sentence: str) -> bool:
    field.errors = [*field.errors, sentence]
    return False


def _languages() -> list[str]:
    # A name stands at the beginning of a line here, and CLDR begins some with a small letter.
    return [name[:1].upper() + name[1:] for name in language_names(LANGUAGE_NEEDS)]
