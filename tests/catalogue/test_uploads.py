"""What of a brought file lies in the data folder: of a place that is kept back nothing that may tell it."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from directory.catalogue import uploads
from directory.catalogue.cells import versions_of
from directory.catalogue.models import ImportRun, Offering
from directory.catalogue.operations.editing import edit
from directory.catalogue.operations.runs import confirm, look_at
from directory.errors import Conflict
from directory.extensions import db
from directory.web.transaction import transaction
from tests.catalogue.tables import CLINIC, SHELTER, csv_text

HERE = CLINIC | {"ward": "Phường Hồng Gai", "province": "Quảng Ninh"}
CANARY = "Zoekhang"


@pytest.fixture
def actors(people):
    """Two coordinators of the whole country."""
    return [replace(one.actor, all_areas=True) for one in (people.coordinator, people.other_coordinator)]


@pytest.fixture
def bring(actors):
    """Return a function by which the first of them brings a file."""

    def bring(*rows, name="bang.csv"):
        with transaction():
            return look_at(actors[0], name, csv_text(*rows).encode(), "dieu-phoi")

    return bring


def write(run, *actors):
    """Let these press "write" one after the other, and return whether it did what was shown."""
    outcomes = []
    for actor in actors:
        with transaction():
            outcomes.append(not confirm(actor, run.code, run.version).is_outdated)
    return all(outcomes)


def everything_kept(tmp_path) -> str:
    files = "".join(path.read_text() for path in sorted((tmp_path / "uploads").iterdir()))
    run = db.session.scalars(select(ImportRun)).one()
    return f"{files} {files.encode().decode('unicode_escape')} {run.file_name}"


@pytest.mark.parametrize(
    "row",
    [
        SHELTER | {"address": f"12 đường {CANARY}"},
        SHELTER | {"description": f"Ở số 12 đường {CANARY}."},
        SHELTER | {"provider": f"Số 12 đường {CANARY}"},
        SHELTER | {"visibility": "giau kin", "ward": f"Phường {CANARY}"},
        SHELTER | {"ghi chu rieng": f"nhà {CANARY}"},
        SHELTER | {"website": f"https://{CANARY}.example"},
        SHELTER | {"visibility": "partial", "ward": "Phường Hồng Gai", "address": f"12 đường {CANARY}"},
    ],
)
def test_of_a_place_that_is_kept_back_no_word_lies_in_the_data_folder(bring, tmp_path, row):
    bring(HERE, row, name=f"nhà ở {CANARY}.csv")
    assert CANARY not in everything_kept(tmp_path)


def test_a_row_of_a_place_that_is_kept_back_since_is_not_kept(bring, actors):
    assert write(bring(HERE, name=f"nhà ở {CANARY}.csv"), actors[0])
    entry = db.session.scalars(select(Offering).where(Offering.external_id == HERE["external_id"])).one()
    with transaction():
        edit(actors[0], entry.code, {"visibility": "hidden"}, versions_of(entry))
    assert db.session.scalars(select(ImportRun.file_name)).all() == ["bang.csv"]
    run = bring(HERE | {"address": CANARY}, HERE | {"external_id": "khac", "provider": "Khác"})
    assert CANARY not in str(uploads.table_of(run.code))
    assert write(run, actors[0])
    assert db.session.scalar(select(Offering.id).where(Offering.external_id == "khac")) is not None


def test_a_file_with_errors_is_never_written_whatever_was_kept_of_it(bring, actors):
    run = bring(HERE, SHELTER | {"description": f"Ở số 12 đường {CANARY}."})
    with pytest.raises(Conflict, match="còn dòng có lỗi"), transaction():
        confirm(actors[0], run.code, run.version)


def test_a_file_with_words_that_are_not_kept_is_written_as_it_was_shown(bring, actors):
    run = bring(HERE, SHELTER | {"website": f"https://{CANARY}.example", "ghi chu": CANARY})
    assert write(run, *actors)
    assert db.session.scalar(select(Offering.id).where(Offering.external_id == SHELTER["external_id"])) is not None


def test_what_a_second_person_is_to_agree_to_is_shown_however_far_down_it_stands(bring):
    rows = [HERE | {"external_id": f"pk-{n}", "service": f"Dịch vụ {n}"} for n in range(30)]
    outcome = uploads.outcome_of(bring(*rows, SHELTER).code)
    assert outcome["first"][0]["provider"] == SHELTER["provider"]
