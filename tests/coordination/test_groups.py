"""The peer groups of a coordinator's areas, as pages."""

from datetime import date

import pytest
from sqlalchemy import select

from directory.accounts.models import PeerGroup
from directory.extensions import db
from tests.people import post


def groups() -> dict[str, PeerGroup]:
    return {
        group.name: group for group in db.session.scalars(select(PeerGroup).execution_options(populate_existing=True))
    }


def new(people, **changes) -> dict[str, str]:
    return {"ten": "Nhóm Biển Xanh", "dien-thoai": "0203 3825499", "dia-ban": people.area.code} | changes


def test_a_group_is_added_with_its_telephone_as_it_is_read(people, here):
    assert post(here, "/dieu-phoi/nhom", **new(people)).status_code == 303
    group = groups()["Nhóm Biển Xanh"]
    assert (group.area_id, group.phone) == (people.area.id, "0203 3825 499")
    assert "Nhóm Biển Xanh" in here.get("/dieu-phoi/nhom").text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"ten": ""}, "Hãy ghi tên nhóm."),
        ({"ten": "nhóm hạ long xanh"}, "Đã có nhóm mang tên này."),
        ({"ten": "Nhóm Phòng chống HIV"}, "người ngoài đọc là đoán ra"),
        ({"dien-thoai": "12"}, "Số này không gọi được"),
        ({"dien-thoai": "0203 3825499; 0912 345 678"}, "Chỉ ghi một số."),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_written(people, here, changes, said):
    before = set(groups())
    answer = post(here, "/dieu-phoi/nhom", **new(people, **changes))
    assert answer.status_code == 422
    assert said in answer.text
    assert set(groups()) == before


def test_a_group_cannot_be_put_into_another_area(people, here):
    assert post(here, "/dieu-phoi/nhom", **new(people, **{"dia-ban": people.other_area.code})).status_code == 422


def test_a_group_gets_another_name_and_telephone(people, here):
    path = f"/dieu-phoi/nhom/{people.group.code}"
    assert 'value="Nhóm Hạ Long Xanh"' in here.get(path).text
    assert post(here, path, ten="Nhóm Sóng", **{"dien-thoai": ""}).status_code == 303
    assert groups()["Nhóm Sóng"].phone is None


def test_it_is_written_down_from_when_until_when_a_group_is_at_work(people, here):
    post(here, "/dieu-phoi/nhom", **new(people, **{"lap-ngay": "01/03/2019"}))
    path = f"/dieu-phoi/nhom/{groups()['Nhóm Biển Xanh'].code}"
    assert 'value="2019-03-01"' in here.get(path).text
    wrong = new(people, **{"lap-ngay": "01/03/2019", "nghi-ngay": "28/02/2019"})
    answer = post(here, path, **wrong)
    assert answer.status_code == 422
    assert "Ngày nghỉ phải sau ngày lập nhóm" in answer.text
    assert post(here, path, **(wrong | {"nghi-ngay": "31/12/2020"})).status_code == 303
    group = groups()["Nhóm Biển Xanh"]
    assert (group.founded_on, group.ended_on) == (date(2019, 3, 1), date(2020, 12, 31))
    assert "nghỉ từ 31/12/2020" in here.get("/dieu-phoi/nhom").text


def test_a_group_may_keep_its_own_name(people, here):
    assert post(here, f"/dieu-phoi/nhom/{people.group.code}", ten="Nhóm Hạ Long xanh").status_code == 303


def test_a_group_of_another_area_does_not_exist_here(people, here):
    path = f"/dieu-phoi/nhom/{people.other_group.code}"
    assert here.get(path).status_code == 404
    assert post(here, path, ten="Của tôi").status_code == 404
    assert people.other_group.name not in here.get("/dieu-phoi/nhom").text


def test_members_are_counted_by_day_and_a_day_is_corrected(people, here):
    path = f"/dieu-phoi/nhom/{people.group.code}"
    for day, members in (("2026-01-31", 9), ("28/02/2026", 12), ("2026-01-31", 10)):
        assert post(here, f"{path}/so-nguoi", ngay=day, **{"so-nguoi": members}).status_code == 303
    page = here.get(path).text
    assert page.index("12 người") < page.index("10 người")
    assert "9 người" not in page
    assert "12 thành viên (đếm ngày 28/02/2026)" in here.get("/dieu-phoi/nhom").text
    assert post(here, f"{path}/so-nguoi/bo", ngay="2026-02-28").status_code == 303
    assert "10 thành viên" in here.get("/dieu-phoi/nhom").text
    assert post(here, f"{path}/so-nguoi/bo", ngay="2026-02-28").status_code == 404
    assert post(here, f"{path}/so-nguoi/bo", ngay="hôm qua").status_code == 404


def test_a_count_that_cannot_be_is_refused(people, here):
    path = f"/dieu-phoi/nhom/{people.group.code}"
    for day, members in (
        ("2026-01-31", "-1"),
        ("2026-01-31", "mười"),
        ("2026-01-31", "1001"),
        ("2999-01-31", "9"),
        ("", "9"),
    ):
        assert post(here, f"{path}/so-nguoi", ngay=day, **{"so-nguoi": members}).status_code == 422
    assert "Chưa đếm lần nào" in here.get(path).text


def test_members_of_another_areas_group_are_not_counted_here(people, here):
    path = f"/dieu-phoi/nhom/{people.other_group.code}"
    assert post(here, f"{path}/so-nguoi", ngay="2026-01-31", **{"so-nguoi": 9}).status_code == 404
