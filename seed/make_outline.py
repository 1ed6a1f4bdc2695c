"""Make ``outline.geojson``: Viet Nam and its neighbours, small enough to ship inside the map frame.

Usage: ``npm pack world-atlas@2.0.2``, unpack it, then ``python seed/make_outline.py package/countries-10m.json``.
Needs shapely. The same input gives the same file, byte for byte.

Source: Natural Earth 4.1, 1:10m, public domain (https://www.naturalearthdata.com), as TopoJSON by world-atlas 2.0.2.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from shapely import make_valid, set_precision
from shapely.geometry import LineString, MultiPolygon, Point, Polygon, box, mapping
from shapely.geometry.base import BaseGeometry
from shapely.ops import unary_union

Coordinates = list[tuple[float, float]]

REGION = box(83.0, -3.0, 131.0, 33.0)
VIET_NAM = "Vietnam"
ISO = {
    VIET_NAM: "VNM", "China": "CHN", "Laos": "LAO", "Cambodia": "KHM", "Thailand": "THA", "Myanmar": "MMR",
    "Malaysia": "MYS", "Philippines": "PHL", "Taiwan": "TWN", "Brunei": "BRN", "Indonesia": "IDN",
    "India": "IND", "Bangladesh": "BGD", "Nepal": "NPL", "Bhutan": "BTN", "Japan": "JPN",
}  # fmt: skip
NAMES = {
    "VNM": "Việt Nam", "CHN": "Trung Quốc", "LAO": "Lào", "KHM": "Campuchia", "THA": "Thái Lan", "MMR": "Myanmar",
    "MYS": "Malaysia", "PHL": "Philippines", "TWN": "Đài Loan", "BRN": "Brunei", "IDN": "Indonesia",
    "IND": "Ấn Độ", "BGD": "Bangladesh", "NPL": "Nepal", "BTN": "Bhutan", "JPN": "Nhật Bản",
}  # fmt: skip
#: The boxes of the two archipelagos. Every islet inside them is drawn as Viet Nam's, as its law asks of a map.
ARCHIPELAGOS = {"Quần đảo Hoàng Sa": box(110.9, 15.6, 113.0, 17.4), "Quần đảo Trường Sa": box(111.3, 6.8, 116.4, 11.7)}
#: Degrees. Viet Nam keeps every bend that shows at zoom 10; the neighbours only their shape.
TOLERANCE_VIET_NAM, TOLERANCE_NEIGHBOUR = 0.004, 0.1
SMALLEST_NEIGHBOUR_ISLAND = 0.05  # square degrees, about 600 km²
DECIMALS = 3


class Atlas:
    """A TopoJSON file whose arcs are simplified once, so that shared borders still fit each other."""

    def __init__(self, topology: dict[str, Any]) -> None:
        self.shapes = topology["objects"]["countries"]["geometries"]
        scale, translate = topology["transform"]["scale"], topology["transform"]["translate"]
        self._raw = topology["arcs"]
        self._scale, self._translate = scale, translate
        home = next(shape for shape in self.shapes if shape["properties"]["name"] == VIET_NAM)
        self._home_arcs = {arc if arc >= 0 else ~arc for ring in _rings(home) for arc in ring}
        self._decoded: dict[int, Coordinates] = {}

    def polygons(self, shape: dict[str, Any]) -> BaseGeometry:
        """Return the shape of a country, clipped to the region."""
        parts = [shape["arcs"]] if shape["type"] == "Polygon" else shape["arcs"]
        kept = []
        for part in parts:
            outer, *holes = [self._ring(ring) for ring in part]
            if len(outer) >= 4 and REGION.intersects(LineString(outer).envelope):
                kept.append(make_valid(Polygon(outer, [hole for hole in holes if len(hole) >= 4])))
        return unary_union(kept).intersection(REGION)

    def _ring(self, arcs: list[int]) -> Coordinates:
        points: Coordinates = []
        for arc in arcs:
            line = self._arc(arc if arc >= 0 else ~arc)
            points += (line if arc >= 0 else line[::-1])[1 if points else 0 :]
        return points

    def _arc(self, number: int) -> Coordinates:
        if number not in self._decoded:
            x = y = 0
            points = []
            for dx, dy in self._raw[number]:
                x, y = x + dx, y + dy
                points.append((x * self._scale[0] + self._translate[0], y * self._scale[1] + self._translate[1]))
            tolerance = TOLERANCE_VIET_NAM if number in self._home_arcs else TOLERANCE_NEIGHBOUR
            self._decoded[number] = list(LineString(points).simplify(tolerance).coords)
        return self._decoded[number]


def _rings(shape: dict[str, Any]) -> Iterator[list[int]]:
    parts = [shape["arcs"]] if shape["type"] == "Polygon" else shape["arcs"]
    for part in parts:
        yield from part


def _pieces(geometry: BaseGeometry) -> list[Polygon]:
    return [piece for piece in getattr(geometry, "geoms", [geometry]) if isinstance(piece, Polygon)]


def _feature(name: str, iso: str, pieces: list[Polygon]) -> dict[str, Any]:
    # Rounding to the grid of the file keeps each ring valid, which rounding the numbers would not.
    gridded = set_precision(MultiPolygon(pieces), 10**-DECIMALS)
    rounded = [
        [[[round(x, DECIMALS), round(y, DECIMALS)] for x, y in ring] for ring in mapping(polygon)["coordinates"]]
        for polygon in _pieces(gridded)
    ]
    return {
        "type": "Feature",
        "properties": {"name": name, "iso": iso},
        "geometry": {"type": "MultiPolygon", "coordinates": rounded},
    }


def outline(topology: dict[str, Any]) -> dict[str, Any]:
    """Return the feature collection: Viet Nam first, its archipelagos, then the neighbours by code."""
    atlas = Atlas(topology)
    countries: dict[str, list[Polygon]] = {}
    islets: dict[str, list[Polygon]] = {name: [] for name in ARCHIPELAGOS}
    for shape in atlas.shapes:
        country = ISO.get(shape["properties"]["name"])
        for piece in _pieces(atlas.polygons(shape)) if country or "Spratly" in shape["properties"]["name"] else []:
            home = next((a for a, area in ARCHIPELAGOS.items() if area.contains(Point(piece.centroid))), None)
            if home:
                islets[home].append(piece)
            elif country == "VNM" or (country and piece.area >= SMALLEST_NEIGHBOUR_ISLAND):
                countries.setdefault(country, []).append(piece)
    features = [_feature(NAMES["VNM"], "VNM", countries.pop("VNM"))]
    features += [_feature(name, "VNM", pieces) for name, pieces in islets.items() if pieces]
    features += [_feature(NAMES[code], code, countries[code]) for code in sorted(countries)]
    return {"type": "FeatureCollection", "features": features}


if __name__ == "__main__":
    made = outline(json.loads(Path(sys.argv[1]).read_text()))
    target = Path(__file__).with_name("outline.geojson")
    target.write_text(json.dumps(made, ensure_ascii=False, separators=(",", ":")) + "\n")
    print(f"{target.name}: {target.stat().st_size} bytes, {len(made['features'])} features")
