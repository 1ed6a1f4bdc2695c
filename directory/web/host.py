"""The site has one name, that of its settings; what a request calls it makes no address.

Why: every link of ours is a path or begins with the public address, so the ``Host`` header can only do harm: an
address that leads to another site, or a name so odd that routing fails before an error page can explain it.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Flask

from directory.settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


#: Where a request keeps what it had called the site.
ASKED_HOST = "directory.asked_host"


def go_by_our_name(app: Flask, settings: Settings) -> None:
    """Let each request have the host and scheme of the public address."""
    inner = app.wsgi_app
    ours = urlsplit(settings.public_url)

    def named(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        environ[ASKED_HOST] = environ.get("HTTP_HOST", "")
        environ["HTTP_HOST"], environ["wsgi.url_scheme"] = ours.netloc, ours.scheme
        return inner(environ, start_response)

    app.wsgi_app = named  # type: ignore[method-assign]
