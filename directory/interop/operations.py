"""Bringing other people's formats into the catalogue."""

from collections import Counter
from pathlib import Path

from directory.catalogue.import_report import ImportReport
from directory.catalogue.mapping import MappedTable, Row
from directory.catalogue.operations import import_table
from directory.catalogue.rules import Visibility
from directory.interop.osm import LENIENT, Feature, Kind, cells_of, gives_itself_away, kind_of, name_of
from directory.interop.osm_files import OsmExport, read_export
from directory.places.operations import Progress
from directory.places.queries import in_viet_nam
from directory.places.ward_finder import WardFinder, ward_finder

_MOST_NAMED = 20


def import_osm(path: Path, *, is_dry_run: bool, progress: Progress) -> ImportReport:
    """Import the features of an OpenStreetMap export that the table of tags in ``osm`` knows.

    Raises: Invalid, when the file is neither Overpass JSON nor GeoJSON.
    """
    export = read_export(path)
    left_out: Counter[str] = Counter()
    rows, names = _rows(export, ward_finder(), left_out)
    table = MappedTable(rows, [], sum(left_out.values()) + len(export.unplaced), LENIENT)
    report = import_table(table, is_dry_run=is_dry_run, progress=progress)
    report.file, report.row_names = path.name, names
    report.remarks += [f"{number} phần tử {reason}: bỏ qua." for reason, number in sorted(left_out.items())]
    if export.unplaced:
        shown = ", ".join(export.unplaced[:_MOST_NAMED]) + (" …" if len(export.unplaced) > _MOST_NAMED else "")
        report.remarks.append(f"{len(export.unplaced)} phần tử không có vị trí: bỏ qua ({shown}).")
    return report


def _rows(export: OsmExport, finder: WardFinder, left_out: Counter[str]) -> tuple[list[Row], dict[int, str]]:
    rows: list[Row] = []
    names: dict[int, str] = {}
    for number, feature in enumerate(export.features, start=1):
        kind = kind_of(feature.tags)
        reason = _why_not(feature, kind)
        place = _place(feature, kind, finder) if kind and not reason else None
        if kind is None or place is None:
            left_out[reason or "nằm ngoài Việt Nam"] += 1
            continue
        is_told = kind.visibility is Visibility.PUBLIC
        # Before a mapper called it a shelter, the feature may have come in by its identifier, with its address.
        rows.append(Row(number, cells_of(feature, kind) | place, former_id=None if is_told else feature.osm_id))
        # The identifier of a kept-back feature leads to its place.
        names[number] = feature.osm_id or f"#{number}" if is_told else f"#{number}"
    return rows, names


def _why_not(feature: Feature, kind: Kind | None) -> str:
    """Return why a feature stays out, in words that fit behind a number; empty when it goes in."""
    if kind is None:
        return "không thuộc loại nào trong bảng"
    if not name_of(feature.tags):
        return "không có tên"
    if gives_itself_away(kind, feature.tags):
        return "cần giữ kín mà tên có địa chỉ"
    return ""


def _place(feature: Feature, kind: Kind, finder: WardFinder) -> dict[str, str] | None:
    """Return the place columns: a point, or of a partial place only its ward; None outside Viet Nam."""
    if not in_viet_nam(feature.point):
        return None
    if kind.visibility is Visibility.PUBLIC:
        return {"latitude": f"{feature.point.lat:.7f}", "longitude": f"{feature.point.lon:.7f}"}
    found = finder.ward_at(feature.point)
    if found is None or found.ward.parent_key is None:
        return None
    return {"ward": found.ward.code, "province": found.ward.parent_key.partition(":")[2]}
