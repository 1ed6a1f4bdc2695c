"""The Whoosh index on disk: the schema, writing it, and reading the arrays back from it (D4).

Whoosh keeps the terms of ``analysis.py``, which it does not analyse again, and of each entry the few facts that the
arrays need. It holds no address and nothing of a hidden place, and no text that a page would show but the name.
"""

import json
import logging
import shutil
from collections.abc import Collection, Iterable, Iterator
from dataclasses import fields as dataclass_fields
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from whoosh import fields, index
from whoosh.analysis import IDTokenizer
from whoosh.formats import Existence

from directory.search.analysis import ELSEWHERE, PLACE, SUBJECT_OR_NAME, VERSION, terms_of
from directory.search.arrays import Arrays
from directory.search.entries import Change
from directory.search.entry import Entry
from directory.search.postings import Collector
from directory.search.table import build_table
from directory.search.words import Words

log = logging.getLogger(__name__)

FOLDER = "whoosh"
#: One field for each strength of evidence.
FIELD_OF_LEVEL = {SUBJECT_OR_NAME: "strong", PLACE: "place", ELSEWHERE: "elsewhere"}
#: The id of the one document that says what the index holds; offerings have numbers for ids.
STATE = "state"
#: What of an entry is a day.
_DAYS = frozenset({"verified_on", "closed_on", "reopens_on"})
WRITER_TIMEOUT_S = 30.0
MEMORY_MB = 128


class Terms(fields.FieldType):  # type: ignore[misc]
    """A field of terms that are already analysed: only whether an entry has them is kept."""

    def __init__(self) -> None:
        self.analyzer = IDTokenizer()
        self.format = Existence()
        self.stored = self.unique = False
        # Not for scoring: where a field has no lengths, Whoosh asks the file system for them at every single posting.
        self.scorable = True
        self.vector = None


SCHEMA = fields.Schema(
    id=fields.ID(unique=True, stored=True),
    facts=fields.STORED(),
    **{name: Terms() for name in FIELD_OF_LEVEL.values()},
)


def write_anew(folder: Path, entries: Iterable[Entry], change: Change, words: Words) -> None:
    """Write the whole index beside the old one and put it in its place: what was deleted is gone from the disk."""
    draft = folder / f"{FOLDER}.new"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    writer = index.create_in(draft, SCHEMA).writer(limitmb=MEMORY_MB)
    for entry in entries:
        writer.add_document(**_document(entry, words))
    writer.add_document(**_state(change, words))
    writer.commit()
    shutil.rmtree(folder / FOLDER, ignore_errors=True)
    draft.rename(folder / FOLDER)


def update(folder: Path, entries: Iterable[Entry], ids: Collection[int], change: Change, words: Words) -> None:
    """Bring some entries of the index up to date; those of ``ids`` without an entry are removed."""
    writer = index.open_dir(folder / FOLDER).writer(timeout=WRITER_TIMEOUT_S, limitmb=MEMORY_MB)
    try:
        for offering_id in ids:
            writer.delete_by_term("id", str(offering_id))
        for entry in entries:
            writer.add_document(**_document(entry, words))
        writer.update_document(**_state(change, words))
    except BaseException:
        writer.cancel()
        raise
    writer.commit()


def change_of(folder: Path, fingerprint: str) -> Change | None:
    """Return the change up to which the index is written; None when there is none that can be used."""
    try:
        with index.open_dir(folder / FOLDER).reader() as reader:
            return _change(reader, fingerprint)
    except Exception:
        return None


def read(folder: Path, fingerprint: str) -> Arrays | None:
    """Return the arrays that the index holds; None when there is none that can be used."""
    try:
        with index.open_dir(folder / FOLDER).reader() as reader:
            change = _change(reader, fingerprint)
            return None if change is None else _arrays(reader, change, fingerprint)
    except index.EmptyIndexError:
        return None
    except Exception:
        log.warning("the index on disk cannot be read; it is made anew")
        return None


def _document(entry: Entry, words: Words) -> dict[str, Any]:
    by_field: dict[str, list[str]] = {name: [] for name in FIELD_OF_LEVEL.values()}
    for term, level in terms_of(entry, words).items():
        by_field[FIELD_OF_LEVEL[level]].append(term)
    bare = entry.without_texts()
    facts = {column.name: getattr(bare, column.name) for column in dataclass_fields(bare)}
    facts = {name: value for name, value in facts.items() if value not in (None, (), frozenset())}
    return {"id": str(entry.offering_id), "facts": json.dumps(facts, default=_as_json), **by_field}


def _as_json(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else sorted(value)  # type: ignore[call-overload]


def _entry(facts: str) -> Entry:
    known: dict[str, Any] = json.loads(facts)
    known["facets"] = frozenset(known.get("facets", ()))
    known["categories"] = tuple(known.get("categories", ()))
    for name in _DAYS.intersection(known):
        known[name] = date.fromisoformat(known[name])
    return Entry(**known)


def _state(change: Change, words: Words) -> dict[str, Any]:
    about = {"version": VERSION, "fingerprint": words.fingerprint, "change": list(change)}
    return {"id": STATE, "facts": json.dumps(about)}


def _change(reader: Any, fingerprint: str) -> Change | None:
    number = next(reader.postings("id", STATE).all_ids(), None)
    if number is None:
        return None
    about = json.loads(reader.stored_fields(number)["facts"])
    same = about["version"] == VERSION and about["fingerprint"] == fingerprint
    return Change(*about["change"]) if same else None


def _arrays(reader: Any, change: Change, fingerprint: str) -> Arrays:
    numbers: dict[int, int] = {}
    found: list[Entry] = []
    for number, stored in reader.iter_docs():
        if stored["id"] != STATE:
            numbers[number] = len(found)
            found.append(_entry(stored["facts"]))
    at = np.full(reader.doc_count_all(), -1, np.int64)
    at[list(numbers)] = list(numbers.values())
    collector = Collector()
    for level, name in FIELD_OF_LEVEL.items():
        for term, ids in _lists(reader, name):
            known = at[ids]
            collector.add_term(term, known[known >= 0].tolist(), level)
    table, renumbered = build_table(found)
    return Arrays(collector.postings(renumbered), table, change, fingerprint)


def _lists(reader: Any, field_name: str) -> Iterator[tuple[str, list[int]]]:
    for term in reader.lexicon(field_name):
        text = term.decode("utf-8")
        yield text, list(reader.postings(field_name, text).all_ids())


def entries_of(folder: Path, ids: Collection[int]) -> list[Entry]:
    """Return what the index holds of some offerings; their texts are not in it."""
    with index.open_dir(folder / FOLDER).reader() as reader:
        numbers = (next(reader.postings("id", str(one)).all_ids(), None) for one in ids if ("id", str(one)) in reader)
        return [_entry(reader.stored_fields(number)["facts"]) for number in numbers if number is not None]


def count_of(folder: Path) -> int:
    """Return how many entries the index holds."""
    with index.open_dir(folder / FOLDER).reader() as reader:
        count: int = reader.doc_count()
    return count - 1


def forget(folder: Path) -> None:
    """Remove the index from the disk."""
    shutil.rmtree(folder / FOLDER, ignore_errors=True)
