"""Who may open a route: declared on the view, enforced before it runs, tested over the whole URL map (D12)."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, request
from flask_babel import gettext as _

from directory.errors import NotAllowed

View = TypeVar("View", bound=Callable[..., Any])
AbilitiesOf = Callable[[], frozenset[str]]

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
    abilities_of: AbilitiesOf = current_app.extensions["abilities_of"]
    return ability in abilities_of()


def access_of(app: Flask, endpoint: str) -> str | None:
    """Return what the endpoint declares: ``public``, an ability, or None when it declares nothing."""
    return getattr(app.view_functions[endpoint], "access", None)


def enforce(app: Flask, abilities_of: AbilitiesOf = frozenset) -> None:
    """Refuse, before any view runs, what its declaration does not allow.

    ``abilities_of`` answers for the present request; without accounts nobody has any ability.
    """
    app.extensions["abilities_of"] = abilities_of
    # Flask makes this view itself; the files in it are our own stylesheet, script and icons.
    public(app.view_functions["static"])

    @app.before_request
    def check_access() -> None:
        if request.endpoint is None:
            return  # no such address: Flask answers 404 itself
        declared = access_of(app, request.endpoint)
        if declared is None:
            raise RuntimeError(f"{request.endpoint} declares no access")
        if declared != PUBLIC and not can(declared):
            raise NotAllowed(_("Bạn chưa được phép mở trang này."), what_now=_("Hãy hỏi điều phối viên của địa bàn."))
