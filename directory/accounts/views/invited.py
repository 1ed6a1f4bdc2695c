"""Being invited: the code from a card or link, then a name and a passphrase of one's own."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from directory.accounts import operations, queries
from directory.accounts.forms import AcceptForm, CodeForm
from directory.accounts.models import Account, Invitation
from directory.accounts.rules import MUST_HAVE_SECOND_FACTOR
from directory.accounts.views import blueprint
from directory.accounts.views.onward import refused, start_of
from directory.accounts.wording import role_name
from directory.errors import Invalid
from directory.extensions import db
from directory.web.access import public
from directory.web.once import writes_once


@blueprint.get("/moi")
@public
def invited() -> ResponseReturnValue:
    """Ask for the code; a script reads it from the address behind ``#``, which no server sees."""
    return _code_page(_code_form())


@blueprint.post("/moi")
@public
def read_invitation() -> ResponseReturnValue:
    """Show what the code is for and ask for name and passphrase; nothing is written."""
    form = _code_form()
    try:
        invitation = queries.open_invitation(form.code.data or "")
    except Invalid as error:
        return refused(error, form, lambda: _code_page(form))
    return _accept_page(AcceptForm(formdata=None, code=form.code.data), invitation)


@blueprint.post("/moi/xong")
@public
@writes_once
def accept() -> ResponseReturnValue:
    """Make the account, or give it its new passphrase, and sign in."""
    form = AcceptForm()
    try:
        invitation = queries.open_invitation(form.code.data or "")
    except Invalid as error:
        return refused(error, code_form := _code_form(), lambda: _code_page(code_form))
    if not form.validate():
        return _accept_page(form, invitation), 422
    try:
        account = operations.accept(form.code.data, form.name.data or "", form.passphrase.data)
    except Invalid as error:
        return refused(error, form, lambda: _accept_page(form, invitation))
    operations.begin_session(account)
    return redirect(start_of(account), code=303)


def _code_form() -> CodeForm:
    return CodeForm(label=_("Mã mời"))


def _code_page(form: CodeForm) -> str:
    return render_template("accounts/invited.html", form=form)


def _accept_page(form: AcceptForm, invitation: Invitation) -> str:
    account = db.session.get(Account, invitation.account_id) if invitation.account_id else None
    return render_template(
        "accounts/accept.html",
        form=form,
        form_key=request.form.get("khoa", "") if form.errors else "",
        known_name=account.name if account else "",
        role=role_name(invitation.role),
        has_second_step=invitation.role in MUST_HAVE_SECOND_FACTOR,
        code_page=url_for("accounts.invited"),
    )
