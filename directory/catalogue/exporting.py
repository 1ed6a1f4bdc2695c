"""The public directory as a file: CSV, XLSX or GeoJSON, written while it is read."""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import IO

from directory.catalogue.columns import COLUMNS
from directory.catalogue.formula_guard import guarded
from directory.catalogue.queries.export import ExportedEntry


class Format(StrEnum):
    """What a file can be; its value is the end of its name."""

    CSV = "csv"
    XLSX = "xlsx"
    GEOJSON = "geojson"


MIMETYPES = {
    Format.CSV: "text/csv",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.GEOJSON: "application/geo+json",
}
_BYTE_ORDER_MARK = "\ufeff"  # so that Excel reads UTF-8


def csv_pieces(entries: Iterable[ExportedEntry]) -> Iterator[str]:
    """Yield a CSV file that the import reads back."""
    out = io.StringIO()
    writer = csv.writer(out)
    out.write(_BYTE_ORDER_MARK)
    writer.writerow(COLUMNS)
    for entry in entries:
        writer.writerow([guarded(entry.cells[column]) for column in COLUMNS])
        yield _taken(out)
    yield _taken(out)


def _taken(out: io.StringIO) -> str:
    piece = out.getvalue()
    out.seek(0)
    out.truncate()
    return piece


def geojson_pieces(entries: Iterable[ExportedEntry]) -> Iterator[str]:
    """Yield a FeatureCollection (RFC 7946) of the places whose points are told."""
    yield '{"type": "FeatureCollection", "features": ['
    separator = "\n"
    for entry in entries:
        if entry.point is not None:
            yield separator + json.dumps(_feature(entry), ensure_ascii=False)
            separator = ",\n"
    yield "\n]}\n"


def _feature(entry: ExportedEntry) -> dict[str, object]:
    point = entry.point
    properties = {column: text for column, text in entry.cells.items() if text}
    for column in ("latitude", "longitude", "visibility"):
        properties.pop(column, None)
    coordinates = [point.lon, point.lat] if point else []
    return {"type": "Feature", "geometry": {"type": "Point", "coordinates": coordinates}, "properties": properties}


def write_workbook(entries: Iterable[ExportedEntry], file: IO[bytes]) -> None:
    """Write a workbook row by row; every cell is text, nothing is calculated."""
    # Read here because openpyxl is slow to import and most exports are CSV.
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Dịch vụ")
    sheet.freeze_panes = "A2"
    sheet.append(COLUMNS)
    for entry in entries:
        sheet.append([guarded(entry.cells[column]) for column in COLUMNS])
    book.save(file)
