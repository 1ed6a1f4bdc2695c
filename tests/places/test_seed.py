"""The units of ``seed/`` against another source, and the points against the wards' boxes."""

from directory import seed_files
from directory.places.models import AdminUnit
from directory.places.names import spelling
from directory.places.operations import stated_successions, stated_units
from directory.places.rules import distance_m
from directory.vietnamese import nfc


def test_every_text_is_composed_and_trimmed():
    for path in seed_files.SEED.rglob("*.csv"):
        for row in seed_files.rows(str(path.relative_to(seed_files.SEED))):
            assert all(text == nfc(text) for text in row.values()), (path.name, row)


def test_every_code_of_today_is_there_and_no_other(check_wards):
    wards = {row["code"]: row for row in seed_files.rows("wards.csv")}
    assert set(wards) == {row["ward_code"] for row in check_wards}
    assert len(wards) == 3321
    assert all(wards[row["ward_code"]]["province_code"] == row["province_code"] for row in check_wards)
    assert len(list(seed_files.rows("provinces.csv"))) == 34


def test_every_ward_bears_the_kind_and_name_of_the_other_source(names, check_wards):
    for row in check_wards:
        ward = names.ward(row["ward_code"])
        assert ward.kind == row["ward_full_name"].split(f" {row['ward_name']}")[0].capitalize(), row
        assert spelling(ward.name) == spelling(row["ward_name"]), row


def test_every_point_lies_in_its_wards_box(names, check_wards):
    outside = [
        row["ward_full_name"]
        for row in check_wards
        if not (
            float(row["min_lat"]) <= names.ward(row["ward_code"]).point.lat <= float(row["max_lat"])
            and float(row["min_lon"]) <= names.ward(row["ward_code"]).point.lon <= float(row["max_lon"])
        )
    ]
    assert outside == []


def test_every_former_unit_and_its_successors_equal_the_other_source(check_legacy):
    stated = {
        (row["district_code"], row["code"]): set(row["successors"].split(";"))
        for row in seed_files.rows("old_wards.csv")
    }
    expected: dict[tuple[str, str], set[str]] = {}
    for row in check_legacy:
        expected.setdefault((row["districtCode"], row["wardCode"]), set()).add(row["newWardCode"])
    assert stated == expected
    assert len(stated) == 10_040
    assert sum(map(len, stated.values())) == len(check_legacy) == 10_602


def test_every_former_unit_bears_the_name_of_the_other_source(names, check_legacy):
    for row in check_legacy:
        district = names.atlas.units[f"old-district:{row['districtCode']}"]
        assert district.full_name.lower() == row["district"].lower()
        assert names.atlas.units[district.parent_key].full_name == row["province"]
        if row["wardCode"]:
            ward = names.atlas.units[f"old-ward:{row['wardCode']}"]
            assert (ward.full_name.lower(), ward.parent_key) == (row["ward"].lower(), district.key)


def test_every_key_fits_the_model_and_every_parent_comes_first():
    seen: set[str] = set()
    for batch in stated_units():
        assert {row["parent_key"] for row in batch} - {None} <= seen
        for row in batch:
            assert row["key"] == f"{row['level']}:{row['code']}"
            assert row["kind"]
            assert row["name"]
            assert set(row) == {column.name for column in AdminUnit.__table__.columns}
        seen |= {row["key"] for row in batch}
    assert {key for pair in stated_successions() for key in pair} <= seen


def test_every_correction_was_applied_and_says_why(names):
    for row in seed_files.rows("ward_point_corrections.csv"):
        ward = names.ward(row["ward_code"])
        assert ward.full_name == row["ward"]
        assert ward.point == (float(row["latitude"]), float(row["longitude"]))
        assert row["reason"]
        assert row["source"]


def test_every_alias_names_a_unit_and_resolves_to_it(names):
    for row in seed_files.rows("place_aliases.csv"):
        assert row["unit_key"] in names.atlas.units, row
        if not row["alias"].isdecimal():
            wards = names.atlas.wards_of(row["unit_key"])
            assert any(wards <= place.ward_codes for place in names.resolve(row["alias"])), row


def test_every_point_of_a_former_district_lies_near_its_wards(names):
    for unit in names.atlas.units.values():
        # Hoàng Sa is 150 km wide, and its one ward's point lies on another island than the place of its name.
        if unit.level == "old-district" and unit.name != "Hoàng Sa":
            wards = [names.ward(code) for code in names.atlas.wards_of(unit.key)]
            assert min(distance_m(unit.point, ward.point) for ward in wards) < 25_000, unit
