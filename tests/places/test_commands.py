"""``directory import boundaries``."""

import json

from tests.places.test_operations import BA_DINH, NGOC_HA, feature, square, write  # noqa: F401 - fixture


def test_it_imports_and_says_how_many(runner, write):  # noqa: F811
    result = runner("import", "boundaries", write(feature(BA_DINH, square(105.838, 21.0386))))
    assert result.exit_code == 0
    assert "Đã nhập 1 ranh giới." in result.output
    assert "Còn 3320 xã, phường chưa có ranh giới." in result.output


def test_a_wrong_feature_is_a_line_and_exit_1(runner, write):  # noqa: F811
    path = write(feature(NGOC_HA, square(106.7, 10.78)), feature("", square(105.8, 21)))
    result = runner("import", "boundaries", path)
    assert result.exit_code == 1
    assert f"Hình 1 ({NGOC_HA}): " in result.output
    assert "Hình 2 (không có mã): " in result.output
    assert "Chưa nhập ranh giới nào." in result.output


def test_json_and_dry_run(runner, write):  # noqa: F811
    result = runner("import", "boundaries", write(feature(BA_DINH, square(105.838, 21.0386))), "--dry-run", "--json")
    assert result.exit_code == 0
    report = json.loads(result.stdout)
    assert report == {"file": "borders.geojson", "features": 1, "problems": [], "written": 0, "wards_without": 3320}


def test_a_broken_file_is_exit_1_and_a_missing_one_exit_2(runner, tmp_path):
    broken = tmp_path / "broken.geojson"
    broken.write_text("{")
    assert runner("import", "boundaries", broken).exit_code == 1
    assert runner("import", "boundaries", tmp_path / "absent.geojson").exit_code == 2


def test_an_area_is_made_of_places_old_and_new_and_listed(runner):
    assert "Chưa có địa bàn nào" in runner("areas", "list").output
    made = runner("areas", "add", "Hạ Long", "TP Hạ Long; phường Uông Bí, Quảng Ninh")
    assert made.exit_code == 0, made.output
    assert "Phường Uông Bí" in made.output
    assert runner("areas", "list").output.startswith("Hạ Long: ")
    (line,) = json.loads(runner("areas", "list", "--json").stdout)
    assert (line["name"], line["wards"] > 2) == ("Hạ Long", True)


def test_a_place_that_nobody_knows_makes_no_area(runner):
    result = runner("areas", "add", "Hạ Long", "Sao Hoả")
    assert (result.exit_code, result.exception.message) == (1, "Không biết nơi “Sao Hoả”.")
    assert json.loads(runner("areas", "list", "--json").stdout) == []
