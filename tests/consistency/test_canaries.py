"""Fifty client codes go through everything that a slip goes through; after the purge none of them is anywhere.

And a place that a coordinator kept back by hand is told at no door: no export, no interface, no page of the desk.
"""

import io
import json
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import inspect, select, text
from sqlalchemy.engine import make_url

from directory import clock
from directory.catalogue import operations as catalogue
from directory.catalogue.cells import versions_of
from directory.catalogue.models import Offering
from directory.catalogue.upkeep import Origin
from directory.coordination.views.entries import PARTS
from directory.extensions import db
from directory.referrals import operations
from directory.referrals.models import Slip, SlipFact
from directory.referrals.numbers import grouped, new_client_code
from directory.referrals.operations import tick
from directory.referrals.rules import PURGED_AFTER, Reason
from directory.search.operations import refresh_index
from directory.web.transaction import transaction
from tests.consistency.test_kept_places import TOLD, WORDS, traces_in
from tests.entries import import_rows
from tests.people import post, sign_in

CODES = 50


def forms(code: str) -> set[str]:
    """Every way in which a code may be written."""
    return {code, code.upper(), grouped(code), grouped(code).lower(), f"{code[:4]} {code[4:]}"}


def found_in(data: bytes, codes: list[str]) -> set[str]:
    return {code for code in codes if any(form.encode() in data for form in forms(code))}


def everything_on_disk(folder: Path) -> bytes:
    """All files of the site: database, write-ahead log, index, keys."""
    return b"\n".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def everything_in_tables() -> bytes:
    """Every row of every table as text."""
    rows = []
    for table in inspect(db.engine).get_table_names():
        if not table.startswith(("spatial", "geometry", "views_", "virts_", "SpatialIndex", "sqlite")):
            rows += [repr(tuple(row)) for row in db.session.execute(text(f'SELECT * FROM "{table}"'))]
    db.session.rollback()
    return "\n".join(rows).encode()


def dump() -> bytes:
    """What ``pg_dump`` writes of a PostgreSQL database; nothing for SQLite, whose file is read."""
    if db.engine.dialect.name != "postgresql":
        return b""
    program = shutil.which("pg_dump") or next(str(p) for p in Path("/usr/lib/postgresql").glob("*/bin/pg_dump"))
    url = make_url(db.engine.url).set(drivername="postgresql").render_as_string(False)
    return subprocess.run([program, url], check=True, capture_output=True).stdout


@pytest.fixture
def lived(client, people) -> list[str]:
    """Issue fifty slips by the form, and let each take one of the ways that a slip can go."""
    codes = [new_client_code() for _ in range(CODES)]
    for number, code in enumerate(codes):
        sign_in(client, people.peer if number % 2 else people.colleague)
        fields = {"tuoi": "du-18", "dong-y-lap": "co", "dong-y-gui": "co", "dong-y-dem": "co", "gap": "72h"}
        key = f"{number:032}"
        for said in (f"{code}x", grouped(code)):  # typed wrong, then right
            answer = post(client, "/phieu/moi", key=key, noi=people.offering_code, ma=said, **fields)
        assert answer.status_code == 303
        page = client.get(answer.location)
        assert grouped(code) in page.get_data(as_text=True)
        _go_on(people, number, answer.location.rsplit("/", 1)[1])
    return codes


def _go_on(people, number: int, code: str) -> None:
    staff, issuer = people.staff.actor, (people.peer if number % 2 else people.colleague).actor
    with transaction():
        if number % 5 == 0:
            operations.decline(staff, code, Reason.NO_CAPACITY)
        elif number % 5 == 1:
            operations.forward(staff, code, people.other_offering_code)
        elif number % 5 == 2:
            operations.cancel(issuer, code)
        else:
            operations.confirm_arrival(staff, code)
            operations.record_service(staff, code, {"kham-benh": 1})


def go_on_by(monkeypatch, days: float) -> None:
    later = clock.now() + timedelta(days=days)
    monkeypatch.setattr(clock, "now", lambda: later)
    tick(later)


def test_of_fifty_codes_none_is_left_anywhere_after_the_purge(lived, runner, tmp_path, monkeypatch, caplog, capfd):
    refresh_index()
    assert found_in(everything_in_tables(), lived) == set(lived), "the search finds what is there"
    if db.engine.dialect.name == "sqlite":
        assert found_in(everything_on_disk(tmp_path), lived) == set(lived)
    else:
        assert found_in(dump(), lived) == set(lived)
    go_on_by(monkeypatch, 31)  # what was never answered expires
    go_on_by(monkeypatch, PURGED_AFTER.days + 1)
    db.session.remove()

    assert db.session.scalars(select(Slip)).all() == []
    assert len(db.session.scalars(select(SlipFact)).all()) == CODES * 6 // 5, "the figures stay, children counted"
    db.session.remove()
    db.engine.dispose()
    said = "\n".join(record.getMessage() + json.dumps(record.__dict__, default=str) for record in caplog.records)
    for command in (["audit", "verify", "--json"], ["doctor", "--json"], ["tick"]):
        said += runner(*command).output
    for where in (
        everything_in_tables(),
        dump(),
        everything_on_disk(tmp_path),
        said.encode(),
        *map(str.encode, capfd.readouterr()),
    ):
        assert found_in(where, lived) == set()


def test_a_code_is_gone_from_the_file_at_once_when_consent_is_withdrawn(client, people, tmp_path):
    codes = [new_client_code() for _ in range(10)]
    sign_in(client, people.peer)
    fields = {"tuoi": "du-18", "dong-y-lap": "co", "dong-y-gui": "co", "dong-y-dem": "co", "gap": "72h"}
    for code in codes:
        made = post(client, "/phieu/moi", noi=people.offering_code, ma=code, **fields)
        assert post(client, f"{made.location}/rut").status_code == 303
    db.session.remove()
    for where in (everything_in_tables(), dump(), everything_on_disk(tmp_path)):
        assert found_in(where, codes) == set()


#: Where an entry is told of to programs and to coordinators; ``{code}`` and ``{uuid}`` are the entry's own.
DOORS = (
    *("/api/tim?q=nha+binh+an", f"/api/tim?q={WORDS[3]}", f"/tim?q={WORDS[2]}", "/dich-vu/{code}", "/ban-do/khung"),
    *(f"/hsds/{kind}?full=true&per_page=100" for kind in ("services", "organizations", "service_at_locations")),
    *(
        "/hsds/services?format=ndjson&full=true",
        "/hsds/service_at_locations/{uuid}",
        f"/hsds/services?search={WORDS[0]}",
    ),
    *("/dieu-phoi", "/dieu-phoi/muc?q=binh+an", f"/dieu-phoi/muc?q={WORDS[3]}", "/dieu-phoi/muc/{code}"),
    *("/dieu-phoi/muc/{code}/lich-su", "/dieu-phoi/muc/{code}/dong", "/dieu-phoi/muc/{code}/tach"),
    *(f"/dieu-phoi/muc/{{code}}/sua/{part}" for part in PARTS),
    *("/dieu-phoi/xac-minh", "/dieu-phoi/xac-minh/in", "/dieu-phoi/trung", "/dieu-phoi/de-nghi"),
    *("/dieu-phoi/de-nghi/{request}", "/dieu-phoi/gop/{code}?q=nha"),
    *(f"/dieu-phoi/xuat/tep?dang={ending}&minh-hoa=1" for ending in ("csv", "geojson", "xlsx")),
)


def read(answer) -> bytes:
    """Return an answer with its headers; of a workbook what its cells hold."""
    content = answer.get_data()
    if answer.mimetype.endswith("spreadsheetml.sheet"):
        rows = load_workbook(io.BytesIO(content), read_only=True).active.iter_rows(values_only=True)
        content = repr(list(rows)).encode()
    return content + str(answer.headers).encode()


@pytest.mark.parametrize("visibility", ["hidden", "partial"])
def test_what_was_kept_back_by_hand_is_told_at_no_door(people, app, tmp_path, visibility):
    """A shelter whose place was told, with a correction of it waiting; then a coordinator keeps it back."""
    import_rows(tmp_path, [TOLD])
    (tmp_path / "cast.csv").unlink()
    offering = db.session.scalars(select(Offering).where(Offering.external_id == TOLD["external_id"])).one()
    here = {"code": offering.code, "uuid": str(offering.uuid)}
    with transaction():
        moved = {"address": f"Số 13 đường {WORDS[3]}"}
        asked = catalogue.suggest(people.peer.actor, offering.code, moved, versions_of(offering), Origin.PEER)
        here["request"] = asked.code
    client = app.test_client()
    sign_in(client, people.coordinator)
    before = {door: read(client.get(door.format(**here))) for door in DOORS}
    assert {"/dich-vu/{code}", "/dieu-phoi/de-nghi/{request}"} <= {door for door in DOORS if traces_in(before[door])}
    with transaction():
        offering = db.session.scalars(select(Offering).where(Offering.code == here["code"])).one()
        kept = {"visibility": visibility, "description": "", "documents": "", "eligibility": ""}
        assert catalogue.edit(people.coordinator.actor, here["code"], kept, versions_of(offering)).revision
    for door in DOORS:
        answer = client.get(door.format(**here))
        assert answer.status_code in {200, 404}, (door, answer.status_code)
        # A page repeats what was asked.
        found = [trace for trace in traces_in(read(answer)) if trace not in door]
        assert not found, (door, found)
