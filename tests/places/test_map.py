"""The map is a document of its own that calls nobody, runs nobody's words and fits a slow line."""

import gzip
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from flask import Flask, Response
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page, expect

from directory.app import create_app
from directory.places.map import MOST_PINS, MapDocument, MapView, Pin, draw
from directory.places.map_files import map_files
from directory.places.map_pins import VIET_NAM, bounds_of
from directory.places.rules import Point
from directory.places.tiles import tile_source
from directory.web.access import public
from tests.browser import served
from tests.conftest import make_settings
from tests.pages import inspect_page
from tests.places.tile_upstream import Upstream, serving

HA_LONG, HUE, SAI_GON = Point(20.951, 107.074), Point(16.462, 107.595), Point(10.776, 106.695)
SUBJECTS = ("phap-ly", "y-te", "tam-ly", "viec-lam", "an-toan")
NASTY = (
    "${alert(1)}",
    "`+alert(2)+`",
    "<img src=x onerror=alert(3)>",
    "</script><script>alert(4)</script>",
    "\\';alert(5)//",
    "{{ 7*7 }} {% if %} {# {% endraw %}",
    "\u2028 \u2029 \\u003cb\\u003e",
)


def a_pin(point: Point = HA_LONG, label: str = "Phòng khám Da liễu", subject: str = "y-te", **more: object) -> Pin:
    return Pin(point.lat, point.lon, label, subject, "/dich-vu/7k3m9qxd", **more)  # type: ignore[arg-type]


def scattered(n: int, around: Point = HA_LONG) -> list[Pin]:
    return [
        a_pin(Point(around.lat + n % 23 / 900, around.lon + n % 29 / 900), f"Phòng khám số {n}", SUBJECTS[n % 5])
        for n in range(n)
    ]


@pytest.fixture(scope="module")
def map_app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application with a page ``/thu`` that draws what a test puts into ``to_draw``; it needs no table."""
    app = create_app(make_settings(tmp_path_factory.mktemp("map")))
    app.extensions["to_draw"] = ([], MapView("/tim"))

    @app.get("/thu")
    @public
    def drawn() -> Response:
        document = draw(*app.extensions["to_draw"])
        return Response(document.html, headers={"Content-Security-Policy": document.content_security_policy})

    @app.get("/trang")
    @public
    def around() -> str:
        return "<!doctype html><title>x</title><iframe src='/thu' width='350' height='500'></iframe>"

    return app


@pytest.fixture(scope="module")
def site(map_app: Flask) -> Iterator[str]:
    with served(map_app) as address:
        yield address


@pytest.fixture
def show(map_app: Flask, site: str, page: Page) -> Callable[..., Page]:
    """Draw pins and open the frame in Chromium; ``page`` fails the test on a foreign request or a broken policy."""

    def open_frame(pins: Sequence[Pin], view: MapView | None = None) -> Page:
        map_app.extensions["to_draw"] = (pins, view or MapView("/tim"))
        page.on("dialog", lambda dialog: pytest.fail(f"a label ran as a script: {dialog.message}"))
        page.goto(f"{site}/thu")
        page.locator(".leaflet-outline-pane path.home").first.wait_for(state="attached")
        return page

    return open_frame


@pytest.fixture
def document(map_app: Flask) -> Callable[..., MapDocument]:
    def drawn(pins: Sequence[Pin], view: MapView | None = None) -> MapDocument:
        with map_app.test_request_context():
            return draw(pins, view or MapView("/tim"))

    return drawn


class TestInTheBrowser:
    @pytest.mark.parametrize("label", NASTY)
    def test_a_label_is_text_whatever_it_holds(self, show: Callable[..., Page], label: str) -> None:
        page = show([a_pin(label=label, note=label)])
        page.locator(".pin").click()
        popup = page.locator(".leaflet-popup")
        assert popup.locator("b").evaluate("node => node.textContent") == label
        assert popup.locator(".note").evaluate("node => node.textContent") == label
        assert page.locator("img[src='x']").count() == 0
        assert page.locator(".pin").get_attribute("aria-label") == label

    def test_a_pin_leads_to_the_page_of_its_service_in_the_whole_window(self, show: Callable[..., Page]) -> None:
        page = show([a_pin()])
        page.locator(".pin").click()
        link = page.get_by_role("link", name="Xem chi tiết")
        assert link.get_attribute("href") == "/dich-vu/7k3m9qxd"
        assert link.get_attribute("target") == "_top"

    def test_it_works_with_the_keyboard_alone(self, show: Callable[..., Page]) -> None:
        page = show([a_pin()])
        page.locator(".pin").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("link", name="Xem chi tiết")).to_be_focused()
        page.keyboard.press("Escape")
        expect(page.locator(".leaflet-popup")).to_have_count(0)
        expect(page.locator(".pin")).to_be_focused()

    def test_many_places_are_clusters_that_open(self, show: Callable[..., Page]) -> None:
        page = show(scattered(300))
        cluster = page.locator(".cluster").first
        cluster.wait_for()
        assert "nơi ở gần nhau" in cluster.inner_text()
        shares = set(
            page.locator(".cluster")
            .first.locator("circle.share")
            .evaluate_all("all => all.map(one => one.className.baseVal)")
        )
        assert shares == {f"share {subject}" for subject in SUBJECTS}
        before = page.locator(".cluster, .pin").count()
        cluster.click()
        expect(page.locator(".cluster, .pin")).not_to_have_count(before)

    def test_two_services_at_one_place_can_both_be_opened(self, show: Callable[..., Page]) -> None:
        page = show([a_pin(label="Khám bệnh"), a_pin(label="Tư vấn", subject="tam-ly")])
        page.locator(".cluster").click()
        page.get_by_role("button", name="Tư vấn").click()
        expect(page.locator(".leaflet-popup b")).to_have_text("Tư vấn")

    def test_subjects_are_told_by_icon_as_well_as_colour(self, show: Callable[..., Page]) -> None:
        page = show([a_pin(Point(20.951, 107.0 + n / 10), subject=subject) for n, subject in enumerate(SUBJECTS)])
        page.locator(".pin").nth(4).wait_for()
        icons = page.locator(".pin use.icon").evaluate_all("all => all.map(one => one.getAttribute('href'))")
        colours = page.locator(".pin use.body").evaluate_all("all => all.map(one => getComputedStyle(one).fill)")
        assert len(set(icons)) == len(set(colours)) == 5

    def test_a_ward_point_looks_otherwise_and_says_so(self, show: Callable[..., Page]) -> None:
        page = show([a_pin(is_ward_point=True)])
        assert page.locator(".pin.ward use.body").get_attribute("href") == "#ward-pin"
        page.locator(".pin").click()
        expect(page.locator(".leaflet-popup")).to_contain_text("Vị trí gần đúng")
        expect(page.locator(".legend")).to_contain_text("Gần đúng")

    def test_the_visitor_is_a_dot_with_a_ring(self, show: Callable[..., Page]) -> None:
        page = show([a_pin()], MapView("/tim", position=Point(20.955, 107.08)))
        expect(page.locator(".here")).to_be_visible()
        expect(page.locator("path.accuracy")).to_have_count(1)
        expect(page.locator(".legend")).to_contain_text("Bạn ở đây")

    def test_the_legend_counts_the_subjects_that_are_there(self, show: Callable[..., Page]) -> None:
        page = show([a_pin(), a_pin(subject="an-toan"), a_pin(subject="an-toan")])
        assert [re.sub(r"\s+", " ", text.strip()) for text in page.locator(".legend li").all_inner_texts()] == [
            "Sức khỏe 1",
            "An toàn 2",
        ]

    def test_no_place_at_all_still_shows_the_country_and_the_way_back(self, show: Callable[..., Page]) -> None:
        page = show([], MapView("/tim?q=xyz"))
        expect(page.get_by_role("link", name="Xem danh sách")).to_have_attribute("href", "/tim?q=xyz")
        expect(page.locator(".town span", has_text="Hà Nội")).to_be_visible()

    def test_the_archipelagos_are_named_above_the_tiles(self, show: Callable[..., Page]) -> None:
        page = show([])
        for name in ("Quần đảo Hoàng Sa (Việt Nam)", "Quần đảo Trường Sa (Việt Nam)"):
            expect(page.locator(".leaflet-archipelagos-pane span", has_text=name)).to_be_visible()
        above, tiles = (
            page.locator(f".leaflet-{pane}-pane").evaluate("pane => Number(getComputedStyle(pane).zIndex)")
            for pane in ("archipelagos", "tile")
        )
        assert above > tiles

    def test_the_controls_are_large_enough_and_speak_vietnamese(self, show: Callable[..., Page]) -> None:
        page = show([a_pin()])
        box = page.get_by_role("button", name="Phóng to").bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= 44
        assert page.locator(".pin").bounding_box()["width"] >= 44  # type: ignore[index]

    def test_nothing_sticks_out_at_360_pixels(self, show: Callable[..., Page]) -> None:
        page = show(scattered(40), MapView("/tim", position=HA_LONG))
        assert page.evaluate("document.documentElement.scrollWidth") <= 360

    def test_dark_and_light_differ(self, show: Callable[..., Page]) -> None:
        page = show([a_pin()])
        backgrounds = []
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            backgrounds.append(page.locator(".folium-map").evaluate("map => getComputedStyle(map).backgroundColor"))
        assert backgrounds[0] != backgrounds[1]

    def test_keys_pressed_in_the_frame_reach_the_page_around_it(self, map_app: Flask, site: str, page: Page) -> None:
        map_app.extensions["to_draw"] = ([a_pin()], MapView("/tim"))
        page.goto(f"{site}/trang")
        page.evaluate("document.addEventListener('keyup', event => { document.title = event.key })")
        page.frame_locator("iframe").locator(".pin").focus()
        page.keyboard.press("Shift")
        assert page.title() == "Shift"

    def test_without_javascript_it_says_so_and_leads_back(self, map_app: Flask, site: str, browser: Browser) -> None:
        map_app.extensions["to_draw"] = ([a_pin()], MapView("/tim?q=kham"))
        context = browser.new_context(java_script_enabled=False, locale="vi-VN")
        page = context.new_page()
        page.goto(f"{site}/thu")
        expect(page.locator("noscript a")).to_have_attribute("href", "/tim?q=kham")
        context.close()


class TestTiles:
    @pytest.fixture
    def upstream(self, map_app: Flask, tmp_path: Path) -> Iterator[Upstream]:
        with serving() as server:
            map_app.extensions["tile_source"] = tile_source(make_settings(tmp_path, DIRECTORY_TILES_URL=server.url))
            yield server
        del map_app.extensions["tile_source"]

    def test_streets_come_through_our_own_address(self, show: Callable[..., Page], upstream: Upstream) -> None:
        page = show([a_pin()], MapView("/tim", tiles_url="/ban-do/o/{z}/{x}/{y}.png"))
        page.locator("img.leaflet-tile-loaded").first.wait_for()
        assert upstream.asked
        expect(page.locator(".leaflet-control-attribution")).to_contain_text("© OpenStreetMap contributors")
        expect(page.locator(".leaflet-control-attribution")).not_to_contain_text("Leaflet")
        expect(page.locator("#tiles-notice")).to_be_hidden()

    def test_when_the_server_is_away_the_outline_shows_and_it_is_said(
        self, show: Callable[..., Page], upstream: Upstream
    ) -> None:
        upstream.status = 503
        page = show([a_pin()], MapView("/tim", tiles_url="/ban-do/o/{z}/{x}/{y}.png"))
        expect(page.locator("#tiles-notice")).to_be_visible()
        expect(page.locator(".pin")).to_be_visible()

    def test_a_tile_that_had_no_turn_is_asked_for_again(self, show: Callable[..., Page], upstream: Upstream) -> None:
        upstream.delay_s = 0.4
        page = show([a_pin()], MapView("/tim", tiles_url="/ban-do/o/{z}/{x}/{y}.png"))
        expect(page.locator("img.leaflet-tile:not(.leaflet-tile-loaded)")).to_have_count(0, timeout=20_000)
        assert upstream.most_at_once <= 2
        assert len(upstream.asked) == len(set(upstream.asked)) > 4

    def test_a_tile_outside_viet_nam_does_not_exist(self, map_app: Flask, upstream: Upstream) -> None:
        assert map_app.test_client().get("/ban-do/o/12/2100/1400.png").status_code == 404
        assert map_app.test_client().get("/ban-do/o/99999999999/1/1.png").status_code == 404
        assert not upstream.asked

    def test_a_tile_says_what_it_is_and_how_long_it_holds(self, map_app: Flask, upstream: Upstream) -> None:
        response = map_app.test_client().get("/ban-do/o/12/3265/1803.png")
        assert response.data == upstream.body
        assert response.mimetype == "image/png"
        assert response.headers["Cache-Control"] == "public, max-age=604800"

    def test_no_tile_is_204_and_soon_asked_again(self, map_app: Flask) -> None:
        response = map_app.test_client().get("/ban-do/o/12/3265/1803.png")
        assert response.status_code == 204
        assert response.headers["Cache-Control"] == "public, max-age=60"


class TestDocument:
    def test_it_keeps_the_rules_of_every_page(self, map_app: Flask) -> None:
        map_app.extensions["to_draw"] = (scattered(20), MapView("/tim", tiles_url="/ban-do/o/{z}/{x}/{y}.png"))
        frame = map_app.test_client().get("/thu")
        inspect_page(frame)
        assert frame.status_code == 200

    def test_its_policy_allows_our_own_files_this_nonce_and_our_own_frame(
        self, document: Callable[..., MapDocument]
    ) -> None:
        one, other = document([a_pin()]), document([a_pin()])
        policy = one.content_security_policy
        assert f"script-src 'nonce-{one.nonce}' 'self'" in policy
        assert "frame-ancestors 'self'" in policy
        assert "unsafe" not in policy
        assert "http" not in policy
        assert one.nonce != other.nonce

    def test_nobody_is_kept_from_zooming(self, document: Callable[..., MapDocument]) -> None:
        assert not re.search(r"user-scalable|maximum-scale", document([a_pin()]).html)

    def test_at_most_500_are_drawn_and_it_is_said(self, document: Callable[..., MapDocument]) -> None:
        html = document(scattered(700)).html
        assert html.count("Ph\\u00f2ng kh\\u00e1m s\\u1ed1") == MOST_PINS
        assert "Bản đồ chỉ vẽ 500 trong 700 nơi" in html
        assert "Bản đồ chỉ vẽ 3 trong 90 nơi" in document(scattered(3), MapView("/tim", total=90)).html
        assert "chỉ vẽ" not in document(scattered(3)).html

    def test_the_whole_frame_with_500_places_weighs_at_most_120_kb(self, document: Callable[..., MapDocument]) -> None:
        pins = [
            a_pin(
                Point(pin.lat, pin.lon),
                f"{pin.label}: Tư vấn và xét nghiệm {n * 7919 % 1000}",
                SUBJECTS[n % 5],
                note=f"Trạm y tế phường {n}",
            )
            for n, pin in enumerate(scattered(500))
        ]
        files = map_files()
        parts = [files.script, files.style, files.base]
        weight = len(gzip.compress(document(pins).html.encode(), 5)) + sum(len(part.compressed) for part in parts)
        assert weight <= 120_000, f"{weight} bytes"


class TestFiles:
    def test_they_are_kept_for_ever_under_a_name_of_their_content(self, map_app: Flask) -> None:
        client = map_app.test_client()
        for file in (map_files().script, map_files().style, map_files().base):
            response = client.get(f"/ban-do/tep/{file.name}", headers={"Accept-Encoding": "gzip"})
            assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
            assert gzip.decompress(response.data) == file.plain == client.get(f"/ban-do/tep/{file.name}").data
            assert response.content_type == file.media_type

    def test_no_other_file_is_served(self, map_app: Flask) -> None:
        for name in ("leaflet.js", "../settings.py", "ban-do-0000000000.js"):
            assert map_app.test_client().get(f"/ban-do/tep/{name}").status_code == 404

    def test_they_name_no_source_map_that_is_not_there(self) -> None:
        assert b"sourceMappingURL" not in map_files().script.plain

    def test_the_frame_has_the_colours_of_the_site(self) -> None:
        root = Path(__file__).parents[2] / "directory"
        site, frame = (
            [
                dict(re.findall(r"--([\w-]+): ([^;]+);", block))
                for block in re.findall(r":root \{(.*?)\}", text, re.DOTALL)[:2]
            ]
            for text in ((root / "static/app.css").read_text(), (root / "places/frame/frame.css").read_text())
        )
        for ours, theirs in zip(site, frame, strict=True):
            differing = {name for name in ours.keys() & theirs.keys() if ours[name] != theirs[name]}
            assert not differing
            assert set(SUBJECTS) <= ours.keys() & theirs.keys()


class TestFirstView:
    def test_nothing_to_show_is_the_whole_country(self) -> None:
        assert bounds_of([], None) == VIET_NAM

    def test_all_pins_are_in_view(self) -> None:
        assert bounds_of([a_pin(HUE), a_pin(SAI_GON)], None) == (Point(10.776, 106.695), Point(16.462, 107.595))

    def test_one_far_place_does_not_make_the_map_of_a_town_that_of_a_country(self) -> None:
        south_west, _ = bounds_of([*scattered(30), a_pin(SAI_GON)], HA_LONG)
        assert south_west.lat > 20

    @given(st.lists(st.tuples(st.floats(8, 23), st.floats(102, 110)), min_size=1, max_size=20))
    def test_the_visitor_is_always_in_view(self, places: list[tuple[float, float]]) -> None:
        low, high = bounds_of([a_pin(Point(*place)) for place in places], HA_LONG)
        assert low.lat <= HA_LONG.lat <= high.lat
        assert low.lon <= HA_LONG.lon <= high.lon
