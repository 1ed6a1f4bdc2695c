"""``/bao-cao``: the figures of her areas as a coordinator shows them at a meeting."""

from collections.abc import Collection
from datetime import date
from itertools import groupby
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from directory import clock
from directory.accounts.sessions import signed_in
from directory.reports import period_wording, pictures, wording
from directory.reports.annual import by_section
from directory.reports.choosing import Choice, period_menu, place_menu, read_choice, read_period
from directory.reports.comparing import NOTHING, SHARES, STEPS, TIMES, areas_with_record, compared, ladder_by
from directory.reports.figures import Line, Report, Section
from directory.reports.indicators import indicator, indicators
from directory.reports.periods import Period, text_of
from directory.reports.queries.monthly import services_by_month
from directory.reports.queries.names import names_of
from directory.reports.queries.reading import read_report
from directory.reports.rules import Audience
from directory.web.access import requires

blueprint = Blueprint("reports", __name__, url_prefix="/bao-cao")
for _filter in (
    wording.indicator_name,
    wording.counted,
    wording.divided_by,
    wording.counted_in,
    wording.scope_name,
    wording.unit_name,
    wording.section_name,
    wording.figure_number,
    wording.figure_text,
    wording.why_none,
    wording.why_none_short,
    wording.origin_name,
    wording.own_days,
    wording.day_text,
    period_wording.period_name,
    period_wording.period_days,
    period_wording.still_running,
    pictures.key_head,
    pictures.rung_name,
):
    blueprint.add_app_template_filter(_filter, _filter.__name__)
blueprint.add_app_template_filter(names_of, "names_of")
blueprint.add_app_template_filter(text_of, "period_text")

LADDER = (*STEPS, *SHARES, *TIMES, "B40", "B41", "B42")
#: What stands large at the head of the dashboard.
HEADLINES = ("L00", "N01", "B14", "T01")


@blueprint.get("")
@requires("reports.read")
def dashboard() -> ResponseReturnValue:
    """Show everything that is counted in an area or province over a period."""
    choice = _choice()
    report = _report(choice)
    lines = pictures.lines_by_code(report)
    return render_template(
        "reports/dashboard.html",
        **_frame(choice),
        sections=by_section(report.lines),
        headlines=[lines[code] for code in HEADLINES],
        pictures=[
            pictures.time_picture(services_by_month(told_area_ids(choice), drawn_days(choice.period))),
            pictures.ladder_picture(lines),
            pictures.services_picture(lines["L00"]),
        ],
    )


@blueprint.get("/thang-bac")
@requires("reports.read")
def ladder() -> ResponseReturnValue:
    """Show how far the slips came: by subject and area, how long it took, where there was silence, and why not."""
    choice = _choice()
    lines = pictures.lines_by_code(_report(choice, LADDER))
    return render_template(
        "reports/ladder.html",
        **_frame(choice),
        lines=lines,
        picture=pictures.ladder_picture(lines),
        by_category=ladder_by(lines, "key"),
        by_area=ladder_by(lines, "area"),
        declined=pictures.keys_picture(lines["B42"], wording.indicator_name(lines["B42"].indicator), "ly-do"),
    )


@blueprint.get("/so-sanh")
@requires("reports.read")
def comparison() -> ResponseReturnValue:
    """Show a section of the figures by area, and in two periods side by side."""
    choice = _choice()
    section = next((one for one in Section if one == request.args.get("phan")), Section.SERVICES)
    codes = [code for code, one in indicators().items() if one.section is section]
    other = _other_period(choice)
    report = _report(choice, codes)
    before = read_report(choice.scope, other, codes=codes, audience=Audience.DESK, today=clock.today())
    return render_template(
        "reports/comparison.html",
        **_frame(choice),
        section=section,
        sections=list(Section),
        other=other,
        other_menu=period_menu(clock.today(), other),
        lines=report.lines,
        rows=compared(before, report),
        recorded=areas_with_record(report.lines),
    )


@blueprint.get("/chi-so/<code>")
@requires("reports.read")
def indicator_page(code: str) -> ResponseReturnValue:
    """Show one indicator with its definition and everything it is broken down by."""
    found = indicator(code)
    choice = _choice()
    (line,) = _report(choice, [found.code]).lines
    return render_template("reports/indicator.html", **_frame(choice), line=line, pictures=_pictures_of(line, choice))


@blueprint.get("/dinh-nghia")
@requires("reports.read")
def definitions() -> ResponseReturnValue:
    """Show what every indicator means."""
    return render_template("reports/definitions.html", **_frame(_choice()), sections=_grouped(indicators().values()))


def told_area_ids(choice: Choice) -> list[int]:
    """Return the areas whose months may be told: one of a single ward is told in fixed periods only."""
    return sorted(area.id for area in choice.scope.areas if not area.is_ward)


def drawn_days(period: Period) -> Period:
    """Return the days to draw: a period of more than a year as it is, else the twelve months that end with it."""
    last = min(period.last, max(clock.today(), period.first))
    twelve = date(last.year - 1 + last.month // 12, last.month % 12 + 1, 1)
    return Period(min(period.first, twelve), last)


def _choice() -> Choice:
    return read_choice(request.args, signed_in(), clock.today())


def _report(choice: Choice, codes: Collection[str] | None = None) -> Report:
    return read_report(choice.scope, choice.period, codes=codes, audience=Audience.DESK, today=clock.today())


def _frame(choice: Choice) -> dict[str, Any]:
    """Return what every page of reports needs around its figures."""
    today = clock.today()
    return {
        "choice": choice,
        "places": place_menu(signed_in()),
        "periods": period_menu(today, choice.period),
        "area_names": {area.code: area.name for area in choice.scope.areas},
        "nothing": NOTHING,
    }


def _other_period(choice: Choice) -> Period:
    """Return the period to compare with: the one asked for, else the one before, else the year before."""
    try:
        asked = read_period(request.args, clock.today(), mark="-2")
    except ValueError:
        asked = None
    earlier = choice.named.before if choice.named else None
    return asked or (earlier.period if earlier else _year_before(choice.period))


def _year_before(period: Period) -> Period:
    def back(day: date) -> date:
        return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)

    return Period(back(period.first), back(period.last))


def _grouped(found: Collection[Any]) -> list[tuple[Section, list[Any]]]:
    return [(section, list(group)) for section, group in groupby(found, key=lambda one: one.section)]


def _pictures_of(line: Line, choice: Choice) -> list[pictures.Picture]:
    names = {area.code: area.name for area in choice.scope.areas}
    by_key = _("Theo %(what)s", what=pictures.key_head(line.indicator.breakdown).lower())
    drawn = [pictures.keys_picture(line, by_key, "theo-loai")] if line.by_key else []
    if len(names) < 2 or not line.by_area or line.indicator.section is Section.BY_HAND:
        return drawn
    return [*drawn, pictures.areas_picture(line, names, _("Theo địa bàn"), "theo-dia-ban")]
