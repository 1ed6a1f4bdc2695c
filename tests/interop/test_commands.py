import json
import re

import pytest
from sqlalchemy import func, select, text

from directory.catalogue.models import CatalogueChange, Offering, Site

HOSPITALS = "osm_hospitals_hanoi_2024-09-27.overpass.json"
PHARMACIES = "osm_pharmacies_hanoi_2025-10-24.geojson"


@pytest.mark.parametrize(("name", "taken", "unnamed"), [(HOSPITALS, 242, 10), (PHARMACIES, 110, 95)])
def test_a_real_export_goes_in_and_a_second_time_nothing_changes(runner, session, shared_data, name, taken, unnamed):
    first = runner("import", "osm", shared_data / name)
    assert first.exit_code == 0, first.output
    assert f"{unnamed} phần tử không có tên: bỏ qua." in first.output
    assert f"Đã nhập {taken} dòng: {taken} mục mới" in first.output
    seq = session.scalar(select(func.max(CatalogueChange.seq)))
    session.rollback()
    again = json.loads(runner("import", "osm", shared_data / name, "--json").stdout)
    assert (again["added"], again["updated"], again["unchanged"], again["skipped"]) == (0, 0, taken, unnamed)
    assert session.scalar(select(func.max(CatalogueChange.seq))) == seq
    assert session.scalar(select(func.count()).select_from(Site).where(Site.ward_key.is_(None))) == 0


def overpass(tmp_path, *elements):
    path = tmp_path / "export.json"
    path.write_text(json.dumps({"elements": list(elements)}), encoding="utf-8")
    return path


def node(number, **tags):
    tags = {key.replace("__", ":"): value for key, value in tags.items()}
    return {"type": "node", "id": number, "lat": 20.9512345, "lon": 107.0812345, "tags": tags}


def test_a_shelter_is_kept_by_its_ward_only(runner, session, tmp_path):
    shelter = node(4242424242, amenity="social_facility", social_facility="shelter", name="Mái ấm", phone="111",
                   addr__street="CANARY")  # fmt: skip
    result = runner("import", "osm", overpass(tmp_path, shelter))
    assert "1 mục mới" in result.output
    site = session.scalars(select(Site)).one()
    assert (site.visibility, site.latitude, site.address) == ("partial", None, None)
    assert site.ward_key.startswith("ward:")
    everything = " ".join(
        str(row) for table in ("site", "offering", "service", "provider", "phone")
        for row in session.execute(text(f"SELECT * FROM {table}"))
    )  # fmt: skip
    # The seconds of a moment may well be 20.95.
    without_seconds = re.sub(r":\d\d\.\d+", "", everything)
    for trace in ("CANARY", "20.95", "107.08", "4242424242"):
        assert trace not in without_seconds


def test_what_stays_out_is_counted_by_its_reason(runner, session, tmp_path):
    abroad = node(3, amenity="hospital", name="Hôpital") | {"lat": 48.85, "lon": 2.35}
    path = overpass(
        tmp_path,
        node(1, amenity="cafe", name="Quán"),
        node(2, amenity="hospital"),
        abroad,
        node(4, social_facility="shelter", name="Mái ấm 12 Trần Phú"),
        {"type": "relation", "id": 5, "tags": {"amenity": "hospital", "name": "Bệnh viện"}},
        node(6, amenity="police", name="Công an phường Hồng Gai", opening_hours="cả ngày luôn"),
    )
    output = runner("import", "osm", path).output
    for line in (
        "1 phần tử không thuộc loại nào trong bảng",
        "1 phần tử không có tên",
        "1 phần tử nằm ngoài Việt Nam",
        "1 phần tử cần giữ kín mà tên có địa chỉ",
        "1 phần tử không có vị trí: bỏ qua (relation/5)",
        'node/6, cột "opening_hours"',
        "Đã nhập 1 dòng: 1 mục mới, 0 mục thay đổi, 0 mục giữ nguyên, bỏ qua 5 dòng.",
    ):
        assert line in output
    assert "Trần Phú" not in output
    assert session.scalars(select(Offering.external_id)).one() == "node/6"


def test_a_file_of_something_else_is_a_problem(runner, tmp_path):
    path = tmp_path / "x.json"
    path.write_text("{}")
    assert runner("import", "osm", path).exit_code == 1
    assert runner("import", "osm", tmp_path / "khong-co").exit_code == 2
