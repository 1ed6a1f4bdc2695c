"""Loading the units, and importing borders: all of them or none."""

import gzip
import json

import pytest
from sqlalchemy import func, select

from directory.errors import Invalid
from directory.places.models import AdminUnit, UnitSuccession, WardBoundary
from directory.places.operations import import_boundaries, load_units
from directory.places.queries import gazetteer, unit_at
from directory.places.rules import Point
from directory.web.transaction import transaction

BA_DINH, NGOC_HA = "00004", "00008"


def square(lon: float, lat: float, half: float = 0.02) -> dict:
    ring = [(lon - half, lat - half), (lon + half, lat - half), (lon + half, lat + half), (lon - half, lat + half)]
    return {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}


def feature(code: object, geometry: object) -> dict:
    return {"type": "Feature", "properties": {"ward_code": code}, "geometry": geometry}


@pytest.fixture
def write(tmp_path):
    def write(*features: object):
        path = tmp_path / "borders.geojson"
        path.write_text(json.dumps({"type": "FeatureCollection", "features": list(features)}), encoding="utf-8")
        return path

    return write


def borders_in(session) -> int:
    return session.scalar(select(func.count()).select_from(WardBoundary))


def test_the_units_are_loaded_once_and_a_repeat_changes_nothing(session):
    counted = dict(session.execute(select(AdminUnit.level, func.count()).group_by(AdminUnit.level)).all())
    assert counted == {"province": 34, "ward": 3321, "old-province": 63, "old-district": 696, "old-ward": 10_035}
    assert session.scalar(select(func.count()).select_from(UnitSuccession)) == 10_602
    with transaction():
        assert load_units() == 0


def test_a_changed_unit_is_brought_back_and_seen_by_the_gazetteer(session):
    with transaction():
        session.get(AdminUnit, "ward:06673").name = "Bãi Sai"
    with transaction():
        assert load_units() == 1
    assert gazetteer().ward("06673").name == "Bãi Cháy"


def test_polygons_become_multipolygons_and_a_second_import_replaces_the_first(session, write):
    with transaction():
        report = import_boundaries(write(feature(BA_DINH, square(105.838, 21.0386))))
    assert (report.written, report.problems, report.wards_without) == (1, (), 3320)
    with transaction():
        import_boundaries(write(feature(BA_DINH, square(105.838, 21.0386, half=0.001))))
    assert borders_in(session) == 1
    found = unit_at(Point(21.0386, 105.838))
    assert (found.ward.code, found.exact) == (BA_DINH, True)
    away = unit_at(Point(21.0386, 105.845))
    assert not away.exact


def test_a_dry_run_writes_nothing(session, write):
    with transaction():
        report = import_boundaries(write(feature(BA_DINH, square(105.838, 21.0386))), is_dry_run=True)
    assert (report.written, report.problems) == (0, ())
    assert borders_in(session) == 0


BOW_TIE = {"type": "Polygon", "coordinates": [[[105.8, 21], [105.9, 21.1], [105.9, 21], [105.8, 21.1], [105.8, 21]]]}


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (feature("99999", square(105.838, 21.0386)), "không có xã, phường nào mang mã 99999"),
        (feature(8, square(105.816, 21.038)), "kể cả số 0 ở đầu"),
        (feature(None, square(105.816, 21.038)), "thiếu mã"),
        ({"type": "Feature", "geometry": square(105.816, 21.038)}, "thiếu mã"),
        ("text", "thiếu mã"),
        (feature(BA_DINH, square(105.838, 21.0386)), "lặp lại"),
        (feature(NGOC_HA, {"type": "Point", "coordinates": [105.8, 21]}), "Polygon hoặc MultiPolygon"),
        (feature(NGOC_HA, None), "Polygon hoặc MultiPolygon"),
        (feature(NGOC_HA, {"type": "Polygon", "coordinates": []}), "hình trống"),
        (feature(NGOC_HA, {"type": "Polygon", "coordinates": [[["a", "b"]]]}), "không đọc được toạ độ"),
        (feature(NGOC_HA, {"type": "Polygon", "coordinates": 5}), "không đọc được toạ độ"),
        (feature(NGOC_HA, BOW_TIE), "không hợp lệ"),
        (feature(NGOC_HA, square(21.038, 105.816)), "WGS84"),
        (feature(NGOC_HA, square(587000, 2326000, 100)), "WGS84"),
        (feature(NGOC_HA, square(106.7, 10.78)), "nhầm mã"),
    ],
)
def test_one_wrong_feature_keeps_all_out_and_is_named(session, write, wrong, says):
    path = write(feature(BA_DINH, square(105.838, 21.0386)), wrong)
    with transaction():
        report = import_boundaries(path)
    [problem] = report.problems
    assert problem.feature == 2
    assert says in problem.message
    assert report.written == 0
    assert borders_in(session) == 0


@pytest.mark.parametrize(
    "content",
    [b"", b"not json", b"[]", b'{"features": []}', b"\x1f\x8bbroken", b'{"features": 5}', b"\xff\xfe", b"null"],
)
def test_a_file_that_is_no_geojson_is_refused_with_a_sentence(app, tmp_path, content):
    path = tmp_path / "borders.geojson"
    path.write_bytes(content)
    with pytest.raises(Invalid, match=r"borders\.geojson"):
        import_boundaries(path)


def test_real_borders_make_every_ward_point_exact(session, shared_data):
    told: list[tuple[str, int, int]] = []
    with transaction():
        report = import_boundaries(
            shared_data / "vn_wards_2026_simplified.geojson.gz", progress=lambda *step: told.append(step)
        )
    assert (report.written, report.problems, report.wards_without) == (3321, (), 0)
    assert told[-1] == ("Ghi", 3321, 3321)
    assert len(told) < 100
    names = gazetteer()
    wards = sorted(names.atlas.wards().values(), key=lambda ward: ward.code)[::33]
    answers = [unit_at(ward.point) for ward in wards]
    # Simplified borders lose a few points; where they hold one, it is the ward's own.
    assert sum(answer.exact for answer in answers) >= len(wards) - 1
    assert all(answer.ward is ward for answer, ward in zip(answers, wards, strict=True))


def test_real_borders_agree_with_the_wards_of_real_hospitals(session, shared_data):
    import csv

    with transaction():
        import_boundaries(shared_data / "vn_wards_2026_simplified.geojson.gz")
    with (shared_data / "osm_hospitals_vn_2026-02.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))[::10]
    found = [unit_at(Point(float(row["lat"]), float(row["lon"]))) for row in rows]
    agreeing = sum(answer.ward.code == row["pip_ward_code"] for answer, row in zip(found, rows, strict=True))
    # The hospitals' wards were found in the full borders; simplifying them moves a border by up to 150 m.
    assert agreeing >= 0.97 * len(rows)
    with gzip.open(shared_data / "vn_wards_2026_simplified.geojson.gz") as file:
        assert len(json.load(file)["features"]) == borders_in(session)
