"""A slip from the search to "she was helped", at phone width on a slow network; and once more without JavaScript."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from directory.extensions import db
from directory.referrals.models import Slip
from directory.referrals.numbers import grouped
from directory.referrals.rules import State
from directory.referrals.tokens import token_of
from tests.browser import PHONE
from tests.people import PASSPHRASE
from tests.referrals.paper_reading import codes_in

#: Slow 3G, as a cheap phone has it: 400 kbit/s, 400 ms there and back.
SLOW = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
MOST_TAPS = 6


@contextmanager
def phone(browser: Browser, *, slow: bool = False, **options) -> Iterator[Page]:
    """A browser of its own, as on another phone."""
    context = browser.new_context(viewport=PHONE, locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh", **options)
    page = context.new_page()
    if slow:
        context.new_cdp_session(page).send("Network.emulateNetworkConditions", SLOW)
    yield page
    context.close()


def sign_in(page: Page, site: str, name: str) -> None:
    page.goto(f"{site}/dang-nhap")
    page.get_by_label("Tên đăng nhập").fill(name)
    page.get_by_label("Câu mật khẩu").fill(PASSPHRASE)
    page.locator("form[action='/dang-nhap'] button").click()
    expect(page.get_by_role("link", name="Lập phiếu").or_(page.get_by_role("heading", level=1)).first).to_be_visible()


def search(page: Page, site: str, words: str) -> None:
    page.goto(f"{site}/")
    page.locator("input[name='q']").first.fill(words)
    page.locator("input[name='q']").first.press("Enter")
    expect(page.get_by_text("Trung tâm Y tế Hạ Long").first).to_be_visible()


def issue(page: Page) -> str:
    """Make a slip from the first result; return its number. Each tap is counted."""
    taps = 0

    def tap(locator) -> None:
        nonlocal taps
        taps += 1
        locator.click()

    card = page.locator("a[href^='/phieu/moi?noi=']")
    tap(card.filter(has_text="Trung tâm Y tế Hạ Long").first)
    for name, value in (("tuoi", "du-18"), ("dong-y-lap", "co"), ("dong-y-gui", "co"), ("dong-y-dem", "co")):
        assert not page.locator(f"input[name='{name}']:checked").count(), "nothing is agreed to beforehand"
        tap(
            page.locator(
                f"label:has(input[name='{name}'][value='{value}']), input[name='{name}'][value='{value}'] + label"
            ).first
        )
    tap(page.get_by_role("button", name="Lập phiếu"))
    expect(page).to_have_title("Phiếu hẹn – Sổ địa chỉ")
    page.wait_for_url("**/phieu/*")
    assert taps <= MOST_TAPS
    slip = only_slip()
    expect(page.get_by_text(grouped(slip.number)).first).to_be_visible()
    return slip.number


def scanned(page: Page) -> str:
    """Read the QR code off the paper as it is shown, with a reader that knows nothing of us; return the token."""
    picture = Image.open(BytesIO(page.screenshot(full_page=True, scale="css")))
    (address,) = codes_in(picture.resize((3 * picture.width, 3 * picture.height)))
    path, _, token = address.partition("#")
    assert path.endswith("/q")
    return token


def only_slip() -> Slip:
    db.session.rollback()
    return db.session.scalars(select(Slip)).one()


def serve(page: Page) -> None:
    """Confirm and record at the desk."""
    page.get_by_role("button", name="Khách đã đến").click()
    page.get_by_role("button", name="Ghi: đã giúp xong").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Xong: khách đã được giúp")


@pytest.mark.timeout(170)
def test_on_a_slow_phone_a_slip_is_made_printed_scanned_served_and_seen_as_served(people, live_server, browser):
    with phone(browser, slow=True) as peer, phone(browser, slow=True) as stranger, phone(browser) as desk:
        sign_in(peer, live_server, "sen")
        search(peer, live_server, "da liễu hạ long")
        issue(peer)
        slip_page = peer.url

        peer.goto(f"{slip_page}/in")
        expect(peer.get_by_text("PHIẾU HẸN").first).to_be_visible()
        token = scanned(peer)

        # Who finds the paper and scans it learns only that it is valid.
        stranger.goto(f"{live_server}/q#{token}")
        expect(stranger.get_by_role("heading", level=1)).to_have_text("Phiếu này còn dùng được")
        assert token not in stranger.url
        assert "da liễu" not in stranger.content().lower()
        assert only_slip().version == 1

        desk.goto(f"{live_server}/q#{token}")
        desk.get_by_label("Mã PIN của bàn tiếp nhận").fill(people.desk.pin)
        desk.get_by_role("button", name="Mở phiếu").click()
        expect(desk.get_by_role("heading", level=1)).to_have_text("Phiếu còn hạn, khách chưa đến")
        assert grouped(only_slip().client_code) not in desk.content()
        serve(desk)

        peer.goto(slip_page)
        expect(peer.get_by_text("Đã được giúp").first).to_be_visible()
        peer.goto(f"{live_server}/phieu")
        expect(peer.get_by_text("Phòng khám Da liễu").first).to_be_visible()
    assert only_slip().state is State.SERVED


@pytest.mark.timeout(170)
def test_without_javascript_a_slip_goes_all_the_same_way(people, live_server, browser):
    with phone(browser, java_script_enabled=False) as peer, phone(browser, java_script_enabled=False) as desk:
        sign_in(peer, live_server, "sen")
        search(peer, live_server, "da liễu hạ long")
        number = issue(peer)
        slip_page = peer.url
        peer.goto(f"{slip_page}/in")
        expect(peer.get_by_text(grouped(number)).first).to_be_visible()

        desk.goto(f"{live_server}/q#{token_of(only_slip())}")
        desk.get_by_role("link", name="Gõ số phiếu").click()
        desk.get_by_label("Số phiếu").fill(grouped(number).lower())
        desk.get_by_label("Mã PIN của bàn tiếp nhận").fill(people.desk.pin)
        desk.get_by_role("button", name="Mở phiếu").click()
        serve(desk)
        desk.get_by_role("button", name="Hoàn tác").click()
        expect(desk.get_by_role("heading", level=1)).to_have_text("Khách đã đến")
        desk.get_by_role("button", name="Ghi: đã giúp xong").click()

        peer.goto(slip_page)
        expect(peer.get_by_text("Đã được giúp").first).to_be_visible()
    assert only_slip().state is State.SERVED
