"""Reads a report: every indicator asked for, over a scope and a period, for an audience.

Each family of measures is asked once for all of its indicators. What a closed year holds frozen is read from there.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from directory.catalogue.queries import categories
from directory.reports import suppression
from directory.reports.figures import Figure, Indicator, Line, Report, Scope
from directory.reports.indicators import indicators
from directory.reports.periods import Period
from directory.reports.queries import measures_directory
from directory.reports.queries.frozen import frozen_lines
from directory.reports.queries.measures_by_hand import by_hand
from directory.reports.queries.measures_given import services
from directory.reports.queries.measures_materials import materials, slip_books
from directory.reports.queries.measures_outreach import activities, contacts
from directory.reports.queries.measures_people import people
from directory.reports.queries.measures_programme import programme
from directory.reports.queries.measures_referrals import declined, hours, rungs, silence, without_slip
from directory.reports.queries.measuring import Asked, Family, Found, Number
from directory.reports.rules import Audience

BY_HAND = "by_hand"
#: Which family answers a measure of ``seed/indicators.csv``.
FAMILIES: Mapping[str, Family] = {
    "services": services,
    "people_served": people,
    "people_met": people,
    "people_share": people,
    "without_code": people,
    "rungs": rungs,
    "rung_shares": rungs,
    "rung_hours": hours,
    "silent": silence,
    "silent_share": silence,
    "declined": declined,
    "without_slip": without_slip,
    "contact_people": contacts,
    "contact_rows": contacts,
    "contact_materials": materials,
    "activities": activities,
    "meetings_a_month": activities,
    "participants": activities,
    "activity_days": activities,
    "materials_made": materials,
    "materials_given": materials,
    "slip_books": slip_books,
    "programme": programme,
    "gap_wards": measures_directory.gap_wards,
    "directory": measures_directory.directory,
}


def read_report(
    scope: Scope,
    period: Period,
    *,
    codes: Collection[str] | None = None,
    audience: Audience = Audience.EXACT,
    today: date,
) -> Report:
    """Return the figures of a scope over a period: all, or those of the codes named, in the order of the seed."""
    wanted = [one for one in indicators().values() if codes is None or one.code in codes]
    told = suppression.told_scope(scope, audience)
    open_to_all = [one for one in wanted if not one.is_sensitive or told == scope]
    lines = _measured(Asked(scope, period, today), open_to_all)
    lines |= _measured(Asked(told, period, today), [one for one in wanted if one.code not in lines])
    report = Report(scope, period, audience, tuple(lines[one.code] for one in wanted))
    return suppression.apply(report, wards_left_out=True)


def _measured(asked: Asked, wanted: Sequence[Indicator]) -> dict[str, Line]:
    lines = by_hand(asked.scope, asked.period, [one for one in wanted if one.measure == BY_HAND])
    frozen = frozen_lines(asked, [one for one in wanted if one.measure != BY_HAND])
    lines |= frozen
    rest = [one for one in wanted if one.code not in lines]
    for family in dict.fromkeys(FAMILIES[one.measure] for one in rest):
        its = [one for one in rest if FAMILIES[one.measure] is family]
        found = family(asked, its)
        lines |= {one.code: _line(asked, one, found.get(one.code, Found())) for one in its}
    return lines


def _line(asked: Asked, one: Indicator, found: Found) -> Line:
    """Return what was found as figures: areas in the order of the scope, keys in the order of the seed."""

    def figure(value: Number | None, area: str = "", key: str = "") -> Figure:
        whole = int(value) if value is not None and value == int(value) else value
        return Figure(whole, area, key, why_none=found.why_none if value is None else None)

    keys = _in_order(found.by_key, one.breakdown)
    areas = [area for area in asked.scope.areas if area.id in found.by_area]
    pairs = [(area, key) for area in areas for key in keys if (area.id, key) in found.by_both]
    return Line(
        one,
        figure(found.total),
        tuple(figure(found.by_area[area.id], area.code) for area in areas),
        tuple(figure(found.by_key[key], key=key) for key in keys),
        tuple(figure(found.by_both[area.id, key], area.code, key) for area, key in pairs),
    )


def _in_order(keys: Collection[str], breakdown: str) -> list[str]:
    places = {slug: place for place, slug in enumerate(categories().by_slug)} if breakdown == "category" else {}
    return sorted(keys, key=lambda key: (places.get(key, 0), key))
