"""The programme areas as pages: everybody sees her own, and who answers for all of them shapes them."""

import pytest
from sqlalchemy import select

from directory.accounts.models import Account
from directory.extensions import db
from directory.places.models import Area
from directory.web.transaction import transaction
from tests.people import post, sign_in

PATH = "/dieu-phoi/dia-ban"


def areas() -> dict[str, Area]:
    return {area.name: area for area in db.session.scalars(select(Area).execution_options(populate_existing=True))}


@pytest.fixture
def national(people, client):
    """A coordinator of every area, signed in."""
    with transaction():
        db.session.get_one(Account, people.coordinator.account.id).all_areas = True
    sign_in(client, people.coordinator)
    return client


@pytest.fixture
def administrator(people, client):
    sign_in(client, people.administrator)
    return client


def test_a_coordinator_sees_her_areas_and_no_other(people, here):
    page = here.get(PATH).text
    assert people.area.code in page
    assert people.other_area.code not in page
    assert "Thêm địa bàn" not in page
    assert "Hồng Gai" in here.get(f"{PATH}/{people.area.code}").text
    foreign, unknown = here.get(f"{PATH}/{people.other_area.code}"), here.get(f"{PATH}/00000000")
    assert (foreign.status_code, unknown.status_code) == (404, 404)
    assert post(here, f"{PATH}/{people.other_area.code}", ten="Của tôi").status_code == 404


def test_a_coordinator_renames_her_area_and_cannot_widen_it(people, here):
    path = f"{PATH}/{people.area.code}"
    assert post(here, path, ten="Hạ Long và đảo").status_code == 303
    assert areas()["Hạ Long và đảo"].id == people.area.id
    before = len(people.area.wards)
    assert post(here, f"{path}/them", noi="phường Uông Bí, Quảng Ninh").status_code == 403
    assert post(here, f"{path}/bo", xa=people.area.wards[0].code).status_code == 403
    assert post(here, PATH, ten="Của tôi", noi="phường Uông Bí, Quảng Ninh").status_code == 403
    assert len(areas()["Hạ Long và đảo"].wards) == before


def test_a_name_that_tells_or_is_taken_is_refused_at_its_field(people, here):
    path = f"{PATH}/{people.area.code}"
    for name, said in (("", "Hãy ghi tên"), ("Khu HIV", "đoán ra"), ("uông bí", "Đã có địa bàn")):
        answer = post(here, path, ten=name)
        assert answer.status_code == 422
        assert said in answer.text
    assert people.area.name in areas()


@pytest.mark.parametrize("who", ["national", "administrator"])
def test_who_answers_for_all_areas_makes_one_of_places_old_and_new(request, who, people):
    browser = request.getfixturevalue(who)
    answer = post(browser, PATH, ten="Cẩm Phả", noi="TP Cẩm Phả; phường Uông Bí, Quảng Ninh")
    assert answer.status_code == 303
    made = areas()["Cẩm Phả"]
    assert answer.location == f"{PATH}/{made.code}"
    assert len(made.wards) > 2
    assert "cũng ở Uông Bí" in browser.get(answer.location).text


def test_a_place_that_may_be_several_is_asked_about_and_the_choice_is_taken(national):
    asked = post(national, PATH, ten="Tân Thành", noi="phường Tân Thành")
    assert asked.status_code == 422
    offered = [part.split('"')[0] for part in asked.text.split('name="chon" value="')[1:]]
    assert len(offered) > 1
    assert post(national, PATH, ten="Tân Thành", noi="phường Tân Thành", chon=offered[0]).status_code == 303
    assert areas()["Tân Thành"].wards


def test_wards_are_put_in_and_taken_out(people, national):
    path = f"{PATH}/{people.area.code}"
    assert post(national, f"{path}/them", noi="phường Bãi Cháy, Quảng Ninh").status_code == 303
    assert {ward.name for ward in areas()["Hạ Long"].wards} == {"Hồng Gai", "Bãi Cháy"}
    (code,) = (ward.code for ward in areas()["Hạ Long"].wards if ward.name == "Bãi Cháy")
    assert post(national, f"{path}/bo", xa=code).status_code == 303
    for fields, said in (({"noi": "Sao Hoả"}, "Không biết nơi"), ({"noi": ""}, "Chưa nói")):
        answer = post(national, f"{path}/them", **fields)
        assert answer.status_code == 422
        assert said in answer.text
    assert "Bạn chưa chọn" in post(national, f"{path}/bo").text
    assert {ward.name for ward in areas()["Hạ Long"].wards} == {"Hồng Gai"}


def test_a_national_coordinator_is_at_home_in_every_area(people, national):
    for path in (
        *(f"{PATH}/{area.code}" for area in (people.area, people.other_area)),
        *(f"/dieu-phoi/nhom/{group.code}" for group in (people.group, people.other_group)),
        *(f"/dieu-phoi/tai-khoan/{one.account.code}" for one in (people.other_peer, people.other_staff)),
    ):
        assert national.get(path).status_code == 200, path
    groups, desks = national.get("/dieu-phoi/nhom").text, national.get("/dieu-phoi/quay").text
    assert people.other_group.name in groups
    assert people.other_desk.desk.code in desks
    assert "Mọi địa bàn" in national.get("/dieu-phoi").text
    added = post(national, "/dieu-phoi/nhom", ten="Nhóm Núi", **{"dia-ban": people.other_area.code})
    assert added.status_code == 303
