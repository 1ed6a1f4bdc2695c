"""The arrays as one file beside the index, so that a worker starts in a blink.

The file holds numbers and UTF-8 text only and is read without pickle: whoever can write a file into the folder can
spoil a search, and nothing more. An unreadable file is no file.
"""

import json
import logging
import os
import zipfile
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from directory.search.analysis import VERSION
from directory.search.arrays import Arrays
from directory.search.entries import Change
from directory.search.postings import Postings
from directory.search.table import Table

log = logging.getLogger(__name__)

NAME = "arrays.npz"
_UNREADABLE = (OSError, ValueError, KeyError, IndexError, TypeError, EOFError, zipfile.BadZipFile)
_TEXTS = ("hours", "names")


def save(folder: Path, arrays: Arrays) -> None:
    """Write the arrays; a reader sees the old file or the new one, never half of one."""
    folder.mkdir(parents=True, exist_ok=True)
    postings = arrays.postings.whole()
    parts: dict[str, npt.NDArray[Any]] = {
        "starts": postings.starts,
        "numbers": postings.numbers,
        "levels": postings.levels,
        "terms": _packed(list(postings.places)),
    }
    for column in fields(Table):
        value = getattr(arrays.table, column.name)
        parts[f"table_{column.name}"] = _packed(value) if column.name in _TEXTS else np.asarray(value)
    about = {"version": VERSION, "fingerprint": arrays.fingerprint, "change": list(arrays.change)}
    parts["about"] = _packed([json.dumps(about)])
    draft = folder / f"{NAME}.{os.getpid()}"
    with draft.open("wb") as file:
        np.savez(file, **parts)  # type: ignore[arg-type]
    draft.replace(folder / NAME)


def load(folder: Path, fingerprint: str) -> Arrays | None:
    """Return the arrays on disk; None when there are none, or none made with these words by this program."""
    try:
        with np.load(folder / NAME, allow_pickle=False) as parts:
            change = _change(parts, fingerprint)
            return None if change is None else Arrays(_postings(parts), _table(parts), change, fingerprint)
    except FileNotFoundError:
        return None
    except _UNREADABLE:
        log.warning("the arrays on disk cannot be read; they are made anew")
        return None


def change_of(folder: Path, fingerprint: str) -> Change | None:
    """Return the change up to which the arrays on disk go; None when there are none that can be used."""
    try:
        with np.load(folder / NAME, allow_pickle=False) as parts:
            return _change(parts, fingerprint)
    except _UNREADABLE:
        return None


def forget(folder: Path) -> None:
    """Remove the file: an entry became hidden, and what was known of it must not lie about."""
    (folder / NAME).unlink(missing_ok=True)


def _change(parts: Any, fingerprint: str) -> Change | None:
    about = json.loads(_unpacked(parts["about"])[0])
    same = about["version"] == VERSION and about["fingerprint"] == fingerprint
    return Change(*about["change"]) if same else None


def _postings(parts: Any) -> Postings:
    table_ids = parts["table_ids"]
    places = {term: place for place, term in enumerate(_unpacked(parts["terms"]))}
    starts, numbers, levels = parts["starts"], parts["numbers"], parts["levels"]
    if len(starts) != len(places) + 1 or len(numbers) != len(levels) or (len(starts) and starts[-1] != len(numbers)):
        raise ValueError("the lists do not fit each other")
    if len(numbers) and (numbers.min() < 0 or numbers.max() >= len(table_ids)):
        raise ValueError("an entry is out of range")
    return Postings(len(table_ids), places, starts, numbers, levels)


def _table(parts: Any) -> Table:
    columns = {column.name: parts[f"table_{column.name}"] for column in fields(Table)}
    for name in _TEXTS:
        columns[name] = tuple(_unpacked(columns[name]))
    columns["sorted_names"] = int(columns["sorted_names"])
    rows = {len(values) for values in columns.values() if isinstance(values, np.ndarray)}
    if len(rows) != 1:
        raise ValueError("the columns differ in length")
    return Table(**columns)


def _packed(texts: Any) -> npt.NDArray[np.uint8]:
    """Return texts as the bytes of one JSON list."""
    return np.frombuffer(json.dumps(list(texts), ensure_ascii=False).encode("utf-8"), np.uint8)


def _unpacked(packed: npt.NDArray[np.uint8]) -> list[str]:
    texts: list[str] = json.loads(packed.tobytes())
    return texts
