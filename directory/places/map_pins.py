"""What a map is drawn from: the pins, what surrounds them, and where to look first."""

from collections.abc import Sequence
from dataclasses import dataclass

from directory.places.map_style import OTHER, SUBJECTS, Subject
from directory.places.map_wards import WardMap
from directory.places.rules import Point, distance_m

#: Units: metres. A position is rounded to three decimals before it reaches us, so it is not better than this.
POSITION_ACCURACY_M = 150
#: With a position the map shows it and this many of the nearest places; the others are one pinch away.
NEAREST_IN_VIEW = 12

#: About 2 km: the middle of most wards, with its streets.
NEAR_DEGREES = 0.02

Bounds = tuple[Point, Point]
#: The mainland and both archipelagos.
VIET_NAM: Bounds = (Point(8.3, 102.1), Point(23.5, 115.2))


@dataclass(frozen=True)
class Pin:
    """One place on the map. ``is_ward_point``: only its ward is known or may be told, and it is drawn so."""

    lat: float
    lon: float
    label: str
    category_colour_name: str
    url: str
    is_ward_point: bool = False
    #: A second line in the popup: who offers it, or where.
    note: str = ""

    @property
    def subject(self) -> Subject:
        """Return the main subject that gives the pin its colour and icon."""
        return next((subject for subject in SUBJECTS if subject.slug == self.category_colour_name), OTHER)

    @property
    def point(self) -> Point:
        """Return where the pin stands."""
        return Point(self.lat, self.lon)


@dataclass(frozen=True)
class MapView:
    """What surrounds the pins."""

    #: Where the list of the same places is.
    list_url: str
    #: ``/ban-do/o/{z}/{x}/{y}.png``, or None to draw the outline alone.
    tiles_url: str | None = None
    #: ``/ban-do/tep/``: the folder of the map's own files.
    files_url: str = "/ban-do/tep/"
    position: Point | None = None
    #: How many places there are in all; more than the pins when the caller has cut them.
    total: int | None = None
    #: Sentences of the caller about what is drawn, or is not.
    remarks: tuple[str, ...] = ()
    language: str = "vi"
    #: A map on which a point is chosen, instead of one that shows places.
    choice: "Choice | None" = None
    #: Wards to be drawn instead of pins.
    wards: WardMap | None = None


@dataclass(frozen=True)
class Choice:
    """A point to be chosen: the one so far, and where to look for it."""

    point: Point | None
    around: Point | None

    @property
    def bounds(self) -> Bounds:
        """Return the corners to show first: the point, else the ward and what is near it, else the country."""
        if self.point:
            return self.point, self.point
        if self.around is None:
            return VIET_NAM
        lat, lon = self.around
        return Point(lat - NEAR_DEGREES, lon - NEAR_DEGREES), Point(lat + NEAR_DEGREES, lon + NEAR_DEGREES)


@dataclass(frozen=True)
class LegendEntry:
    """One line of the legend: a subject that is on the map, and how often."""

    subject: Subject
    count: int


@dataclass(frozen=True)
class Drawing:
    """What the document is rendered from."""

    pins: Sequence[Pin]
    view: MapView
    bounds: Bounds
    legend: Sequence[LegendEntry]
    #: Sentences above the map.
    notices: Sequence[str]
    nonce: str

    @property
    def accuracy_m(self) -> int:
        """How well the visitor's position is known."""
        return POSITION_ACCURACY_M

    @property
    def has_ward_points(self) -> bool:
        """Whether the legend must explain the dashed pins."""
        return any(pin.is_ward_point for pin in self.pins)


def bounds_of(pins: Sequence[Pin], position: Point | None) -> Bounds:
    """Return the south-west and north-east corners to show first.

    Why the nearest only: one place far away must not turn the map of a town into one of the country.
    """
    points = [pin.point for pin in pins]
    if position:
        points = [position, *sorted(points, key=lambda point: distance_m(position, point))[:NEAREST_IN_VIEW]]
    return bounds_around(points)


def bounds_around(points: Sequence[Point]) -> Bounds:
    """Return the corners of the least box that holds the points; the country when there is none."""
    if not points:
        return VIET_NAM
    lats, lons = [point.lat for point in points], [point.lon for point in points]
    return Point(min(lats), min(lons)), Point(max(lats), max(lons))
