import re
from dataclasses import replace
from io import BytesIO

import pytest
from flask import render_template
from PIL import Image
from sqlalchemy import select

from directory.accounts.models import AuditEntry
from directory.catalogue.models import Offering, Provider, Service, Site
from directory.extensions import db, settings
from directory.referrals import face, operations
from directory.referrals.models import Slip
from directory.referrals.numbers import grouped
from directory.referrals.paper import as_pdf, qr_code, qr_picture
from directory.referrals.telling import telling_words_in
from directory.referrals.tokens import token_of
from directory.web.transaction import transaction
from tests.entries import CAST, HA_LONG, import_rows
from tests.people import issue, sign_in
from tests.referrals.paper_reading import codes_in, read_pdf

SHORT, LONG = (
    "http://a.vn/q#" + "7" * 26,
    "https://so-dia-chi.trung-tam-phuc-vu-cong-dong.quangninh.example.vn/q#" + "7" * 26,
)


@pytest.fixture
def slip(people) -> Slip:
    return issue(people)


@pytest.mark.parametrize("link", [SHORT, LONG], ids=["short address", "long address"])
def test_a_code_reads_back_from_paper_at_the_size_that_it_is_printed(app, link):
    page = f"<style>@page {{ size: 40mm; margin: 5mm }} svg {{ width: 30mm; height: 30mm }}</style>{qr_code(link)}"
    with app.test_request_context("/"):
        (sheet,) = read_pdf(as_pdf(page, "x.pdf").data)
    assert sheet.codes == [link]


@pytest.mark.parametrize("code", ["K7M2Q9XW", "AAAAAAAA", "00000000", "10101010"])
def test_a_picture_of_a_code_reads_back_from_paper_at_the_size_of_a_booklet(app, code):
    link = f"https://so-dia-chi.example.vn/dich-vu/{code}"
    page = f"<style>@page {{ size: 27mm; margin: 5mm }} img {{ width: 17mm }}</style><img src='{qr_picture(link)}'>"
    with app.test_request_context("/"):
        (sheet,) = read_pdf(as_pdf(page, "x.pdf").data)
    assert sheet.codes == [link]


@pytest.mark.parametrize("link", [SHORT, LONG], ids=["short address", "long address"])
def test_a_module_of_a_code_is_at_least_half_a_millimetre_wide(link):
    _, _, width, height = (int(n) for n in str(qr_code(link)).split('viewBox="')[1].split('"')[0].split())
    assert width == height
    assert 30 / width >= 0.5


def test_a_slip_on_paper_is_one_sheet_of_a6_with_its_number_and_code(client, people, slip):
    sign_in(client, people.peer)
    answer = client.get(f"/phieu/{slip.code}/phieu-hen.pdf")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.headers["Content-Disposition"] == 'inline; filename="phieu-hen.pdf"'
    assert answer.headers["Cache-Control"] == "no-store"
    (sheet,) = read_pdf(answer.data)
    assert (sheet.width_mm, sheet.height_mm) == (105, 148)
    assert sheet.codes == [f"{settings().public_url}/q#{token_of(slip)}"]
    assert sheet.text.startswith("PHIẾU HẸN")
    assert grouped(slip.number) in sheet.text
    assert grouped(slip.client_code) in sheet.text
    assert f"{slip.valid_until:%d/%m/%Y}" in sheet.text
    assert telling_words_in(sheet.text) == ()
    assert people.group.name not in sheet.text


def test_the_page_on_the_screen_is_the_same_slip_and_neutral(client, people, slip):
    sign_in(client, people.peer)
    answer = client.get(f"/phieu/{slip.code}/in")
    assert answer.status_code == 200
    assert "<title>Phiếu hẹn</title>" in answer.text
    assert grouped(slip.number) in answer.text
    assert token_of(slip) not in answer.text


def test_printing_is_written_down_before_it_is_shown(client, people, slip):
    sign_in(client, people.peer)
    client.get(f"/phieu/{slip.code}/in")
    client.get(f"/phieu/{slip.code}/phieu-hen.pdf")
    seen = select(AuditEntry.actor).where(AuditEntry.action == "slip.print", AuditEntry.object_uuid == slip.uuid)
    assert db.session.scalars(seen).all() == [people.peer.actor.key] * 2


def test_somebody_elses_slip_and_none_are_the_same_page(client, people, slip):
    sign_in(client, people.other_peer)
    for page in ("in", "phieu-hen.pdf"):
        foreign, none = client.get(f"/phieu/{slip.code}/{page}"), client.get(f"/phieu/00000000/{page}")
        assert foreign.status_code == none.status_code == 404
        assert foreign.text.replace(slip.code, "00000000") == none.text


def test_a_slip_that_ended_is_not_printed_any_more(client, people, slip):
    with transaction():
        operations.cancel(people.peer.actor, slip.code)
    sign_in(client, people.peer)
    answer = client.get(f"/phieu/{slip.code}/phieu-hen.pdf")
    assert answer.status_code == 409
    assert "không in nữa" in answer.text


def test_paper_asks_nobody_for_anything_but_our_own_style_sheets(app, caplog):
    hostile = (
        "<link rel=stylesheet href=http://127.0.0.1:9/x.css><img src=file:///etc/passwd><img src=/tep/../app.py>hi"
    )
    with app.test_request_context("/"):
        (sheet,) = read_pdf(as_pdf(hostile, "x.pdf").data)
    assert sheet.text == "hi"
    assert caplog.text.count("not a style sheet of ours") == 3


def paper_to(client, people, provider: str):
    found = select(Offering.code).join(Service).join(Provider).where(Provider.name == provider).order_by(Offering.id)
    slip = issue(people, offering_code=db.session.scalar(found.limit(1)))
    sign_in(client, people.peer)
    (sheet,) = read_pdf(client.get(f"/phieu/{slip.code}/phieu-hen.pdf").data)
    return sheet


def test_a_slip_to_an_invented_place_says_so_across_its_face(client, people):
    sheet = paper_to(client, people, "Văn phòng Minh Hoạ")
    assert "MINH HOẠ" in sheet.text
    assert "không có thật" in sheet.text
    assert len(sheet.codes) == 1


@pytest.mark.parametrize("provider", ["Ngôi nhà Giữ Kín", "Nhóm Chỉ Biết Phường"])
def test_a_slip_to_a_place_that_is_kept_back_has_its_telephone_and_no_place(client, people, provider):
    sheet = paper_to(client, people, provider)
    assert "Gọi số dưới đây" in sheet.text
    assert re.search(r"0912 000 (111|222)", sheet.text)
    assert not re.search(r"Phường|Hồng Gai|Quảng Ninh|Nhóm|Ngôi nhà", sheet.text)


CROWDED = {
    "provider": "Trung tâm Chăm sóc Sức khỏe Ban đầu và Phòng khám Đa khoa Khu vực Liên phường của Thành phố Hạ Long, "
    "đơn vị sự nghiệp công lập",
    "site": "Cơ sở số hai bên bờ vịnh",
    "service": "Khám bệnh",
    "category": "kham-benh",
    "address": "Nhà B2, tầng 3, phòng 301, Số 152, tổ 5, khu 3, đường Nguyễn Văn Cừ kéo dài, sau bến xe khách cũ",
    "phones": "0203 3825 499; 0912 345 678",
    "opening_hours": "Mo,We 07:00-11:30,13:30-17:00; Tu,Th 07:00-11:30; Fr 13:30-20:00; Sa 07:00-11:30",
    "id_required": "có",
    "source": "dieu-phoi",
    **HA_LONG,
}


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        ("vi", ("Không ai hỏi lý do", "Phần bạn giữ", "Lần sau đưa mã")),
        ("en", ("Nobody asks why", "Your part, to cut off", "Next time, give")),
    ],
)
def test_the_longest_place_leaves_its_room_to_the_rest_of_the_slip(client, people, tmp_path, language, lines):
    import_rows(tmp_path, [*CAST, CROWDED])
    code = db.session.scalar(select(Offering.code).join(Site).where(Site.name == CROWDED["site"]))
    slip = issue(people, offering_code=code)
    sign_in(client, people.peer)
    client.set_cookie("ngon_ngu", language)
    (sheet,) = read_pdf(client.get(f"/phieu/{slip.code}/phieu-hen.pdf").data)
    assert "Cơ sở số hai" in sheet.text
    above, part, last = (sheet.height_of_mm(line) for line in lines)
    assert above > part + 4
    assert last > 4


@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_page_of_paper_tells_in_any_language(client, people, slip, language):
    sign_in(client, people.peer)
    page = client.get(f"/phieu/{slip.code}/in", headers={"Accept-Language": language}).text
    words = re.sub(r"<[^>]+>", " ", page)
    assert telling_words_in(words.replace(people.area.name, "")) == ()


def test_without_a_script_there_is_nothing_to_press_that_needs_one(client, people, slip):
    sign_in(client, people.peer)
    page = client.get(f"/phieu/{slip.code}").text
    for name in ("data-copy", "data-share"):
        assert re.search(rf"<button[^>]* hidden {name}", page)
    assert re.search(r'href="sms:\?body=Phi%E1%BA%BFu[^"#]*"', page)
    assert token_of(slip) not in page


def test_the_short_text_is_copied_and_the_page_prints_with_one_tap(app, people, slip, live_server, page):
    client = app.test_client()
    sign_in(client, people.peer)
    cookie = client.get_cookie("phien")
    page.context.add_cookies([{"name": "phien", "value": cookie.value, "url": live_server}])
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{live_server}/phieu/{slip.code}")
    page.click("[data-copy]")
    page.get_by_text("Đã chép.").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(f"Phiếu hẹn số {grouped(slip.number)}. Nơi đến:")
    page.goto(f"{live_server}/phieu/{slip.code}/in")
    page.evaluate("window.print = () => { document.title = 'printed' }")
    page.click("[data-print]")
    assert page.title() == "printed"
    assert codes_in(Image.open(BytesIO(page.locator(".code").screenshot()))) == [
        f"{settings().public_url}/q#{token_of(slip)}"
    ]


def test_the_paper_of_a_former_key_has_no_code_and_speaks_of_none(app, slip):
    app.extensions["settings"] = replace(settings(), secret_key="another")
    with app.test_request_context("/"):
        text = render_template("referrals/paper/slip.html", face=face.of(slip), back="/", pdf="/")
        (sheet,) = read_pdf(as_pdf(text, "x.pdf").data)
    assert sheet.codes == []
    assert grouped(slip.number) in sheet.text
    assert "quét" not in sheet.text
