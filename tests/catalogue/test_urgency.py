"""Which number a frightened person sees first."""

from types import SimpleNamespace

import pytest

from directory.catalogue.urgency import Need, by_need, is_free_to_call
from directory.catalogue.values import PhoneNumber


def line(number, *categories, province=None, open_now=True):
    phones = (PhoneNumber(number, number),)
    return SimpleNamespace(phones=phones, categories=categories, province=province, open_now=open_now)


def numbers(lines):
    return [(group.need, [each.phones[0].number for each in group.lines]) for group in by_need(lines)]


def test_danger_to_life_stands_first_in_a_fixed_order():
    lines = [line("114"), line("18001768", "chong-bao-luc-gioi"), line("115"), line("113", "cong-an")]
    assert numbers(lines) == [(Need.LIFE, ["113", "115", "114"]), (Need.VIOLENCE, ["18001768"])]


def test_within_a_need_the_whole_country_violence_who_answers_and_a_free_call_come_first():
    lines = [
        line("18001769", "chong-bao-luc-gioi", province="Quảng Ninh"),
        line("111", "chong-mua-ban-nguoi"),
        line("+842433335599", "chong-bao-luc-gioi"),
        line("18009999", "chong-bao-luc-gioi", open_now=False),
        line("18001768", "chong-bao-luc-gioi"),
    ]
    assert numbers(lines) == [(Need.VIOLENCE, ["18001768", "+842433335599", "18009999", "111", "18001769"])]


def test_a_child_line_is_for_children_and_a_line_about_nothing_of_this_is_other():
    assert numbers([line("1", "giay-to-tuy-than"), line("111", "bao-ve-tre-em", "duong-day-nong")]) == [
        (Need.CHILDREN, ["111"]),
        (Need.OTHER, ["1"]),
    ]


@pytest.mark.parametrize(
    ("number", "is_free"), [("111", True), ("18001768", True), ("1900969680", False), ("+84963061414", False)]
)
def test_only_three_digits_and_1800_cost_nothing(number, is_free):
    assert is_free_to_call(line(number)) is is_free
