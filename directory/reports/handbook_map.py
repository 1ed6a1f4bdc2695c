"""The map of a handbook: land and water around the places, a numbered disc for each, drawn as plain shapes. Pure.

No tiles: paper must be legible in black and white, and nobody is asked for anything. Discs that would cover each other
move apart, each with a line to its point.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import cos, hypot, pi, radians, sin

import shapely
from shapely.geometry.base import BaseGeometry

from directory.places.rules import Point

#: Units: millimetres on paper.
DISC_RADIUS = 2.4
_LEAST_APART = 2 * DISC_RADIUS + 0.3
_STEP = 1.2
_FARTHEST = 36.0
_DIRECTIONS = 24
_MARGIN = 7.0
#: Of the height that there is, a map takes at least this part.
_LEAST_HEIGHT = 0.75
_LETTER = 1.25
#: Units: degrees. Less than this around a single place would be a white sheet.
_LEAST_SPAN = 0.03
_KM_PER_DEGREE = 111.195


@dataclass(frozen=True)
class Disc:
    """A number where it stands, and the point it stands for; millimetres from the upper left corner."""

    number: int
    x: float
    y: float
    point_x: float
    point_y: float

    @property
    def is_moved(self) -> bool:
        """Whether a line has to lead from the disc to its point."""
        return hypot(self.x - self.point_x, self.y - self.point_y) > 0.1


@dataclass(frozen=True)
class Label:
    """The name of a ward at its middle."""

    text: str
    x: float
    y: float


@dataclass(frozen=True)
class Sketch:
    """A finished map: everything in millimetres on a sheet of this size."""

    width: float
    height: float
    #: The path of what is land of the country, and of the neighbours.
    land: str
    abroad: str
    discs: tuple[Disc, ...]
    labels: tuple[Label, ...]
    #: A length that is easy to read: kilometres, and how long it is on the sheet.
    scale_km: float
    scale_mm: float


@dataclass(frozen=True)
class _Frame:
    """From degrees to millimetres."""

    west: float
    north: float
    mm_per_lon: float
    mm_per_lat: float
    width: float
    height: float

    def place(self, point: Point) -> tuple[float, float]:
        return (point.lon - self.west) * self.mm_per_lon, (self.north - point.lat) * self.mm_per_lat

    @property
    def box(self) -> BaseGeometry:
        """Return what is seen, in degrees."""
        east, south = self.west + self.width / self.mm_per_lon, self.north - self.height / self.mm_per_lat
        return shapely.box(self.west, south, east, self.north)


def sketch(
    points: Mapping[int, Point],
    wards: Iterable[tuple[str, Point]],
    land: BaseGeometry,
    abroad: BaseGeometry,
    size: tuple[float, float],
    least: float = _LEAST_HEIGHT,
) -> Sketch:
    """Draw one or more numbered points, with the names of the wards that find room.

    Units: ``size`` in millimetres, its height the most that there may be and ``least`` the part of it that there must
    be: a coast needs no empty sea below it.
    """
    frame = _frame_of(list(points.values()), size, least)
    size = frame.width, frame.height
    discs = tuple(_apart([(number, *frame.place(points[number])) for number in sorted(points)], size))
    scale_km, scale_mm = _scale(frame)
    return Sketch(
        width=frame.width,
        height=round(frame.height, 2),
        land=_path(land, frame),
        abroad=_path(abroad, frame),
        discs=discs,
        labels=tuple(_labels([(name, *frame.place(point)) for name, point in wards], discs, size)),
        scale_km=scale_km,
        scale_mm=scale_mm,
    )


def _frame_of(points: Sequence[Point], size: tuple[float, float], least: float) -> _Frame:
    """Fit all points into the sheet, with a margin; a degree of longitude is shorter than one of latitude."""
    west, east = min(p.lon for p in points), max(p.lon for p in points)
    south, north = min(p.lat for p in points), max(p.lat for p in points)
    middle_lon, middle_lat = (west + east) / 2, (south + north) / 2
    shrink = cos(radians(middle_lat))
    across, up = max(east - west, _LEAST_SPAN) * shrink, max(north - south, _LEAST_SPAN)
    mm_per_lat = min((size[0] - 2 * _MARGIN) / across, (size[1] - 2 * _MARGIN) / up)
    mm_per_lon = mm_per_lat * shrink
    width, height = size[0], min(size[1], max(up * mm_per_lat + 4 * _MARGIN, least * size[1]))
    return _Frame(
        middle_lon - width / 2 / mm_per_lon, middle_lat + height / 2 / mm_per_lat, mm_per_lon, mm_per_lat, width, height
    )


def _apart(wanted: Sequence[tuple[int, float, float]], size: tuple[float, float]) -> Iterator[Disc]:
    """Give each number the nearest free place around its point; one that finds none stays a point without a disc."""
    taken: list[tuple[float, float]] = []
    for number, x, y in wanted:
        for at_x, at_y in _around(x, y):
            is_inside = _inside(at_x, size[0]) and _inside(at_y, size[1])
            if is_inside and all(hypot(at_x - x2, at_y - y2) >= _LEAST_APART for x2, y2 in taken):
                taken.append((at_x, at_y))
                yield Disc(number, round(at_x, 2), round(at_y, 2), round(x, 2), round(y, 2))
                break


def _inside(at: float, length: float) -> bool:
    return DISC_RADIUS <= at <= length - DISC_RADIUS


def _around(x: float, y: float) -> Iterator[tuple[float, float]]:
    yield x, y
    distance = _STEP
    while distance <= _FARTHEST:
        for turn in range(_DIRECTIONS):
            angle = 2 * pi * turn / _DIRECTIONS
            yield x + distance * cos(angle), y + distance * sin(angle)
        distance += _STEP


def _labels(
    wanted: Iterable[tuple[str, float, float]], discs: Sequence[Disc], size: tuple[float, float]
) -> Iterator[Label]:
    """Write each name below its ward's middle unless it would run over a disc, another name or the edge."""
    taken = [shapely.box(d.x - DISC_RADIUS, d.y - DISC_RADIUS, d.x + DISC_RADIUS, d.y + DISC_RADIUS) for d in discs]
    sheet = shapely.box(1, 1, size[0] - 1, size[1] - 9)
    for text, x, y in wanted:
        half = len(text) * _LETTER / 2
        for below in (0.0, 3.5, -3.5, 7.0, -7.0):
            box = shapely.box(x - half, y + below - 1.6, x + half, y + below + 1.0)
            if sheet.contains(box) and not any(box.intersects(other) for other in taken):
                taken.append(box)
                yield Label(text, round(x, 2), round(y + below, 2))
                break


def _path(shape: BaseGeometry, frame: _Frame) -> str:
    """Return what is seen of a shape as an SVG path; tolerance a tenth of a millimetre."""
    seen = shapely.intersection(shape, frame.box).simplify(0.1 / frame.mm_per_lat)
    rings = (
        ring
        for part in getattr(seen, "geoms", [seen])
        if part.geom_type == "Polygon" and not part.is_empty
        for ring in (part.exterior, *part.interiors)
    )
    return "".join(_ring([frame.place(Point(lat, lon)) for lon, lat in ring.coords]) for ring in rings)


def _ring(corners: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:.2f} {y:.2f}" for x, y in corners[:-1]) + "Z"


def _scale(frame: _Frame) -> tuple[float, float]:
    mm_per_km = frame.mm_per_lat / _KM_PER_DEGREE
    most = frame.width / 3
    km = max((n for n in (0.5, 1, 2, 5, 10, 20, 50, 100, 200) if n * mm_per_km <= most), default=0.5)
    return km, round(km * mm_per_km, 2)


#: The mainland and both archipelagos, with some water around.
_COUNTRY = (Point(23.6, 101.6), Point(6.6, 116.8))


@dataclass(frozen=True)
class Locator:
    """Where in the country the map lies: the whole country with one dot, and its two archipelagos by name."""

    width: float
    height: float
    land: str
    x: float
    y: float
    labels: tuple[Label, ...]


def locator(at: Point, land: BaseGeometry, archipelagos: Iterable[tuple[str, Point]], width: float) -> Locator:
    """Draw the country so wide with a dot at this point. Units: millimetres."""
    corner, opposite = _COUNTRY
    mm_per_lat = width / ((opposite.lon - corner.lon) * cos(radians((corner.lat + opposite.lat) / 2)))
    height = (corner.lat - opposite.lat) * mm_per_lat
    frame = _Frame(corner.lon, corner.lat, width / (opposite.lon - corner.lon), mm_per_lat, width, height)
    x, y = frame.place(at)
    labels = tuple(Label(name, *(round(n, 2) for n in frame.place(point))) for name, point in archipelagos)
    return Locator(width, round(height, 2), _path(land, frame), round(x, 2), round(y, 2), labels)
