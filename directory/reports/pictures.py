"""Which charts a report is shown with: its figures as values to draw, with their words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from flask_babel import gettext as _

from directory.catalogue.queries import categories
from directory.reports import charts
from directory.reports.charts import Chart, Value
from directory.reports.comparing import STEPS
from directory.reports.figures import Figure, Line, Report
from directory.reports.queries.monthly import Month
from directory.reports.queries.names import names_of
from directory.reports.rules import Unit
from directory.reports.wording import figure_number, figure_text, number_text, unit_name, why_none, why_none_short

#: More bars than this are no small chart; the table has all.
MOST_BARS = 12
#: A year of the health sector touches thirteen months.
MOST_MONTHS = 13


@dataclass(frozen=True)
class Picture:
    """A chart with its title, and the table that says the same: rows of a label and what stands at it."""

    #: Makes the ids of the drawing's title and description one of their kind on the page.
    mark: str
    title: str
    chart: Chart
    rows: tuple[tuple[str, str], ...]
    #: Over the two columns of the table.
    heads: tuple[str, str]


def lines_by_code(report: Report) -> dict[str, Line]:
    """Return the lines of a report by the code of their indicator."""
    return {line.indicator.code: line for line in report.lines}


def time_picture(months: Sequence[Month]) -> Picture:
    """Draw how many services there were in each month; in each year, when there are more months than one can read."""
    if len(months) <= MOST_MONTHS:
        labels = [
            f"{one.month}\n{one.year}" if one.month == 1 or _opens(one, months) else str(one.month) for one in months
        ]
        rows = [(f"{one.month}/{one.year}", one.services) for one in months]
        return _columns(_("Lượt dịch vụ theo tháng"), _("Tháng"), labels, rows)
    by_year = groupby(months, key=lambda one: one.year)
    totals = [(str(year), _sum([one.services for one in group])) for year, group in by_year]
    return _columns(_("Lượt dịch vụ theo năm"), _("Năm"), [year for year, _total in totals], totals)


def _opens(one: Month, months: Sequence[Month]) -> bool:
    """Whether it is the first with room for its year: that of a December would run into the next."""
    return one is months[0] and one.month < 12


def _columns(title: str, head: str, labels: Sequence[str], rows: Sequence[tuple[str, int | None]]) -> Picture:
    values = [Value(label, told, _count(told)) for label, (_name, told) in zip(labels, rows, strict=True)]
    table = tuple((name, _count(told) or why_none(None)) for name, told in rows)
    return Picture("thoi-gian-ve", title, charts.columns(values, number_text), table, (head, _("Lượt")))


def _sum(services: Sequence[int | None]) -> int | None:
    known = [one for one in services if one is not None]
    return sum(known) if known else None


def _count(services: int | None) -> str:
    return "" if services is None else number_text(services)


def ladder_picture(lines: Mapping[str, Line]) -> Picture:
    """Draw how far the slips came: each rung with its share of the first."""
    values = [Value(rung_name(code), lines[code].total.value, _rung_text(lines, code)) for code in STEPS]
    rows = tuple((value.label, value.text) for value in values)
    chart = charts.lying_bars(values)
    return Picture("thang-bac", _("Phiếu hẹn đi đến đâu"), chart, rows, (_("Bậc"), _("Bao nhiêu phiếu")))


def rung_name(code: str) -> str:
    """Return what a rung is called, short."""
    names = {
        "B01": _("Đã phát"),
        "B02": _("Nơi nhận đã báo"),
        "B03": _("Đã đến"),
        "B04": _("Đã được phục vụ"),
        "B05": _("Đúng điều cần"),
    }
    return str(names[code])


def _rung_text(lines: Mapping[str, Line], code: str) -> str:
    rate = lines.get(f"B1{code[-1]}")
    total = lines[code].total
    if rate is None or rate.total.value is None or total.value is None:
        return figure_number(total) if total.value is not None else why_none(total.why_none)
    return f"{figure_number(total)} ({figure_text(rate.total, Unit.PER_CENT)})"


def keys_picture(line: Line, title: str, mark: str) -> Picture:
    """Draw an indicator by what it is broken down by, the most first; nought is not drawn."""
    breakdown = line.indicator.breakdown
    told = sorted((one for one in line.by_key if one.value != 0), key=_most_first)
    names = names_of(breakdown, [one.key for one in told])
    values = [Value(names[one.key], one.value, _value_text(one), _tone(breakdown, one.key)) for one in told]
    rows = tuple((value.label, value.text) for value in values)
    chart = charts.lying_bars(values[:MOST_BARS])
    return Picture(mark, title, chart, rows, (key_head(breakdown), figure_head(line)))


def services_picture(line: Line) -> Picture:
    """Draw the services by subject."""
    return keys_picture(line, _("Lượt dịch vụ theo chủ đề"), "chu-de")


def areas_picture(line: Line, names: Mapping[str, str], title: str, mark: str) -> Picture:
    """Draw an indicator by area, in the order of their names."""
    values = [Value(names[one.area], one.value, _value_text(one)) for one in line.by_area if one.area in names]
    rows = tuple((value.label, value.text) for value in values)
    return Picture(mark, title, charts.lying_bars(values[:MOST_BARS]), rows, (_("Địa bàn"), figure_head(line)))


def figure_head(line: Line) -> str:
    """Return what stands over a column of this indicator's figures: the unit."""
    unit = unit_name(line.indicator.unit)
    return unit[:1].upper() + unit[1:]


def key_head(breakdown: str) -> str:
    """Return what a breakdown is by."""
    heads = {
        "category": _("Chủ đề"),
        "model": _("Mô hình"),
        "topic": _("Nội dung"),
        "material": _("Tài liệu"),
        "reason": _("Lý do"),
        "site": _("Nơi tiếp nhận"),
        "group": _("Nhóm"),
        "kind": _("Loại"),
        "language": _("Ngôn ngữ"),
    }
    return str(heads.get(breakdown, ""))


def _most_first(figure: Figure) -> tuple[float, str]:
    return (-1.0 if figure.value is None else -float(figure.value), figure.key)


def _value_text(figure: Figure) -> str:
    return figure_number(figure) if figure.value is not None else why_none_short(figure.why_none)


def _tone(breakdown: str, key: str) -> str:
    return f"s-{categories().tops.get(key, key)}" if breakdown == "category" else ""
