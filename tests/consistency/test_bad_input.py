"""Bad input and headers at every address: a sentence and a useful page, never a 500, nothing kept, nothing told."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import EnvironBuilder

from tests.pages import TELLING

DOORS = (
    "/", "/tim", "/api/tim", "/goi-y", "/ban-do", "/ban-do/khung", "/khan-cap", "/suc-khoe", "/dich-vu/00000000",
    "/don-vi/00000000", "/chu-de/00000000", "/ngon-ngu/vi", "/ngon-ngu/xx", "/thoat", "/ban-do/o/8/203/112.png",
    "/ban-do/o/99999999999999999999/1/1.png", "/ban-do/tep/khong-co.js", "/tep/app.css", "/tep/khong-co.css",
    "/khong-co", "/api/khong-co",
)  # fmt: skip
PARAMETERS = ("q", "vt", "o", "chu-de", "ban-kinh", "mo-cua", "trang", "moi-trang", "bo", "ve", "v")
AWKWARD = (
    "nan", "inf", "-inf", "1e9", "1e999", "-1", "0", "999999999999999999999999999", "20.951,107.08", "15.0,114.0",
    "91,181", "nan,nan", "0,0", "-20,-107", "20.951;107.08", ",", "\x00", "\x00\x01", "%", "%s", "\ud800", "\u202e",
    "٣", "²", "㉈", "a" * 5_000, "💩" * 200, "\u0301" * 300, "đ" * 101, "' OR 1=1 --", "../../etc/passwd", "//evil",
)  # fmt: skip
texts = st.one_of(st.sampled_from(AWKWARD), st.text(max_size=60), st.binary(max_size=40))
queries = st.lists(st.tuples(st.sampled_from(PARAMETERS), texts), max_size=6)


def quoted(text: str | bytes) -> str:
    raw = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    return "".join(f"%{byte:02X}" for byte in raw)


def ask(app, address, **how):
    """Ask as a stranger would, and read the answer to its end: a file that is not stays open."""
    answer = app.test_client().open(address, **how)
    answer.get_data()
    answer.close()
    return answer


def is_useful(answer) -> bool:
    """Whether the answer is a redirect, a file, JSON, or a page with a heading and a way to search."""
    if answer.mimetype != "text/html" or answer.status_code in {204, 303}:
        return answer.status_code in {200, 204, 303} or answer.mimetype == "application/json"
    page = answer.get_data(as_text=True)
    is_frame = "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]
    return is_frame or ("<h1" in page and (('name="q"' in page) or answer.status_code == 200))


@given(door=st.sampled_from(DOORS), query=queries)
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_parameter_breaks_a_page(app, door, query):
    address = door + "?" + "&".join(f"{name}={quoted(text)}" for name, text in query)
    answer = ask(app, address)
    # Health is 503 while a fresh site has no index yet; everything else answers.
    assert answer.status_code < 500 or door == "/suc-khoe"
    assert is_useful(answer), address


@given(path=st.one_of(st.text(max_size=40), st.binary(max_size=30)), door=st.sampled_from(DOORS))
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_path_breaks_the_site(app, path, door):
    for address in ("/" + quoted(path), door.rpartition("/")[0] + "/" + quoted(path)):
        answer = ask(app, address)
        assert answer.status_code < 500
        assert is_useful(answer), address


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "PROPFIND", "TRACE"])
def test_another_way_of_asking_is_refused_with_a_page_or_answered_without_one(app, method):
    for door in DOORS:
        answer = ask(app, door, method=method, data=b"\xff\x00")
        assert answer.status_code < 500 or door == "/suc-khoe"
        assert method != "HEAD" or not answer.data


@pytest.mark.parametrize(
    "header",
    [
        ("Host", "evil.example"), ("Host", "a b"),
        ("Accept-Language", "\xff,;q=x"),
        ("Accept-Language", "vi;q=nan," * 200), ("Accept-Encoding", "gzip;q=nope"), ("Range", "bytes=99999999999-"),
        ("Range", "bytes=5-1"), ("If-Modified-Since", "ngày xưa"), ("If-None-Match", '"' * 50),
        ("Cookie", "ngon_ngu=\xff"),
        ("Cookie", "phien=.eJx;" * 50), ("Content-Length", "-1"), ("Content-Type", "multipart/form-data"),
        ("X-Forwarded-Host", "evil.example"), ("X-Forwarded-Proto", "javascript"),
        ("Referer", "https://evil.example/a"),
    ],
)  # fmt: skip
def test_no_header_breaks_a_page_or_comes_back(app, header):
    for door in ("/", "/tim?q=a", "/api/tim?q=a", "/tep/app.css", "/khong-co", "/ban-do/khung"):
        environ = EnvironBuilder(path=door.partition("?")[0], query_string=door.partition("?")[2]).get_environ()
        environ["HTTP_" + header[0].upper().replace("-", "_")] = header[1]
        answer = ask(app, environ)
        assert answer.status_code < 500
        assert "evil.example" not in answer.get_data(as_text=True)
        assert "evil.example" not in str(answer.headers)


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_every_answer_carries_the_headers_and_no_cookie(app, door, method):
    answer = ask(app, door, method=method)
    headers = answer.headers
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "frame-ancestors" in headers["Content-Security-Policy"]
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "noindex" in headers["X-Robots-Tag"]
    if answer.status_code != 204 and answer.mimetype in {"text/html", "application/json"} and "tep/" not in door:
        assert headers["Cache-Control"] == "no-store"
    if not door.startswith("/ngon-ngu/vi"):
        assert "Set-Cookie" not in headers


def test_a_file_that_has_not_changed_is_answered_with_the_same_headers(app):
    tag = ask(app, "/tep/app.css").headers["ETag"]
    answer = ask(app, "/tep/app.css", headers={"If-None-Match": tag})
    assert answer.status_code == 304
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_health_says_nothing_but_whether_the_site_can_answer(app):
    assert all(isinstance(value, bool) for value in ask(app, "/suc-khoe").json.values())


def test_an_endless_path_does_not_come_back_as_a_long_page(app):
    assert len(ask(app, "/" + "a" * 100_000).data) < 20_000


@pytest.mark.parametrize("language", ["vi", "en"])
def test_nothing_that_stays_in_a_history_or_a_download_folder_tells(app, language):
    """Titles, addresses of links, names of files and cookies, and what a shared link would show, in both languages."""
    client = app.test_client()
    client.get(f"/ngon-ngu/{language}")
    names = [app.config["SESSION_COOKIE_NAME"], *(cookie.key for cookie in client._cookies.values())]
    for door in ("/", "/tim?q=a", "/khan-cap", "/ban-do", "/ban-do/khung", "/khong-co", *_subjects(client)):
        page = client.get(door).get_data(as_text=True)
        names += re.findall(r"<title>(.*?)</title>", page, re.DOTALL)
        names += re.findall(r'<meta[^>]+content="([^"]*)"', page)
        names += re.findall(r'(?:href|src|action)="([^"]*)"', page)
    assert len(names) > 100
    assert not [name for name in names if TELLING.search(name)]


def _subjects(client) -> list[str]:
    return re.findall(r'href="(/chu-de/\w+)"', client.get("/").get_data(as_text=True))
