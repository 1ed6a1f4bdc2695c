"""What the script adds in a real browser: leaving fast, "near me", suggestions; and the layout of a narrow phone."""

import re

import pytest
from playwright.sync_api import expect

from directory.catalogue.operations import import_services
from directory.search.following import follower
from directory.web.transaction import transaction
from tests.conftest import ROOT
from tests.entries import import_cast

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def site(app, tmp_path, live_server):
    """The address of a site with the cast in it."""
    import_cast(tmp_path)
    return live_server


@pytest.fixture
def neutral_site(page):
    """Stand in for the neutral site that ``/thoat`` leads to."""
    page.route(
        "**/thoat",
        lambda route: route.fulfill(body="<title>Thời tiết</title>", content_type="text/html; charset=utf-8"),
    )


def test_leaving_takes_the_search_out_of_this_tabs_history(page, site, neutral_site):
    page.goto(f"{site}/")
    page.goto(f"{site}/tim?q=chuyen+rieng")
    page.get_by_role("link", name="Thoát nhanh").click()
    expect(page).to_have_title("Thời tiết")
    page.go_back()
    assert "chuyen" not in page.url


def test_three_times_shift_leaves(page, site, neutral_site):
    page.goto(f"{site}/tim?q=kham")
    for _ in range(3):
        page.keyboard.press("Shift")
    expect(page).to_have_title("Thời tiết")


def test_typing_capital_letters_does_not_leave(page, site, neutral_site):
    page.goto(f"{site}/tim?q=kham")
    page.locator("#q").click()
    for _ in range(4):
        page.keyboard.press("Shift+A")
    expect(page).to_have_title("Kết quả tìm – Sổ địa chỉ")


def test_the_way_out_is_the_first_stop_of_the_keyboard(page, site):
    page.goto(f"{site}/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "/thoat"


def test_a_position_is_asked_for_after_a_tap_and_sent_rounded(page, site):
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"latitude": 20.9512345, "longitude": 107.0801234})
    page.goto(f"{site}/")
    page.locator("#q").fill("kham benh")
    # The suggestions lie over the button until somebody taps beside them.
    page.get_by_role("heading", level=1).click()
    page.get_by_role("button", name="Dùng vị trí của tôi").click()
    page.wait_for_url(re.compile("vt="))
    assert "vt=20.951%2C107.080" in page.url
    assert "o=" not in page.url
    expect(page.locator(".km").first).to_be_visible()


def test_a_refused_position_is_said_and_the_place_can_be_typed(page, site):
    page.goto(f"{site}/")
    page.get_by_role("button", name="Dùng vị trí của tôi").click()
    expect(page.locator("[data-said]")).to_contain_text("gõ tên phường, xã")
    assert page.evaluate("document.activeElement.name") == "o"


def test_suggestions_are_chosen_with_the_arrow_keys(page, site):
    page.goto(f"{site}/")
    box = page.locator("#q")
    box.press_sequentially("kham be")
    expect(page.get_by_role("option").first).to_be_visible()
    first = page.get_by_role("option").first.inner_text()
    box.press("ArrowDown")
    expect(box).to_have_value(first)
    box.press("ArrowUp")
    expect(box).to_have_value("kham be")
    box.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()


@pytest.mark.parametrize(
    "path", ["/", "/tim?q=kham+benh+gan+toi+mien+phi", "/khan-cap", "/tim?q=zzzz", "/chu-de/xwthf5w2"]
)
def test_nothing_is_cut_off_or_covered_on_the_narrowest_phone(page, site, path):
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(f"{site}{path}")
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    bar, main = page.locator(".bar").bounding_box(), page.locator("main").bounding_box()
    way_out = page.locator(".exit").bounding_box()
    assert bar["y"] + bar["height"] <= main["y"]
    assert way_out["height"] >= 48
    assert way_out["x"] + way_out["width"] <= 320


def test_a_heading_that_is_jumped_to_is_not_under_the_bar(page, site):
    page.goto(f"{site}/khan-cap")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.locator("h1").bounding_box()["y"] >= page.locator(".bar").bounding_box()["height"]


def test_what_is_touched_is_large_enough(page, site):
    page.goto(f"{site}/tim?q=kham+benh")
    small = page.evaluate(
        """[...document.querySelectorAll('main a, main button, main input:not([type=hidden])')]
        .filter((it) => it.offsetParent && !it.closest('h3, p'))
        .filter((it) => it.getBoundingClientRect().height < 44).map((it) => it.outerHTML)"""
    )
    assert small == []


def test_three_numbers_to_save_a_life_stand_above_the_fold(page, live_server):
    with transaction():
        import_services(ROOT / "seed" / "hotlines.csv")
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(f"{live_server}/khan-cap")
    lowest = page.evaluate(
        "Math.max(...[...document.querySelectorAll('a[href^=\"tel:\"]')].slice(0, 3)"
        ".map(link => link.getBoundingClientRect().bottom))"
    )
    assert lowest < 640
    lines = "[...document.querySelectorAll('a[href^=\"tel:\"] .number')].map(number => number.getClientRects().length)"
    assert set(page.evaluate(lines)) == {1}, "a number never breaks over two lines"


def test_nothing_runs_off_a_small_phone_with_letters_twice_as_big(page, live_server):
    with transaction():
        import_services(ROOT / "seed" / "hotlines.csv")
    follower().arrays()
    page.set_viewport_size({"width": 320, "height": 640})
    for address in ("/", "/khan-cap", "/tim?q=bi+danh"):
        page.goto(live_server + address)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, address
        apart = """() => {
            const box = part => document.querySelector(part).getBoundingClientRect();
            const [brand, call] = [box('.brand'), box('.bar nav')];
            return brand.right <= call.left || brand.bottom <= call.top;
        }"""
        assert page.evaluate(apart), "the bar's parts lie on each other"
