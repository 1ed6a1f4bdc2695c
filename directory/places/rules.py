"""Points, distance, and what counts as being in Viet Nam."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import asin, cos, isfinite, radians, sin, sqrt
from typing import NamedTuple

import shapely
from shapely.geometry.base import BaseGeometry
from shapely.ops import nearest_points

#: Units: metres. The mean radius of the WGS84 ellipsoid (IUGG); a sphere of it is wrong by at most 0.56 %.
EARTH_RADIUS_M = 6_371_008.8

#: Units: metres. The bundled outline is about 500 m coarse and coasts grow; 30 km also takes in the near-shore islands.
OUTLINE_TOLERANCE_M = 30_000


class Point(NamedTuple):
    """A position on WGS84, in degrees. The database and GeoJSON write it the other way round: lon, lat."""

    lat: float
    lon: float


class IslandBox(NamedTuple):
    """The waters of an island unit that the outline is too coarse, or too far from, to hold."""

    name: str
    min_lat: float
    min_lon: float
    max_lat: float
    max_lon: float

    def holds(self, point: Point) -> bool:
        """Tell whether the point lies in the box, its edges included."""
        return self.min_lat <= point.lat <= self.max_lat and self.min_lon <= point.lon <= self.max_lon


@dataclass(frozen=True)
class Territory:
    """The land of Viet Nam as a coarse outline, and the boxes of its far islands."""

    outline: BaseGeometry
    islands: Sequence[IslandBox]


def distance_m(a: Point, b: Point) -> float:
    """Return the great-circle distance between two points.

    Units: metres, within 0.6 % of the WGS84 geodesic.
    """
    lat_a, lat_b = radians(a.lat), radians(b.lat)
    half_chord_2 = sin((lat_b - lat_a) / 2) ** 2 + cos(lat_a) * cos(lat_b) * sin(radians(b.lon - a.lon) / 2) ** 2
    return 2 * EARTH_RADIUS_M * asin(min(1.0, sqrt(half_chord_2)))


def is_on_earth(point: Point) -> bool:
    """Tell whether both coordinates are finite and within their range."""
    return isfinite(point.lat) and isfinite(point.lon) and abs(point.lat) <= 90 and abs(point.lon) <= 180


def in_viet_nam(point: Point, territory: Territory) -> bool:
    """Tell whether a point lies in Viet Nam, within 30 km of its outline, or among its far islands.

    Why the tolerance: this test catches swapped or foreign coordinates; a hospital at the border is not to be refused.
    """
    if not is_on_earth(point):
        return False
    if any(island.holds(point) for island in territory.islands):
        return True
    position = shapely.Point(point.lon, point.lat)
    near, _ = nearest_points(territory.outline, position)
    return distance_m(Point(near.y, near.x), point) <= OUTLINE_TOLERANCE_M


def mean_point(points: Iterable[Point]) -> Point:
    """Return the mean of one or more points that lie close together.

    Raises: ValueError, when there is no point.
    """
    known = list(points)
    if not known:
        raise ValueError("the mean of no points")
    return Point(sum(point.lat for point in known) / len(known), sum(point.lon for point in known) / len(known))
