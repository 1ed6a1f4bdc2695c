"""A report as a file: a workbook with the definitions on a second sheet, CSV, or JSON; for pages and the command.

One row for each figure; a number is a number, and where there is none the row says why.
"""

import csv
import io
import json
from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import IO, Any

from flask_babel import gettext as _

from directory.catalogue.formula_guard import guarded
from directory.reports import wording
from directory.reports.figures import Figure, Indicator, Line, Report
from directory.reports.queries.names import names_of

_BYTE_ORDER_MARK = "\ufeff"  # so that Excel reads UTF-8


class Format(StrEnum):
    """What a file can be; its value is the end of its name."""

    CSV = "csv"
    XLSX = "xlsx"
    JSON = "json"


MIMETYPES = {
    Format.CSV: "text/csv; charset=utf-8",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.JSON: "application/json",
}

Cell = str | int | float | date | None


def as_bytes(report: Report, kind: Format) -> bytes:
    """Return the file of a report."""
    if kind is Format.JSON:
        return (json.dumps(as_json(report), ensure_ascii=False, indent=2) + "\n").encode()
    if kind is Format.CSV:
        return as_csv(report).encode()
    file = io.BytesIO()
    write_workbook(report, file)
    return file.getvalue()


def file_name(report: Report, kind: Format) -> str:
    """Return a name that says when and nothing else."""
    return f"so-lieu-{report.period.first}-{report.period.last}.{kind}"


def as_csv(report: Report) -> str:
    """Return a report as CSV: one row for each figure, what its row does not say yet of its definition at the end."""
    out = io.StringIO()
    out.write(_BYTE_ORDER_MARK)
    writer = csv.writer(out)
    writer.writerow([*_heads(), *_definition_heads()[3:]])
    for line in report.lines:
        definition = _definition(line.indicator)[3:]
        writer.writerows([_text(cell) for cell in (*row, *definition)] for row in _rows(report, line))
    return out.getvalue()


def write_workbook(report: Report, file: IO[bytes]) -> None:
    """Write a report as a workbook: the figures, and on the second sheet what each of them means."""
    # Read here because openpyxl is slow to import and most reports are pages.
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    figures = _sheet(book, _("Số liệu"), "A4", (7, 44, 26, 30, 11, 13, 13, 28, 12, 12, 40, 30))
    figures.append([_styled(figures, _title(report), is_bold=True)])
    figures.append([_("Dòng để trống ô “Chia theo” là số chung. Đừng cộng số chung với các dòng chia nhỏ của nó.")])
    figures.append([_styled(figures, head, is_bold=True) for head in _heads()])
    for line in report.lines:
        for row in _rows(report, line):
            figures.append([_plain(figures, cell) for cell in row])
    definitions = _sheet(book, _("Định nghĩa"), "A2", (7, 40, 13, 70, 40, 34, 11, 14))
    definitions.append([_styled(definitions, head, is_bold=True) for head in _definition_heads()])
    for line in report.lines:
        definitions.append([_styled(definitions, cell, is_wrapped=True) for cell in _definition(line.indicator)])
    book.save(file)


def as_json(report: Report) -> dict[str, Any]:
    """Return a report as JSON would hold it."""
    return {
        "area": wording.scope_name(report.scope),
        "from": report.period.first.isoformat(),
        "to": report.period.last.isoformat(),
        "audience": report.audience.value,
        "areas": [{"code": area.code, "name": area.name, "is_demo": area.is_demo} for area in report.scope.areas],
        "figures": [_line_json(report, line) for line in report.lines],
    }


def _line_json(report: Report, line: Line) -> dict[str, Any]:
    one = line.indicator
    names = display_names(report, line)
    definition = {
        "numerator": wording.counted(one),
        "denominator": wording.divided_by(one) or None,
        "source": wording.counted_in(one),
    }
    return {
        "indicator": one.code,
        "name": wording.indicator_name(one),
        "section": one.section.value,
        "unit": one.unit.value,
        "version": one.version,
        "valid_from": one.valid_from.isoformat(),
        "definition": definition,
        "breakdown": one.breakdown or None,
        **_figure_json(line.total, names),
        "by_area": [_figure_json(figure, names) for figure in line.by_area],
        "by_key": [_figure_json(figure, names) for figure in line.by_key],
        "by_both": [_figure_json(figure, names) for figure in line.by_both],
    }


def _figure_json(figure: Figure, names: dict[str, str]) -> dict[str, Any]:
    """Return a figure; what only one entered by hand has is left out of the others."""
    found: dict[str, Any] = {
        "value": figure.value,
        "approximate": figure.is_approximate,
        "qualifier": figure.qualifier.value,
        "origin": figure.origin.value,
        "why_none": figure.why_none.value if figure.why_none else None,
    }
    if figure.area:
        found |= {"area": figure.area, "area_name": names.get(figure.area, figure.area)}
    if figure.key:
        found |= {"key": figure.key, "key_name": names.get(figure.key, figure.key)}
    if figure.last_on:
        first = figure.first_on.isoformat() if figure.first_on else None
        found |= {"first_on": first, "last_on": figure.last_on.isoformat(), "place": figure.place or None}
        found |= {"source": figure.source, "source_url": figure.source_url or None, "is_demo": figure.is_demo}
    return found


def display_names(report: Report, line: Line) -> dict[str, str]:
    """Return what the areas and keys of a line are called."""
    keys = names_of(line.indicator.breakdown, [figure.key for figure in line.by_key if figure.key])
    return {area.code: area.name for area in report.scope.areas} | dict(keys)


def _heads() -> list[str]:
    return [
        _("Mã"),
        _("Chỉ số"),
        _("Địa bàn"),
        _("Chia theo"),
        _("Số liệu"),
        _("Đơn vị tính"),
        _("Mức chính xác"),
        _("Ghi chú"),
        _("Từ ngày"),
        _("Đến ngày"),
        _("Nguồn"),
        _("Địa chỉ nguồn"),
    ]


def _rows(report: Report, line: Line) -> Iterator[list[Cell]]:
    """Yield the whole first, then by area, by key and by both."""
    names = display_names(report, line)
    figures = (line.total, *line.by_area, *line.by_key, *line.by_both)
    shown = (figure for figure in dict.fromkeys(figures) if figure is line.total or _is_more(figure, line))
    yield from (_row(report, line.indicator, figure, names) for figure in shown)


def _is_more(figure: Figure, line: Line) -> bool:
    """Whether a figure says more than the total: the only figure entered by hand is the total itself."""
    return figure != line.total


def _row(report: Report, one: Indicator, figure: Figure, names: dict[str, str]) -> list[Cell]:
    where = names.get(figure.area) or figure.place or wording.scope_name(report.scope)
    note = wording.why_none(figure.why_none) if figure.value is None else wording.origin_name(figure)
    return [
        one.code,
        wording.indicator_name(one),
        where,
        names.get(figure.key, figure.key),
        figure.value,
        wording.unit_name(one.unit),
        wording.qualifier_name(figure.qualifier),
        note,
        (figure.first_on or "") if figure.last_on else report.period.first,
        figure.last_on or report.period.last,
        figure.source,
        figure.source_url,
    ]


def _definition_heads() -> list[str]:
    return [
        _("Mã"),
        _("Chỉ số"),
        _("Đơn vị tính"),
        _("Đếm gì"),
        _("Chia cho"),
        _("Đếm từ đâu"),
        _("Phiên bản"),
        _("Dùng từ ngày"),
    ]


def _definition(one: Indicator) -> list[Cell]:
    return [
        one.code,
        wording.indicator_name(one),
        wording.unit_name(one.unit),
        wording.counted(one),
        wording.divided_by(one),
        wording.counted_in(one),
        one.version,
        one.valid_from,
    ]


def _title(report: Report) -> str:
    first, last = wording.day_text(report.period.first), wording.day_text(report.period.last)
    return str(_("%(area)s, từ %(first)s đến %(last)s", area=wording.scope_name(report.scope), first=first, last=last))


def _text(cell: Cell) -> str:
    """Return a cell of a CSV file; text that a spreadsheet would calculate is guarded, a number is left alone."""
    if isinstance(cell, str):
        return guarded(cell)
    return "" if cell is None else cell.isoformat() if isinstance(cell, date) else str(cell)


def _sheet(book: Any, name: str, below: str, widths: tuple[int, ...]) -> Any:
    """Return a new sheet; how wide its columns are must be said before the first row is written."""
    sheet = book.create_sheet(name)
    sheet.freeze_panes = below
    for place, width in enumerate(widths):
        sheet.column_dimensions[chr(ord("A") + place)].width = width
    return sheet


def _plain(sheet: Any, cell: Cell) -> Any:
    """Return what stands in a cell; days and numbers as they are written here."""
    if isinstance(cell, str) or cell is None:
        return guarded(cell) if cell else None
    return _styled(sheet, cell)


def _styled(sheet: Any, cell: Cell, *, is_bold: bool = False, is_wrapped: bool = False) -> Any:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font

    styled = WriteOnlyCell(sheet, guarded(cell) if isinstance(cell, str) else cell)
    if is_bold:
        styled.font = Font(bold=True)
    if is_wrapped:
        styled.alignment = Alignment(wrap_text=True, vertical="top")
    if isinstance(cell, date):
        styled.number_format = "dd/mm/yyyy"
    elif isinstance(cell, int | float):
        styled.number_format = "#,##0" if cell == int(cell) else "#,##0.0"
    return styled
