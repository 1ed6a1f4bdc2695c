"""Every read of places: the gazetteer of this process, the ward of a point, the test of being in Viet Nam."""

import json
import time
from collections import OrderedDict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from weakref import WeakKeyDictionary

import numpy as np
import shapely
from geoalchemy2 import functions as geo
from geoalchemy2.shape import from_shape
from shapely.geometry import shape
from sqlalchemy import ColumnElement, Engine, column, func, select, table

from directory import seed_files
from directory.extensions import db
from directory.places import rules
from directory.places.gazetteer import Alias, Atlas, Gazetteer, Unit
from directory.places.models import SRID, AdminUnit, UnitSuccession, WardBoundary
from directory.places.rules import EARTH_RADIUS_M, IslandBox, Point, Territory

#: Units: seconds. Units change at a setup, a few times a year; a running process notices within this time.
RECHECK_S = 30.0
#: Two, so that a test or a setup which moves between two data sets does not rebuild at every step.
MOST_KEPT = 2


@dataclass(frozen=True)
class UnitAt:
    """The ward of a point; exact by its border, else the likeliest by the wards' points."""

    ward: Unit
    exact: bool


_lock = Lock()
_kept: OrderedDict[Hashable, Gazetteer] = OrderedDict()
_checked: WeakKeyDictionary[Engine, tuple[float, Hashable]] = WeakKeyDictionary()


def gazetteer() -> Gazetteer:
    """Return the gazetteer of the units in the database, built once for each state of them."""
    engine = db.engine
    checked_at, state = _checked.get(engine, (0.0, None))
    if state is None or time.monotonic() - checked_at > RECHECK_S:
        state = _state_of_units()
        _checked[engine] = (time.monotonic(), state)
    with _lock:
        if state not in _kept:
            _kept[state] = _build()
            while len(_kept) > MOST_KEPT:
                _kept.popitem(last=False)
        return _kept[state]


def forget_gazetteer() -> None:
    """Look at the units anew at the next call; to be called after they were changed."""
    _checked.clear()


def _state_of_units() -> Hashable:
    """Return something that differs when the units do; it takes a millisecond."""
    units = select(
        func.count(),
        func.sum(func.length(AdminUnit.name) + func.length(AdminUnit.kind)),
        func.max(AdminUnit.valid_from),
        func.round(func.sum(AdminUnit.latitude)),
    ).select_from(AdminUnit)
    successions = select(func.count()).select_from(UnitSuccession)
    return (*db.session.execute(units).one(), db.session.scalar(successions))


def _build() -> Gazetteer:
    columns = (
        AdminUnit.key, AdminUnit.level, AdminUnit.code, AdminUnit.kind, AdminUnit.name, AdminUnit.parent_key,
        AdminUnit.latitude, AdminUnit.longitude, AdminUnit.area_km2,
    )  # fmt: skip
    units = [
        Unit(key, level, code, kind, name, parent_key, None if lat is None or lon is None else Point(lat, lon), area)
        for key, level, code, kind, name, parent_key, lat, lon, area in db.session.execute(
            select(*columns).order_by(AdminUnit.key)
        )
    ]
    successions = db.session.execute(
        select(UnitSuccession.old_key, UnitSuccession.new_key).order_by(UnitSuccession.old_key, UnitSuccession.new_key)
    )
    return gazetteer_of(units, ((old, new) for old, new in successions))


def gazetteer_of(units: Iterable[Unit], successions: Iterable[tuple[str, str]]) -> Gazetteer:
    """Return a gazetteer of these units, with the aliases and everyday words of ``seed/``."""
    atlas = Atlas(units, successions)
    aliases = (
        Alias(row["alias"], row["unit_key"], row["in_questions"] == "yes")
        for row in seed_files.rows("place_aliases.csv")
    )
    # A database that was not set up yet has no units, and its gazetteer knows nothing.
    known = (alias for alias in aliases if alias.unit_key in atlas.units)
    return Gazetteer(atlas, known, (row["form"] for row in seed_files.rows("everyday_words.csv")))


def former_province_name(unit_key: str) -> str:
    """Return the province a unit lay in by its own time's division; empty for a province or an unknown unit."""
    atlas = gazetteer().atlas
    above = atlas.lineage(atlas.units[unit_key]) if unit_key in atlas.units else []
    return above[-1].name if above else ""


def unit_at(point: Point) -> UnitAt | None:
    """Return the ward of a point: by the imported borders, else the likeliest one; none outside Viet Nam."""
    names = gazetteer()
    key = _ward_by_border(point)
    if key is not None:
        return UnitAt(names.atlas.units[key], exact=True)
    if not in_viet_nam(point):
        return None
    return UnitAt(nearest_ward(names, point), exact=False)


def _ward_by_border(point: Point) -> str | None:
    """Return the key of the ward whose imported border covers the point; on a shared border the first by key."""
    position = from_shape(shapely.Point(point.lon, point.lat), srid=SRID)
    covering = select(WardBoundary.ward_key).where(geo.ST_Covers(WardBoundary.border, position))
    if db.engine.dialect.name == "sqlite":
        # PostGIS uses its index by itself; SpatiaLite has to be asked through the table of boxes.
        covering = covering.where(WardBoundary.id.in_(select(_boxes.c.pkid).where(*_holds(point))))
    return db.session.scalar(covering.order_by(WardBoundary.ward_key).limit(1))


#: The R*Tree that SpatiaLite keeps for ``WardBoundary.border``.
_boxes = table(
    "idx_ward_boundary_border", column("pkid"), column("xmin"), column("xmax"), column("ymin"), column("ymax")
)


def _holds(point: Point) -> tuple[ColumnElement[bool], ...]:
    boxes = _boxes.c
    return boxes.xmin <= point.lon, boxes.xmax >= point.lon, boxes.ymin <= point.lat, boxes.ymax >= point.lat


def nearest_ward(names: Gazetteer, point: Point) -> Unit:
    """Return the ward whose point is nearest to this one."""
    wards, lats, lons = ward_points(names)
    lat = np.radians(point.lat)
    north = np.radians(lats) - lat
    east = (np.radians(lons) - np.radians(point.lon)) * np.cos(lat)
    return wards[int(np.argmin(EARTH_RADIUS_M * np.hypot(north, east)))]


@lru_cache(maxsize=MOST_KEPT)
def ward_points(names: Gazetteer) -> tuple[list[Unit], np.ndarray, np.ndarray]:
    """Return the wards in force that have a point, with their latitudes and longitudes."""
    wards = [unit for unit in names.atlas.units.values() if unit.level == "ward" and unit.point is not None]
    points = np.array([unit.point for unit in wards if unit.point is not None])
    return wards, points[:, 0], points[:, 1]


def in_viet_nam(point: Point) -> bool:
    """Tell whether a point lies in Viet Nam, within 30 km of its outline, or among its far islands."""
    return rules.in_viet_nam(point, territory())


@lru_cache(maxsize=1)
def territory() -> Territory:
    """Return the outline and the island boxes of ``seed/``."""
    outline = json.loads((seed_files.SEED / "outline.geojson").read_text(encoding="utf-8"))
    land = [shape(item["geometry"]) for item in outline["features"] if item["properties"]["iso"] == "VNM"]
    islands = [
        IslandBox(row["name"], *(float(row[edge]) for edge in ("min_lat", "min_lon", "max_lat", "max_lon")))
        for row in seed_files.rows("island_boxes.csv")
    ]
    whole = shapely.union_all(land)
    shapely.prepare(whole)
    return Territory(whole, islands)
