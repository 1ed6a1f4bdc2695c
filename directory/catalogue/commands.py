"""``directory import services``: spreadsheets of services from the command line."""

import json
import sys
from pathlib import Path
from typing import NoReturn

import click

from directory.catalogue.import_report import ImportReport
from directory.catalogue.mapping import Mapping, read_mapping
from directory.catalogue.operations import import_services
from directory.errors import Invalid
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


imports = [services_command]
