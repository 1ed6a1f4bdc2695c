"""The form that has a book of blank slips made."""

from typing import Any

from flask_babel import gettext as _
from wtforms import RadioField, SelectField

from directory.accounts.models import PeerGroup
from directory.web.forms import Form

#: Four to a sheet; the largest is ten sheets, drawn in some five seconds, and what one person may lose.
SIZES = (4, 20, 40)


class BookForm(Form):
    """For which group, and how many slips."""

    group = SelectField(name="nhom")
    size = RadioField(name="so-phieu", default="20", coerce=str)

    def __init__(self, groups: list[PeerGroup], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.groups = {group.code: group for group in groups}
        self.group.label.text = _("Cho nhóm nào?")
        self.group.choices = [(group.code, group.name) for group in groups]
        self.size.label.text = _("Bao nhiêu phiếu?")
        self.size.choices = [(str(size), _("%(n)s phiếu (%(sheets)s tờ)", n=size, sheets=size // 4)) for size in SIZES]
