"""Small counts are kept back, and nobody can reckon them: neither from the sums nor by knowing how we choose."""

import itertools
from collections import defaultdict
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.reports.figures import Figure, Line, Report, Scope, ScopeArea, WhyNone
from directory.reports.indicators import indicators
from directory.reports.periods import parse
from directory.reports.rules import SMALLEST_TOLD, Audience
from directory.reports.suppression import KEPT_BACK, apply, tell, tell_row, tell_sum, told_scope

ROWS = st.lists(st.none() | st.integers(0, 3) | st.integers(0, 60), min_size=1, max_size=7)

HONG_GAI = ScopeArea(1, "mot", "Phường Hồng Gai", is_ward=True, is_demo=False)
HA_LONG = ScopeArea(2, "hai", "Hạ Long", is_ward=False, is_demo=False)
CAM_PHA = ScopeArea(3, "ba", "Cẩm Phả", is_ward=False, is_demo=False)


def what_is_told(values):
    total, parts = tell_row(values)
    return total.value, total.why_none, tuple((part.value, part.why_none) for part in parts)


@given(ROWS)
def test_no_small_count_is_told_and_no_number_is_changed(values):
    total, parts = tell_row(values)
    for value, told in [*zip(values, parts, strict=True), (sum(value or 0 for value in values), total)]:
        assert told.value in (None, value)
        assert told.value is None or not 0 < told.value < SMALLEST_TOLD
    assert [part.why_none is WhyNone.NO_RECORD for part in parts] == [value is None for value in values]


@given(ROWS)
def test_what_is_kept_back_is_never_one_alone_and_never_adds_up_to_little(values):
    total, parts = tell_row(values)
    kept = [value for value, told in zip(values, parts, strict=True) if told == KEPT_BACK]
    if kept and total.value is not None:
        # Each of these may be anything from nothing to what is missing from the sum.
        assert len(kept) > 1
        assert sum(kept) >= 2 * SMALLEST_TOLD or sum(kept) == total.value >= SMALLEST_TOLD


@pytest.mark.parametrize("length", [2, 3, 4, 5])
def test_whoever_knows_the_rule_itself_still_has_four_values_to_choose_from(length):
    """Try every row: whoever knows the rule and sees what is told asks which rows would be told just so."""
    most = {2: 40, 3: 26, 4: 20, 5: 16}[length]
    rows_told_so = defaultdict(list)
    for row in itertools.product(range(most + 1), repeat=length):
        if sum(row) <= most:
            rows_told_so[what_is_told(row)].append(row)
    for (_, _, parts), rows in rows_told_so.items():
        for place, (_, why_none) in enumerate(parts):
            if why_none is WhyNone.KEPT_BACK:
                assert len({row[place] for row in rows}) >= SMALLEST_TOLD - 1


@pytest.mark.parametrize(
    ("values", "total", "told"),
    [
        # Two small ones that sum to 2, or to 8: both would be known.
        ((1, 1, 50), 52, (None, None, None)),
        ((4, 4, 50), 58, (None, None, None)),
        ((3, 50, 20), 73, (None, None, 20)),
        # The part after the last is the first.
        ((50, 20, 3), 73, (None, 20, None)),
        ((0, 0, 7), 7, (0, 0, 7)),
        ((1, 0, 50), 51, (None, None, None)),
        ((2, 1, 1), None, (None, None, None)),
        ((3, None, 50), 53, (None, None, None)),
        ((0, 0, 0), 0, (0, 0, 0)),
        ((None, None), None, (None, None)),
    ],
)
def test_small_ones_take_others_along(values, total, told):
    whole, parts = tell_row(values)
    assert (whole.value, tuple(part.value for part in parts)) == (total, told)


def test_a_sum_is_told_only_when_all_its_parts_are():
    assert tell_sum([tell(7), tell(None), tell(0)]).value == 7
    assert tell_sum([tell(7), tell(4)]) == KEPT_BACK
    assert tell_sum([tell(None)]).why_none is WhyNone.NO_RECORD


def report(audience, *lines, areas=(HONG_GAI, HA_LONG, CAM_PHA)):
    return Report(Scope("Quảng Ninh", areas, frozenset()), parse("2026-03"), audience, lines)


def line(code, by_area, by_both=()):
    figures = tuple(Figure(value, area=area) for area, value in by_area.items())
    both = tuple(Figure(value, area=area, key=key) for area, key, value in by_both)
    keys = {key: sum(one.value for one in both if one.key == key) for key in sorted({one.key for one in both})}
    by_key = tuple(Figure(value, key=key) for key, value in keys.items())
    return Line(indicators()[code], Figure(sum(by_area.values())), figures, by_key, both)


def test_the_desk_is_told_nothing_of_an_area_of_one_ward_over_a_free_range():
    counted = line(
        "L00",
        {"mot": 3, "hai": 10, "ba": 20},
        [("mot", "y-te", 3), ("hai", "y-te", 4), ("hai", "tam-ly", 6), ("ba", "tam-ly", 20)],
    )
    (told,) = apply(report(Audience.DESK, counted)).lines
    assert told.total.value == 30
    assert {one.area: one.value for one in told.by_area} == {"mot": None, "hai": 10, "ba": 20}
    assert {one.key: one.value for one in told.by_key} == {"y-te": 4, "tam-ly": 26}
    assert all(one.area != "mot" for one in told.by_both)
    assert [one.why_none for one in told.by_area if one.area == "mot"] == [WhyNone.ONLY_FIXED_PERIODS]


def test_what_does_not_add_up_is_kept_back_unless_it_was_measured_without_the_ward():
    shares = line("B14", {"hai": 50, "ba": 70})
    shares = replace(shares, total=Figure(60), by_key=(Figure(55, key="y-te"),))
    (told,) = apply(report(Audience.DESK, shares)).lines
    assert told.total.value is None
    assert told.by_key[0].value is None
    (told,) = apply(report(Audience.DESK, shares), wards_left_out=True).lines
    assert (told.total.value, told.by_key[0].value) == (60, 55)
    assert [one.area for one in told.by_area] == ["hai", "ba", "mot"]


def test_of_wards_alone_nothing_is_told():
    counted = line("L00", {"mot": 3}, [("mot", "y-te", 3)])
    for left_out in (False, True):
        (told,) = apply(report(Audience.DESK, counted, areas=(HONG_GAI,)), wards_left_out=left_out).lines
        assert told.total.why_none is WhyNone.ONLY_FIXED_PERIODS
        assert not told.by_key
        assert not told.by_both
        assert [(one.area, one.value) for one in told.by_area] == [("mot", None)]


def test_the_provinces_own_report_and_what_is_about_nobody_are_told_in_full():
    counted, meetings = line("L00", {"mot": 3, "hai": 10}), line("H04", {"mot": 2, "hai": 3})
    assert apply(report(Audience.EXACT, counted, meetings)).lines == (counted, meetings)
    assert apply(report(Audience.DESK, counted, meetings)).lines[1] == meetings
    assert apply(report(Audience.DESK, counted, areas=(HA_LONG,))).lines == (counted,)


def test_sensitive_figures_are_reckoned_without_wards_for_the_desk():
    scope = report(Audience.DESK).scope
    assert told_scope(scope, Audience.DESK).areas == (HA_LONG, CAM_PHA)
    assert told_scope(scope, Audience.EXACT) is scope


def test_every_indicator_that_counts_people_or_their_services_is_sensitive():
    about_people = {code for code in indicators() if code[0] in "LNB"} | {"C02", "C03", "C04", "C05", "C06", "T01"}
    assert all(indicators()[code].is_sensitive for code in about_people)
