"""What the pages of the catalogue say, and what they keep to themselves."""

import re

import pytest

from directory.catalogue.queries import categories
from tests.entries import NEVER_SHOWN


def text_of(answer) -> str:
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_a_page_answers_the_three_fears_before_anything_else(client, code_of):
    page = text_of(client.get(f"/dich-vu/{code_of('Trung tâm Y tế Hạ Long')}"))
    order = [page.index(words) for words in ("Không hỏi giấy tờ", "Không báo công an", "Không cần nói tên", "tel:")]
    assert order == sorted(order)
    assert 'href="tel:+842033825499"' in page
    assert 'href="tel:+84912345678"' in page


def test_a_page_says_it_when_papers_names_and_the_police_are_in_play(client, code_of):
    page = text_of(client.get(f"/dich-vu/{code_of('Trung tâm Y tế Hạ Long', 'Xét nghiệm HIV nhanh')}"))
    assert all(words in page for words in ("Có hỏi giấy tờ", "Có báo công an", "Phải nói tên", "theo hẹn"))
    assert "Xác minh lần cuối ngày 01/01/2020, đã lâu." in page


def test_what_is_unknown_is_called_unknown(client, code_of):
    page = text_of(client.get(f"/dich-vu/{code_of('Bệnh viện Chưa Ai Hỏi')}"))
    assert page.count("Chưa rõ, bạn nên hỏi trước") >= 3
    assert "Chưa xác minh" in page
    assert "OpenStreetMap" in page
    assert "tel:" not in page


def test_an_illustrative_entry_says_so_and_cannot_be_called(client, code_of):
    page = text_of(client.get(f"/dich-vu/{code_of('Văn phòng Minh Hoạ')}"))
    assert "Dữ liệu minh hoạ." in page
    assert "tel:" not in page
    assert "geo:" not in page


def test_a_hidden_place_is_a_telephone_and_nothing_more(client, code_of):
    page = text_of(client.get(f"/dich-vu/{code_of('Ngôi nhà Giữ Kín')}"))
    assert 'href="tel:+84912000111"' in page
    assert "Địa chỉ được giữ kín" in page
    assert not [word for word in (*NEVER_SHOWN, "geo:", "Hồng Gai", "Đường đến", "Xe lăn") if word in page]


def test_a_partial_place_is_its_ward(client, code_of):
    page = text_of(client.get(f"/dich-vu/{code_of('Nhóm Chỉ Biết Phường')}"))
    assert "Phường Hồng Gai" in page
    assert "Chỉ cho biết phường, xã" in page
    assert "geo:" not in page


def test_the_way_there_leaves_this_site_only_by_a_link_that_is_warned_of(client, code_of):
    page = text_of(client.get(f"/dich-vu/{code_of('Trung tâm Y tế Hạ Long')}"))
    assert 'href="geo:20.951,107.08?q=20.951,107.08"' in page
    for link in re.findall(r"<a [^>]*https?://[^>]*>", page):
        assert "noreferrer" in link
    assert "họ sẽ biết có người xem" in page


def test_an_emergency_page_dials_only_numbers_with_a_source_and_tells_of_the_police(client, cast):
    page = text_of(client.get("/khan-cap"))
    assert re.findall(r'href="tel:([^"]+)"', page) == ["111"]
    assert "Số này có thể báo cho công an." in page


def test_an_emergency_page_without_numbers_still_says_what_to_do(client):
    assert "trạm y tế" in text_of(client.get("/khan-cap"))


def test_a_subject_shows_what_is_below_it_and_where_it_is(client, cast):
    page = text_of(client.get(f"/chu-de/{categories().by_slug['y-te'].code}"))
    assert "Trung tâm Y tế Hạ Long" in page
    assert f"/chu-de/{categories().by_slug['kham-benh'].code}" in page


def test_an_empty_subject_leads_to_a_telephone(client):
    page = text_of(client.get(f"/chu-de/{categories().by_slug['vay-von'].code}"))
    assert "Chủ đề này chưa có nơi nào." in page
    assert "/khan-cap" in page


def test_a_provider_shows_all_that_it_offers(client, code_of):
    link = re.search(r"/don-vi/\w+", text_of(client.get(f"/dich-vu/{code_of('Trung tâm Y tế Hạ Long')}")))[0]
    page = text_of(client.get(link))
    assert "Phòng khám Da liễu" in page
    assert "Xét nghiệm HIV nhanh" in page


@pytest.mark.parametrize(
    "address",
    [
        "/dich-vu/khong-co1",
        "/don-vi/00000000",
        "/chu-de/00000000",
        "/chu-de/hiv-xet-nghiem",
        "/dich-vu/%00",
        "/dich-vu/%ff",
    ],
)
def test_what_does_not_exist_is_a_useful_page(client, address):
    answer = client.get(address)
    assert answer.status_code == 404
    assert 'name="q"' in answer.get_data(as_text=True)


@pytest.mark.parametrize("page", ["0", "-1", "x", "1e9", "1000000000", "٣", "9" * 300])
def test_any_page_number_is_answered(client, cast, page):
    assert client.get(f"/chu-de/{categories().by_slug['y-te'].code}?trang={page}").status_code == 200


def test_no_address_of_a_page_says_what_it_is_about(client, cast):
    from tests.pages import TELLING

    for subject in categories().by_slug.values():
        page = text_of(client.get(f"/chu-de/{subject.code}"))
        assert not [link for link in re.findall(r'(?:href|src|action)="(/[^"]*)"', page) if TELLING.search(link)]
