"""What nobody may learn of a hidden or partial place, at every door: files, database, memory, pages, reports, logs."""

import csv
import gc
import json
import logging
import re
import struct
import weakref
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import inspect, select, text
from sqlalchemy.exc import IntegrityError

from directory.accounts.models import Desk
from directory.catalogue import operations, queries
from directory.catalogue.cells import Versions, versions_of
from directory.catalogue.models import Category, CorrectionRequest, Offering, Provider, Service, Site
from directory.catalogue.operations import import_services
from directory.catalogue.upkeep import Origin, RequestState
from directory.extensions import db
from directory.search.following import follower
from directory.web.request_log import JsonLines
from directory.web.transaction import transaction
from tests.catalogue.upkeep import coordinator, edit, entry
from tests.entries import import_rows

#: Made-up syllables that stand nowhere else, so that a single one found tells of a leak.
WORDS = ("Zurquay", "Zivmong", "Zanthuyp", "Zoekhang", "Zyrlinh", "Zabtoan", "Zeqvinh", "Zuckham")
LATITUDE, LONGITUDE = 20.9512345, 107.0812345

TOLD = {
    "external_id": "kin-1",
    "provider": "Nhà Bình An",
    "service": "Nơi ở an toàn",
    "category": "tam-lanh",
    "description": f"Gần chợ {WORDS[0]}, hỏi cô {WORDS[1]}",
    "site": f"Cơ sở {WORDS[2]}",
    "address": f"Số 12 đường {WORDS[3]}",
    "ward": "Phường Hồng Gai",
    "province": "Quảng Ninh",
    "latitude": str(LATITUDE),
    "longitude": str(LONGITUDE),
    "phones": "0912 000 111",
    "website": f"https://{WORDS[4]}.example/duong-den",
    "source_url": f"https://{WORDS[5]}.example/nguon",
    "documents": f"Giấy của bà {WORDS[6]}",
    "eligibility": f"Người ở {WORDS[7]}",
}
KEPT = {key: TOLD[key] for key in ("external_id", "provider", "service", "category", "province", "phones")}
HIDDEN = KEPT | {"visibility": "hidden"}
PARTIAL = KEPT | {"visibility": "partial", "ward": "Phường Hồng Gai"}
OTHERS = [
    TOLD
    | {
        "external_id": f"khac-{number}",
        "provider": f"Nhà Khác {number}",
        "site": "",
        "address": f"Số {number} đường Lê Lợi",
        "description": "",
        "documents": "",
        "eligibility": "",
        "website": "",
        "source_url": "",
        "latitude": f"{20.94 - number / 100:.4f}",
        "longitude": f"{107.06 - number / 70:.4f}",
    }
    for number in range(1, 4)
]


def binary_forms() -> dict[str, bytes]:
    """Return the point as databases and arrays write it: doubles, and the R*Tree's singles rounded either way."""
    forms: dict[str, bytes] = {}
    for name, degrees in (("latitude", LATITUDE), ("longitude", LONGITUDE)):
        single = np.float32(degrees)
        steps = (np.nextafter(single, np.float32(0)), single, np.nextafter(single, np.float32(999)))
        for order in "<>":
            forms[f"{name} {order}d"] = struct.pack(f"{order}d", degrees)
            forms |= {f"{name} {order}f {number}": struct.pack(f"{order}f", one) for number, one in enumerate(steps)}
        forms[f"{name} as text"] = str(degrees).encode()
    return forms


def traces_in(content: bytes) -> list[str]:
    """Return which of the words and points stand in some bytes, in any case and with or without the last letter."""
    small = content.lower()
    words = [word for word in WORDS if word[:-1].lower().encode() in small]
    return words + [name for name, form in binary_forms().items() if form in content]


def rows_of_every_table() -> bytes:
    """Return every row of the database as text, as a dump would."""
    lines = []
    for table in inspect(db.engine).get_table_names():
        if table.startswith(("idx_", "spatial", "geometry", "sqlite", "data_licenses", "KNN", "views", "virts")):
            continue
        lines += [repr(row) for row in db.session.execute(text(f'SELECT * FROM "{table}"'))]
    return "\n".join(lines).encode()


@pytest.fixture
def told(app, tmp_path):
    """A shelter whose place is told, among others, already in the memory and on the disk of a running site."""
    client = app.test_client()
    client.get("/api/tim?q=" + WORDS[3])
    import_rows(tmp_path, OTHERS)
    import_rows(tmp_path, [TOLD])
    (tmp_path / "cast.csv").unlink()
    follower().arrays(at_once=True)
    assert client.get("/api/tim?q=" + WORDS[3]).json["total"] == 1
    db.session.remove()
    return client


def keep_back(folder: Path, row: dict[str, str]) -> None:
    import_rows(folder, [row])
    (folder / "cast.csv").unlink()
    follower().arrays(at_once=True)


@pytest.mark.parametrize("row", [HIDDEN, PARTIAL], ids=["hidden", "partial"])
def test_a_place_that_is_kept_back_leaves_no_trace_in_the_files_of_the_site(told, tmp_path, row):
    keep_back(tmp_path, row)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    found = {path.name: traces for path in files if (traces := traces_in(path.read_bytes()))}
    assert files
    assert not found


@pytest.mark.parametrize("row", [HIDDEN, PARTIAL], ids=["hidden", "partial"])
def test_a_place_that_is_kept_back_leaves_no_trace_in_the_rows_of_the_database(told, tmp_path, row):
    keep_back(tmp_path, row)
    assert not traces_in(rows_of_every_table())
    site = db.session.scalars(select(Site).join(Provider).where(Provider.name == TOLD["provider"])).one()
    assert (site.address, site.latitude, site.longitude, site.point) == (None, None, None, None)
    assert WORDS[2].lower() not in site.identity


def test_a_running_site_forgets_the_words_of_a_hidden_place(told, tmp_path):
    keep_back(tmp_path, HIDDEN)
    arrays = follower().arrays(at_once=True)
    terms = " ".join([*arrays.postings.terms(), *arrays.table.names]).encode()
    assert not traces_in(terms)


def test_a_running_site_lets_go_of_what_it_knew_before(told, tmp_path):
    before = weakref.ref(follower().arrays(at_once=True))
    told.get("/api/tim?q=nha")
    keep_back(tmp_path, HIDDEN)
    told.get("/api/tim?q=nha")
    gc.collect()
    assert before() is None


@pytest.mark.parametrize("word", WORDS)
def test_no_typing_slip_is_corrected_into_a_word_of_a_hidden_place(told, tmp_path, word):
    keep_back(tmp_path, HIDDEN)
    for typed in (word[:-1], word[:-2] + "x" + word[-1], word + "a"):
        found = told.get("/api/tim", query_string={"q": typed}).json
        assert found["understood"]["corrected"] is None
        assert HIDDEN["provider"] not in {hit["provider"] for hit in found["results"]}
        assert told.get("/goi-y", query_string={"q": typed}).json["suggestions"] == []


@pytest.mark.parametrize("row", [HIDDEN, PARTIAL], ids=["hidden", "partial"])
def test_no_page_map_or_log_tells_of_a_place_that_is_kept_back(told, tmp_path, row, caplog):
    caplog.set_level(logging.DEBUG)
    keep_back(tmp_path, row)
    entry = db.session.scalars(select(Offering).where(Offering.external_id == "kin-1")).one()
    subject = db.session.get(Category, "tam-lanh")
    doors = [
        f"/dich-vu/{entry.code}",
        f"/don-vi/{entry.service.provider.code}",
        f"/chu-de/{subject.code}",
        *(f"{door}?q=noi+o+an+toan&vt=20.951,107.081" for door in ("/tim", "/api/tim", "/ban-do", "/ban-do/khung")),
        "/khan-cap",
        "/",
    ]
    for door in doors:
        assert not traces_in(told.get(door).data), door
    assert not traces_in("\n".join(JsonLines().format(record) for record in caplog.records).encode())


def test_a_hidden_place_has_neither_ward_nor_distance_nor_point(told, tmp_path):
    keep_back(tmp_path, HIDDEN)
    found = told.get("/api/tim?q=noi+o+an+toan&vt=20.951,107.081").json["results"]
    (hit,) = [hit for hit in found if hit["provider"] == HIDDEN["provider"]]
    assert [hit[field] for field in ("address", "ward", "latitude", "longitude", "distance_m")] == [None] * 5
    assert hit["province"] == "Quảng Ninh"
    frame = told.get("/ban-do/khung?q=noi+o+an+toan").get_data(as_text=True)
    assert hit["url"].rpartition("/")[2] not in frame


def test_neither_position_nor_radius_nor_area_nor_order_tells_where_a_kept_back_place_is(app, tmp_path):
    """A partial place answers like an entry at its ward's point; a hidden one answers alike from everywhere."""
    twin = TOLD | {"external_id": "moc", "provider": "Mốc", "latitude": "", "longitude": "", "site": "", "address": ""}
    import_rows(tmp_path, [PARTIAL, HIDDEN | {"external_id": "kin-2", "provider": "Nhà Kín"}, twin])
    client = app.test_client()
    answers = set()
    for position in ("20.951,107.081", "20.90,107.00", "10.78,106.70", "21.03,105.85"):
        for radius in ("0.5", "5", "50", ""):
            query = {"q": "noi o an toan", "vt": position, "ban-kinh": radius}
            providers = [hit["provider"] for hit in client.get("/api/tim", query_string=query).json["results"]]
            assert ("Mốc" in providers) == ("Nhà Bình An" in providers)
            answers.add("Nhà Kín" in providers)
    for area in ("Phường Hồng Gai", "Phường Bãi Cháy", "Quảng Ninh", "Cẩm Phả"):
        query = {"q": "noi o an toan", "o": area}
        answers.add(
            "Nhà Kín" in {hit["provider"] for hit in client.get("/api/tim", query_string=query).json["results"]}
        )
    assert answers == {True}


def written(folder: Path, rows: list[dict[str, str]]) -> Path:
    path = folder / "rows.csv"
    columns = list(dict.fromkeys(column for row in rows for column in row))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)
    return path


TOO_MUCH = [
    (HIDDEN, "address", "Số 12 đường Zoekhang"),
    (HIDDEN, "ward", "Phường Hồng Gai"),
    (HIDDEN, "latitude", "20.9512345"),
    (HIDDEN, "longitude", "107.0812345"),
    (HIDDEN, "provider", "Nhà số 12 đường Zoekhang"),
    (HIDDEN, "service", "Nơi ở tại 12 Zoekhang Zyrlinh"),
    (HIDDEN, "site", "Cơ sở ngõ 7 Zoekhang"),
    (HIDDEN, "description", "Ở phường Zoekhang, hẻm 3"),
    (HIDDEN, "description", "toa do 20.95123, 107.08123"),
    (HIDDEN, "eligibility", "Đến số nhà 5 Zoekhang"),
    (HIDDEN, "documents", "Nộp ở thôn Zoekhang"),
    (HIDDEN, "fees", "Trả ở 12 đường Zoekhang"),
    (HIDDEN, "opening_hours", '24/7 "12 đường Zoekhang"'),
    (HIDDEN, "source", "Sổ nhà 12 đường Zoekhang"),
    (HIDDEN, "source_url", "https://maps.app.goo.gl/Zoekhang"),
    (HIDDEN, "source_url", "https://zoekhang.example/so-12-duong-zoekhang"),
    (PARTIAL, "address", "Số 12 đường Zoekhang"),
    (PARTIAL, "latitude", "20.9512345"),
    (PARTIAL, "website", "https://www.google.com/maps/place/Zoekhang"),
    (PARTIAL, "website", "https://zoekhang.example/@20.95123,107.08123,17z"),
    (PARTIAL, "description", "Cuối ngõ 7 Zoekhang, nhà cửa xanh"),
]


@pytest.mark.parametrize("case", TOO_MUCH, ids=lambda case: f"{case[0]['visibility']} {case[1]}")
@pytest.mark.parametrize("is_lenient", [False, True], ids=["plain", "with a lenient mapping"])
def test_a_row_that_tells_too_much_is_refused_and_not_repeated(runner, tmp_path, case, is_lenient, caplog):
    row, column, value = case
    caplog.set_level(logging.DEBUG)
    path = written(tmp_path, [row | {column: value}])
    mapping = tmp_path / "map.toml"
    may_be_left_out = column not in {"provider", "service", "source"}
    mapping.write_text(f"leave_out_unreadable = {json.dumps([column])}" if is_lenient and may_be_left_out else "")
    for more in ((), ("--json",), ("--dry-run",)):
        result = runner("import", "services", path, "--columns", mapping, *more)
        assert result.exit_code == 1, result.output
        for told in ("oekhang", "20.95", "107.08", value):
            assert told not in result.output
            assert told not in caplog.text
    assert db.session.scalar(select(Site.id)) is None


def test_the_database_itself_refuses_a_hidden_place_with_an_address_and_does_not_repeat_it(app, tmp_path):
    import_rows(tmp_path, [HIDDEN])
    with pytest.raises(IntegrityError) as refusal, transaction():
        db.session.execute(text("UPDATE site SET address = :address"), {"address": "Số 12 đường Zoekhang"})
    assert "oekhang" not in str(refusal.value).partition("DETAIL")[0]


def test_a_place_without_an_identifier_of_its_own_is_found_again_when_it_is_kept_back(app, tmp_path):
    import_rows(tmp_path, [{**TOLD, "external_id": ""}])
    code = db.session.scalar(select(Offering.code))
    db.session.remove()
    import_rows(tmp_path, [{**HIDDEN, "external_id": ""}])
    assert db.session.scalars(select(Offering.code)).all() == [code]
    assert not traces_in(rows_of_every_table())
    db.session.remove()
    import_rows(tmp_path, [{**HIDDEN, "external_id": ""}])
    assert db.session.scalars(select(Offering.code)).all() == [code]


def test_it_must_be_said_which_of_several_places_without_identifiers_is_kept_back(app, tmp_path):
    here, there = ({**TOLD, "external_id": "", "site": site} for site in ("Một", "Hai"))
    hidden = {**HIDDEN, "external_id": ""}
    import_rows(tmp_path, [here, there])
    with transaction():
        report = import_services(written(tmp_path, [hidden]))
    assert [problem.column for problem in report.errors] == ["visibility"]
    import_rows(tmp_path, [there, hidden])
    shown = db.session.execute(select(Site.visibility, Site.name).order_by(Site.id)).all()
    assert sorted(shown) == [("hidden", None), ("public", "Hai")]


def test_a_feature_that_mappers_now_call_a_shelter_no_longer_tells_its_place(app, runner, tmp_path):
    tags = {"name": "Nhà Bình An", "amenity": "social_facility", "addr:street": WORDS[3], "phone": "0912 000 111"}
    node = {"type": "node", "id": 987654321, "lat": LATITUDE, "lon": LONGITUDE, "tags": tags}
    path = tmp_path / "osm.json"
    for more in ({}, {"social_facility": "shelter"}):
        path.write_text(json.dumps({"elements": [node | {"tags": tags | more}]}))
        result = runner("import", "osm", path)
        assert result.exit_code == 0, result.output
    assert db.session.scalars(select(Site.visibility)).all() == ["partial"]
    content = rows_of_every_table()
    assert not traces_in(content)
    assert b"987654321" not in content


def test_a_comment_on_the_hours_of_a_shelter_does_not_tell_its_street(app, runner, tmp_path):
    tags = {"name": "Nhà Bình An", "amenity": "social_facility", "social_facility": "shelter"}
    tags["opening_hours"] = f'24/7 "12 đường {WORDS[3]}"'
    node = {"type": "node", "id": 1, "lat": LATITUDE, "lon": LONGITUDE, "tags": tags}
    (tmp_path / "osm.json").write_text(json.dumps({"elements": [node]}))
    result = runner("import", "osm", tmp_path / "osm.json")
    assert result.exit_code == 0, result.output
    assert not traces_in(result.output.encode())
    assert not traces_in(rows_of_every_table())


def test_a_later_entry_cannot_give_away_a_hidden_one_through_the_description_that_they_share(app, tmp_path):
    import_rows(tmp_path, [HIDDEN])
    telling = {**TOLD, "external_id": "moi", "description": "Nhà ở số 12 đường Zoekhang"}
    with transaction():
        report = import_services(written(tmp_path, [telling]))
    assert [problem.column for problem in report.errors] == ["description"]


def test_a_coordinator_is_warned_when_another_entry_goes_on_telling_the_same_address(app, tmp_path):
    import_rows(tmp_path, [TOLD, {**TOLD, "external_id": "kin-2", "service": "Bữa ăn"}])
    with transaction():
        report = import_services(written(tmp_path, [HIDDEN]))
    assert re.search("địa chỉ cũ", " ".join(problem.reason for problem in report.warnings))


#: What was written of the place over the years, column by column; harmless again at the end.
WRITTEN = (
    {"provider": f"Nhà {WORDS[0]}", "service": f"Ở cùng {WORDS[1]}", "site": f"Cơ sở {WORDS[2]} cũ"},
    {"provider": TOLD["provider"], "service": TOLD["service"], "address": f"Số 13 đường {WORDS[3]}"},
    {"website": f"https://{WORDS[4]}.example", "source_url": f"https://{WORDS[5]}.example/moi"},
    {"documents": f"Thẻ của {WORDS[6]}", "eligibility": f"Chị em ở {WORDS[7]}", "latitude": "20.9513"},
    {"latitude": TOLD["latitude"], "opening_hours": f'24/7 "{WORDS[0]}"', "fees": f"Đưa cô {WORDS[1]}"},
    {"opening_hours": "24/7", "fees": "Miễn phí", "documents": TOLD["documents"], "eligibility": TOLD["eligibility"]},
)
ASKED = (
    {"address": f"Số 14 đường {WORDS[3]}", "phones": "0912 000 112"},
    {"description": f"Sau nhà {WORDS[7]}"},
    {"documents": f"Giấy của ông {WORDS[6]}", "wheelchair": "có"},
)


@pytest.fixture
def lived(app, tmp_path):
    """A place with a history, hand edits and requests of every state, next door to its own second service."""
    row = TOLD | {"category": "kham-benh"}
    import_rows(tmp_path, [*OTHERS, row, row | {"external_id": "kin-2", "service": "Bữa ăn", "description": ""}])
    (tmp_path / "cast.csv").unlink()
    national = coordinator("Toàn quốc")
    for changes in WRITTEN:
        edit(national, entry_named(TOLD["provider"]), changes, service=service_named(TOLD["service"]))
    code = entry(TOLD["provider"], TOLD["service"]).code
    asked = []
    for changes in ASKED:
        with transaction():
            asked.append(operations.suggest(None, code, changes, versions_now(code), Origin.PEER).code)
    with transaction():
        operations.accept(national, asked[0], 1)
    with transaction():
        operations.refuse(national, asked[1], 1)
    other = entry(TOLD["provider"], "Bữa ăn").code
    with transaction():
        wanted = {"provider": f"Nhà {WORDS[2]}", "fees": f"Đưa {WORDS[4]}"}
        operations.suggest(national, other, wanted, versions_now(other), Origin.COORDINATOR)
    follower().arrays(at_once=True)
    return national


def entry_named(provider: str) -> str:
    """Return what the provider is called now; it is renamed and renamed back."""
    names = db.session.scalars(select(Provider.name).where(Provider.name.in_((provider, f"Nhà {WORDS[0]}")))).all()
    return names[0]


def service_named(service: str) -> str:
    """Return what the service is called now."""
    names = db.session.scalars(select(Service.name).where(Service.name.in_((service, f"Ở cùng {WORDS[1]}")))).all()
    return next((name for name in names if name != service), service)


def versions_now(code: str) -> Versions:
    """Return what somebody has seen who opens the entry now."""
    return versions_of(db.session.scalars(select(Offering).where(Offering.code == code)).one())


def hide_by_hand(national, folder: Path, visibility: str) -> None:
    harmless = dict.fromkeys(("description", "documents", "eligibility"), "")
    edit(national, TOLD["provider"], harmless, service="Bữa ăn")
    edit(national, TOLD["provider"], harmless | {"visibility": visibility}, service=TOLD["service"])


def hide_by_file(_national, folder: Path, visibility: str) -> None:
    row = {"hidden": HIDDEN, "partial": PARTIAL}[visibility]
    import_rows(folder, [row, row | {"external_id": "kin-2", "service": "Bữa ăn"}])
    (folder / "cast.csv").unlink()


@pytest.mark.parametrize("visibility", ["hidden", "partial"])
@pytest.mark.parametrize("hide", [hide_by_hand, hide_by_file], ids=["by hand", "by a file"])
def test_no_history_request_or_hand_edit_remembers_a_place_that_is_kept_back(lived, tmp_path, hide, visibility):
    assert set(WORDS) <= set(traces_in(rows_of_every_table()))
    hide(lived, tmp_path, visibility)
    follower().arrays(at_once=True)
    assert not traces_in(rows_of_every_table())
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert not {path.name: traces for path in files if (traces := traces_in(path.read_bytes()))}
    waiting = select(CorrectionRequest.id).where(CorrectionRequest.state == RequestState.WAITING)
    assert db.session.scalars(waiting).all() == []
    for one in queries.history(lived, entry(TOLD["provider"], TOLD["service"]).code):
        assert not traces_in(repr(one).encode())


def test_whoever_had_its_old_name_is_known_again_and_its_address_stays_out(lived, tmp_path):
    hide_by_hand(lived, tmp_path, "hidden")
    import_rows(tmp_path, [TOLD | {"category": "kham-benh"}])
    (tmp_path / "cast.csv").unlink()
    assert not traces_in(rows_of_every_table())
    assert (
        db.session.scalar(select(Site.visibility).join(Provider).where(Provider.name == TOLD["provider"])) == "hidden"
    )


def test_a_place_whose_services_are_hidden_one_after_the_other_is_forgotten_though_a_desk_stands_there(lived, tmp_path):
    site = entry(TOLD["provider"]).site
    with transaction():
        db.session.add(Desk(site_id=site.id, handle="1001", pin_hash="x"))
    for row in (HIDDEN, HIDDEN | {"external_id": "kin-2", "service": "Bữa ăn"}):
        import_rows(tmp_path, [row])
        (tmp_path / "cast.csv").unlink()
    assert not traces_in(rows_of_every_table())
    assert db.session.scalars(select(Site.visibility).join(Desk)).all() == ["hidden"]
