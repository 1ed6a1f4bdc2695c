"""``directory import boundaries`` and ``directory areas``: borders and programme areas from the command line."""

import json
import sys
from dataclasses import asdict
from pathlib import Path

import click

from directory.errors import Invalid
from directory.places.areas import Ambiguous, add_area, areas
from directory.places.models import Area
from directory.places.operations import BoundaryReport, import_boundaries
from directory.web.transaction import transaction

#: The exit code of every command that did not do what was asked.
PROBLEMS_FOUND = 1
#: A shorter import is done before anybody wonders.
LEAST_TOLD = 1_000


@click.command("boundaries", help="Nhập ranh giới xã, phường từ tệp GeoJSON (.geojson hoặc .geojson.gz).")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", "is_dry_run", is_flag=True, help="Chỉ kiểm tra và báo cáo, không ghi gì.")
@click.option("--json", "as_json", is_flag=True, help="In báo cáo dạng JSON.")
def boundaries_command(path: Path, is_dry_run: bool, as_json: bool) -> None:
    """Import the file in one transaction and print the report."""
    try:
        with transaction():
            report = import_boundaries(path, is_dry_run=is_dry_run, progress=show_progress)
    except Invalid as error:
        click.echo(f"{error.message} {error.what_now}".strip(), err=True)
        sys.exit(PROBLEMS_FOUND)
    if as_json:
        click.echo(json.dumps(asdict(report), ensure_ascii=False, indent=2))
    else:
        print_report(report, is_dry_run=is_dry_run)
    if report.problems:
        sys.exit(PROBLEMS_FOUND)


def show_progress(what: str, done: int, total: int) -> None:
    """Say on standard error how far a long import is."""
    if total >= LEAST_TOLD:
        click.echo(f"{what}: {done}/{total}", err=True)


def print_report(report: BoundaryReport, *, is_dry_run: bool) -> None:
    """Print a report for people."""
    for problem in report.problems:
        click.echo(f"Hình {problem.feature} ({problem.ward_code or 'không có mã'}): {problem.message}")
    if report.problems:
        click.echo(f"{len(report.problems)} hình có lỗi trong {report.features}. Chưa nhập ranh giới nào.")
        return
    if is_dry_run:
        click.echo(f"{report.features} ranh giới đều dùng được. Chưa ghi gì (chạy thử).")
    else:
        click.echo(f"Đã nhập {report.written} ranh giới.")
    if report.wards_without:
        click.echo(f"Còn {report.wards_without} xã, phường chưa có ranh giới.")


@click.group("areas", help="Địa bàn: tên và các xã, phường của nó.")
def areas_group() -> None:
    """Hold what is done with programme areas."""


@areas_group.command("add", help="Tạo địa bàn NAME gồm những nơi ghi ở PLACES, cách nhau bằng “;” (tên mới hay cũ).")
@click.argument("name")
@click.argument("places")
def add_area_command(name: str, places: str) -> None:
    """Make an area and say what it holds."""
    with transaction():
        area = _made(name, places)
        click.echo(f"Đã tạo địa bàn “{area.name}” gồm {len(area.wards)} xã, phường:")
        click.echo(", ".join(f"{ward.kind} {ward.name}" for ward in area.wards))


def _made(name: str, places: str) -> Area:
    try:
        return add_area(name, places)
    except Ambiguous as error:
        for candidate in error.candidates:
            click.echo(f"  {candidate.name}", err=True)
        raise


@areas_group.command("list", help="Liệt kê các địa bàn.")
@click.option("--json", "as_json", is_flag=True, help="In dạng JSON.")
def list_areas_command(as_json: bool) -> None:
    """Print the areas."""
    if as_json:
        lines = [{"code": area.code, "name": area.name, "wards": area.wards} for area in areas()]
        click.echo(json.dumps(lines, ensure_ascii=False, indent=2))
        return
    for area in areas():
        click.echo(f"{area.name}: {area.wards} xã, phường")
    if not areas():
        click.echo("Chưa có địa bàn nào. Tạo: directory areas add TÊN “NƠI; NƠI”")


imports = [boundaries_command]
commands = [areas_group]
