"""The form of a contact: a day, alone or in a group, topics, what was handed out, perhaps a card's code; no more."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _
from wtforms import RadioField, SelectMultipleField, StringField

from directory.catalogue.values import Unreadable, read_date
from directory.errors import Invalid
from directory.outreach.models import Material, Topic
from directory.outreach.operations.contacts import ContactWanted
from directory.outreach.queries.contacts import ContactLine
from directory.outreach.rules import ContactKind
from directory.outreach.wording import local_name
from directory.vietnamese import nfc
from directory.web.forms import Form

TODAY, YESTERDAY, OTHER_DAY = "hom-nay", "hom-qua", "khac"
ALONE, GROUP = "mot", "nhom"
#: Longer than this is no number of people or copies.
_LONGEST_NUMBER = 5


class ContactForm(Form):
    """What a peer taps; ``given`` is each material with its field's name and what stands in it."""

    day = RadioField(name="ngay", default=TODAY)
    other_day = StringField(name="ngay-khac")
    kind = RadioField(name="kieu", default=ALONE)
    people = StringField(name="so-nguoi")
    topics = SelectMultipleField(name="chu-de")
    client_code = StringField(name="ma")

    def __init__(
        self, *args: Any, topics: list[Topic], materials: list[Material], typed: Mapping[str, str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        names = [given_field(material.code) for material in materials]
        self.given = [(one, name, nfc(typed.get(name, ""))) for one, name in zip(materials, names, strict=True)]
        self.day.label.text = _("Ngày nào?")
        self.day.choices = [(TODAY, _("Hôm nay")), (YESTERDAY, _("Hôm qua")), (OTHER_DAY, _("Ngày khác"))]
        self.other_day.label.text = _("Là ngày nào?")
        self.kind.label.text = _("Nói với ai?")
        self.kind.choices = [(ALONE, _("Một người")), (GROUP, _("Một nhóm"))]
        self.people.label.text = _("Nhóm mấy người?")
        self.topics.label.text = _("Nói về điều gì?")
        self.topics.choices = [(topic.slug, local_name(topic)) for topic in topics]
        self.client_code.label.text = _("Mã trên thẻ của người ấy")

    @property
    def has_more(self) -> bool:
        """Whether something stands in the part that is folded away, or is wrong there."""
        return any(typed not in {"", "0"} for _material, _name, typed in self.given) or bool(
            self.client_code.data or self.client_code.errors or self.form_errors
        )

    def wanted(self, today: date) -> ContactWanted:
        """Return the contact that was tapped together. Raises: Invalid, naming what cannot be read."""
        kind = ContactKind.GROUP if self.kind.data == GROUP else ContactKind.ALONE
        return ContactWanted(
            day_on=self._day(today),
            kind=kind,
            people=_number(self.people.data or "", field="people") if kind is ContactKind.GROUP else 1,
            topics=tuple(self.topics.data or ()),
            materials={material.code: _number(typed, field="materials") for material, _name, typed in self.given},
            client_code=self.client_code.data or "",
        )

    def _day(self, today: date) -> date:
        if self.day.data != OTHER_DAY:
            return today - timedelta(days=self.day.data == YESTERDAY)
        if not self.other_day.data:
            raise Invalid("Hãy ghi là ngày nào.", field="other_day")
        try:
            return read_date(self.other_day.data, today)
        except Unreadable as error:
            raise Invalid(str(error), field="other_day") from error


def given_field(material_code: str) -> str:
    """Return the name of the field that says how many copies of a material were given."""
    return f"tl-{material_code}"


def as_last_time(last: ContactLine, today: date) -> dict[str, Any]:
    """Return what a form begins with that goes on from this contact; the card is the next person's own."""
    days = {today: TODAY, today - timedelta(days=1): YESTERDAY}
    is_group = last.kind is ContactKind.GROUP
    return {
        "day": days.get(last.day_on, OTHER_DAY),
        "other_day": "" if last.day_on in days else last.day_on.isoformat(),
        "kind": GROUP if is_group else ALONE,
        "people": str(last.people) if is_group else "",
        "topics": [topic.slug for topic in last.topics],
    }


def given_last_time(last: ContactLine) -> dict[str, str]:
    """Return how many copies of each material were given at this contact, by the names of their fields."""
    return {given_field(material.code): str(count) for material, count in last.materials}


def _number(text: str, *, field: str) -> int:
    """Read a whole number; nothing is 0."""
    text = text.strip()
    if text and not (text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER):
        raise Invalid("Chỗ này phải là một số, ví dụ 3.", field=field)
    return int(text or 0)
