"""HSDS files from anybody, as nested services: JSON of any endpoint, ndjson, a folder or a ZIP of CSV files.

A file of a stranger is read with limits, and what is no HSDS is refused with a sentence before anything is written.
"""

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from directory.errors import Invalid
from directory.interop.hsds.schemas import FILES
from directory.interop.hsds.tables import nested_services

Json = dict[str, Any]

#: Units: bytes, unpacked.
MOST_BYTES = 300 * 1024 * 1024
_OTHER_NAMES = {"service_at_locations.csv": "service_at_location", "required_document.csv": "required_document"}
_TABLE_OF = {path: table for table, path in FILES.items()} | _OTHER_NAMES
_NOT_HSDS = "Tệp này không phải dữ liệu HSDS: không có dịch vụ nào trong đó."


def read_services(path: Path) -> list[Json]:
    """Return the services of a file or folder, each with its organization and its places.

    Raises: Invalid, when it is no HSDS or too large.
    """
    found = _of_tables(path) if path.is_dir() or zipfile.is_zipfile(path) else _of_json(path)
    services = [one for one in found if isinstance(one, dict)]
    if not services:
        raise Invalid(_NOT_HSDS, what_now="Cần JSON của /services, /organizations, hoặc gói bảng CSV có services.csv.")
    return services


def _of_tables(path: Path) -> Iterator[Json]:
    tables: dict[str, list[Json]] = {}
    for name, data in _files(path):
        table = _TABLE_OF.get(name.rsplit("/", 1)[-1].lower())
        if table is not None:
            tables.setdefault(table, []).extend(_rows(name, data))
    return nested_services(tables)


def _files(path: Path) -> Iterator[tuple[str, bytes]]:
    if path.is_dir():
        held = sorted(one for one in path.iterdir() if one.suffix.lower() == ".csv")
        _check_size(one.stat().st_size for one in held)
        yield from ((one.name, one.read_bytes()) for one in held)
        return
    try:
        with zipfile.ZipFile(path) as archive:
            infos = [info for info in archive.infolist() if info.filename.lower().endswith(".csv")]
            _check_size(info.file_size for info in infos)
            yield from ((info.filename, archive.read(info)) for info in infos)
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, EOFError) as error:
        raise Invalid("Tệp ZIP này bị hỏng hoặc có mật khẩu.") from error


def _check_size(sizes: Iterable[int]) -> None:
    if sum(sizes) > MOST_BYTES:
        raise Invalid("Tệp này lớn quá: sau khi mở ra hơn 300 MB.")


def _rows(name: str, data: bytes) -> list[Json]:
    try:
        rows = csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True)
        return [{str(key): value for key, value in row.items() if key and value} for row in rows]
    except (UnicodeDecodeError, csv.Error) as error:
        raise Invalid("Không đọc được bảng %(name)s.", blanks={"name": name[:60]}) from error


def _of_json(path: Path) -> Iterator[Json]:
    _check_size([path.stat().st_size])
    try:
        text = path.read_text(encoding="utf-8-sig")
        document = _parsed(text)
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise Invalid("Không đọc được tệp JSON này.") from error
    yield from _services_in(document)


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        # One object in each line: what ``format=ndjson`` answers.
        return [json.loads(line) for line in text.splitlines() if line.strip()]


def _services_in(document: Any) -> Iterator[Json]:
    """Yield the services of a page, a list, a service, an organization with services, or a service at a location."""
    if isinstance(document, list):
        for one in document:
            yield from _services_in(one)
    elif isinstance(document, dict) and isinstance(document.get("contents"), list):
        yield from _services_in(document["contents"])
    elif isinstance(document, dict) and isinstance(document.get("services"), list):
        mine = {key: value for key, value in document.items() if key != "services"}
        yield from ({"organization": mine, **one} for one in document["services"] if isinstance(one, dict))
    elif isinstance(document, dict) and isinstance(document.get("service"), dict):
        place = {key: value for key, value in document.items() if key != "service"}
        yield {**document["service"], "service_at_locations": [place]}
    elif isinstance(document, dict) and "name" in document and "status" in document:
        yield document
