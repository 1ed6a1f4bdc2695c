"""``/bao-cao/nam``: the report of a year, of an area or a province, as one document for paper.

It is made for the desk; every number of an area of one ward stands in it only after the coordinator said that this is
the province's own report. That is written into the audit, for each area, and holds in her browser, for this document,
for half an hour.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from directory import clock
from directory.accounts import audit
from directory.accounts.rules import Actor
from directory.accounts.sessions import signed_in
from directory.errors import Invalid
from directory.referrals.paper import as_pdf
from directory.reports.annual import Document, document
from directory.reports.choosing import Choice, period_menu, place_menu, read_choice
from directory.reports.periods import Period, year_period
from directory.reports.queries.monthly import services_by_month
from directory.reports.queries.reading import read_report
from directory.reports.queries.scope import areas_in
from directory.reports.rules import Audience
from directory.web.access import requires
from directory.web.once import SEE_OTHER, writes_once

blueprint = Blueprint("annual", __name__, url_prefix="/bao-cao/nam")

#: So long every number is shown after it was confirmed, for one document, in one browser.
EXACT_FOR = timedelta(minutes=30)
_KEPT = "exact"


@blueprint.get("")
@requires("reports.read")
def start() -> ResponseReturnValue:
    """Ask for the place and the year, and whether every number is to stand in it."""
    choice = _choice(request.args)
    return render_template(
        "reports/annual_start.html",
        choice=choice,
        places=place_menu(signed_in()),
        periods=period_menu(clock.today(), choice.period),
        has_wards=any(area.is_ward for area in choice.scope.areas),
        is_exact=_is_exact(signed_in(), choice),
    )


@blueprint.post("/so-day-du")
@requires("reports.exact")
@writes_once
def confirm() -> ResponseReturnValue:
    """Take down that this is the province's own report, and show it with every number."""
    if request.form.get("dong-y") != "1":
        raise Invalid(
            "Bạn chưa xác nhận nên bản in vẫn giữ lại số nhỏ.", what_now="Hãy quay lại và đánh dấu vào ô xác nhận."
        )
    choice = _choice(request.form)
    for area in areas_in(choice.scope):
        audit.record("report.exact", signed_in(), area.uuid)
    until = (clock.now() + EXACT_FOR).timestamp()
    session[_KEPT] = {"who": signed_in().key, "what": _what(choice), "until": until}
    return redirect(url_for("annual.paper", **choice.address), code=SEE_OTHER)


@blueprint.get("/ban-in")
@requires("reports.read")
def paper() -> ResponseReturnValue:
    """Show the document as it will be on paper."""
    return _sheet()


@blueprint.get("/bao-cao-nam.pdf")
@requires("reports.read")
def pdf() -> ResponseReturnValue:
    """Give the same document as a PDF."""
    return as_pdf(_sheet(), "bao-cao-nam.pdf")


def _sheet() -> str:
    return render_template("reports/annual.html", document=_document(_choice(request.args)), today=clock.today())


def _document(choice: Choice) -> Document:
    audience = Audience.EXACT if _is_exact(signed_in(), choice) else Audience.DESK
    report = read_report(choice.scope, choice.period, audience=audience, today=clock.today())
    areas = [area.id for area in choice.scope.areas if audience is Audience.EXACT or not area.is_ward]
    return document(choice, report, services_by_month(areas, _begun(choice.period)))


def _begun(period: Period) -> Period:
    """Return the days of a period that have come."""
    return Period(period.first, max(min(period.last, clock.today()), period.first))


def _choice(asked: Mapping[str, str]) -> Choice:
    last_year = year_period(clock.today().year - 1)
    return read_choice(asked, signed_in(), clock.today(), usual=last_year)


def _what(choice: Choice) -> str:
    return f"{choice.place}|{choice.text}"


def _is_exact(actor: Actor, choice: Choice) -> bool:
    kept = session.get(_KEPT) or {}
    if kept.get("who") != actor.key or kept.get("what") != _what(choice) or "reports.exact" not in actor.abilities:
        return False
    return clock.now() < datetime.fromtimestamp(kept["until"], tz=clock.now().tzinfo)
