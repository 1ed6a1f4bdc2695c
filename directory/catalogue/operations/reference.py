"""Loading what every site has before its first entry: subjects and sources, from ``seed/``."""

from typing import Any

from sqlalchemy import Table, insert, select, update

from directory import seed_files
from directory.catalogue.models import Category, Source
from directory.catalogue.operations.changes import record_change
from directory.extensions import db


def load_reference() -> None:
    """Load the subjects and sources of ``seed/``; safe to repeat, and silent when nothing changed."""
    categories = [
        {
            "slug": row["slug"],
            "code": row["code"],
            "parent_slug": row["parent_slug"] or None,
            "name_vi": row["name_vi"],
            "name_en": row["name_en"],
            "position": position,
        }
        for position, row in enumerate(seed_files.rows("categories.csv"))
    ]
    # A parent must stand before its children, wherever the file has it.
    categories.sort(key=lambda category: category["parent_slug"] is not None)
    sources = [{column: text or None for column, text in row.items()} for row in seed_files.rows("sources.csv")]
    have_changed = [_upsert(Category, "slug", categories), _upsert(Source, "code", sources)]
    if any(have_changed):
        record_change(None)


def _upsert(model: Any, key: str, rows: list[dict[str, Any]]) -> bool:
    """Insert or update rows by their key, and say whether anything was different; others stay."""
    table: Table = model.__table__
    known = {row._mapping[key]: dict(row._mapping) for row in db.session.execute(select(table))}
    new = [row for row in rows if row[key] not in known]
    if new:
        db.session.execute(insert(table), new)
    changed = [row for row in rows if row[key] in known and known[row[key]] != row]
    for row in changed:
        db.session.execute(update(table).where(table.c[key] == row[key]).values(row))
    return bool(new or changed)
