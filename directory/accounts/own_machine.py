"""Whether the visitor sits at the very machine that serves the site: only there do illustrative accounts and PINs open.

Their passphrases are printed in the README, so anywhere else they would be a door for everybody.
"""

from ipaddress import ip_address
from urllib.parse import urlsplit

from flask import has_request_context, request

from directory.extensions import settings
from directory.web.host import ASKED_HOST

_SET_BY_PROXIES = ("Forwarded", "X-Forwarded-For", "X-Real-IP", "Via")


def is_visitor_here() -> bool:
    """Whether the request comes from this machine, by an address of this machine, and through nothing in between.

    Why the name it was asked by, too: a tunnel that adds no header, or a foreign name that leads here, is told by it.
    """
    if not has_request_context():
        return True
    if any(name in request.headers for name in _SET_BY_PROXIES):
        return False
    if not _is_loopback(_host_of(request.environ.get(ASKED_HOST, request.host))):
        return False
    return _is_loopback(request.remote_addr) and _is_loopback(urlsplit(settings().public_url).hostname)


def _host_of(asked: str) -> str | None:
    try:
        return urlsplit(f"//{asked}").hostname
    except ValueError:
        return None


def _is_loopback(host: str | None) -> bool:
    if not host or host == "localhost":
        return bool(host)
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
