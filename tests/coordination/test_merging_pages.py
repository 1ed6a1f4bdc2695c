"""Merging and splitting entries as pages of the coordinator's desk."""

import re

import pytest
from sqlalchemy import select

from directory.accounts import desks
from directory.accounts.models import Desk
from directory.catalogue.cells import versions_of
from directory.catalogue.models import CorrectionRequest, Offering, Provider, Service
from directory.extensions import db
from directory.web.transaction import transaction
from tests.entries import import_rows
from tests.people import post, sign_in

CLINIC, HOSPITAL = "Trung tâm Y tế Hạ Long", "Bệnh viện Chưa Ai Hỏi"


def entry_of(provider, service=""):
    wanted = select(Offering).join(Service).join(Provider).where(Provider.name == provider).order_by(Offering.id)
    return db.session.scalars(wanted.where(Service.name == service) if service else wanted).first()


@pytest.fixture
def pair(people):
    """The hospital that goes, the clinic that stays; one desk between them."""
    with transaction():
        desks.remove(people.coordinator.actor, db.session.get(Desk, people.other_desk.desk.id))
    return entry_of(HOSPITAL), entry_of(CLINIC, "Phòng khám Da liễu")


def chosen(page):
    """Return the fields of the form as they stand."""
    radios = re.findall(r'name="(lay-[\w-]+)" value="(\w+)" checked', page)
    selects = re.findall(r'<select id="la-\w+" name="(la-\w+)".*?value="(\w*)" selected', page, re.DOTALL)
    return dict(radios) | dict(selects) | {"ban": re.search(r'name="ban" value="([^"]+)"', page)[1]}


def test_two_entries_stand_side_by_side_with_what_differs_and_become_one_in_two_taps(pair, here):
    gone, into = pair
    former = gone.code
    path = f"/dieu-phoi/gop/{gone.code}/{into.code}"
    page = here.get(path).text
    assert "Số 5, đường Lê Lợi" in page
    assert "Số 7, đường Trần Phú" in page
    fields = chosen(page)
    assert fields[f"la-{gone.code}"] == into.code
    assert fields["lay-phones"] == "o"
    answer = post(here, path, **fields | {"lay-noi": "di"})
    assert (answer.status_code, answer.location) == (303, f"/dieu-phoi/muc/{into.code}?xong=gop")
    db.session.expire_all()
    assert into.site.address == "Số 7, đường Trần Phú"
    assert here.get(f"/dich-vu/{former}").location == f"/dich-vu/{into.code}"


def test_what_only_the_entry_that_goes_says_is_taken_unless_she_says_otherwise(pair, here):
    hospital, clinic = pair
    fields = chosen(here.get(f"/dieu-phoi/gop/{clinic.code}/{hospital.code}").text)
    assert fields["lay-phones"] == fields["lay-fees"] == "di"
    assert fields["lay-noi"] == "o"


def test_the_other_entry_is_found_by_words_or_telephone(pair, here):
    gone, into = pair
    assert into.code in here.get(f"/dieu-phoi/gop/{gone.code}?q=da+lieu").text
    assert into.code in here.get(f"/dieu-phoi/gop/{gone.code}?q=0912345678").text
    assert "Không có mục nào khác" in here.get(f"/dieu-phoi/gop/{gone.code}?q=khongco").text


def test_why_two_stay_two_is_said_before_and_after_she_presses(people, here):
    gone, into = entry_of(HOSPITAL), entry_of(CLINIC, "Phòng khám Da liễu")
    path = f"/dieu-phoi/gop/{gone.code}/{into.code}"
    page = here.get(path).text
    assert "Cả hai nơi đều có bàn tiếp nhận" in page
    assert "Gộp làm một" not in page
    answer = post(here, path, ban=f"{versions_of(gone).text}/{versions_of(into).text}")
    assert answer.status_code == 409
    assert "Cả hai nơi đều có bàn tiếp nhận" in answer.text


def test_a_name_that_another_organisation_has_leaves_everything_as_it_was(pair, here, tmp_path):
    gone, into = pair
    place = {"ward": "Phường Hồng Gai", "province": "Quảng Ninh", "address": "Số 40, đường Lê Thánh Tông"}
    rows = [
        {"provider": HOSPITAL, "service": "Khám răng", "category": "kham-benh", "source": source, **place}
        for source in ("osm", "dieu-phoi")
    ]
    import_rows(tmp_path, rows)
    path = f"/dieu-phoi/gop/{gone.code}/{into.code}"
    answer = post(here, path, **chosen(here.get(path).text) | {"lay-provider": "di"})
    assert answer.status_code == 409
    assert "Đã có đơn vị tên này" in answer.text
    db.session.expire_all()
    assert db.session.get(Offering, gone.id).site.address == "Số 7, đường Trần Phú"


def test_a_page_that_is_old_or_forged_changes_nothing(pair, here):
    gone, into = pair
    path = f"/dieu-phoi/gop/{gone.code}/{into.code}"
    fields = chosen(here.get(path).text)
    for wrong in ({"ban": ""}, {"ban": "x/y"}, {f"la-{into.code}": gone.code}):
        assert post(here, path, **fields | wrong).status_code == 422
    assert post(here, path, **fields | {"ban": "9.9.9.9/9.9.9.9"}).status_code == 409
    assert here.get(f"/dieu-phoi/gop/{gone.code}/{gone.code}").status_code in {400, 422}
    assert db.session.get(Offering, gone.id) is not None


def test_entries_of_another_area_are_not_there(people, pair, client):
    sign_in(client, people.other_coordinator)
    gone, into = pair
    for path in (f"/dieu-phoi/gop/{gone.code}/{into.code}", f"/dieu-phoi/gop/{gone.code}"):
        assert client.get(path).status_code == 404
    assert client.get(f"/dieu-phoi/muc/{gone.code}/tach").status_code == 404


def test_two_hidden_places_wait_for_the_second_who_sees_what_the_first_chose(people, here, tmp_path):
    shelter = {"category": "tam-lanh", "visibility": "hidden", "province": "Quảng Ninh", "phones": "0912 000 112"}
    import_rows(tmp_path, [{"provider": "Nhà Giữ Kín", "service": "Chỗ ở", "source": "khac", **shelter}])
    gone, into = entry_of("Nhà Giữ Kín"), entry_of("Ngôi nhà Giữ Kín")
    path = f"/dieu-phoi/gop/{gone.code}/{into.code}"
    fields = chosen(here.get(path).text) | {"lay-phones": "di"}
    assert post(here, path, **fields).location.endswith("xong=cho")
    page = here.get(path).text
    assert "đang chờ điều phối viên thứ hai" in page
    assert chosen(page)["lay-phones"] == "di"
    assert db.session.scalars(select(CorrectionRequest)).one().code in page
    assert db.session.get(Offering, gone.id) is not None


def test_services_and_places_are_split_by_ticking_them(pair, here):
    clinic, other = pair[1], entry_of(CLINIC, "Xét nghiệm HIV nhanh")
    page = here.get(f"/dieu-phoi/muc/{clinic.code}/tach").text
    version = re.search(r'name="ban" value="([^"]+)"', page)[1]
    path = f"/dieu-phoi/muc/{clinic.code}/tach/noi"
    assert post(here, path, ban=version).status_code == 422
    answer = post(here, path, ban=version, tach=[other.code])
    assert (answer.status_code, answer.location) == (303, f"/dieu-phoi/muc/{other.code}?xong=tach")
    db.session.expire_all()
    assert other.site_id != clinic.site_id
    version = re.search(r'name="ban" value="([^"]+)"', here.get(f"/dieu-phoi/muc/{clinic.code}/tach").text)[1]
    path = f"/dieu-phoi/muc/{clinic.code}/tach/don-vi"
    answer = post(here, path, ban=version, tach=[str(other.site.uuid)], ten="Phòng xét nghiệm Hai")
    assert answer.status_code == 303
    db.session.expire_all()
    assert other.service.provider.name == "Phòng xét nghiệm Hai"
