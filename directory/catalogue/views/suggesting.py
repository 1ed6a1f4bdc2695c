"""``/dich-vu/<code>/sua``: a peer, or staff of the place, proposes a change; ``/de-nghi``: what became of hers."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from directory import clock
from directory.accounts.rules import Actor, Party
from directory.accounts.sessions import signed_in
from directory.catalogue import operations, queries
from directory.catalogue.cells import Versions, cells_of, versions_of
from directory.catalogue.models import Offering
from directory.catalogue.operations import BadCells, Outdated
from directory.catalogue.suggest_form import SuggestForm
from directory.catalogue.upkeep import Origin
from directory.catalogue.views import blueprint
from directory.errors import Invalid
from directory.web.access import requires
from directory.web.once import SEE_OTHER, writes_once

#: The hidden field that holds which state of the entry she saw.
VERSIONS = "ban"


@blueprint.get("/de-nghi")
@requires("catalogue.suggest")
def suggestions() -> ResponseReturnValue:
    """Show what became of what she proposed."""
    return render_template("catalogue/corrections/suggestions.html", suggestions=queries.suggestions_of(signed_in()))


@blueprint.get("/dich-vu/<code>/sua")
@requires("catalogue.suggest")
def suggest(code: str) -> ResponseReturnValue:
    """Show what the entry says, to be put right."""
    offering = queries.suggestible(signed_in(), code)
    return _page(offering, SuggestForm(None, cells_of(offering)), versions_of(offering))


@blueprint.post("/dich-vu/<code>/sua")
@requires("catalogue.suggest")
@writes_once
def send_suggestion(code: str) -> ResponseReturnValue:
    """Let it wait for a coordinator."""
    actor = signed_in()
    offering = queries.suggestible(actor, code)
    form = SuggestForm(request.form, cells_of(offering))
    seen = Versions.parse(request.form.get(VERSIONS, ""))
    try:
        if form.validate():
            changes = _something(form.changes(clock.today().isoformat(), request.form))
            operations.suggest(actor, offering.code, changes, seen, _origin(actor))
            return redirect(url_for("catalogue.suggestions", moi=1), code=SEE_OTHER)
    except Outdated as error:
        form.complain(error)
        return _page(offering, form, error.versions), 409
    except BadCells as error:
        form.point_out(error.problems)
    except Invalid as error:
        form.complain(error)
    return _page(offering, form, seen), 422


def _page(offering: Offering, form: SuggestForm, seen: Versions) -> str:
    # A page that is shown again goes on comparing with what the first one showed.
    shown = {name: request.form.get(name, cell) for name, cell in form.shown().items()}
    return render_template(
        "catalogue/corrections/suggest.html",
        entry=queries.cards([offering.id])[0],
        form=form,
        hours=cells_of(offering)["opening_hours"],
        hidden=shown | {VERSIONS: seen.text},
    )


def _origin(actor: Actor) -> Origin:
    return Origin.STAFF if actor.party is Party.PROVIDER else Origin.PEER


def _something(changes: dict[str, str]) -> dict[str, str]:
    """Return the changes. Raises: Invalid, when there are none."""
    if not changes:
        raise Invalid(_("Bạn chưa sửa chỗ nào. Hãy sửa ít nhất một chỗ rồi gửi."))
    return changes
