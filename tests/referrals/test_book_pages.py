import re

import pytest
from sqlalchemy import select

from directory.extensions import db, settings
from directory.referrals import operations
from directory.referrals.models import Slip, SlipBook
from directory.referrals.numbers import grouped
from directory.referrals.queries.books import numbered_subjects
from directory.referrals.rules import State
from directory.referrals.telling import telling_words_in
from directory.referrals.tokens import token_of
from directory.web.transaction import transaction
from tests.people import post, sign_in, wanted
from tests.referrals.paper_reading import read_pdf


@pytest.fixture
def book(people) -> SlipBook:
    return minted(people)


def minted(people, size: int = 5) -> SlipBook:
    with transaction():
        book = operations.mint(people.coordinator.actor, people.group.id, size)
    db.session.refresh(book)
    return book


def slips_of(book: SlipBook) -> list[Slip]:
    return list(db.session.scalars(select(Slip).where(Slip.book_id == book.id).order_by(Slip.id)))


def test_a_coordinator_has_a_book_made_once_however_often_she_taps(client, people):
    sign_in(client, people.coordinator)
    for _tap in range(2):
        answer = post(client, "/phieu/cuon", key="a" * 32, **{"nhom": people.group.code, "so-phieu": "20"})
        assert (answer.status_code, answer.headers["Location"]) == (303, "/phieu/cuon")
    (book,) = db.session.scalars(select(SlipBook))
    assert [slip.state for slip in slips_of(book)] == [State.BLANK] * 20
    page = client.get("/phieu/cuon").text
    assert book.code in page
    assert "Còn 20 trên 20 phiếu" in page


def test_a_book_for_a_group_of_another_area_is_refused_at_the_field(client, people):
    sign_in(client, people.coordinator)
    page = client.get("/phieu/cuon").text
    assert people.group.name in page
    assert people.other_group.name not in page
    answer = post(client, "/phieu/cuon", **{"nhom": people.other_group.code, "so-phieu": "20"})
    assert answer.status_code == 422
    assert post(client, "/phieu/cuon", **{"nhom": people.group.code, "so-phieu": "4000"}).status_code == 422
    assert db.session.scalars(select(SlipBook)).all() == []


def test_a_peer_sees_the_books_of_her_group_and_makes_none(client, people, book):
    sign_in(client, people.colleague)
    page = client.get("/phieu/cuon").text
    assert book.code in page
    assert "Lập cuốn mới" not in page
    assert "Bỏ cả cuốn" not in page
    assert post(client, "/phieu/cuon", **{"nhom": people.group.code, "so-phieu": "20"}).status_code == 403
    assert post(client, f"/phieu/cuon/{book.code}/bo").status_code == 403


def test_another_groups_book_and_none_are_the_same(client, people, book):
    for stranger in (people.other_peer, people.other_coordinator):
        sign_in(client, stranger)
        assert book.code not in client.get("/phieu/cuon").text
        for page in ("in", "phieu-trang.pdf"):
            foreign, none = (client.get(f"/phieu/cuon/{code}/{page}") for code in (book.code, "00000000"))
            assert foreign.status_code == none.status_code == 404
            assert foreign.text.replace(book.code, "00000000") == none.text
    foreign, none = (post(client, f"/phieu/cuon/{code}/bo") for code in (book.code, "00000000"))
    assert foreign.status_code == none.status_code == 404
    assert {slip.state for slip in slips_of(book)} == {State.BLANK}


def test_a_book_prints_four_to_a_sheet_each_with_its_own_code_and_nothing_that_tells(client, people, book):
    sign_in(client, people.peer)
    answer = client.get(f"/phieu/cuon/{book.code}/phieu-trang.pdf")
    assert answer.headers["Content-Disposition"] == 'inline; filename="phieu-trang.pdf"'
    sheets = read_pdf(answer.data)
    assert [(sheet.width_mm, sheet.height_mm) for sheet in sheets] == [(210, 297)] * 2
    assert [len(sheet.codes) for sheet in sheets] == [4, 1]
    printed = {code for sheet in sheets for code in sheet.codes}
    assert printed == {f"{settings().public_url}/q#{token_of(slip)}" for slip in slips_of(book)}
    text = " ".join(sheet.text for sheet in sheets)
    # Once on the client's part, once on each stub.
    assert all(text.count(grouped(slip.number)) == 3 for slip in slips_of(book))
    assert telling_words_in(text) == ()
    assert people.group.name not in text
    assert book.code not in text


def test_the_page_on_the_screen_has_the_same_slips(client, people, book):
    sign_in(client, people.coordinator)
    page = client.get(f"/phieu/cuon/{book.code}/in").text
    assert set(re.findall(r"[0-9A-Z]{5}-[0-9A-Z]{5}", page)) == {grouped(slip.number) for slip in slips_of(book)}


def test_only_what_is_still_blank_is_printed_again(client, people, book):
    used, *blank = slips_of(book)
    number = used.number
    with transaction():
        operations.issue_blank(people.peer.actor, number, wanted(people))
    sign_in(client, people.peer)
    (sheet,) = read_pdf(client.get(f"/phieu/cuon/{book.code}/phieu-trang.pdf").data)
    assert grouped(number) not in sheet.text
    assert len(sheet.codes) == len(blank) == 4


def test_a_lost_book_is_voided_as_a_whole_and_prints_no_more(client, people, book):
    sign_in(client, people.coordinator)
    assert post(client, f"/phieu/cuon/{book.code}/bo").status_code == 303
    db.session.expire_all()
    assert {slip.state for slip in slips_of(book)} == {State.VOID}
    page = client.get("/phieu/cuon").text
    assert "Đã bỏ cả cuốn" in page
    assert f"/phieu/cuon/{book.code}/in" not in page
    assert client.get(f"/phieu/cuon/{book.code}/in").status_code == 409


def test_the_numbers_on_stubs_that_are_already_printed_keep_their_meaning(app):
    """A new subject goes to the end of the list, or the stubs in people's bags mean something else."""
    with app.test_request_context("/"):
        numbers = {subject.slug: number for number, subject in numbered_subjects()}
    assert len(numbers) == 30
    assert [numbers[slug] for slug in ("phap-ly", "kham-benh", "cap-cuu", "tam-lanh", "bao-ve-tre-em")] == [
        1,
        6,
        15,
        27,
        30,
    ]
