import json

import pytest

from directory.extensions import db
from tests.entries import import_cast


@pytest.fixture
def cast(app, tmp_path):
    import_cast(tmp_path)
    db.session.remove()


def test_the_table_tells_what_was_understood_and_where_to_call(cast, runner):
    result = runner("search", "kham benh gan toi", "--near", "20.951,107.08")
    assert result.exit_code == 0
    assert "kham benh → kham-benh" in result.output
    assert "0 m  Phòng khám Da liễu: Trung tâm Y tế Hạ Long" in result.output
    assert "0203" in result.output


def test_json_is_the_same_as_the_api(cast, runner, client):
    words = ["search", "kham benh gan toi", "--near", "20.951,107.08", "--json"]
    from_command = json.loads(runner(*words).output)
    from_api = client.get("/api/tim?q=kham benh gan toi&vt=20.951,107.08").get_json()
    assert from_command == from_api
    assert {"query", "understood", "total", "results"} <= from_command.keys()
    assert {"terms", "near_me", "area", "category", "facets", "corrected"} <= from_command["understood"].keys()


def test_nothing_found_says_what_is_shown_instead(cast, runner):
    result = runner("search", "zzqx wwvk", "--json")
    shown = json.loads(result.output)
    assert (shown["total"], shown["results"]) == (0, [])
    assert shown["instead"]
    assert "Không tìm thấy" in runner("search", "zzqx wwvk").output


def test_options_narrow_the_search(cast, runner):
    found = json.loads(runner("search", "", "--category", "tam-lanh", "--json").output)
    assert [result["visibility"] for result in found["results"]] == ["hidden"]
    assert json.loads(runner("search", "khám", "--limit", "1", "--json").output)["results"].__len__() == 1
    near = ("--near", "20.951,107.08", "--radius-km", "1", "--open-now", "--area", "Hạ Long", "--json")
    assert all(one["open_now"] for one in json.loads(runner("search", "khám", *near).output)["results"])


@pytest.mark.parametrize(
    "options",
    [("--near", "abc"), ("--near", "200,10"), ("--category", "khong-co"), ("--limit", "0"), ("--radius-km", "-1")],
)
def test_wrong_usage_is_two(cast, runner, options):
    assert runner("search", "khám", *options).exit_code == 2


def test_an_unknown_area_is_a_problem(cast, runner):
    assert runner("search", "khám", "--area", "Nơi Không Có Thật").exit_code == 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_suggestions_follow_what_is_typed(cast, app):
    from directory.search.queries import suggest

    assert "Trung tâm Y tế Hạ Long" in suggest("trung tam y")
    assert any("xét nghiệm" in text.lower() for text in suggest("xet ngh"))
    assert "Quảng Ninh" in suggest("quang n")
    assert suggest("") == suggest("a") == []
    assert len(suggest("kh")) <= 8
