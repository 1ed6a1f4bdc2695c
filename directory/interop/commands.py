"""``directory import osm|hsds`` and ``directory export hsds``: other people's formats from the command line."""

import json
from collections.abc import Callable
from pathlib import Path

import click

from directory.catalogue.commands import print_report, refuse
from directory.catalogue.import_report import ImportReport
from directory.errors import Invalid
from directory.interop.hsds.exporting import export_hsds
from directory.interop.hsds.importing import Choices, import_hsds
from directory.interop.operations import import_osm
from directory.places.commands import show_progress
from directory.web.transaction import transaction


@click.command("osm", help="Nhập tệp xuất từ OpenStreetMap: Overpass JSON hoặc GeoJSON của overpass-turbo.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", "is_dry_run", is_flag=True, help="Chỉ kiểm tra và báo cáo, không ghi gì.")
@click.option("--json", "as_json", is_flag=True, help="In báo cáo dạng JSON.")
def osm_command(file: Path, is_dry_run: bool, as_json: bool) -> None:
    """Read the export, import it in one transaction and print the report."""
    _import(file, lambda: import_osm(file, is_dry_run=is_dry_run, progress=show_progress), as_json=as_json)


@click.command("hsds", help="Nhập dữ liệu HSDS 3: tệp JSON, hoặc gói bảng CSV (thư mục hay ZIP).")
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--source", help="Nguồn của mọi mục trong tệp (thường là “hsds”).")
@click.option("--category", help="Chủ đề của dịch vụ không có chủ đề nào của ta, ví dụ kham-benh.")
@click.option("--dry-run", "is_dry_run", is_flag=True, help="Chỉ kiểm tra và báo cáo, không ghi gì.")
@click.option("--json", "as_json", is_flag=True, help="In báo cáo dạng JSON.")
def hsds_command(path: Path, source: str | None, category: str | None, is_dry_run: bool, as_json: bool) -> None:
    """Read the file or folder, import it in one transaction and print the report."""
    choices = Choices(source, category, is_dry_run)
    _import(path, lambda: import_hsds(path, choices, show_progress), as_json=as_json)


def _import(path: Path, act: Callable[[], ImportReport], *, as_json: bool) -> None:
    try:
        with transaction():
            report = act()
    except Invalid as error:
        refuse(path, error, as_json=as_json)
    print_report(report, as_json=as_json)


@click.command("hsds", help="Xuất sổ địa chỉ theo HSDS 3.1: tệp .json, hoặc gói bảng CSV (.zip hay thư mục).")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--with-demo", "with_illustrative", is_flag=True, help="Kèm cả dữ liệu minh hoạ.")
@click.option("--json", "as_json", is_flag=True, help="In kết quả dạng JSON.")
def export_hsds_command(path: Path, with_illustrative: bool, as_json: bool) -> None:
    """Write the file or folder and say how many services are in it."""
    number = export_hsds(path, with_illustrative=with_illustrative)
    said = json.dumps({"file": str(path), "services": number}, ensure_ascii=False)
    click.echo(said if as_json else f"Đã xuất {number} dịch vụ ra {path}.")


imports = [osm_command, hsds_command]
exports = [export_hsds_command]
