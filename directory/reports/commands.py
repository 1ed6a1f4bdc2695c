"""``directory report``: the figures of an area over a period, on the command line."""

from collections.abc import Collection, Iterator
from contextlib import suppress
from datetime import date, datetime

import click
from flask_babel import force_locale

from directory import clock
from directory.accounts.rules import SYSTEM
from directory.errors import Invalid, NotFound
from directory.places.areas import Ambiguous
from directory.reports import wording
from directory.reports.exporting import Format, as_bytes, display_names
from directory.reports.figures import Indicator, Line, Report, Scope
from directory.reports.indicators import indicator, indicators
from directory.reports.periods import Period
from directory.reports.queries.reading import read_report
from directory.reports.queries.scope import scope_of

ALL = "all"
TABLE = "table"


class DayParameter(click.ParamType[date]):
    """A day typed as people here write it (31/12/2020) or as machines do (2020-12-31)."""

    name = "ngày"

    def convert(self, value: str | date, param: click.Parameter | None, context: click.Context | None) -> date:
        """Read the day; a wrong one is wrong usage."""
        if isinstance(value, date):
            return value
        found = _day(value.strip())
        if found is None:
            self.fail(f"“{value}” không phải là ngày. Hãy viết 2024-01-31 hoặc 31/01/2024.", param, context)
        return found


def _day(text: str) -> date | None:
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        with suppress(ValueError):
            return datetime.strptime(text, form).replace(tzinfo=clock.LOCAL_ZONE).date()
    return None


@click.command(help="In số liệu: directory report all --from 2024-01-01 --to 2024-08-31 --area “Quảng Ninh”")
@click.argument("wanted", metavar="[CHỈ-SỐ|all]", default=ALL)
@click.option("--from", "first", type=DayParameter(), required=True, help="Ngày đầu: 2024-01-01 hoặc 01/01/2024.")
@click.option("--to", "last", type=DayParameter(), required=True, help="Ngày cuối, tính cả ngày này.")
@click.option("--area", metavar="NƠI", help="Địa bàn, hoặc tỉnh, huyện, xã (tên cũ hay mới). Bỏ trống: tất cả.")
@click.option(
    "--format",
    "kind",
    type=click.Choice([TABLE, *(one.value for one in Format)]),
    default=TABLE,
    show_default=True,
    help="In ra dạng nào.",
)
def report(wanted: str, first: date, last: date, area: str | None, kind: str) -> None:
    """Print one indicator or all; what is not a table is written as the bytes of the file."""
    if last < first:
        raise click.BadParameter("ngày cuối phải sau ngày đầu", param_hint="--to")
    codes = _codes(wanted)
    with force_locale("vi"):
        found = read_report(_scope(area), Period(first, last), codes=codes, today=clock.today())
        click.echo("\n".join(_table(found)) if kind == TABLE else as_bytes(found, Format(kind)), nl=kind == TABLE)


def _codes(wanted: str) -> Collection[str] | None:
    if wanted.casefold() == ALL:
        return None
    try:
        return [indicator(wanted).code]
    except NotFound as error:
        known = "\n".join(f"  {one.code}  {one.name_vi}" for one in indicators().values())
        raise click.BadParameter(f"{error.message} Các chỉ số đang có:\n{known}", param_hint="CHỈ-SỐ") from error


def _scope(area: str | None) -> Scope:
    try:
        return scope_of(area, SYSTEM)
    except Ambiguous as error:
        names = "; ".join(candidate.name for candidate in error.candidates)
        raise Invalid(error.message, what_now=f"Hãy ghi rõ hơn, một trong: {names}") from error


def _table(found: Report) -> Iterator[str]:
    """Yield the lines of a table: the whole, then by area and by what it is broken down by."""
    first, last = wording.day_text(found.period.first), wording.day_text(found.period.last)
    yield f"{found.scope.name}, từ {first} đến {last}"
    section = None
    for line in found.lines:
        if line.indicator.section is not section:
            section = line.indicator.section
            yield ""
            yield wording.section_name(section).upper()
        yield from _line(found, line)


def _line(found: Report, line: Line) -> Iterator[str]:
    one = line.indicator
    yield f"{one.code}  {one.name_vi}: {wording.figure_text(line.total, one.unit)}{_source(line)}"
    names = display_names(found, line)
    parts = [figure for figure in (*line.by_area, *line.by_key) if figure != line.total]
    for figure in parts:
        name = names.get(figure.area or figure.key) or figure.place or figure.key or found.scope.name
        yield f"     {name}: {wording.figure_text(figure, one.unit)}"
    yield f"     = {_meaning(one)}"


def _meaning(one: Indicator) -> str:
    """Return the definition, which stands below the figures that it is of."""
    parts = [one.numerator_vi, one.denominator_vi and f"Chia cho: {one.denominator_vi}", f"Đếm từ: {one.source_vi}"]
    version = f"(bản {one.version}, từ {wording.day_text(one.valid_from)})"
    return " ".join([*filter(None, parts), version])


def _source(line: Line) -> str:
    return f" [{line.total.source}]" if line.total.source else ""


commands = [report]
