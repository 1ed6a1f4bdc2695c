"""Who answers for the whole country is told no more of an area of one ward than who answers for that area."""

from dataclasses import replace
from datetime import date

from directory import clock
from directory.accounts.rules import SYSTEM
from directory.reports.periods import Period
from directory.reports.queries.reading import read_report
from directory.reports.queries.scope import scope_of
from directory.reports.rules import Audience
from tests.outreach.contacts import contact
from tests.reports.test_pages import serve, widen

SINCE = date(2024, 1, 1)


def test_no_total_of_the_country_holds_anything_of_an_area_of_one_ward(people):
    widen(people)
    serve(people, token=1, services=3)
    contact(people.other_peer)
    serve(replace(people, area=people.other_area, group=people.other_group), token=2, services=7)
    report = read_report(
        scope_of(None, SYSTEM), Period(SINCE, clock.today()), audience=Audience.DESK, today=clock.today()
    )
    told = {line.indicator.code: line.total.value for line in report.lines}
    assert (told["L00"], told["B01"], told["T01"]) == (3, 1, None)
