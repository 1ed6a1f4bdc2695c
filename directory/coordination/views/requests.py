"""``/dieu-phoi/de-nghi``: the corrections that wait for her, and her word on each."""

from collections.abc import Collection
from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from directory.accounts.rules import Actor
from directory.accounts.sessions import signed_in
from directory.catalogue import operations
from directory.catalogue.cells import Versions, cells_of, versions_of
from directory.catalogue.entries import Problem
from directory.catalogue.operations import BadCells, Outdated
from directory.catalogue.queries.own import entry_for
from directory.catalogue.queries.requests import RequestLine, request_line, requests
from directory.catalogue.upkeep import PART_OF, RequestKind
from directory.coordination.comparing import compared
from directory.coordination.typing_cells import as_cell, as_typed
from directory.coordination.views.overview import wanted_page
from directory.errors import DirectoryError, Invalid
from directory.web.access import requires
from directory.web.once import SEE_OTHER, writes_once
from directory.web.wording import what_happened, what_now

blueprint = Blueprint("requests", __name__, url_prefix="/dieu-phoi/de-nghi")

PER_PAGE = 20
#: Before the name of a column: the cell that she typed herself.
TYPED = "moi-"


@dataclass(frozen=True)
class Trouble:
    """Why her word was not taken yet."""

    says: str
    problems: Collection[Problem] = ()


blueprint.add_app_template_filter(as_typed, "as_typed")


@blueprint.get("")
@requires("catalogue.edit")
def list_page() -> ResponseReturnValue:
    """Show what waits, the oldest first."""
    waiting = requests(signed_in())
    pages = max(1, -(-len(waiting) // PER_PAGE))
    page = min(max(1, wanted_page()), pages)
    return render_template(
        "coordination/requests.html",
        lines=waiting[(page - 1) * PER_PAGE : page * PER_PAGE],
        total=len(waiting),
        page=page,
        pages=pages,
    )


@blueprint.get("/<code>")
@requires("catalogue.edit")
def page(code: str) -> ResponseReturnValue:
    """Show what is wanted beside what is there."""
    return _page(signed_in(), code)


@blueprint.post("/<code>/nhan")
@requires("catalogue.edit")
@writes_once
def accept(code: str) -> ResponseReturnValue:
    """Carry it out, as it is or as she put it right; or agree as the first of two."""
    actor = signed_in()
    try:
        seen = Versions.parse(request.form["ban-muc"]) if request.form.get("ban-muc") else None
        typed = _typed(request_line(actor, code))
        outcome = operations.accept(actor, code, _version(), typed, seen=seen)
    except BadCells as error:
        return _page(actor, code, Trouble(_sentence(error), error.problems)), 422
    except Outdated as error:
        return _page(actor, code, Trouble(_sentence(error))), 409
    except Invalid as error:
        return _page(actor, code, Trouble(_sentence(error))), 422
    return redirect(url_for("requests.list_page", xong="hai" if outcome.request else "nhan"), code=SEE_OTHER)


@blueprint.post("/<code>/tu-choi")
@requires("catalogue.edit")
@writes_once
def refuse(code: str) -> ResponseReturnValue:
    """Let it rest for good."""
    operations.refuse(signed_in(), code, _version())
    return redirect(url_for("requests.list_page", xong="tu-choi"), code=SEE_OTHER)


def _page(actor: Actor, code: str, trouble: Trouble | None = None) -> str:
    line = request_line(actor, code)
    offering = entry_for(actor, line.offering_code) if line.offering_code else None
    typed = _typed(line) if trouble else None
    return render_template(
        "coordination/request.html",
        line=line,
        columns=compared(line, cells_of(offering) if offering else {}),
        seen=versions_of(offering).text if offering else "",
        typed=typed or {},
        trouble=trouble,
    )


def _typed(line: RequestLine) -> dict[str, str] | None:
    """Return the cells that she typed herself; None when she takes the request as it is."""
    typed = {
        column: as_cell(column, request.form[TYPED + column], line.wanted.get(column, ""))
        for column in PART_OF
        if TYPED + column in request.form
    }
    if not typed:
        return None
    # Of an entry that is new, what no field asks for (its source) stays as it was proposed.
    return (line.wanted | typed) if line.kind is RequestKind.ADD else typed


def _version() -> int:
    text = request.form.get("ban", "")
    if not (text.isascii() and text.isdigit() and len(text) < 7):
        raise Invalid("Biểu mẫu này đã cũ.", what_now="Hãy mở lại trang rồi làm lại.")
    return int(text)


def _sentence(error: DirectoryError) -> str:
    return f"{what_happened(error)} {what_now(error)}".strip()
