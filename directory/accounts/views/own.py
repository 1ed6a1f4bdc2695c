"""One's own account: where it is signed in, its passphrase, what else proves it."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from directory import clock
from directory.accounts import operations, passkeys, queries
from directory.accounts.forms import NewPassphraseForm, PassphraseForm
from directory.accounts.rules import MUST_HAVE_SECOND_FACTOR
from directory.accounts.sessions import signed_in
from directory.accounts.views import blueprint
from directory.accounts.views.onward import proven, refused, start_of, wanted
from directory.accounts.wording import role_name
from directory.errors import Invalid, TooSoon
from directory.web.access import requires
from directory.web.once import writes_once


@blueprint.get("/tai-khoan")
@requires("account.own")
def own_account() -> ResponseReturnValue:
    """Show what somebody may see and change of her own account."""
    account = queries.account_of(signed_in())
    return render_template(
        "accounts/own.html",
        account=account,
        role=role_name(account.role),
        start=start_of(account),
        open_sessions=queries.open_sessions(account.id, clock.now()),
        codes_left=queries.recovery_codes_left(account.id),
        passkeys_are_possible=passkeys.are_possible(),
        must_have_second=account.role in MUST_HAVE_SECOND_FACTOR,
    )


@blueprint.post("/tai-khoan/phien/<code>/ket-thuc")
@requires("account.own")
@writes_once
def end_session(code: str) -> ResponseReturnValue:
    """Sign out one browser."""
    operations.end_session(queries.account_of(signed_in()), code)
    return redirect(url_for("accounts.own_account"), code=303)


@blueprint.post("/tai-khoan/phien/ket-thuc-khac")
@requires("account.own")
@writes_once
def end_other_sessions() -> ResponseReturnValue:
    """Sign out every browser but this one."""
    operations.end_other_sessions(queries.account_of(signed_in()))
    return redirect(url_for("accounts.own_account"), code=303)


@blueprint.get("/tai-khoan/xac-nhan")
@requires("account.own")
def prove() -> ResponseReturnValue:
    """Ask for the passphrase anew."""
    return render_template("accounts/prove.html", form=PassphraseForm(formdata=None, onward=wanted()))


@blueprint.post("/tai-khoan/xac-nhan")
@requires("account.own")
def prove_now() -> ResponseReturnValue:
    """Take the passphrase and go back to what it was asked for."""
    form = PassphraseForm()
    try:
        operations.prove_again(queries.account_of(signed_in()), form.passphrase.data or "", clock.now())
    except (Invalid, TooSoon) as error:
        return refused(error, form, lambda: render_template("accounts/prove.html", form=form))
    return redirect(wanted() or url_for("accounts.own_account"), code=303)


@blueprint.get("/tai-khoan/mat-khau")
@requires("account.own")
@proven
def passphrase() -> ResponseReturnValue:
    """Ask for a new passphrase."""
    return render_template("accounts/passphrase.html", form=NewPassphraseForm(formdata=None))


@blueprint.post("/tai-khoan/mat-khau")
@requires("account.own")
@proven
@writes_once
def change_passphrase() -> ResponseReturnValue:
    """Take the new passphrase; every other browser is signed out."""
    form = NewPassphraseForm()
    if not form.validate():
        return render_template("accounts/passphrase.html", form=form), 422
    try:
        operations.change_passphrase(queries.account_of(signed_in()), form.passphrase.data)
    except Invalid as error:
        return refused(error, form, lambda: render_template("accounts/passphrase.html", form=form))
    return redirect(url_for("accounts.own_account"), code=303)
