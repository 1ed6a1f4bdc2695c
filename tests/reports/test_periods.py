"""The periods that have a name, on their very days, and how an address says them."""

from datetime import date, timedelta

import pytest
from flask import Flask
from flask_babel import Babel
from hypothesis import given
from hypothesis import strategies as st

from directory.reports.period_wording import kind_name, period_name
from directory.reports.periods import Kind, NamedPeriod, Period, name_of, named, named_periods, parse, text_of

DAYS = st.dates(date(2016, 1, 1), date(2030, 12, 31))


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2023-12", "2023-12-01", "2023-12-31"),
        ("2024-q1", "2024-01-01", "2024-03-31"),
        ("2024-q4", "2024-10-01", "2024-12-31"),
        # The health sector's quarters: from the 15th of the month before to the 14th of the last month.
        ("2024-k1", "2023-12-15", "2024-03-14"),
        ("2024-k2", "2024-03-15", "2024-06-14"),
        ("2024-k3", "2024-06-15", "2024-09-14"),
        ("2024-k4", "2024-09-15", "2024-12-14"),
        ("2024-k", "2023-12-15", "2024-12-14"),
        ("2024-h1", "2024-01-01", "2024-06-30"),
        ("2024-h2", "2024-07-01", "2024-12-31"),
        ("2024-8t", "2024-01-01", "2024-08-31"),
        ("2024", "2024-01-01", "2024-12-31"),
        ("2016-2020", "2016-01-01", "2020-12-31"),
        ("2021-2025", "2021-01-01", "2025-12-31"),
        ("2020-10-01..2021-03-23", "2020-10-01", "2021-03-23"),
    ],
)
def test_an_address_names_these_days(text, first, last):
    period = Period(date.fromisoformat(first), date.fromisoformat(last))
    assert parse(text) == period
    assert text_of(period) == text


@pytest.mark.parametrize(
    "text",
    ["", "2024-13", "2024-q5", "2024-k0", "2017-2021", "tháng này", "2024-03-01", "٢٠٢٤", "2024-05-02..2024-05-01",
     "1890-01-01..1890-02-01", "2024-01-01..", "9999"],
)  # fmt: skip
def test_anything_else_is_no_period(text):
    with pytest.raises(ValueError):  # noqa: PT011 - a number that is no day raises the library's own sentence
        parse(text)


@given(DAYS, st.integers(0, 2000))
def test_every_range_is_read_as_it_was_written(first, days):
    period = Period(first, first + timedelta(days=days))
    assert parse(text_of(period)) == period
    assert parse(period.text) == period


@given(DAYS)
def test_the_periods_of_a_kind_follow_each_other_without_a_gap(today):
    for one in named_periods(today):
        if one.kind is Kind.EIGHT_MONTHS:
            continue
        if one.after:
            assert one.after.period.first == one.period.last + timedelta(days=1)
            assert one.after.before == one
        if one.before:
            assert one.before.period.last == one.period.first - timedelta(days=1)


@given(DAYS)
def test_what_is_offered_has_begun_and_has_one_name(today):
    offered = named_periods(today)
    assert all(one.period.first <= today for one in offered)
    assert len({one.text for one in offered}) == len({one.period for one in offered}) == len(offered)
    assert all(named(one.text) == one == name_of(one.period) for one in offered)
    assert any(one.kind is Kind.MONTH and one.period.last >= today for one in offered)


def test_there_is_no_phase_before_the_first_and_after_the_last():
    first, last = NamedPeriod(Kind.PHASE, 2016), NamedPeriod(Kind.PHASE, 2021)
    assert (first.before, first.after, last.before, last.after) == (None, last, first, None)


def test_people_may_be_counted_within_a_calendar_year_only():
    assert parse("2024-8t").is_within_one_year
    assert not parse("2024-k1").is_within_one_year
    assert parse("2024").calendar_year == 2024
    assert parse("2024-8t").calendar_year is parse("2016-2020").calendar_year is None


def test_a_period_that_ends_before_it_begins_is_none():
    with pytest.raises(ValueError, match="ends after"):
        Period(date(2024, 1, 2), date(2024, 1, 1))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("2024-03", "Tháng 3/2024"),
        ("2024-q3", "Quý III/2024"),
        ("2024-k1", "Quý I/2024 của ngành y tế (từ ngày 15 đến 14)"),
        ("2024-h2", "6 tháng cuối năm 2024"),
        ("2024-8t", "8 tháng đầu năm 2024"),
        ("2024", "Năm 2024"),
        ("2016-2020", "Giai đoạn 2016–2020"),
        ("2024-01-15..2024-02-03", "từ 15/01/2024 đến 03/02/2024"),
    ],
)
def test_a_period_has_a_plain_name(text, name):
    app = Flask("periods")
    Babel(app, default_locale="vi")
    with app.test_request_context():
        assert period_name(parse(text)) == name
        assert all(kind_name(kind) for kind in Kind)
