"""What the pages of the catalogue say, and what they keep to themselves."""

import re

import pytest

from directory.catalogue.operations import import_services
from directory.catalogue.queries import categories
from directory.web.transaction import transaction
from tests.conftest import ROOT
from tests.entries import NEVER_SHOWN, import_rows


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
    assert page.count("Chưa rõ, bạn nên hỏi trước") == 2
    assert page.count("Chưa rõ nơi này có hỏi giấy tờ, hỏi tên hay báo công an không.") == 1
    assert "OpenStreetMap" in page
    assert "tel:" not in page


def test_a_place_that_cannot_be_called_says_what_to_do_and_never_to_call_first(client, code_of):
    page = text_of(client.get(f"/dich-vu/{code_of('Bệnh viện Chưa Ai Hỏi')}"))
    assert "Chưa có số để gọi, chưa ai kiểm tra nơi này. Nếu đến, hãy đi ban ngày" in page
    assert "Cần gấp: gọi 115." in page
    assert "gọi hỏi trước" not in page
    assert "Hãy gọi" not in page


def test_the_address_names_each_unit_once(client, tmp_path, app):
    import_rows(
        tmp_path,
        [
            {
                "provider": "Bệnh viện Bãi Cháy",
                "service": "Khám bệnh",
                "category": "kham-benh",
                "address": "Đường Giếng Đáy, Giếng Đáy, Phường Việt Hưng, Quảng Ninh",
                "ward": "Phường Việt Hưng",
                "province": "Quảng Ninh",
                "source": "osm",
            }
        ],
    )
    listed = text_of(client.get(f"/chu-de/{categories().by_slug['kham-benh'].code}"))
    page = text_of(client.get(re.search(r"/dich-vu/\w+", listed)[0]))
    line = "Đường Giếng Đáy, Giếng Đáy, Phường Việt Hưng, Quảng Ninh"
    assert line in listed
    assert line in page
    assert "Phường Việt Hưng, Phường Việt Hưng" not in listed + page
    assert "Phường Việt Hưng, Quảng Ninh, Phường" not in listed + page


def test_a_card_has_one_number_to_press(client, code_of):
    link = re.search(r"/don-vi/\w+", text_of(client.get(f"/dich-vu/{code_of('Trung tâm Y tế Hạ Long')}")))[0]
    cards = re.findall(r"<article class=\"card.*?</article>", text_of(client.get(link)), re.DOTALL)
    assert [len(re.findall(r'href="tel:', card)) for card in cards] == [1, 1]
    assert all("0203 3825 499" in card for card in cards)


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
    assert "Có thể báo công an." in page


def test_an_emergency_page_shows_what_saves_a_life_before_everything_else(client, app):
    with transaction():
        import_services(ROOT / "seed" / "hotlines.csv")
    page = text_of(client.get("/khan-cap"))
    titles = re.findall(r"<h2>(.*?)</h2>", page)
    assert titles == [
        "Nguy hiểm đến tính mạng", "Bị đánh, bị ép, bị lừa bán", "Cần người lắng nghe", "Trẻ em dưới 18 tuổi",
        "Hỏi việc khác",
    ]  # fmt: skip
    numbers = re.findall(r'href="tel:([^"]+)"', page)
    assert numbers[:5] == ["113", "115", "114", "112", "18001768"]
    # A line of one province helps nobody elsewhere, so it ends its group.
    assert numbers.index("18001769") > numbers.index("1900969680")
    assert page.count("Gọi không mất tiền.") == 5, "1800 and 111 only: of the others the advice is free, not the call"


def test_an_emergency_line_out_of_its_hours_says_when_to_call(client, app):
    with transaction():
        import_services(ROOT / "seed" / "hotlines.csv")
    page = text_of(client.get("/khan-cap"))
    assert "Đóng cửa" not in page
    assert "Nghe máy cả ngày đêm." in page


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


def test_a_subject_shows_real_places_before_invented_ones_and_who_can_be_called_first(client, tmp_path, app):
    shared = {"service": "Khám bệnh", "category": "kham-benh", "ward": "Phường Hồng Gai", "province": "Quảng Ninh"}
    import_rows(
        tmp_path,
        [
            {"provider": "A bịa", "source": "minh-hoa", "phones": "0203 000 0001", "hotline_24h": "có", **shared},
            {"provider": "B thật không số", "source": "osm", **shared},
            {"provider": "C thật có số", "source": "osm", "phones": "0203 3825 499", **shared},
        ],
    )
    page = text_of(client.get(f"/chu-de/{categories().by_slug['kham-benh'].code}"))
    order = [page.index(name) for name in ("C thật có số", "B thật không số", "A bịa")]
    assert order == sorted(order)


def test_an_english_reader_learns_what_a_vietnamese_entry_is_about(client, code_of):
    client.set_cookie("ngon_ngu", "en")
    link = re.search(r"/don-vi/\w+", text_of(client.get(f"/dich-vu/{code_of('Trung tâm Y tế Hạ Long')}")))[0]
    assert "Doctors, clinics and hospitals, Sexually transmitted infections" in text_of(client.get(link))


def test_a_list_of_a_subject_or_a_provider_names_the_licence_of_what_it_shows(client, code_of):
    entry = text_of(client.get(f"/dich-vu/{code_of('Bệnh viện Chưa Ai Hỏi')}"))
    provider = re.search(r"/don-vi/\w+", entry)[0]
    for address in (provider, f"/chu-de/{categories().by_slug['kham-benh'].code}"):
        assert "OpenStreetMap (ODbL 1.0)" in text_of(client.get(address))
