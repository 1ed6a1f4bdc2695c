"""The public directory as an HSDS file: a Tabular Data Package (folder or ZIP), or one JSON document.

Written beside its name and moved there at the end: a half-written file is never taken for a whole one.
"""

import csv
import io
import json
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from directory.extensions import db
from directory.interop.hsds.names import TAXONOMIES, terms
from directory.interop.hsds.queries import SERVICES, Wanted, every, loaded, telling
from directory.interop.hsds.schemas import FILES
from directory.interop.hsds.tables import columns, data_package, rows_of


def export_hsds(path: Path, *, with_illustrative: bool = False) -> int:
    """Write all services that are listed to a .json file, a .zip file or a folder; return how many."""
    wanted = Wanted(with_illustrative=with_illustrative)
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".hsds-") as folder:
        unfinished = Path(folder) / "package"
        if path.suffix.lower() == ".json":
            number = _write_json(unfinished, wanted)
        else:
            number = _write_tables(unfinished, wanted)
            unfinished = _zipped(unfinished) if path.suffix.lower() == ".zip" else unfinished
        if path.is_dir() and unfinished.is_dir():
            shutil.copytree(unfinished, path, dirs_exist_ok=True)
        else:
            unfinished.replace(path)
    return number


def _services(wanted: Wanted) -> Iterator[dict[str, Any]]:
    for ids in every(SERVICES, wanted):
        rows = loaded(SERVICES, ids)
        tell = telling(rows, with_history=True)
        yield from (tell.service(row, is_full=True) for row in rows)
        db.session.expunge_all()


def _write_json(path: Path, wanted: Wanted) -> int:
    number = 0
    with path.open("w", encoding="utf-8") as file:
        file.write('{"contents": [')
        for number, service in enumerate(_services(wanted), start=1):
            file.write(",\n" if number > 1 else "\n")
            file.write(json.dumps(service, ensure_ascii=False))
        page = {"total_items": number, "total_pages": 1, "page_number": 1, "size": number}
        page |= {"first_page": True, "last_page": True, "empty": not number}
        file.write(f"\n], {json.dumps(page)[1:]}\n")
    return number


def _write_tables(folder: Path, wanted: Wanted) -> int:
    folder.mkdir(mode=0o700)
    writers, seen, number = {}, set(), 0
    files = {table: (folder / name).open("w", encoding="utf-8", newline="") for table, name in FILES.items()}
    try:
        for table, file in files.items():
            writers[table] = csv.DictWriter(file, [one.name for one in columns(table)])
            writers[table].writeheader()
        for taxonomy in TAXONOMIES:
            writers["taxonomy"].writerow(taxonomy.as_json())
        for term in terms().values():
            writers["taxonomy_term"].writerow(term.as_json())
            seen.add(("taxonomy_term", term.id))
        for number, service in enumerate(_services(wanted), start=1):  # noqa: B007 - the last one is the count
            for table, row in rows_of("service", service):
                # An organization or a place comes along with each of its services.
                if (table, row["id"]) not in seen:
                    seen.add((table, row["id"]))
                    writers[table].writerow(row)
    finally:
        for file in files.values():
            file.close()
    package = json.dumps(data_package(), ensure_ascii=False, indent=2)
    (folder / "datapackage.json").write_text(package, encoding="utf-8")
    return number


def _zipped(folder: Path) -> Path:
    whole = folder.with_name("package.zip")
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.iterdir()):
            with archive.open(path.name, "w") as into, path.open("rb") as file:
                shutil.copyfileobj(file, into, io.DEFAULT_BUFFER_SIZE)
    return whole
