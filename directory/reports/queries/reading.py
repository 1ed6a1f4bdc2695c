"""Reads a report: every indicator asked for, over a scope and a period, for an audience."""

from collections.abc import Collection
from datetime import date

from directory.reports.figures import Figure, Line, Report, Scope, WhyNone
from directory.reports.indicators import indicators
from directory.reports.periods import Period
from directory.reports.rules import Audience


def read_report(
    scope: Scope,
    period: Period,
    *,
    codes: Collection[str] | None = None,
    audience: Audience = Audience.EXACT,
    today: date,  # noqa: ARG001 - the measures ask for it
) -> Report:
    """Return the figures of a scope over a period: all, or those of the codes named, in the order of the seed."""
    wanted = [one for one in indicators().values() if codes is None or one.code in codes]
    lines = tuple(Line(one, Figure(None, why_none=WhyNone.NO_RECORD)) for one in wanted)
    return Report(scope, period, audience, lines)
