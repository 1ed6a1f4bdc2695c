"""The report of a year as one document: what it says in sentences, its figures by section, and what is missing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from flask_babel import gettext as _
from flask_babel import ngettext

from directory.reports import pictures
from directory.reports.choosing import Choice
from directory.reports.comparing import LadderRow, ladder_by
from directory.reports.figures import Figure, Line, Report, Section, WhyNone
from directory.reports.pictures import Picture
from directory.reports.queries.monthly import Month
from directory.reports.rules import Audience, Unit
from directory.reports.wording import figure_number, figure_text, scope_name


@dataclass(frozen=True)
class Document:
    """Everything that the printed report shows."""

    choice: Choice
    report: Report
    lines: Mapping[str, Line]
    sentences: tuple[str, ...]
    #: Sections with the lines that have a number.
    parts: tuple[tuple[Section, tuple[Line, ...]], ...]
    pictures: tuple[Picture, ...]
    by_category: tuple[LadderRow, ...]
    #: What nobody wrote anything down about, and what may not be told.
    missing: tuple[tuple[Section, tuple[Line, ...]], ...]
    kept_back: tuple[Line, ...]

    @property
    def is_exact(self) -> bool:
        """Whether somebody confirmed that this is the province's own report, with every number."""
        return self.report.audience is Audience.EXACT

    @property
    def defined_on(self) -> date | None:
        """Since when its newest definition is in force; it tells two prints apart."""
        return max((line.indicator.valid_from for line in self.report.lines), default=None)


def document(choice: Choice, report: Report, months: list[Month]) -> Document:
    """Put the document together."""
    lines = pictures.lines_by_code(report)
    told = [line for line in report.lines if _is_told(line)]
    missing = [line for line in report.lines if _is_missing(line)]
    return Document(
        choice,
        report,
        lines,
        tuple(sentences(choice, lines)),
        by_section(told),
        tuple(_pictures(lines, months)),
        tuple(ladder_by(lines, "key")),
        by_section(missing),
        tuple(line for line in report.lines if line.total.why_none in _NOT_TOLD),
    )


_NOT_TOLD = frozenset({WhyNone.KEPT_BACK, WhyNone.ONLY_FIXED_PERIODS})


def by_section(lines: Iterable[Line]) -> tuple[tuple[Section, tuple[Line, ...]], ...]:
    """Return the lines under their headings, in the order of the seed."""
    groups = groupby(lines, key=lambda line: line.indicator.section)
    return tuple((section, tuple(found)) for section, found in groups)


def _is_missing(line: Line) -> bool:
    """Whether nobody wrote anything down of it; what others count is not missed."""
    is_ours = line.indicator.section is not Section.BY_HAND
    return is_ours and not _is_told(line) and line.total.why_none is WhyNone.NO_RECORD


def _is_told(line: Line) -> bool:
    return line.total.value is not None or any(figure.value is not None for figure in line.by_area)


def _pictures(lines: Mapping[str, Line], months: list[Month]) -> list[Picture]:
    drawn = [
        pictures.time_picture(months),
        pictures.ladder_picture(lines),
        pictures.services_picture(lines["L00"]),
    ]
    return [picture for picture in drawn if not picture.chart.is_empty]


def sentences(choice: Choice, lines: Mapping[str, Line]) -> list[str]:
    """Return what happened, in sentences; of what nobody wrote down there is none."""
    said = [
        _served(choice, lines),
        _by_code(lines),
        _with(lines, "B01", _("Các nhóm đã phát %(number)s phiếu hẹn."), "number"),
        _share(lines, "B14", _("%(number)s số phiếu ấy đã được phục vụ.")),
        _with(lines, "T01", _("Các nhóm đã tiếp cận %(number)s lượt người."), "number"),
        _activities(lines),
        _with(lines, "M02", _("%(number)s tờ rơi đã đến tay mọi người."), "number"),
        _with(lines, "D03", _("Đến cuối kỳ có %(number)s điểm mô hình."), "number"),
    ]
    return [sentence for sentence in said if sentence]


def _served(choice: Choice, lines: Mapping[str, Line]) -> str:
    services, people = lines["L00"].total, lines["N01"].total
    period = choice.name[:1].upper() + choice.name[1:]
    blanks = {"place": scope_name(choice.scope), "period": period, "services": figure_number(services)}
    if services.value is None:
        return str(_("%(period)s, %(place)s chưa có lượt dịch vụ nào được ghi lại.", **blanks))
    if people.value is None or _figure(lines, "N04").value:
        return str(_("%(period)s, %(place)s có %(services)s lượt dịch vụ được ghi lại.", **blanks))
    blanks["people"] = figure_number(people)
    return str(_("%(period)s, %(place)s có %(people)s người đã nhận %(services)s lượt dịch vụ.", **blanks))


def _by_code(lines: Mapping[str, Line]) -> str:
    """Say how many people codes tell of, where others came without one: the services above are of more people."""
    people, without = _figure(lines, "N01"), _figure(lines, "N04")
    if not (people.value and without.value):
        return ""
    blanks = {"people": figure_number(people), "number": figure_number(without)}
    return str(_("Đếm theo mã được %(people)s người; %(number)s phiếu không có mã nên không đếm được người.", **blanks))


def _with(lines: Mapping[str, Line], code: str, sentence: str, blank: str) -> str:
    figure = _figure(lines, code)
    return sentence.replace(f"%({blank})s", figure_number(figure)) if figure.value else ""


def _share(lines: Mapping[str, Line], code: str, sentence: str) -> str:
    figure = _figure(lines, code)
    return sentence.replace("%(number)s", figure_text(figure, Unit.PER_CENT)) if figure.value else ""


def _activities(lines: Mapping[str, Line]) -> str:
    held = {code: _figure(lines, code) for code in ("H01", "H02", "H03", "H04")}
    number = {code: 1 if figure.value == 1 else 2 for code, figure in held.items()}
    names = {
        "H01": ngettext("cuộc tập huấn", "cuộc tập huấn", number["H01"]),
        "H02": ngettext("cuộc hội thảo", "cuộc hội thảo", number["H02"]),
        "H03": ngettext("cuộc tuyên truyền", "cuộc tuyên truyền", number["H03"]),
        "H04": ngettext("cuộc họp", "cuộc họp", number["H04"]),
    }
    told = [f"{figure_number(one)} {names[code]}" for code, one in held.items() if one.value]
    return str(_("Đã có %(list)s.", list=", ".join(told))) if told else ""


def _figure(lines: Mapping[str, Line], code: str) -> Figure:
    line = lines.get(code)
    return line.total if line else Figure(None, why_none=WhyNone.NO_RECORD)
