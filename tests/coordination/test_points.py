"""The points of the programme's three models, as pages."""

from sqlalchemy import select

from directory.extensions import db
from directory.outreach.models import ProgrammePoint
from tests.people import post, sign_in

PATH = "/dieu-phoi/diem"


def new(people, **changes) -> dict[str, str]:
    said = {
        "ten": "Điểm Hồng Gai",
        "mo-hinh": "01",
        "dia-ban": people.area.code,
        "xa": "phường Hồng Gai",
        "tu-ngay": "2019-03-01",
        "den-ngay": "",
        "nguon": "Báo cáo 15/2020",
    }
    return said | changes


def points() -> list[ProgrammePoint]:
    found = select(ProgrammePoint).order_by(ProgrammePoint.id).execution_options(populate_existing=True)
    return list(db.session.scalars(found))


def test_the_three_models_are_there_before_the_first_point(here):
    page = here.get(PATH).text
    for code in ("01", "02", "03"):
        assert f"Mô hình {code}" in page
    assert "1875/QĐ-LĐTBXH" in page
    assert page.count("0 điểm") == 3


def test_a_point_is_added_with_its_ward_and_counted(people, here):
    assert post(here, f"{PATH}/moi", **new(people)).status_code == 303
    (point,) = points()
    assert (point.area_id, point.ward_key) == (people.area.id, people.area.wards[0].key)
    page = here.get(PATH).text
    assert "1 điểm" in page
    assert "Điểm Hồng Gai" in page
    assert "Phường Hồng Gai" in here.get(f"{PATH}/{point.code}").text


#: What is typed, and what is said of it.
WRONG = (
    ({"ten": ""}, "Hãy ghi tên điểm"),
    ({"ten": "Điểm mại dâm"}, "đoán ra"),
    ({"mo-hinh": "09"}, "Chỗ này chưa đúng"),
    ({"xa": "phường Uông Bí, Quảng Ninh"}, "không nằm trong địa bàn"),
    ({"xa": "Sao Hoả"}, "Không biết nơi"),
    ({"tu-ngay": "2999-01-01"}, "Ngày này chưa tới"),
    ({"tu-ngay": "hôm qua"}, "Ngày phải ghi dạng"),
    ({"den-ngay": "2018-01-01"}, "phải sau ngày bắt đầu"),
    ({"nguon": "x" * 201}, "Dài quá"),
)


def test_what_is_wrong_is_said_and_nothing_is_written(people, here):
    for changes, said in WRONG:
        answer = post(here, f"{PATH}/moi", **new(people, **changes))
        assert answer.status_code == 422, changes
        assert said in answer.text, changes
    assert points() == []


def test_the_same_point_is_not_written_down_twice(people, here):
    post(here, f"{PATH}/moi", **new(people))
    assert post(here, f"{PATH}/moi", **new(people, ten="điểm hồng gai")).status_code == 422
    assert post(here, f"{PATH}/moi", **new(people, **{"mo-hinh": "02"})).status_code == 303
    assert len(points()) == 2


def test_a_point_ends_and_that_can_be_taken_back(people, here):
    post(here, f"{PATH}/moi", **new(people))
    path = f"{PATH}/{points()[0].code}"
    too_early = post(here, f"{path}/ket-thuc", **{"den-ngay": "2018-01-01"})
    assert too_early.status_code == 422
    assert "phải sau ngày bắt đầu" in too_early.text
    assert post(here, f"{path}/ket-thuc", **{"den-ngay": "31/12/2020"}).status_code == 303
    assert "1 điểm đã kết thúc" in here.get(PATH).text
    assert post(here, f"{path}/ket-thuc", **{"den-ngay": "31/12/2020"}).status_code == 409
    assert post(here, f"{path}/mo-lai").status_code == 303
    assert points()[0].ended_on is None


def test_a_point_is_corrected(people, here):
    post(here, f"{PATH}/moi", **new(people))
    path = f"{PATH}/{points()[0].code}"
    assert post(here, path, **new(people, ten="Điểm Bến", xa="")).status_code == 303
    assert (points()[0].name, points()[0].ward_key) == ("Điểm Bến", None)


def test_the_list_is_chosen_from_by_area_and_model(people, here):
    post(here, f"{PATH}/moi", **new(people))
    assert "Điểm Hồng Gai" in here.get(f"{PATH}?mo-hinh=01&dia-ban={people.area.code}").text
    assert "Điểm Hồng Gai" not in here.get(f"{PATH}?mo-hinh=02").text
    assert "Điểm Hồng Gai" not in here.get(f"{PATH}?dia-ban={people.other_area.code}").text
    assert "Không có mô hình này" in here.get(f"{PATH}?mo-hinh=xyz").text


def test_a_point_of_another_area_does_not_exist_here(people, here, app):
    post(here, f"{PATH}/moi", **new(people))
    code = points()[0].code
    stranger = app.test_client()
    sign_in(stranger, people.other_coordinator)
    assert code not in stranger.get(PATH).text
    foreign = {"ten": "Của tôi", "mo-hinh": "01", "dia-ban": people.other_area.code}
    for act in ("", "/ket-thuc", "/mo-lai"):
        assert post(stranger, f"{PATH}/{code}{act}", **foreign).status_code == 404
    assert post(stranger, f"{PATH}/moi", **new(people)).status_code == 422
    assert len(points()) == 1
