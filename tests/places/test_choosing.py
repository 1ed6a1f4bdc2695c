"""A map on which a point is chosen for a form: it begins where the form says, and belongs to nobody but our pages."""

import json
import re

import pytest
from playwright.sync_api import expect

HA_LONG = "20.951,107.08"


def facts(answer) -> dict:
    return json.loads(re.search(r"mapFrame\.pick\(\w+,\s*(\{.*?\})\);", answer.text)[1])


def test_the_map_begins_at_the_point_so_far(client):
    answer = client.get(f"/ban-do/chon?vt={HA_LONG}")
    assert facts(answer)["point"] == [20.951, 107.08]
    assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("vt", ["", "48.85,2.35", "x", "20.951", "1e3,4", "20.951,107.08;alert(1)"])
def test_what_is_no_point_in_the_country_is_left_out(client, vt):
    assert facts(client.get("/ban-do/chon", query_string={"vt": vt, "quanh": "ward:khong-co"}))["point"] is None


def test_without_a_point_the_map_shows_the_ward(client):
    def bounds(around: str) -> str:
        return re.search(r"fitBounds\(\s*(\[\[.*?\]\])", client.get(f"/ban-do/chon?quanh={around}").text)[1]

    assert bounds("ward:06652") != bounds("") != ""


def test_a_tap_puts_the_pin_and_tells_the_page_around_it(live_server, page):
    page.goto(live_server + "/tim")
    page.evaluate(
        """() => {
        window.told = [];
        window.addEventListener('message', event => window.told.push([event.origin, event.data]));
        const frame = document.createElement('iframe');
        frame.src = '/ban-do/chon?vt=20.951,107.08';
        frame.id = 'chon';
        document.querySelector('main').replaceChildren(frame);
        }"""
    )
    frame = page.frame_locator("#chon")
    expect(frame.locator(".pin.chosen")).to_be_visible()
    frame.get_by_role("button", name="Đặt ghim vào giữa bản đồ").click()
    page.wait_for_function("() => window.told.length === 1")
    ((origin, told),) = page.evaluate("() => window.told")
    assert origin == live_server
    assert told["chosen"] == pytest.approx([20.951, 107.08], abs=0.05)
