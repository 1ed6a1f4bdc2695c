"""The gazetteer of the real units, from ``seed/``, without a database."""

import csv
from pathlib import Path

import pytest

from directory.places.gazetteer import Gazetteer, Unit
from directory.places.operations import stated_successions, stated_units
from directory.places.queries import gazetteer_of
from directory.places.rules import Point


@pytest.fixture(scope="session")
def names() -> Gazetteer:
    """All units of Viet Nam with their names."""
    columns = ("key", "level", "code", "kind", "name", "parent_key")
    units = [
        Unit(
            *(row[column] for column in columns),
            None if row["latitude"] is None else Point(row["latitude"], row["longitude"]),
            row["area_km2"],
        )
        for batch in stated_units()
        for row in batch
    ]
    return gazetteer_of(units, stated_successions())


def read_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="session")
def check_wards(shared_data: Path) -> list[dict[str, str]]:
    """Today's wards from another source: codes, boxes."""
    return read_rows(shared_data / "vn_wards_2026_points.csv")


@pytest.fixture(scope="session")
def check_legacy(shared_data: Path) -> list[dict[str, str]]:
    """Former wards and where each went, from another export; one code there is out of date."""
    rows = read_rows(shared_data / "vn_legacy_to_2025_wards.csv")
    return [row | {"newWardCode": {"06970": "06978"}.get(row["newWardCode"], row["newWardCode"])} for row in rows]
