"""``/dieu-phoi/trung``: places that may be one place entered twice, side by side, with what they have in common."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from directory import clock
from directory.accounts.sessions import signed_in
from directory.catalogue.queries import cards
from directory.coordination import queries, settling
from directory.coordination.duplicates import duplicates
from directory.coordination.scope import within
from directory.coordination.views.overview import wanted_page
from directory.coordination.views.verification import back
from directory.web.access import requires
from directory.web.once import writes_once

blueprint = Blueprint("duplicates", __name__, url_prefix="/dieu-phoi/trung")

PER_PAGE = 10


@blueprint.get("")
@requires("catalogue.edit")
def list_page() -> ResponseReturnValue:
    """Show the pairs of her areas that nobody has decided about, the most pressing first."""
    areas, area = queries.areas_of(signed_in()), request.args.get("dia-ban", "")
    found = duplicates(within(signed_in(), areas, area))
    pages = max(1, -(-len(found) // PER_PAGE))
    page = min(max(1, wanted_page()), pages)
    shown = found[(page - 1) * PER_PAGE : page * PER_PAGE]
    ids = [end.offering_id for pair in shown for end in (pair.first, pair.second)]
    return render_template(
        "coordination/duplicates.html",
        areas=areas,
        area=area,
        pairs=shown,
        total=len(found),
        page=page,
        pages=pages,
        cards={card.id: card for card in cards(list(dict.fromkeys(ids)), clock.now())},
    )


@blueprint.post("/<one>/<other>")
@requires("catalogue.edit")
@writes_once
def dismiss(one: str, other: str) -> ResponseReturnValue:
    """Note that these are two places."""
    settling.dismiss(signed_in(), one, other)
    return back()
