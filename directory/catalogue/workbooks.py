"""Reading an XLSX workbook into lines of text cells.

Its own module because openpyxl takes long to import. Guards: the unpacked size is looked at before unpacking, and
openpyxl reads through defusedxml, so neither a zip bomb nor an entity bomb goes off.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import range_boundaries

from directory.catalogue.table_files import MAX_COLUMNS, MAX_ROWS, Line
from directory.errors import Invalid

MAX_UNPACKED_BYTES = 400 * 1024 * 1024
MAX_PARTS = 2_000
#: Texts of all cells are held at once, sheets are read row by row; nothing else of a workbook is ever large.
MAX_TEXTS_BYTES = 32 * 1024 * 1024
MAX_OTHER_BYTES = 2 * 1024 * 1024
#: No cell, and no row, is so long in a table that a person made.
MAX_RUN_BYTES, MAX_ROW_BYTES = 256 * 1024, 4 * 1024 * 1024
_NEVER_READ = ("/media/", "/drawings/", "/charts/", "/pivot", "/embeddings/", "customXml/")
_MERGED = re.compile(rb'<mergeCell [^>]*?ref="([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})"')
#: A merged heading across a sheet is harmless; thousands of cells filled from one are not.
_LARGEST_MERGE = 20_000


def workbook_lines(content: bytes) -> Iterator[Line]:
    """Yield the lines of the first sheet that has text; a merged cell counts for every cell it covers.

    Raises: Invalid, when it is not a workbook, is damaged, or would unpack to too much.
    """
    try:
        _guard_size(content)
        yield from _lines_of_first_filled_sheet(content)
    except Invalid:
        raise
    except Exception as error:
        # A damaged workbook makes openpyxl and its XML and zip readers raise a dozen unrelated classes.
        raise Invalid(
            "Không đọc được tệp Excel này: tệp hỏng hoặc không phải .xlsx.",
            what_now="Mở bằng Excel hoặc LibreOffice, lưu lại dưới dạng .xlsx hoặc CSV UTF-8.",
        ) from error


def _guard_size(content: bytes) -> None:
    try:
        parts = zipfile.ZipFile(io.BytesIO(content)).infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise Invalid("Không đọc được tệp Excel này: tệp hỏng.", what_now="Lưu lại tệp rồi nhập lại.") from error
    # zipfile never hands out more than the size written here, so the figure cannot be a lie that matters.
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES:
        raise Invalid("Tệp Excel quá lớn sau khi giải nén.", what_now="Chia tệp thành nhiều phần nhỏ hơn.")
    for part in parts:
        _guard_part(content, part)


def _guard_part(content: bytes, part: zipfile.ZipInfo) -> None:
    """Refuse what would take much memory to parse, by size and, of a sheet, by the length of its cells and rows."""
    name = part.filename
    if any(folder in name for folder in _NEVER_READ):
        return
    if "sheet" in name.lower():
        if part.file_size > MAX_RUN_BYTES:
            _guard_runs(content, part)
    elif part.file_size > (MAX_TEXTS_BYTES if "sharedStrings" in name else MAX_OTHER_BYTES):
        raise Invalid("Tệp Excel quá lớn sau khi giải nén.", what_now="Lưu lại dưới dạng CSV UTF-8 rồi nhập lại.")


def _too_long() -> Invalid:
    return Invalid(
        "Bảng có hơn %(most)s dòng.",
        what_now="Xoá các dòng trống ở cuối hoặc chia nhỏ tệp.",
        blanks={"most": MAX_ROWS},
    )


def _guard_runs(content: bytes, part: zipfile.ZipInfo) -> None:
    since = {b"<": 0, b"<row": 0}
    most = {b"<": MAX_RUN_BYTES, b"<row": MAX_ROW_BYTES}
    with zipfile.ZipFile(io.BytesIO(content)) as archive, archive.open(part) as xml:
        rows = 0
        while chunk := xml.read(64 * 1024):
            rows += chunk.count(b"<row")
            if rows > MAX_ROWS * 2:
                raise _too_long()
            for sign, run in since.items():
                last = chunk.rfind(sign)
                since[sign] = run + len(chunk) if last < 0 else len(chunk) - last
                if since[sign] > most[sign] or b"<![CDATA[" in chunk:
                    raise Invalid("Tệp Excel có ô hoặc dòng quá dài.", what_now="Rút ngắn ô này rồi nhập lại.")


def _lines_of_first_filled_sheet(content: bytes) -> Iterator[Line]:
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
    try:
        for sheet in book.worksheets:
            covered = _covered_cells(content, sheet)
            is_empty = True
            for line in _lines(sheet, covered):
                is_empty = False
                yield line
            if not is_empty:
                return
    finally:
        book.close()


def _lines(sheet: Any, covered: dict[tuple[int, int], tuple[int, int]]) -> Iterator[Line]:
    # Some programs write a wrong size into the sheet; openpyxl would believe it.
    sheet.reset_dimensions()
    origins: dict[tuple[int, int], str] = {}
    wanted = set(covered.values())
    for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
        if number > MAX_ROWS * 2:
            raise _too_long()
        cells = [_text(value) for value in row[: MAX_COLUMNS * 2]]
        if covered:
            _fill_merged(number, cells, covered, origins)
            origins.update({(number, i): cell for i, cell in enumerate(cells, start=1) if (number, i) in wanted})
        if any(cells):
            yield Line(number, cells)


def _fill_merged(
    number: int,
    cells: list[str],
    covered: dict[tuple[int, int], tuple[int, int]],
    origins: dict[tuple[int, int], str],
) -> None:
    for i, cell in enumerate(cells, start=1):
        origin = covered.get((number, i))
        if origin is None or cell:
            continue
        in_this_row = origin[0] == number and origin[1] <= len(cells)
        cells[i - 1] = cells[origin[1] - 1] if in_this_row else origins.get(origin, "")


def _covered_cells(content: bytes, sheet: Any) -> dict[tuple[int, int], tuple[int, int]]:
    """Map each (row, column) that a merged cell covers to where its text stands.

    Why from the XML: the read-only reader, the only one that is sparing with memory, does not tell merged cells.
    """
    path = str(getattr(sheet, "_worksheet_path", ""))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if path not in archive.namelist():
            return {}
        with archive.open(path) as xml:
            ranges = _merged_ranges(xml)
    covered: dict[tuple[int, int], tuple[int, int]] = {}
    for text in ranges:
        first_column, first_row, last_column, last_row = range_boundaries(text)
        if (last_row - first_row + 1) * (last_column - first_column + 1) > _LARGEST_MERGE:
            continue
        for row in range(first_row, last_row + 1):
            for column in range(first_column, last_column + 1):
                covered[row, column] = (first_row, first_column)
    return covered


def _merged_ranges(xml: Any) -> list[str]:
    ranges: list[str] = []
    tail = b""
    while chunk := xml.read(1024 * 1024):
        window = tail + chunk
        last_end = 0
        for match in _MERGED.finditer(window):
            ranges.append(match.group(1).decode())
            last_end = match.end()
        # A tag may be torn between two chunks: its beginning is kept for the next look.
        tail = window[max(last_end, len(window) - 200) :]
    return ranges[:10_000]


def _text(value: Any) -> str:
    """Write a cell's value as a person would type it; a formula is its own text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time().isoformat() == "00:00:00" else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    return str(getattr(value, "text", value))
