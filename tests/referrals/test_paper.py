import pytest
from sqlalchemy import select

from directory.accounts.models import AuditEntry
from directory.extensions import db, settings
from directory.referrals import operations
from directory.referrals.models import Slip
from directory.referrals.numbers import grouped
from directory.referrals.paper import as_pdf, qr_code
from directory.referrals.telling import telling_words_in
from directory.referrals.tokens import token_of
from directory.web.transaction import transaction
from tests.people import issue, sign_in
from tests.referrals.paper_reading import read_pdf

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
