"""What stays in a telephone when a peer has left: pages to go back to, and the files where the browser keeps things."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page

from directory.referrals.models import Slip
from directory.referrals.numbers import grouped
from directory.referrals.tokens import token_of
from tests.browser import ARGUMENTS, CHROMIUM, PHONE
from tests.people import issue, sign_in

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    return tmp_path / "profile"


@pytest.fixture
def telephone(profile: Path, browser) -> Iterator[BrowserContext]:
    """A browser that keeps what a browser keeps, until the test closes it."""
    context = browser.browser_type.launch_persistent_context(
        str(profile), executable_path=CHROMIUM, args=ARGUMENTS, viewport=PHONE, locale="vi-VN"
    )
    yield context
    context.close()


def leave(page: Page, address: str) -> None:
    page.locator("a[href='/thoat']").first.click()
    page.wait_for_url(f"{address}/khan-cap")


def sign_out(page: Page, address: str) -> None:
    page.goto(f"{address}/tai-khoan")
    page.get_by_role("button", name="Đăng xuất", exact=True).click()
    page.wait_for_url(f"{address}/")


@pytest.mark.parametrize("go", [leave, sign_out])
def test_nothing_of_a_slip_stays_when_she_has_gone(app: Flask, people, live_server, telephone, profile, go):
    slip = issue(people)
    app.extensions["settings"] = replace(app.extensions["settings"], exit_url=f"{live_server}/khan-cap")
    client, page = app.test_client(), telephone.new_page()
    sign_in(client, people.peer)
    telephone.add_cookies([{"name": "phien", "value": client.get_cookie("phien").value, "url": live_server}])
    for end in ("", "/in", ""):
        page.goto(f"{live_server}/phieu/{slip.code}{end}")
        assert grouped(slip.number) in page.content()
    go(page, live_server)
    for _ in range(5):
        page.go_back()
        assert [secret for secret in secrets_of(slip) if secret in page.content()] == []
    telephone.close()
    assert kept_in(profile, slip) == {}


def secrets_of(slip: Slip) -> list[str]:
    plain = [slip.number, grouped(slip.number), slip.client_code, grouped(slip.client_code), token_of(slip)]
    return [*plain, *(text.upper() for text in plain)]


def kept_in(profile: Path, slip: Slip) -> dict[str, list[str]]:
    """Return what the files of the browser hold of the slip's number, code and token, by file."""
    found = {}
    for path in (path for path in profile.rglob("*") if path.is_file()):
        data = path.read_bytes()
        texts = [s for s in secrets_of(slip) if s.encode() in data or s.encode("utf-16-le") in data]
        found |= {str(path.relative_to(profile)): texts} if texts else {}
    # The address is kept, and is why it says nothing; that it is found shows that this looks in the right place.
    assert slip.code.encode() in (profile / "Default" / "History").read_bytes()
    return found
