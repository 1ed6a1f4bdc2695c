"""``/dich-vu/<code>/bao-sai``: anybody may say that something is wrong; without an account, a name or free words.

Nothing of who said it is kept. So that nobody fills the coordinators' desk alone, a place in the network may say so
much in ten minutes, and an entry takes so much in a day: counted in memory only, by each process for itself.
"""

from datetime import timedelta

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from directory import clock
from directory.catalogue import operations
from directory.catalogue.forms import ReportForm
from directory.catalogue.views import blueprint
from directory.catalogue.views.found import page_of
from directory.errors import TooSoon
from directory.web.access import public
from directory.web.limits import Limiter, whence
from directory.web.once import SEE_OTHER, writes_once

MOST_FROM_ONE_PLACE, WITHIN = 12, timedelta(minutes=10)
#: More voices than this in a day tell a coordinator nothing new.
MOST_OF_ONE_ENTRY, A_DAY = 20, timedelta(days=1)


@blueprint.get("/dich-vu/<code>/bao-sai")
@public
def report(code: str) -> ResponseReturnValue:
    """Ask what is wrong."""
    entry = page_of(code).card
    return render_template(
        "catalogue/corrections/report.html", entry=entry, form=ReportForm(formdata=None, entry=entry)
    )


@blueprint.post("/dich-vu/<code>/bao-sai")
@public
@writes_once
def send_report(code: str) -> ResponseReturnValue:
    """Take it down and say thank you."""
    entry = page_of(code).card
    form = ReportForm(request.form, entry=entry)
    if not form.validate():
        return render_template("catalogue/corrections/report.html", entry=entry, form=form), 422
    if _is_one_more_of(entry.code):
        operations.report(entry.code, form.reasons, phone=form.phone.data or None)
    return redirect(url_for("catalogue.report_sent", code=entry.code), code=SEE_OTHER)


@blueprint.get("/dich-vu/<code>/bao-sai/cam-on")
@public
def report_sent(code: str) -> ResponseReturnValue:
    """Say thank you, and what happens next."""
    return render_template("catalogue/corrections/report_sent.html", entry=page_of(code).card)


def _is_one_more_of(code: str) -> bool:
    """Count this report. False when the entry has had enough of them today. Raises: TooSoon."""
    from_one_place, of_one_entry = _limiters()
    if wait_s := from_one_place.wait_s(whence(), clock.now()):
        raise TooSoon(wait_s, "Vừa có nhiều lượt báo từ chỗ bạn, nên trang tạm nghỉ một chút.")
    return not of_one_entry.wait_s(code, clock.now())


def _limiters() -> tuple[Limiter, Limiter]:
    made: tuple[Limiter, Limiter] = current_app.extensions.setdefault(
        "report_limiters", (Limiter(MOST_FROM_ONE_PLACE, WITHIN), Limiter(MOST_OF_ONE_ENTRY, A_DAY))
    )
    return made
