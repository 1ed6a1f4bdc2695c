"""The map page shows what the list shows, and never more of a place than may be known."""

import json
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from directory.catalogue.operations import import_services
from directory.catalogue.queries import categories
from directory.web.transaction import transaction
from tests.entries import import_cast

COLUMNS = "external_id,provider,service,category,site,address,ward,province,latitude,longitude,phones,visibility,source"
ROWS = (
    "1,Trung tâm Y tế Thử,Khám da liễu,kham-benh,,9 phố Thử,Phường Hồng Gai,Quảng Ninh,20.951,107.081,,public,minh-hoa",
    "2,Văn phòng Thử,Tư vấn luật,tro-giup-phap-ly,,5 phố Thử,Phường Hồng Gai,Quảng Ninh,,,,public,minh-hoa",
    "3,Nhà Bình Yên Thử,Chỗ ở tạm,tam-lanh,Nhà số 7,,Phường Bãi Cháy,Quảng Ninh,,,0203000001,partial,minh-hoa",
    "4,Nhà Kín Thử,Chỗ trú kín,tam-lanh,,,,Quảng Ninh,,,0203000002,hidden,minh-hoa",
)


@pytest.fixture
def places(app: Flask, tmp_path: Path) -> None:
    """Four entries: with a point, with a ward only, a partial and a hidden place."""
    file = tmp_path / "places.csv"
    file.write_text("\n".join((COLUMNS, *ROWS)), encoding="utf-8")
    with transaction():
        report = import_services(file)
    assert not report.errors


def frame(client: FlaskClient, query: str = "") -> str:
    response = client.get(f"/ban-do/khung{query}")
    assert response.status_code == 200
    return response.get_data(as_text=True)


def written(text: str) -> str:
    """Return the text as it stands in the frame's script."""
    return json.dumps(text)[1:-1]


@pytest.mark.usefixtures("places")
class TestFrame:
    def test_a_place_with_a_point_is_drawn_there(self, client: FlaskClient) -> None:
        html = frame(client, "?q=kham+da+lieu")
        assert "[20.951,107.081," in html
        assert written("Khám da liễu") in html

    def test_a_partial_place_is_its_ward_and_no_more(self, client: FlaskClient) -> None:
        html = frame(client, "?chu-de=tam-lanh")
        assert written("Chỗ ở tạm") in html
        assert written("Phường Bãi Cháy") in html
        assert written("Nhà Bình Yên Thử") not in html
        assert written("Nhà số 7") not in html

    def test_a_hidden_place_is_never_drawn(self, client: FlaskClient) -> None:
        for query in ("", "?q=cho+tru+kin", "?chu-de=tam-lanh", "?vt=20.951,107.081"):
            assert written("Chỗ trú kín") not in frame(client, query)

    def test_what_has_only_a_telephone_is_counted(self, client: FlaskClient) -> None:
        assert "1 nơi chỉ liên hệ qua điện thoại." in frame(client, "?chu-de=tam-lanh")

    def test_nothing_found_is_said_and_leads_back_to_the_list(self, client: FlaskClient) -> None:
        html = frame(client, "?q=zzzzqqqq")
        assert "Không tìm thấy nơi nào khớp." in html
        assert 'href="/tim?q=zzzzqqqq"' in html

    @pytest.mark.parametrize(
        "query",
        [
            "?vt=nowhere",
            "?vt=0,0",
            "?chu-de=khong-co",
            "?trang=1000000000",
            "?q=%ff%fe",
            "?ban-kinh=-3",
            "?q=" + "a" * 5000,
        ],
    )
    def test_bad_input_still_gives_a_map(self, client: FlaskClient, query: str) -> None:
        assert "mapFrame.furnish" in frame(client, query)
        assert client.get(f"/ban-do{query}").status_code == 200

    def test_it_may_be_framed_by_us_and_is_not_kept(self, client: FlaskClient) -> None:
        response = client.get("/ban-do/khung?vt=20.951,107.081")
        assert "frame-ancestors 'self'" in response.headers["Content-Security-Policy"]
        assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.usefixtures("places")
class TestPage:
    def test_it_frames_the_same_search_and_links_to_its_list(self, client: FlaskClient) -> None:
        html = client.get("/ban-do?q=kham&o=H%E1%BA%A1+Long").get_data(as_text=True)
        assert 'src="/ban-do/khung?q=kham&amp;o=H%E1%BA%A1+Long"' in html
        assert 'href="/tim?q=kham&amp;o=H%E1%BA%A1+Long"' in html

    def test_its_address_never_names_the_subject(self, client: FlaskClient) -> None:
        code = categories().by_slug["tam-lanh"].code
        html = client.get(f"/ban-do?chu-de={code}").get_data(as_text=True)
        assert f'src="/ban-do/khung?chu-de={code}"' in html
        assert "tam-lanh" not in html

    def test_it_says_what_it_could_not_read(self, client: FlaskClient) -> None:
        assert "Không đọc được vị trí" in client.get("/ban-do?vt=xyz").get_data(as_text=True)

    def test_english_is_whole(self, client: FlaskClient) -> None:
        assert '<html lang="en">' in client.get("/ban-do/khung", headers={"Accept-Language": "en"}).get_data(
            as_text=True
        )


@pytest.mark.usefixtures("places")
class TestInTheBrowser:
    def test_a_tap_on_a_pin_leads_to_its_page(self, live_server: str, page: Page) -> None:
        page.goto(f"{live_server}/ban-do?q=kham+da+lieu")
        map_frame = page.frame_locator("iframe")
        map_frame.locator(".pin").first.click()
        map_frame.get_by_role("link", name="Xem chi tiết").click()
        page.wait_for_url("**/dich-vu/*")
        expect(page.locator("h1")).to_contain_text("Khám da liễu")

    def test_a_ward_is_drawn_dashed(self, live_server: str, page: Page) -> None:
        page.goto(f"{live_server}/ban-do?q=cho+o+tam")
        expect(page.frame_locator("iframe").locator(".pin.ward")).to_be_visible()


def test_the_page_around_the_map_names_the_sources_of_what_may_be_drawn(client: FlaskClient, tmp_path: Path) -> None:
    hidden_only = client.get("/ban-do").get_data(as_text=True)
    assert "Nguồn:" not in hidden_only
    import_cast(tmp_path)
    assert "OpenStreetMap (ODbL 1.0)" in client.get("/ban-do").get_data(as_text=True)


@pytest.mark.usefixtures("places")
def test_the_legend_speaks_english_to_who_reads_english(client: FlaskClient) -> None:
    client.set_cookie("ngon_ngu", "en")
    assert "Health" in frame(client)
    assert "Sức khỏe" not in frame(client)
