"""Quick exit: a plain link on every page that ends the session and leads to a neutral, busy site (§8).

A GET by design (one of D11's two named exceptions): it must work without JavaScript, with one thumb, in a hurry.
"""

import logging

from flask import Blueprint, current_app, redirect
from werkzeug.wrappers import Response

from directory.extensions import settings
from directory.web.access import public

log = logging.getLogger(__name__)

blueprint = Blueprint("quick_exit", __name__)


@blueprint.get("/thoat")
@public
def leave() -> Response:
    """End whatever this browser holds of us, here and there, and go to the neutral site.

    ``Clear-Site-Data`` drops cookies, cache and storage where the browser knows it; the history of the browser
    cannot be erased from here, and the help on the page says so.
    """
    for act in current_app.extensions.get("when_leaving", ()):
        try:
            act()
        except Exception:
            # Whoever must leave leaves, even when the database does not answer; the session ends by itself when idle.
            log.exception("leaving_failed")
    answer = redirect(settings().exit_url, code=303)
    answer.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
