"""The wards of many points, one after the other: the same answers as ``queries.unit_at`` without a query for each.

Why: an import asks for tens of thousands of points; one spatial query each would take a minute.
"""

import shapely
from geoalchemy2.shape import to_shape
from sqlalchemy import select

from directory.extensions import db
from directory.places.gazetteer import Gazetteer
from directory.places.models import WardBoundary
from directory.places.queries import UnitAt, gazetteer, in_viet_nam, nearest_ward
from directory.places.rules import Point


class WardFinder:
    """Answers which ward a point is in: by its border where borders were given, else by the nearest ward point."""

    def __init__(self, names: Gazetteer, borders: list[tuple[str, shapely.Geometry]]) -> None:
        self._names = names
        self._keys = [key for key, _ in borders]
        self._tree = shapely.STRtree([border for _, border in borders])

    @property
    def has_borders(self) -> bool:
        """Whether answers can be exact."""
        return bool(self._keys)

    def ward_at(self, point: Point) -> UnitAt | None:
        """Return the ward of a point; none outside Viet Nam."""
        holding = self._tree.query(shapely.Point(point.lon, point.lat), predicate="covered_by")
        keys = sorted(self._keys[position] for position in holding)
        if keys:
            return UnitAt(self._names.atlas.units[keys[0]], exact=True)
        if not in_viet_nam(point):
            return None
        return UnitAt(nearest_ward(self._names, point), exact=False)


def ward_finder() -> WardFinder:
    """Return a finder over the borders that are in the database now."""
    statement = select(WardBoundary.ward_key, WardBoundary.border).order_by(WardBoundary.ward_key)
    return WardFinder(gazetteer(), [(key, to_shape(border)) for key, border in db.session.execute(statement)])
