"""An entry as a coordinator finds, reads and changes it: part by part, with a preview, nothing overwritten silently."""

import re

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from directory.catalogue.models import CatalogueChange, CorrectionRequest, Offering, Provider, Revision, Service
from directory.extensions import db
from tests.people import post, sign_in

SHELTER = "Ngôi nhà Giữ Kín"


def entry_of(provider: str) -> Offering:
    statement = select(Offering).join(Service).join(Provider).where(Provider.name == provider).order_by(Offering.id)
    return db.session.scalars(statement.execution_options(populate_existing=True)).first()


def filled_in(client, path: str) -> dict[str, object]:
    """Return what the form of this page would send untouched."""
    html = client.get(path).text.partition('method="post"')[2]
    fields: dict[str, object] = {}
    for tag in re.findall(r"<input[^>]*>", html):
        name, value = (re.search(rf' {what}="([^"]*)"', tag) for what in ("name", "value"))
        is_choice = 'type="radio"' in tag or 'type="checkbox"' in tag
        if name and (not is_choice or " checked" in tag):
            fields.setdefault(name[1], []).append(_unescaped(value[1]) if value else "")
    for name, text in re.findall(r'<textarea[^>]* name="([^"]*)"[^>]*>\s*(.*?)</textarea>', html, re.DOTALL):
        fields[name] = [_unescaped(text)]
    return {name: values for name, values in fields.items() if name not in ("csrf_token", "khoa")}


def _unescaped(text: str) -> str:
    for escaped, plain in (("&#34;", '"'), ("&#39;", "'"), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        text = text.replace(escaped, plain)
    return text


def part(people, name: str, code: str = "") -> str:
    return f"/dieu-phoi/muc/{code or people.offering_code}/sua/{name}"


def save(client, path: str, **changes):
    return post(client, path, **(filled_in(client, path.removesuffix("/xem")) | changes))


def test_an_entry_is_found_by_its_names_and_numbers(people, here):
    for question in ("trung tam y te", "Da Liễu", "0203 3825 499", "3825499", "+84 912 345 678"):
        found = here.get("/dieu-phoi/muc", query_string={"q": question}).text
        assert f"/dieu-phoi/muc/{people.offering_code}" in found, question


def test_the_list_stands_whatever_is_asked(people, here):
    for query in ("", "?xep=xac-minh", "?xep=moi-sua", "?xep=x&trang=99999", "?trang=-1", "?q=%25_%27"):
        assert here.get(f"/dieu-phoi/muc{query}").status_code == 200, query


def test_who_answers_for_another_area_finds_and_opens_nothing_of_this_one(people, client):
    sign_in(client, people.other_coordinator)
    assert people.offering_code not in client.get("/dieu-phoi/muc").text
    for path in ("", "/sua/tai-diem", "/lich-su"):
        assert client.get(f"/dieu-phoi/muc/{people.offering_code}{path}").status_code == 404
    assert post(client, part(people, "tai-diem"), ban="1.1.1.1").status_code == 404


def test_the_page_of_an_entry_says_what_is_known_and_what_shares_its_place(people, here):
    page = here.get(f"/dieu-phoi/muc/{people.offering_code}").text
    for told in ("0203 3825 499", "Cả ngày đêm (24/24)", "Không cần nói tên", "Xét nghiệm HIV nhanh"):
        assert told in page


def test_a_form_that_is_sent_back_untouched_changes_nothing(people, here):
    newest = select(CatalogueChange.seq).order_by(CatalogueChange.seq.desc())
    before = db.session.scalar(newest)
    for provider in ("Trung tâm Y tế Hạ Long", SHELTER, "Nhóm Chỉ Biết Phường"):
        for name in ("don-vi", "diem", "dich-vu", "tai-diem"):
            answer = save(here, part(people, name, entry_of(provider).code))
            assert answer.location.endswith("xong=khong-doi"), (provider, name)
    assert db.session.scalar(newest) == before


def test_what_is_changed_is_read_as_people_write_it(people, here):
    week = {"gio": "week", "gio-0-1-tu": "7h30", "gio-0-1-den": "11h30", "gio-0-2-tu": "13h30", "gio-0-2-den": "17"}
    changes = week | {"phones": "02033825499\n\n1800 1234", "fees": "50.000 đồng", "tieng-khac": "Tiếng Thái Đen"}
    assert save(here, part(people, "tai-diem"), **changes).status_code == 303
    entry = entry_of("Trung tâm Y tế Hạ Long")
    assert [phone.shown for phone in entry.phones] == ["0203 3825 499", "1800 1234"]
    assert entry.opening_hours == "Mo 07:30-11:30,13:30-17:00"
    assert (entry.fees, entry.languages) == ("50.000 đồng", ["vi", "en", "blt"])
    assert "50.000 đồng" in here.get(f"/dich-vu/{people.offering_code}").text


def test_hours_may_be_told_in_words(people, here):
    words = {"gio": "text", "gio-chu": "Thứ 2 – thứ 6: 7h30–11h30, 13h30–17h; thứ 7 sáng"}
    assert save(here, part(people, "tai-diem"), **words).status_code == 303
    assert entry_of("Trung tâm Y tế Hạ Long").opening_hours == "Mo-Fr 07:30-11:30,13:30-17:00; Sa 07:30-11:30"


WRONG = [
    ("tai-diem", {"phones": "12"}, "không gọi được"),
    ("tai-diem", {"gio": "week", "gio-0-1-tu": "25h", "gio-0-1-den": "26h"}, "Giờ ghi như 7:30"),
    ("tai-diem", {"gio": "text", "gio-chu": "giờ hành chính"}, "Thứ 2 – thứ 6"),
    ("tai-diem", {"tieng-khac": "tiếng chim"}, "Không có tiếng này"),
    ("diem", {"toa-do": "gần chợ"}, "Toạ độ gồm hai số"),
    ("diem", {"toa-do": "48.85, 2.35"}, "nằm ngoài Việt Nam"),
    ("dich-vu", {"service": ""}, "Còn thiếu: Tên dịch vụ."),
    ("dich-vu", {"website": "javascript:alert(1)"}, "http"),
]


def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_written(people, here):
    for name, changes, said in WRONG:
        answer = save(here, part(people, name), **changes)
        assert answer.status_code == 422, changes
        assert said in answer.text
        assert 'class="field is-wrong"' in answer.text
    assert db.session.scalar(select(Revision)) is None


def test_of_a_ward_of_many_the_one_that_is_meant_is_chosen_by_its_old_name(people, here):
    path = part(people, "diem")
    typed = {"ward": "Phường 1", "province": "TP Hồ Chí Minh", "toa-do": ""}
    answer = save(here, path, **typed)
    assert (answer.status_code, "Bạn muốn nói nơi nào?" in answer.text) == (422, True)
    offered = re.findall(r'name="chon" value="([^"]*)"', answer.text)
    assert len(offered) > 1
    chosen = save(here, path, **typed, chon=offered[0])
    assert offered[0].rpartition(", ")[0] in chosen.text


def test_a_preview_shows_the_public_page_as_it_would_be_and_writes_nothing(people, here):
    answer = save(here, part(people, "tai-diem") + "/xem", phones="1800 1234", id_required="có")
    assert answer.status_code == 200
    shown = answer.text.partition("Người xem sẽ thấy như thế này")[2].partition("<form")[0]
    assert "1800 1234" in shown
    assert "Có hỏi giấy tờ" in shown
    assert "0203 3825 499" not in shown
    assert db.session.scalar(select(Revision)) is None
    assert "0203 3825 499" in here.get(f"/dich-vu/{people.offering_code}").text


def test_the_second_of_two_editors_sees_both_versions_and_decides(people, here):
    path = part(people, "tai-diem")
    mine = filled_in(here, path) | {"phones": "0203 3825 400"}
    assert save(here, path, fees="Hỏi khi đến", phones="1800 1234").status_code == 303
    answer = post(here, path, **mine)
    assert answer.status_code == 409
    assert "1800 1234" in answer.text
    assert "0203 3825 400" in answer.text
    versions = re.search(r'name="ban" value="([^"]*)"', answer.text.partition("Lưu bản của tôi")[0])[1]
    assert post(here, path, **(mine | {"ban": versions})).status_code == 303
    entry = entry_of("Trung tâm Y tế Hạ Long")
    assert ([phone.shown for phone in entry.phones], entry.fees) == (["0203 3825 400"], "Hỏi khi đến")


def test_history_tells_who_changed_what_and_takes_it_back(people, here):
    assert save(here, part(people, "tai-diem"), fees="50.000 đồng").status_code == 303
    page = here.get(f"/dieu-phoi/muc/{people.offering_code}/lich-su").text
    for told in ("Điều phối một", "Tiền phải trả", "Miễn phí", "50.000 đồng"):
        assert told in page
    undo = re.search(r'action="([^"]*/lich-su/[^"]*)"', page)[1]
    assert post(here, undo).status_code == 303
    assert entry_of("Trung tâm Y tế Hạ Long").fees == "Miễn phí"
    again = post(here, undo)
    assert again.status_code == 409
    assert "đã được hoàn tác" in again.text


def test_a_change_of_a_shelter_waits_for_a_second_coordinator(people, here):
    code = entry_of(SHELTER).code
    assert save(here, part(people, "tai-diem", code), fees="Miễn phí").location.endswith("xong=cho")
    assert entry_of(SHELTER).fees is None
    assert db.session.scalars(select(CorrectionRequest)).one().wanted == {"fees": "Miễn phí"}
    assert "đang chờ điều phối viên thứ hai" in here.get(f"/dieu-phoi/muc/{code}").text


def test_hiding_a_place_is_asked_about_first_and_needs_no_clearing_of_its_address(people, here):
    asked = save(here, part(people, "diem"), visibility="hidden")
    assert (asked.status_code, "sẽ bị xoá hẳn" in asked.text, 'name="chac-chan"' in asked.text) == (422, True, True)
    sure = save(here, part(people, "diem"), visibility="hidden", **{"chac-chan": "1"})
    assert sure.location.endswith("xong=giu-kin")
    for path in ("", "/sua/diem", "/lich-su"):
        assert "Lê Lợi" not in here.get(f"/dieu-phoi/muc/{people.offering_code}{path}").text


def test_an_entry_is_added_in_one_form(people, here):
    fields = {
        "provider": "Văn phòng Luật Cửa Lục",
        "service": "Tư vấn luật",
        "category": ["tro-giup-phap-ly"],
        "ward": "Phường Hồng Gai",
        "province": "Quảng Ninh",
        "toa-do": "20.952, 107.081",
        "phones": "0203 3825 400",
        "gio": "always",
    }
    answer = post(here, "/dieu-phoi/muc/moi", **fields)
    assert answer.status_code == 303, answer.text
    entry = entry_of("Văn phòng Luật Cửa Lục")
    assert (entry.opening_hours, entry.site.latitude) == ("24/7", 20.952)
    again = post(here, "/dieu-phoi/muc/moi", **fields)
    assert again.status_code == 422
    assert "Đã có dịch vụ này" in again.text


def test_of_an_empty_new_entry_all_that_is_missing_is_said(people, here):
    answer = post(here, "/dieu-phoi/muc/moi", gio="unknown")
    assert answer.status_code == 422
    for missing in ("Tên đơn vị", "Tên dịch vụ", "Chủ đề"):
        assert f"Còn thiếu: {missing}." in answer.text


def test_a_form_of_before_is_refused(people, here):
    assert post(here, part(people, "tai-diem"), ban="x").status_code in (400, 422)
    assert here.get(part(people, "khong-co")).status_code == 404


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_in_a_browser_a_tap_on_the_map_fills_the_point_and_monday_is_copied(people, app, live_server, page):
    with app.test_client() as client:
        sign_in(client, people.coordinator)
        cookie = client.get_cookie("phien")
    page.context.add_cookies([{"name": "phien", "value": cookie.value, "url": live_server}])
    page.goto(live_server + part(people, "diem"))
    frame = page.frame_locator(".pick-box iframe")
    page.locator(".pick-box").scroll_into_view_if_needed()
    frame.get_by_role("button", name="Đặt ghim vào giữa bản đồ").click()
    expect(page.locator("[name=toa-do]")).not_to_have_value("20.951, 107.08")
    page.goto(live_server + part(people, "tai-diem"))
    expect(page.locator("[name=gio-0-1-tu]")).to_be_hidden()
    page.locator("#gio-week").check()
    page.locator("[name=gio-0-1-tu]").fill("7h")
    page.get_by_role("button", name="Chép giờ thứ Hai").click()
    expect(page.locator("[name=gio-4-1-tu]")).to_have_value("7h")
