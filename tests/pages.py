"""A client that inspects every page it gets, so that two thousand tests check what no test says.

Checked of each HTML answer: it parses strictly, has a neutral title and one h1, names no foreign host in anything a
browser would load, carries the policy, has no inline script, style or handler, and a way to leave fast.
"""

import re
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
from flask import has_app_context
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from directory.extensions import db

LOADING = {"script": "src", "img": "src", "iframe": "src", "source": "src", "link": "href", "use": "href"}

#: Words that no title or address may hold: somebody may look over her shoulder or through her history.
TELLING = re.compile(
    r"mại dâm|bán dâm|mai.?dam|ban.?dam|\bgái\b|\bhiv\b|\bsti\b|bạo lực|bao.luc|prostitut|sex", re.IGNORECASE
)


class OwnContextClient(FlaskClient):
    """Send each request in a context of its own, as a server does.

    Without it Flask would reuse the test's context, and what one request keeps in ``g`` (who is signed in, the form
    token) would be known to the next. What the test's own session read before is read anew after it.
    """

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        if has_app_context():
            db.session.rollback()
        with self.application.app_context():
            return super().open(*args, **kwargs)


class InspectingClient(OwnContextClient):
    """Inspect each page unless the call says ``inspect=False``."""

    def open(self, *args: Any, inspect: bool = True, **kwargs: Any) -> TestResponse:
        response = super().open(*args, **kwargs)
        if inspect and response.mimetype == "text/html" and response.status_code not in {301, 302, 303, 308}:
            inspect_page(response)
        return response


def inspect_page(response: TestResponse) -> None:
    """Fail with a sentence when the page breaks one of the rules that hold for all."""
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    framed = "frame-ancestors 'self'" in response.headers["Content-Security-Policy"]
    text = response.get_data(as_text=True)
    document = html5lib.HTMLParser(namespaceHTMLElements=False, strict=True).parse(text)
    _inspect_title(document)
    for element in document.iter():
        if isinstance(element.tag, str):
            _inspect_element(element, framed=framed)
    _inspect_ids(document)
    if not framed:
        assert document.find(".//a[@href='/thoat']") is not None, "no way to leave fast"
        assert len(document.findall(".//h1")) == 1, "a page has one h1"


def _inspect_title(document: Element) -> None:
    title = document.findtext(".//title")
    assert title, "the page has no title"
    assert not TELLING.search(title), f"the title tells: {title}"


def _inspect_element(element: Element, *, framed: bool) -> None:
    wanted = element.get(LOADING.get(element.tag, ""), "")
    is_loaded = element.tag != "link" or element.get("rel") in {"stylesheet", "icon", "manifest", "preload"}
    assert not (is_loaded and re.match(r"(https?:)?//", wanted)), f"<{element.tag}> loads from {wanted}"
    assert not [name for name in element.attrib if name.startswith("on")], f"<{element.tag}> has an inline handler"
    if not framed:
        assert "style" not in element.attrib, f"<{element.tag}> has an inline style, which the policy blocks"
        assert element.tag != "style", "an inline style sheet, which the policy blocks"
        assert element.tag != "script" or element.get("src"), "an inline script, which the policy blocks"
    if element.tag == "form":
        assert element.get("action"), "a form without an action"
    if element.tag == "img":
        assert element.get("alt") is not None, "an image without an alternative"


def _inspect_ids(document: Element) -> None:
    ids = [element.get("id") for element in document.iter() if element.get("id")]
    twice = {name for name in ids if ids.count(name) > 1}
    assert not twice, f"ids used twice: {twice}"
