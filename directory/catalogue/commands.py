"""``directory import services``, ``directory export services``: spreadsheets of services from the command line."""

import json
import sys
from pathlib import Path
from typing import NoReturn

import click

from directory.catalogue.exporting import Format, csv_pieces, geojson_pieces, write_workbook
from directory.catalogue.import_report import ImportReport
from directory.catalogue.mapping import Mapping, read_mapping
from directory.catalogue.operations import import_services
from directory.catalogue.queries.export import Extent, exported
from directory.errors import Invalid
from directory.places.areas import find_area
from directory.places.commands import PROBLEMS_FOUND, show_progress
from directory.web.transaction import transaction


@click.command("services", help="Nhập dịch vụ từ tệp CSV hoặc XLSX: hoặc tất cả các dòng, hoặc không dòng nào.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--source", help="Nguồn của những dòng không ghi cột “source”.")
@click.option(
    "--columns",
    "columns_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Tệp TOML cho biết cột nào của họ là cột nào của ta (mẫu: seed/columns_osm_hospitals.toml).",
)
@click.option("--dry-run", "is_dry_run", is_flag=True, help="Chỉ kiểm tra và báo cáo, không ghi gì.")
@click.option("--json", "as_json", is_flag=True, help="In báo cáo dạng JSON.")
def services_command(
    file: Path, source: str | None, columns_file: Path | None, is_dry_run: bool, as_json: bool
) -> None:
    """Read the file, import it in one transaction and print the report."""
    try:
        mapping = read_mapping(columns_file) if columns_file else Mapping()
    except Invalid as error:
        raise click.UsageError(f"{error.message} {error.what_now}".strip()) from error
    try:
        with transaction():
            report = import_services(
                file, mapping=mapping, source=source, is_dry_run=is_dry_run, progress=show_progress
            )
    except Invalid as error:
        refuse(file, error, as_json=as_json)
    print_report(report, as_json=as_json)


def refuse(file: Path, error: Invalid, *, as_json: bool) -> NoReturn:
    """Say that a file cannot be read at all, and end with "problems found"."""
    if as_json:
        outcome = {"file": file.name, "written": False, "error": error.message, "what_now": error.what_now}
        click.echo(json.dumps(outcome, ensure_ascii=False, indent=2))
    else:
        click.echo(f"{file.name}: {error.message} {error.what_now}".strip(), err=True)
    sys.exit(PROBLEMS_FOUND)


def print_report(report: ImportReport, *, as_json: bool) -> None:
    """Print what an import did; a bad row is an exit code of its own."""
    if as_json:
        click.echo(json.dumps(report.as_json(), ensure_ascii=False, indent=2))
    else:
        for line in report.lines():
            click.echo(line)
    if report.is_refused:
        sys.exit(PROBLEMS_FOUND)


@click.command("services", help="Xuất sổ địa chỉ công khai ra tệp .csv, .xlsx hoặc .geojson; không có nơi giữ kín.")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--area", help="Chỉ một địa bàn, theo tên.")
@click.option("--with-demo", is_flag=True, help="Cả dữ liệu minh hoạ.")
def export_services_command(file: Path, area: str | None, with_demo: bool) -> None:
    """Write the file; its name says in which format."""
    ending = file.suffix.lower().removeprefix(".")
    if ending not in list(Format):
        raise click.UsageError(f"Tên tệp phải kết thúc bằng .{', .'.join(Format)}")
    entries = exported(Extent({find_area(area).id} if area else None, with_demo))
    if ending == Format.XLSX:
        with file.open("wb") as book:
            write_workbook(entries, book)
    else:
        pieces = csv_pieces(entries) if ending == Format.CSV else geojson_pieces(entries)
        with file.open("w", encoding="utf-8", newline="") as out:
            out.writelines(pieces)
    click.echo(f"Đã ghi {file}.")


imports = [services_command]
exports = [export_services_command]
