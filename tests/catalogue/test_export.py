"""What leaves the site as a file: all that is public, nothing that is kept back, and it can be brought back."""

import csv
import io
import json
import string

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from directory.catalogue.columns import COLUMNS
from directory.catalogue.exporting import csv_pieces
from directory.catalogue.formula_guard import guarded, unguarded
from directory.catalogue.models import Offering
from directory.catalogue.operations import import_services, remove_source
from directory.catalogue.queries.export import Extent, exported
from directory.catalogue.table_files import read_table
from directory.extensions import db
from directory.vietnamese import nfc
from directory.web.transaction import transaction
from tests.entries import import_cast


def as_csv(**extent):
    return "".join(csv_pieces(exported(Extent(**extent))))


def providers(text):
    return {row["provider"] for row in csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))}


def test_only_what_is_public_goes_out(app, tmp_path):
    import_cast(tmp_path)
    content = as_csv()
    assert providers(content) == {
        "Trung tâm Y tế Hạ Long",
        "Bệnh viện Chưa Ai Hỏi",
        "Nhóm Chỉ Biết Phường",
        "Đường dây Có Nguồn",
        "Đường dây Không Nguồn",
    }
    assert "giu-kin.example" not in content
    assert "Văn phòng Minh Hoạ" in providers(as_csv(with_illustrative=True))


def test_what_is_closed_for_good_stays_out(app, tmp_path):
    import_cast(tmp_path)
    with transaction():
        for offering in db.session.scalars(select(Offering).where(Offering.source_code == "osm")):
            offering.closed_on = offering.created_at.date()
    assert "Bệnh viện Chưa Ai Hỏi" not in providers(as_csv())


def test_a_map_program_gets_the_points_of_public_places_only(runner, tmp_path):
    import_cast(tmp_path)
    result = runner("export", "services", tmp_path / "ra.geojson")
    assert result.exit_code == 0, result.output
    collection = json.loads((tmp_path / "ra.geojson").read_text(encoding="utf-8"))
    assert collection["type"] == "FeatureCollection"
    assert {tuple(one["geometry"]["coordinates"]) for one in collection["features"]} == {(107.08, 20.951)}
    named = {one["properties"]["provider"] for one in collection["features"]}
    assert named == {"Trung tâm Y tế Hạ Long", "Bệnh viện Chưa Ai Hỏi"}


def test_a_workbook_reads_back_as_it_was_written(runner, tmp_path):
    import_cast(tmp_path)
    for name in ("ra.xlsx", "ra.csv"):
        assert runner("export", "services", tmp_path / name).exit_code == 0
        assert "0 mục mới, 0 mục thay đổi, 6 mục giữ nguyên" in runner("import", "services", tmp_path / name).output
    lines = [line.cells for line in read_table(tmp_path / "ra.xlsx").lines]
    assert lines == [line.cells for line in read_table(tmp_path / "ra.csv").lines]


def test_a_file_of_an_unknown_kind_is_refused(runner, tmp_path):
    assert runner("export", "services", tmp_path / "ra.pdf").exit_code == 2


@given(st.text(alphabet="'=+-@＝＋－＠ab 1"))
def test_nothing_is_calculated_and_everything_comes_back(text):
    assert unguarded(guarded(text)) == text
    assert not guarded(text).startswith(tuple("=+-@＝＋－＠"))


WORDS = st.text(alphabet=string.ascii_letters + "ăâđêôơưệỗ0123456789 '=+-@;\",", min_size=1, max_size=20).map(nfc)
NAMES = WORDS.filter(lambda text: any(sign.isalpha() for sign in text))
YES_NO = st.sampled_from(["", "có", "không"])
PLACES = st.sampled_from(
    [
        {"ward": "Phường Hồng Gai", "province": "Quảng Ninh"},
        {"ward": "Phường Bạch Đằng, Thành phố Hạ Long", "province": "Quảng Ninh"},
        {"latitude": "20.9512345", "longitude": "107.0812345"},
        {"ward": "Phường Hồng Gai", "province": "Quảng Ninh", "latitude": "20.951", "longitude": "107.08"},
        {"ward": "Phường Hồng Gai", "province": "Quảng Ninh", "visibility": "partial"},
    ]
)
ROWS = st.fixed_dictionaries(
    {
        "provider": NAMES,
        "service": NAMES,
        "category": st.sampled_from(["kham-benh", "arv;prep-pep", "tro-giup-phap-ly"]),
        "description": st.just("") | WORDS,
        "site": st.just("") | NAMES,
        "phones": st.sampled_from(["", "111", "0203 3825 499; 0912 345 678", "+1 650-253-0000"]),
        "opening_hours": st.sampled_from(["", "24/7", "Mo-Fr 07:30-17:00", '"theo hẹn"']),
        "fees": st.just("") | WORDS,
        "languages": st.sampled_from(["", "vi", "vi;hmn;km"]),
        "anonymous_ok": YES_NO,
        "id_required": YES_NO,
        "wheelchair": YES_NO,
        "facts": st.sampled_from(["", "evening", "women_staff;weekend"]),
        "verified_on": st.sampled_from(["", "2026-01-31"]),
    }
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(ROWS, PLACES), min_size=1, max_size=6))
def test_what_was_exported_imports_to_the_same(app, tmp_path, rows):
    path = tmp_path / "vao.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        for number, (row, place) in enumerate(rows):
            cells = {"external_id": f"r{number}"} | row | place
            writer.writerow({name: guarded(text) for name, text in cells.items()})
    with transaction():
        remove_source("dieu-phoi")
    with transaction():
        is_refused = import_services(path).is_refused
    if is_refused:
        return
    first = as_csv()
    path.write_text(first, encoding="utf-8")
    with transaction():
        remove_source("dieu-phoi")
    with transaction():
        report = import_services(path)
    assert report.errors == []
    assert as_csv() == first
