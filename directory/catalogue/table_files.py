"""Reading a spreadsheet, CSV or XLSX, into lines of text cells, whatever program wrote it.

Pure of storage. Every cell comes out in NFC without control characters; a formula comes out as its text and is never
calculated. Anything that is not a readable table raises ``Invalid`` with a sentence: nobody is left with a traceback.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from directory.catalogue.columns import check_headers, column_of
from directory.catalogue.formula_guard import unguarded
from directory.errors import Invalid
from directory.vietnamese import nfc

MAX_BYTES = 64 * 1024 * 1024
MAX_ROWS = 200_000
MAX_COLUMNS = 300
MAX_CELL = 10_000
_DELIMITERS = (",", ";", "\t")
#: Bytes that TCVN3 (ABC) uses for Vietnamese letters come out as these signs when read as Windows-1258.
_TCVN3_SIGNS = re.compile(r"[A-Za-z][®\u00ad¬«»¼½¾¶·¸¹µ¨©ª§¦][A-Za-z ]?")


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table: its number in the file, from 1, and its cells in the order of the headers."""

    number: int
    cells: list[str]


@dataclass(frozen=True, slots=True)
class Table:
    """A table as read: headers and the lines under them, without blank ones."""

    headers: list[str]
    lines: list[Line]

    def column(self, header: str) -> int | None:
        """Return where a header stands, compared as text in NFC, or None."""
        wanted = nfc(header)
        return self.headers.index(wanted) if wanted in self.headers else None


def read_table(path: Path) -> Table:
    """Read a .csv, .tsv, .txt or .xlsx file.

    Raises: Invalid, when it is missing, too big, not a table, or its columns cannot be told apart.
    """
    return table_in(_content(path), path.name)


def table_in(content: bytes, name: str) -> Table:
    """Read the content of a file that was called so.

    Raises: Invalid, when it is not a table, or its columns cannot be told apart.
    """
    if content[:4] == b"PK\x03\x04" or name.lower().endswith(".xlsx"):
        # Read here because openpyxl is slow to import and most files are CSV.
        from directory.catalogue.workbooks import workbook_lines

        return table_of(workbook_lines(content))
    if content[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise Invalid(
            "Đây là tệp Excel đời cũ (.xls) hoặc có mật khẩu.", what_now="Lưu lại dưới dạng .xlsx hoặc CSV UTF-8."
        )
    return table_of(_csv_lines(decode(content)))


def _content(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise Invalid(
                "Tệp lớn hơn %(most)s MB.",
                what_now="Chia tệp thành nhiều phần nhỏ hơn.",
                blanks={"most": MAX_BYTES // 1024 // 1024},
            )
        return path.read_bytes()
    except OSError as error:
        raise Invalid(
            "Không mở được tệp %(name)s.", what_now="Kiểm tra lại tên tệp và quyền đọc.", blanks={"name": path.name}
        ) from error


def decode(content: bytes) -> str:
    """Return the text of UTF-8 (with or without BOM), UTF-16 or Windows-1258 bytes.

    Raises: Invalid, when it is none of these, or TCVN3 (ABC), which no program writes any more.
    """
    for encoding in _likely_encodings(content):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding == "cp1258" and _is_tcvn3(text):
            break
        return text
    raise Invalid(
        "Không nhận ra bảng mã chữ của tệp (có thể là TCVN3 hoặc VNI).",
        what_now="Mở tệp bằng Excel hoặc LibreOffice, lưu lại dưới dạng “CSV UTF-8” rồi nhập lại.",
    )


def _likely_encodings(content: bytes) -> tuple[str, ...]:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ("utf-16",)
    if content.startswith(b"\xef\xbb\xbf"):
        return ("utf-8-sig",)
    sample = content[:4096]
    # In UTF-16 without a mark, every other byte of the ASCII signs in a table (delimiters, digits) is zero.
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if max(even, odd) > len(sample) // 8 and min(even, odd) < max(even, odd) // 4:
        return ("utf-16-be",) if even > odd else ("utf-16-le",)
    return ("utf-8", "cp1258")


def _is_tcvn3(text: str) -> bool:
    signs = len(_TCVN3_SIGNS.findall(text))
    return signs > 10 and signs * 50 > len(text)


def _csv_lines(text: str) -> Iterator[Line]:
    delimiter = _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    start = 1
    try:
        for cells in reader:
            yield Line(start, cells)
            start = reader.line_num + 1
    except csv.Error as error:
        raise Invalid(
            "Dòng %(line)s: dấu ngoặc kép không khớp hoặc ô quá dài.",
            what_now='Kiểm tra dấu " ở dòng này: mỗi dấu mở phải có dấu đóng.',
            blanks={"line": start},
        ) from error


def _delimiter(text: str) -> str:
    """Return the sign that makes the most known columns of the first line, or the most columns."""
    # Excel writes the delimiter in a line of its own for programs that ask.
    declared = re.match(r"(?:\ufeff)?\"?sep=([,;\t])\"?\r?\n", text)
    if declared:
        return declared.group(1)
    first = next((line for line in text.splitlines() if line.strip()), "")
    return max(_DELIMITERS, key=lambda sign: _known_headers(first, sign))


def _known_headers(line: str, delimiter: str) -> tuple[int, int]:
    try:
        headers = next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        headers = line.split(delimiter)
    return sum(column_of(header) is not None for header in headers), len(headers)


def table_of(lines: Iterable[Line]) -> Table:
    """Take the first line with text as headers and the others as rows.

    Raises: Invalid, when there is no header, a header stands twice, or the table is too long, too wide or too deep.
    """
    filled = (line for line in map(_clean, lines) if any(line.cells) and not _is_declaration(line))
    header_line = next(filled, None)
    if header_line is None:
        raise Invalid("Tệp không có dòng nào.", what_now="Dòng đầu phải là tên các cột.")
    headers = _without_empty_tail(header_line.cells)
    if len(headers) > MAX_COLUMNS:
        raise Invalid(
            "Bảng có hơn %(most)s cột.", what_now="Xoá các cột thừa rồi nhập lại.", blanks={"most": MAX_COLUMNS}
        )
    check_headers(headers)
    rows: list[Line] = []
    for line in filled:
        if len(rows) >= MAX_ROWS:
            raise Invalid(
                "Bảng có hơn %(most)s dòng.", what_now="Chia tệp thành nhiều phần nhỏ hơn.", blanks={"most": MAX_ROWS}
            )
        rows.append(line)
    return Table(headers, rows)


def _is_declaration(line: Line) -> bool:
    return line.number == 1 and "".join(line.cells).strip('"') in {"sep=", "sep=,", "sep=;"}


def _clean(line: Line) -> Line:
    return Line(line.number, [_clean_cell(line.number, cell) for cell in line.cells])


def _clean_cell(number: int, cell: str) -> str:
    if len(cell) > MAX_CELL:
        raise Invalid(
            "Dòng %(line)s: có ô dài hơn %(most)s chữ cái.",
            what_now="Rút ngắn ô này rồi nhập lại.",
            blanks={"line": number, "most": MAX_CELL},
        )
    return unguarded(nfc(cell)) if cell else cell


def _without_empty_tail(cells: list[str]) -> list[str]:
    kept = list(cells)
    while kept and not kept[-1]:
        kept.pop()
    return kept
