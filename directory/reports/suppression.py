"""Small counts: which are kept back at ward level, so that none can be reckoned from what is told. Pure."""

from collections.abc import Iterable
from dataclasses import replace

from directory.reports.figures import Figure, Line, Report, Scope, WhyNone
from directory.reports.rules import Audience


def told_scope(scope: Scope, audience: Audience) -> Scope:
    """Return the areas whose sensitive figures may be reckoned for this audience over any range.

    For the desk these are the areas of more than one ward. A reader of a report measures sensitive indicators over
    these, so that no total, rate or median holds anything of an area of one ward, and then calls ``apply``.
    """
    if audience is Audience.EXACT:
        return scope
    return replace(scope, areas=tuple(area for area in scope.areas if not area.is_ward))


def apply(report: Report, *, wards_left_out: bool = False) -> Report:
    """Return the report without what its audience may not be told.

    ``wards_left_out`` says that sensitive lines were measured over ``told_scope``: then only the areas that were left
    out are added, without numbers. Otherwise what adds up is added up anew without them, and all else is kept back.
    """
    hidden = frozenset(area.code for area in report.scope.areas if area.is_ward)
    if report.audience is Audience.EXACT or not hidden:
        return report
    is_all = len(hidden) == len(report.scope.areas)
    keep = _nothing_told if is_all else _only_added if wards_left_out else _added_up_anew
    lines = tuple(keep(line, hidden) if line.indicator.is_sensitive else line for line in report.lines)
    return replace(report, lines=lines)


def _kept(figure: Figure) -> Figure:
    """Return the figure's place without its number; "không có số liệu" would tell something, too."""
    return Figure(None, area=figure.area, key=figure.key, why_none=WhyNone.ONLY_FIXED_PERIODS)


def _nothing_told(line: Line, hidden: frozenset[str]) -> Line:
    areas = tuple(Figure(None, area=code, why_none=WhyNone.ONLY_FIXED_PERIODS) for code in sorted(hidden))
    return Line(line.indicator, _kept(Figure(None)), areas)


def _only_added(line: Line, hidden: frozenset[str]) -> Line:
    told = tuple(figure for figure in line.by_area if figure.area not in hidden)
    kept = tuple(Figure(None, area=code, why_none=WhyNone.ONLY_FIXED_PERIODS) for code in sorted(hidden))
    both = tuple(figure for figure in line.by_both if figure.area not in hidden)
    return replace(line, by_area=told + kept, by_both=both)


def _added_up_anew(line: Line, hidden: frozenset[str]) -> Line:
    left = _only_added(line, hidden)
    by_area = [figure for figure in left.by_area if figure.area not in hidden]
    can_add = line.indicator.adds_up and bool(by_area)
    total = _sum(by_area, line.total) if can_add else _kept(line.total)
    by_key = tuple(
        _sum([one for one in left.by_both if one.key == figure.key], figure)
        if can_add and left.by_both
        else _kept(figure)
        for figure in line.by_key
    )
    return replace(left, total=total, by_key=by_key)


def _sum(parts: Iterable[Figure], like: Figure) -> Figure:
    values = [part.value for part in parts if part.value is not None]
    if not values:
        return replace(like, value=None, why_none=WhyNone.NO_RECORD)
    return replace(like, value=sum(values), why_none=None)
