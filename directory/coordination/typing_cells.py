"""Cells as somebody types them who knows no syntax: numbers one to a line, hours as on a door plate, subject names."""

from directory import seed_files
from directory.catalogue.cell_wording import cell_lines
from directory.catalogue.hours_form import form_of
from directory.catalogue.seed_tables import fact_kinds
from directory.catalogue.values import Unreadable, read_hours, several
from directory.vietnamese import nfc


def as_typed(cell: str, column: str) -> str:
    """Return a cell as it stands in a field."""
    if column == "phones":
        return "\n".join(several(cell))
    if column in {"category", "facts"}:
        names = _subject_names() if column == "category" else _fact_names()
        return "; ".join(names.get(slug, slug) for slug in several(cell))
    return _as_on_a_door(cell) if column == "opening_hours" and cell else cell


def as_cell(column: str, text: str, before: str) -> str:
    """Return what was typed as a cell; what still says the same as ``before`` stays written as it was."""
    typed = "; ".join(several(text)) if column == "phones" else nfc(text)
    is_untouched = typed == nfc(as_typed(before, column)) or (column == "opening_hours" and _says_same(typed, before))
    return before if is_untouched else typed


def _subject_names() -> dict[str, str]:
    return {row["slug"]: row["name_vi"] for row in seed_files.rows("categories.csv")}


def _fact_names() -> dict[str, str]:
    return {slug: kind.name_vi for slug, kind in fact_kinds().items()}


def _as_on_a_door(hours: str) -> str:
    words = "; ".join(cell_lines(hours, "opening_hours"))
    return words if _says_same(words, hours) else hours


def _says_same(typed: str, hours: str) -> bool:
    if not typed or not hours:
        return typed == hours
    try:
        return form_of(read_hours(typed)) == form_of(hours)
    except Unreadable:
        return False
