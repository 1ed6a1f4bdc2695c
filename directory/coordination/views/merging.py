"""``/dieu-phoi/gop`` and ``/dieu-phoi/muc/<code>/tach``: two entries become one, one becomes two."""

from collections.abc import Mapping

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from directory import clock
from directory.accounts.sessions import signed_in
from directory.catalogue.cells import Versions, versions_of
from directory.catalogue.operations import merging, splitting
from directory.catalogue.operations.reading import needs_two
from directory.catalogue.queries import cards, entry_for
from directory.coordination import entry_queries
from directory.coordination.merging_form import compare, places_of, read_choices, read_seen, typed_of
from directory.errors import Conflict, DirectoryError, Invalid, NotAllowed
from directory.web.access import requires
from directory.web.once import SEE_OTHER, writes_once
from directory.web.wording import what_happened, what_now

blueprint = Blueprint("merging", __name__, url_prefix="/dieu-phoi")

#: Errors that the page can show; whatever else is wrong is a page of its own.
_OF_THE_PAGE = (Invalid, NotAllowed, Conflict)


@blueprint.get("/gop/<code>")
@requires("catalogue.edit")
def choose(code: str) -> ResponseReturnValue:
    """Find the entry that this one is the same as."""
    actor = signed_in()
    (card,) = cards([entry_for(actor, code).id])
    text = request.args.get("q", "")[:100].strip()
    found = entry_queries.entries(actor, entry_queries.Question(text), clock.now()).lines if text else []
    others = [one for one in found if one.id != card.id]
    return render_template("coordination/merge_choose.html", entry=card, text=text, found=others)


@blueprint.get("/gop/<code>/<other>")
@requires("catalogue.edit")
def ask(code: str, other: str) -> ResponseReturnValue:
    """Show both side by side; the first goes, the second stays."""
    return _page(merging.pair_for(signed_in(), code, other))


@blueprint.post("/gop/<code>/<other>")
@requires("catalogue.edit")
@writes_once
def merge(code: str, other: str) -> ResponseReturnValue:
    """Merge them, or say why not."""
    actor = signed_in()
    try:
        outcome = merging.merge(actor, code, other, read_choices(request.form), read_seen(request.form.get("ban", "")))
    except _OF_THE_PAGE as error:
        return _page(merging.pair_for(actor, code, other), request.form, error), _status(error)
    return redirect(url_for("entries.page", code=other, xong="cho" if outcome.request else "gop"), code=SEE_OTHER)


def _page(pair: merging.Pair, typed: Mapping[str, str] | None = None, error: DirectoryError | None = None) -> str:
    gone, into = cards([pair.gone.id, pair.into.id])
    waiting = merging.waiting_for(pair)
    if waiting is not None and typed is None:
        typed = typed_of(waiting)
    obstacle = merging.what_speaks_against(pair)
    return render_template(
        "coordination/merge.html",
        gone=gone,
        into=into,
        is_one_place=pair.is_one_place,
        compared=compare(pair, typed),
        needs_two=any(needs_two(one) for one in (*pair.moving, pair.into)),
        waiting=waiting,
        is_blocked=obstacle is not None,
        trouble=_said(error or obstacle),
    )


@blueprint.get("/muc/<code>/tach")
@requires("catalogue.edit")
def ask_split(code: str) -> ResponseReturnValue:
    """Ask which services are at another place, or which places are another organisation's."""
    return _split_page(code)


@blueprint.post("/muc/<code>/tach/<any('noi', 'don-vi'):what>")
@requires("catalogue.edit")
@writes_once
def split(code: str, what: str) -> ResponseReturnValue:
    """Split the place or the organisation, and lead to the first entry of what is new."""
    leaving, seen = request.form.getlist("tach"), Versions.parse(request.form.get("ban", ""))
    try:
        if what == "noi":
            first = splitting.split_place(signed_in(), code, leaving, seen)
        else:
            first = splitting.split_provider(signed_in(), code, leaving, request.form.get("ten", ""), seen)
    except _OF_THE_PAGE as error:
        return _split_page(code, what, error), _status(error)
    return redirect(url_for("entries.page", code=first.code, xong="tach"), code=SEE_OTHER)


def _split_page(code: str, what: str = "", error: DirectoryError | None = None) -> str:
    offering = entry_for(signed_in(), code)
    (card,) = cards([offering.id])
    return render_template(
        "coordination/split.html",
        entry=card,
        versions=versions_of(offering),
        here=[(one.code, one.service.name) for one in offering.site.offerings],
        places=places_of(offering),
        what=what,
        trouble=_said(error),
    )


def _said(error: DirectoryError | None) -> str:
    return f"{what_happened(error)} {what_now(error)}".strip() if error else ""


def _status(error: DirectoryError) -> int:
    return 422 if isinstance(error, Invalid) else 409 if isinstance(error, Conflict) else 403
