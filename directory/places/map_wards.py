"""Wards on the map: how far each is from help, by its border where it was imported, else as a disc at its point.

The four steps differ in lightness and in size, so that they can be told apart in black and white, too.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import IntEnum

import shapely
from geoalchemy2.shape import to_shape
from shapely.geometry.base import BaseGeometry
from sqlalchemy import select

from directory.extensions import db
from directory.places.models import WardBoundary
from directory.places.rules import Point

#: Borders of more wards than this would weigh too much; their discs are legible from so far away.
MOST_BORDERS = 400
#: Units: degrees. What a border may lose by how much is in view; past the last one borders are too small to see.
FINEST, LOST_OF_VIEW, WIDEST_VIEW = 0.0003, 1 / 700, 4.0
#: Corners of a ring, latitude first.
Ring = tuple[tuple[float, float], ...]


class Step(IntEnum):
    """How far it is from the ward to the nearest place, in the words of the legend."""

    NEAR = 0
    FAR = 1
    #: More than twice as far.
    FARTHER = 2
    #: There is none in the whole directory.
    NONE = 3


@dataclass(frozen=True)
class WardMark:
    """A ward as it is drawn."""

    key: str
    point: Point
    name: str
    #: What is nearest and how far, as a sentence.
    note: str
    step: Step
    #: Empty where the border is not known.
    rings: tuple[Ring, ...] = ()


@dataclass(frozen=True)
class WardMap:
    """Wards to draw instead of pins, with the words of the legend by step."""

    marks: tuple[WardMark, ...]
    legend: dict[Step, str]

    @property
    def steps(self) -> list[tuple[Step, str, int]]:
        """Return the steps that are on the map, with their words and how many wards are of each."""
        counts = [(step, text, sum(mark.step is step for mark in self.marks)) for step, text in self.legend.items()]
        return [line for line in counts if line[2]]


def ward_rings(keys: Collection[str]) -> dict[str, tuple[Ring, ...]]:
    """Return the borders of these wards as far as they were imported, thinned for the size of what is in view."""
    if not 0 < len(keys) <= MOST_BORDERS:
        return {}
    rows = db.session.execute(
        select(WardBoundary.ward_key, WardBoundary.border)
        .where(WardBoundary.ward_key.in_(keys))
        .order_by(WardBoundary.ward_key)
    )
    shapes = {key: to_shape(border) for key, border in rows}
    if not shapes:
        return {}
    west, south, east, north = shapely.total_bounds(list(shapes.values())).tolist()
    view = max(east - west, north - south)
    if view > WIDEST_VIEW:
        return {}
    tolerance = max(view * LOST_OF_VIEW, FINEST)
    return {key: _rings(shape.simplify(tolerance), (4 * tolerance) ** 2) for key, shape in shapes.items()}


def _rings(border: BaseGeometry, least: float) -> tuple[Ring, ...]:
    """Return the outlines of the largest part and of others that are large enough to see; a hole is not drawn."""
    first, *others = sorted(getattr(border, "geoms", [border]), key=lambda part: -part.area)
    parts = (first, *(part for part in others if part.area >= least))
    return tuple(tuple((round(lat, 4), round(lon, 4)) for lon, lat in part.exterior.coords[:-1]) for part in parts)
