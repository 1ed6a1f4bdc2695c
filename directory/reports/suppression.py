"""Small counts: which are kept back at ward level, so that none can be reckoned from what is told. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from directory.reports.figures import Figure, Line, Report, Scope, WhyNone
from directory.reports.rules import SMALLEST_TOLD, Audience

KEPT_BACK = Figure(None, why_none=WhyNone.KEPT_BACK)


def told_scope(scope: Scope, audience: Audience) -> Scope:
    """Return the areas whose sensitive figures may be reckoned for this audience over any range.

    For the desk these are the areas of more than one ward. A reader of a report measures sensitive indicators over
    these, so that no total, rate or median holds anything of an area of one ward, and then calls ``apply``.
    """
    told = tuple(area for area in scope.areas if not area.is_ward)
    if audience is Audience.EXACT or told == scope.areas:
        return scope
    # What is left is the country no more: of that measures read every row there is, whatever its area.
    return replace(scope, areas=told, is_national=False)


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


def tell(value: int | None) -> Figure:
    """Return a count as the public is told it: not when it is small, and "không có số liệu" when there is none."""
    if value is None:
        return Figure(None, why_none=WhyNone.NO_RECORD)
    return KEPT_BACK if _is_small(value) else Figure(value)


def tell_sum(parts: Iterable[Figure]) -> Figure:
    """Return the sum of what is told; kept back as soon as one of the parts is.

    So a sum says nothing that its parts do not say, whatever else is known, now or later: of areas (a coordinator may
    know all the others), of years (another year may be told later), of subjects over areas.
    """
    values = []
    for part in parts:
        if part.why_none is WhyNone.KEPT_BACK:
            return KEPT_BACK
        if part.value is not None:
            values.append(part.value)
    return Figure(sum(values)) if values else Figure(None, why_none=WhyNone.NO_RECORD)


def tell_row(values: Sequence[int | None]) -> tuple[Figure, tuple[Figure, ...]]:
    """Return a sum and its parts as the public is told them, so that none kept back can be reckoned from the others.

    The rule: a small sum is kept back with every part. Otherwise each small part is kept back together with the part
    after it (after the last comes the first), and, as long as fewer than two are kept back or they add up to less than
    ten, the next after these, too.

    Why it is safe: what is told of the parts kept back is one sum. Each of at least two may be anything from 0 to that
    sum, which is at least five: ten, or the whole. Why by place and not by size: whoever knows this rule learns least
    from which part was taken along; at least four values remain for each (proven by trying every row in the tests).
    """
    known = [place for place, value in enumerate(values) if value is not None]
    total = sum(value for value in values if value is not None)
    if not known:
        return tell(None), tuple(tell(None) for _ in values)
    kept = frozenset(known) if _is_small(total) else _kept_together([values[place] or 0 for place in known], known)
    return tell(total), tuple(KEPT_BACK if place in kept else tell(value) for place, value in enumerate(values))


def _kept_together(values: Sequence[int], places: Sequence[int]) -> frozenset[int]:
    """Return the places of the parts that are kept back of a sum that is told."""
    small = [number for number, value in enumerate(values) if _is_small(value)]
    if not small:
        return frozenset()
    kept = {number % len(values) for each in small for number in (each, each + 1)}
    for further in range(len(values)):
        if len(kept) > 1 and sum(values[number] for number in kept) >= 2 * SMALLEST_TOLD:
            break
        kept.add((small[-1] + 2 + further) % len(values))
    return frozenset(places[number] for number in kept)


def _is_small(value: int) -> bool:
    return 0 < value < SMALLEST_TOLD
