"""Reading what a coordinator exports from OpenStreetMap: Overpass JSON, or the GeoJSON of overpass-turbo. Pure."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import shape

from directory.errors import Invalid
from directory.interop.osm import Feature
from directory.places.rules import Point

MAX_BYTES = 256 * 1024 * 1024
_WHAT_NOW = "Xuất từ overpass-turbo.eu dạng GeoJSON, hoặc từ Overpass dạng JSON (out center)."


@dataclass
class OsmExport:
    """The features of a file, each once, and the ids of those without a position."""

    features: list[Feature] = field(default_factory=list)
    unplaced: list[str] = field(default_factory=list)


def read_export(path: Path) -> OsmExport:
    """Read an Overpass JSON or GeoJSON file.

    Raises: Invalid, when it is neither.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise Invalid(f"Tệp lớn hơn {MAX_BYTES // 1024 // 1024} MB.", what_now="Xuất một vùng nhỏ hơn.")
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise Invalid(f"Không mở được tệp {path.name}.") from error
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise Invalid(f"{path.name} không phải JSON.", what_now=_WHAT_NOW) from error
    return export_of(content)


def export_of(content: Any) -> OsmExport:
    """Return the features of a parsed file.

    Raises: Invalid, when it is neither Overpass JSON nor GeoJSON.
    """
    if isinstance(content, dict) and isinstance(content.get("elements"), list):
        return _overpass([element for element in content["elements"] if isinstance(element, dict)])
    if isinstance(content, dict) and isinstance(content.get("features"), list):
        return _geojson(feature for feature in content["features"] if isinstance(feature, dict))
    raise Invalid("Tệp không phải Overpass JSON hay GeoJSON.", what_now=_WHAT_NOW)


def _overpass(elements: list[dict[str, Any]]) -> OsmExport:
    export = OsmExport()
    by_id = {_element_id(element): element for element in elements}
    for osm_id, element in by_id.items():
        tags = _text_tags(element.get("tags"))
        if not tags:
            continue
        point = _element_point(element, by_id)
        if point is None:
            export.unplaced.append(osm_id)
        else:
            export.features.append(Feature(osm_id, point, tags))
    return export


def _element_id(element: dict[str, Any]) -> str:
    return f"{element.get('type')}/{element.get('id')}"


def _element_point(element: dict[str, Any], by_id: dict[str, dict[str, Any]]) -> Point | None:
    """Return a node's position; a way's or relation's centre, middle of its bounds, or mean of its nodes."""
    own = _lat_lon(element) or _lat_lon(element.get("center"))
    if own is not None:
        return own
    bounds = element.get("bounds")
    if isinstance(bounds, dict):
        corners = [_lat_lon({"lat": bounds.get(f"{end}lat"), "lon": bounds.get(f"{end}lon")}) for end in ("min", "max")]
        return _mean(corners)
    geometry = element.get("geometry")
    if isinstance(geometry, list):
        return _mean(map(_lat_lon, geometry))
    nodes = element.get("nodes")
    return _mean(_lat_lon(by_id.get(f"node/{node}")) for node in nodes) if isinstance(nodes, list) else None


def _lat_lon(holder: Any) -> Point | None:
    if not isinstance(holder, dict):
        return None
    lat, lon = holder.get("lat"), holder.get("lon")
    if not isinstance(lat, int | float) or not isinstance(lon, int | float) or isinstance(lat, bool):
        return None
    return Point(float(lat), float(lon)) if abs(lat) <= 90 and abs(lon) <= 180 else None


def _mean(points: Iterable[Point | None]) -> Point | None:
    known = [point for point in points if point is not None]
    if not known:
        return None
    return Point(sum(point.lat for point in known) / len(known), sum(point.lon for point in known) / len(known))


def _geojson(features: Iterable[dict[str, Any]]) -> OsmExport:
    export = OsmExport()
    seen: set[str] = set()
    for number, feature in enumerate(features, start=1):
        properties = feature.get("properties")
        properties = properties if isinstance(properties, dict) else {}
        # osmtogeojson, which some programs use, keeps the tags one level deeper.
        tags = _text_tags(properties.get("tags") if isinstance(properties.get("tags"), dict) else properties)
        osm_id = _feature_id(feature, properties)
        point = _geometry_point(feature.get("geometry"))
        if not tags or (osm_id and osm_id in seen):
            continue
        seen.add(osm_id or "")
        if point is None:
            export.unplaced.append(osm_id or f"#{number}")
        else:
            export.features.append(Feature(osm_id, point, tags))
    return export


def _feature_id(feature: dict[str, Any], properties: dict[str, Any]) -> str | None:
    for candidate in (properties.get("@id"), feature.get("id"), properties.get("id")):
        if isinstance(candidate, str) and candidate.partition("/")[0] in ("node", "way", "relation"):
            return candidate
    return None


def _geometry_point(geometry: Any) -> Point | None:
    try:
        form = shape(geometry)
        position = form if form.geom_type == "Point" else form.representative_point()
        return _lat_lon({"lat": position.y, "lon": position.x})
    except (AttributeError, TypeError, ValueError, KeyError, IndexError, shapely.errors.ShapelyError):
        # A geometry that shapely cannot make sense of is reported like one that is not there.
        return None


def _text_tags(tags: Any) -> dict[str, str]:
    if not isinstance(tags, dict):
        return {}
    return {key: value for key, value in tags.items() if isinstance(value, str) and not key.startswith("@")}
