"""Where an entry is: its ward, former ward, province and point, from what its row says.

Pure: the gazetteer and the two questions about points are arguments. Names are looked up once per file.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from math import pi, sqrt
from typing import Protocol

from directory.catalogue.entries import Entry, Problem
from directory.catalogue.reasons import Reason
from directory.catalogue.rules import Visibility
from directory.places.gazetteer import Gazetteer, Resolution
from directory.places.rules import Point, distance_m
from directory.places.units import Unit

_WARD_LEVELS = ("ward", "old-ward")
_MOST_CANDIDATES = 6
_M_PER_KM = 1_000
_SAY_MORE = "Ghi thêm huyện cũ, hoặc ghi mã 5 chữ số của phường xã."


class WardAt(Protocol):
    """The ward that a point is in, and whether a border says so or only the nearest ward point."""

    @property
    def ward(self) -> Unit:
        """The ward in force."""

    @property
    def exact(self) -> bool:
        """Whether a border says so."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entry is, as far as that may be known."""

    ward_key: str | None = None
    old_ward_key: str | None = None
    province_key: str | None = None
    point: Point | None = None
    #: The point is the ward's, because the row gave none.
    point_is_ward: bool = False


@dataclass(frozen=True)
class Surroundings:
    """What the placing needs to know of the country."""

    gazetteer: Gazetteer
    is_in_viet_nam: Callable[[Point], bool]
    ward_at: Callable[[Point], WardAt | None]
    #: Whether ward borders were imported; without them a ward is a circle three times its size.
    has_borders: bool


@dataclass(frozen=True, slots=True)
class _Named:
    """What the ward and province cells of a row mean: exactly one of the wards, or a reason why not."""

    resolution: Resolution | None = None
    candidates: tuple[Resolution, ...] = ()
    reason: str = ""

    @property
    def ward_codes(self) -> frozenset[str]:
        return self.resolution.ward_codes if self.resolution else frozenset()


class Placer:
    """Finds the place of entry after entry."""

    def __init__(self, surroundings: Surroundings) -> None:
        self._around = surroundings
        self._gazetteer = surroundings.gazetteer
        self._named: dict[tuple[str | None, str | None], _Named] = {}
        self._provinces: dict[str, str | None] = {}

    def place(self, entry: Entry) -> tuple[Place | None, list[Problem]]:
        """Return the place, or None with the problems that make it a bad row; warnings may come with a place."""
        if entry.visibility is Visibility.HIDDEN:
            return self._hidden(entry)
        if entry.is_abroad:
            reason = "Địa chỉ này không ở Việt Nam: giữ nguyên chữ, không có phường xã và không có trên bản đồ."
            return Place(), [Problem(entry.line, "address", reason, is_warning=True)]
        if entry.point is not None:
            return self._at_point(entry, entry.point)
        return self._by_name(entry)

    def _hidden(self, entry: Entry) -> tuple[Place | None, list[Problem]]:
        if entry.province is None:
            return Place(), []
        province_key = self._province_key(entry.province)
        if province_key is None:
            # Whatever stands there instead of a province may be the place itself: it is not repeated.
            return None, [Problem(entry.line, "province", "Đây không phải tên một tỉnh hay thành phố.")]
        return Place(province_key=province_key), []

    def _by_name(self, entry: Entry) -> tuple[Place | None, list[Problem]]:
        named = self._read_names(entry.ward, entry.province)
        if len(named.ward_codes) != 1 or named.resolution is None:
            value = f"{entry.ward}, {entry.province}" if entry.visibility is Visibility.PUBLIC else None
            return None, [Problem(entry.line, "ward", named.reason, value)]
        ward = self._gazetteer.ward(next(iter(named.ward_codes)))
        is_public = entry.visibility is Visibility.PUBLIC
        return self._in_ward(ward, named.resolution, ward.point if is_public else None, is_ward_point=is_public), []

    def _at_point(self, entry: Entry, point: Point) -> tuple[Place | None, list[Problem]]:
        if not self._around.is_in_viet_nam(point):
            reason = "Toạ độ này nằm ngoài Việt Nam."
            return None, [Problem(entry.line, "latitude", reason, f"{point.lat}, {point.lon}")]
        if entry.ward is None:
            return self._unnamed(entry, point)
        named = self._read_names(entry.ward, entry.province)
        resolution = named.resolution or self._candidate_at(point, named.candidates)
        if resolution is None:
            place, problems = self._unnamed(entry, point)
            reason = Reason.joined(named.reason, "Đã lấy phường xã theo toạ độ.")
            return place, [Problem(entry.line, "ward", reason, entry.ward, is_warning=True), *problems]
        ward = self._ward_of(point, resolution.ward_codes)
        return self._in_ward(ward, resolution, point), self._warn_if_outside(entry, ward, resolution, point)

    def _unnamed(self, entry: Entry, point: Point) -> tuple[Place, list[Problem]]:
        found = self._around.ward_at(point)
        if found is None:
            return Place(province_key=self._province_key(entry.province or ""), point=point), []
        place = self._in_ward(found.ward, None, point)
        stated = self._province_key(entry.province) if entry.province else place.province_key
        if stated == place.province_key:
            return place, []
        reason = "Toạ độ nằm ở tỉnh khác với tỉnh đã ghi."
        return place, [Problem(entry.line, "province", reason, entry.province, is_warning=True)]

    def _candidate_at(self, point: Point, candidates: tuple[Resolution, ...]) -> Resolution | None:
        """Let the point decide between several places of one name."""
        found = self._around.ward_at(point) if candidates else None
        holding = [candidate for candidate in candidates if found and found.ward.code in candidate.ward_codes]
        return holding[0] if len(holding) == 1 else None

    def _ward_of(self, point: Point, codes: frozenset[str]) -> Unit:
        if len(codes) > 1:
            found = self._around.ward_at(point)
            if found is not None and found.ward.code in codes:
                return found.ward
        wards = [self._gazetteer.ward(code) for code in sorted(codes)]
        return min(wards, key=lambda ward: distance_m(point, ward.point) if ward.point else float("inf"))

    def _in_ward(
        self, ward: Unit, named: Resolution | None, point: Point | None, *, is_ward_point: bool = False
    ) -> Place:
        # A ward in force comes with its former twin when the text named that one's district, too.
        old_key = next((key for key in named.unit_keys if key.startswith("old-ward:")), None) if named else None
        return Place(ward.key, old_key, ward.parent_key, point, is_ward_point)

    def _warn_if_outside(self, entry: Entry, ward: Unit, named: Resolution, point: Point) -> list[Problem]:
        if self._around.has_borders:
            found = self._around.ward_at(point)
            is_outside = found is not None and found.exact and found.ward.code not in named.ward_codes
        else:
            is_outside = ward.point is not None and distance_m(point, ward.point) > far_from_ward_m(ward.area_km2)
        if not is_outside:
            return []
        reason = "Toạ độ nằm ngoài phường xã đã ghi: sửa một trong hai, hoặc xoá toạ độ."
        return [Problem(entry.line, "ward", reason, entry.ward, is_warning=True)]

    def _province_key(self, text: str) -> str | None:
        if text not in self._provinces:
            self._provinces[text] = self._find_province_key(text)
        return self._provinces[text]

    def _find_province_key(self, text: str) -> str | None:
        if re.fullmatch(r"\d{2}", text):
            return f"province:{text}" if self._province_unit(text) else None
        found = [found for found in self._gazetteer.resolve(text) if found.kind in ("province", "old-province")]
        codes = {code for resolution in found for code in resolution.province_codes}
        return f"province:{codes.pop()}" if len(codes) == 1 else None

    def _province_unit(self, code: str) -> Unit | None:
        return self._gazetteer.atlas.units.get(f"province:{code}")

    def _read_names(self, ward: str | None, province: str | None) -> _Named:
        if (ward, province) not in self._named:
            self._named[ward, province] = self._resolve(ward or "", province or "")
        return self._named[ward, province]

    def _resolve(self, ward: str, province: str) -> _Named:
        unit = self._province_unit(province) if re.fullmatch(r"\d{2}", province) else None
        province = unit.name if unit else province
        if re.fullmatch(r"\d{5}", ward):
            return self._by_code(ward, province)
        found = self._gazetteer.resolve(f"{ward}, {province}" if province else ward)
        at_ward_level = [resolution for resolution in found if resolution.kind in _WARD_LEVELS] or found
        if len(at_ward_level) == 1:
            return self._single(at_ward_level[0])
        if at_ward_level:
            reason = Reason("Có nhiều nơi cùng tên: %(names)s.", names=_names(at_ward_level))
            return _Named(None, tuple(at_ward_level), Reason.joined(reason, _SAY_MORE))
        elsewhere = self._gazetteer.resolve(ward) if province else []
        hint = [Reason("Có nơi cùng tên: %(names)s.", names=_names(elsewhere))] if elsewhere else []
        return _Named(None, tuple(elsewhere), Reason.joined("Không có phường xã này ở tỉnh đã ghi.", *hint))

    def _by_code(self, code: str, province: str) -> _Named:
        unit = self._gazetteer.atlas.units.get(f"ward:{code}")
        if unit is None:
            return _Named(reason="Không có phường xã nào mang mã này.")
        if province and self._province_key(province) not in (None, unit.parent_key):
            return _Named(reason="Mã phường xã này không thuộc tỉnh đã ghi.")
        point = unit.point or Point(0.0, 0.0)
        province_codes = frozenset({self._gazetteer.province_of(code).code})
        return _Named(Resolution(code, unit.full_name, "ward", (unit.key,), frozenset({code}), province_codes, point))

    def _single(self, found: Resolution) -> _Named:
        if len(found.ward_codes) == 1:
            return _Named(found)
        wards = ", ".join(self._gazetteer.ward(code).full_name for code in sorted(found.ward_codes)[:_MOST_CANDIDATES])
        if found.kind == "old-ward":
            says = "%(name)s nay thuộc nhiều phường xã: %(wards)s. Ghi tên mới."
            return _Named(found, reason=Reason(says, name=found.name, wards=wards))
        number = len(found.ward_codes)
        says = "%(name)s gồm %(number)s phường xã (%(wards)s …). Ghi tên phường xã."
        return _Named(found, reason=Reason(says, name=found.name, number=number, wards=wards))


def far_from_ward_m(area_km2: float | None) -> float:
    """Return how far a point may be from a ward's point before it is doubtful: 3·√(area/π), three times its radius.

    Units: metres; wards without a known area are given 100 km².
    """
    return 3 * sqrt((area_km2 or 100.0) / pi) * _M_PER_KM


def _names(resolutions: list[Resolution]) -> str:
    shown = "; ".join(resolution.name for resolution in resolutions[:_MOST_CANDIDATES])
    return f"{shown} …" if len(resolutions) > _MOST_CANDIDATES else shown
