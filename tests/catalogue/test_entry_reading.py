from datetime import date

import pytest

from directory.catalogue.columns import COLUMNS
from directory.catalogue.entry_reading import ReadingRules, entry_of
from directory.catalogue.mapping import Row
from directory.catalogue.rules import Visibility
from directory.catalogue.seed_tables import vocabulary
from tests.catalogue.tables import CLINIC, SHELTER

CANARY = "CANARY 77 Nguyễn Bí Mật"
PARTIAL = SHELTER | {"visibility": "partial", "ward": "Phường Hồng Gai"}


def read(cells, lenient=()):
    cells = {column: text for column, text in cells.items() if text}
    rules = ReadingRules(vocabulary(), date(2026, 11, 22), "dieu-phoi", frozenset(lenient))
    return entry_of(Row(12, cells), rules)


def errors(cells, **kwargs):
    entry, problems = read(cells, **kwargs)
    assert (entry is None) == any(not problem.is_warning for problem in problems)
    return {problem.column for problem in problems if not problem.is_warning}


def test_a_whole_row_is_read():
    entry, problems = read(
        CLINIC
        | {
            "category": "kham-benh; Xét nghiệm HIV",
            "hotline_24h": "không",
            "languages": "vi;km",
            "facts": "women_staff; Có giờ buổi tối",
            "anonymous_ok": "có",
            "verified_on": "22/10/2026",
            "source": "OpenStreetMap",
        }
    )
    assert problems == []
    assert entry.categories == ("kham-benh", "hiv-xet-nghiem")
    assert entry.facts == ("women_staff", "evening")
    assert (entry.hotline_24h, entry.anonymous_ok, entry.id_required) == (False, True, None)
    assert entry.source == "osm"
    assert entry.point == (20.951, 107.08)
    assert entry.verified_on == date(2026, 10, 22)


@pytest.mark.parametrize("column", ["provider", "service", "category", "latitude", "longitude"])
def test_what_is_required_is_required(column):
    assert errors(CLINIC | {column: ""}) == {column}


def test_a_place_needs_a_point_or_a_ward_with_its_province():
    nowhere = CLINIC | {"latitude": "", "longitude": ""}
    assert errors(nowhere) == {"ward"}
    assert errors(nowhere | {"ward": "Phường Hồng Gai"}) == {"province"}
    assert errors(nowhere | {"ward": "Phường Hồng Gai", "province": "Quảng Ninh"}) == set()


@pytest.mark.parametrize(
    ("column", "text"),
    [
        ("category", "bói toán"),
        ("facts", "đẹp"),
        ("phones", "12"),
        ("hotline_24h", "đôi khi"),
        ("opening_hours", "sáng"),
        ("languages", "xx1"),
        ("website", "javascript:alert(1)"),
        ("verified_on", "2030-01-01"),
        ("latitude", "hai mươi"),
        ("latitude", "95"),
        ("provider", "…"),
        ("service", "x" * 301),
        ("description", "x" * 5001),
    ],
)
def test_a_bad_cell_makes_a_bad_row_that_names_the_column(column, text):
    assert errors(CLINIC | {column: text}) == {column}


def test_swapped_coordinates_are_called_swapped():
    _, problems = read(CLINIC | {"latitude": "107.08", "longitude": "20.951"})
    assert "đổi chỗ" in problems[0].reason


def test_all_that_is_wrong_is_told_at_once():
    assert errors(CLINIC | {"provider": "", "phones": "12", "fees": "", "verified_on": "x"}) == {
        "provider", "phones", "verified_on",
    }  # fmt: skip


def test_what_may_be_left_out_is_a_warning():
    entry, problems = read(CLINIC | {"phones": "12; 111"}, lenient=["phones"])
    assert [phone.number for phone in entry.phones] == ["111"]
    assert [(problem.column, problem.value, problem.is_warning) for problem in problems] == [
        ("phones", "12; 111", True)
    ]


@pytest.mark.parametrize("column", ["address", "ward", "latitude", "longitude"])
def test_a_hidden_row_with_a_place_is_bad_and_the_place_is_not_repeated(column):
    entry, problems = read(SHELTER | {column: CANARY})
    assert entry is None
    assert column in {problem.column for problem in problems}
    assert "CANARY" not in str(problems)


@pytest.mark.parametrize("column", ["address", "latitude", "longitude"])
def test_a_partial_row_with_more_than_its_ward_is_bad_and_the_place_is_not_repeated(column):
    assert read(PARTIAL)[0].visibility is Visibility.PARTIAL
    entry, problems = read(PARTIAL | {column: CANARY})
    assert entry is None
    assert "CANARY" not in str(problems)


@pytest.mark.parametrize("visibility", ["hidden", "partial", "bí mật lắm", "GIỮ KÍN", "kín"])
@pytest.mark.parametrize("column", [column for column in COLUMNS if column != "visibility"])
def test_no_value_of_a_row_that_is_kept_back_is_ever_repeated(visibility, column):
    _, problems = read(SHELTER | {"visibility": visibility, column: CANARY}, lenient=["phones", "website"])
    assert "CANARY" not in str(problems)


@pytest.mark.parametrize("column", ["description", "service", "site", "fees", "eligibility", "documents"])
def test_a_kept_back_row_may_not_read_like_an_address(column):
    assert errors(SHELTER | {column: "Đến số 12 đường Trần Phú"}) == {column}
    assert errors(PARTIAL | {column: "Đến số 12 đường Trần Phú"}) == {column}
    assert errors(SHELTER | {column: "Gần chợ phường Bãi Cháy"}) == {column}
    assert errors(PARTIAL | {column: "Gần chợ phường Bãi Cháy"}) == set()


def test_a_hidden_row_needs_a_telephone_even_where_numbers_may_be_left_out():
    assert errors(SHELTER | {"phones": ""}) == {"phones"}
    assert errors(SHELTER | {"phones": "12"}, lenient=["phones"]) == {"phones"}


def test_the_web_page_of_a_hidden_place_is_not_kept():
    entry, problems = read(SHELTER | {"website": "https://nha.vn"})
    assert entry.website is None
    assert [problem.is_warning for problem in problems] == [True]
    assert "nha.vn" not in str(problems)


def test_a_subject_is_read_as_people_write_it_and_a_wrong_one_is_answered_with_the_nearest():
    entry, _ = read(CLINIC | {"category": "Khám bệnh; công an"})
    assert entry.categories == ("kham-benh", "cong-an")
    _, problems = read(CLINIC | {"category": "kham benhh"})
    assert "Gần giống: kham-benh." in problems[0].reason
