"""Read ward borders from GeoJSON and say of each feature what is wrong with it; nothing is mended silently."""

import gzip
import json
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shapely import is_valid_reason
from shapely.errors import ShapelyError
from shapely.geometry import MultiPolygon, Polygon, shape
from shapely.geometry.base import BaseGeometry
from shapely.ops import nearest_points

from directory.errors import Invalid
from directory.places.rules import Point, distance_m
from directory.places.units import Unit

#: Units: metres. A ward's point farther outside its border than this says that two wards were swapped.
SWAPPED_FROM_M = 20_000


@dataclass(frozen=True)
class Border:
    """The border of one ward."""

    ward_key: str
    shape: MultiPolygon


@dataclass(frozen=True)
class BoundaryProblem:
    """What is wrong with one feature; ``feature`` counts from 1, as a person counts."""

    feature: int
    ward_code: str
    message: str


def read_features(path: Path) -> list[Any]:
    """Return the features of a GeoJSON file, or of one compressed by gzip.

    Raises: Invalid, when the file is not such a file.
    """
    try:
        raw = path.read_bytes()
        text = gzip.decompress(raw) if raw.startswith(b"\x1f\x8b") else raw
        collection = json.loads(text)
    except (OSError, EOFError, zlib.error) as error:
        raise Invalid(f"Không mở được {path.name}.", what_now="Kiểm tra tên tệp; tệp .gz phải còn nguyên.") from error
    except (ValueError, RecursionError) as error:
        raise Invalid(f"{path.name} không phải là tệp GeoJSON.", what_now="Xuất lại tệp ở dạng GeoJSON.") from error
    features = collection.get("features") if isinstance(collection, dict) else None
    if not isinstance(features, list) or not features:
        raise Invalid(
            f"{path.name} không có ranh giới nào.", what_now="Tệp phải là một FeatureCollection có “features”."
        )
    return features


def check_features(
    features: list[Any], wards: Mapping[str, Unit], step: Callable[[int], None]
) -> tuple[list[Border], list[BoundaryProblem]]:
    """Return the borders that can be used and the problems of the others; ``step`` hears of each feature."""
    borders: list[Border] = []
    problems: list[BoundaryProblem] = []
    seen: set[str] = set()
    for number, feature in enumerate(features, start=1):
        code = _ward_code(feature)
        try:
            borders.append(_border(feature, code, wards, seen))
        except Invalid as error:
            problems.append(BoundaryProblem(number, code, error.message))
        seen.add(code)
        step(number)
    return borders, problems


def _ward_code(feature: Any) -> str:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    code = properties.get("ward_code") if isinstance(properties, dict) else None
    return "" if code is None else str(code)


def _border(feature: Any, code: str, wards: Mapping[str, Unit], seen: set[str]) -> Border:
    if not code:
        raise Invalid("thiếu mã xã, phường (“properties.ward_code”).")
    if code not in wards:
        hint = " Mã có 5 chữ số, kể cả số 0 ở đầu." if len(code) < 5 else ""
        raise Invalid(f"không có xã, phường nào mang mã {code}.{hint}")
    if code in seen:
        raise Invalid(f"mã {code} lặp lại.")
    border = _multipolygon(feature.get("geometry"))
    _check_place(border, wards[code])
    return Border(wards[code].key, border)


def _multipolygon(geometry: Any) -> MultiPolygon:
    """Return the geometry as a multipolygon.

    Raises: Invalid, when it is something else, or not valid: a coordinator decides how to mend it, not this program.
    """
    if not isinstance(geometry, dict) or geometry.get("type") not in ("Polygon", "MultiPolygon"):
        raise Invalid("hình phải là Polygon hoặc MultiPolygon.")
    try:
        drawn: BaseGeometry = shape(geometry)
    except (ShapelyError, ValueError, TypeError, IndexError, KeyError, AttributeError) as error:
        raise Invalid("không đọc được toạ độ của hình.") from error
    if drawn.is_empty:
        raise Invalid("hình trống.")
    if not drawn.is_valid:
        raise Invalid(f"hình không hợp lệ ({is_valid_reason(drawn)}).")
    return MultiPolygon([drawn]) if isinstance(drawn, Polygon) else MultiPolygon(drawn)


def _check_place(border: MultiPolygon, ward: Unit) -> None:
    west, south, east, north = border.bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise Invalid("toạ độ phải là kinh độ, vĩ độ WGS84 (EPSG:4326).")
    if ward.point is None:
        return
    near, _ = nearest_points(border, shape({"type": "Point", "coordinates": (ward.point.lon, ward.point.lat)}))
    away_m = distance_m(Point(near.y, near.x), ward.point)
    if away_m > SWAPPED_FROM_M:
        raise Invalid(f"cách {ward.full_name} {away_m / 1000:.0f} km: nhầm mã, hoặc đổi chỗ kinh độ và vĩ độ.")


def in_batches(borders: list[Border], size: int) -> Iterator[list[Border]]:
    """Yield the borders in lists of at most this many."""
    for start in range(0, len(borders), size):
        yield borders[start : start + size]
