"""``/dieu-phoi/xac-minh``: what is to be rung up, the paper to do it by, and "rung up today, all true"."""

from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from directory import clock
from directory.accounts.sessions import signed_in
from directory.catalogue.cells import Versions
from directory.catalogue.queries import cards
from directory.coordination import queries, settling, verification
from directory.coordination.scope import within
from directory.coordination.views.overview import wanted_page
from directory.web.access import requires
from directory.web.language import own_path
from directory.web.once import SEE_OTHER, writes_once

blueprint = Blueprint("verification", __name__, url_prefix="/dieu-phoi/xac-minh")

#: What the address says of the act just done.
_TELLS = frozenset({"xong", "doi", "lan", "lai"})


@blueprint.get("")
@requires("catalogue.edit")
def list_page() -> ResponseReturnValue:
    """Show what is due in her areas, the most pressing first."""
    return _page("coordination/verification.html", verification.PER_PAGE, verification.due)


@blueprint.get("/in")
@requires("catalogue.edit")
def call_sheet() -> ResponseReturnValue:
    """Show the same on paper, ward by ward: numbers to ring, what is recorded, boxes to tick."""
    return _page("coordination/call_sheet.html", verification.MOST_PRINTED, verification.due_by_ward)


@blueprint.post("")
@requires("catalogue.edit")
@writes_once
def verify() -> ResponseReturnValue:
    """Note that one entry, or those that were ticked, are all true today."""
    texts = request.form.getlist("mot") or request.form.getlist("muc")
    seen = {code: Versions.parse(numbers) for code, _, numbers in (text.partition(":") for text in texts[:100])}
    if not seen:
        return back(xong=0)
    found = settling.verify(signed_in(), seen, clock.today())
    return back(
        xong=found.done, doi=found.changed_meanwhile or None, lan=found.revision.code if found.revision else None
    )


@blueprint.post("/hoan-tac")
@requires("catalogue.edit")
@writes_once
def take_back() -> ResponseReturnValue:
    """Undo what she noted just now."""
    settling.take_back(signed_in(), request.form.get("lan", ""))
    return back(lai=1)


@blueprint.post("/canh-bao/<code>")
@requires("catalogue.edit")
@writes_once
def settle(code: str) -> ResponseReturnValue:
    """Note that she has seen to what peers told of an entry."""
    text = request.form.get("den", "")
    settling.settle_warnings(
        signed_in(), code, int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
    )
    return back()


def back(**tells: object) -> ResponseReturnValue:
    """Go back to the page of the coordinator's desk that the form stood on, and let it say what was done."""
    parts = urlsplit(own_path(request.form.get("ve", "")))
    path = parts.path if parts.path.startswith("/dieu-phoi") else url_for("coordination.overview")
    kept = [(name, value) for name, value in parse_qsl(parts.query) if name not in _TELLS]
    told = [(name, value) for name, value in tells.items() if value is not None]
    query = urlencode([*kept, *told])
    return redirect(f"{path}?{query}" if query else path, code=SEE_OTHER)


def _page(template: str, per_page: int, read: verification.Reader) -> str:
    day, areas, area = clock.today(), queries.areas_of(signed_in()), request.args.get("dia-ban", "")
    actor = within(signed_in(), areas, area)
    total = verification.count_due(actor, day)
    pages = max(1, -(-total // per_page))
    page = min(max(1, wanted_page()), pages)
    lines = read(actor, day, limit=per_page, offset=(page - 1) * per_page)
    ids = [line.offering_id for line in lines]
    return render_template(
        template,
        areas=areas,
        area=area,
        day=day,
        total=total,
        page=page,
        pages=pages,
        lines=lines,
        cards={card.id: card for card in cards(ids, clock.now())},
        versions=verification.versions(ids),
        conditions=verification.conditions(ids),
    )
