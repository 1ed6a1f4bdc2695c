"""Every indicator says what it counts, in both languages, and every one has something that measures it."""

import re

import pytest

from directory.catalogue.queries import categories
from directory.errors import NotFound
from directory.extensions import db
from directory.outreach.models import Material, Topic
from directory.reports.figures import Section
from directory.reports.indicators import indicator, indicators
from directory.reports.queries.reading import BY_HAND, FAMILIES
from directory.reports.rules import Unit


def test_each_indicator_is_defined_in_both_languages():
    for one in indicators().values():
        assert all((one.name_vi, one.name_en, one.numerator_vi, one.numerator_en, one.source_vi, one.source_en)), (
            one.code
        )
        assert bool(one.denominator_vi) == bool(one.denominator_en), one.code
        assert one.version >= 1


def test_what_is_a_share_says_of_what():
    for one in indicators().values():
        if one.unit is Unit.PER_CENT and one.measure != BY_HAND:
            assert one.denominator_vi, one.code
            assert not one.adds_up, one.code


def test_people_never_add_up_over_periods():
    assert not [one.code for one in indicators().values() if one.unit is Unit.PEOPLE and one.adds_up]


def test_each_indicator_has_a_measure_of_its_own():
    assert not {one.measure for one in indicators().values()} - {*FAMILIES, BY_HAND}
    said = [(one.measure, one.parameters, one.breakdown) for one in indicators().values() if one.measure != BY_HAND]
    assert len(said) == len(set(said))


def test_sections_stand_together_in_their_order():
    order = list(Section)
    places = [order.index(one.section) for one in indicators().values()]
    assert places == sorted(places)


def test_what_counts_people_or_what_was_done_for_them_is_sensitive():
    for one in indicators().values():
        if one.section in (Section.SERVICES, Section.PEOPLE, Section.REFERRALS):
            assert one.is_sensitive, one.code


def test_parameters_name_what_there_is(app):
    slugs = {*categories().by_slug}
    codes = {code for (code,) in db.session.query(Material.code)} | {slug for (slug,) in db.session.query(Topic.slug)}
    for one in indicators().values():
        if one.measure == "services":
            assert set(one.parameters) <= slugs, one.code
        if one.measure in ("contact_people", "materials_made", "materials_given"):
            assert set(one.parameters) <= codes, one.code


def test_definitions_name_other_indicators_that_exist():
    for one in indicators().values():
        text = f"{one.numerator_vi} {one.numerator_en} {one.denominator_vi} {one.denominator_en}"
        assert set(re.findall(r"\b[A-Z]\d\d\b", text)) <= set(indicators()), one.code


def test_an_indicator_is_found_however_its_letter_is_cased():
    assert indicator("l00").code == "L00"
    with pytest.raises(NotFound) as unknown:
        indicator("Z99")
    assert "L00" in unknown.value.what_now
