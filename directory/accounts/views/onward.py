"""Where somebody goes once she is in, and the way back to prove it is her before what matters."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Response, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from directory import clock
from directory.accounts import queries
from directory.accounts.models import Account
from directory.accounts.rules import MUST_HAVE_SECOND_FACTOR, Role
from directory.errors import DirectoryError, TooSoon
from directory.web.forms import Form
from directory.web.language import own_path

#: The first page of each role; a desk's is where it types numbers.
START = {
    Role.PEER_EDUCATOR: "/phieu",
    Role.PROVIDER_STAFF: "/tiep-nhan",
    Role.COORDINATOR: "/dieu-phoi",
    Role.ADMINISTRATOR: "/dieu-phoi/tai-khoan",
}
DESK_START = "/p"


def start_of(account: Account, wanted: str | None = None) -> str:
    """Return where this account goes after signing in: what it must set up, where it came from, or its start."""
    if account.role in MUST_HAVE_SECOND_FACTOR and not account.has_second_factor:
        return url_for("accounts.second_factor")
    path = own_path(wanted or "")
    return START[account.role] if path == "/" else path


def wanted() -> str:
    """Return the path to which this request asks to go afterwards, or nothing."""
    path = own_path(request.values.get("ve", ""))
    return "" if path == "/" else path


def refused(error: DirectoryError, form: Form, page: Callable[[], str]) -> Response:
    """Return the page with its form once more, saying what was wrong and, where it must wait, for how long."""
    form.complain(error)
    if not isinstance(error, TooSoon):
        return make_response(page(), 422)
    answer = make_response(page(), 429)
    answer.headers["Retry-After"] = str(error.wait_s)
    return answer


def proven(view: Callable[..., ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
    """Let the view run only for who proved a short while ago that it is her; anybody else proves it first."""

    @wraps(view)
    def ask_first(*args: Any, **kwargs: Any) -> ResponseReturnValue:
        if queries.is_proven(clock.now()):
            return view(*args, **kwargs)
        back = request.path if request.method == "GET" else url_for("accounts.own_account")
        return redirect(url_for("accounts.prove", ve=back), code=303)

    return ask_first
