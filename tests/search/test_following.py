"""The index follows the database, heals by itself, and forgets what must be forgotten."""

import os
import shutil
import subprocess
import sys
import time
import zipfile
from datetime import UTC, datetime

import numpy as np
import pytest
from sqlalchemy import delete, select, update

from directory.catalogue.models import CatalogueChange, Offering, Provider, Service, Site
from directory.catalogue.operations import record_change
from directory.extensions import db, settings
from directory.places.queries import gazetteer
from directory.search import index, storage
from directory.search.following import Follower
from directory.search.keeping import writer_lock
from directory.search.operations import index_state, refresh_index
from directory.search.queries import SearchRequest, answer
from directory.search.words import words
from directory.web.transaction import transaction
from tests.entries import HA_LONG, import_cast, import_rows

FINGERPRINT = words().fingerprint
CANARY = "Ngõ Chim Hoàng Yến"


class Clock:
    """A clock that a test moves."""

    now_s = 0.0

    def __call__(self):
        return self.now_s


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def other(app, tmp_path, clock):
    """A second worker: it shares nothing with the first but database and folder."""
    return lambda: Follower(db.engine, settings().index_dir, in_background=False, clock=clock)


def providers(follower, text):
    found = answer(SearchRequest(text=text), datetime.now(UTC), follower.arrays(), gazetteer())
    names = dict(
        db.session.execute(select(Offering.id, Provider.name).join(Offering.service).join(Service.provider)).all()
    )
    db.session.rollback()
    return [names[hit.offering_id] for hit in found.hits]


def rename(offering_id, name):
    with transaction():
        provider = select(Service.provider_id).join(Offering).where(Offering.id == offering_id).scalar_subquery()
        db.session.execute(update(Provider).where(Provider.id == provider).values(name=name))
        record_change(offering_id)


@pytest.fixture
def cast(app, tmp_path):
    import_cast(tmp_path)
    db.session.rollback()


def id_of(provider):
    found = db.session.scalar(
        select(Offering.id).join(Offering.service).join(Service.provider).where(Provider.name == provider)
    )
    db.session.rollback()
    return found


def test_an_edit_is_found_by_another_worker_within_a_second(cast, other, clock):
    worker = other()
    assert providers(worker, "chưa ai hỏi") == ["Bệnh viện Chưa Ai Hỏi"]
    rename(id_of("Bệnh viện Chưa Ai Hỏi"), "Bệnh viện Sao Mai")
    clock.now_s += 0.4
    assert providers(worker, "sao mai") == []
    clock.now_s += 0.2
    assert providers(worker, "sao mai") == ["Bệnh viện Sao Mai"]
    assert providers(worker, "chưa ai hỏi") == []


def test_an_edit_in_another_process_is_found(cast, other, clock):
    worker = other()
    providers(worker, "khám bệnh")
    offering_id = id_of("Bệnh viện Chưa Ai Hỏi")
    program = (
        "import sys; from directory.app import create_app; from directory.extensions import db\n"
        "from directory.catalogue.operations import record_change\n"
        "from directory.web.transaction import transaction\n"
        "from sqlalchemy import text\n"
        "with create_app().app_context():\n"
        "    with transaction():\n"
        "        rename = \"UPDATE provider SET name = 'Sao Hôm' WHERE name = 'Bệnh viện Chưa Ai Hỏi'\"\n"
        "        db.session.execute(text(rename))\n"
        "        record_change(int(sys.argv[1]))\n"
    )
    environ = os.environ | {
        "DIRECTORY_DATA_DIR": str(settings().data_dir),
        "DIRECTORY_DATABASE_URL": settings().database_url,
    }
    subprocess.run([sys.executable, "-c", program, str(offering_id)], check=True, env=environ)
    clock.now_s += 1
    assert providers(worker, "sao hôm") == ["Sao Hôm"]


def test_a_removed_entry_is_found_no_more(cast, other, clock):
    worker = other()
    assert providers(worker, "chưa ai hỏi")
    gone = id_of("Bệnh viện Chưa Ai Hỏi")
    with transaction():
        db.session.execute(delete(Offering).where(Offering.id == gone))
        record_change(gone)
    clock.now_s += 1
    assert providers(worker, "chưa ai hỏi") == []


def test_patches_give_the_same_arrays_as_a_fresh_start(cast, other, clock):
    worker = other()
    worker.arrays()
    for number in range(5):
        rename(id_of("Bệnh viện Chưa Ai Hỏi"), f"Bệnh viện Sao {number}")
        rename(id_of(f"Bệnh viện Sao {number}"), "Bệnh viện Chưa Ai Hỏi")
        clock.now_s += 1
        worker.arrays()
    shutil.rmtree(settings().index_dir)
    assert same_terms(worker.arrays().laid_out_anew(), other().arrays())


def same_terms(one, another):
    """Compare what each entry has, whatever its number."""

    def terms(arrays):
        return {
            (term, arrays.table.ids[number], level)
            for term in arrays.postings.terms()
            for number, level in zip(*(part.tolist() for part in arrays.postings.get(term)), strict=True)
        }

    return terms(one) == terms(another)


def test_a_worker_starts_from_the_arrays_on_disk(cast, other):
    other().arrays()
    kept = storage.load(settings().index_dir, FINGERPRINT)
    assert kept is not None
    assert same_terms(kept, other().arrays())


def test_the_arrays_can_be_made_from_the_index_alone(cast, other):
    first = other().arrays()
    storage.forget(settings().index_dir)
    from_index = index.read(settings().index_dir, FINGERPRINT)
    assert same_terms(from_index, first)
    assert from_index.table.names == first.table.names
    assert np.array_equal(from_index.table.tie, first.table.tie)


# Whoosh leaves a file it cannot read to the garbage collector, which closes it.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("broken", ["empty", "garbage", "half", "pickle", "gone"])
def test_broken_files_heal(cast, other, broken):
    other().arrays()
    folder = settings().index_dir
    files = [path for path in folder.rglob("*") if path.is_file() and path.name != "lock"]
    assert files
    for path in files:
        if broken == "gone":
            path.unlink()
        elif broken == "half":
            path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
        elif broken == "pickle":
            np.save(path.open("wb"), np.array([{"a": 1}], dtype=object), allow_pickle=True)
        else:
            path.write_bytes(b"" if broken == "empty" else b"\x80\x04garbage" * 100)
    assert providers(other(), "chưa ai hỏi") == ["Bệnh viện Chưa Ai Hỏi"]
    assert index_state() is not None
    assert storage.load(folder, FINGERPRINT) is not None


def test_arrays_that_do_not_fit_each_other_are_refused(cast, other):
    other().arrays()
    path = settings().index_dir / storage.NAME
    with np.load(path) as parts:
        bent = dict(parts)
    bent["numbers"] = bent["numbers"] + 1_000_000
    np.savez(path, **bent)
    assert storage.load(settings().index_dir, FINGERPRINT) is None


def test_an_index_made_with_other_words_is_too_old(cast, other):
    other().arrays()
    assert storage.load(settings().index_dir, "other words") is None
    assert index.read(settings().index_dir, "other words") is None


def test_a_replaced_database_is_noticed(cast, other, clock):
    worker = other()
    worker.arrays()
    with transaction():
        # The same number, another change: as after a restore.
        newest = db.session.scalars(select(CatalogueChange).order_by(CatalogueChange.seq.desc())).first()
        newest.changed_at = datetime(2020, 1, 1, tzinfo=UTC)
        db.session.execute(update(Provider).where(Provider.name == "Bệnh viện Chưa Ai Hỏi").values(name="Sao Mai"))
    clock.now_s += 1
    assert providers(worker, "sao mai") == ["Sao Mai"]


def test_only_the_holder_of_the_lock_writes(cast, other):
    folder = settings().index_dir
    shutil.rmtree(folder, ignore_errors=True)
    with writer_lock(folder) as is_mine:
        assert is_mine
        with writer_lock(folder) as is_theirs:
            assert not is_theirs
        # It answers from memory all the same.
        assert providers(other(), "chưa ai hỏi") == ["Bệnh viện Chưa Ai Hỏi"]
        assert index_state() is None
    assert refresh_index() == 8
    assert index_state().entries == 8


def test_nothing_of_a_place_that_became_hidden_stays_on_disk(app, tmp_path, other, clock):
    shown = {"provider": "Nhà Tạm Lánh Sao", "service": "Nơi ở", "category": "tam-lanh", "phones": "0912 000 444",
             "address": CANARY, "source": "dieu-phoi", **HA_LONG}  # fmt: skip
    import_rows(tmp_path, [shown, shown | {"provider": "Người Khác", "address": "Số 1"}])
    db.session.rollback()
    worker = other()
    assert providers(worker, CANARY) == ["Nhà Tạm Lánh Sao"]
    refresh_index()
    assert traces(b"chim") or traces(b"hoang")
    hidden = id_of("Nhà Tạm Lánh Sao")
    with transaction():
        site = select(Offering.site_id).where(Offering.id == hidden).scalar_subquery()
        kept_back = dict.fromkeys(("address", "ward_key", "old_ward_key", "latitude", "longitude", "point"))
        db.session.execute(update(Site).where(Site.id == site).values(visibility="hidden", **kept_back))
        record_change(hidden)
    clock.now_s += 1
    assert providers(worker, CANARY) == []
    assert not traces(b"chim"), "the address is still in a file of the index"
    assert not traces(b"yen_")
    assert providers(other(), "tạm lánh sao")[:1] == ["Nhà Tạm Lánh Sao"]


def traces(needle):
    """Return the files of the index in which a string stands, also inside archives."""
    found = []
    for path in settings().index_dir.rglob("*"):
        if path.is_file():
            held = path.read_bytes()
            if zipfile.is_zipfile(path):
                with zipfile.ZipFile(path) as archive:
                    held += b"".join(archive.read(name) for name in archive.namelist())
            if needle in held:
                found.append(path.name)
    return found


def test_a_hidden_place_has_no_address_ward_or_point_in_any_file(cast, other):
    other().arrays()
    refresh_index()
    assert not traces(b"giu-kin.example")
    arrays = storage.load(settings().index_dir, FINGERPRINT)
    hidden = np.flatnonzero(arrays.table.is_hidden)
    assert len(hidden)
    assert np.isnan(arrays.table.latitudes[hidden]).all()
    wards = [term for term in arrays.postings.terms() if term.startswith("@w:")]
    assert not any(set(arrays.postings.get(ward)[0].tolist()) & set(hidden.tolist()) for ward in wards)


def test_the_index_is_written_beside_the_requests(cast):
    worker = Follower(db.engine, settings().index_dir)
    worker.arrays()
    until = time.monotonic() + 20
    while index_state() is None and time.monotonic() < until:
        time.sleep(0.05)
    assert index_state().entries == 8
    with writer_lock(settings().index_dir, wait=True):
        # The thread is done with the database before the test takes it away.
        pass
