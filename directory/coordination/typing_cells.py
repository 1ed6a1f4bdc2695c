"""Cells as somebody types them who knows no syntax: numbers one to a line, hours as on a door plate."""

from directory.catalogue.cell_wording import cell_lines
from directory.catalogue.hours_form import form_of
from directory.catalogue.values import Unreadable, read_hours, several
from directory.vietnamese import nfc


def as_typed(cell: str, column: str) -> str:
    """Return a cell as it stands in a field."""
    if column == "phones":
        return "\n".join(several(cell))
    return _as_on_a_door(cell) if column == "opening_hours" and cell else cell


def as_cell(column: str, text: str, before: str) -> str:
    """Return what was typed as a cell; hours that still say the same as ``before`` stay written as they were."""
    if column == "phones":
        return "; ".join(several(text))
    typed = nfc(text)
    return before if column == "opening_hours" and before and _says_same(typed, before) else typed


def _as_on_a_door(hours: str) -> str:
    words = "; ".join(cell_lines(hours, "opening_hours"))
    return words if _says_same(words, hours) else hours


def _says_same(typed: str, hours: str) -> bool:
    try:
        return form_of(read_hours(typed)) == form_of(hours)
    except Unreadable:
        return False
