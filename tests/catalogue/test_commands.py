import csv
import io
import json

import pytest
from openpyxl import Workbook
from sqlalchemy import func, select

from directory.catalogue.models import CatalogueChange, Offering, Site
from tests.catalogue.tables import CLINIC, SHELTER, csv_text, write_csv
from tests.conftest import ROOT

HOSPITALS = "osm_hospitals_vn_2026-02.csv"
COLUMNS = ROOT / "seed" / "columns_osm_hospitals.toml"


def test_a_good_file_goes_in_and_the_report_is_a_sentence(runner, session, tmp_path):
    result = runner("import", "services", write_csv(tmp_path, CLINIC))
    assert (result.exit_code, result.output) == (0, "Đã nhập 1 dòng: 1 mục mới, 0 mục thay đổi, 0 mục giữ nguyên.\n")
    assert session.scalar(select(func.count()).select_from(Offering)) == 1


def test_a_bad_row_is_told_by_line_and_column_and_the_exit_code_is_one(runner, tmp_path):
    rows = [CLINIC, CLINIC | {"external_id": "2", "phones": "12"}]
    result = runner("import", "services", write_csv(tmp_path, *rows))
    assert result.exit_code == 1
    assert 'Lỗi, dòng 3, cột "phones": ' in result.output
    assert "(đang ghi: 12)" in result.output
    assert "Không nhập dòng nào: 1 dòng có lỗi trong 2 dòng." in result.output


def test_the_column_is_called_as_the_file_calls_it(runner, tmp_path):
    path = tmp_path / "bang.csv"
    path.write_text(csv_text(CLINIC | {"phones": "12"}).replace("phones", "Số điện thoại"), encoding="utf-8")
    assert 'cột "Số điện thoại"' in runner("import", "services", path).output


def test_the_report_can_be_json(runner, tmp_path):
    path = write_csv(tmp_path, CLINIC | {"phones": "12", "màu": "xanh"})
    result = runner("import", "services", path, "--json", "--dry-run")
    report = json.loads(result.stdout)
    assert (report["written"], report["dry_run"], report["rows"]) == (False, True, 1)
    assert report["errors"][0] | {"reason": ""} == {
        "line": 2, "column": "phones", "header": "phones", "row": None, "reason": "", "value": "12",
    }  # fmt: skip
    assert "màu" in report["remarks"][0]


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_a_file_that_is_no_table_is_a_problem_and_not_a_traceback(runner, tmp_path, options):
    path = tmp_path / "hong.xlsx"
    path.write_bytes(b"PK\x03\x04 no workbook")
    result = runner("import", "services", path, *options)
    assert result.exit_code == 1
    assert "Excel" in result.output


def test_a_missing_file_or_a_wrong_mapping_is_wrong_usage(runner, tmp_path):
    assert runner("import", "services", tmp_path / "khong-co.csv").exit_code == 2
    mapping = tmp_path / "cot.toml"
    mapping.write_text("[columns]\na = 'b'\n")
    result = runner("import", "services", write_csv(tmp_path, CLINIC), "--columns", mapping)
    assert result.exit_code == 2
    assert "không có cột" in result.output


def test_a_dry_run_says_so(runner, session, tmp_path):
    result = runner("import", "services", write_csv(tmp_path, CLINIC, SHELTER), "--dry-run")
    assert result.output == "Chạy thử, chưa ghi gì: 2 dòng, 2 mục mới, 0 mục thay đổi, 0 mục giữ nguyên.\n"
    assert session.scalar(select(func.count()).select_from(Offering)) == 0


def test_a_workbook_imports_like_its_csv(runner, tmp_path):
    book = Workbook()
    book.active.append(list(CLINIC))
    book.active.append([*list(CLINIC.values())[:5], 20.951, 107.08, *list(CLINIC.values())[7:]])
    book.save(tmp_path / "bang.xlsx")
    assert "1 mục mới" in runner("import", "services", tmp_path / "bang.xlsx").output
    assert "1 mục giữ nguyên" in runner("import", "services", write_csv(tmp_path, CLINIC)).output


def test_all_the_real_hospitals_go_in_with_one_command_and_a_second_time_nothing_changes(runner, session, shared_data):
    words = ("import", "services", shared_data / HOSPITALS, "--columns", COLUMNS)
    first = runner(*words)
    assert first.exit_code == 0, first.output
    assert "Đã nhập 1479 dòng: 1479 mục mới, 0 mục thay đổi, 0 mục giữ nguyên." in first.output
    assert session.scalar(select(func.count()).select_from(Site)) == 1479
    assert set(session.execute(select(Offering.source_code, Offering.verified_on))) == {("osm", None)}
    seq = session.scalar(select(func.max(CatalogueChange.seq)))
    again = runner(*words)
    assert "0 mục mới, 0 mục thay đổi, 1479 mục giữ nguyên." in again.output
    session.rollback()
    assert session.scalar(select(func.max(CatalogueChange.seq))) == seq


def test_each_real_hospital_stands_in_the_ward_its_point_is_in(runner, session, shared_data):
    runner("import", "services", shared_data / HOSPITALS, "--columns", COLUMNS)
    rows = csv.DictReader(io.StringIO((shared_data / HOSPITALS).read_text(encoding="utf-8")))
    expected = {
        (round(float(row["lat"]), 7), round(float(row["lon"]), 7)): f"ward:{row['pip_ward_code']}" for row in rows
    }
    found = {(site.latitude, site.longitude): site.ward_key for site in session.scalars(select(Site))}
    assert found == expected


@pytest.mark.parametrize(("encoding", "delimiter"), [("utf-8-sig", ";"), ("utf-16", "\t"), ("utf-16-le", ",")])
def test_the_real_hospitals_are_the_same_in_other_encodings(runner, shared_data, tmp_path, encoding, delimiter):
    rows = list(csv.reader(io.StringIO((shared_data / HOSPITALS).read_text(encoding="utf-8"))))
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    path = tmp_path / "benh-vien.csv"
    path.write_bytes(out.getvalue().encode(encoding))
    runner("import", "services", shared_data / HOSPITALS, "--columns", COLUMNS)
    assert "1479 mục giữ nguyên" in runner("import", "services", path, "--columns", COLUMNS).output


@pytest.mark.parametrize("name", [path.name for path in sorted((ROOT / "seed").glob("demo*.csv"))] + ["hotlines.csv"])
def test_our_own_files_import_without_a_word_of_complaint(runner, name):
    report = json.loads(runner("import", "services", ROOT / "seed" / name, "--json").stdout)
    assert report["errors"] == []
    assert report["remarks"] == []
    assert report["written"]
