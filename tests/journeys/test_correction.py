"""A peer reports a wrong number, the coordinator accepts, and a second browser's search shows the new one at once."""

from time import monotonic

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.journeys.test_slip import phone, sign_in
from tests.people import People
from tests.people import sign_in as sign_in_client

OLD, NEW = "0203 3825 499", "0203 3825 500"
#: Seconds from the coordinator's press to the number on another screen.
SOON_S = 1.0


def search(page: Page, site: str) -> None:
    """Look for the clinic, as anybody would."""
    page.goto(f"{site}/tim?q=da+lieu+ha+long", wait_until="commit")
    page.locator("main article").first.wait_for()


def propose(page: Page, site: str) -> None:
    """From the search to the entry, and what is right into its field."""
    sign_in(page, site, "sen")
    search(page, site)
    page.get_by_role("link", name="Chi tiết").first.click()
    page.get_by_role("link", name="Đề nghị sửa mục này").click()
    numbers = page.get_by_label("Số điện thoại")
    numbers.fill(numbers.input_value().replace(OLD, NEW))
    page.get_by_role("button", name="Gửi đề nghị").click()
    expect(page.get_by_text("Đang chờ điều phối viên")).to_be_visible()


def accept(app: Flask, page: Page, site: str, people: People) -> float:
    """Two taps from the list of what waits; return the moment of the second."""
    client = app.test_client()
    sign_in_client(client, people.coordinator)
    cookie = client.get_cookie("phien")
    assert cookie
    page.context.add_cookies([{"name": "phien", "value": cookie.value, "url": site}])
    page.goto(f"{site}/dieu-phoi/de-nghi")
    page.get_by_role("link", name="Phòng khám Da liễu").click()
    expect(page.get_by_text(NEW).first).to_be_visible()
    pressed_at = monotonic()
    page.get_by_role("button", name="Nhận, đổi ngay").click()
    expect(page.get_by_text("Đã nhận.")).to_be_visible()
    return pressed_at


@pytest.mark.timeout(170)
def test_a_number_that_a_peer_puts_right_is_on_every_screen_a_second_after_it_is_accepted(
    app, people, live_server, browser
):
    with phone(browser) as peer, phone(browser) as coordinator, phone(browser) as stranger:
        search(stranger, live_server)
        expect(stranger.get_by_text(OLD).first).to_be_visible()
        propose(peer, live_server)
        accepted_at = accept(app, coordinator, live_server, people)
        search(stranger, live_server)
        while not stranger.get_by_text(NEW).count():
            assert monotonic() - accepted_at < SOON_S
            search(stranger, live_server)
        assert stranger.get_by_text("Phòng khám Da liễu").count()
        peer.reload()
        expect(peer.get_by_text("Đã sửa trên trang")).to_be_visible()
