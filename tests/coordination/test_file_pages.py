"""Spreadsheets by page: looked at first, written by one or by two, taken back, and forgotten."""

import io
import re
from datetime import timedelta

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select

from directory import clock
from directory.catalogue import uploads
from directory.catalogue.models import ImportRun, Offering, Provider, Revision
from directory.catalogue.operations.runs import confirm, forget_old_files, look_at
from directory.catalogue.queries.runs import runs
from directory.catalogue.upkeep import RunState
from directory.extensions import db
from directory.web.transaction import transaction
from tests.catalogue.tables import CLINIC, SHELTER, csv_text
from tests.catalogue.upkeep import coordinator
from tests.people import guard, sign_in

HERE = CLINIC | {"ward": "Phường Hồng Gai", "province": "Quảng Ninh"}
ELSEWHERE = HERE | {"external_id": "xa", "ward": "Phường Uông Bí", "latitude": "", "longitude": ""}


@pytest.fixture
def desk(people, client):
    sign_in(client, people.coordinator)
    return client


def bring(client, *rows):
    form = {"tep": (io.BytesIO(csv_text(*rows).encode()), "bang.csv"), "nguon": "Sở Y tế", **guard(client)}
    return client.post("/dieu-phoi/nhap", data=form, content_type="multipart/form-data")


def press(client, page, act):
    version = re.search(r'name="ban" value="(\d+)"', client.get(page).text)
    return client.post(f"{page}/{act}", data={"ban": version.group(1) if version else ""} | guard(client))


def entries():
    return db.session.scalar(select(func.count()).select_from(Offering))


def run():
    db.session.expire_all()
    return db.session.scalars(select(ImportRun).order_by(ImportRun.id.desc())).first()


def test_a_file_is_looked_at_before_it_is_written(desk):
    before = entries()
    page = bring(desk, HERE).location
    text = desk.get(page).text
    assert "Phòng khám Hồng Gai" in text
    assert "Ghi vào sổ địa chỉ" in text
    assert entries() == before
    assert press(desk, page, "ghi").status_code == 303
    assert entries() == before + 1
    assert (run().state, run().added, run().file_name) == (RunState.WRITTEN, 1, "bang.csv")
    assert press(desk, page, "ghi").status_code == 409


def test_an_uploaded_file_is_readable_by_us_alone_and_goes_when_it_is_written(desk, tmp_path):
    page = bring(desk, HERE).location
    files = sorted((tmp_path / "uploads").iterdir())
    assert [path.stat().st_mode & 0o777 for path in files] == [0o600, 0o600]
    press(desk, page, "ghi")
    assert list((tmp_path / "uploads").iterdir()) == []


def test_bad_rows_are_told_and_marked_in_the_coordinators_own_file(desk):
    secret = SHELTER | {"address": "12 đường Zoekhang"}
    page = bring(desk, HERE | {"phones": "12", "fees": "=1+1"}, secret).location
    text = desk.get(page).text
    assert "2 dòng có lỗi" in text
    assert "oekhang" not in text
    assert press(desk, page, "ghi").status_code == 409
    answer = desk.get(f"{page}/tep")
    rows = list(load_workbook(io.BytesIO(answer.data)).active.iter_rows(values_only=True))
    assert rows[0][-1] == "Lỗi / lưu ý"
    assert "Số điện thoại" in rows[1][-1]
    assert "'=1+1" in rows[1]
    assert "oekhang" not in str(rows)


@pytest.mark.parametrize(
    ("content", "sentence"), [(b"PK\x03\x04 x", "tệp hỏng"), (b"\n", "không có dòng nào"), (b"", "chưa chọn tệp")]
)
def test_a_file_that_is_no_table_is_refused_with_a_sentence(desk, content, sentence):
    form = {"tep": (io.BytesIO(content), "bang.csv"), **guard(desk)}
    answer = desk.post("/dieu-phoi/nhap", data=form, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert sentence in answer.text


def test_rows_of_another_area_are_refused(desk):
    assert "không thuộc địa bàn của bạn" in desk.get(bring(desk, ELSEWHERE).location).text
    hotline = SHELTER | {"province": "", "category": "duong-day-nong"}
    assert "không thuộc địa bàn của bạn" in desk.get(bring(desk, hotline).location).text


def test_a_file_of_somebody_else_does_not_exist(desk, people):
    page = bring(desk, HERE).location
    sign_in(desk, people.other_coordinator)
    for path in (page, f"{page}/tep", "/dieu-phoi/nhap/aaaaaaaa"):
        assert desk.get(path).status_code == 404
    for act in ("ghi", "bo", "xong"):
        assert desk.post(f"{page}/{act}", data=guard(desk)).status_code == 404


def test_what_touches_a_shelter_waits_for_a_second_coordinator(desk, people):
    before = entries()
    page = bring(desk, SHELTER).location
    assert "hai điều phối viên" in desk.get(page).text
    assert press(desk, page, "ghi").status_code == 303
    assert (run().state, entries()) == (RunState.WAITING, before)
    assert desk.post(f"{page}/ghi", data={"ban": str(run().version)} | guard(desk)).status_code == 403
    with transaction():
        db.session.merge(people.other_coordinator.account).all_areas = True
    sign_in(desk, people.other_coordinator)
    assert press(desk, page, "ghi").status_code == 303
    assert (run().state, entries()) == (RunState.WRITTEN, before + 1)


def test_a_file_waits_only_for_who_answers_for_every_area_of_whoever_brought_it(desk, people):
    """Its rows may lie in any of them, and of another area nobody learns anything."""
    one, other = people.area, people.other_area
    line = SHELTER | {"category": "duong-day-nong"}
    for name, areas, knows in (("Hai nơi", (one, other), [False, True]), ("Cả nước", (), [False, False])):
        bringer = coordinator(name, *areas)
        with transaction():
            code = look_at(bringer, "bang.csv", csv_text(line).encode(), None).code
        with transaction():
            confirm(bringer, code, 1)
        page, both = f"/dieu-phoi/nhap/{code}", coordinator(f"{name}, người nữa", one, other)
        assert [code in {run.code for run in runs(actor)} for actor in (people.coordinator.actor, both)] == knows
        assert desk.get(page).status_code == 404
        assert page not in desk.get("/dieu-phoi").text


def test_a_file_that_would_do_something_else_by_now_is_shown_anew(desk):
    page = bring(desk, HERE).location
    other = bring(desk, HERE | {"fees": "Miễn phí"}).location
    press(desk, other, "ghi")
    answer = press(desk, page, "ghi")
    assert answer.status_code == 409
    assert "kết quả khác" in answer.text
    assert db.session.scalar(select(Offering.fees).where(Offering.external_id == "pk-1")) == "Miễn phí"
    assert press(desk, page, "ghi").status_code == 303
    assert db.session.scalar(select(Offering.fees).where(Offering.external_id == "pk-1")) is None
    assert db.session.scalars(select(Revision.actor)).all()[-1].startswith("account:")


def test_no_uploaded_file_outlives_a_place_that_is_kept_back_or_a_month(desk, tmp_path):
    page = bring(desk, HERE | {"address": "12 đường Zoekhang"}).location
    uploads.drop_all()
    assert "không còn nữa" in desk.get(page).text
    assert press(desk, page, "ghi").status_code == 409
    bring(desk, HERE)
    assert forget_old_files(clock.now()) == 0
    assert forget_old_files(clock.now() + timedelta(days=31)) == 1
    assert list((tmp_path / "uploads").iterdir()) == []


def test_a_file_can_be_dropped(desk):
    page = bring(desk, HERE).location
    assert press(desk, page, "bo").status_code == 303
    assert run().state is RunState.DROPPED
    assert db.session.scalar(select(Provider).where(Provider.name == CLINIC["provider"])) is None


@pytest.mark.parametrize("ending", ["csv", "xlsx", "geojson"])
def test_the_public_directory_can_be_taken_away(desk, people, ending):
    answer = desk.get("/dieu-phoi/xuat/tep", query_string={"dang": ending, "dia-ban": people.area.code})
    assert answer.status_code == 200
    assert (
        answer.headers["Content-Disposition"].endswith(f'.{ending}"') or ending in answer.headers["Content-Disposition"]
    )
    assert b"Ng\xc3\xb4i nh\xc3\xa0 Gi\xe1\xbb\xaf K\xc3\xadn" not in answer.data
    assert desk.get("/dieu-phoi/xuat/tep?dang=pdf").status_code == 404
    assert desk.get("/dieu-phoi/xuat").status_code == 200


def test_what_is_wrong_with_a_file_is_said_in_english_too_on_the_page_and_in_the_marked_file(desk):
    page = bring(desk, HERE | {"category": "kham-ben"}).location
    desk.set_cookie("ngon_ngu", "en")
    said = "There is no such subject in the list; separate several with semicolons. Similar: kham-benh."
    assert said in desk.get(page).text
    sheet = load_workbook(io.BytesIO(desk.get(f"{page}/tep").data)).active
    assert (sheet.cell(1, sheet.max_column).value, said in sheet.cell(2, sheet.max_column).value) == (
        "Mistake / note",
        True,
    )
