"""``directory import osm``: what a coordinator exports from OpenStreetMap herself."""

from pathlib import Path

import click

from directory.catalogue.commands import print_report, refuse
from directory.errors import Invalid
from directory.interop.operations import import_osm
from directory.places.commands import show_progress
from directory.web.transaction import transaction


@click.command("osm", help="Nhập tệp xuất từ OpenStreetMap: Overpass JSON hoặc GeoJSON của overpass-turbo.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", "is_dry_run", is_flag=True, help="Chỉ kiểm tra và báo cáo, không ghi gì.")
@click.option("--json", "as_json", is_flag=True, help="In báo cáo dạng JSON.")
def osm_command(file: Path, is_dry_run: bool, as_json: bool) -> None:
    """Read the export, import it in one transaction and print the report."""
    try:
        with transaction():
            report = import_osm(file, is_dry_run=is_dry_run, progress=show_progress)
    except Invalid as error:
        refuse(file, error, as_json=as_json)
    print_report(report, as_json=as_json)


imports = [osm_command]
