"""``/q`` and ``/p``: a slip that lies on a desk, scanned or typed; and the client who takes hers back.

A stranger learns whether the slip can still be used. A wrong number, a wrong PIN and a slip for another place look the
same. A GET changes nothing, so a robot that follows a link does no harm.
"""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from directory import clock
from directory.accounts import desks, devices, sessions, slowing
from directory.accounts.rules import Actor
from directory.catalogue.queries import site_page
from directory.errors import DirectoryError, Invalid, NotFound, TooSoon
from directory.referrals import numbers, operations, queries
from directory.referrals.desk_forms import PresentForm, WithdrawForm
from directory.referrals.models import Slip
from directory.referrals.queries.at_desk import is_blank
from directory.referrals.rules import is_usable
from directory.referrals.tokens import hash_of
from directory.web.access import public, requires
from directory.web.once import writes_once
from directory.web.transaction import transaction, writes
from directory.web.wording import what_happened, what_now

blueprint = Blueprint("presenting", __name__)

#: What is told when a slip may not be seen here, in every case the same.
REFUSED = (Invalid, NotFound)


@blueprint.get("/q")
@public
def landing() -> ResponseReturnValue:
    """Where the QR code leads: the token stands after ``#`` and reaches us only as a form."""
    return render_template("referrals/receiving/scan.html")


@blueprint.post("/q")
@public
def scanned() -> ResponseReturnValue:
    """Open the slip for a desk or staff who are known; tell anybody else only whether it can be used."""
    form = PresentForm()
    if receiver() is not None:
        return _answer(form)
    return _scanned_page(form, WithdrawForm(formdata=None, token=form.token.data))


@blueprint.post("/q/rut-lai")
@public
@writes_once
def withdraw() -> ResponseReturnValue:
    """Take the consent back for the client who holds the paper; her code is erased at once."""
    form = WithdrawForm()
    if not form.validate():
        return _scanned_page(PresentForm(formdata=None, token=form.token.data), form), 422
    operations.withdraw_by_token(form.token.data or "")
    return redirect(url_for(".withdrawn"), code=303)


@blueprint.get("/q/da-rut-lai")
@public
def withdrawn() -> ResponseReturnValue:
    """Say that it is done; a page of its own, so that going back shows nothing of the slip."""
    return render_template("referrals/receiving/withdrawn.html")


@blueprint.get("/p")
@public
def by_number() -> ResponseReturnValue:
    """Ask for the number on the paper, and for the PIN of a desk that is not yet known."""
    return _number_page(PresentForm(formdata=None))


@blueprint.post("/p")
@public
def open_by_number() -> ResponseReturnValue:
    """Open a slip by its number or token."""
    return _answer(PresentForm())


@blueprint.post("/p/dong")
@requires("slips.receive")
@writes
def close_desk() -> ResponseReturnValue:
    """End the session of this desk on this machine."""
    sessions.end_present()
    return redirect(url_for(".by_number"), code=303)


def receiver() -> Actor | None:
    """Return the desk or member of staff behind this request, or None."""
    actor = sessions.present()
    return actor if actor and "slips.receive" in actor.abilities else None


def _answer(form: PresentForm) -> ResponseReturnValue:
    try:
        return redirect(_opened(form), code=303)
    except (*REFUSED, TooSoon) as refused:
        return _refused(form, refused)


def _opened(form: PresentForm) -> str:
    """Note that the slip lies before this desk, sign the desk in when its PIN says who it is; return the page to go to.

    Why tries are counted before anything is looked at: see ``slowing.begin_try``.
    """
    actor, desk, counted = receiver(), None, []
    if not (subject := _what_is_tried(form)):
        raise Invalid(desks.WRONG_PIN, what_now=desks.WHAT_NOW)
    if actor is None:
        counted.append(_begin(("slip", subject, _known_device(form.pin.data or ""))))
        desk = desks.check_pin(form.pin.data or "", clock.now())
        actor = sessions.desk_actor(desk)
    # By the desk, too: whoever has a PIN and no session would else guess number after number.
    counted.append(_begin(("slip", actor.key)))
    slip = _wanted_slip(form)
    with transaction():
        if not is_blank(slip):
            operations.present(actor, slip)
        if desk is not None:
            sessions.begin(desk=desk)
        sessions.note_presented(slip.code)
        for tries in counted:
            slowing.succeeded(tries)
        page = url_for("receiving.blank" if is_blank(slip) else "receiving.slip", code=slip.code)
    if desk is not None:
        devices.remember(actor.key)
    return page


def _what_is_tried(form: PresentForm) -> str:
    """Return what a try is counted by; empty when it can be no slip, so that nothing needs to be looked at."""
    if form.token.data:
        return (hash_of(form.token.data) or b"").hex()
    return numbers.read_slip_number(form.number.data or "") or ""


def _begin(tries: slowing.Parts) -> slowing.Parts:
    slowing.begin_try(tries, clock.now())
    return tries


def _wanted_slip(form: PresentForm) -> Slip:
    token = form.token.data
    slip = queries.by_token(token) if token else queries.by_number(form.number.data or "")
    if slip is None:
        raise Invalid(desks.WRONG_PIN, what_now=desks.WHAT_NOW)
    return slip


def _known_device(pin: str) -> str | None:
    """Return the name of this browser if the desk that the PIN names was open on it: its tries are counted apart."""
    desk = desks.named(pin)
    return devices.known(f"desk:{desk.uuid}") if desk else None


def _refused(form: PresentForm, refused: DirectoryError) -> ResponseReturnValue:
    """Say the same whatever was wrong; only that a try came too early is told."""
    if isinstance(refused, TooSoon):
        form.form_errors.extend([what_happened(refused), what_now(refused)])
        return _number_page(form), 429, {"Retry-After": str(refused.wait_s)}
    if receiver():
        form.form_errors.append(_("Không mở được phiếu này ở nơi của bạn."))
        form.form_errors.append(
            _("Có thể số bị gõ nhầm, hoặc phiếu gửi đến nơi khác. Khách hỏi lại người lập phiếu nhé.")
        )
    else:
        form.form_errors.extend([_(desks.WRONG_PIN), _(desks.WHAT_NOW)])
    return _number_page(form), 422


def _number_page(form: PresentForm) -> str:
    actor = receiver()
    return render_template(
        "referrals/receiving/number.html",
        form=form,
        was_closed=actor is None and "dong" in request.args,
        is_desk=bool(actor and actor.is_desk),
        site_name=site_page(actor.site_id, clock.now()).name if actor and actor.site_id else "",
    )


def _scanned_page(form: PresentForm, withdrawal: WithdrawForm) -> str:
    slip = queries.by_token(form.token.data or "")
    is_valid = slip is not None and is_usable(slip.state, slip.valid_until, clock.today())
    return render_template("referrals/receiving/scanned.html", form=form, withdrawal=withdrawal, is_valid=is_valid)
