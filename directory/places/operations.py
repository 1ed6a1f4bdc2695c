"""Every write of places: the units that every site has, and the ward borders that a coordinator imports."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from geoalchemy2.shape import from_shape
from sqlalchemy import delete, insert, select, update

from directory import seed_files
from directory.extensions import db
from directory.places import queries
from directory.places.boundary_files import Border, BoundaryProblem, check_features, in_batches, read_features
from directory.places.models import SRID, AdminUnit, UnitSuccession, WardBoundary

#: Source: Nghị quyết 202/2025/QH15 and the 34 of the Standing Committee on communes, in force on 2025-07-01.
IN_FORCE_FROM = date(2025, 7, 1)
FORMER_UNTIL = date(2025, 6, 30)

#: So many borders are written by one statement, and progress is told as often.
BATCH = 200

Row = dict[str, Any]
#: Hears what is being done, how far, of how much.
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class BoundaryReport:
    """What an import of borders did, or would do."""

    file: str
    features: int
    problems: tuple[BoundaryProblem, ...]
    #: How many borders are in the database now; 0 after a dry run or with problems.
    written: int
    #: How many wards in force have no border after this import.
    wards_without: int


def import_boundaries(
    path: Path, *, is_dry_run: bool = False, progress: Progress = lambda _what, _done, _total: None
) -> BoundaryReport:
    """Bring in the borders of wards from a GeoJSON file: all of them, or none when one is wrong.

    A border that is there already is replaced; wards that the file does not name keep theirs.
    Raises: Invalid, when the file cannot be read at all.
    """
    features = read_features(path)
    wards = queries.gazetteer().atlas.wards()
    borders, problems = check_features(features, wards, lambda done: _tell(progress, "Kiểm tra", done, len(features)))
    written = 0
    if not problems and not is_dry_run:
        _write_borders(borders, path.name, progress)
        written = len(borders)
    known = set(db.session.scalars(select(WardBoundary.ward_key)))
    if not problems:
        known |= {border.ward_key for border in borders}
    return BoundaryReport(path.name, len(features), tuple(problems), written, len(wards) - len(known))


def _write_borders(borders: list[Border], source: str, progress: Progress) -> None:
    done = 0
    for batch in in_batches(borders, BATCH):
        keys = [border.ward_key for border in batch]
        db.session.execute(delete(WardBoundary).where(WardBoundary.ward_key.in_(keys)))
        db.session.execute(
            insert(WardBoundary),
            [
                {"ward_key": border.ward_key, "border": from_shape(border.shape, srid=SRID), "source": source}
                for border in batch
            ],
        )
        done += len(batch)
        _tell(progress, "Ghi", done, len(borders))


def _tell(progress: Progress, what: str, done: int, total: int) -> None:
    if done % BATCH == 0 or done == total:
        progress(what, done, total)


def load_units() -> int:
    """Bring the tables of units to what ``seed/`` says, and return how many rows changed; safe to repeat.

    Why nothing is deleted: a site may stand in a unit that a later list no longer has.
    """
    changed = 0
    for batch in stated_units():
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
    missing = [{"old_key": old, "new_key": new} for old, new in stated_successions() if (old, new) not in known]
    if missing:
        db.session.execute(insert(UnitSuccession), missing)
    return len(missing)


def stated_successions() -> Iterator[tuple[str, str]]:
    """Yield the keys of each former ward and of one of today's that took a part of it."""
    for row in seed_files.rows("old_wards.csv"):
        for code in row["successors"].split(";"):
            yield _former_key(row), f"ward:{code}"


def _former_key(row: Row) -> str:
    """Return the key of a former ward; five island districts had none, so the district itself was succeeded."""
    return f"old-ward:{row['code']}" if row["code"] else f"old-district:{row['district_code']}"


def stated_units() -> Iterator[list[Row]]:
    """Yield the units of ``seed/``, level by level, those above first, since a unit refers to the one above it."""
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
