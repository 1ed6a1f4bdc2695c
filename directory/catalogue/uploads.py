"""Tables that coordinators bring, in the data folder until they are written and looked at; readable by us alone.

Never the file as it came, which may hold what we never read: the rows of it that may be kept. Beside each stands
what an import of it would do, for the page and for the marked copy. When any place is kept back, all of them go:
nobody knows which of them tells it.
"""

import json
import os
from datetime import datetime
from pathlib import Path
from typing import Any

from directory.catalogue.table_files import Line, Table
from directory.extensions import settings

_FILE, _OUTCOME = "tep", "json"


def keep(code: str, table: Table, outcome: dict[str, Any]) -> None:
    """Keep a table with its outcome."""
    lines = [[line.number, *line.cells] for line in table.lines]
    _write(_path(code, _FILE), json.dumps([table.headers, lines]).encode())
    keep_outcome(code, outcome)


def keep_outcome(code: str, outcome: dict[str, Any]) -> None:
    """Keep what an import of the file would do, instead of what it would have done before."""
    _write(_path(code, _OUTCOME), json.dumps(outcome, ensure_ascii=False).encode())


def table_of(code: str) -> Table | None:
    """Return a table, or None when it is gone."""
    path = _path(code, _FILE)
    if not path.is_file():
        return None
    headers, lines = json.loads(path.read_bytes())
    return Table(headers, [Line(number, cells) for number, *cells in lines])


def outcome_of(code: str) -> dict[str, Any] | None:
    """Return what an import of the file would do, or did; None when the file is gone."""
    path = _path(code, _OUTCOME)
    if not path.is_file():
        return None
    outcome: dict[str, Any] = json.loads(path.read_bytes())
    return outcome


def drop(code: str) -> None:
    """Take a file away."""
    for ending in (_FILE, _OUTCOME):
        _path(code, ending).unlink(missing_ok=True)


def drop_all() -> None:
    """Take every file away."""
    for path in _all():
        path.unlink(missing_ok=True)


def drop_before(moment: datetime) -> int:
    """Take away the files that were brought before a moment, and return how many there were."""
    old = [path for path in _all() if path.stat().st_mtime < moment.timestamp()]
    for path in old:
        path.unlink(missing_ok=True)
    return sum(path.suffix == f".{_FILE}" for path in old)


def _folder() -> Path:
    return settings().data_dir / "uploads"


def _all() -> list[Path]:
    return sorted(_folder().glob("*.*")) if _folder().is_dir() else []


def _path(code: str, ending: str) -> Path:
    return _folder() / f"{code}.{ending}"


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
