"""Small spreadsheets for the tests of the import."""

import csv
import io
from pathlib import Path

from directory.catalogue.operations import import_services
from directory.web.transaction import transaction

CLINIC = {
    "external_id": "pk-1",
    "provider": "Phòng khám Hồng Gai",
    "service": "Khám bệnh",
    "category": "kham-benh",
    "address": "12 Lê Thánh Tông",
    "latitude": "20.9510",
    "longitude": "107.0800",
    "phones": "0203 3825 499",
}
SHELTER = {
    "external_id": "nha-1",
    "provider": "Hội Phụ nữ tỉnh",
    "service": "Nơi ở tạm",
    "category": "tam-lanh",
    "province": "Quảng Ninh",
    "phones": "1900 96 96 80",
    "visibility": "hidden",
}


def csv_text(*rows: dict[str, str], delimiter: str = ",") -> str:
    """Write rows as CSV; the headers are all the keys, in the order met."""
    headers = list(dict.fromkeys(key for row in rows for key in row))
    out = io.StringIO()
    writer = csv.DictWriter(out, headers, delimiter=delimiter, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def write_csv(folder: Path, *rows: dict[str, str], name: str = "dich-vu.csv") -> Path:
    path = folder / name
    path.write_text(csv_text(*rows), encoding="utf-8")
    return path


def import_rows(folder: Path, *rows: dict[str, str], is_dry_run: bool = False):
    """Import rows in a transaction of their own and return the report."""
    path = write_csv(folder, *rows)
    with transaction():
        return import_services(path, is_dry_run=is_dry_run)
