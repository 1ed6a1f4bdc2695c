"""``/bao-cao/chot``: which years of her areas are closed, and the closing of the next one."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from directory import clock
from directory.accounts.sessions import signed_in
from directory.errors import Invalid
from directory.reports.operations.closing import close_year
from directory.reports.queries.closed import years_of_areas
from directory.web.access import requires
from directory.web.once import SEE_OTHER, writes_once

blueprint = Blueprint("year_closing", __name__, url_prefix="/bao-cao/chot")


@blueprint.get("")
@requires("reports.close")
def list_page() -> ResponseReturnValue:
    """Show the years of her areas."""
    return render_template("reports/closing.html", areas=years_of_areas(signed_in(), clock.today()))


@blueprint.post("")
@requires("reports.close")
@writes_once
def close() -> ResponseReturnValue:
    """Close a year of an area; once more changes nothing."""
    year = request.form.get("nam", "")
    if not (year.isascii() and year.isdecimal() and len(year) == len("2026")):
        raise Invalid("Chưa rõ chốt năm nào.", what_now="Hãy chọn lại trên trang chốt năm.")
    close_year(signed_in(), request.form.get("dia-ban", ""), int(year), today=clock.today())
    return redirect(url_for("year_closing.list_page"), code=SEE_OTHER)
