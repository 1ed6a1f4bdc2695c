"""HSDS files out and in: nothing that we model is lost on the way, and what is no HSDS is refused."""

import csv
import io
import json
import zipfile
from uuid import UUID, uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select, update

from directory.catalogue.mapping import MappedTable, Row
from directory.catalogue.models import (
    CatalogueChange,
    FieldChange,
    FormerPart,
    Offering,
    Phone,
    Provider,
    Revision,
    Service,
    Site,
)
from directory.catalogue.models import service_category as subjects_of
from directory.catalogue.operations import import_table
from directory.catalogue.operations.changes import record_changes
from directory.catalogue.upkeep import How, Part
from directory.clock import today
from directory.extensions import Model, db
from directory.interop.hsds.exporting import export_hsds
from directory.interop.hsds.importing import Choices, import_hsds
from directory.interop.hsds.schemas import FILES
from directory.vietnamese import nfc
from directory.web.transaction import transaction
from tests.entries import NEVER_SHOWN, import_cast
from tests.interop.official import SHARED_HSDS, faults, official_faults

EXAMPLES = SHARED_HSDS / "examples"
FORMS = ("whole.json", "package.zip", "package")


def bring(path, **choices):
    with transaction():
        return import_hsds(path, Choices(**choices), lambda *_: None)


def exported(path, **choices) -> list[dict]:
    """The services of an export, without the moments of change and the history, in a fixed order."""
    export_hsds(path, with_illustrative=True, **choices)
    services = json.loads(path.read_text())["contents"]
    db.session.rollback()
    return sorted((stripped(one) for one in services), key=lambda one: one["id"])


def stripped(value):
    if isinstance(value, dict):
        kept = {key: stripped(one) for key, one in value.items() if key not in ("last_modified", "metadata")}
        if "service_at_locations" in kept:
            kept["service_at_locations"].sort(key=lambda one: one["id"])
        return kept
    return [stripped(one) for one in value] if isinstance(value, list) else value


def wipe() -> None:
    """Leave no entry: what comes in next is as new as on another server."""
    with transaction():
        for name in ("field_change", "revision", "correction_request", "kept_back_name"):
            db.session.execute(delete(Model.metadata.tables[name]))
        for table in (Phone.__table__, Offering.__table__, subjects_of, Service.__table__, Site.__table__):
            db.session.execute(delete(table))
        db.session.execute(delete(Provider.__table__))
        record_changes(None)


def test_what_goes_out_comes_in_on_an_empty_server_as_it_was_and_once_more_changes_nothing(app, tmp_path):
    import_cast(tmp_path)
    before = exported(tmp_path / "before.json")
    whole = [one | {"last_modified": "2026-11-22T00:00:00Z"} for one in before]
    assert [fault for one in whole for fault in faults("service", one)] == []
    for form in FORMS:
        export_hsds(tmp_path / form, with_illustrative=True)
    for form in FORMS:
        wipe()
        report = bring(tmp_path / form)
        assert (report.errors, report.added, report.updated) == ([], 8, 0)
        assert exported(tmp_path / "after.json") == before
    seq = db.session.scalar(select(func.max(CatalogueChange.seq)))
    db.session.rollback()
    report = bring(tmp_path / "whole.json")
    assert (report.added, report.updated, report.unchanged) == (0, 0, 8)
    assert db.session.scalar(select(func.max(CatalogueChange.seq))) == seq


def test_an_entry_of_ours_that_was_changed_elsewhere_is_updated(app, tmp_path):
    import_cast(tmp_path)
    path = tmp_path / "whole.json"
    export_hsds(path)
    text = path.read_text().replace("+842033825499", "+842033825488")
    db.session.rollback()
    path.write_text(text)
    report = bring(path)
    assert (report.added, report.updated) == (0, 2)
    numbers = set(db.session.scalars(select(Phone.number)))
    assert "+842033825488" in numbers
    assert "+842033825499" not in numbers


def test_a_file_from_before_a_place_was_kept_back_brings_nothing_of_it_back(app, tmp_path):
    import_cast(tmp_path)
    path = tmp_path / "whole.json"
    export_hsds(path)
    offering = db.session.scalars(select(Offering).join(Site).where(Site.address == "Số 7, đường Trần Phú")).one()
    changed = {"visibility": "hidden", "address": None, "ward_key": None, "latitude": None, "longitude": None}
    with transaction():
        condition = Site.id == offering.site_id
        db.session.execute(update(Site).where(condition).values(**changed, point=None, identity="hidden||"))
    report = bring(path)
    assert (report.errors, report.added) == ([], 0)
    assert any("giữ kín hơn" in remark for remark in report.remarks)
    assert not db.session.scalars(select(Site).where(Site.address == "Số 7, đường Trần Phú")).all()


def test_an_export_leaves_out_what_was_invented_unless_asked_and_what_is_closed_for_good(app, tmp_path, runner):
    import_cast(tmp_path)
    assert json.loads(runner("export", "hsds", tmp_path / "a.json", "--json").stdout)["services"] == 7
    assert json.loads(runner("export", "hsds", tmp_path / "a.json", "--with-demo", "--json").stdout)["services"] == 8
    with transaction():
        db.session.execute(update(Offering).values(closed_on=today()))
    result = runner("export", "hsds", tmp_path / "a.json")
    assert "0 dịch vụ" in result.output
    assert json.loads((tmp_path / "a.json").read_text())["empty"] is True


def test_no_file_holds_what_may_not_be_shown(app, tmp_path):
    import_cast(tmp_path)
    with transaction():
        hidden = db.session.scalars(select(Offering).join(Site).where(Site.visibility == "hidden")).first()
        revision = Revision(actor="person-7", how=How.EDIT)
        said = {"part": Part.SITE, "part_uuid": hidden.site.uuid, "column": "address"}
        revision.changes.append(FieldChange(old="CANARY", new="CANARY", **said))
        db.session.add(revision)
    for form in FORMS:
        export_hsds(tmp_path / "out" / form, with_illustrative=True)
    with zipfile.ZipFile(tmp_path / "out" / "package.zip") as archive:
        archive.extractall(tmp_path / "out" / "unpacked")
    files = [path for path in (tmp_path / "out").rglob("*") if path.suffix in (".json", ".csv")]
    assert len(files) > 2 * len(FILES)
    for path in files:
        text = path.read_text()
        assert not [word for word in (*NEVER_SHOWN, "CANARY", "person-7") if word in text], path


def test_a_package_is_what_its_description_says(app, tmp_path):
    import_cast(tmp_path)
    export_hsds(tmp_path / "package.zip", with_illustrative=True)
    with zipfile.ZipFile(tmp_path / "package.zip") as archive:
        described = json.loads(archive.read("datapackage.json"))
        tables = {}
        for resource in described["resources"]:
            rows = csv.DictReader(io.StringIO(archive.read(resource["path"]).decode("utf-8")))
            assert rows.fieldnames == [one["name"] for one in resource["schema"]["fields"]]
            tables[resource["name"]] = list(rows)
    assert set(tables) == set(FILES)
    held = {name: {row["id"] for row in rows} for name, rows in tables.items()}
    official_package = json.loads((SHARED_HSDS / "datapackage.json").read_text())
    theirs = {one["name"]: {each["name"] for each in one["schema"]["fields"]} for one in official_package["resources"]}
    for resource in described["resources"]:
        rows, schema = tables[resource["name"]], resource["schema"]
        assert len(held[resource["name"]]) == len(rows), resource["name"]
        ours = {one["name"] for one in schema["fields"]}
        assert ours - theirs[resource["name"]] <= {"address_visibility"}
        for field in schema["fields"]:
            assert not field["constraints"]["required"] or all(row[field["name"]] or field["name"] in (
                "city", "state_province", "previous_value", "replacement_value",
            ) for row in rows), (resource["name"], field["name"])  # fmt: skip
        for key in schema["foreignKeys"]:
            named = {row[key["fields"]] for row in rows} - {""}
            assert named <= held[key["reference"]["resource"]], (resource["name"], key)
    hidden = [row for row in tables["location"] if row["address_visibility"] == "hidden"]
    assert hidden
    assert not held["address"] & {
        row["id"] for row in tables["address"] if row["location_id"] in {h["id"] for h in hidden}
    }
    assert all(not row["latitude"] and not row["name"] for row in hidden)


OFFICIAL = ("service_full.json", "organization_full.json", "service_at_location_full.json", "csv")


def test_an_official_example_check_in_and_out_without_loss_of_what_we_model(app, tmp_path):
    for name in OFFICIAL:
        wipe()
        check_in_and_out(tmp_path, name)


def check_in_and_out(tmp_path, name: str) -> None:
    report = bring(EXAMPLES / name, category="tu-van-tam-ly")
    assert (report.errors, report.added) == ([], 1)
    assert any("Việt Nam" in warning.reason for warning in report.warnings)
    found = exported(tmp_path / "out.json")[0]
    assert official_faults("service", found) == []
    theirs = json.loads((EXAMPLES / "service_full.json").read_text())
    same = ("id", "name", "description", "url", "status", "fees_description", "eligibility_description", "assured_date")
    assert {key: found[key].strip() for key in same} == {key: theirs[key].strip() for key in same}
    assert found["organization"]["name"] == "Example Organization Inc."
    assert found["organization"]["id"] == theirs["organization"]["id"]
    assert [one["number"] for one in found["phones"]] == ["+441234234567"]
    assert [one["code"] for one in found["languages"]] == ["ur"]
    assert found["required_documents"][0]["document"] == theirs["required_documents"][0]["document"]
    ours, place = found["service_at_locations"][0], theirs["service_at_locations"][0]
    assert ours["id"] == place["id"]
    assert (ours["location"]["id"], ours["location"]["name"]) == (place["location"]["id"], "MyCity Civic Center")
    assert ours["location"]["addresses"][0]["address_1"] == (
        "1-30 Main Street, MyVillage, MyCity, MyRegion, MyState, ABC 1234, US"
    )
    assert "latitude" not in ours["location"]
    assert ours["location"]["accessibility"][0]["description"] == "Đi được xe lăn"
    hours = next(one["value"] for one in ours["attributes"] if one["taxonomy_term"]["code"] == "opening_hours")
    # The table of the examples says "every third week", which is no weekly hours: its words are kept.
    assert ("The service is available" if name == "csv" else "Th,Fr 10:00-18:00") in hours
    wipe()
    assert bring(tmp_path / "out.json").errors == []
    assert exported(tmp_path / "again.json") == [found]


def test_a_place_abroad_is_found_by_words_and_its_page_opens(app, tmp_path):
    bring(EXAMPLES / "service_full.json", category="tu-van-tam-ly")
    client = app.test_client()
    found = client.get("/api/tim?q=Community+Counselling").json["results"][0]
    assert (found["latitude"], found["ward"]) == (None, None)
    page = client.get(found["url"].partition("8000")[2])
    assert page.status_code == 200
    assert "1-30 Main Street" in page.get_data(as_text=True)
    assert client.get("/ban-do?q=Community+Counselling").status_code == 200


def test_without_a_subject_of_ours_a_service_stays_out_and_the_report_says_so(app):
    report = bring(EXAMPLES / "service_full.json")
    assert report.is_refused
    assert [error.column for error in report.errors] == ["category"]
    assert not db.session.scalars(select(Offering)).all()


def test_what_is_no_more_or_was_merged_stays_out(app, tmp_path):
    import_cast(tmp_path)
    path = tmp_path / "whole.json"
    export_hsds(path)
    services = json.loads(path.read_text())["contents"]
    services[0]["status"] = "defunct"
    merged = uuid4()
    services[1]["service_at_locations"][0]["id"] = str(merged)
    path.write_text(json.dumps(services))
    with transaction():
        now = UUID(services[2]["service_at_locations"][0]["id"])
        db.session.add(FormerPart(uuid=merged, part=Part.OFFERING, now_uuid=now))
    report = bring(path, is_dry_run=True)
    assert (report.added, report.rows) == (0, len(services) - 2)
    assert any("đã ngừng" in remark for remark in report.remarks)
    assert any("gộp" in remark for remark in report.remarks)


NO_HSDS = (
    *(b"", b"{", b"[]", b"null", b'{"contents": []}', b'{"a": 1}', b"\xff\xfe\x00", b"[" * 100_000, b"PK\x03\x04no"),
    b'{"contents": [1, "x", null, [[]]]}',
)


def test_what_is_no_hsds_is_refused_with_a_sentence(app, tmp_path, runner):
    path = tmp_path / "odd.json"
    for content in NO_HSDS:
        path.write_bytes(content)
        result = runner("import", "hsds", path, "--json")
        assert result.exit_code == 1, content[:20]
        assert json.loads(result.stdout)["error"].strip()


def test_fields_of_odd_types_are_no_fields(app, tmp_path):
    odd = {"id": 7, "name": ["x"], "status": "active", "phones": "111", "attributes": [1, {"taxonomy_term": 3}],
           "organization": [], "service_at_locations": [{"location": {"latitude": [], "addresses": {}}}]}  # fmt: skip
    path = tmp_path / "odd.json"
    path.write_text(json.dumps([odd]))
    assert bring(path).is_refused


words = st.text(st.sampled_from("aăâbcdđeêghiklmnoôơpqrstuưvxy ÁÀẢẠ,.;-()"), min_size=1, max_size=30)
named = words.map(lambda text: f"Tên {text}".strip())
maybe_truth = st.sampled_from(["", "có", "không"])
rows = st.fixed_dictionaries(
    {
        "provider": named, "service": named, "description": words, "address": named, "site": st.just("") | named,
        "category": st.sampled_from(["kham-benh", "kham-benh;arv", "tu-van-tam-ly"]),
        "phones": st.sampled_from(["0203 3825 499", "111", "0912 345 678; 1900 1234"]),
        "opening_hours": st.sampled_from(["", "24/7", "Mo-Fr 07:30-11:30,13:30-17:00; PH off", '"theo hẹn"',
                                          "Mo-Sa 22:00-02:00", "Su,PH 08:00-12:00"]),
        "fees": st.just("") | words, "eligibility": st.just("") | words, "documents": st.just("") | words,
        "languages": st.sampled_from(["", "vi", "vi;en;hmn", "tyz"]), "facts": st.sampled_from(["", "evening;weekend"]),
        "anonymous_ok": maybe_truth, "id_required": maybe_truth, "reports_to_police": maybe_truth,
        "hotline_24h": maybe_truth, "wheelchair": maybe_truth,
        "verified_on": st.sampled_from(["", "2026-01-31"]),
        "website": st.sampled_from(["", "https://a.example/x?y=1"]),
        "source_url": st.sampled_from(["", "https://b.example/"]),
        "place": st.sampled_from([
            {"ward": "Phường Hồng Gai", "province": "Quảng Ninh"},
            {"ward": "Phường Hòn Gai, TP Hạ Long", "province": "Quảng Ninh"},
            {"latitude": "20.951", "longitude": "107.08"},
            {"visibility": "partial", "ward": "Phường Hồng Gai", "province": "Quảng Ninh", "address": ""},
            {"visibility": "hidden", "province": "22", "address": "", "website": ""},
            {"visibility": "hidden", "address": "", "website": ""},
        ]),
    }
)  # fmt: skip


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(entries=st.lists(rows, min_size=1, max_size=4))
def test_whatever_is_in_the_database_goes_out_and_comes_in_the_same(app, tmp_path, entries):
    wipe()
    table = []
    for number, entry in enumerate(entries, start=1):
        cells = entry | entry["place"] | {"external_id": str(number), "place": ""}
        table.append(Row(number, {key: nfc(text) for key, text in cells.items() if nfc(text)}))
    with transaction():
        report = import_table(MappedTable(table, [], 0))
    if report.is_refused:
        return
    before = exported(tmp_path / "before.json")
    export_hsds(tmp_path / "package.zip", with_illustrative=True)
    db.session.rollback()
    wipe()
    report = bring(tmp_path / "package.zip")
    assert report.errors == []
    assert exported(tmp_path / "after.json") == before
