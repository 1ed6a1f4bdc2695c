"""Foreign spreadsheets: a small TOML file that says which of their columns is ours, what is fixed, what is skipped.

::

    ignore_other_columns = true              # no warning for columns that are not named here
    leave_out_unreadable = ["phones"]        # a value that cannot be read is a warning and stays out, the row goes in

    [columns]                                # their header = our column
    "Tên cơ sở" = "provider"
    [fixed]                                  # our column = a value for every row that has none of its own
    category = "kham-benh"
    [values.category]                        # our column: their value = ours
    "Phòng khám" = "kham-benh"
    [skip]                                   # their header = the values whose rows are left out
    "Trạng thái" = ["đã đóng cửa"]

Pure, apart from reading that one file.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from directory.catalogue.columns import COLUMNS, column_of
from directory.catalogue.table_files import Line, Table
from directory.errors import Invalid
from directory.vietnamese import fold, nfc

_PARTS = {"columns", "fixed", "values", "skip", "leave_out_unreadable", "ignore_other_columns"}
#: Without these an entry means something else: they are never left out.
_MUST_BE_READ = {"provider", "service", "category", "visibility", "external_id", "source"}


@dataclass(frozen=True)
class Mapping:
    """How a foreign table becomes ours; the empty one leaves everything to the header aliases."""

    columns: dict[str, str] = field(default_factory=dict)
    fixed: dict[str, str] = field(default_factory=dict)
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    skip: dict[str, frozenset[str]] = field(default_factory=dict)
    leave_out_unreadable: frozenset[str] = frozenset()
    ignore_other_columns: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One row in our columns: only cells with text."""

    line: int
    cells: dict[str, str]
    #: Cells to the right of the last header: something has slipped.
    has_extra_cells: bool = False
    #: The ``external_id`` by which the row may be known from when its place was told.
    former_id: str | None = None
    #: The address is none of Viet Nam: it stays as it is written, without a ward and a point.
    is_abroad: bool = False


@dataclass(frozen=True)
class MappedTable:
    """The rows in our columns, the headers nobody knows, and how many rows the mapping left out."""

    rows: list[Row]
    unknown_headers: list[str]
    skipped: int
    leave_out_unreadable: frozenset[str] = frozenset()
    #: Our column → how the file calls it.
    headers: dict[str, str] = field(default_factory=dict)


def read_mapping(path: Path) -> Mapping:
    """Read a mapping file.

    Raises: Invalid, when it is not TOML, or names a part or a column that does not exist.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Invalid(f"Không đọc được tệp {path.name}: {error}") from error
    unknown = sorted(set(content) - _PARTS)
    if unknown:
        raise Invalid(f"{path.name}: không có phần “{unknown[0]}”; chỉ có {', '.join(sorted(_PARTS))}.")
    try:
        mapping = _mapping(content)
    except (AttributeError, TypeError) as error:
        raise Invalid(f"{path.name}: viết sai cấu trúc, xem mẫu trong thư mục seed.") from error
    _check_columns(path.name, mapping)
    return mapping


def _mapping(content: dict[str, Any]) -> Mapping:
    return Mapping(
        columns={nfc(header): str(column) for header, column in content.get("columns", {}).items()},
        fixed={column: nfc(str(value)) for column, value in content.get("fixed", {}).items()},
        values={
            column: {fold(nfc(theirs)): nfc(str(ours)) for theirs, ours in table.items()}
            for column, table in content.get("values", {}).items()
        },
        skip={
            nfc(header): frozenset(fold(nfc(str(value))) for value in values)
            for header, values in content.get("skip", {}).items()
        },
        leave_out_unreadable=frozenset(content.get("leave_out_unreadable", ())),
        ignore_other_columns=bool(content.get("ignore_other_columns", False)),
    )


def _check_columns(name: str, mapping: Mapping) -> None:
    used = [*mapping.columns.values(), *mapping.fixed, *mapping.values, *mapping.leave_out_unreadable]
    strange = [column for column in used if column not in COLUMNS]
    if strange:
        raise Invalid(f"{name}: không có cột “{strange[0]}”.", what_now="Các cột: " + ", ".join(COLUMNS))
    targets = list(mapping.columns.values())
    twice = next((column for column in targets if targets.count(column) > 1), None)
    if twice:
        raise Invalid(f"{name}: hai cột cùng đổi thành “{twice}”.")
    forbidden = sorted(mapping.leave_out_unreadable & _MUST_BE_READ)
    if forbidden:
        raise Invalid(f"{name}: không thể bỏ qua giá trị sai ở cột “{forbidden[0]}”.")


def apply_mapping(table: Table, mapping: Mapping) -> MappedTable:
    """Turn a table into rows of our columns.

    Raises: Invalid, when the mapping names a header that the table does not have.
    """
    places, unknown = _places(table, mapping)
    skip = {_place_of(table, header): values for header, values in mapping.skip.items()}
    rows = list(_rows(table, places, mapping, skip))
    return MappedTable(
        rows,
        [] if mapping.ignore_other_columns else unknown,
        len(table.lines) - len(rows),
        mapping.leave_out_unreadable,
        {column: table.headers[place] for column, place in places.items()},
    )


def _places(table: Table, mapping: Mapping) -> tuple[dict[str, int], list[str]]:
    """Return our column → where it stands, and the headers that are nobody's."""
    places = {column: _place_of(table, header) for header, column in mapping.columns.items()}
    taken = set(places.values())
    unknown = []
    for place, header in enumerate(table.headers):
        if place in taken or header in mapping.skip:
            continue
        column = column_of(header) if header else None
        if column is not None and column not in places:
            places[column] = place
        elif header:
            unknown.append(header)
    return places, unknown


def _place_of(table: Table, header: str) -> int:
    place = table.column(header)
    if place is None:
        raise Invalid(f"Bảng không có cột “{header}” mà tệp --columns nhắc tới.")
    return place


def _rows(table: Table, places: dict[str, int], mapping: Mapping, skip: dict[int, frozenset[str]]) -> Iterator[Row]:
    width = len(table.headers)
    for line in table.lines:
        if any(fold(_cell(line, place)) in values for place, values in skip.items()):
            continue
        cells = {column: text for column, place in places.items() if (text := _cell(line, place))}
        for column, value in mapping.fixed.items():
            cells.setdefault(column, value)
        for column, known in mapping.values.items():
            if column in cells:
                cells[column] = known.get(fold(cells[column]), cells[column])
        yield Row(line.number, {column: text for column, text in cells.items() if text}, any(line.cells[width:]))


def _cell(line: Line, place: int) -> str:
    return line.cells[place] if place < len(line.cells) else ""
