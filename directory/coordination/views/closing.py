"""``/dieu-phoi/muc/<code>/dong``: closing an entry for some time or for good, and opening it again."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from directory import clock
from directory.accounts.sessions import signed_in
from directory.catalogue.cells import Versions, versions_of
from directory.catalogue.operations import closing as operations
from directory.catalogue.operations.reading import Outcome, needs_two
from directory.catalogue.queries import cards, entry_for
from directory.coordination import entry_queries
from directory.coordination.closing_form import FOR_A_WHILE, FOR_GOOD, ClosingForm
from directory.errors import Conflict, Invalid
from directory.web.access import requires
from directory.web.once import SEE_OTHER, writes_once

blueprint = Blueprint("closing", __name__, url_prefix="/dieu-phoi/muc/<code>")


@blueprint.get("/dong")
@requires("catalogue.edit")
def ask(code: str) -> ResponseReturnValue:
    """Ask from when and for how long; of a closed entry show how to open it again."""
    offering = entry_for(signed_in(), code)
    is_for_good = offering.closed_on is not None and offering.reopens_on is None
    said = {
        "kind": FOR_GOOD if is_for_good else FOR_A_WHILE,
        "closed_on": offering.closed_on or clock.today(),
        "reopens_on": offering.reopens_on,
    }
    return _page(code, ClosingForm(data=said))


@blueprint.post("/dong")
@requires("catalogue.edit")
@writes_once
def close(code: str) -> ResponseReturnValue:
    """Close the entry, or say what is not right yet."""
    form = ClosingForm()
    if not form.validate():
        return _page(code, form), 422
    try:
        done = operations.close(
            signed_in(),
            code,
            form.closed_on.data,
            Versions.parse(request.form.get("ban", "")),
            reopens_on=form.until,
            whole_site=form.whole_site.data,
        )
    except (Invalid, Conflict) as error:
        form.complain(error)
        return _page(code, form), 409 if isinstance(error, Conflict) else 422
    return _done(code, done)


@blueprint.post("/mo-lai")
@requires("catalogue.edit")
@writes_once
def reopen(code: str) -> ResponseReturnValue:
    """Open the entry again, and what was closed with it."""
    seen = Versions.parse(request.form.get("ban", ""))
    return _done(code, operations.reopen(signed_in(), code, seen, whole_site=request.form.get("ca-noi") == "1"))


def _done(code: str, outcomes: list[Outcome]) -> ResponseReturnValue:
    waits = any(outcome.request for outcome in outcomes)
    return redirect(url_for("entries.page", code=code, xong="cho" if waits else "luu"), code=SEE_OTHER)


def _page(code: str, form: ClosingForm) -> str:
    offering = entry_for(signed_in(), code)
    (card,) = cards([offering.id])
    return render_template(
        "coordination/close.html",
        entry=card,
        form=form,
        versions=versions_of(offering),
        others=entry_queries.shared_with(offering).site,
        needs_two=needs_two(offering),
    )
