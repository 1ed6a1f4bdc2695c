"""``/dieu-phoi/quay``: the desks of places that work without accounts, and their PINs."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from directory import clock
from directory.accounts import desks
from directory.accounts.sessions import signed_in
from directory.coordination import operations, queries, shown_once
from directory.extensions import settings
from directory.web.access import requires
from directory.web.once import SEE_OTHER, writes_once

blueprint = Blueprint("desks", __name__, url_prefix="/dieu-phoi/quay")

CARD = "desk"


@blueprint.get("")
@requires("desks.manage")
def list_page() -> ResponseReturnValue:
    """Show the desks, and the places that a search finds for a new one; whoever comes here has copied her PIN."""
    actor = signed_in()
    shown_once.forget()
    text = request.args.get("q", "")[:100].strip()
    found = queries.sites(actor, text) if text else []
    return render_template("coordination/desks.html", desks=queries.desks(actor, clock.now()), text=text, found=found)


@blueprint.post("")
@requires("desks.manage")
@writes_once
def set_pin() -> ResponseReturnValue:
    """Give a place a new PIN, and a desk if it had none."""
    operations.give_pin(signed_in(), request.form.get("noi", ""))
    return redirect(url_for("desks.card"), code=SEE_OTHER)


@blueprint.get("/the")
@requires("desks.manage")
def card() -> ResponseReturnValue:
    """Show the PIN that was just made, to be printed or written down."""
    actor = signed_in()
    kept = shown_once.kept(actor, CARD, clock.now())
    return render_template(
        "coordination/desk_card.html", kept=kept, address=f"{settings().public_url.partition('://')[2]}/p"
    )


@blueprint.post("/<code>/<any('ket-thuc', 'bo'):act>")
@requires("desks.manage")
@writes_once
def act(code: str, act: str) -> ResponseReturnValue:
    """End what a desk's PIN opened, or take the desk away."""
    actor = signed_in()
    desk = queries.desk(actor, code)
    if act == "bo":
        desks.remove(actor, desk)
    else:
        desks.end_sessions(actor, desk)
    return redirect(url_for("desks.list_page"), code=SEE_OTHER)
