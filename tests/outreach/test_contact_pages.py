"""``/tiep-can`` as a peer uses it: the form keeps what she chose, counts, undoes, and says what is wrong."""

from datetime import timedelta
from html import unescape

import pytest

from directory import clock
from directory.outreach.rules import ContactKind
from directory.referrals.numbers import grouped, new_client_code
from directory.web.transaction import transaction
from tests.consistency.test_canaries import everything_in_tables, everything_on_disk, found_in
from tests.outreach.contacts import contact, contacts
from tests.people import post, sign_in

PAGE = "/tiep-can"
USUAL = {"ngay": "hom-nay", "kieu": "mot", "chu-de": ["law", "feelings"]}


@pytest.fixture
def peer(client, people):
    sign_in(client, people.peer)
    return client


def text_of(answer) -> str:
    return unescape(answer.get_data(as_text=True))


def chosen(page: str) -> list[str]:
    """Return what is ticked or on."""
    return [line.split('value="')[1].split('"')[0] for line in page.splitlines() if " checked" in line]


def test_at_first_nothing_is_chosen_but_today_and_one_person(peer):
    page = text_of(peer.get(PAGE))
    assert chosen(page) == ["hom-nay", "mot"]
    assert "Đã ghi" not in page


def test_a_few_taps_write_it_down_and_the_form_goes_on_from_there(peer):
    more = {"tl-leaflet": "2", "ma": new_client_code()}
    answer = post(peer, PAGE, **USUAL, **more)
    assert (answer.status_code, answer.location) == (303, PAGE)
    page = text_of(peer.get(PAGE))
    assert chosen(page) == ["hom-nay", "mot", "law", "feelings"]
    assert 'name="tl-leaflet"' in page
    assert 'placeholder="0" value="2"' in page
    assert more["ma"] not in page
    assert "Đã ghi 1 lần hôm nay" in page
    assert "1 người · Pháp luật, giấy tờ; Tâm lý, chuyện buồn · 2 tờ rơi" in page


def test_ten_in_a_row_are_ten(peer):
    for _ in range(10):
        assert post(peer, PAGE, **USUAL).status_code == 303
    assert "Đã ghi 10 lần hôm nay" in text_of(peer.get(PAGE))
    assert len(contacts()) == 10


def test_the_code_on_a_card_is_kept_nowhere_though_it_was_typed_wrong_first(peer, people, app):
    code = new_client_code()
    for typed, status in ((f"{grouped(code)}X", 422), (grouped(code), 303)):
        assert post(peer, PAGE, key="c" * 32, **USUAL, ma=typed).status_code == status
    assert contacts()[0].person_token is not None
    assert found_in(everything_in_tables() + everything_on_disk(app.extensions["settings"].data_dir), [code]) == set()


def test_a_double_tap_writes_one(peer):
    for _ in range(2):
        assert post(peer, PAGE, key="k" * 32, **USUAL).status_code == 303
    assert len(contacts()) == 1


def test_a_group_of_some_day_is_kept_as_it_was(peer, people):
    day = clock.today() - timedelta(days=9)
    post(peer, PAGE, **USUAL | {"ngay": "khac", "ngay-khac": f"{day:%d/%m/%Y}", "kieu": "nhom", "so-nguoi": "12"})
    (row,) = contacts()
    assert (row.day_on, row.kind, row.people) == (day, ContactKind.GROUP, 12)
    page = text_of(peer.get(PAGE))
    assert chosen(page)[:2] == ["khac", "nhom"]
    assert f'value="{day.isoformat()}"' in page
    assert "Đã ghi 1 lần hôm nay</b> (12 người)" in page


def test_yesterday_is_yesterday_and_what_was_typed_for_something_else_does_not_matter(peer):
    post(peer, PAGE, **USUAL | {"ngay": "hom-qua", "ngay-khac": "rubbish", "so-nguoi": "-3"})
    assert [(row.day_on, row.people) for row in contacts()] == [(clock.today() - timedelta(days=1), 1)]


def test_after_half_an_hour_the_form_begins_anew(peer, later):
    post(peer, PAGE, **USUAL | {"ngay": "hom-qua"})
    with transaction():
        contacts()[0].entered_at -= timedelta(minutes=31)
    assert chosen(text_of(peer.get(PAGE))) == ["hom-nay", "mot"]


@pytest.mark.parametrize(
    ("said", "changes"),
    [
        ("Hãy chọn ít nhất một điều đã nói.", {"chu-de": []}),
        ("Hãy ghi là ngày nào.", {"ngay": "khac"}),
        ("Ngày này chưa tới.", {"ngay": "khac", "ngay-khac": "2999-01-01"}),
        ("Ngày này đã quá 31 ngày", {"ngay": "khac", "ngay-khac": "2024-01-01"}),
        ("Nhóm có từ 2 đến 100 người.", {"kieu": "nhom", "so-nguoi": ""}),
        ("Chỗ này phải là một số", {"kieu": "nhom", "so-nguoi": "ba"}),
        ("Chỗ này phải là một số", {"tl-leaflet": "1.5"}),
        ("Số tài liệu phải từ 0 đến 1.000.", {"tl-leaflet": "1001"}),
        ("Mã này gõ nhầm ở đâu đó.", {"ma": "ABCDEFGH"}),
        ("Chỗ này chưa đúng.", {"chu-de": ["planning"]}),
        ("Chỗ này chưa đúng.", {"ngay": "mai"}),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_is_wrong_is_said_and_what_was_tapped_is_still_there(peer, said, changes):
    answer = post(peer, PAGE, **USUAL | changes)
    page = text_of(answer)
    assert (answer.status_code, contacts()) == (422, [])
    assert said in page
    if "chu-de" not in changes:
        assert {"law", "feelings"} <= set(chosen(page))


def test_the_last_one_is_undone_from_the_form(peer, people):
    contact(people.peer)
    post(peer, PAGE, **USUAL)
    last = contacts()[-1]
    way = f"{PAGE}/{last.code}/bo"
    assert f'action="{way}"' in text_of(peer.get(PAGE))
    answer = post(peer, way)
    assert (answer.status_code, answer.location) == (303, PAGE)
    assert len(contacts()) == 1
    assert "Đã ghi 1 lần hôm nay" in text_of(peer.get(PAGE))
    assert "đã bỏ rồi" in text_of(post(peer, way))


def test_the_list_shows_her_days_and_takes_back_one(peer, people, session):
    page = text_of(peer.get(f"{PAGE}/da-ghi"))
    assert "Tuần này bạn chưa ghi lần nào" in page
    yesterday = clock.today() - timedelta(days=1)
    contact(people.peer, day_on=yesterday)
    contact(people.peer, kind=ContactKind.GROUP, people=4, materials={"condom": 10})
    contact(people.colleague, kind=ContactKind.GROUP, people=77)
    page = text_of(peer.get(f"{PAGE}/da-ghi"))
    assert page.index(f"{clock.today():%d/%m/%Y}") < page.index(f"{yesterday:%d/%m/%Y}")
    assert "2 lần, 5 người" in page
    assert "nhóm 4 người · Pháp luật, giấy tờ · 10 bao cao su" in page
    assert "77 người" not in page
    answer = post(peer, f"{PAGE}/{contacts()[0].code}/bo", tu="da-ghi")
    assert answer.location == f"{PAGE}/da-ghi"
    assert [row.people for row in contacts()] == [4, 77]


def test_somebody_elses_and_none_look_the_same(peer, people):
    pages = {
        text_of(post(peer, f"{PAGE}/{code}/bo", key="k" * 16)) for code in (contact(people.colleague).code, "00000000")
    }
    assert len(contacts()) == 1
    assert all("đã bỏ rồi" in page for page in pages)


@pytest.mark.parametrize("who", ["staff", "coordinator", "administrator"])
def test_the_page_is_for_peers(client, people, who):
    sign_in(client, getattr(people, who))
    assert client.get(PAGE).status_code == 403
    assert post(client, PAGE, **USUAL).status_code == 403
    assert contacts() == []


@pytest.mark.parametrize("field", ["ngay", "ngay-khac", "kieu", "so-nguoi", "chu-de", "tl-leaflet", "ma"])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_whatever_is_sent_is_answered_with_a_page(peer, field):
    by_choice = {"ngay": "khac", "ngay-khac": clock.today().isoformat(), "so-nguoi": "3"}
    by_choice["kieu"] = "mot" if field == "ma" else "nhom"
    for awkward in ("\x00", "²", "٣", "-1", "9" * 400, "\u202e", "a" * 5_000, "' OR 1=1 --"):
        answer = post(peer, PAGE, **USUAL | by_choice | {field: awkward})
        # What cannot be seen is as good as left empty, which these two may be.
        is_empty = field in {"ma", "tl-leaflet"} and awkward in {"\x00", "\u202e"}
        assert answer.status_code == (303 if is_empty else 422), awkward
    assert all(row.person_token is None for row in contacts())


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_words_are_there_in_english_too(peer):
    peer.get("/ngon-ngu/en")
    assert "Law and papers" in text_of(peer.get(PAGE))
