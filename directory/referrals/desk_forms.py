"""What a desk types and ticks: number and PIN, what was given, why not, where to instead, a blank slip put to use."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, Field, HiddenField, PasswordField, RadioField, StringField
from wtforms.validators import InputRequired, ValidationError

from directory.catalogue.queries import Card, Subject
from directory.errors import Invalid
from directory.referrals.rules import Reason
from directory.referrals.wording import reason_name
from directory.web.forms import Form

#: So often at most is one thing given to one person; the table says the same.
MOST_OF_ONE = 99
_GIVEN = "given-"


def _chosen(complaint: Any) -> Callable[[Form, Field], None]:
    """Return a check that one of the choices was made; also of a choice that is none of them."""

    def check(_form: Form, field: Field) -> None:
        if field.data not in [value for value, _label in field.choices]:
            raise ValidationError(complaint)

    return check


class PresentForm(Form):
    """A slip that lies on the desk: its token, or the number on the paper; and the PIN of a desk not yet known."""

    token = HiddenField()
    number = StringField(_("Số phiếu"))
    pin = PasswordField(_("Mã PIN của bàn tiếp nhận"))


class WithdrawForm(Form):
    """The client takes her slip back."""

    token = HiddenField()
    sure = BooleanField(
        _("Tôi muốn rút lại phiếu này"), validators=[InputRequired(_("Bạn hãy đánh dấu để chắc chắn là muốn rút lại."))]
    )


class DeclineForm(Form):
    """Why the site turns a slip down; a list, since free text would be about a person."""

    reason = RadioField(
        _("Vì sao không nhận được?"), validate_choice=False, validators=[_chosen(_("Bạn hãy chọn một lý do."))]
    )

    def __init__(self) -> None:
        super().__init__()
        self.reason.choices = [(reason.value, reason_name(reason)) for reason in Reason]


class ForwardForm(Form):
    """Where the person goes instead, and that she agrees."""

    offering = RadioField(
        _("Chuyển sang nơi nào?"), validate_choice=False, validators=[_chosen(_("Bạn hãy chọn một nơi."))]
    )
    agreed = BooleanField(
        _("Khách đồng ý cho chuyển phiếu sang nơi này"),
        validators=[InputRequired(_("Chỉ chuyển được khi khách đồng ý. Bạn hãy hỏi khách."))],
    )

    def __init__(self, codes: Iterable[str]) -> None:
        super().__init__()
        self.offering.choices = [(code, code) for code in codes]


class ActivateForm(Form):
    """A blank slip that the person brought: what she came for, and what she was asked at the desk."""

    offering = RadioField(
        _("Khách cần việc gì?"), validate_choice=False, validators=[_chosen(_("Bạn hãy chọn một việc."))]
    )
    is_adult = BooleanField(
        _("Khách đã đủ 18 tuổi và tự mình muốn đến"),
        validators=[InputRequired(_("Chỉ dùng phiếu cho người đủ 18 tuổi và tự mình muốn đến."))],
    )
    agreed = BooleanField(
        _("Khách đồng ý cho ghi vào phiếu này"),
        validators=[InputRequired(_("Không có đồng ý thì không dùng phiếu. Bạn vẫn giúp khách như thường."))],
    )
    counted = RadioField(
        _("Khách đồng ý cho đếm vào báo cáo không?"),
        validate_choice=False,
        validators=[_chosen(_("Bạn hãy hỏi khách: có cho đếm vào báo cáo không?"))],
    )

    def __init__(self, cards: Iterable[Card]) -> None:
        super().__init__()
        self.offering.choices = [(card.code, card.name) for card in cards]
        self.counted.choices = [("1", gettext("Đồng ý")), ("0", gettext("Không đồng ý"))]


def given_field(subject: Subject) -> str:
    """Return the name of the field that says how often something of this subject was given."""
    return f"{_GIVEN}{subject.code}"


def read_given(fields: Mapping[str, str], subjects: Iterable[Subject]) -> dict[str, int]:
    """Return what was given and how often, by slug.

    Raises: Invalid, when a number cannot be read, or nothing was given.
    """
    given = {subject.slug: _times(fields.get(given_field(subject), ""), subject) for subject in subjects}
    if not any(given.values()):
        raise Invalid(gettext("Chưa ghi khách đã được giúp việc gì. Bạn ghi ít nhất một việc, số lần là 1 trở lên."))
    return {slug: times for slug, times in given.items() if times}


def _times(text: str, subject: Subject) -> int:
    text = text.strip() or "0"
    if not (text.isascii() and text.isdigit() and len(text) < 4 and int(text) <= MOST_OF_ONE):
        raise Invalid(gettext("“%(what)s”: số lần phải từ 0 đến 99.", what=subject.name))
    return int(text)


def times_in_words(times: int) -> str:
    """Return how often something was given: "1 lần"."""
    return str(ngettext("%(num)s lần", "%(num)s lần", times))
