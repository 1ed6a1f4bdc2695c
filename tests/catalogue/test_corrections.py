"""Anybody says that something is wrong, peers and staff propose what is right, peers warn: and what becomes of it."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from directory import clock
from directory.catalogue import operations
from directory.catalogue.cells import versions_of
from directory.catalogue.models import CorrectionRequest, Offering, PeerWarning, Provider, Service
from directory.catalogue.queries.own import entry_for
from directory.catalogue.upkeep import FAULTS, Origin, RequestKind, RequestState
from directory.catalogue.views import corrections
from directory.extensions import db
from directory.web.transaction import transaction
from tests.people import guard, post, sign_in


@pytest.fixture
def entry(people) -> str:
    """The address of the clinic of Hạ Long."""
    return f"/dich-vu/{people.offering_code}"


def code_of(provider: str) -> str:
    wanted = select(Offering.code).join(Service).join(Provider).where(Provider.name == provider)
    return db.session.scalars(wanted.order_by(Offering.id)).first()


def the_request() -> CorrectionRequest:
    return db.session.scalars(select(CorrectionRequest)).one()


def everything_kept() -> str:
    """Every row of every table, as text."""
    tables = db.metadata.tables.values()
    return "\n".join(str(row) for table in tables for row in db.session.execute(table.select()).all())


def form_of(client, path: str) -> dict[str, str]:
    """Return the fields of the form on a page as a browser would send them unchanged."""
    page = client.get(path).get_data(as_text=True)
    page = page[page.index("<main") :]
    fields = dict(re.findall(r'<input[^>]*type="hidden"[^>]*name="([^"]+)"[^>]*value="([^"]*)"', page))
    fields |= dict(re.findall(r'<input[^>]*type="radio"[^>]*name="([^"]+)" value="([^"]*)" checked', page))
    for tag in re.findall(r"<input[^>]*>", page):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if 'type="text"' in tag or 'type="date"' in tag:
            fields[name[1]] = value[1] if value else ""
    texts = re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>\r?\n?(.*?)</textarea>', page, re.DOTALL)
    return fields | {name: text.strip() for name, text in texts}


# --- Anybody


def test_anybody_says_what_is_wrong_and_learns_what_happens_next(client, entry):
    page = client.get(entry).get_data(as_text=True)
    assert f'href="{entry}/bao-sai"' in page
    assert client.get(f"{entry}/bao-sai").status_code == 200
    answer = post(client, f"{entry}/bao-sai", **{"sai": ["phone_wrong", "hours_wrong"], "so-dung": "0203.3825.500"})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{entry}/bao-sai/cam-on")
    assert "gọi đến nơi này để hỏi cho chắc" in client.get(f"{entry}/bao-sai/cam-on").get_data(as_text=True)
    found = the_request()
    assert (found.kind, found.origin, found.times) == (RequestKind.REPORT, Origin.PUBLIC, 1)
    assert (found.reasons, found.wanted) == (["phone_wrong", "hours_wrong"], {"phones": "0203 3825 500"})


def test_what_several_people_say_is_one_request(client, entry):
    for fault in ("hours_wrong", "no_answer", "hours_wrong"):
        post(client, f"{entry}/bao-sai", sai=fault)
    assert (the_request().times, the_request().reasons) == (3, ["no_answer", "hours_wrong"])


def test_the_same_form_sent_twice_counts_once(client, entry):
    for _ in range(2):
        assert post(client, f"{entry}/bao-sai", key="a" * 32, sai="closed").status_code == 303
    assert the_request().times == 1


NO_REPORTS = (
    ({}, "Hãy chọn ít nhất một điều."),
    ({"sai": "nói xấu một người"}, "Chỗ này chưa đúng."),
    ({"so-dung": "123"}, "Số này không gọi được."),
    ({"so-dung": "0203 3825 500; 0203 3825 501"}, "Chỉ ghi một số."),
    ({"so-dung": "gọi cô Lan ở số nhà 5 hẻm 3 phường Hồng Gai nhé"}, "Chỉ ghi một số."),
)


def test_what_is_no_choice_and_no_number_is_refused_and_kept_nowhere(client, entry):
    for fields, says in NO_REPORTS:
        answer = post(client, f"{entry}/bao-sai", **fields)
        assert (answer.status_code, says in answer.get_data(as_text=True)) == (422, True), fields
    assert db.session.scalars(select(CorrectionRequest)).all() == []


def test_nobody_can_be_known_by_what_is_kept_of_her_report(client, entry, people):
    sign_in(client, people.peer)
    form = {"sai": "closed"} | guard(client)
    where = {"REMOTE_ADDR": "203.0.113.77"}
    agent = {"User-Agent": "Hoa Sen 12"}
    assert client.post(f"{entry}/bao-sai", data=form, environ_base=where, headers=agent).status_code == 303
    kept = everything_kept()
    assert the_request().proposed_by_id is None
    assert "203.0.113.77" not in kept
    assert "Hoa Sen 12" not in kept


def test_one_place_cannot_fill_the_desk_and_another_is_not_hindered(client, people):
    codes = db.session.scalars(select(Offering.code).order_by(Offering.id)).all()
    path = "/dich-vu/{}/bao-sai"

    def report(number: int, address: str):
        form = {"sai": "closed"} | guard(client)
        return client.post(path.format(codes[number % 7]), data=form, environ_base={"REMOTE_ADDR": address})

    for number in range(corrections.MOST_FROM_ONE_PLACE):
        assert report(number, "203.0.113.7").status_code == 303
    refused = report(0, "203.0.113.7")
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 600
    assert "Vừa có nhiều lượt báo" in refused.get_data(as_text=True)
    assert report(0, "203.0.113.8").status_code == 303


def test_behind_our_own_proxy_the_address_that_the_proxy_saw_counts(app, client, entry):
    def whence(remote: str, forwarded: str) -> str:
        with app.test_request_context(environ_base={"REMOTE_ADDR": remote}, headers={"X-Forwarded-For": forwarded}):
            return corrections.whence()

    assert whence("127.0.0.1", "10.9.9.9, 203.0.113.7") == "203.0.113.7"
    assert whence("203.0.113.9", "10.9.9.9") == "203.0.113.9", "a stranger may write what she likes there"
    assert whence("2001:db8:1:2::a", "") == whence("2001:db8:1:2:ffff::b", "") != whence("2001:db8:1:3::a", "")


def test_one_entry_takes_so_much_in_a_day_and_says_thank_you_all_the_same(client, entry, monkeypatch):
    monkeypatch.setattr(corrections, "MOST_OF_ONE_ENTRY", 3)
    for _ in range(5):
        assert post(client, f"{entry}/bao-sai", sai="closed").status_code == 303
    assert the_request().times == 3


def test_only_what_is_told_of_an_entry_can_be_called_wrong(client, people):
    hidden = client.get(f"/dich-vu/{code_of('Ngôi nhà Giữ Kín')}/bao-sai").get_data(as_text=True)
    unknown = client.get(f"/dich-vu/{code_of('Bệnh viện Chưa Ai Hỏi')}/bao-sai").get_data(as_text=True)
    assert 'value="moved"' not in hidden
    assert 'value="phone_wrong"' not in unknown
    assert 'value="asks_papers"' not in unknown
    told = client.get(f"/dich-vu/{people.offering_code}/bao-sai").get_data(as_text=True)
    assert [fault for fault in FAULTS if f'value="{fault}"' not in told] == []


def test_an_entry_that_is_not_there_is_said_to_be_not_there(client, people):
    assert client.get("/dich-vu/zzzzzzzz/bao-sai").status_code == 404
    assert client.get("/dich-vu/zzzzzzzz/bao-sai/cam-on").status_code == 404


# --- Peers warn


def test_a_peer_warns_once_in_thirty_days_of_the_same_thing(client, entry, people):
    sign_in(client, people.peer)
    assert f'href="{entry}/canh-bao"' in client.get(entry).get_data(as_text=True)
    for kinds in (["treated_badly"], ["treated_badly", "turned_away"]):
        answer = post(client, f"{entry}/canh-bao", gap=kinds)
        assert (answer.status_code, answer.headers["Location"]) == (303, f"{entry}/canh-bao/cam-on")
    warnings = db.session.scalars(select(PeerWarning).order_by(PeerWarning.id)).all()
    assert [(one.kind, one.group_id) for one in warnings] == [
        ("treated_badly", people.group.id),
        ("turned_away", people.group.id),
    ]
    with transaction():
        db.session.execute(update(PeerWarning).values(created_at=clock.now() - timedelta(days=31)))
    post(client, f"{entry}/canh-bao", gap="treated_badly")
    sign_in(client, people.colleague)
    post(client, f"{entry}/canh-bao", gap="treated_badly")
    assert len(db.session.scalars(select(PeerWarning)).all()) == 4


def test_a_warning_is_a_choice_and_nothing_is_written_for_the_public(client, entry, people):
    sign_in(client, people.peer)
    assert post(client, f"{entry}/canh-bao").status_code == 422
    assert post(client, f"{entry}/canh-bao", gap="bác sĩ Nam nói xấu tôi").status_code == 422
    assert db.session.scalars(select(PeerWarning)).all() == []
    before = client.get(entry).get_data(as_text=True)
    post(client, f"{entry}/canh-bao", gap="treated_badly")
    assert re.sub(r"\w{40,}", "", client.get(entry).get_data(as_text=True)) == re.sub(r"\w{40,}", "", before)


def test_nobody_but_a_peer_warns(client, entry, people):
    for who in (people.staff, people.coordinator, people.administrator):
        sign_in(client, who)
        assert client.get(f"{entry}/canh-bao").status_code == 403
        assert post(client, f"{entry}/canh-bao", gap="treated_badly").status_code == 403


# --- Peers and staff propose


def test_a_peer_puts_right_what_is_wrong_and_sees_what_became_of_it(client, entry, people):
    sign_in(client, people.peer)
    form = form_of(client, f"{entry}/sua")
    assert form["dien-thoai"].splitlines() == ["0203 3825 499", "0912 345 678"]
    answer = client.post(
        f"{entry}/sua", data=form | {"dien-thoai": "0203 3825 500\n0912 345 678", "gio": "T2-T6 7h30-17h"}
    )
    assert (answer.status_code, answer.headers["Location"]) == (303, "/de-nghi?moi=1")
    found = the_request()
    assert found.wanted == {"phones": "0203 3825 500; 0912 345 678", "opening_hours": "Mo-Fr 07:30-17:00"}
    assert (found.origin, found.proposed_by_id) == (Origin.PEER, people.peer.account.id)
    assert "Đang chờ điều phối viên" in client.get("/de-nghi").get_data(as_text=True)
    with transaction():
        operations.accept(people.coordinator.actor, found.code, found.version)
    mine = client.get("/de-nghi").get_data(as_text=True)
    assert "Đã sửa trên trang" in mine
    sign_in(client, people.colleague)
    assert "0203 3825 500" not in client.get("/de-nghi").get_data(as_text=True), "hers alone"


def test_what_was_left_as_it_was_is_not_proposed(client, entry, people):
    sign_in(client, people.peer)
    answer = client.post(f"{entry}/sua", data=form_of(client, f"{entry}/sua"))
    assert answer.status_code == 422
    assert "Bạn chưa sửa chỗ nào." in answer.get_data(as_text=True)


def test_closing_is_proposed_with_a_day_of_return(client, entry, people):
    sign_in(client, people.staff)
    form = form_of(client, f"{entry}/sua") | {"hoat-dong": "tam-dong"}
    assert "Hãy ghi ngày mở lại." in client.post(f"{entry}/sua", data=form).get_data(as_text=True)
    again = (clock.today() + timedelta(days=9)).isoformat()
    assert client.post(f"{entry}/sua", data=form | {"mo-lai": again}).status_code == 303
    assert the_request().wanted == {"closed_on": clock.today().isoformat(), "reopens_on": again}
    assert the_request().origin is Origin.STAFF


def test_another_ward_leaves_the_old_point_behind(client, entry, people):
    sign_in(client, people.peer)
    form = form_of(client, f"{entry}/sua") | {"phuong-xa": "Phường Bãi Cháy", "dia-chi": "Số 9, đường Hạ Long"}
    assert client.post(f"{entry}/sua", data=form).status_code == 303
    wanted = the_request().wanted
    assert (wanted["ward"], wanted["latitude"], wanted["longitude"]) == ("Phường Bãi Cháy", "", "")


def test_what_cannot_be_read_is_said_beside_its_field(client, entry, people):
    sign_in(client, people.peer)
    form = form_of(client, f"{entry}/sua") | {"dien-thoai": "12", "gio": "lúc nào cũng được nhưng hỏi trước"}
    answer = client.post(f"{entry}/sua", data=form)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'href="#dien-thoai"' in page
    assert "Số điện thoại này không gọi được" in page
    assert "Giờ làm việc ghi như" in page


def test_a_form_that_was_open_while_somebody_else_changed_the_entry_is_shown_again(client, entry, people):
    sign_in(client, people.peer)
    form = form_of(client, f"{entry}/sua")
    actor, code = people.coordinator.actor, people.offering_code
    with transaction():
        operations.edit(actor, code, {"fees": "10.000 đồng"}, versions_of(entry_for(actor, code)))
    changed = form | {"dien-thoai": "0203 3825 500"}
    answer = client.post(f"{entry}/sua", data=changed)
    assert answer.status_code == 409
    page = answer.get_data(as_text=True)
    again = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page[page.index("<main") :]))
    assert client.post(f"{entry}/sua", data=changed | again).status_code == 303
    assert the_request().wanted == {"phones": "0203 3825 500"}, "the new fees are not asked to be changed back"


def test_staff_propose_for_their_own_place_and_know_of_no_other(client, people):
    other = f"/dich-vu/{people.other_offering_code}"
    sign_in(client, people.staff)
    assert "/sua" in client.get(f"/dich-vu/{people.offering_code}").get_data(as_text=True)
    assert f"{other}/sua" not in client.get(other).get_data(as_text=True)
    assert client.get(f"{other}/sua").status_code == 404
    assert post(client, f"{other}/sua", ban="1.1.1.1", tien="0").status_code == 404
    assert client.get("/dich-vu/zzzzzzzz/sua").status_code == 404


def test_of_a_kept_back_place_no_address_is_asked(client, people):
    sign_in(client, people.peer)
    page = client.get(f"/dich-vu/{code_of('Ngôi nhà Giữ Kín')}/sua").get_data(as_text=True)
    assert "dia-chi" not in page
    assert "phuong-xa" not in page


def test_who_edits_proposes_nothing_and_a_stranger_is_led_to_the_sign_in_page(client, entry, people):
    for path in (f"{entry}/sua", f"{entry}/canh-bao", "/de-nghi"):
        assert client.get(path).headers["Location"].startswith("/dang-nhap")
    for who in (people.coordinator, people.administrator):
        sign_in(client, who)
        assert [client.get(path).status_code for path in (f"{entry}/sua", "/de-nghi")] == [403, 403]


def test_a_refused_proposal_says_so_to_who_made_it(client, entry, people):
    sign_in(client, people.peer)
    client.post(f"{entry}/sua", data=form_of(client, f"{entry}/sua") | {"tien": "5.000 đồng"})
    with transaction():
        operations.refuse(people.coordinator.actor, the_request().code, the_request().version)
    assert the_request().state is RequestState.REFUSED
    assert "Không sửa: hỏi lại thấy vẫn đúng" in client.get("/de-nghi").get_data(as_text=True)
    with transaction():
        db.session.execute(delete(CorrectionRequest))
    assert "Bạn chưa gửi đề nghị nào" in client.get("/de-nghi").get_data(as_text=True)
