"""The programme's words for whoever reads: what the seed names in two languages, and what a contact was."""

from typing import Protocol

from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from directory.outreach.queries.contacts import ContactLine
from directory.outreach.rules import ContactKind


class Named(Protocol):
    """A row that has its name in two languages: a model, a topic, a material."""

    name_vi: str
    name_en: str


def local_name(row: Named) -> str:
    """Return a row's name in the reader's language."""
    return row.name_en if str(get_locale()) == "en" else row.name_vi


def with_whom(line: ContactLine) -> str:
    """Return whom a contact was with, as numbers: "1 người", "nhóm 5 người"."""
    if line.kind is ContactKind.ALONE:
        return str(_("1 người"))
    return str(ngettext("nhóm %(num)s người", "nhóm %(num)s người", line.people))
