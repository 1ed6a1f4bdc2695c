"""Browsers that have signed in before: whoever guesses from elsewhere cannot slow these down.

The cookie ``may`` holds a random name of the browser and, for each account or desk that signed in on it, a keyed hash
over both. It opens nothing, and does not tell who signed in: it only picks the bucket in which tries are counted.
"""

import hashlib
import hmac
import re
import secrets

from flask import Response, after_this_request, request

from directory.extensions import settings

COOKIE_MAX_AGE_S = 180 * 24 * 3600
#: A shared phone or a desk: so many accounts have a bucket of their own on one browser.
MOST_SUBJECTS = 6
_NAME = re.compile(r"[0-9a-f]{32}")


def known(subject: str) -> str | None:
    """Return the name of this browser if the account or desk (``Actor.key``) has signed in on it, else None."""
    name, marks = _read()
    return name if any(hmac.compare_digest(mark, _mark(name, subject)) for mark in marks) else None


def remember(subject: str) -> None:
    """Let the answer of this request tell the browser that the account or desk has signed in on it."""
    name, marks = _read()
    kept = [mark for mark in marks if mark != _mark(name, subject)][: MOST_SUBJECTS - 1]
    value = ".".join([name, _mark(name, subject), *kept])

    @after_this_request
    def set_cookie(response: Response) -> Response:
        https = settings().is_https
        response.set_cookie(_cookie(), value, max_age=COOKIE_MAX_AGE_S, secure=https, httponly=True, samesite="Strict")
        return response


def _cookie() -> str:
    return "__Host-may" if settings().is_https else "may"


def _read() -> tuple[str, list[str]]:
    name, *marks = request.cookies.get(_cookie(), "").split(".")
    return (name, marks) if _NAME.fullmatch(name) else (secrets.token_hex(16), [])


def _mark(name: str, subject: str) -> str:
    key = settings().secret_key.encode()
    return hmac.new(key, f"device\0{name}\0{subject}".encode(), hashlib.sha256).hexdigest()[:32]
