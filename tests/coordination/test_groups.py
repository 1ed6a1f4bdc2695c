"""The peer groups of a coordinator's areas, as pages."""

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


def test_a_group_may_keep_its_own_name(people, here):
    assert post(here, f"/dieu-phoi/nhom/{people.group.code}", ten="Nhóm Hạ Long xanh").status_code == 303


def test_a_group_of_another_area_does_not_exist_here(people, here):
    path = f"/dieu-phoi/nhom/{people.other_group.code}"
    assert here.get(path).status_code == 404
    assert post(here, path, ten="Của tôi").status_code == 404
    assert people.other_group.name not in here.get("/dieu-phoi/nhom").text
