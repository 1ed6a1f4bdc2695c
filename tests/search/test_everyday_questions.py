"""Questions as people type them, each with the place and the subject that must be understood and come first.

``everyday_questions.csv`` is a reviewed table; every row of it is answered as it says, on the demo. Where a cell holds
several values with ``;`` between them, any will do, but for ``facets``, which are all of them. ``first_contains`` is a
part of the first entry's name or of its provider's. Rows marked ``with_hospitals`` are asked once more with the real
hospitals and pharmacies in the catalogue: their names and subjects must not lead astray.
"""

import csv
from datetime import datetime
from pathlib import Path

import pytest

from directory.catalogue.mapping import read_mapping
from directory.catalogue.operations import import_services
from directory.catalogue.queries import cards
from directory.clock import LOCAL_ZONE
from directory.interop.operations import import_osm
from directory.places.queries import gazetteer
from directory.places.rules import Point
from directory.search.queries import SearchRequest, find
from directory.web.transaction import transaction

SEED = Path(__file__).parent.parent.parent / "seed"
WEDNESDAY_MORNING = datetime(2026, 11, 25, 9, 30, tzinfo=LOCAL_ZONE)


def rows():
    with (Path(__file__).parent / "everyday_questions.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def demo(app):
    for path in (SEED / "hotlines.csv", *sorted(SEED.glob("demo*.csv"))):
        with transaction():
            assert not import_services(path).errors


@pytest.fixture
def hospitals(demo, shared_data):
    mapping = read_mapping(SEED / "columns_osm_hospitals.toml")
    with transaction():
        assert not import_services(shared_data / "osm_hospitals_vn_2026-02.csv", source="osm", mapping=mapping).errors
    for export in ("osm_hospitals_hanoi_2024-09-27.overpass.json", "osm_pharmacies_hanoi_2025-10-24.geojson"):
        with transaction():
            import_osm(shared_data / export, is_dry_run=False, progress=lambda _doing, _done, _total: None)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_every_everyday_question_is_answered_as_the_table_says(demo):
    table = rows()
    assert len(table) >= 60
    assert_answered_as_the_table_says(table)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_hospitals_do_not_push_aside_what_was_asked_for(demo, hospitals):
    assert_answered_as_the_table_says([row for row in rows() if row["with_hospitals"]])


def assert_answered_as_the_table_says(table):
    wrong = [f"{row['question']!r}: {problem}" for row in table for problem in problems_of(row)]
    assert not wrong, "\n".join(wrong)


def problems_of(row):
    answer = find(SearchRequest(text=row["question"], position=position_of(row)), WEDNESDAY_MORNING)
    understood = answer.understood
    if understood.near_me != (row["near_me"] == "1"):
        yield f"near_me is {understood.near_me}"
    if row["category"] and understood.category not in row["category"].split(";"):
        yield f"category is {understood.category}, not {row['category']}"
    if set(filter(None, row["facets"].split(";"))) != set(understood.facets):
        yield f"facets are {understood.facets}, not {row['facets']}"
    if row["area"] and understood.area != gazetteer().resolve(row["area"])[0].name:
        yield f"area is {understood.area}, not {row['area']}"
    first = cards([hit.offering_id for hit in (answer.hits or answer.instead)[:1]])
    if not first:
        yield "nothing is shown at all"
    else:
        yield from problems_of_first(first[0], row)


def problems_of_first(first, row):
    wanted = set(filter(None, row["top_category"].split(";")))
    if wanted and not wanted & set(first.categories):
        yield f"the first is {first.name} {first.categories}, not {row['top_category']}"
    named = list(filter(None, row["first_contains"].split(";")))
    if named and not any(part in f"{first.name}, {first.provider}" for part in named):
        yield f"the first is {first.name}, {first.provider}, without {row['first_contains']}"


def position_of(row):
    if not row["position"]:
        return None
    lat, lon = row["position"].split(",")
    return Point(float(lat), float(lon))
