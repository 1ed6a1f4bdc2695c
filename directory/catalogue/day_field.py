"""A day in a form, as a calendar or a person writes it."""

from datetime import date
from typing import Any

from flask_babel import gettext as _
from wtforms import StringField, ValidationError

from directory import clock
from directory.catalogue.values import Unreadable, read_date


class DayField(StringField):  # type: ignore[misc]
    """A day of the past or today; ``day`` is None when nothing was written."""

    day: date | None = None

    @property
    def asked_day(self) -> date:
        """Return the day of a field that must be filled in, once the form is well."""
        if self.day is None:
            raise RuntimeError(f"{self.name} is not filled in")
        return self.day

    def post_validate(self, _form: Any, _is_stopped: bool) -> None:
        """Read what a calendar or a person wrote: 2026-11-22 or 22/11/2026."""
        if not self.data:
            return
        try:
            self.day = read_date(self.data, clock.today())
        except Unreadable as error:
            raise ValidationError(_(str(error))) from error
