"""What of a brought table may be kept while it waits: of a place that is kept back no cell that may tell it. Pure.

A row may hold more than we ever read: notes in columns of its own, an address that is refused because it stands there.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

from directory.catalogue.columns import PLACE_COLUMNS, column_of
from directory.catalogue.table_files import Line, Table

#: Read of no place that is kept back, so the row means the same without it.
_NEVER_WRITTEN = frozenset({"website"})


def tellable(table: Table, outcome: Mapping[str, Any]) -> Table:
    """Return the table without what may tell a kept-back place; ``outcome`` is what ``operations.runs`` says of it.

    A table of which nothing can be written as it is loses more: it waits for nothing but to be put right elsewhere.
    """
    kept_back, left_out = frozenset(outcome["kept_back"]), frozenset(outcome["left_out"])
    columns = [column_of(header) if header else None for header in table.headers]
    bad: dict[int, set[str]] = defaultdict(set)
    for problem in outcome["problems"]:
        bad[problem["line"]].add(problem["column"])

    def untold(line: Line) -> Collection[str]:
        found = bad[line.number]
        return {*found, *PLACE_COLUMNS, "source_url"} if outcome["counts"]["bad_rows"] else found & _NEVER_WRITTEN

    def kept(line: Line) -> Line:
        if line.number in left_out:
            return Line(line.number, ["" for _ in line.cells])
        if line.number not in kept_back:
            return line
        return Line(line.number, _without(line.cells, columns, untold(line)))

    return Table(table.headers, [kept(line) for line in table.lines])


def _without(cells: list[str], columns: list[str | None], untold: Collection[str]) -> list[str]:
    """Empty the cells of these columns, of columns that nobody knows, and those beyond the last one."""
    known = [*columns, *([None] * len(cells))]
    return ["" if column is None or column in untold else cell for cell, column in zip(cells, known, strict=False)]
