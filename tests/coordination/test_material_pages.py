"""Materials as a coordinator sees them: the stock, every move, how many are left when too many are asked for."""

import csv
import io

import pytest
from sqlalchemy import select

from directory import clock
from directory.accounts.models import Account
from directory.accounts.rules import SYSTEM
from directory.extensions import db
from directory.outreach.models import MaterialMove
from directory.outreach.operations import MoveWanted, add_move
from directory.outreach.rules import MoveKind
from directory.places.models import Area
from directory.referrals import operations
from directory.web.transaction import transaction
from tests.people import post, sign_in

PATH = "/dieu-phoi/tai-lieu"
#: Which engine answers is no matter of pages; what they read and write is tried on both in tests/outreach.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def new(people, **changes) -> dict[str, str]:
    said = {
        "viec": "made",
        "loai": "leaflet",
        "so-luong": "5000",
        "noi": people.area.code,
        "ngay": "2026-11-01",
        "nguon": "",
    }
    return said | changes


def moves() -> list[MaterialMove]:
    return list(db.session.scalars(select(MaterialMove).order_by(MaterialMove.id)))


def test_what_is_made_and_issued_stands_in_the_stock(people, here):
    assert "Chưa ghi tài liệu nào" in here.get(PATH).text
    answer = post(here, f"{PATH}/moi", **new(people))
    page = here.get(answer.location).text
    assert "Đã ghi: Làm thêm, Tờ rơi, 5.000" in page
    assert f"{PATH}/moi?nhu={moves()[0].code}" in page
    group = f"{people.area.code}.{people.group.code}"
    post(here, f"{PATH}/moi", **new(people, viec="issued", noi=group, **{"so-luong": "600"}))
    stock = here.get(PATH).text
    assert "Kho: 4.400" in stock
    assert f"{people.group.name}: 600" in stock
    rows = list(csv.reader(io.StringIO(here.get(f"{PATH}/ton.csv").data.decode("utf-8-sig"))))
    assert rows[1] == [people.area.name, "Tờ rơi", "5000", "600", "0", "0", "0", "0", "4400", "5000"]


def test_more_than_is_left_is_refused_with_what_is_left(people, here):
    post(here, f"{PATH}/moi", **new(people, **{"so-luong": "10"}))
    refused = post(here, f"{PATH}/moi", **new(people, viec="handed_out", **{"so-luong": "11"}))
    assert refused.status_code == 422
    assert "Chỉ còn 10" in refused.text
    assert len(moves()) == 1


#: What is typed, and what is said of it.
WRONG = (
    ({"viec": ""}, "Hãy chọn việc"),
    ({"loai": "gold"}, "Chỗ này chưa đúng"),
    ({"so-luong": ""}, "số từ 1 đến 1.000.000"),
    ({"so-luong": "0"}, "số từ 1 đến 1.000.000"),
    ({"noi": "khong-co"}, "Chỗ này chưa đúng"),
    ({"viec": "issued"}, "Hãy chọn nhóm nhận"),
    ({"ngay": "2999-01-01"}, "Ngày này chưa tới"),
    ({"nguon": "x" * 201}, "Dài quá"),
)


def test_what_is_wrong_is_said_and_nothing_is_written(people, here):
    for changes, said in WRONG:
        answer = post(here, f"{PATH}/moi", **new(people, **changes))
        assert answer.status_code == 422, changes
        assert said in answer.text, changes
    assert moves() == []


def test_a_move_is_removed_unless_its_copies_went_on(people, here):
    post(here, f"{PATH}/moi", **new(people))
    post(here, f"{PATH}/moi", **new(people, viec="handed_out", ngay="2026-11-02"))
    made, out = moves()
    refused = post(here, f"{PATH}/so/{made.code}/xoa")
    assert refused.status_code == 409
    assert "chưa xoá được" in refused.text
    for move in (out, made):
        assert "Đã xoá một dòng" in here.get(post(here, f"{PATH}/so/{move.code}/xoa").location).text
    assert moves() == []


def test_the_moves_are_chosen_from_and_taken_away_as_a_file(people, here):
    post(here, f"{PATH}/moi", **new(people, nguon="Bài 001"))
    post(here, f"{PATH}/moi", **new(people, loai="board", ngay="2020-05-01", **{"so-luong": "6"}))
    assert "01/05/2020" not in here.get(f"{PATH}/so?nam=2026").text
    assert "Không có dòng nào như vậy" in here.get(f"{PATH}/so?viec=returned").text
    assert here.get(f"{PATH}/so?nam=xyz&viec=xyz&trang=99&dia-ban=xyz").status_code == 200
    rows = list(csv.reader(io.StringIO(here.get(f"{PATH}/tai-lieu.csv?loai=leaflet").data.decode("utf-8-sig"))))
    assert rows[1:] == [["2026-11-01", "Làm thêm", "Tờ rơi", "5000", people.area.name, "", "Bài 001", ""]]


def test_who_has_many_areas_looks_at_one_at_a_time(people, here):
    for area in (people.area, people.other_area):
        with transaction():
            add_move(SYSTEM, MoveWanted("leaflet", MoveKind.MADE, area.id, clock.today(), 10), clock.today())
    with transaction():
        db.session.get(Account, people.coordinator.account.id).all_areas = True
    assert here.get(PATH).text.count("Kho: 10") == 2
    with transaction():
        db.session.add_all(Area(name=f"Địa bàn {number}") for number in range(5))
    assert here.get(PATH).text.count("Kho: 10") == 0
    assert "Chưa ghi tài liệu nào ở địa bàn này" in here.get(PATH).text
    assert here.get(f"{PATH}?dia-ban={people.other_area.code}").text.count("Kho: 10") == 1


def test_blank_slips_are_accounted_for_by_group_and_book(people, here):
    with transaction():
        code = operations.mint(people.coordinator.actor, people.group.id, 12).code
    page = here.get(PATH).text
    assert code in page
    assert "lệch" not in page
    assert "Đối chiếu" in here.get("/phieu/cuon").text


def test_what_is_of_another_area_does_not_exist_here(people, here, app):
    post(here, f"{PATH}/moi", **new(people))
    code = moves()[0].code
    stranger = app.test_client()
    sign_in(stranger, people.other_coordinator)
    for path in (PATH, f"{PATH}/so?ghi={code}", f"{PATH}/ton.csv", f"{PATH}/tai-lieu.csv"):
        assert "5000" not in stranger.get(path).text.replace(".", "")
    assert stranger.get(f"{PATH}/moi?nhu={code}").status_code == 404
    assert post(stranger, f"{PATH}/so/{code}/xoa").status_code == 404
    assert post(stranger, f"{PATH}/moi", **new(people)).status_code == 422
    assert len(moves()) == 1
