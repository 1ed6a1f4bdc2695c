"""A report as a file: the definitions stand beside the figures, numbers are numbers, nothing is a formula."""

import csv
import io

import pytest
from openpyxl import load_workbook

from directory.extensions import db
from directory.reports.exporting import Format, as_bytes, file_name
from directory.reports.models import ManualFigure
from directory.reports.queries.reading import read_report
from directory.web.transaction import transaction
from tests.reports.records import TODAY, YEAR, add_fact, one_area


@pytest.fixture
def report(people, app):
    with transaction():
        add_fact(people, YEAR.first, {"arv": 2})
        evil = {"source": "=HYPERLINK(1)", "area_id": people.area.id, "last_on": YEAR.last}
        db.session.add(ManualFigure(indicator="S01", value=7, **evil))
    with app.test_request_context("/"):
        yield read_report(one_area(people), YEAR, codes=["L00", "S01", "N01"], today=TODAY)


def test_a_workbook_has_the_definitions_on_its_second_sheet(report):
    book = load_workbook(io.BytesIO(as_bytes(report, Format.XLSX)))
    figures, definitions = book.worksheets
    rows = [row for row in figures.iter_rows(values_only=True) if row[0] == "L00"]
    assert rows[0][4:6] == (2, "lượt")
    assert [row[0] for row in definitions.iter_rows(min_row=2, values_only=True)] == ["L00", "N01", "S01"]
    meanings = list(definitions.iter_rows(min_row=2, values_only=True))
    assert all(all((row[2], row[3], row[5], row[6] == 1, row[7])) for row in meanings)
    assert meanings[0][5] == "Phiếu chuyển gửi."


@pytest.mark.parametrize("kind", [Format.XLSX, Format.CSV])
def test_no_cell_is_a_formula(report, kind):
    content = as_bytes(report, kind)
    if kind is Format.CSV:
        cells = [cell for row in csv.reader(io.StringIO(content.decode("utf-8-sig"))) for cell in row]
    else:
        sheets = load_workbook(io.BytesIO(content)).worksheets
        cells = [str(cell) for sheet in sheets for row in sheet.iter_rows(values_only=True) for cell in row]
    assert "'=HYPERLINK(1)" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "@"))]


def test_csv_opens_in_a_spreadsheet_and_says_why_there_is_no_number(report):
    content = as_bytes(report, Format.CSV)
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    (people,) = [row for row in rows if row[0] == "N01"]
    assert (people[4], people[7]) == ("", "không có số liệu")


def test_the_name_of_a_file_says_when_and_nothing_else(report):
    assert file_name(report, Format.XLSX) == "so-lieu-2024-01-01-2024-12-31.xlsx"
