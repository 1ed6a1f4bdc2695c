"""The pages of reports: who may open them, what they say of figures and of what there is none, the year on paper."""

import csv
import io
import json
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from directory import clock
from directory.accounts.models import AuditEntry
from directory.extensions import db
from directory.places.models import AdminUnit
from directory.referrals.models import FactService, SlipFact
from directory.referrals.operations import mint
from directory.referrals.rules import Reason, State, Urgency
from directory.web.transaction import transaction
from tests.outreach.contacts import contact
from tests.people import post, sign_in

PAGES = (
    "",
    "/thang-bac",
    "/so-sanh",
    "/chi-so/L00",
    "/chi-so/S01",
    "/dinh-nghia",
    "/nam",
    "/nam/ban-in",
    "/so-nhap-tay",
)
FILES = ("/so-lieu.csv", "/so-lieu.xlsx", "/so-lieu.json", "/nam/bao-cao-nam.pdf")
MONDAY = date(2024, 3, 4)


@pytest.fixture
def here(people, client):
    """The coordinator of Hạ Long, signed in."""
    sign_in(client, people.coordinator)
    return client


@pytest.mark.parametrize("path", ["", "/thang-bac", "/so-sanh", "/chi-so/L00", "/nam/ban-in", "/khoang-trong"])
def test_every_page_says_what_its_figures_mean_where_from_and_by_which_version(people, here, path):
    serve(people, token=1)
    page = here.get(f"/bao-cao{path}?ky=2024").get_data(as_text=True)
    # On paper stands only what is told: of one ward nothing that was counted on slips is.
    source = "Sổ địa chỉ." if path == "/nam/ban-in" else "Phiếu chuyển gửi."
    for said in ("Đếm từ", source, "bản 1"):
        assert said in page, said


def serve(people, *, token: int, services: int = 1, on: date = MONDAY) -> None:
    """Write down a slip that was served, in Hạ Long."""
    with transaction():
        fact = SlipFact(
            area_id=people.area.id,
            group_id=people.group.id,
            category_slug="tro-giup-phap-ly",
            site_id=people.site.id,
            urgency=Urgency.THREE_DAYS,
            outcome=State.SERVED,
            issued_on=on - timedelta(days=2),
            acknowledged_on=on - timedelta(days=1),
            arrived_on=on,
            served_on=on,
            hours_to_serve=50,
            person_token=token.to_bytes(16, "big"),
        )
        given = {"category_slug": "tro-giup-phap-ly", "area_id": people.area.id, "served_on": on}
        fact.given = [FactService(count=services, **given)]
        db.session.add(fact)


def decline(people, on: date = MONDAY) -> None:
    """Write down a slip that was turned down, in Hạ Long."""
    with transaction():
        fact = {"area_id": people.area.id, "group_id": people.group.id, "category_slug": "kham-benh"}
        said = {"outcome": State.DECLINED, "reason": Reason.NO_CAPACITY, "urgency": Urgency.DAY, "issued_on": on}
        db.session.add(SlipFact(site_id=people.site.id, was_silent=True, **fact, **said))


def widen(people) -> None:
    """Give Hạ Long a second ward: an area of one ward is told as to the public."""
    with transaction():
        free = select(AdminUnit).where(
            AdminUnit.level == "ward", AdminUnit.parent_key == people.area.wards[0].parent_key
        )
        people.area.wards.append(next(one for one in db.session.scalars(free) if one not in people.area.wards))


def test_every_page_opens_with_nothing_written_down_and_says_so(here):
    for page in PAGES:
        answer = here.get(f"/bao-cao{page}")
        assert answer.status_code == 200, page
    assert "không có số liệu" in here.get("/bao-cao/chi-so/M01").text


def test_nothing_opens_for_a_peer_or_without_signing_in(people, client):
    for page in (*PAGES, *FILES):
        assert client.get(f"/bao-cao{page}").status_code == 303
    sign_in(client, people.peer)
    for page in (*PAGES, *FILES):
        assert client.get(f"/bao-cao{page}").status_code == 403


def test_figures_stand_with_unit_definition_chart_and_table(people, here):
    widen(people)
    for token in range(6):
        serve(people, token=token, services=2)
    decline(people)
    page = here.get("/bao-cao?ky=2024").text
    assert '<b class="number">12</b> <span class="unit">lượt</span>' in page
    assert '<b class="number">6</b> <span class="unit">người</span>' in page
    assert "3/2024: 12;" in page  # the drawing's description
    assert "Một người làm ba việc là ba lượt" in page
    ladder = here.get("/bao-cao/thang-bac?ky=2024").text
    assert "6 (85,7%)" in ladder
    assert "Hết chỗ, không nhận thêm được" in ladder
    assert "Trung tâm Y tế Hạ Long" in ladder


def test_people_are_not_added_up_over_years_and_no_difference_of_them_is_told(people, here):
    widen(people)
    for token in range(6):
        serve(people, token=token)
        serve(people, token=token, on=date(2023, 3, 6))
    assert "không cộng số người qua nhiều năm" in here.get("/bao-cao/chi-so/N01?ky=2021-2025").text
    compared = here.get("/bao-cao/so-sanh?ky=2024&ky-2=2023&phan=people").text
    assert "không so được" in compared
    assert "Năm 2023" in compared


def test_an_area_of_one_ward_is_kept_back_until_it_is_the_provinces_own_report(people, here):
    for token in range(6):
        serve(people, token=token)
    assert "chỉ một xã, phường" in here.get("/bao-cao?ky=2024").text
    paper = "/bao-cao/nam/ban-in?ky=2024"
    assert "6 lượt dịch vụ" not in here.get(paper).text
    assert post(here, "/bao-cao/nam/so-day-du", ky="2024").status_code == 422
    assert "6 lượt dịch vụ" not in here.get(paper).text
    assert post(here, "/bao-cao/nam/so-day-du", **{"ky": "2024", "dong-y": "1"}).status_code == 303
    assert "6 người đã nhận 6 lượt dịch vụ" in here.get(paper).text
    last = db.session.scalars(select(AuditEntry).order_by(AuditEntry.seq.desc())).first()
    assert (last.action, last.object_uuid) == ("report.exact", people.area.uuid)


def test_the_confirmation_holds_for_that_document_that_person_and_half_an_hour(people, here, monkeypatch):
    for token in range(6):
        serve(people, token=token)
    post(here, "/bao-cao/nam/so-day-du", **{"ky": "2024", "dong-y": "1"})
    exact = "bản này có mọi con số"
    assert exact in here.get("/bao-cao/nam/ban-in?ky=2024").text
    assert exact not in here.get("/bao-cao/nam/ban-in?ky=2023").text
    assert exact not in here.get(f"/bao-cao/nam/ban-in?ky=2024&dia-ban={people.area.code}").text
    later = clock.now() + timedelta(minutes=29)
    with_clock = monkeypatch.setattr
    with_clock(clock, "now", lambda: later)
    assert exact in here.get("/bao-cao/nam/ban-in?ky=2024").text
    latest = later + timedelta(minutes=2)
    with_clock(clock, "now", lambda: latest)
    assert exact not in here.get("/bao-cao/nam/ban-in?ky=2024").text


def test_what_one_person_was_given_is_kept_back_where_she_is(people, here):
    contact(people.peer, materials={"test_kit": 1, "leaflet": 2})
    with transaction():
        mint(people.coordinator.actor, people.group.id, 4)
    found = json.loads(here.get("/bao-cao/so-lieu.json").data)["figures"]
    for one in (one for one in found if one["indicator"] in {"T01", "T04", "M02", "M03", "M11", "M13"}):
        figures = (one, *one["by_area"], *one["by_key"], *one["by_both"])
        assert {figure["value"] for figure in figures} == {None}, one["indicator"]
    assert next(one["value"] for one in found if one["indicator"] == "M10") == 4


def test_the_audit_says_of_which_areas_every_number_was_shown(people, here):
    post(here, "/bao-cao/nam/so-day-du", **{"ky": "2024", "dong-y": "1", "dia-ban": people.area.code})
    shown = select(AuditEntry.object_uuid).where(AuditEntry.action == "report.exact")
    assert db.session.scalars(shown).all() == [people.area.uuid]


def test_another_area_looks_like_none(people, here):
    for page in ("", "/thang-bac", "/so-sanh", "/chi-so/L00", "/nam", "/so-lieu.json"):
        assert here.get(f"/bao-cao{page}?dia-ban={people.other_area.code}").status_code == 404
        assert here.get(f"/bao-cao{page}?dia-ban=khong-co").status_code == 404
    assert here.get("/bao-cao/chi-so/Z99").status_code == 404


@pytest.mark.parametrize(
    "asked", ["ky=2024-13", "tu=2024-05-01&den=2024-04-01", "tu=x", "ky=%F0%9F%98%80", "tu=9999-99-99"]
)
def test_a_period_that_cannot_be_read_is_said_and_the_usual_one_shown(here, asked):
    page = here.get(f"/bao-cao?{asked}")
    assert page.status_code == 200
    assert "Không đọc được kỳ" in page.text


def test_days_of_ones_own_win_over_the_name_of_a_period(here):
    assert "từ 15/01/2024 đến 20/02/2024" in here.get("/bao-cao?ky=2023&tu=2024-01-15&den=20/02/2024").text


def test_the_files_hold_what_the_page_holds_and_no_more(people, here):
    for token in range(6):
        serve(people, token=token)
    figures = {one["indicator"]: one for one in json.loads(here.get("/bao-cao/so-lieu.json?ky=2024").data)["figures"]}
    assert figures["L00"]["value"] is None
    assert figures["L00"]["why_none"] == "only_fixed_periods"
    rows = list(csv.reader(io.StringIO(here.get("/bao-cao/so-lieu.csv?ky=2024").get_data(as_text=True))))
    assert not [row for row in rows if row[0] == "L00" and row[4]]
    sheet = here.get("/bao-cao/so-lieu.xlsx?ky=2024")
    assert sheet.data.startswith(b"PK")
    assert "attachment" in sheet.headers["Content-Disposition"]


def test_the_annual_report_is_a_pdf_with_a_name_that_says_nothing(people, here):
    widen(people)
    serve(people, token=1)
    answer = here.get("/bao-cao/nam/bao-cao-nam.pdf?ky=2024")
    assert answer.data.startswith(b"%PDF")
    assert answer.headers["Content-Disposition"] == 'inline; filename="bao-cao-nam.pdf"'
    assert "no-store" in answer.headers["Cache-Control"]
