"""The desk in a real browser: the token behind ``#``, without JavaScript by number, nothing left behind."""

import pytest
from playwright.sync_api import Browser, Page, expect

from directory.extensions import db
from directory.referrals.models import Slip
from directory.referrals.numbers import grouped
from directory.referrals.rules import State
from directory.referrals.tokens import token_of
from tests.browser import PHONE
from tests.people import issue

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def read_again(slip: Slip) -> None:
    """Read the slip as the server left it: the test's own transaction began before."""
    db.session.rollback()
    db.session.refresh(slip)


def test_a_scan_the_pin_and_two_taps_are_all(page: Page, live_server, people):
    slip = issue(people)
    page.goto(f"{live_server}/q#{token_of(slip)}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Phiếu này còn dùng được")
    assert page.evaluate("location.href") == f"{live_server}/q"
    page.get_by_label("Mã PIN").fill(people.desk.pin)
    page.get_by_role("button", name="Mở phiếu").click()
    page.get_by_role("button", name="Khách đã đến").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Khách đã đến")
    page.get_by_role("button", name="Ghi: đã giúp xong").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Xong: khách đã được giúp")
    read_again(slip)
    assert slip.state is State.SERVED


def test_the_next_scan_in_the_same_tab_opens_the_next_slip(page: Page, live_server, people):
    first, second = issue(people), issue(people)
    page.goto(f"{live_server}/q#{token_of(first)}")
    page.get_by_label("Mã PIN").fill(people.desk.pin)
    page.get_by_role("button", name="Mở phiếu").click()
    page.goto(f"{live_server}/q#{token_of(second)}")
    expect(page.get_by_text(grouped(second.number))).to_be_visible()


def test_the_token_is_in_no_address_of_the_history(page: Page, live_server, people):
    token, asked = token_of(issue(people)), []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{live_server}/q#{token}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Phiếu này còn dùng được")
    assert [url for url in asked if token in url.partition("#")[0]] == []
    page.go_back()
    assert token not in page.url


def test_without_javascript_the_number_and_the_pin_open_the_slip(browser: Browser, live_server, people):
    slip = issue(people)
    context = browser.new_context(viewport=PHONE, locale="vi-VN", java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_server}/q#{token_of(slip)}")
    page.get_by_role("link", name="Gõ số phiếu").click()
    page.get_by_label("Số phiếu").fill(grouped(slip.number))
    page.get_by_label("Mã PIN").fill(people.desk.pin)
    page.get_by_role("button", name="Mở phiếu").click()
    page.get_by_role("button", name="Khách đã đến").click()
    page.get_by_text("Từ chối phiếu này").click()
    page.get_by_label("Hết chỗ").check()
    page.get_by_role("button", name="Từ chối phiếu").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Đã từ chối phiếu này")
    context.close()
    read_again(slip)
    assert slip.state is State.DECLINED


def test_the_client_takes_her_slip_back_by_the_scan(page: Page, live_server, people):
    slip = issue(people)
    page.goto(f"{live_server}/q#{token_of(slip)}")
    page.get_by_text("Phiếu này của bạn").click()
    page.get_by_label("Tôi muốn rút lại").check()
    page.get_by_role("button", name="Rút lại phiếu").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Đã rút lại phiếu")
    read_again(slip)
    assert slip.client_code is None


def test_whatever_is_touched_on_a_slip_is_big_enough_for_a_thumb(page: Page, live_server, people):
    slip = issue(people)
    page.goto(f"{live_server}/q#{token_of(slip)}")
    page.get_by_label("Mã PIN").fill(people.desk.pin)
    page.get_by_role("button", name="Mở phiếu").click()
    sizes = page.eval_on_selector_all(
        "main :is(a, button, summary)",
        "all => all.filter(e => e.offsetParent).map(e => [e.innerText, e.getBoundingClientRect().height])",
    )
    assert sizes
    assert [name for name, height in sizes if height < 44] == []
