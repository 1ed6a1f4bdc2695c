"""``/dieu-phoi``: where a coordinator starts."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from directory import clock
from directory.accounts.sessions import signed_in
from directory.coordination import queries
from directory.coordination.attention import attention
from directory.web.access import requires

blueprint = Blueprint("coordination", __name__, url_prefix="/dieu-phoi")


@blueprint.get("")
@requires("slips.oversee")
def overview() -> ResponseReturnValue:
    """Show what needs her attention, and the ways to everything else."""
    actor = signed_in()
    return render_template(
        "coordination/overview.html", areas=queries.areas_of(actor), attention=attention(actor, clock.now())
    )
