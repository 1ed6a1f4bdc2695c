"""A coordinator sees what waits, old beside new, and says yes, yes with changes, or no; shelters need two of them."""

import re

import pytest
from sqlalchemy import select

from directory.accounts.models import AuditEntry
from directory.catalogue import operations
from directory.catalogue.cells import cells_of, versions_of
from directory.catalogue.models import CorrectionRequest, Offering, Provider, Service
from directory.catalogue.queries import suggestible
from directory.catalogue.queries.own import entry_for
from directory.catalogue.upkeep import Origin, RequestKind, RequestState
from directory.coordination.typing_cells import as_cell, as_typed
from directory.coordination.views import requests as views
from directory.extensions import db
from directory.web.transaction import transaction
from tests.people import post, sign_in

DESK = "/dieu-phoi/de-nghi"
NEW_PHONE = "0203 3825 500"


@pytest.fixture
def asked(people):
    """Return a function by which a peer asks for changes, of the clinic unless of another provider."""

    def ask(provider: str = "", **changes: str) -> str:
        code = _code_of(provider) if provider else people.offering_code
        seen = versions_of(suggestible(people.peer.actor, code))
        with transaction():
            return operations.suggest(people.peer.actor, code, changes, seen, Origin.PEER).code

    return ask


def _code_of(provider: str) -> str:
    wanted = select(Offering.code).join(Service).join(Provider).where(Provider.name == provider)
    return db.session.scalars(wanted.order_by(Offering.id)).first()


def state_of(code: str) -> RequestState:
    db.session.rollback()
    return db.session.scalars(select(CorrectionRequest.state).where(CorrectionRequest.code == code)).one()


def cell(people, column: str, code: str = "") -> str:
    db.session.rollback()
    return cells_of(suggestible(people.peer.actor, code or people.offering_code))[column]


def form_on(client, path: str, action: str) -> dict[str, str]:
    """Return the hidden fields and the texts of the last form on a page that leads to this address."""
    page = client.get(path).get_data(as_text=True)
    form = re.findall(rf'<form[^>]*action="[^"]*{action}".*?</form>', page, re.DOTALL)[-1]
    fields = dict(re.findall(r'name="([^"]+)"[^>]*value="([^"]*)"', form))
    fields |= dict(re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>([^<]*)</textarea>', form))
    chosen = re.findall(r'<select[^>]*name="([^"]+)".*?value="([^"]*)" selected', form, re.DOTALL)
    return fields | dict(chosen)


def test_two_taps_from_the_list_change_the_entry(here, people, asked):
    code = asked(phones=NEW_PHONE, opening_hours="Mo-Fr 07:30-17:00")
    waiting = here.get(DESK).get_data(as_text=True)
    assert f'href="{DESK}/{code}"' in waiting
    assert "Số điện thoại, Giờ làm việc" in waiting
    assert "Nhóm Hạ Long Xanh" in waiting
    assert "Sen" not in waiting, "the group is named, never the peer"
    page = here.get(f"{DESK}/{code}").get_data(as_text=True)
    assert "0203 3825 499" in page
    assert NEW_PHONE in page
    assert "Thứ Hai – Thứ Sáu: 07:30–17:00" in page
    answer = post(here, f"{DESK}/{code}/nhan", ban=1)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{DESK}?xong=nhan")
    assert cell(people, "phones") == NEW_PHONE
    assert state_of(code) is RequestState.ACCEPTED
    done = here.get(answer.headers["Location"]).get_data(as_text=True)
    assert "Đã nhận." in done
    assert "Không có đề nghị nào đang chờ" in done


def test_she_puts_it_right_before_she_takes_it(here, people, asked):
    code = asked(phones="0203 3825 501", opening_hours="Mo-Fr 07:30-17:00")
    form = form_on(here, f"{DESK}/{code}", "/nhan")
    assert form["moi-opening_hours"].startswith("Thứ Hai – Thứ Sáu"), "nobody has to read the syntax"
    bad = here.post(f"{DESK}/{code}/nhan", data=form | {"moi-phones": "123"})
    assert bad.status_code == 422
    page = bad.get_data(as_text=True)
    assert "Số điện thoại này không gọi được" in page
    assert ">123</textarea>" in page
    assert cell(people, "phones").startswith("0203 3825 499")
    assert here.post(f"{DESK}/{code}/nhan", data=form | {"moi-phones": NEW_PHONE}).status_code == 303
    assert (cell(people, "phones"), cell(people, "opening_hours")) == (NEW_PHONE, "Mo-Fr 07:30-17:00")


def test_a_refused_request_leaves_the_entry_as_it_is(here, people, asked):
    code = asked(phones=NEW_PHONE)
    answer = post(here, f"{DESK}/{code}/tu-choi", ban=1)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{DESK}?xong=tu-choi")
    assert (state_of(code), cell(people, "phones")[:13]) == (RequestState.REFUSED, "0203 3825 499")
    page = here.get(f"{DESK}/{code}").get_data(as_text=True)
    assert "Không sửa: hỏi lại thấy vẫn đúng" in page
    assert "<form" not in page[page.index("<main") : page.index("</main")]
    actions = db.session.scalars(select(AuditEntry.action)).all()
    assert "catalogue.refused" in actions


def test_the_second_of_two_at_once_is_told_who_was_faster(here, people, asked):
    code = asked(phones=NEW_PHONE)
    with transaction():
        operations.refuse(people.coordinator.actor, code, 1)
    answer = post(here, f"{DESK}/{code}/nhan", ban=1)
    assert answer.status_code == 409
    assert "Điều phối một đã xử lý đề nghị này lúc" in answer.get_data(as_text=True)


def test_an_entry_that_changed_since_is_shown_in_three_states_and_not_written_over(here, people, asked):
    code, actor = asked(fees="5.000 đồng"), people.coordinator.actor
    with transaction():
        seen = versions_of(entry_for(actor, people.offering_code))
        operations.edit(actor, people.offering_code, {"fees": "7.000 đồng"}, seen)
    page = here.get(f"{DESK}/{code}").get_data(as_text=True)
    assert all(fees in page for fees in ("Miễn phí", "5.000 đồng", "7.000 đồng"))
    assert "Nhận, đổi ngay" not in page
    answer = post(here, f"{DESK}/{code}/nhan", ban=1)
    assert answer.status_code == 409
    assert "Mục đã đổi sau khi đề nghị này được gửi" in answer.get_data(as_text=True)
    assert cell(people, "fees") == "7.000 đồng"
    form = form_on(here, f"{DESK}/{code}", "/nhan") | {"moi-fees": "6.000 đồng"}
    assert here.post(f"{DESK}/{code}/nhan", data=form).status_code == 303
    assert cell(people, "fees") == "6.000 đồng"


def test_what_she_types_against_an_older_state_is_not_written_over_a_newer_one(here, people, asked):
    code, actor = asked(fees="5.000 đồng"), people.coordinator.actor
    form = form_on(here, f"{DESK}/{code}", "/nhan")
    with transaction():
        seen = versions_of(entry_for(actor, people.offering_code))
        operations.edit(actor, people.offering_code, {"documents": "Giấy giới thiệu"}, seen)
    answer = here.post(f"{DESK}/{code}/nhan", data=form)
    assert (answer.status_code, state_of(code)) == (409, RequestState.WAITING)


def test_a_report_is_closed_with_what_is_right(here, people):
    with transaction():
        operations.report(people.offering_code, ["asks_papers"])
        code = operations.report(people.offering_code, ["phone_wrong"], phone=NEW_PHONE).code
    page = here.get(f"{DESK}/{code}").get_data(as_text=True)
    told = ("Có hỏi giấy tờ, mà ở đây ghi là không", "người xem trang báo 2 lần", NEW_PHONE)
    assert all(words in page for words in told)
    assert "Nhận, đổi ngay" not in page, "what nobody has checked is not taken at a press"
    form = form_on(here, f"{DESK}/{code}", "/nhan")
    assert (form["moi-phones"], form["moi-id_required"]) == (NEW_PHONE, "có")
    answer = here.post(f"{DESK}/{code}/nhan", data=form | {"moi-id_required": "không"})
    assert answer.headers["Location"] == f"{DESK}?xong=nhan"
    assert (cell(people, "phones"), cell(people, "id_required"), state_of(code)) == (NEW_PHONE, "không", "accepted")


def test_a_number_that_somebody_unknown_wrote_is_not_kept_once_it_was_looked_at(here, people):
    with transaction():
        code = operations.report(people.offering_code, ["phone_wrong"], phone="0912 999 888").code
    assert "0912 999 888" in here.get(f"{DESK}/{code}").get_data(as_text=True)
    assert post(here, f"{DESK}/{code}/tu-choi", ban=1).status_code == 303
    assert db.session.scalars(select(CorrectionRequest.wanted)).all() == [{}]
    assert "0912 999 888" not in here.get(f"{DESK}/{code}").get_data(as_text=True)


def test_a_new_shelter_waits_for_a_second_coordinator_and_is_shown_whole(here, people):
    cells = {
        "provider": "Mái nhà Mới",
        "service": "Nơi ở an toàn",
        "category": "tam-lanh",
        "province": "Quảng Ninh",
        "visibility": "hidden",
        "phones": "0912 000 444",
    }
    with transaction():
        code = operations.add(people.other_coordinator.actor, cells).request.code
    page = here.get(f"{DESK}/{code}").get_data(as_text=True)
    assert all(words in page for words in ("Thêm nơi mới", "Mái nhà Mới", "Giữ kín địa chỉ", "0912 000 444"))
    form = form_on(here, f"{DESK}/{code}", "/nhan")
    assert here.post(f"{DESK}/{code}/nhan", data=form).headers["Location"] == f"{DESK}?xong=nhan", "nothing was changed"
    assert _code_of("Mái nhà Mới")


def test_a_merger_that_waits_leads_to_the_two_entries_side_by_side(here, people):
    into = people.other_offering_code
    with transaction():
        offering_id = db.session.scalar(select(Offering.id).where(Offering.code == people.offering_code))
        request = CorrectionRequest(
            kind=RequestKind.MERGE, origin=Origin.COORDINATOR, offering_id=offering_id, wanted={"into": into}
        )
        db.session.add(request)
        db.session.flush()
        code = request.code
    assert "Gộp hai mục" in here.get(DESK).get_data(as_text=True)
    page = here.get(f"{DESK}/{code}").get_data(as_text=True)
    assert f'href="/dieu-phoi/gop/{people.offering_code}/{into}"' in page
    assert "Sửa rồi nhận" not in page


def test_who_keeps_an_entry_true_is_led_from_its_page_to_the_desk(here, people):
    link = f'href="/dieu-phoi/muc/{people.offering_code}"'
    assert link in here.get(f"/dich-vu/{people.offering_code}").get_data(as_text=True)
    for other in (people.other_coordinator, people.administrator, people.peer):
        sign_in(here, other)
        assert link not in here.get(f"/dich-vu/{people.offering_code}").get_data(as_text=True)


def test_a_shelter_needs_two_coordinators(here, people, asked):
    code, shelter = asked("Ngôi nhà Giữ Kín", phones="0912 000 112"), _code_of("Ngôi nhà Giữ Kín")
    assert "cần hai điều phối viên" in here.get(f"{DESK}/{code}").get_data(as_text=True)
    assert post(here, f"{DESK}/{code}/nhan", ban=1).headers["Location"] == f"{DESK}?xong=hai"
    assert cell(people, "phones", shelter) == "0912 000 111"
    mine = here.get(f"{DESK}/{code}").get_data(as_text=True)
    assert "Bạn đã đồng ý." in mine
    assert "/nhan" not in mine
    assert "chờ người thứ hai" in here.get(DESK).get_data(as_text=True)
    assert post(here, f"{DESK}/{code}/nhan", ban=2).status_code == 403
    sign_in(here, people.other_coordinator)
    assert "cần bạn đồng ý" in here.get(DESK).get_data(as_text=True)
    assert "Điều phối một đã đồng ý" in here.get(f"{DESK}/{code}").get_data(as_text=True)
    assert post(here, f"{DESK}/{code}/nhan", ban=2).headers["Location"] == f"{DESK}?xong=nhan"
    assert cell(people, "phones", shelter) == "0912 000 112"


def test_what_lies_in_another_area_is_not_there(here, people, asked):
    code = asked(phones=NEW_PHONE)
    sign_in(here, people.other_coordinator)
    unknown = here.get(f"{DESK}/zzzzzzzz")
    for answer in (
        here.get(f"{DESK}/{code}"),
        post(here, f"{DESK}/{code}/nhan", ban=1),
        post(here, f"{DESK}/{code}/tu-choi", ban=1),
    ):
        assert answer.status_code == unknown.status_code == 404
        assert re.findall(r"<h1>.*?</h1>", answer.get_data(as_text=True)) == re.findall(
            r"<h1>.*?</h1>", unknown.get_data(as_text=True)
        )
    assert "Không có đề nghị nào đang chờ" in here.get(DESK).get_data(as_text=True)
    for who in (people.peer, people.staff, people.administrator):
        sign_in(here, who)
        assert [here.get(path).status_code for path in (DESK, f"{DESK}/{code}")] == [403, 403]


def test_the_list_is_paged_and_the_oldest_comes_first(here, people, monkeypatch):
    monkeypatch.setattr(views, "PER_PAGE", 1)
    with transaction():
        operations.report(people.offering_code, ["closed"])
        operations.report(people.other_offering_code, ["closed"])
    first, last = (here.get(f"{DESK}?trang={number}").get_data(as_text=True) for number in (1, 99))
    assert "Trung tâm Y tế Hạ Long" in first
    assert "Bệnh viện Chưa Ai Hỏi" not in first
    assert "Bệnh viện Chưa Ai Hỏi" in last


def test_a_form_that_was_tampered_with_changes_nothing(here, people, asked):
    code = asked(phones=NEW_PHONE)
    for fields in ({}, {"ban": "x"}, {"ban": "9" * 40}, {"ban": 1, "moi-phones": NEW_PHONE, "ban-muc": "1.1"}):
        assert post(here, f"{DESK}/{code}/nhan", **fields).status_code == 422
    assert post(here, f"{DESK}/{code}/nhan", **{"ban": 1, "moi-phones": NEW_PHONE}).status_code == 422
    assert state_of(code) is RequestState.WAITING


HOURS = ("24/7", '"theo hẹn"', "Mo-Fr 07:30-11:30,13:30-17:00; PH off", "Jan-Mar Mo 08:00-10:00", "Mo 22:00-06:00")


def test_hours_that_nobody_touched_stay_written_as_they_were(app):
    with app.test_request_context():
        assert [as_cell("opening_hours", as_typed(hours, "opening_hours"), hours) for hours in HOURS] == [*HOURS]
