"""Activities as a coordinator writes them down, repeats them, corrects them, counts meetings and takes a file away."""

import csv
import io
from datetime import timedelta

import pytest
from sqlalchemy import select

from directory import clock
from directory.extensions import db
from directory.outreach.models import Activity
from tests.people import post, sign_in

PATH = "/dieu-phoi/hoat-dong"
#: Which engine answers is no matter of pages; what they read and write is tried on both in tests/outreach.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def new(people, **changes) -> dict[str, str]:
    said = {
        "loai": "meeting",
        "noi": f"{people.area.code}.{people.group.code}",
        "ngay": "05/11/2026",
        "den-ngay": "",
        "so-nguoi": "9",
        "mo-hinh": "01",
        "noi-dung": ["law", "review"],
        "nguon": "Sổ họp",
    }
    return said | changes


def activities() -> list[Activity]:
    found = select(Activity).order_by(Activity.id).execution_options(populate_existing=True)
    return list(db.session.scalars(found))


def test_an_activity_is_written_down_and_the_next_one_like_it_is_two_taps_away(people, here):
    assert "Chưa ghi cuộc nào" in here.get(PATH).text
    answer = post(here, f"{PATH}/moi", **new(people))
    (activity,) = activities()
    assert (activity.group_id, activity.participants, activity.topics) == (people.group.id, 9, ",law,review,")
    page = here.get(answer.location).text
    assert "Đã ghi: Họp nhóm, 05/11/2026" in page
    assert "Tháng 11/2026" in page
    assert "Pháp luật, giấy tờ" in page
    again = f"{PATH}/moi?nhu={activity.code}"
    assert again in page
    form = here.get(again).text
    assert f'value="{clock.today().isoformat()}"' in form
    assert f'selected value="{people.area.code}.{people.group.code}"' in form
    assert "Sổ họp" not in form


#: What is typed, and what is said of it.
WRONG = (
    ({"loai": ""}, "Hãy chọn loại"),
    ({"loai": "party"}, "Chỗ này chưa đúng"),
    ({"noi": "khong-co"}, "Chỗ này chưa đúng"),
    ({"ngay": ""}, "Hãy ghi ngày"),
    ({"ngay": "2999-01-01"}, "Ngày này chưa tới"),
    ({"den-ngay": "01/11/2026"}, "phải sau ngày bắt đầu"),
    ({"so-nguoi": "10001"}, "số từ 0 đến 10.000"),
    ({"so-nguoi": "nhiều"}, "Chỗ này chưa đúng"),
    ({"mo-hinh": "09"}, "Chỗ này chưa đúng"),
    ({"noi-dung": ["khong-co"]}, "Chỗ này chưa đúng"),
    ({"nguon": "x" * 201}, "Dài quá"),
)


def test_what_is_wrong_is_said_and_nothing_is_written(people, here):
    for changes, said in WRONG:
        answer = post(here, f"{PATH}/moi", **new(people, **changes))
        assert answer.status_code == 422, changes
        assert said in answer.text, changes
    assert activities() == []


def test_the_same_meeting_again_is_asked_about_first(people, here):
    post(here, f"{PATH}/moi", **new(people))
    assert "cuoc-khac" not in here.get(f"{PATH}/moi").text
    asked = post(here, f"{PATH}/moi", **new(people))
    assert asked.status_code == 422
    assert "y như vậy" in asked.text
    assert 'name="cuoc-khac"' in asked.text
    assert post(here, f"{PATH}/moi", **new(people, **{"cuoc-khac": "1"})).status_code == 303
    assert len(activities()) == 2


def test_a_double_tap_writes_one_activity(people, here):
    for _tap in range(2):
        assert post(here, f"{PATH}/moi", key="0123456789abcdef", **new(people)).status_code == 303
    assert len(activities()) == 1


def test_an_activity_of_several_days_is_corrected_and_removed(people, here):
    training = {"loai": "training", "noi": people.area.code, "ngay": "2018-09-19", "den-ngay": "2018-09-20"}
    post(here, f"{PATH}/moi", **new(people, **training))
    (activity,) = activities()
    path = f"{PATH}/{activity.code}"
    assert "19/09/2018 – 20/09/2018 (2 ngày)" in here.get(PATH).text
    assert 'value="2018-09-20"' in here.get(path).text
    assert post(here, path, **new(people, **training, **{"so-nguoi": ""})).status_code == 303
    assert activities()[0].participants is None
    assert "Đã xoá một cuộc" in here.get(post(here, f"{path}/xoa").location).text
    assert activities() == []


def test_the_list_is_chosen_from_and_taken_away_as_a_file(people, here):
    post(here, f"{PATH}/moi", **new(people, nguon="=1+1"))
    post(here, f"{PATH}/moi", **new(people, loai="workshop", ngay="2020-03-01", **{"mo-hinh": "02"}))
    assert "01/03/2020" not in here.get(f"{PATH}?nam=2026").text
    assert "05/11/2026" not in here.get(f"{PATH}?loai=workshop").text
    assert "Không có cuộc nào như vậy" in here.get(f"{PATH}?mo-hinh=03").text
    assert "Không có cuộc nào như vậy" in here.get(f"{PATH}?dia-ban={people.other_area.code}").text
    assert here.get(f"{PATH}?nam=xyz&loai=xyz&trang=99").status_code == 200
    file = here.get(f"{PATH}/hoat-dong.csv?nam=2026")
    assert file.data.startswith(b"\xef\xbb\xbf")
    header, row = csv.reader(io.StringIO(file.data.decode("utf-8-sig")))
    assert dict(zip(header, row, strict=True)) == {
        "Ngày đầu": "2026-11-05",
        "Ngày cuối": "2026-11-05",
        "Loại": "Họp nhóm",
        "Địa bàn": people.area.name,
        "Nhóm": people.group.name,
        "Mô hình": "01",
        "Số người dự": "9",
        "Nội dung": "Pháp luật, giấy tờ, Đánh giá, rút kinh nghiệm",
        "Nguồn": "'=1+1",
        "Ghi chú": "",
    }


def test_the_board_shows_who_met_twice_and_who_did_not(people, here):
    today = clock.today()
    last_month = today.replace(day=1) - timedelta(days=1)
    for day in (last_month, last_month - timedelta(days=1)):
        post(here, f"{PATH}/moi", **new(people, ngay=day.isoformat()))
    page = here.get(f"{PATH}/hop?nam={last_month.year}").text
    assert people.group.name in page
    assert people.other_group.name not in page
    assert "đủ" in page
    assert ">1/1<" in page
    assert here.get(f"{PATH}/hop?nam=xyz&dia-ban=xyz").status_code == 200


def test_an_activity_of_another_area_does_not_exist_here(people, here, app):
    post(here, f"{PATH}/moi", **new(people))
    code = activities()[0].code
    stranger = app.test_client()
    sign_in(stranger, people.other_coordinator)
    assert code not in stranger.get(f"{PATH}?ghi={code}").text
    assert people.group.name not in stranger.get(f"{PATH}/hop").text
    for path in (f"{PATH}/{code}", f"{PATH}/moi?nhu={code}"):
        assert stranger.get(path).status_code == 404
    foreign = new(people, noi=people.other_area.code)
    for act in ("", "/xoa"):
        assert post(stranger, f"{PATH}/{code}{act}", **foreign).status_code == 404
    assert post(stranger, f"{PATH}/moi", **new(people)).status_code == 422
    assert [activity.area_id for activity in activities()] == [people.area.id]
