"""Two periods side by side, and areas without a record."""

from dataclasses import replace
from datetime import date

import pytest

from directory.reports.comparing import areas_with_record, compared, ladder_by
from directory.reports.figures import Figure, Line, Report, Scope, WhyNone
from directory.reports.indicators import indicators
from directory.reports.periods import Period
from directory.reports.rules import Audience, Qualifier

SCOPE = Scope("Hạ Long", (), frozenset())
NONE = Figure(None, why_none=WhyNone.NO_RECORD)


def report(code: str, figure: Figure) -> Report:
    line = Line(indicators()[code], figure)
    return Report(SCOPE, Period(date(2024, 1, 1), date(2024, 12, 31)), Audience.DESK, (line,))


@pytest.mark.parametrize(
    ("code", "before", "now", "difference"),
    [
        ("L00", Figure(5), Figure(3), -2),
        ("L00", NONE, Figure(3), None),
        ("L00", Figure(0), Figure(0), 0),
        ("N01", Figure(5), Figure(3), None),
        ("B14", Figure(50.0), Figure(60.0), None),
        ("L00", Figure(100, qualifier=Qualifier.ABOUT), Figure(3), None),
    ],
)
def test_a_difference_is_told_only_of_what_adds_up_and_was_counted_exactly(code, before, now, difference):
    (row,) = compared(report(code, before), report(code, now))
    assert row.difference == difference


def test_what_is_kept_back_was_written_down():
    kept = Figure(None, area="b", why_none=WhyNone.ONLY_FIXED_PERIODS)
    line = Line(indicators()["L00"], NONE, (Figure(0, area="a"), kept, replace(NONE, area="c")))
    assert areas_with_record([line]) == {"a", "b"}


def test_a_ladder_has_nothing_where_a_rung_has_no_figure():
    first = Line(indicators()["B01"], Figure(2), by_key=(Figure(2, key="kham-benh"),))
    rows = ladder_by({code: first if code == "B01" else Line(indicators()[code], NONE) for code in indicators()}, "key")
    assert [(row.key, row.steps[0].value, row.steps[1].value) for row in rows] == [("kham-benh", 2, None)]
