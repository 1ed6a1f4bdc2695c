"""``/phieu/<code>/in`` and ``/phieu/<code>/phieu-hen.pdf``: one slip on paper, while it can still be used.

Each is written into the audit before it is shown: what is on paper is out of our hands.
"""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from directory.accounts import audit
from directory.accounts.sessions import signed_in
from directory.errors import Conflict
from directory.referrals import face
from directory.referrals.paper import as_pdf, qr_code, qr_picture
from directory.referrals.queries import slip_for
from directory.referrals.rules import State
from directory.referrals.share import short_text
from directory.web.access import requires

blueprint = Blueprint("paper", __name__)
blueprint.add_app_template_filter(qr_code, "qr_code")
blueprint.add_app_template_filter(qr_picture, "qr_picture")
blueprint.add_app_template_filter(short_text, "short_text")

#: A slip that was used or ended opens nothing any more; its paper would send somebody away for nothing.
PRINTABLE = frozenset({State.ISSUED, State.ACKNOWLEDGED})


@blueprint.get("/phieu/<code>/in")
@requires("slips.issue")
def slip(code: str) -> ResponseReturnValue:
    """Show the slip as it will be on paper."""
    return _sheet(code)


@blueprint.get("/phieu/<code>/phieu-hen.pdf")
@requires("slips.issue")
def slip_pdf(code: str) -> ResponseReturnValue:
    """Give the same page as a PDF."""
    return as_pdf(_sheet(code), "phieu-hen.pdf")


def _sheet(code: str) -> str:
    actor = signed_in()
    uuid = slip_for(actor, code).uuid
    audit.record_view("slip.print", actor, uuid)
    found = slip_for(actor, code)
    if found.state not in PRINTABLE:
        raise Conflict(
            "Phiếu này không còn dùng được nên không in nữa.",
            what_now="Hãy mở lại trang của phiếu để xem vì sao, hoặc lập phiếu mới.",
        )
    back = f"/phieu/{found.code}"
    return render_template("referrals/paper/slip.html", face=face.of(found), back=back, pdf=f"{back}/phieu-hen.pdf")
