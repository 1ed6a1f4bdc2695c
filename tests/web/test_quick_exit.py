"""Leaving fast, in a real browser: what the Back key shows afterwards, and without JavaScript."""

from dataclasses import replace

import pytest


@pytest.fixture
def neutral(app, live_server):
    """An address of our own in the place of the neutral site, so that no test leaves the machine."""
    address = f"{live_server}/tep/icon.svg"
    app.extensions["settings"] = replace(app.extensions["settings"], exit_url=address)
    return address


@pytest.mark.parametrize("by_keyboard", [False, True], ids=["button", "three times Shift"])
def test_leaving_takes_the_search_out_of_the_history(neutral, live_server, page, by_keyboard):
    page.goto(f"{live_server}/khan-cap")
    page.goto(f"{live_server}/tim?q=chuyen+rieng&vt=20.951,107.081")
    if by_keyboard:
        for _ in range(3):
            page.keyboard.press("Shift")
    else:
        page.click("[data-exit]")
    page.wait_for_url(neutral)
    page.go_back()
    assert page.url == f"{live_server}/khan-cap"
    page.go_forward()
    assert page.url == neutral


def test_leaving_works_without_javascript(neutral, live_server, browser):
    context = browser.new_context(java_script_enabled=False)
    try:
        page = context.new_page()
        page.goto(f"{live_server}/tim?q=chuyen+rieng")
        page.click("[data-exit]")
        page.wait_for_url(neutral)
        assert page.url == neutral
    finally:
        context.close()
