"""``/dieu-phoi/muc``: finding an entry of one's areas, all that a coordinator must know of it, and changing it."""

from dataclasses import dataclass, field
from typing import Any, Self

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from directory import clock
from directory.accounts.sessions import signed_in
from directory.catalogue import operations
from directory.catalogue.cells import Cells, Versions, cells_of, versions_of
from directory.catalogue.models import Offering
from directory.catalogue.operations import BadCells, Outcome, Outdated, edit, look
from directory.catalogue.operations.reading import needs_two
from directory.catalogue.queries import OfferingPage, entry_for, offering_page
from directory.catalogue.queries.history import history
from directory.catalogue.queries.own import UNKNOWN
from directory.catalogue.upkeep import COLUMNS_OF, Part
from directory.catalogue.wording import day_name
from directory.coordination import entry_queries as queries
from directory.coordination.entry_forms import FORMS, PartForm
from directory.coordination.entry_wording import how_name
from directory.coordination.new_entry_form import NewEntryForm
from directory.coordination.preview import preview_of
from directory.errors import Conflict, DirectoryError, Invalid, NotAllowed, NotFound
from directory.web.access import requires
from directory.web.once import SEE_OTHER, writes_once
from directory.web.wording import what_happened, what_now

blueprint = Blueprint("entries", __name__, url_prefix="/dieu-phoi/muc")
blueprint.add_app_template_filter(day_name, "day_name")
blueprint.add_app_template_filter(how_name, "how_name")

#: How the parts are called in addresses.
PARTS = {"don-vi": Part.PROVIDER, "diem": Part.SITE, "dich-vu": Part.SERVICE, "tai-diem": Part.OFFERING}
_TEMPLATES = {
    Part.PROVIDER: "coordination/entry/provider.html",
    Part.SITE: "coordination/entry/site.html",
    Part.SERVICE: "coordination/entry/service.html",
    Part.OFFERING: "coordination/entry/offering.html",
}
#: Errors that a form can show; whatever else is wrong is a page of its own.
_OF_THE_FORM = (Invalid, NotAllowed, Conflict)
_LONGEST_SEARCH = 100


@dataclass
class FormPage:
    """One part of an entry in its form: what the templates need, read before anything is written."""

    code: str
    part_code: str
    cells: Cells
    versions: Versions
    form: PartForm
    shared: queries.Shared
    needs_two: bool
    preview: OfferingPage | None = None
    is_only_odd: bool = field(default=False)

    @classmethod
    def open(cls, code: str, part_code: str, typed: MultiDict[str, str] | None = None) -> Self:
        """Read an entry of hers and what was typed of it. Raises: NotFound; Invalid."""
        if part_code not in PARTS:
            raise NotFound(UNKNOWN)
        offering = entry_for(signed_in(), code)
        cells = cells_of(offering)
        versions = Versions.parse(typed.get("ban", "")) if typed else versions_of(offering)
        form = FORMS[PARTS[part_code]](typed, cells=cells)
        shared = queries.shared_with(offering)
        return cls(offering.code, part_code, cells, versions, form, shared, needs_two(offering))

    def complain(self, error: DirectoryError) -> None:
        """Show what was said of the input beside the fields it is about."""
        if isinstance(error, BadCells):
            self.is_only_odd = error.is_only_odd
            self.form.mark(error.problems)
        else:
            self.form.complain(error)

    def render(self) -> str:
        """Return the page with its form."""
        return render_template(_TEMPLATES[self.form.part], page=self, form=self.form)


@blueprint.get("")
@requires("catalogue.edit")
def list_page() -> ResponseReturnValue:
    """Find entries by words or telephone number."""
    number = request.args.get("trang", "1")
    question = queries.Question(
        request.args.get("q", "")[:_LONGEST_SEARCH].strip(),
        request.args.get("xep", "ten"),
        int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 1,
    )
    found = queries.entries(signed_in(), question, clock.now())
    return render_template("coordination/entry/list.html", found=found, question=question, page_link=_page_link)


def _page_link(number: int) -> str:
    text, order = (request.args.get(name) or None for name in ("q", "xep"))
    return url_for("entries.list_page", q=text, xep=order, trang=number if number > 1 else None)


@blueprint.get("/moi")
@requires("catalogue.edit")
def new() -> ResponseReturnValue:
    """Show the form of an entry that is not there yet."""
    return render_template("coordination/entry/new.html", form=NewEntryForm(), is_only_odd=False)


@blueprint.post("/moi")
@requires("catalogue.edit")
@writes_once
def create() -> ResponseReturnValue:
    """Add an entry, or let it wait for a second coordinator."""
    form, is_only_odd = NewEntryForm(request.form), False
    if "chon" not in request.form and form.validate():
        try:
            outcome = operations.add(signed_in(), form.cells, anyway=bool(form.anyway.data))
        except BadCells as error:
            is_only_odd = error.is_only_odd
            form.mark(error.problems)
        except _OF_THE_FORM as error:
            form.complain(error)
        else:
            return redirect(_after_adding(outcome), code=SEE_OTHER)
    return render_template("coordination/entry/new.html", form=form, is_only_odd=is_only_odd), 422


def _after_adding(outcome: Outcome) -> str:
    if outcome.offering is not None:
        return url_for("entries.page", code=outcome.offering.code, xong="them")
    return url_for("entries.list_page", xong="cho")


@blueprint.get("/<code>")
@requires("catalogue.edit")
def page(code: str) -> ResponseReturnValue:
    """Show an entry with its four parts and what is to be done about it."""
    offering = entry_for(signed_in(), code)
    return render_template("coordination/entry/page.html", **_facts(offering), done=request.args.get("xong", ""))


def _facts(offering: Offering) -> dict[str, Any]:
    return {
        "entry": offering,
        "shown": offering_page(offering.code, clock.now()),
        "cells": cells_of(offering),
        "versions": versions_of(offering),
        "columns": {code: COLUMNS_OF[part] for code, part in PARTS.items()},
        "shared": queries.shared_with(offering),
        "waiting": queries.waiting_requests(offering),
        "needs_two": needs_two(offering),
    }


@blueprint.get("/<code>/sua/<part>")
@requires("catalogue.edit")
def change(code: str, part: str) -> ResponseReturnValue:
    """Show the form of one part."""
    return FormPage.open(code, part).render()


@blueprint.post("/<code>/sua/<part>/xem")
@requires("catalogue.edit")
def look_first(code: str, part: str) -> ResponseReturnValue:
    """Show the public page as it would be, above the form; nothing is written."""
    page = FormPage.open(code, part, request.form)
    if not page.form.validate():
        return page.render(), 422
    try:
        proposal = look(signed_in(), code, page.form.changes)
    except _OF_THE_FORM as error:
        page.complain(error)
        return page.render(), 422
    page.form.mark(proposal.warnings)
    page.is_only_odd = bool(proposal.warnings)
    page.preview = preview_of(proposal, clock.now())
    return page.render()


@blueprint.post("/<code>/sua/<part>")
@requires("catalogue.edit")
@writes_once
def save(code: str, part: str) -> ResponseReturnValue:
    """Write what was changed, or let it wait for a second coordinator."""
    page = FormPage.open(code, part, request.form)
    if "chon" in request.form or not page.form.validate():
        return page.render(), 422
    try:
        outcome = edit(signed_in(), code, page.form.changes, page.versions, anyway=bool(page.form.anyway.data))
    except Outdated as error:
        return render_template("coordination/entry/outdated.html", page=page, error=error), 409
    except _OF_THE_FORM as error:
        page.complain(error)
        return page.render(), 422
    return redirect(url_for("entries.page", code=page.code, xong=_done(outcome)), code=SEE_OTHER)


def _done(outcome: Outcome) -> str:
    """Return by which word the next page says what happened."""
    if outcome.untold:
        return "go-lai"
    if outcome.request is not None:
        return "mot-phan" if outcome.revision else "cho"
    if outcome.revision is None:
        return "khong-doi"
    return "giu-kin" if outcome.along else "luu"


@blueprint.get("/<code>/lich-su")
@requires("catalogue.edit")
def past(code: str) -> ResponseReturnValue:
    """Show who changed the entry, when, and what."""
    return _past(code)


@blueprint.post("/<code>/lich-su/<revision>")
@requires("catalogue.edit")
@writes_once
def undo(code: str, revision: str) -> ResponseReturnValue:
    """Take one act back, where nobody has changed the same since."""
    entry_for(signed_in(), code)
    try:
        outcome = operations.undo(signed_in(), revision)
    except _OF_THE_FORM as error:
        return _past(code, f"{what_happened(error)} {what_now(error)}".rstrip()), 409
    return redirect(url_for("entries.page", code=code, xong="cho" if outcome.request else "lai"), code=SEE_OTHER)


def _past(code: str, refused: str = "") -> str:
    offering = entry_for(signed_in(), code)
    acts = history(signed_in(), code)
    cells = cells_of(offering)
    return render_template(
        "coordination/entry/history.html", code=offering.code, cells=cells, acts=acts, refused=refused
    )
