import pytest

from directory.catalogue.rules import Visibility
from directory.errors import Invalid
from directory.interop.osm import Feature, cells_of, gives_itself_away, kind_of, name_of
from directory.interop.osm_files import export_of, read_export
from directory.places.rules import Point

HERE = Point(20.951, 107.08)


@pytest.mark.parametrize(
    ("tags", "category", "visibility"),
    [
        ({"amenity": "hospital"}, "kham-benh", "public"),
        ({"amenity": "clinic"}, "kham-benh", "public"),
        ({"amenity": "doctors"}, "kham-benh", "public"),
        ({"healthcare": "physiotherapist"}, "kham-benh", "public"),
        ({"amenity": "pharmacy", "healthcare": "pharmacy"}, "nha-thuoc", "public"),
        ({"amenity": "police"}, "cong-an", "public"),
        ({"office": "lawyer"}, "tro-giup-phap-ly", "public"),
        ({"office": "employment_agency"}, "gioi-thieu-viec-lam", "public"),
        ({"amenity": "training"}, "day-nghe", "public"),
        ({"amenity": "college"}, "day-nghe", "public"),
        ({"amenity": "townhall"}, "giay-to-tuy-than", "public"),
        ({"healthcare": "counselling"}, "tu-van-tam-ly", "public"),
        ({"healthcare": "midwife"}, "suc-khoe-sinh-san", "public"),
        ({"emergency": "ambulance_station"}, "cap-cuu", "public"),
        ({"amenity": "social_facility", "social_facility": "outreach"}, "ho-tro-vat-chat", "public"),
        ({"amenity": "social_facility", "social_facility:for": "orphan;child"}, "bao-ve-tre-em", "public"),
        ({"amenity": "social_facility", "social_facility": "shelter"}, "tam-lanh", "partial"),
        ({"amenity": "social_facility", "social_facility:for": "child;abused"}, "tam-lanh", "partial"),
    ],
)
def test_the_table_of_tags(tags, category, visibility):
    kind = kind_of(tags)
    assert (kind.category, kind.visibility) == (category, visibility)


@pytest.mark.parametrize(
    "tags", [{"amenity": "cafe"}, {}, {"healthcare": "no"}, {"amenity": "hospital", "disused": "yes"}]
)
def test_other_features_are_nothing_for_the_map(tags):
    assert kind_of(tags) is None


def cells(**tags):
    tags = {key.replace("__", ":"): value for key, value in tags.items()}
    return cells_of(Feature("node/7", HERE, tags), kind_of(tags))


def test_tags_become_columns():
    assert cells(
        amenity="hospital", name="Ha Long Hospital", name__vi="Bệnh viện Hạ Long", emergency="yes",
        phone="0203 3825 499", contact__phone="115", opening_hours="24/7", wheelchair="yes", fee="no",
        website="https://bv.vn", addr__housenumber="12", addr__street="Trần Phú", addr__subdistrict="Hồng Gai",
        healthcare__speciality="gynaecology;dentistry", language__en="yes", language__fr="no",
    ) == {
        "provider": "Bệnh viện Hạ Long", "service": "Khám bệnh, chữa bệnh",
        "category": "kham-benh;cap-cuu;suc-khoe-sinh-san", "phones": "0203 3825 499;115", "opening_hours": "24/7",
        "wheelchair": "1", "fees": "Miễn phí", "website": "https://bv.vn", "address": "12 Trần Phú, Hồng Gai",
        "languages": "en", "visibility": "public", "source": "osm", "external_id": "node/7",
        "source_url": "https://www.openstreetmap.org/node/7",
    }  # fmt: skip


def test_a_shelter_keeps_nothing_that_leads_to_it():
    kept = cells(
        amenity="social_facility", social_facility="shelter", name="Mái ấm", phone="111",
        website="https://maiam.vn", addr__full="CANARY 9", description="CANARY",
    )  # fmt: skip
    assert kept.pop("external_id").startswith("~")
    assert kept == {
        "provider": "Mái ấm", "service": "Nơi ở an toàn", "category": "tam-lanh", "phones": "111",
        "visibility": Visibility.PARTIAL, "source": "osm",
    }  # fmt: skip


def test_a_shelter_with_its_address_in_its_name_stays_out():
    tags = {"social_facility": "shelter", "name": "Mái ấm 12 Trần Phú"}
    assert gives_itself_away(kind_of(tags), tags)
    assert not gives_itself_away(kind_of(tags), {"name": "Mái ấm Hướng Dương"})


def test_ways_and_relations_get_a_position_from_what_there_is():
    corner = {"lat": 20.0, "lon": 106.0}
    other = {"lat": 22.0, "lon": 108.0}
    tags = {"amenity": "hospital"}
    export = export_of({"elements": [
        {"type": "way", "id": 1, "center": corner, "tags": tags},
        {"type": "way", "id": 2, "bounds": {"minlat": 20, "minlon": 106, "maxlat": 22, "maxlon": 108}, "tags": tags},
        {"type": "way", "id": 3, "geometry": [corner, other, None], "tags": tags},
        {"type": "way", "id": 4, "nodes": [8, 9, 10], "tags": tags},
        {"type": "relation", "id": 5, "members": [], "tags": tags},
        {"type": "node", "id": 8, **corner},
        {"type": "node", "id": 9, **other},
        {"type": "way", "id": 1, "center": corner, "tags": tags},
    ]})  # fmt: skip
    assert {feature.osm_id: feature.point for feature in export.features} == {
        "way/1": (20.0, 106.0), "way/2": (21.0, 107.0), "way/3": (21.0, 107.0), "way/4": (21.0, 107.0),
    }  # fmt: skip
    assert export.unplaced == ["relation/5"]


def test_geojson_shapes_get_a_position_inside_them():
    here = {"type": "Point", "coordinates": [107, 21]}
    square = [[[106, 20], [108, 20], [108, 22], [106, 22], [106, 20]]]
    export = export_of({"type": "FeatureCollection", "features": [
        {"properties": {"@id": "way/1", "name": "A"}, "geometry": {"type": "Polygon", "coordinates": square}},
        {"id": "node/2", "properties": {"tags": {"name": "B"}}, "geometry": here},
        {"id": "node/3", "properties": {"name": "C"}, "geometry": None},
        {"id": "node/4", "properties": {"name": "D"}, "geometry": {"type": "Point", "coordinates": ["x"]}},
    ]})  # fmt: skip
    assert [(feature.osm_id, feature.point, name_of(feature.tags)) for feature in export.features] == [
        ("way/1", (21.0, 107.0), "A"), ("node/2", (21.0, 107.0), "B"),
    ]  # fmt: skip
    assert export.unplaced == ["node/3", "node/4"]


@pytest.mark.parametrize("content", [[], {}, {"elements": 1}, "x", None, {"features": {}}])
def test_other_json_is_refused(content):
    with pytest.raises(Invalid, match="Overpass JSON"):
        export_of(content)


@pytest.mark.parametrize("content", [b"", b"<osm/>", b"\xff\xfe\x00", b"[" * 100_000])
def test_what_is_no_json_is_refused(tmp_path, content):
    path = tmp_path / "x.json"
    path.write_bytes(content)
    with pytest.raises(Invalid):
        read_export(path)


def test_features_without_any_sense_are_survived():
    export = export_of({"elements": [1, None, {}, {"type": "node", "id": 1, "lat": "x", "lon": 2, "tags": {"a": 1}}]})
    assert export.features == []
    assert export_of({"features": [1, {}, {"properties": 3}]}).features == []
