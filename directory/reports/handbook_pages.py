"""The pages of a handbook, from its contents to the printer: A5 or A6, a multiple of four pages, one PDF."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import shapely
from flask import render_template
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from directory import seed_files
from directory.catalogue.wording import life_lines, need_titles
from directory.extensions import settings
from directory.places.queries import gazetteer
from directory.places.rules import Point, mean_point
from directory.referrals.paper import Printed, bound
from directory.reports.handbook import Extent, Handbook
from directory.reports.handbook_map import Locator, Sketch, locator, sketch
from directory.vietnamese import sort_key

#: A sheet folded once has four pages: no other number of them can be stapled without an empty leaf.
PER_SHEET = 4


class Size(StrEnum):
    """How large the closed booklet is."""

    A5 = "a5"
    A6 = "a6"


#: Units: millimetres. What the map takes of a page, and the country beside it.
_MAP = {Size.A5: (120.0, 116.0), Size.A6: (85.0, 72.0)}
_COVER = {Size.A5: (148.0, 98.0), Size.A6: (105.0, 66.0)}
_COUNTRY_WIDTH = {Size.A5: 33.0, Size.A6: 25.0}

#: Units: degrees, 110 m for a thousandth. How far from a place there is land for certain, how near that is joined
#: to other land, how round a coast is drawn, and how far beyond the places any land is.
_ASHORE, _JOINED, _ROUNDED, _AROUND = 0.0045, 0.004, 0.002, 1.0


@dataclass(frozen=True)
class _Outline:
    land: BaseGeometry
    abroad: BaseGeometry


@dataclass(frozen=True)
class BookletMap:
    """The page with the map, when there is a point to draw."""

    cover: Sketch
    sketch: Sketch
    country: Locator


def booklet(handbook: Handbook, size: Size) -> Printed:
    """Return the handbook as a PDF whose pages fill whole sheets, in the language of this request."""
    shown = {
        "book": handbook,
        "size": size,
        "map": booklet_map(handbook, size),
        "titles": need_titles(),
        "life": life_lines(),
        "places": handbook.places,
        "by_name": sorted(handbook.places, key=lambda place: (sort_key(place.name), place.number)),
        "public_url": settings().public_url,
    }
    main = render_template("reports/handbook.html", **shown)
    return bound(main, lambda pages: render_template("reports/handbook_end.html", **shown, notes=notes_after(pages)))


def notes_after(pages: int) -> list[int]:
    """Return the numbers of the pages for notes: at least one, and with the back cover they fill the last sheet."""
    empty = -(pages + 1) % PER_SHEET or PER_SHEET
    return list(range(pages + 1, pages + 1 + empty))


def booklet_map(handbook: Handbook, size: Size) -> BookletMap | None:
    """Return the map of all places whose points are told; None when there is none."""
    points = {place.number: place.point for place in handbook.places if place.point is not None}
    if not points:
        return None
    outline = _outline()
    wards = _wards(handbook.extent)
    land = _ashore(outline.land, [*points.values(), *(point for _, point in wards)])
    return BookletMap(
        cover=sketch(points, (), land, outline.abroad, _COVER[size], least=1),
        sketch=sketch(points, wards, land, outline.abroad, _MAP[size]),
        country=locator(mean_point(points.values()), outline.land, _archipelagos(), _COUNTRY_WIDTH[size]),
    )


def _ashore(land: BaseGeometry, points: Sequence[Point]) -> BaseGeometry:
    """Return the land with its coast rounded, and every place that people walk to upon it.

    The outline is half a kilometre coarse: drawn as it is, a harbour street would lie in the sea.
    """
    lats, lons = [point.lat for point in points], [point.lon for point in points]
    near = shapely.box(min(lons), min(lats), max(lons), max(lats)).buffer(_AROUND)
    trodden = shapely.union_all([shapely.Point(point.lon, point.lat).buffer(_ASHORE) for point in points])
    grown = shapely.union(shapely.intersection(land, near), trodden)
    return grown.buffer(_JOINED).buffer(-_JOINED - _ROUNDED).buffer(_ROUNDED)


def _wards(extent: Extent) -> list[tuple[str, Point]]:
    units = gazetteer().atlas.units
    wards = (units[key] for key in sorted(extent.ward_keys) if key in units)
    return [(ward.name, ward.point) for ward in wards if ward.point is not None]


@lru_cache(maxsize=1)
def _outline() -> _Outline:
    found = json.loads((seed_files.SEED / "outline.geojson").read_text(encoding="utf-8"))["features"]
    ours = [shape(item["geometry"]) for item in found if item["properties"]["iso"] == "VNM"]
    others = [shape(item["geometry"]) for item in found if item["properties"]["iso"] != "VNM"]
    return _Outline(shapely.union_all(ours), shapely.union_all(others))


@lru_cache(maxsize=1)
def _archipelagos() -> list[tuple[str, Point]]:
    rows = seed_files.rows("map_labels.csv")
    return [
        (row["name"], Point(float(row["latitude"]), float(row["longitude"])))
        for row in rows
        if row["kind"] == "archipelago"
    ]
