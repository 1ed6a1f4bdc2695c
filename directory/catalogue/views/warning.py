"""``/dich-vu/<code>/canh-bao``: a peer tells the coordinators, and nobody else, what she met at a place."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from directory import clock
from directory.accounts.sessions import signed_in
from directory.catalogue import operations
from directory.catalogue.forms import WarningForm
from directory.catalogue.views import blueprint
from directory.catalogue.views.found import page_of
from directory.web.access import requires
from directory.web.once import SEE_OTHER, writes_once


@blueprint.get("/dich-vu/<code>/canh-bao")
@requires("catalogue.warn")
def warn(code: str) -> ResponseReturnValue:
    """Ask what she met."""
    entry = page_of(code).card
    return render_template("catalogue/corrections/warn.html", entry=entry, form=WarningForm(formdata=None))


@blueprint.post("/dich-vu/<code>/canh-bao")
@requires("catalogue.warn")
@writes_once
def send_warning(code: str) -> ResponseReturnValue:
    """Take it down and say thank you."""
    entry = page_of(code).card
    form = WarningForm(request.form)
    if not form.validate():
        return render_template("catalogue/corrections/warn.html", entry=entry, form=form), 422
    operations.warn(signed_in(), entry.code, form.warned_of, clock.now())
    return redirect(url_for("catalogue.warning_sent", code=entry.code), code=SEE_OTHER)


@blueprint.get("/dich-vu/<code>/canh-bao/cam-on")
@requires("catalogue.warn")
def warning_sent(code: str) -> ResponseReturnValue:
    """Say thank you, and who will read it."""
    return render_template("catalogue/corrections/warned.html", entry=page_of(code).card)
