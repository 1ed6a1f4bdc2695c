"""The second factor of one's own account: one-time codes, passkeys, recovery codes on paper."""

import io

import segno
from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from directory import clock
from directory.accounts import one_time_codes, operations, paper_codes, passkeys, queries
from directory.accounts.forms import CodeForm, PasskeyForm
from directory.accounts.models import Account
from directory.accounts.sessions import signed_in
from directory.accounts.views import blueprint
from directory.accounts.views.onward import proven, refused
from directory.errors import Conflict, Invalid
from directory.web.access import requires
from directory.web.once import writes_once


@blueprint.get("/tai-khoan/buoc-hai")
@requires("account.own")
def second_factor() -> ResponseReturnValue:
    """Offer the ways, to who must have one before anything else."""
    return render_template(
        "accounts/second_factor.html", account=_account(), passkeys_are_possible=passkeys.are_possible()
    )


@blueprint.get("/tai-khoan/ma-mot-lan")
@requires("account.own")
@proven
def one_time_code() -> ResponseReturnValue:
    """Show a new seed; it counts once a code of it was typed."""
    account = _account()
    carried = operations.new_totp_seed(account, clock.now())
    return _seed_page(account, CodeForm(formdata=None, carried=carried))


@blueprint.post("/tai-khoan/ma-mot-lan")
@requires("account.own")
@proven
@writes_once
def set_up_one_time_code() -> ResponseReturnValue:
    """Take the seed that was shown, proven by a code."""
    account, form, now = _account(), CodeForm(), clock.now()
    try:
        operations.totp_seed(account, form.carried.data or "", now)
    except Invalid:
        return redirect(url_for("accounts.one_time_code"), code=303)
    try:
        operations.set_up_totp(account, form.carried.data, form.code.data or "", now)
    except Invalid as error:
        return refused(error, form, lambda: _seed_page(account, form))
    return redirect(_after_setup(account), code=303)


@blueprint.post("/tai-khoan/ma-mot-lan/bo")
@requires("account.own")
@proven
@writes_once
def remove_one_time_code() -> ResponseReturnValue:
    """Take the one-time codes away."""
    operations.remove_totp(_account())
    return redirect(url_for("accounts.own_account"), code=303)


@blueprint.get("/tai-khoan/khoa")
@requires("account.own")
@proven
def passkey() -> ResponseReturnValue:
    """Offer to make a passkey."""
    return _passkey_page(_account(), PasskeyForm(formdata=None))


@blueprint.post("/tai-khoan/khoa")
@requires("account.own")
@proven
@writes_once
def add_passkey() -> ResponseReturnValue:
    """Take the passkey that the browser made."""
    account, form = _account(), PasskeyForm()
    try:
        operations.add_passkey(account, form.answer.data or "", form.carried.data or "", clock.now())
    except (Invalid, Conflict) as error:
        return refused(error, form, lambda: _passkey_page(account, form))
    return redirect(_after_setup(account), code=303)


@blueprint.post("/tai-khoan/khoa/<int:passkey_id>/bo")
@requires("account.own")
@proven
@writes_once
def remove_passkey(passkey_id: int) -> ResponseReturnValue:
    """Take a passkey away."""
    operations.remove_passkey(_account(), passkey_id)
    return redirect(url_for("accounts.own_account"), code=303)


@blueprint.get("/tai-khoan/ma-du-phong")
@requires("account.own")
@proven
def recovery_codes() -> ResponseReturnValue:
    """Show ten new codes, once; they count when she says that she put them away."""
    account, now = _account(), clock.now()
    carried = operations.new_recovery_codes(account, now)
    codes = [paper_codes.grouped(code) for code in operations.recovery_codes(account, carried, now)]
    form = CodeForm(formdata=None, carried=carried)
    return render_template("accounts/recovery_codes.html", form=form, codes=codes, account=account)


@blueprint.post("/tai-khoan/ma-du-phong")
@requires("account.own")
@writes_once
def keep_recovery_codes() -> ResponseReturnValue:
    """Let the codes that were shown be good, and all former ones not."""
    operations.keep_recovery_codes(_account(), CodeForm().carried.data or "", clock.now())
    return redirect(url_for("accounts.own_account"), code=303)


def _account() -> Account:
    return queries.account_of(signed_in())


def _after_setup(account: Account) -> str:
    has_codes = bool(queries.recovery_codes_left(account.id))
    return url_for("accounts.own_account") if has_codes else url_for("accounts.recovery_codes")


def _seed_page(account: Account, form: CodeForm) -> str:
    seed = operations.totp_seed(account, form.carried.data, clock.now())
    address = one_time_codes.address(seed, account.name)
    return render_template(
        "accounts/one_time_code.html",
        form=form,
        seed=" ".join(seed[at : at + 4] for at in range(0, len(seed), 4)),
        address=address,
        picture=_picture(address),
    )


def _picture(address: str) -> Markup:
    """Return the QR code as a drawing within the page: no file, no foreign server ever sees the seed."""
    drawn = io.BytesIO()
    segno.make(address, error="m").save(
        drawn, kind="svg", xmldecl=False, svgns=False, omitsize=True, border=4, light="#fff", dark="#000",
        title=_("Mã QR"),
    )  # fmt: skip
    return Markup(drawn.getvalue().decode())  # noqa: S704 - made of squares only


def _passkey_page(account: Account, form: PasskeyForm) -> str:
    options, note = passkeys.ask_for_new(account, clock.now()) if passkeys.are_possible() else ("", "")
    return render_template("accounts/passkey.html", form=form, options=options, note=note)
