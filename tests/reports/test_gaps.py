"""Where help is far: the page, its map and its figures say the same, and never more of a place than may be known."""

import json
import re

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from directory.accounts.rules import SYSTEM
from directory.catalogue.models import CatalogueChange, Offering, Service
from directory.catalogue.queries import categories
from directory.clock import today
from directory.extensions import db
from directory.places.areas import add_area
from directory.places.map_wards import Step
from directory.reports.figures import Line
from directory.reports.periods import year_period
from directory.reports.queries.gaps import by_area, by_subject, gaps_of, step_of
from directory.reports.queries.measures_directory import Ground, ground_of
from directory.reports.queries.measuring import Asked
from directory.reports.queries.reading import read_report
from directory.reports.queries.scope import scope_of
from directory.search.coverage import ANYTHING
from directory.search.following import follower
from directory.web.transaction import transaction
from tests.entries import NEVER_SHOWN
from tests.people import People, sign_in

PATH = "/bao-cao/khoang-trong"
#: What stands in phường Hồng Gai; xã Kỳ Thượng is 40 km away.
WIDE = "Cả Hạ Long"


@pytest.fixture
def wide(people: People) -> str:
    """The former city of Hạ Long as an area: thirteen wards, all of whose help stands in one of them."""
    with transaction():
        code = add_area(WIDE, "TP Hạ Long").code
        db.session.execute(
            db.metadata.tables["account_area"]
            .insert()
            .values(account_id=people.coordinator.account.id, area_id=scope_of(WIDE, SYSTEM).areas[0].id)
        )
    return code


def ground(text: str | None = None) -> Ground:
    return ground_of(Asked(scope_of(text, SYSTEM), year_period(today().year), today()))


def figures(*codes: str, text: str | None = None) -> dict[str, Line]:
    """Return the lines of a report by code."""
    report = read_report(scope_of(text, SYSTEM), year_period(today().year), codes=codes, today=today())
    return {line.indicator.code: line for line in report.lines}


def by_key(line: Line) -> dict[str, float | None]:
    return {one.key: one.value for one in line.by_key}


@pytest.mark.usefixtures("wide")
class TestTheWards:
    def test_the_farthest_comes_first_with_what_is_nearest_to_it(self) -> None:
        gaps = gaps_of(ground(WIDE), "kham-benh", 10)
        assert len(gaps.wards) == 13
        assert gaps.wards[0].ward.name == "Kỳ Thượng"
        assert gaps.wards[0].place.provider in ("Trung tâm Y tế Hạ Long", "Bệnh viện Chưa Ai Hỏi")
        distances = [gap.metres for gap in gaps.wards]
        assert distances == sorted(distances, reverse=True)
        assert {gap.ward.name: gap.step for gap in gaps.wards}["Hồng Gai"] is Step.NEAR

    def test_a_wider_radius_leaves_fewer_wards_without(self) -> None:
        lacking = [gaps_of(ground(WIDE), "kham-benh", km).lacking for km in (5, 10, 20, 50)]
        assert lacking == sorted(lacking, reverse=True)
        assert lacking[0] > lacking[-1] == 0

    def test_a_subject_that_nobody_offers_lacks_everywhere_and_is_told_as_such(self) -> None:
        gaps = gaps_of(ground(WIDE), "phap-y", 50)
        assert gaps.lacking == 13
        assert {gap.step for gap in gaps.wards} == {Step.NONE}
        assert {gap.metres for gap in gaps.wards} == {None}

    def test_a_place_whose_address_is_kept_back_counts_at_its_ward_and_is_not_named(self) -> None:
        nearest = {gap.ward.name: gap for gap in gaps_of(ground(WIDE), "nhom-ho-tro", 10).wards}["Hồng Gai"]
        assert nearest.metres == pytest.approx(0, abs=1)
        assert (nearest.place.provider, nearest.place.ward) == (None, "Phường Hồng Gai")

    def test_a_hidden_place_is_nearest_to_nobody_and_only_counted(self) -> None:
        gaps = gaps_of(ground(WIDE), "tam-lanh", 50)
        assert (gaps.entries, gaps.hidden) == (1, 1)
        assert {gap.place for gap in gaps.wards} == {None}

    def test_a_closed_place_leaves_a_gap(self) -> None:
        assert gaps_of(ground(WIDE), "tro-giup-phap-ly", 50).lacking == 0
        _close("Luật sư tư vấn")
        assert gaps_of(ground(WIDE), "tro-giup-phap-ly", 50).lacking == 13

    @pytest.mark.parametrize(
        ("metres", "step"),
        [(0, Step.NEAR), (10_000, Step.NEAR), (10_001, Step.FAR), (20_001, Step.FARTHER), (float("inf"), Step.NONE)],
    )
    def test_the_radius_itself_is_near_and_twice_of_it_is_not_yet_farther(self, metres: float, step: Step) -> None:
        assert step_of(metres, 10) is step


@pytest.mark.usefixtures("wide")
class TestTheFigures:
    def test_wards_without_and_with_a_place_near_make_up_all_wards(self) -> None:
        lines = figures("C01", "K04", text=WIDE)
        without, share = by_key(lines["C01"])["kham-benh"], by_key(lines["K04"])["kham-benh"]
        assert without == gaps_of(ground(WIDE), "kham-benh", 10).lacking
        assert share == pytest.approx(100 * (13 - without) / 13)
        assert lines["C01"].total.value == gaps_of(ground(WIDE), ANYTHING, 10).lacking

    def test_what_is_rung_up_or_hidden_is_not_measured_by_distance(self) -> None:
        assert {"duong-day-nong", "tam-lanh"}.isdisjoint(by_key(figures("C01", text=WIDE)["C01"]))
        cells = {row.subject.slug: row.cell for row in by_subject(ground(WIDE), 10)}
        assert cells["tam-lanh"].lacking is cells["duong-day-nong"].lacking is None
        assert cells["nhom-ho-tro"].lacking is not None

    def test_services_are_counted_once_by_ward_and_hidden_ones_by_province(self) -> None:
        line = figures("K01", text=WIDE)["K01"]
        # Clinic twice, hospital, hidden house of the province, group of the ward, lawyer; no line of the whole country.
        assert line.total.value == 6
        assert by_key(line) == {
            "kham-benh": 2,
            "benh-lay-truyen-tinh-duc": 1,
            "hiv-xet-nghiem": 1,
            "tam-lanh": 1,
            "nhom-ho-tro": 1,
            "tro-giup-phap-ly": 1,
        }

    def test_areas_that_share_a_ward_do_not_count_it_twice_in_the_whole(self) -> None:
        line = figures("K01")["K01"]
        shared = {one.area: one.value for one in line.by_area}
        # The whole country has the two common lines, too.
        assert line.total.value == 8 < sum(shared.values()) + 2

    def test_lines_are_open_around_the_clock_for_every_area(self) -> None:
        line = figures("K06")["K06"]
        assert line.total.value == 2
        assert {one.value for one in line.by_area} == {2}

    def test_freshness_is_the_share_verified_and_the_median_age_of_what_ever_was(self) -> None:
        lines = figures("K02", "K03", text=WIDE)
        assert lines["K02"].total.value == pytest.approx(100 / 6, abs=0.1)
        assert lines["K03"].total.value > 365

    def test_languages_are_counted_each(self) -> None:
        line = figures("K05", text=WIDE)["K05"]
        assert line.total.value == 1
        assert by_key(line) == {"vi": 1, "en": 1}

    def test_areas_are_set_side_by_side_by_main_subject(self) -> None:
        rows = {row.name: row for row in by_area(ground(), scope_of(None, SYSTEM).areas, 10)}
        tops = [subject.slug for subject in categories().top]
        assert rows[WIDE].wards == 13
        assert rows[WIDE].cells[tops.index("y-te")].entries == 3
        assert rows["Hạ Long"].cells[tops.index("y-te")].lacking == 0


@pytest.mark.usefixtures("app")
def test_an_empty_directory_has_no_record_of_anything() -> None:
    with transaction():
        add_area("Nơi mới", "Phường Hồng Gai, Quảng Ninh")
    for line in figures("C01", "K01", "K02", "K03", "K04", "K05", "K06").values():
        assert line.total.value is None, line.indicator.code


class TestThePage:
    def test_the_table_says_what_the_map_draws(self, client: FlaskClient, people: People, wide: str) -> None:
        sign_in(client, people.coordinator)
        code = categories().by_slug["kham-benh"].code
        page = client.get(f"{PATH}?dia-ban={wide}&chu-de={code}&ban-kinh=20").get_data(as_text=True)
        frame = client.get(f"{PATH}/khung?dia-ban={wide}&chu-de={code}&ban-kinh=20")
        drawn = frame.get_data(as_text=True)
        assert "Xã Kỳ Thượng" in page
        assert json.dumps("Xã Kỳ Thượng") in drawn
        assert re.search(r"\d+ trong 13 xã, phường không có nơi nào trong vòng 20 km", page)
        assert "default-src 'none'" in frame.headers["Content-Security-Policy"]
        assert frame.headers["Cache-Control"] == "no-store"

    def test_addresses_and_title_say_nothing_of_the_subject(
        self, client: FlaskClient, people: People, wide: str
    ) -> None:
        sign_in(client, people.coordinator)
        page = client.get(f"{PATH}?dia-ban={wide}").get_data(as_text=True)
        assert "<title>Khoảng trống – Sổ địa chỉ</title>" in page
        assert not re.search(r"(href|src)=\"[^\"]*(hiv|tam-lanh|benh-lay)", page)

    def test_neither_page_nor_map_tells_where_a_place_is_that_keeps_its_address(
        self, client: FlaskClient, people: People, wide: str
    ) -> None:
        sign_in(client, people.coordinator)
        for slug in ("tam-lanh", "nhom-ho-tro"):
            for path in (PATH, f"{PATH}/khung"):
                told = client.get(f"{path}?dia-ban={wide}&chu-de={categories().by_slug[slug].code}")
                text = told.get_data(as_text=True)
                assert not [word for word in (*NEVER_SHOWN, "Ngôi nhà Giữ Kín") if word in text]

    def test_what_cannot_be_read_is_the_usual(self, client: FlaskClient, people: People) -> None:
        sign_in(client, people.coordinator)
        page = client.get(f"{PATH}?chu-de=khong-co&ban-kinh=-3&ky=xx").get_data(as_text=True)
        assert '<option value="10" selected>10 km</option>' in page
        assert "Bất kỳ chủ đề nào" in page

    def test_an_area_that_is_not_hers_does_not_exist(self, client: FlaskClient, people: People) -> None:
        sign_in(client, people.coordinator)
        for path in (PATH, f"{PATH}/khung"):
            assert client.get(f"{path}?dia-ban={people.other_area.code}").status_code == 404

    def test_who_reads_no_reports_reads_no_gaps(self, client: FlaskClient, people: People) -> None:
        sign_in(client, people.peer)
        assert client.get(PATH).status_code == client.get(f"{PATH}/khung").status_code == 403


def test_the_map_opens_a_ward_and_names_the_steps(
    live_server: str, page: Page, client: FlaskClient, people: People, wide: str
) -> None:
    sign_in(client, people.coordinator)
    cookie = client.get_cookie("phien")
    page.context.add_cookies([{"name": "phien", "value": cookie.value, "url": live_server}])
    page.goto(f"{live_server}{PATH}?dia-ban={wide}&chu-de={categories().by_slug['kham-benh'].code}")
    frame = page.frame_locator("iframe")
    expect(frame.locator("path.ward")).to_have_count(13)
    frame.locator("path.ward.gap-2").first.click(force=True)
    expect(frame.locator(".leaflet-popup")).to_contain_text("Gần nhất:")
    expect(frame.locator(".legend")).to_contain_text("Xa hơn 20 km")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def _close(service: str) -> None:
    """Close an entry for good, and let search know."""
    with transaction():
        offering = db.session.query(Offering).join(Service).filter(Service.name == service).one()
        offering.closed_on = today()
        db.session.add(CatalogueChange(offering_id=offering.id))
    db.session.remove()
    follower().arrays(at_once=True)
