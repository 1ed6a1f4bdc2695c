"""``directory report``: a table, or a file that says the same; its errors are sentences."""

import json
from datetime import date

import pytest

from directory.web.transaction import transaction
from tests.commands import DirectoryRunner
from tests.reports.records import add_fact

DAYS = ("--from", "2024-01-01", "--to", "31/12/2024")


@pytest.fixture
def directory(app, people):
    with transaction():
        add_fact(people, date(2024, 3, 10), {"arv": 2, "vay-von": 1})
    return DirectoryRunner(app)


def test_a_table_says_number_unit_and_parts(directory):
    said = directory("report", "L00", *DAYS).output
    assert "L00  Lượt dịch vụ đã hỗ trợ: 3 lượt" in said
    assert "Hạ Long: 3 lượt" in said
    assert "Vay vốn: 1 lượt" in said


def test_a_table_says_what_its_figures_mean(directory):
    said = directory("report", "B14", *DAYS).output
    assert "Chia cho: Số phiếu đã phát trong kỳ (B01). Đếm từ: Phiếu chuyển gửi. (bản 1, từ " in said


def test_what_was_never_recorded_is_not_0(directory):
    assert "không có số liệu" in directory("report", "L11", *DAYS).output


def test_json_holds_every_indicator_with_its_definition(directory):
    found = json.loads(directory("report", "all", *DAYS, "--area", "Quảng Ninh", "--format", "json").output)
    assert (found["from"], found["to"], found["audience"]) == ("2024-01-01", "2024-12-31", "exact")
    services = found["figures"][0]
    assert (services["indicator"], services["value"], services["unit"], services["approximate"]) == (
        "L00",
        3,
        "luot",
        False,
    )
    assert services["definition"]["numerator"]
    assert all({*figure["definition"]} == {"numerator", "denominator", "source"} for figure in found["figures"])
    assert {part["key"]: part["value"] for part in services["by_key"]} == {"arv": 2, "vay-von": 1}
    assert all(figure["why_none"] for figure in found["figures"] if figure["value"] is None)


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("report", "Z99", *DAYS), 2, "Không có chỉ số “Z99”."),
        (("report", "all", "--from", "32/1/2024", "--to", "2024-02-01"), 2, "không phải là ngày"),
        (("report", "all", "--from", "2024-02-01", "--to", "2024-01-01"), 2, "ngày cuối phải sau ngày đầu"),
    ],
)
def test_wrong_usage_is_said_plainly(directory, words, code, sentence):
    result = directory(*words)
    assert result.exit_code == code
    assert sentence in result.output


def test_an_unknown_area_names_those_that_there_are(directory):
    error = directory("report", "all", *DAYS, "--area", "Atlantis").exception
    assert "Atlantis" in error.message
    assert "Hạ Long" in error.what_now
