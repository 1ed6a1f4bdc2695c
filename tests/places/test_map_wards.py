"""Wards on the map: by their borders where those were imported, else as discs; text stays text."""

import json
import math

import pytest

from directory.places.map import MapView, draw
from directory.places.map_wards import MOST_BORDERS, Step, WardMap, WardMark, ward_rings
from directory.places.operations import import_boundaries
from directory.places.paper_map import archipelagos_on, names_that_fit, sheet_around
from directory.places.rules import Point
from directory.web.transaction import transaction

BA_DINH, NGOC_HA = "ward:00004", "ward:00008"
LEGEND = {Step.NEAR: "Gần", Step.FAR: "Xa", Step.FARTHER: "Xa hơn", Step.NONE: "Không có"}


@pytest.fixture
def border(tmp_path):
    """A wavy border of three hundred corners around the middle of Ba Đình, imported."""
    angles = (2 * math.pi * n / 300 for n in range(300))
    ring = [
        [105.838 + 0.02 * math.cos(angle), 21.0386 + (0.02 + 0.00005 * math.sin(40 * angle)) * math.sin(angle)]
        for angle in angles
    ]
    shape = {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}
    feature = {"type": "Feature", "properties": {"ward_code": "00004"}, "geometry": shape}
    path = tmp_path / "borders.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
    with transaction():
        import_boundaries(path)


@pytest.mark.usefixtures("app", "border")
def test_a_border_is_thinned_for_the_screen_and_keeps_its_place():
    rings = ward_rings([BA_DINH, NGOC_HA])
    assert list(rings) == [BA_DINH]
    (ring,) = rings[BA_DINH]
    assert 8 < len(ring) < 100
    assert max(lat for lat, _ in ring) == pytest.approx(21.0586, abs=0.001)
    assert min(lon for _, lon in ring) == pytest.approx(105.818, abs=0.001)
    assert ward_rings([BA_DINH] * (MOST_BORDERS + 1)) == {}
    assert ward_rings([]) == {}


def a_mark(step=Step.FAR, name="Phường Thử", rings=(), **more):
    return WardMark(BA_DINH, Point(21.03, 105.83), name, more.get("note", "Gần nhất: 12 km"), step, rings)


def test_what_a_ward_is_called_can_neither_end_the_script_nor_run(client):
    nasty = "</script><script>alert(1)</script>${alert(2)}"
    wards = WardMap(
        (a_mark(name=nasty), a_mark(Step.NONE, rings=(((21.0, 105.8), (21.1, 105.8), (21.1, 105.9)),))), LEGEND
    )
    with client.application.test_request_context():
        html = draw([], MapView("/bao-cao/khoang-trong", wards=wards)).html
    assert "<script>alert(1)" not in html
    assert "${alert" not in html
    assert "[21.1,105.9]" in html


def test_the_legend_counts_the_steps_that_are_there():
    wards = WardMap((a_mark(Step.NEAR), a_mark(Step.FAR), a_mark(Step.FAR)), LEGEND)
    assert wards.steps == [(Step.NEAR, "Gần", 1), (Step.FAR, "Xa", 2)]


class TestOnPaper:
    POINTS = (Point(20.9, 107.0), Point(21.1, 107.2), Point(20.95, 107.1))

    def test_every_point_lies_on_the_sheet_and_north_is_up(self):
        sheet = sheet_around(self.POINTS, 700, 400, 40)
        places = [sheet.place(point) for point in self.POINTS]
        assert all(39 <= x <= 661 and 39 <= y <= 361 for x, y in places)
        assert places[1][1] < places[0][1]
        assert places[1][0] > places[0][0]

    def test_a_kilometre_is_as_long_to_the_east_as_to_the_north(self):
        sheet = sheet_around(self.POINTS, 700, 400, 40)
        middle = math.cos(math.radians(21.0))
        assert sheet.per_lon == pytest.approx(sheet.per_lat * middle)
        km, length = sheet.scale
        assert length == pytest.approx(km / 111.195 * sheet.per_lat, abs=0.1)

    def test_a_map_of_the_country_names_its_far_islands_and_one_of_a_town_does_not(self):
        country = sheet_around((Point(22.8, 105.3), Point(8.6, 104.7), Point(12.2, 109.2)), 720, 460, 40)
        assert [name.text for name in archipelagos_on(country)] == [
            "Quần đảo Hoàng Sa (Việt Nam)",
            "Quần đảo Trường Sa (Việt Nam)",
        ]
        assert archipelagos_on(sheet_around(self.POINTS, 720, 460, 40)) == []

    def test_no_name_lies_over_another_nor_over_a_sign(self):
        sheet = sheet_around(self.POINTS, 700, 400, 40)
        crowd = [(f"Xã số {n}", 100 + n % 9 * 12.0, 100 + n // 9 * 12.0) for n in range(60)]
        names = list(names_that_fit(crowd, [(x, y) for _, x, y in crowd], sheet, 13))
        assert 0 < len(names) < 60
        boxes = [(name.x, name.y - 10, name.x + len(name.text) * 7.8, name.y + 2) for name in names]
        for place, one in enumerate(boxes):
            for other in boxes[:place]:
                assert one[0] > other[2] or other[0] > one[2] or one[1] > other[3] or other[1] > one[3]
