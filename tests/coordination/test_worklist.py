"""The coordinator's one list of what to do next: what stands there, in which order, and whose it is."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from directory import clock
from directory.accounts.models import account_area
from directory.catalogue.models import CorrectionRequest, ImportRun, Offering, PeerWarning, Provider, Service
from directory.catalogue.upkeep import Origin, RequestKind, RunState, WarningKind
from directory.extensions import db
from directory.web.transaction import transaction
from tests.people import post, sign_in


@pytest.fixture
def code_of(people):
    """Return the code of a provider's first entry."""

    def find(provider: str) -> str:
        named = select(Offering.code).join(Service).join(Provider).where(Provider.name == provider)
        return db.session.scalars(named.order_by(Offering.id)).first()

    return find


@pytest.fixture
def add(people):
    """Add rows, committed."""

    def write(*rows):
        with transaction():
            db.session.add_all(rows)
        return rows[0]

    return write


def warning(people, code, kind=WarningKind.TURNED_AWAY, **more):
    offering_id = db.session.scalar(select(Offering.id).where(Offering.code == code))
    return PeerWarning(
        offering_id=offering_id, kind=kind, group_id=people.group.id, account_id=people.peer.account.id, **more
    )


def request_for(code, **more):
    offering_id = db.session.scalar(select(Offering.id).where(Offering.code == code))
    wanted = {"kind": RequestKind.CHANGE, "origin": Origin.PEER, "wanted": {"fees": "Miễn phí"}} | more
    return CorrectionRequest(offering_id=offering_id, **wanted)


def file(people, **more):
    said = {"file_name": "thang-11.xlsx", "rows": 12, "warnings": 3, "state": RunState.WRITTEN} | more
    return ImportRun(file_hash=b"0" * 32, started_by_id=people.coordinator.account.id, **said)


def lines(page):
    """Return the lines of the list, in order."""
    return re.findall(r'<li class="card task.*?</li>\s*(?=<li class="card task|</ol>)', page, re.DOTALL)


def test_an_entry_that_nobody_ever_verified_says_so_and_is_done_in_one_click(people, here, code_of):
    page = here.get("/dieu-phoi?loai=xac-minh").text
    (line,) = [line for line in lines(page) if "Bệnh viện Chưa Ai Hỏi" in line]
    assert "Chưa ai gọi hỏi bao giờ" in line
    token = re.search(r'name="mot" value="([^"]+)"', line)[1]
    answer = post(here, "/dieu-phoi/xac-minh", mot=token, ve="/dieu-phoi?loai=xac-minh")
    assert answer.headers["Location"].startswith("/dieu-phoi?loai=xac-minh&xong=1")
    page = here.get(answer.headers["Location"]).text
    assert "Đã ghi: 1 mục đúng cả" in page
    assert "Bệnh viện Chưa Ai Hỏi" not in page


def test_a_request_that_needs_a_second_coordinator_comes_first_and_her_own_waits_for_another(
    people, here, add, code_of
):
    code = code_of("Trung tâm Y tế Hạ Long")
    mine, other = people.coordinator.account.id, people.other_coordinator.account.id
    add(request_for(code, endorsed_by_id=mine), request_for(code), request_for(code, endorsed_by_id=other))
    said = [re.search(r"<span>(.*?)</span>", line)[1] for line in lines(here.get("/dieu-phoi?loai=de-nghi").text)]
    assert said == [
        "Một điều phối viên đã đồng ý, cần bạn là người thứ hai",
        "Đồng đẳng viên đề nghị sửa",
        "Đang chờ một điều phối viên khác đồng ý",
    ]


def test_a_request_says_on_the_list_what_it_would_change_and_a_report_what_is_wrong(people, here, add, code_of):
    code = code_of("Trung tâm Y tế Hạ Long")
    add(request_for(code), request_for(code, kind=RequestKind.REPORT, wanted={}, reasons=["phone_wrong"], times=2))
    asked, reported = lines(here.get("/dieu-phoi?loai=de-nghi").text)
    assert "<p>Tiền phải trả</p>" in asked
    assert "Người xem báo sai, 2 lần" in reported
    assert "<p>Số điện thoại sai</p>" in reported


def test_warnings_of_peers_are_counted_by_what_they_say_and_name_no_account(people, here, add, code_of):
    code = code_of("Bệnh viện Chưa Ai Hỏi")
    add(warning(people, code), warning(people, code), warning(people, code, WarningKind.ASKED_FOR_PAPERS))
    (line,) = lines(here.get("/dieu-phoi?loai=canh-bao").text)
    assert "Không chịu tiếp: 2 lần" in line
    assert "Đòi giấy tờ tuỳ thân: 1 lần" in line
    assert people.group.name in line
    assert people.peer.account.name not in line


def test_settling_leaves_a_warning_that_came_meanwhile(people, here, add, code_of):
    code = code_of("Bệnh viện Chưa Ai Hỏi")
    seen = add(warning(people, code)).id
    add(warning(people, code, WarningKind.TREATED_BADLY))
    assert post(here, f"/dieu-phoi/xac-minh/canh-bao/{code}", den=str(seen)).status_code == 303
    (line,) = lines(here.get("/dieu-phoi?loai=canh-bao").text)
    assert "Không chịu tiếp" not in line
    assert "đối xử không tốt: 1 lần" in line


def test_a_file_with_warnings_waits_until_somebody_has_seen_them(people, here, add):
    add(file(people), file(people, file_name="da-xem.csv", seen_at=clock.now()), file(people, warnings=0))
    (line,) = lines(here.get("/dieu-phoi?loai=tep").text)
    assert "thang-11.xlsx" in line
    assert "3 lưu ý" in line


def test_a_file_that_waits_for_a_second_coordinator_is_shown_to_another_one(people, client, add):
    add(
        file(
            people,
            state=RunState.WAITING,
            endorsed_by_id=people.coordinator.account.id,
        )
    )
    with transaction():
        shared = {"account_id": people.other_coordinator.account.id, "area_id": people.area.id}
        db.session.execute(account_area.insert().values(**shared))
    sign_in(client, people.coordinator)
    assert not lines(client.get("/dieu-phoi?loai=tep").text)
    sign_in(client, people.other_coordinator)
    assert "Tệp chờ điều phối viên thứ hai đồng ý" in lines(client.get("/dieu-phoi?loai=tep").text)[0]


def test_a_request_for_a_new_entry_is_shown_where_it_would_lie(people, client, add):
    wanted = {"provider": "Nơi Mới", "service": "Khám bệnh"}
    add(
        CorrectionRequest(kind=RequestKind.ADD, origin=Origin.COORDINATOR, wanted=wanted, ward_key=people.site.ward_key)
    )
    sign_in(client, people.coordinator)
    assert "Nơi Mới, Khám bệnh" in client.get("/dieu-phoi?loai=de-nghi").text
    sign_in(client, people.other_coordinator)
    assert "Nơi Mới" not in client.get("/dieu-phoi").text


def test_what_lies_elsewhere_is_on_nobody_elses_list(people, client, add, code_of):
    code = code_of("Bệnh viện Chưa Ai Hỏi")
    add(warning(people, code), request_for(code))
    sign_in(client, people.other_coordinator)
    page = client.get("/dieu-phoi").text
    assert "Bệnh viện Chưa Ai Hỏi" not in page
    assert post(client, f"/dieu-phoi/xac-minh/canh-bao/{code}", den="999").status_code == 404
    assert db.session.scalars(select(PeerWarning.settled_at)).all() == [None]


def test_an_area_can_be_looked_at_alone_and_only_ones_own(people, client):
    with transaction():
        both = {"account_id": people.coordinator.account.id, "area_id": people.other_area.id}
        db.session.execute(account_area.insert().values(**both))
    sign_in(client, people.coordinator)
    assert "Bệnh viện Chưa Ai Hỏi" in client.get(f"/dieu-phoi?dia-ban={people.area.code}").text
    assert "Bệnh viện Chưa Ai Hỏi" not in client.get(f"/dieu-phoi?dia-ban={people.other_area.code}").text
    sign_in(client, people.other_coordinator)
    assert client.get(f"/dieu-phoi?dia-ban={people.area.code}").status_code == 404


def test_a_long_list_has_pages_and_a_page_past_the_end_is_the_last(people, here, add, code_of):
    code = code_of("Bệnh viện Chưa Ai Hỏi")
    day = clock.now() - timedelta(days=2)
    add(*(request_for(code, created_at=day + timedelta(minutes=number)) for number in range(45)))
    assert len(lines(here.get("/dieu-phoi?loai=de-nghi").text)) == 10
    for asked in ("5", "999999", "abc"):
        page = here.get(f"/dieu-phoi?loai=de-nghi&trang={asked}").text
        assert len(lines(page)) == (10 if asked == "abc" else 5)


def test_nothing_to_do_is_said_in_a_sentence(people, client):
    sign_in(client, people.other_coordinator)
    page = client.get("/dieu-phoi?loai=tep").text
    assert "Không còn việc nào ở đây." in page


@pytest.mark.parametrize("how_many", ["2", "x", "²"])
def test_how_many_were_done_is_said_in_english_too(here, how_many):
    here.set_cookie("ngon_ngu", "en")
    answer = here.get(f"/dieu-phoi/xac-minh?xong={how_many}&doi={how_many}")
    assert answer.status_code == 200
    assert f"Saved: {'2 entries' if how_many == '2' else '1 entry'} all right, called today." in answer.text
