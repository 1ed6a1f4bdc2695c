"""The headers of every answer: nothing from a third party, nothing told to one, nothing framed by one (§8)."""

import hashlib
from pathlib import Path
from typing import Any

from flask import Flask, Response, request

from directory.settings import Settings

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-src 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)

#: Position is ours to ask for ("gần tôi"); everything else that a page could ask a phone for is off.
PERMISSIONS_POLICY = (
    "geolocation=(self), camera=(), microphone=(), payment=(), usb=(), interest-cohort=(), browsing-topics=()"
)

STATIC_MAX_AGE_S = 365 * 24 * 3600


def protect(app: Flask, settings: Settings) -> None:
    """Add the headers to every answer; a view may set a stricter or its own policy before (the map frame does)."""

    @app.after_request
    def add_headers(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        headers["Referrer-Policy"] = "no-referrer"
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        headers["Cross-Origin-Resource-Policy"] = "same-origin"
        headers["X-Robots-Tag"] = "noindex, nofollow"
        if settings.is_https:
            headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
        # A search holds words and a position in its address: no cache on the way, or on a shared phone, keeps it.
        if "Cache-Control" not in headers or (request.endpoint != "static" and headers["Cache-Control"] == "no-cache"):
            headers["Cache-Control"] = "no-store"
        return response

    @app.url_defaults
    def name_the_version(endpoint: str, values: dict[str, Any]) -> None:
        """Put the file's age into its address, so that a browser may keep it for a year."""
        if endpoint == "static" and app.static_folder and "v" not in values:
            values["v"] = _version_of(app, values["filename"])


def _version_of(app: Flask, filename: str) -> str:
    """Return a short name of the file's present content, read once for each process."""
    versions: dict[str, str] = app.extensions.setdefault("static_versions", {})
    if filename not in versions or app.debug:
        versions[filename] = _digest(app, filename)
    return versions[filename]


def _digest(app: Flask, filename: str) -> str:
    return hashlib.sha256((Path(app.static_folder or "") / filename).read_bytes()).hexdigest()[:10]
