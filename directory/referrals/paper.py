"""Paper: the QR code, and a page of ours as a PDF. Nothing is fetched but our own style sheets."""

import logging
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import segno
from flask import Response, current_app
from markupsafe import Markup
from werkzeug.security import safe_join

from directory.memory import undisturbed

#: Where a page that becomes a PDF seems to lie; there is no such host, and nothing asks for it.
_NOWHERE = "http://paper.invalid/"

#: Of the masks of a QR code the one that shifts both ways, in threes: addresses have no rhythm of theirs.
_ONE_MASK = 3
#: The pictures that a page of ours may have stand in itself.
_PICTURE = "data:image/png;base64,"

#: It warns of each property that screens know and paper does not.
logging.getLogger("weasyprint").setLevel(logging.ERROR)


def qr_code(link: str) -> Markup:
    """Return the QR code of an address as a drawing that fills its box.

    Error correction M, or better where it costs no room: paper is folded, and phones are cheap. A border of four
    modules belongs to it; 29 to 41 modules on 27 mm are 0.55 mm each or more.
    """
    code = segno.make(link, error="m", micro=False)
    return Markup(code.svg_inline(omitsize=True, border=4, dark="#000", light="#fff", svgclass="qr"))  # noqa: S704 - its own drawing


def qr_picture(link: str) -> str:
    """Return the QR code of an address as the source of a picture, for pages that have a code in every row.

    Why no drawing: its hundred lines take a PDF ten times as long. Why one mask for all: each of the eight can be read,
    and to weigh them takes four fifths of the time that a code takes. Four dots to a module keep its edges sharp where
    a screen smooths pictures.
    """
    return segno.make(link, error="m", micro=False, mask=_ONE_MASK).png_data_uri(scale=4, border=4)


def as_pdf(html: str, filename: str) -> Response:
    """Return a page of ours as an answer that is a PDF; its name says no more than the page's title."""
    return as_answer(pdf_of(html), filename)


def as_answer(document: bytes, filename: str) -> Response:
    """Return a PDF as an answer."""
    answer = Response(document, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{filename}"'
    return answer


def pdf_of(html: str) -> bytes:
    """Return a page of ours as a PDF."""
    return bound(html).document


class Printed(NamedTuple):
    """A PDF, and how many pages it has."""

    document: bytes
    pages: int


def bound(html: str, end: Callable[[int], str] | None = None) -> Printed:
    """Return a page of ours as a PDF, bound with an end that is told how many pages come before it."""
    with undisturbed():
        document = _laid_out(html)
        pages = list(document.pages)
        if end:
            pages += _laid_out(end(len(pages))).pages
        return Printed(document.copy(pages).write_pdf(), len(pages))


def _laid_out(html: str) -> Any:
    # Heavy, and needed for paper only.
    from weasyprint import HTML

    return HTML(string=html, base_url=_NOWHERE, url_fetcher=_own_fetcher()).render()


def _own_fetcher() -> object:
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class OwnStyles(URLFetcher):  # type: ignore[misc]
        """Give out our own style sheets, let a picture be that stands in the page, and refuse everything else."""

        def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:  # noqa: ARG002 - as it is called
            if url.startswith(_PICTURE):
                picture = b64decode(url.removeprefix(_PICTURE), validate=True)
                return URLFetcherResponse(url, body=picture, headers={"Content-Type": "image/png"})
            return URLFetcherResponse(url, body=_style(url), headers={"Content-Type": "text/css"})

    return OwnStyles()


def _style(url: str) -> bytes:
    path = urlsplit(url).path.removeprefix(f"{current_app.static_url_path}/")
    file = safe_join(str(current_app.static_folder), path)
    if not url.startswith(_NOWHERE) or file is None or not file.endswith(".css"):
        raise ValueError(f"not a style sheet of ours: {url}")
    return Path(file).read_bytes()
