"""A coordinator's own file back, with what is wrong beside each row and the cells in question coloured.

Of a place that is kept back no cell that may tell it comes back; nothing in it is calculated.
"""

import io
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from directory.catalogue.columns import PLACE_COLUMNS, column_of
from directory.catalogue.formula_guard import guarded
from directory.catalogue.table_files import Line, Table

_ERROR, _WARNING = "FFF4C7C3", "FFFFF2CC"


@dataclass(frozen=True)
class Words:
    """What the workbook itself says."""

    sheet: str
    notes: str
    error: str
    warning: str


def marked_workbook(table: Table, outcome: dict[str, Any], words: Words) -> bytes:
    """Return the table as a workbook with a column of notes.

    ``outcome`` is what ``operations.runs`` kept, with its reasons in words.
    """
    # Read here because openpyxl is slow to import.
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet(words.sheet)
    sheet.freeze_panes = "A2"
    marks = _Marks(sheet, table, outcome, words)
    sheet.append([*(guarded(header) for header in table.headers), words.notes])
    for line in table.lines:
        sheet.append(marks.cells(line))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


class _Marks:
    """Writes line after line with its colours."""

    def __init__(self, sheet: Any, table: Table, outcome: dict[str, Any], words: Words) -> None:
        from openpyxl.cell import WriteOnlyCell
        from openpyxl.styles import PatternFill

        self._cell: Callable[[str], Any] = lambda text: WriteOnlyCell(sheet, value=text)
        self._fills = {
            is_warning: PatternFill("solid", start_color=_WARNING if is_warning else _ERROR)
            for is_warning in (True, False)
        }
        self._columns = [column_of(header) if header else None for header in table.headers]
        self._words = words
        self._kept_back = frozenset(outcome["kept_back"])
        self._problems: dict[int, list[dict[str, Any]]] = defaultdict(list)
        for problem in outcome["problems"]:
            self._problems[problem["line"]].append(problem)

    def cells(self, line: Line) -> list[Any]:
        """Return a row of the workbook."""
        problems = self._problems.get(line.number, [])
        # Worst last, so that its colour stays.
        worst = {p["column"]: p["is_warning"] for p in sorted(problems, key=lambda p: not p["is_warning"])}
        cells = [self._coloured(self._text(line, place, worst), worst.get(column)) for place, column in self._places()]
        notes = " ".join(self._note(problem) for problem in problems)
        return [*cells, self._coloured(notes, all(worst.values()) if worst else None)]

    def _places(self) -> list[tuple[int, str | None]]:
        return list(enumerate(self._columns))

    def _text(self, line: Line, place: int, worst: dict[str, bool]) -> str:
        column = self._columns[place]
        is_untold = line.number in self._kept_back and (column is None or column in PLACE_COLUMNS or column in worst)
        return "" if is_untold or place >= len(line.cells) else guarded(line.cells[place])

    def _coloured(self, text: str, is_warning: bool | None) -> Any:
        if is_warning is None:
            return text
        cell = self._cell(text)
        cell.fill = self._fills[is_warning]
        return cell

    def _note(self, problem: dict[str, Any]) -> str:
        where = f"{problem['header']}: " if problem["header"] else ""
        kind = self._words.warning if problem["is_warning"] else self._words.error
        return f"{kind}, {where}{problem['reason']}"
