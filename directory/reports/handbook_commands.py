"""``directory handbook``: the booklet of an area as a PDF, to print, fold and hand out."""

from pathlib import Path

import click
from flask import current_app
from flask_babel import force_locale

from directory import clock
from directory.catalogue.queries import Subject, categories
from directory.errors import Unavailable
from directory.places.areas import Ambiguous
from directory.reports.handbook import Handbook, extent_of, gather
from directory.reports.handbook_pages import PER_SHEET, Size, booklet


@click.command(help="In sổ tay địa chỉ của một nơi thành tệp PDF: directory handbook --area “TP Hạ Long” --out so.pdf")
@click.option("--area", required=True, metavar="NƠI", help="Địa bàn, xã, phường, huyện cũ hay tỉnh.")
@click.option("--category", metavar="CHỦ-ĐỀ", help="Chỉ chủ đề này (slug).")
@click.option(
    "--out", "path", required=True, type=click.Path(dir_okay=False, writable=True, path_type=Path), help="Tệp PDF."
)
@click.option(
    "--size",
    type=click.Choice([size.value for size in Size]),
    default=Size.A5.value,
    show_default=True,
    help="Khổ giấy.",
)
def handbook_command(area: str, category: str | None, path: Path, size: str) -> None:
    """Write the booklet and say what is in it."""
    subject = _subject(category)
    # A command has no request, and a page no address without one.
    with current_app.test_request_context("/so-tay"), force_locale("vi"):
        handbook = _gathered(area, subject)
        click.echo(f"Đang xếp trang {len(handbook.places)} nơi…", err=True)
        printed = booklet(handbook, Size(size))
    _write(path, printed.document)
    click.echo(
        f"{path}: {len(handbook.places)} nơi, {handbook.services} dịch vụ, {printed.pages} trang {size.upper()}"
        f" ({printed.pages // PER_SHEET} tờ gập đôi), bản {handbook.version}."
    )
    if any(place.is_illustrative for place in handbook.places):
        click.echo("Có nơi minh hoạ (không có thật): đừng phát bản này cho ai.", err=True)


def _subject(slug: str | None) -> Subject | None:
    subject = categories().by_slug.get(slug) if slug else None
    if slug and subject is None:
        raise click.BadParameter(f"không có chủ đề “{slug}”", param_hint="--category")
    return subject


def _gathered(area: str, subject: Subject | None) -> Handbook:
    try:
        return gather(extent_of(area), subject, clock.now())
    except Ambiguous as error:
        for candidate in error.candidates:
            click.echo(f"  {candidate.name}", err=True)
        raise


def _write(path: Path, document: bytes) -> None:
    try:
        path.write_bytes(document)
    except OSError as error:
        raise Unavailable(
            "Không ghi được tệp %(path)s.",
            what_now="Hãy chọn thư mục khác ở --out.",
            blanks={"path": path},
        ) from error


commands = [handbook_command]
