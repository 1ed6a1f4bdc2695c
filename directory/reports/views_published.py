"""``/bao-cao/cong-bo``: what anybody may read, in closed years and phases only, with small counts kept back."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from directory.reports.period_wording import name_of_named
from directory.reports.queries import published
from directory.web.access import public

blueprint = Blueprint("published", __name__, url_prefix="/bao-cao/cong-bo")
blueprint.add_app_template_filter(name_of_named, "name_of_named")


@blueprint.get("")
@public
def list_page() -> ResponseReturnValue:
    """Show the provinces and periods of which something is published."""
    return render_template("reports/published_list.html", provinces=published.provinces())


@blueprint.get("/<code>/<period>")
@public
def page(code: str, period: str) -> ResponseReturnValue:
    """Show a period of a province by area."""
    return render_template("reports/published.html", told=published.published(code, period))
