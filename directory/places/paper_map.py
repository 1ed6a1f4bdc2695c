"""A map for paper: from degrees to a sheet, and the coast as paths; legible in black and white, without tiles."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from math import cos, radians

import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from directory import seed_files
from directory.places.map_wards import Ring
from directory.places.rules import Point

#: Units: degrees. Less than this around a single place would be a white sheet.
LEAST_SPAN = 0.05
KM_PER_DEGREE = 111.195
#: How wide a letter is for its height.
LETTER = 0.6
#: A sheet has no room for more.
MOST_NAMES = 150


@dataclass(frozen=True)
class Sheet:
    """A sheet of so many units, and where on it a place lies."""

    width: float
    height: float
    west: float
    north: float
    per_lon: float
    per_lat: float

    def place(self, point: Point) -> tuple[float, float]:
        """Return where a point lies, from the upper left corner."""
        return round((point.lon - self.west) * self.per_lon, 1), round((self.north - point.lat) * self.per_lat, 1)

    def path_of(self, land: BaseGeometry) -> str:
        """Return what the sheet shows of a shape, as an SVG path."""
        east, south = self.west + self.width / self.per_lon, self.north - self.height / self.per_lat
        seen = shapely.intersection(land, shapely.box(self.west, south, east, self.north)).simplify(0.5 / self.per_lat)
        parts = (part for part in getattr(seen, "geoms", [seen]) if part.geom_type == "Polygon" and not part.is_empty)
        return "".join(
            self.ring_path((lat, lon) for lon, lat in list(ring.coords)[:-1])
            for part in parts
            for ring in (part.exterior, *part.interiors)
        )

    def ring_path(self, corners: Iterable[tuple[float, float]] | Ring) -> str:
        """Return a closed line through corners, latitude first."""
        return "M" + "L".join("{} {}".format(*self.place(Point(lat, lon))) for lat, lon in corners) + "Z"

    @property
    def scale(self) -> tuple[int, float]:
        """Return a length that is easy to read, in kilometres, and how long it is on the sheet."""
        per_km = self.per_lat / KM_PER_DEGREE
        km = max((km for km in (1, 2, 5, 10, 20, 50, 100, 200) if km * per_km <= self.width / 4), default=1)
        return km, round(km * per_km, 1)


def sheet_around(points: Sequence[Point], width: float, height: float, margin: float) -> Sheet:
    """Return the sheet that shows all points; a degree of longitude is shorter than one of latitude."""
    west, east = min(point.lon for point in points), max(point.lon for point in points)
    south, north = min(point.lat for point in points), max(point.lat for point in points)
    shrink = cos(radians((south + north) / 2))
    across, up = max((east - west) * shrink, LEAST_SPAN), max(north - south, LEAST_SPAN)
    per_lat = min((width - 2 * margin) / across, (height - 2 * margin) / up)
    per_lon = per_lat * shrink
    return Sheet(
        width, height, (west + east - width / per_lon) / 2, (south + north + height / per_lat) / 2, per_lon, per_lat
    )


@dataclass(frozen=True)
class Name:
    """A name on the sheet, from the left end of its line; an archipelago's, from its middle."""

    text: str
    x: float
    y: float


Box = tuple[float, float, float, float]


def names_that_fit(
    wanted: Iterable[tuple[str, float, float]], signs: Iterable[tuple[float, float]], sheet: Sheet, size: float
) -> Iterator[Name]:
    """Yield the names that find room beside their signs, the first ones first; the others wait for a larger sheet."""
    taken: list[Box] = [(x - size / 2, y - size / 2, x + size / 2, y + size / 2) for x, y in signs]
    for text, x, y in islice(wanted, MOST_NAMES):
        width = len(text) * size * LETTER
        beside = (
            (x + size, y),
            (x - size - width, y),
            (x - width / 2, y - 1.3 * size),
            (x - width / 2, y + 1.3 * size),
        )
        for left, line in beside:
            box = (left, line - size / 2, left + width, line + size / 2)
            if _is_on(sheet, box) and not any(_overlap(box, other) for other in taken):
                taken.append(box)
                yield Name(text, round(left, 1), round(line + size / 3, 1))
                break


def _is_on(sheet: Sheet, box: Box) -> bool:
    return box[0] >= 0 and box[1] >= 0 and box[2] <= sheet.width and box[3] <= sheet.height


def _overlap(one: Box, other: Box) -> bool:
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]


def archipelagos_on(sheet: Sheet) -> list[Name]:
    """Return the names of the far islands that the sheet shows, which no map of the country may leave out."""
    rows = [row for row in seed_files.rows("map_labels.csv") if row["kind"] == "archipelago"]
    places = ((row["name"], *sheet.place(Point(float(row["latitude"]), float(row["longitude"])))) for row in rows)
    return [Name(name, x, y) for name, x, y in places if 0 <= x <= sheet.width and 0 <= y <= sheet.height]


@lru_cache(maxsize=1)
def land_and_abroad() -> tuple[BaseGeometry, BaseGeometry]:
    """Return the land of the country, and that of its neighbours."""
    found = json.loads((seed_files.SEED / "outline.geojson").read_text(encoding="utf-8"))["features"]
    ours = [shape(item["geometry"]) for item in found if item["properties"]["iso"] == "VNM"]
    others = [shape(item["geometry"]) for item in found if item["properties"]["iso"] != "VNM"]
    return shapely.union_all(ours), shapely.union_all(others)
