"""``/tiep-can``: a peer writes down whom she talked to, ten in a row, and takes back what she wrote wrong."""

from itertools import groupby
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from directory import clock
from directory.accounts.sessions import signed_in
from directory.errors import Invalid
from directory.outreach.forms import ContactForm, as_last_time, given_last_time
from directory.outreach.operations.contacts import add_contact, remove_contact
from directory.outreach.queries.contacts import contact_materials, contact_topics, written_in_week, written_on
from directory.outreach.rules import KEPT_FOR, LATEST_AFTER
from directory.outreach.wording import local_name, with_whom
from directory.web.access import requires
from directory.web.once import SEE_OTHER, writes_once

blueprint = Blueprint("contacts", __name__, url_prefix="/tiep-can")
blueprint.add_app_template_filter(local_name, "local_name")
blueprint.add_app_template_filter(with_whom, "with_whom")

#: The page that a contact was taken back from, as its form names it.
_LIST = "da-ghi"


@blueprint.get("")
@requires("contacts.write")
def write_page() -> ResponseReturnValue:
    """Show the form, with what she chose the last time if that was a moment ago."""
    now = clock.now()
    last = written_on(signed_in(), now).last
    if last is None or now - last.entered_at > KEPT_FOR:
        return _form_page(_form(formdata=None, typed={}))
    kept = as_last_time(last, clock.today())
    return _form_page(_form(formdata=None, data=kept, typed=given_last_time(last)))


@blueprint.post("")
@requires("contacts.write")
@writes_once
def add() -> ResponseReturnValue:
    """Write a contact down, and give her the form for the next."""
    form = _form(typed=request.form)
    if form.validate():
        try:
            add_contact(signed_in(), form.wanted(clock.today()))
            return redirect(url_for(".write_page"), code=SEE_OTHER)
        except Invalid as error:
            form.complain(error)
    return _form_page(form), 422


@blueprint.get("/da-ghi")
@requires("contacts.write")
def list_page() -> ResponseReturnValue:
    """Show what she wrote down this week, by the day that it was about."""
    written = written_in_week(signed_in(), clock.now())
    by_day = sorted(written.lines, key=lambda line: line.day_on, reverse=True)
    days = [(day, list(lines)) for day, lines in groupby(by_day, key=lambda line: line.day_on)]
    return render_template("outreach/contacts_written.html", written=written, days=days)


@blueprint.post("/<code>/bo")
@requires("contacts.write")
@writes_once
def remove(code: str) -> ResponseReturnValue:
    """Take back what she wrote."""
    remove_contact(signed_in(), code)
    return redirect(url_for(".list_page" if request.form.get("tu") == _LIST else ".write_page"), code=SEE_OTHER)


def _form(**kwargs: Any) -> ContactForm:
    return ContactForm(topics=contact_topics(), materials=contact_materials(), **kwargs)


def _form_page(form: ContactForm) -> str:
    today = clock.today()
    return render_template(
        "outreach/contacts.html",
        form=form,
        written=written_on(signed_in(), clock.now()),
        earliest=today - LATEST_AFTER,
        latest=today,
    )
