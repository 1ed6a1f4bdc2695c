"""``/dieu-phoi/tai-khoan``: the accounts that she may manage, and the cards that invite to new ones."""

from collections.abc import Callable

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from directory import clock
from directory.accounts import operations as accounts
from directory.accounts import paper_codes
from directory.accounts.models import Account
from directory.accounts.rules import Actor, Role
from directory.accounts.sessions import signed_in
from directory.accounts.wording import role_name
from directory.coordination import operations, queries
from directory.coordination.forms import CoordinatorForm, PeerForm
from directory.errors import Invalid, NotFound
from directory.extensions import settings
from directory.referrals.paper import qr_code
from directory.web.access import requires
from directory.web.once import SEE_OTHER, writes_once

blueprint = Blueprint("people", __name__, url_prefix="/dieu-phoi/tai-khoan")
blueprint.add_app_template_filter(role_name, "role_name")

#: What is done to one account, by the last word of its address.
_ACTS: dict[str, Callable[[Actor, Account], object]] = {
    "khoa": accounts.disable,
    "mo": accounts.enable,
    "dang-xuat": accounts.end_sessions,
}


@blueprint.get("")
@requires("accounts.manage")
def list_page() -> ResponseReturnValue:
    """Show the accounts and the invitations that are still open."""
    actor, now = signed_in(), clock.now()
    return render_template(
        "coordination/people.html",
        accounts=queries.accounts(actor, now),
        invitations=queries.invitations(actor, now),
    )


@blueprint.get("/moi")
@requires("accounts.manage")
def invite_page() -> ResponseReturnValue:
    """Ask who is to be invited."""
    return _invite_page(signed_in())


def _invite_page(actor: Actor, coordinator: CoordinatorForm | None = None) -> str:
    text = request.args.get("q", "")[:100].strip()
    areas = queries.areas_of(actor)
    return render_template(
        "coordination/invite.html",
        text=text,
        found=queries.sites(actor, text) if text else [],
        peer=PeerForm(formdata=None, groups=queries.groups(actor)),
        coordinator=coordinator or CoordinatorForm(formdata=None, areas=areas),
        may_invite_above=actor.role is Role.ADMINISTRATOR,
    )


@blueprint.post("/moi/dong-dang")
@requires("accounts.manage")
@writes_once
def invite_peer() -> ResponseReturnValue:
    """Invite a peer educator."""
    return _to_card(operations.invite_peer(signed_in(), request.form.get("nhom", "")).code)


@blueprint.post("/moi/tiep-nhan")
@requires("accounts.manage")
@writes_once
def invite_staff() -> ResponseReturnValue:
    """Invite staff of a place."""
    return _to_card(operations.invite_staff(signed_in(), request.form.get("noi", "")).code)


@blueprint.post("/moi/dieu-phoi")
@requires("accounts.manage")
@writes_once
def invite_coordinator() -> ResponseReturnValue:
    """Invite a coordinator."""
    actor = signed_in()
    if actor.role is not Role.ADMINISTRATOR:
        raise NotFound(queries.UNKNOWN)
    form = CoordinatorForm(request.form, areas=queries.areas_of(actor))
    if not form.validate():
        return _invite_page(actor, form), 422
    invitation = operations.invite_coordinator(actor, form.areas.data or [], all_areas=form.all_areas.data)
    return _to_card(invitation.code)


@blueprint.post("/moi/quan-tri")
@requires("accounts.manage")
@writes_once
def invite_administrator() -> ResponseReturnValue:
    """Invite an administrator."""
    return _to_card(operations.invite_administrator(signed_in()).code)


def _to_card(code: str) -> ResponseReturnValue:
    return redirect(url_for("people.card", code=code), code=SEE_OTHER)


@blueprint.get("/the/<code>")
@requires("accounts.manage")
def card(code: str) -> ResponseReturnValue:
    """Show an open invitation as a card to be printed and handed over."""
    line = queries.invitation_line(signed_in(), code, clock.now())
    secret = paper_codes.secret_of(line.code)
    link = f"{settings().public_url}/moi#{secret}"
    return render_template(
        "coordination/invitation_card.html",
        line=line,
        secret=paper_codes.grouped(secret),
        qr=qr_code(link),
        address=f"{settings().public_url.partition('://')[2]}/moi",
    )


@blueprint.post("/the/<code>/bo")
@requires("accounts.manage")
@writes_once
def withdraw(code: str) -> ResponseReturnValue:
    """Let a card open nothing any more."""
    actor = signed_in()
    accounts.withdraw_invitation(actor, queries.invitation(actor, code))
    return redirect(url_for("people.list_page"), code=SEE_OTHER)


@blueprint.get("/<code>")
@requires("accounts.manage")
def page(code: str) -> ResponseReturnValue:
    """Show one account and what may be done to it."""
    return render_template("coordination/person.html", account=queries.account_line(signed_in(), code, clock.now()))


@blueprint.post("/<code>/<any('khoa', 'mo', 'dang-xuat'):act>")
@requires("accounts.manage")
@writes_once
def act(code: str, act: str) -> ResponseReturnValue:
    """Disable or enable an account, or sign it out everywhere."""
    actor = signed_in()
    _ACTS[act](actor, queries.account(actor, code))
    return redirect(url_for("people.page", code=code), code=SEE_OTHER)


@blueprint.post("/<code>/dat-lai")
@requires("accounts.manage")
@writes_once
def reset(code: str) -> ResponseReturnValue:
    """Take an account's passphrase away, and make the card that sets a new one."""
    actor = signed_in()
    if request.form.get("gap-mat") != "1":
        raise Invalid(
            _("Chỉ đặt lại khi người đó đang đứng trước mặt bạn."), what_now=_("Hãy quay lại và đánh dấu vào ô đó.")
        )
    account = queries.account(actor, code)
    accounts.reset(actor, account)
    return _to_card(queries.reset_of(account).code)
