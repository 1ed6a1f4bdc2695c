"""Every write of places: the units that every site has, and the ward borders that a coordinator imports."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import insert, select, update

from directory.extensions import db
from directory.places import queries, seed_files
from directory.places.models import AdminUnit, UnitSuccession

#: Source: Nghị quyết 202/2025/QH15 and the 34 of the Standing Committee on communes, in force on 2025-07-01.
IN_FORCE_FROM = date(2025, 7, 1)
FORMER_UNTIL = date(2025, 6, 30)

Row = dict[str, Any]


def load_units() -> int:
    """Bring the tables of units to what ``seed/`` says, and return how many rows changed; safe to repeat.

    Why nothing is deleted: a site may stand in a unit that a later list no longer has.
    """
    changed = 0
    for batch in _unit_batches():
        changed += _bring_to(batch)
    changed += _load_successions()
    db.session.flush()
    queries.forget_gazetteer()
    return changed


def _bring_to(batch: Sequence[Row]) -> int:
    """Insert the units that are missing and update those that differ."""
    columns = list(batch[0])
    known = {
        row[0]: row._asdict()
        for row in db.session.execute(
            select(*(getattr(AdminUnit, column) for column in columns)).where(AdminUnit.level == batch[0]["level"])
        )
    }
    missing = [row for row in batch if row["key"] not in known]
    differing = [row for row in batch if row["key"] in known and row != known[row["key"]]]
    if missing:
        db.session.execute(insert(AdminUnit), missing)
    if differing:
        db.session.execute(update(AdminUnit), differing)
    return len(missing) + len(differing)


def _load_successions() -> int:
    known = {(row.old_key, row.new_key) for row in db.session.execute(select(UnitSuccession.__table__))}
    stated = [
        {"old_key": _former_key(row), "new_key": f"ward:{code}"}
        for row in seed_files.rows("old_wards.csv")
        for code in row["successors"].split(";")
    ]
    missing = [row for row in stated if (row["old_key"], row["new_key"]) not in known]
    if missing:
        db.session.execute(insert(UnitSuccession), missing)
    return len(missing)


def _former_key(row: Row) -> str:
    """Return the key of a former ward; five island districts had none, so the district itself was succeeded."""
    return f"old-ward:{row['code']}" if row["code"] else f"old-district:{row['district_code']}"


def _unit_batches() -> Iterator[list[Row]]:
    """Yield the units of each level, those above first, since a unit refers to the one above it."""
    yield [_unit("province", row, None) for row in seed_files.rows("provinces.csv")]
    yield [_unit("old-province", row, None) for row in seed_files.rows("old_provinces.csv")]
    yield [
        _unit("old-district", row, f"old-province:{row['province_code']}")
        for row in seed_files.rows("old_districts.csv")
    ]
    yield [_unit("ward", row, f"province:{row['province_code']}") for row in seed_files.rows("wards.csv")]
    yield [
        _unit("old-ward", row, f"old-district:{row['district_code']}")
        for row in seed_files.rows("old_wards.csv")
        if row["code"]
    ]


def _unit(level: str, row: Row, parent_key: str | None) -> Row:
    is_former = level.startswith("old-")
    return {
        "key": f"{level}:{row['code']}",
        "level": level,
        "code": row["code"],
        "kind": row["kind"],
        "name": row["name"],
        "parent_key": parent_key,
        "latitude": _number(row.get("latitude")),
        "longitude": _number(row.get("longitude")),
        "area_km2": _number(row.get("area_km2")),
        "valid_from": None if is_former else IN_FORCE_FROM,
        "valid_to": FORMER_UNTIL if is_former else None,
    }


def _number(text: str | None) -> float | None:
    return float(text) if text else None
