"""Signing in, by two steps where there are two, and out."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from directory import clock
from directory.accounts import demo, half_way, operations, passkeys, queries, sessions
from directory.accounts.forms import CodeForm, PasskeyForm, SignInForm
from directory.accounts.models import Account
from directory.accounts.own_machine import is_visitor_here
from directory.accounts.views import blueprint
from directory.accounts.views.onward import DESK_START, START, refused, start_of, wanted
from directory.accounts.wording import role_name
from directory.errors import Invalid, TooSoon
from directory.web.access import public
from directory.web.transaction import transaction, writes


@blueprint.get("/dang-nhap")
@public
def sign_in() -> ResponseReturnValue:
    """Show the form, or the start page to who is in already."""
    if actor := sessions.present():
        return redirect(START[actor.role] if actor.role else DESK_START, code=303)
    return _sign_in_page(SignInForm(formdata=None, onward=wanted()))


@blueprint.post("/dang-nhap")
@public
def prove_passphrase() -> ResponseReturnValue:
    """Take name and passphrase, and go on to the second step where there is one."""
    form = SignInForm()
    if not form.validate():
        return _sign_in_page(form), 422
    try:
        account = operations.sign_in_by_passphrase(form.name.data, form.passphrase.data, clock.now())
    except (Invalid, TooSoon) as error:
        return refused(error, form, lambda: _sign_in_page(form))
    if account.has_second_factor:
        return redirect(url_for("accounts.second_step", ve=wanted() or None), code=303)
    return redirect(start_of(account, wanted()), code=303)


@blueprint.get("/dang-nhap/buoc-hai")
@public
def second_step() -> ResponseReturnValue:
    """Ask for the second factor of whoever gave a right passphrase a short while ago."""
    account = half_way.account_half_in(clock.now())
    if account is None:
        return redirect(url_for("accounts.sign_in", ve=wanted() or None), code=303)
    return _second_step_page(account, CodeForm(formdata=None, label=_code_label(account)))


@blueprint.post("/dang-nhap/buoc-hai")
@public
def prove_second_factor() -> ResponseReturnValue:
    """Take a one-time code, a recovery code or the answer of a passkey."""
    now = clock.now()
    account = half_way.account_half_in(now)
    if account is None:
        return redirect(url_for("accounts.sign_in", ve=wanted() or None), code=303)
    form, by_passkey = CodeForm(label=_code_label(account)), PasskeyForm()
    try:
        if by_passkey.answer.data:
            operations.sign_in_by_passkey(account, by_passkey.answer.data, by_passkey.carried.data or "", now)
        else:
            operations.sign_in_by_code(account, form.code.data or "", now)
    except (Invalid, TooSoon) as error:
        return refused(error, form, lambda: _second_step_page(account, form))
    return redirect(start_of(account, wanted()), code=303)


@blueprint.post("/dang-xuat")
@public
@writes
def sign_out() -> ResponseReturnValue:
    """End the session; doing it twice is doing it once."""
    operations.sign_out()
    return redirect("/", code=303)


def end_when_leaving() -> None:
    """End the session on quick exit, which knows nothing of accounts."""
    if sessions.present():
        with transaction():
            operations.sign_out()


def _sign_in_page(form: SignInForm) -> str:
    shown = [(account, demo.demo_of(account), role_name(account.role)) for account in _demo_accounts()]
    return render_template("accounts/sign_in.html", form=form, form_key=_sent_key(), demo_accounts=shown)


def _demo_accounts() -> list[Account]:
    return queries.demo_accounts() if is_visitor_here() else []


def _second_step_page(account: Account, form: CodeForm) -> str:
    options, note = passkeys.ask_for_known(account, clock.now()) if _may_use_passkey(account) else ("", "")
    return render_template(
        "accounts/second_step.html",
        form=form,
        onward=wanted(),
        has_codes=account.totp_sealed is not None,
        options=options,
        note=note,
        demo_code=demo.present_code(demo.demo_of(account)),
    )


def _may_use_passkey(account: Account) -> bool:
    return bool(account.passkeys) and passkeys.are_possible()


def _code_label(account: Account) -> str:
    return _("Mã sáu số trong ứng dụng") if account.totp_sealed is not None else _("Mã dự phòng")


def _sent_key() -> str:
    return request.form.get("khoa", "")
