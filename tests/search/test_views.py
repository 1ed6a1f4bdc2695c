"""What the search pages say: what was understood, how to undo it, what to do when nothing is found."""

import html
import json
import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from directory.search.following import follower
from tests.entries import NEVER_SHOWN

CONTRACT = Path(__file__).parent / "api_contract.json"
BAD = [
    "q=" + "a" * 7_000,
    "vt=91,181",
    "vt=abc",
    "q=%ff%fe",
    "q=%00",
    "q=%F0%9F%98%80",
    "trang=999999999999",
    "trang=1000000000&q=kham",
    "chu-de=khong-co",
    "ban-kinh=-5",
    "vt=0,0&q=x",
    "moi-trang=100000",
    "bo=" + "&bo=".join(str(number) for number in range(200)),
    "o=%00&q=%20",
    "q=%27%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
    "",
]


@pytest.fixture
def cast(imported_cast):
    """The entries of ``tests.entries``, known to the search."""
    follower().arrays()
    return imported_cast


def page_of(client, query: str) -> str:
    answer = client.get(f"/tim?{query}")
    assert answer.status_code == 200
    return html.unescape(answer.get_data(as_text=True))


def links_of(page: str) -> dict[str, dict[str, list[str]]]:
    """Return the chips by their words, each with the parameters of its address."""
    chips = re.findall(r'<a class="chip[^"]*" href="(/tim[^"]*)"[^>]*>(.*?)</a>', page, re.DOTALL)
    words = {re.sub(r"<[^>]+>|\s+", " ", inner).split("(bỏ)")[0].strip(): href for href, inner in chips}
    return {word: parse_qs(urlsplit(href).query) for word, href in words.items()}


def test_home_asks_one_question_and_shows_five_subjects(client):
    page = client.get("/").get_data(as_text=True)
    assert page.count('class="subject ') == 5
    assert 'href="/khan-cap"' in page
    assert 'action="/tim"' in page


def test_a_search_without_marks_finds_the_place_and_its_telephone(client, cast):
    page = page_of(client, "q=kham+benh&vt=20.951,107.08")
    assert 'href="tel:+842033825499"' in page
    assert "Trung tâm Y tế Hạ Long" in page


def test_what_was_understood_can_be_undone_by_a_plain_link(client, cast):
    links = links_of(page_of(client, "q=kham+benh+mien+phi+ha+long"))
    assert links["miễn phí"]["bo"] == ["free"]
    assert links["TP Hạ Long (cũ), Quảng Ninh"]["bo"] == ["area"]


def test_an_undone_understanding_is_no_longer_offered_for_undoing(client, cast):
    links = links_of(page_of(client, "q=kham+benh+mien+phi&bo=free"))
    assert "miễn phí" not in links
    assert "bo" not in links["Miễn phí"]


def test_a_filter_is_put_on_by_words_or_a_parameter(client, cast):
    links = links_of(page_of(client, "q=kham"))
    assert links["Miễn phí"]["q"] == ["kham miễn phí"]
    assert links["Gần tôi"]["q"] == ["kham gần tôi"]
    assert links["Đang mở cửa"]["mo-cua"] == ["1"]


def test_near_me_without_a_position_asks_where_she_is(client, cast):
    assert "Bạn đang ở đâu?" in page_of(client, "q=kham+benh+gan+toi")
    assert "Bạn đang ở đâu?" not in page_of(client, "q=kham+benh+gan+toi&vt=20.951,107.08")


def test_a_correction_is_said_and_can_be_undone(client, cast):
    page = page_of(client, "q=kham+benhj+da+lieex")
    assert "Trung tâm Y tế Hạ Long" in page
    if "Đã tìm theo" in page:
        assert "bo=correction" in page


def test_an_ambiguous_place_is_asked_about(client, cast):
    links = links_of(page_of(client, "o=H%C6%B0%C6%A1ng+Tr%C3%A0"))
    candidates = [name for name in links if "Hương Trà" in name]
    assert len(candidates) >= 2
    assert len({links[candidate]["o"][0] for candidate in candidates}) == len(candidates)


def test_a_candidate_that_is_chosen_is_understood(client, cast):
    links = links_of(page_of(client, "o=H%C6%B0%C6%A1ng+Tr%C3%A0"))
    for name in [name for name in links if "Hương Trà" in name]:
        for area in (name, links[name]["o"][0]):
            page = html.unescape(client.get("/tim", query_string={"o": area}).get_data(as_text=True))
            assert f'name="o" value="{name}"' in page
            assert "Có nhiều nơi tên như vậy" not in page
            assert "Không biết nơi nào" not in page


def test_an_unknown_place_is_said_to_be_unknown(client, cast):
    assert "Không biết nơi nào tên “xyzt”" in page_of(client, "q=kham&o=xyzt")


def test_when_nothing_is_found_there_is_always_something_to_do(client, cast):
    page = page_of(client, "q=zzzz+qqqq")
    assert "Không tìm thấy nơi nào khớp." in page
    assert 'href="/khan-cap"' in page
    assert '<article class="card' in page


@pytest.mark.parametrize("query", BAD)
def test_bad_input_is_a_useful_page(client, cast, query):
    answer = client.get(f"/tim?{query}")
    assert answer.status_code == 200
    assert 'name="q"' in answer.get_data(as_text=True)


@pytest.mark.parametrize("query", BAD)
def test_bad_input_is_a_clear_answer_for_a_program(client, cast, query):
    answer = client.get(f"/api/tim?{query}")
    assert answer.status_code in {200, 400}
    assert "error" in answer.json if answer.status_code == 400 else "results" in answer.json


def test_what_a_program_gets_wrong_is_an_error_and_what_cannot_be_met_a_warning(client, cast):
    assert "vị trí" in client.get("/api/tim?vt=abc").json["error"]
    assert "chủ đề" in client.get("/api/tim?chu-de=khong-co").json["error"]
    assert len(client.get("/api/tim?vt=0,0&ban-kinh=-5&moi-trang=100000").json["warnings"]) == 3


def test_the_answer_has_the_form_that_programs_rely_on(client, cast):
    """The file holds one worked answer; identifiers and today's date are the only things that may differ."""
    answer = client.get("/api/tim?q=kham+benh+ha+long&vt=20.955,107.08").json
    for result in [*answer["results"], *answer.get("instead", [])]:
        result["id"], result["url"] = "…", re.sub(r"/\w+$", "/…", result["url"])
        result["verified_on"] = "…" if result["verified_on"] else None
    assert answer == json.loads(CONTRACT.read_text(encoding="utf-8"))


def test_nothing_of_a_hidden_or_partial_place_is_anywhere(client, cast):
    for query in ("q=noi+o+an+toan", "q=nhom+dong+dang", "q=giu+kin&vt=20.951,107.08", "", "chu-de=tam-lanh"):
        for path in ("/tim", "/api/tim", "/ban-do", "/ban-do/khung"):
            body = client.get(f"{path}?{query}").get_data(as_text=True)
            assert not [word for word in NEVER_SHOWN if word in body]
        for result in client.get(f"/api/tim?{query}").json["results"]:
            if result["visibility"] != "public":
                assert {result[name] for name in ("latitude", "longitude", "address", "distance_m")} == {None}
            assert result["visibility"] != "hidden" or result["ward"] is None


def test_an_illustrative_entry_is_marked_in_a_list_and_cannot_be_called(client, cast):
    page = page_of(client, "q=luat+su+tu+van")
    card = page[page.index("Văn phòng Minh Hoạ") :]
    assert "dữ liệu minh hoạ" in card
    assert "tel:" not in card[: card.index("</article>")]


def test_neither_words_nor_position_are_in_a_title(client, cast):
    page = page_of(client, "q=chuyen+rieng&vt=20.951,107.08")
    assert re.search(r"<title>(.*?)</title>", page)[1] == "Kết quả tìm – Sổ địa chỉ"


def test_suggestions_come_as_a_list_of_words(client, cast):
    assert isinstance(client.get("/goi-y?q=kham").json["suggestions"], list)
    assert client.get("/goi-y?q=").json["suggestions"] == []


def test_a_results_page_is_light(client, cast):
    """At most 50 kB compressed with its styles and scripts; the script alone at most 10 kB (design card §9)."""
    packed = {"Accept-Encoding": "gzip"}
    page = client.get("/tim?q=kham+benh&vt=20.951,107.08")
    files = re.findall(r'(?:<script src|<link rel="stylesheet" href)="([^"]+)"', page.get_data(as_text=True))
    weights = []
    for file in files:
        with client.get(file, headers=packed) as answer:
            weights.append(len(answer.data))
    body = client.get("/tim?q=kham+benh&vt=20.951,107.08", headers=packed, inspect=False)
    assert len(files) == 2
    assert sum(weights) + len(body.data) <= 50_000
    with client.get(next(file for file in files if ".js" in file)) as script:
        assert len(script.data) <= 10_000


def test_no_address_that_a_page_writes_holds_the_readable_name_of_a_subject(client, cast):
    for address in ("/tim?chu-de=hiv-xet-nghiem&q=x", "/ban-do?chu-de=hiv-xet-nghiem", "/?chu-de=hiv-xet-nghiem"):
        page = html.unescape(client.get(address).get_data(as_text=True))
        links = re.findall(r'(?:href|src|action)="(/[^"]*)"', page)
        assert not [link for link in links if "hiv" in link]


def test_the_language_link_leads_back_to_the_same_page_of_the_same_search(client, cast):
    page = page_of(client, "q=kham+benh&chu-de=y-te&moi-trang=1&trang=2")
    back = parse_qs(urlsplit(re.search(r'href="(/ngon-ngu/en[^"]*)"', page)[1]).query)["ve"][0]
    again = parse_qs(urlsplit(back).query)
    assert (again["q"], again["trang"], again["moi-trang"]) == (["kham benh"], ["2"], ["1"])


def test_nearness_to_a_named_place_is_not_called_nearness_to_the_visitor(client, cast):
    named = page_of(client, "q=kham+benh+ha+long")
    assert "Gần trung tâm trước" in named
    assert "Gần tôi" not in links_of(named)
    assert "Gần nhất trước" in page_of(client, "q=kham+benh&vt=20.951,107.08")


def test_the_place_is_asked_for_once(client, cast):
    page = page_of(client, "q=kham+benh+gan+toi")
    assert "Bạn đang ở đâu?" in page
    assert page.count('name="o"') == 1


def test_two_districts_of_one_name_in_one_province_can_be_told_apart(client, cast):
    chips = [words for words in links_of(page_of(client, "q=kham+benh&o=chau+thanh")) if "Châu Thành" in words]
    assert len(chips) == 8, "each of them is a chip of its own"
    assert any("An Giang, trước thuộc Kiên Giang" in words for words in chips)


def test_a_program_is_told_that_a_place_is_unknown(client, cast):
    answer = client.get("/api/tim?q=khám&o=Nơi Không Có Thật").json
    assert answer["warnings"] == ["Không biết nơi nào tên “Nơi Không Có Thật”, nên đã tìm ở mọi nơi."]


def test_what_is_shown_instead_names_its_sources_too(client, cast):
    page = page_of(client, "q=zzqx+wwvk")
    assert "Không tìm thấy nơi nào khớp." in page
    assert "Nguồn:" in page
