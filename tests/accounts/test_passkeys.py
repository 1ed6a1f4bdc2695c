"""Passkeys in a real browser with a made-up authenticator; the link of an invitation; and both without JavaScript."""

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page
from sqlalchemy import select

from directory.accounts import operations
from directory.accounts.models import Account, AuditEntry, Passkey
from directory.accounts.operations import Invited
from directory.accounts.rules import Role
from directory.web.transaction import transaction
from tests.people import PASSPHRASE

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def site(app, live_server) -> str:
    """The address by name: a number cannot have passkeys."""
    address = f"http://localhost:{urlsplit(live_server).port}"
    app.extensions["settings"] = replace(app.extensions["settings"], public_url=address)
    return address


@pytest.fixture
def phone(browser, people, site) -> Iterator[Page]:
    """A phone with an authenticator, signed in as the peer."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="vi-VN")
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    sign_in(page, site)
    page.wait_for_url(f"{site}/phieu")
    yield page
    context.close()


def sign_in(page: Page, site: str, onward: str = "") -> None:
    page.goto(f"{site}/dang-nhap{onward}")
    page.fill("[name=ten]", "sen")
    page.fill("[name=mat-khau]", PASSPHRASE)
    page.click("main form button")


def test_a_passkey_is_added_and_is_the_second_step_from_then_on(phone, site, session):
    phone.goto(f"{site}/tai-khoan/khoa")
    phone.click("[data-passkey] button")
    phone.wait_for_url(f"{site}/tai-khoan/ma-du-phong")
    phone.click("main form button")
    phone.wait_for_url(f"{site}/tai-khoan")
    phone.click("main >> text=Đăng xuất")
    phone.wait_for_url(f"{site}/")

    sign_in(phone, site, "?ve=/tai-khoan")
    phone.wait_for_url(f"{site}/dang-nhap/buoc-hai?ve=/tai-khoan")
    phone.click("[data-passkey] button")
    phone.wait_for_url(f"{site}/tai-khoan")
    session.rollback()
    assert session.scalars(select(Passkey.sign_count).order_by(Passkey.id.desc())).first() > 1
    assert "account.passkey_added" in session.scalars(select(AuditEntry.action)).all()


def test_the_answer_of_a_passkey_works_for_no_other_question(phone, site, session):
    phone.goto(f"{site}/tai-khoan/khoa")
    phone.click("[data-passkey] button")
    phone.wait_for_url(f"{site}/tai-khoan/ma-du-phong")
    phone.context.clear_cookies()
    sign_in(phone, site)
    phone.wait_for_url(f"{site}/dang-nhap/buoc-hai")
    old = phone.input_value("[data-passkey] [name=kem]")
    phone.reload()
    phone.evaluate("(old) => { document.querySelector('[data-passkey] [name=kem]').value = old; }", old)
    phone.click("[data-passkey] button")
    phone.wait_for_selector("text=Khoá truy cập không khớp.")
    assert phone.url == f"{site}/dang-nhap/buoc-hai"


def test_the_link_on_a_card_fills_in_the_code_and_leaves_no_trace_in_the_address(browser, people, site):
    with transaction():
        secret = operations.invite(None, Invited(Role.PEER_EDUCATOR, group_id=people.group.id))[1]
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="vi-VN")
    page = context.new_page()
    page.goto(f"{site}/moi#{secret}")
    assert page.input_value("[name=ma]") == secret
    assert page.url == f"{site}/moi"
    context.close()


def test_everything_but_passkeys_works_without_javascript(browser, people, site, session):
    with transaction():
        secret = operations.invite(None, Invited(Role.PEER_EDUCATOR, group_id=people.group.id))[1]
    context = browser.new_context(java_script_enabled=False, locale="vi-VN", viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(f"{site}/moi")
    page.fill("[name=ma]", secret)
    page.click("main form button")
    page.fill("[name=ten]", "Hoa Sữa")
    page.fill("[name=mat-khau-moi]", "năm con vịt lội qua mương")
    page.fill("[name=nhap-lai]", "năm con vịt lội qua mương")
    page.click("main form button")
    page.wait_for_url(f"{site}/phieu")
    page.goto(f"{site}/tai-khoan/khoa")
    assert not page.is_visible("[data-passkey]")
    assert page.is_visible("text=Dùng ứng dụng tạo mã")
    context.close()
    session.rollback()
    assert session.scalar(select(Account.id).where(Account.name == "Hoa Sữa"))
