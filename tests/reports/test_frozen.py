"""Figures of closed years: told with the definition that they were frozen by, and with why there is none."""

from datetime import date

from sqlalchemy import update

from directory import seed_files
from directory.extensions import db
from directory.outreach.models import ProgrammePoint
from directory.reports.figures import WhyNone
from directory.reports.indicators import definitions, indicators
from directory.reports.models import PeriodFigure
from directory.reports.periods import year_period
from directory.reports.rules import Origin
from directory.web.transaction import transaction
from tests.reports.records import YEAR, add_fact, both_areas, one_area, read
from tests.reports.years import freeze


def test_a_closed_year_keeps_the_definition_that_it_was_frozen_by(people, monkeypatch):
    seed = [row for row in seed_files.rows("indicators.csv") if row["code"] == "L00"]
    newer = [row | {"version": "2", "numerator_vi": "Đếm cách khác."} for row in seed]
    monkeypatch.setattr(seed_files, "rows", lambda _: [*seed, *newer])
    for known in (definitions, indicators):
        known.cache_clear()
    try:
        with transaction():
            add_fact(people, date(2023, 5, 1), {"arv": 2})
            freeze(people.area, YEAR.first.year, {("L00", ""): 7})
        closed, still_open = (read(one_area(people), "L00", period) for period in (YEAR, year_period(2023)))
    finally:
        monkeypatch.undo()
        for known in (definitions, indicators):
            known.cache_clear()
    assert (closed.total.value, closed.indicator.version) == (7, 1)
    assert (still_open.total.value, still_open.indicator.version) == (2, 2)
    assert closed.indicator.numerator_vi == seed[0]["numerator_vi"]


def test_areas_that_froze_a_year_by_different_definitions_are_not_added_up_from_there(people):
    with transaction():
        for area in (people.area, people.other_area):
            freeze(area, YEAR.first.year, {("L00", ""): 7})
        db.session.execute(update(PeriodFigure).where(PeriodFigure.area_id == people.area.id).values(version=2))
    assert read(both_areas(people), "L00").total.origin is Origin.RECORDS


def test_a_frozen_share_of_nothing_still_says_so(people):
    nothing = {("B01", ""): 0, ("B14", ""): None, ("H01", ""): None}
    with transaction():
        freeze(people.area, YEAR.first.year, nothing)
    share = read(one_area(people), "B14")
    assert (share.total.value, share.total.why_none) == (None, WhyNone.NOTHING_TO_DIVIDE)
    assert [figure.why_none for figure in share.by_area] == [WhyNone.NOTHING_TO_DIVIDE]
    assert read(one_area(people), "H01").total.why_none is WhyNone.NO_RECORD


def test_an_area_that_had_not_begun_keeps_no_year_of_the_others_from_being_read_frozen(people):
    with transaction():
        freeze(people.area, YEAR.first.year, {("L00", ""): 7, ("N01", ""): 5, ("D03", ""): 1})
        add_fact(people, date(2025, 2, 1), {"arv": 2}, area=people.other_area)
        points = ((people.area, "a"), (people.other_area, "b"))
        db.session.add_all(
            ProgrammePoint(name=name, model_code="01", area_id=area.id, started_on=date(2020, 1, 1))
            for area, name in points
        )
    services, helped = (read(both_areas(people), code) for code in ("L00", "N01"))
    assert (services.total.value, services.total.origin) == (7, Origin.FROZEN)
    assert (helped.total.value, helped.total.origin) == (5, Origin.FROZEN)
    # A point is there without any record of its area's work.
    assert read(both_areas(people), "D03").total.value == 2


def test_an_area_that_had_begun_and_is_open_has_the_year_counted_anew(people):
    with transaction():
        freeze(people.area, YEAR.first.year, {("L00", ""): 7})
        add_fact(people, date(2023, 2, 1), {"arv": 2}, area=people.other_area)
    total = read(both_areas(people), "L00").total
    assert (total.value, total.origin) == (0, Origin.RECORDS)
