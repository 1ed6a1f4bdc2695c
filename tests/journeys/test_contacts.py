"""An evening's contacts on a phone: all of the form on one screen, ten in a row, one of them taken back."""

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy import select

from directory.extensions import db
from directory.outreach.models import OutreachContact
from tests.browser import PHONE
from tests.people import PASSPHRASE

#: Which engine writes them is no matter of the phone.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
MOST_TAPS = 2


def sign_in(page: Page, site: str) -> None:
    page.goto(f"{site}/dang-nhap")
    page.get_by_label("Tên đăng nhập").fill("Sen")
    page.get_by_label("Câu mật khẩu").fill(PASSPHRASE)
    page.locator("form[action='/dang-nhap'] button").click()
    page.get_by_role("link", name="Tiếp cận").click()


def save(page: Page) -> Locator:
    return page.get_by_role("button", name="Ghi lại")


def contacts() -> list[OutreachContact]:
    db.session.rollback()
    return list(db.session.scalars(select(OutreachContact).order_by(OutreachContact.id)))


def test_ten_in_a_row_take_two_taps_each_and_the_last_is_taken_back(page: Page, live_server, people):
    sign_in(page, live_server)
    usual = page.locator("main").get_by_role("radio").or_(page.locator("main").get_by_role("checkbox"))
    button = save(page).bounding_box()
    tops = [choice.bounding_box() for choice in usual.all()]
    assert len(tops) == 3 + 2 + 9
    assert max(box["y"] + box["height"] for box in tops) <= button["y"], "a choice is below the button"
    assert button["y"] + button["height"] <= PHONE["height"]
    topics = ["Pháp luật", "Tâm lý", "Giảm tác hại"]
    page.get_by_text(topics[0]).click()
    save(page).click()
    expect(page.get_by_role("status")).to_contain_text("Đã ghi 1 lần hôm nay")
    for number in range(2, 11):
        taps = 1
        if number in {4, 7}:
            page.locator("label", has_text=topics[number // 3]).click()
            taps += 1
        save(page).click()
        assert taps <= MOST_TAPS
        expect(page.get_by_role("status")).to_contain_text(f"Đã ghi {number} lần hôm nay")
    assert [contact.topics.count(",") - 1 for contact in contacts()] == [1] * 3 + [2] * 3 + [3] * 4
    page.get_by_role("button", name="Bỏ lần cuối").click()
    expect(page.get_by_role("status")).to_contain_text("Đã ghi 9 lần hôm nay")
    assert len(contacts()) == 9


def test_a_group_with_what_was_handed_out(page: Page, live_server, people):
    sign_in(page, live_server)
    expect(page.get_by_label("Nhóm mấy người?")).to_be_hidden()
    page.get_by_text("Một nhóm").click()
    page.get_by_label("Nhóm mấy người?").fill("6")
    page.get_by_text("Nơi có thể giúp đỡ").click()
    page.get_by_text("Có phát tài liệu").click()
    for _ in range(3):
        page.get_by_role("button", name="Thêm một: Tờ rơi").click()
    page.get_by_role("button", name="Bớt một: Tờ rơi").click()
    save(page).click()
    expect(page.get_by_role("status")).to_contain_text("nhóm 6 người · Nơi có thể giúp đỡ · 2 tờ rơi")
    sizes = page.eval_on_selector_all(
        "main :is(a, button, summary, .choice)",
        "all => all.filter(e => e.offsetParent).map(e => [e.innerText, e.getBoundingClientRect().height])",
    )
    assert [name for name, height in sizes if height < 44] == []


def test_it_works_without_javascript(browser: Browser, live_server, people):
    context = browser.new_context(viewport=PHONE, locale="vi-VN", java_script_enabled=False)
    page = context.new_page()
    sign_in(page, live_server)
    page.get_by_text("Pháp luật").click()
    page.get_by_text("Có phát tài liệu").click()
    page.get_by_label("Bao cao su", exact=True).fill("10")
    save(page).click()
    expect(page.get_by_role("status")).to_contain_text("1 người · Pháp luật, giấy tờ · 10 bao cao su")
    page.get_by_role("link", name="Những lần đã ghi").click()
    page.locator("summary", has_text="Bỏ lần này").click()
    page.get_by_role("button", name="Bỏ lần này").click()
    expect(page.get_by_role("heading", level=2)).to_have_text("Tuần này bạn chưa ghi lần nào.")
    context.close()
    assert contacts() == []
