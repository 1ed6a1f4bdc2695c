"""Questions as people type them, each with the place and the subject that must be understood and come first.

``everyday_questions.csv`` is a reviewed table; every row of it is answered as it says, on the demo.
"""

import csv
from datetime import datetime
from pathlib import Path

import pytest

from directory.catalogue.operations import import_services
from directory.catalogue.queries import cards
from directory.clock import LOCAL_ZONE
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


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_every_everyday_question_is_answered_as_the_table_says(demo):
    table = rows()
    assert len(table) >= 60
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
    elif row["top_category"] and row["top_category"] not in first[0].categories:
        yield f"the first is {first[0].name} {first[0].categories}, not {row['top_category']}"


def position_of(row):
    if not row["position"]:
        return None
    lat, lon = row["position"].split(",")
    return Point(float(lat), float(lon))
