"""Who may open a route: declared on the view, enforced before it runs, tested over the whole URL map (D12)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, current_app, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from directory.errors import NotAllowed

View = TypeVar("View", bound=Callable[..., Any])


def _nothing() -> frozenset[str]:
    return frozenset()


@dataclass(frozen=True)
class Visitors:
    """What ``web`` must be told of who is behind a request: this package does not know the accounts."""

    #: What the person may do.
    abilities: Callable[[], frozenset[str]] = _nothing
    #: What stored answers know her by; "-" for somebody who is not signed in.
    key: Callable[[], str] = lambda: "-"
    #: The way to the sign-in page for somebody who is not signed in; None for somebody who is.
    sign_in: Callable[[], ResponseReturnValue | None] = lambda: None


PUBLIC = "public"


def public(view: View) -> View:
    """Declare that anybody may open this route."""
    view.access = PUBLIC  # type: ignore[attr-defined]
    return view


def requires(ability: str) -> Callable[[View], View]:
    """Declare that only a person with this ability (``feature.verb``) may open this route."""

    def declare(view: View) -> View:
        view.access = ability  # type: ignore[attr-defined]
        return view

    return declare


def can(ability: str) -> bool:
    """Whether the person behind this request has the ability; templates ask it, never for a role."""
    return ability in visitors().abilities()


def visitors() -> Visitors:
    """Return what the application told of who is behind a request."""
    told: Visitors = current_app.extensions["visitors"]
    return told


def access_of(app: Flask, endpoint: str) -> str | None:
    """Return what the endpoint declares: ``public``, an ability, or None when it declares nothing."""
    return getattr(app.view_functions[endpoint], "access", None)


def enforce(app: Flask, told: Visitors) -> None:
    """Refuse, before any view runs, what its declaration does not allow.

    Somebody who is not signed in is led to the sign-in page, whether or not there is anything behind the address.
    """
    app.extensions["visitors"] = told
    # Flask makes this view itself; the files in it are our own stylesheet, script and icons.
    public(app.view_functions["static"])

    @app.before_request
    def check_access() -> ResponseReturnValue | None:
        if request.endpoint is None:
            return None  # no such address: Flask answers 404 itself
        declared = access_of(app, request.endpoint)
        if declared is None:
            raise RuntimeError(f"{request.endpoint} declares no access")
        if declared == PUBLIC or can(declared):
            return None
        if way := visitors().sign_in():
            return way
        raise NotAllowed(_("Bạn chưa được phép mở trang này."), what_now=_("Hãy hỏi điều phối viên của địa bàn."))
