"""``/bao-cao/so-nhap-tay``: figures that others published, entered with their days and sources."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from directory.accounts.rules import Actor
from directory.accounts.sessions import signed_in
from directory.errors import Invalid, NotFound
from directory.reports.forms import FigureForm, by_hand_indicators
from directory.reports.indicators import indicators
from directory.reports.models import ManualFigure
from directory.reports.operations.entering import add_figure, correct_figure, remove_figure
from directory.reports.queries.by_hand import entered_figure, entered_figures, places_of
from directory.reports.wording import figure_from
from directory.web.access import requires
from directory.web.once import SEE_OTHER, writes_once

blueprint = Blueprint("by_hand", __name__, url_prefix="/bao-cao/so-nhap-tay")
blueprint.add_app_template_filter(figure_from, "figure_from")


@blueprint.get("")
@requires("reports.enter")
def list_page() -> ResponseReturnValue:
    """Show the figures that were entered for what is hers; ``chi-so`` chooses an indicator."""
    chosen = request.args.get("chi-so", "")
    chosen = chosen if chosen in indicators() else ""
    return render_template(
        "reports/by_hand.html",
        entered=entered_figures(signed_in(), indicator=chosen),
        choices=by_hand_indicators(),
        chosen=chosen,
        indicators=indicators(),
    )


@blueprint.get("/moi")
@requires("reports.enter")
def new_page() -> ResponseReturnValue:
    """Show the form of a new figure."""
    data = {"indicator": request.args.get("chi-so", ""), "qualifier": "exact"}
    return _form_page(FigureForm(formdata=None, data=data, places=places_of(signed_in())))


@blueprint.post("/moi")
@requires("reports.enter")
@writes_once
def add() -> ResponseReturnValue:
    """Write a figure down."""
    return _save(signed_in(), None)


@blueprint.get("/<code>")
@requires("reports.enter")
def page(code: str) -> ResponseReturnValue:
    """Show a figure to be corrected or removed."""
    actor = signed_in()
    figure = entered_figure(actor, code)
    return _form_page(FigureForm(formdata=None, data=_present(actor, figure), places=places_of(actor)), figure)


@blueprint.post("/<code>")
@requires("reports.enter")
@writes_once
def correct(code: str) -> ResponseReturnValue:
    """Correct a figure."""
    actor = signed_in()
    return _save(actor, entered_figure(actor, code))


@blueprint.post("/<code>/xoa")
@requires("reports.enter")
@writes_once
def remove(code: str) -> ResponseReturnValue:
    """Take a figure away."""
    actor = signed_in()
    remove_figure(actor, entered_figure(actor, code))
    return _to_list()


def _save(actor: Actor, figure: ManualFigure | None) -> ResponseReturnValue:
    form = FigureForm(request.form, places=places_of(actor))
    if form.validate():
        try:
            if figure is None:
                add_figure(actor, form.wanted())
            else:
                correct_figure(actor, figure, form.wanted())
            return _to_list()
        except (Invalid, NotFound) as error:
            form.complain(error)
    return _form_page(form, figure), 422


def _present(actor: Actor, figure: ManualFigure) -> dict[str, str]:
    """Return what is written of a figure, as its form shows it."""
    place = next(
        (one for one in places_of(actor) if (one.area_id, one.unit_key) == (figure.area_id, figure.unit_key)), None
    )
    whole, fraction = divmod(figure.value, 1)
    return {
        "indicator": figure.indicator,
        "place": place.code if place else "",
        "qualifier": figure.qualifier.value,
        "value": f"{whole:.0f}" + (f",{fraction:.2f}".replace("0.", "", 1).rstrip("0") if fraction else ""),
        "first_on": figure.first_on.isoformat() if figure.first_on else "",
        "last_on": figure.last_on.isoformat(),
        "source": figure.source,
        "source_url": figure.source_url or "",
    }


def _form_page(form: FigureForm, figure: ManualFigure | None = None) -> str:
    return render_template("reports/by_hand_form.html", form=form, figure=figure)


def _to_list() -> ResponseReturnValue:
    return redirect(url_for("by_hand.list_page"), code=SEE_OTHER)
