"""Make the files of administrative units, present and former, and of towns.

Usage: ``pip download --no-deps vietnamadminunits==1.0.4``, then
``python seed/make_units.py vietnamadminunits-1.0.4-py3-none-any.whl geonames_vn_cities500.csv``
where the second file holds the Viet Nam rows of GeoNames ``cities500`` (``seed/README.md`` says where from). Reads
``ward_point_corrections.csv`` beside it, writes ``provinces.csv``, ``wards.csv``, ``old_provinces.csv``,
``old_districts.csv``, ``old_wards.csv`` and ``towns.csv``. Standard library only; the wheel is opened as an archive
and never imported. The same input gives the same files, byte for byte.
"""

import csv
import json
import sqlite3
import sys
import tempfile
import unicodedata
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Sequence
from math import cos, hypot, radians
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
KINDS = ("Thành phố", "Đặc khu", "Thị trấn", "Thị xã", "Phường", "Huyện", "Quận", "Tỉnh", "Xã")

#: The wheel is of October 2025. Source of all three tables: ``vn_wards_2026_points.csv`` made from
#: https://github.com/thanglequoc/vietnamese-provinces-database @ cd580632 (2026-08-02, MIT), and for Bắc Ninh and
#: Quảng Ninh the release notes of PyPI ``vietnam-provinces`` 2026.9.0 (2026-09-20).
WARD_CODE_CHANGES = {"06970": "06978"}
PROVINCES_NOW_CITIES = frozenset({"22", "24", "75"})
WARDS_NOW_PHUONG = frozenset({"25270", "25357", "25363", "26116", "26170", "26248", "26326", "26368", "26425", "26485"})
#: The seats of provinces which are neither a city themselves nor have a former city of their own name.
#: Source: Nghị quyết 202/2025/QH15 of 2025-06-12 (https://vanban.chinhphu.vn); for former provinces their seat then.
SEATS = {
    "Quảng Ninh": "Hạ Long", "Phú Thọ": "Việt Trì", "Nghệ An": "Vinh", "Quảng Trị": "Đồng Hới",
    "Khánh Hòa": "Nha Trang",
    "Gia Lai": "Qui Nhon", "Lâm Đồng": "Da Lat", "Đắk Lắk": "Buôn Ma Thuột", "Đồng Nai": "Biên Hòa",
    "Đồng Tháp": "Mỹ Tho", "An Giang": "Rạch Giá", "Điện Biên": "Điện Biên Phủ", "Vĩnh Phúc": "Vĩnh Yên",
    "Hà Nam": "Phủ Lý", "Quảng Bình": "Đồng Hới", "Quảng Nam": "Tam Kỳ", "Bình Định": "Qui Nhon", "Phú Yên": "Tuy Hòa",
    "Ninh Thuận": "Phan Rang-Tháp Chàm", "Bình Thuận": "Phan Thiết", "Đắk Nông": "Gia Nghĩa",
    "Bình Phước": "Đồng Xoài", "Bình Dương": "Thủ Dầu Một", "Bà Rịa - Vũng Tàu": "Bà Rịa", "Long An": "Tân An",
    "Tiền Giang": "Mỹ Tho", "Kiên Giang": "Rạch Giá", "Hậu Giang": "Vị Thanh",
}  # fmt: skip
FORMER_SEATS = {"Quảng Trị": "Đông Hà", "Gia Lai": "Pleiku", "An Giang": "Long Xuyên", "Đồng Tháp": "Cao Lãnh"}
NUMBER_WORDS = ("một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười", "mười một", "mười hai")


class Spot(NamedTuple):
    """A named or coded position in degrees."""

    name: str
    lat: float
    lon: float
    population: int = 0


Row = Sequence[object]
Successors = dict[tuple[str, str], set[str]]


def folded(text: str) -> str:
    """Return the text in lower case without marks, to compare names written in two ways."""
    plain = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).replace("-", " ").split())


def split_kind(full_name: str) -> tuple[str, str]:
    """Split "Phường Bãi Cháy" into its kind, spelt as law does, and its name."""
    full_name = " ".join(unicodedata.normalize("NFC", full_name).split())
    for kind in KINDS:
        if full_name.lower().startswith(kind.lower() + " "):
            return kind, full_name[len(kind) + 1 :]
    raise ValueError(f"a unit of unknown kind: {full_name!r}")


def read_wheel(path: Path) -> tuple[sqlite3.Connection, dict[str, dict[str, dict[str, list[object]]]]]:
    """Open the data base and the conversion table inside the wheel."""
    with zipfile.ZipFile(path) as wheel, tempfile.TemporaryDirectory() as folder:
        stored = sqlite3.connect(wheel.extract("vietnamadminunits/data/dataset.db", folder))
        units = sqlite3.connect(":memory:")
        stored.backup(units)
        stored.close()
        return units, json.loads(wheel.read("vietnamadminunits/data/converter_2025.json"))


def read_wards(units: sqlite3.Connection) -> tuple[list[Row], dict[str, Spot]]:
    """Return the rows of ``wards.csv`` and the points by code, corrected."""
    with (HERE / "ward_point_corrections.csv").open(encoding="utf-8", newline="") as file:
        corrected = {row["ward_code"]: (row["latitude"], row["longitude"]) for row in csv.DictReader(file)}
    rows: list[Row] = []
    points: dict[str, Spot] = {}
    for stated_code, full_name, province, stated_lat, stated_lon, area in units.execute(
        "SELECT wardCode, ward, provinceCode, wardLat, wardLon, wardAreaKm2 FROM admin_units"
    ):
        code = WARD_CODE_CHANGES.get(stated_code, stated_code)
        kind, name = split_kind(full_name)
        lat, lon = corrected.get(code, (stated_lat, stated_lon))
        rows.append((code, "Phường" if code in WARDS_NOW_PHUONG else kind, name, province, lat, lon, area))
        points[code] = Spot(code, float(lat), float(lon))
    return sorted(rows, key=lambda row: str(row[0])), points


def read_successors(units: sqlite3.Connection, conversion: dict[str, dict[str, dict[str, list[object]]]]) -> Successors:
    """Return, by old district and old ward code, the codes of today's wards that took a part of it."""
    today = {
        (province, ward): WARD_CODE_CHANGES.get(code, code)
        for province, ward, code in units.execute("SELECT provinceKey, wardKey, wardCode FROM admin_units")
    }
    former = {
        "_".join((province, district, ward or "")): (district_code, ward_code or "")
        for province, district, ward, district_code, ward_code in units.execute(
            "SELECT provinceKey, districtKey, wardKey, districtCode, wardCode FROM admin_units_legacy"
        )
    }
    successors: Successors = defaultdict(set)
    for province, wards in conversion["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
        for ward, old_keys in wards.items():
            for old_key in old_keys:
                successors[former[str(old_key)]].add(today[province, ward])
    for province, divided in conversion["DICT_PROVINCE_WARD_DIVIDED"].items():
        for old_key, parts in divided.items():
            successors[former[old_key]].update(today[province, part["newWardKey"]] for part in parts)  # type: ignore[index]
    return successors


def towns_by_ward(towns: Iterable[tuple[Spot, frozenset[str]]], points: dict[str, Spot]) -> dict[str, list[Spot]]:
    """Return, by the ward whose point is nearest to a town, the town once under each of its folded names."""
    found: dict[str, list[Spot]] = defaultdict(list)
    for town, names in towns:
        narrowing = cos(radians(town.lat))
        near = min(points.values(), key=lambda at: hypot(at.lat - town.lat, (at.lon - town.lon) * narrowing))
        found[near.name].extend(town._replace(name=name) for name in sorted(names))
    return found


def centre(name: str, wards: set[str], towns: dict[str, list[Spot]], points: dict[str, Spot]) -> tuple[str, str, str]:
    """Return the point of a set of wards and what it is: its own town, else the mean of its wards."""
    forms = {folded(name), folded("Quận " + name)}
    if name.isdigit() and int(name) <= len(NUMBER_WORDS):
        forms = {folded("Quận " + NUMBER_WORDS[int(name) - 1])}
    own = [town for ward in sorted(wards) for town in towns.get(ward, ()) if town.name in forms]
    if own:
        town = max(own, key=lambda spot: (spot.population, spot.lat))
        return f"{town.lat:.4f}", f"{town.lon:.4f}", "town"
    spots = [points[ward] for ward in sorted(wards)]
    return f"{sum(s.lat for s in spots) / len(spots):.4f}", f"{sum(s.lon for s in spots) / len(spots):.4f}", "mean"


def province_centre(
    name: str, seats: dict[str, str], wards: set[str], towns: dict[str, list[Spot]], points: dict[str, Spot]
) -> tuple[str, str, str]:
    """Return the point of a province: its seat when one is given, else the town of its own name.

    Raises: ValueError, when GeoNames has no such town in the province.
    """
    town = seats.get(name, name)
    lat, lon, point_is = centre(town, wards, towns, points)
    if point_is != "town":
        raise ValueError(f"{name}: no town {town} in it")
    return lat, lon, "town" if town == name else "seat"


def read_towns(path: Path) -> list[tuple[Spot, frozenset[str], str]]:
    """Read GeoNames' rows: the town, all its folded names, its id."""
    with path.open(encoding="utf-8", newline="") as file:
        return [
            (
                Spot(row["name"], float(row["lat"]), float(row["lon"]), int(row["population"] or 0)),
                frozenset(folded(name) for name in [row["name"], *row["alternatenames"].split("|")] if name.strip()),
                row["geonameid"],
            )
            for row in csv.DictReader(file)
        ]


def write(name: str, header: str, rows: Iterable[Row]) -> None:
    """Write one file beside this script."""
    with (HERE / name).open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(header.split(","))
        out.writerows(rows)


def main(wheel: Path, geonames: Path) -> None:
    """Write all six files."""
    units, conversion = read_wheel(wheel)
    wards, points = read_wards(units)
    successors = read_successors(units, conversion)
    towns = read_towns(geonames)
    near = towns_by_ward(((town, names) for town, names, _ in towns), points)
    write("wards.csv", "code,kind,name,province_code,latitude,longitude,area_km2", wards)
    write(
        "towns.csv",
        "geonameid,name,latitude,longitude,population",
        sorted((id_, town.name, town.lat, town.lon, town.population) for town, _, id_ in towns),
    )
    provinces = []
    for full_name, code in sorted(
        set(units.execute("SELECT province, provinceCode FROM admin_units")), key=lambda row: str(row[1])
    ):
        kind, name = split_kind(full_name)
        inside = {str(row[0]) for row in wards if row[3] == code}
        kind = "Thành phố" if code in PROVINCES_NOW_CITIES else kind
        provinces.append((code, kind, name, *province_centre(name, SEATS, inside, near, points)))
    write("provinces.csv", "code,kind,name,latitude,longitude,point_is", provinces)
    write_former(units, successors, near, points)


def write_former(
    units: sqlite3.Connection, successors: Successors, near: dict[str, list[Spot]], points: dict[str, Spot]
) -> None:
    """Write the three files of former units."""
    legacy = list(
        units.execute(
            "SELECT wardCode, ward, districtCode, district, provinceCode, province FROM admin_units_legacy"
            " ORDER BY provinceCode, districtCode, wardCode"
        )
    )
    of_district: dict[str, set[str]] = defaultdict(set)
    of_province: dict[str, set[str]] = defaultdict(set)
    old_wards: list[Row] = []
    for ward_code, ward, district_code, _, province_code, _ in legacy:
        now = successors[district_code, ward_code or ""]
        of_district[district_code] |= now
        of_province[province_code] |= now
        kind, name = split_kind(ward) if ward else ("", "")
        old_wards.append((ward_code or "", kind, name, district_code, ";".join(sorted(now))))
    write("old_wards.csv", "code,kind,name,district_code,successors", old_wards)
    old_districts: list[Row] = []
    for code, full_name, province_code in dict.fromkeys((row[2], row[3], row[4]) for row in legacy):
        kind, name = split_kind(full_name)
        old_districts.append((code, kind, name, province_code, *centre(name, of_district[code], near, points)))
    write("old_districts.csv", "code,kind,name,province_code,latitude,longitude,point_is", old_districts)
    old_provinces: list[Row] = []
    for code, full_name in dict.fromkeys((row[4], row[5]) for row in legacy):
        kind, name = split_kind(full_name)
        seats = SEATS | FORMER_SEATS
        old_provinces.append((code, kind, name, *province_centre(name, seats, of_province[code], near, points)))
    write("old_provinces.csv", "code,kind,name,latitude,longitude,point_is", old_provinces)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(Path(sys.argv[1]), Path(sys.argv[2]))
