"""``/phieu/moi`` as the peer beside the person uses it: six taps, three refusals, and whatever is typed wrong."""

from html import unescape

import pytest
from sqlalchemy import func, select

from directory.catalogue.models import Offering
from directory.catalogue.operations.removing import remove_source
from directory.extensions import db
from directory.referrals import operations
from directory.referrals.models import Slip, WithoutSlipCount
from directory.referrals.numbers import grouped, new_client_code, new_slip_number
from directory.referrals.rules import SLIPS_PER_DAY, State, Urgency, WithoutSlip
from directory.web.transaction import transaction
from tests.people import issue, post, sign_in

ALL_YES = {"tuoi": "du-18", "dong-y-lap": "co", "dong-y-gui": "co", "dong-y-dem": "co", "gap": "72h"}
DOCTORS = "fhwj9a3f"


@pytest.fixture
def peer(client, people):
    sign_in(client, people.peer)
    return client


def text_of(answer) -> str:
    return unescape(answer.get_data(as_text=True))


def slips() -> list[Slip]:
    db.session.rollback()
    return list(db.session.scalars(select(Slip).where(Slip.state != State.BLANK).order_by(Slip.id)))


def turned_away() -> list[tuple[WithoutSlip, int]]:
    db.session.rollback()
    rows = db.session.execute(select(WithoutSlipCount.why, WithoutSlipCount.count).order_by(WithoutSlipCount.id))
    return [(row.why, row.count) for row in rows]


def test_a_result_an_entry_and_a_subject_lead_a_peer_to_the_form_and_nobody_else(peer, people):
    way = f'href="/phieu/moi?noi={people.offering_code}"'
    pages = (f"/dich-vu/{people.offering_code}", "/tim?q=phong+kham+da+lieu")
    assert all(way in text_of(peer.get(page)) for page in pages)
    assert f'href="/phieu/moi?chu-de={DOCTORS}"' in text_of(peer.get(f"/chu-de/{DOCTORS}"))
    sign_in(peer, people.staff)
    assert not any("/phieu/moi" in text_of(peer.get(page)) for page in (*pages, f"/chu-de/{DOCTORS}"))


def test_no_slip_is_offered_to_a_telephone_line(peer, people):
    line = db.session.scalar(select(Offering.code).where(Offering.hotline_24h, Offering.source_code == "duong-day"))
    assert "/phieu/moi" not in text_of(peer.get(f"/dich-vu/{line}"))


def test_what_people_fear_is_said_before_consent_is_asked(peer, people):
    text = text_of(peer.get(f"/phieu/moi?noi={people.offering_code}"))
    said = [text.index(each) for each in ("Không hỏi giấy tờ", "Không báo công an", "Không cần nói tên", "Đọc to")]
    assert said == sorted(said)


def test_nothing_is_ticked_beforehand_but_the_urgency(peer, people):
    text = text_of(peer.get(f"/phieu/moi?noi={people.offering_code}"))
    ticked = [line for line in text.splitlines() if " checked" in line]
    assert len(ticked) == 1
    assert 'value="72h"' in ticked[0]


def test_five_answers_and_the_button_make_a_slip(peer, people):
    answer = post(peer, "/phieu/moi", noi=people.offering_code, **ALL_YES)
    (slip,) = slips()
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/phieu/{slip.code}")
    assert (slip.state, slip.issuer_id, slip.site_id) == (State.ISSUED, people.peer.account.id, people.site.id)
    assert (slip.urgency, slip.consent_send, slip.consent_count) == (Urgency.THREE_DAYS, True, True)
    assert grouped(slip.client_code) in text_of(peer.get(f"/phieu/{slip.code}"))


def test_what_has_a_default_can_be_chosen(peer, people):
    code = new_client_code()
    more = {"gap": "24h", "tieng": "km", "can": ["wheelchair", "evening"], "ma": f" {grouped(code)} "}
    post(peer, "/phieu/moi", noi=people.offering_code, **(ALL_YES | more))
    (slip,) = slips()
    assert (slip.urgency, slip.language_need, slip.client_code) == (Urgency.DAY, "km", code)
    assert sorted(slip.access_needs) == ["evening", "wheelchair"]


def test_the_same_form_sent_twice_makes_one_slip(peer, people):
    answers = [post(peer, "/phieu/moi", key="k" * 32, noi=people.offering_code, **ALL_YES) for _ in range(3)]
    assert len(slips()) == 1
    assert len({answer.headers["Location"] for answer in answers}) == 1


@pytest.mark.parametrize(("answer", "why", "said"), [
    ({"dong-y-lap": "khong"}, WithoutSlip.NO_CONSENT, "0203 3825 499"),
    ({"tuoi": "duoi-18"}, WithoutSlip.UNDER_18, "111 chuyển tin cho công an"),
    ({"tuoi": "bi-ep"}, WithoutSlip.COERCED, "111 chuyển tin cho công an"),
])  # fmt: skip
def test_who_gets_no_slip_is_led_to_what_helps_and_only_counted(peer, people, answer, why, said):
    # Nothing more has to be answered once an answer ends it.
    fields = {"tuoi": "du-18", "gap": "72h", "noi": people.offering_code} | answer
    page = peer.get(post(peer, "/phieu/moi", **fields).headers["Location"])
    assert said in text_of(page)
    assert slips() == []
    assert turned_away() == [(why, 1)]


def test_the_way_elsewhere_says_nothing_in_its_address(peer, people):
    for gate in ("duoi-18", "bi-ep"):
        answer = post(peer, "/phieu/moi", noi=people.offering_code, tuoi=gate, gap="72h")
        assert answer.headers["Location"].partition("?")[0].rstrip("123") == "/phieu/cach-khac/"


def test_without_the_second_consent_the_site_does_not_see_the_slip(peer, people):
    post(peer, "/phieu/moi", noi=people.offering_code, **(ALL_YES | {"dong-y-gui": "khong"}))
    (slip,) = slips()
    assert not slip.consent_send
    assert "Nơi đó chưa biết gì" in text_of(peer.get(f"/phieu/{slip.code}"))


def test_each_refusal_says_its_effect(peer, people):
    text = text_of(peer.get(f"/phieu/moi?noi={people.offering_code}"))
    for effect in ("Không lập phiếu, chỉ đưa địa chỉ", "Nơi đó chưa biết gì", "không nằm trong số liệu nào"):
        assert effect in text


def test_a_slip_for_a_subject_asks_nobody_to_be_told_beforehand(peer, people):
    form = text_of(peer.get(f"/phieu/moi?chu-de={DOCTORS}"))
    assert "dong-y-lap" in form
    assert "dong-y-gui" not in form
    answers = {name: value for name, value in ALL_YES.items() if name != "dong-y-gui"}
    assert post(peer, "/phieu/moi", **{"chu-de": DOCTORS}, **answers).status_code == 303
    (slip,) = slips()
    assert (slip.site_id, slip.category_slug, slip.consent_send) == (None, "kham-benh", False)


@pytest.mark.parametrize("missing", ["tuoi", "dong-y-lap", "dong-y-gui", "dong-y-dem"])
def test_an_unanswered_question_is_pointed_at_and_the_other_answers_stay(peer, people, missing):
    answers = {name: value for name, value in ALL_YES.items() if name != missing}
    answer = post(peer, "/phieu/moi", key="k" * 32, noi=people.offering_code, **answers)
    text = text_of(answer)
    assert answer.status_code == 422
    assert text.count(" checked") == len(answers)
    assert 'role="alert"' in text
    assert f'value="{"k" * 32}"' in text
    assert (slips(), turned_away()) == ([], [])


def test_a_mistyped_client_code_is_told_and_nothing_is_lost(peer, people):
    code = new_client_code()
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    answer = post(peer, "/phieu/moi", noi=people.offering_code, **(ALL_YES | {"ma": wrong}))
    assert answer.status_code == 422
    assert "Mã này gõ nhầm ở đâu đó" in text_of(answer)
    assert slips() == []


def test_a_place_that_was_taken_out_meanwhile_is_told(peer, people):
    with transaction():
        remove_source("osm")
    for answer in (
        peer.get(f"/phieu/moi?noi={people.other_offering_code}"),
        post(peer, "/phieu/moi", noi=people.other_offering_code, **ALL_YES),
    ):
        assert answer.status_code == 404
        assert "vừa được gỡ khỏi sổ" in text_of(answer)
    assert slips() == []


def test_more_than_a_days_worth_is_refused_with_a_page(peer, people):
    for _ in range(SLIPS_PER_DAY):
        issue(people)
    answer = post(peer, "/phieu/moi", noi=people.offering_code, **ALL_YES)
    assert answer.status_code in {403, 422}
    assert len(slips()) == SLIPS_PER_DAY


@pytest.mark.parametrize("fields", [
    {"noi": "' OR 1=1 --"}, {"noi": "x" * 5000}, {"chu-de": "khong-co"}, {"chu-de": "kham-benh"}, {"noi": "\U0001f600"},
])  # fmt: skip
def test_what_names_nothing_is_a_page_and_no_slip(peer, fields):
    assert post(peer, "/phieu/moi", **(ALL_YES | fields)).status_code == 404
    assert slips() == []


@pytest.mark.parametrize("forged", [
    {"gap": "now"}, {"tieng": "xx"}, {"can": "gun"}, {"tuoi": "maybe"}, {"dong-y-lap": "1"}, {"ma": "x" * 5000},
])  # fmt: skip
def test_a_forged_answer_makes_no_slip(peer, people, forged):
    assert post(peer, "/phieu/moi", noi=people.offering_code, **(ALL_YES | forged)).status_code == 422
    assert slips() == []


def test_without_a_place_one_is_led_to_choose(peer):
    assert "Lập phiếu cho nơi nào?" in text_of(peer.get("/phieu/moi"))
    assert post(peer, "/phieu/moi", **ALL_YES).headers["Location"] == "/phieu/moi"


def test_only_peers_issue(client, people):
    assert client.get("/phieu/moi").headers["Location"].startswith("/dang-nhap")
    for who in (people.staff, people.coordinator, people.administrator, people.desk):
        sign_in(client, who)
        assert client.get("/phieu/moi").status_code == 403
        assert post(client, "/phieu/moi", noi=people.offering_code, **ALL_YES).status_code == 403
    assert slips() == []


@pytest.fixture
def blank(people):
    with transaction():
        book = operations.mint(people.coordinator.actor, people.group.id, 4)
    return db.session.scalars(select(Slip).where(Slip.book_id == book.id).order_by(Slip.id)).first()


def test_a_paper_slip_is_taken_into_use_by_its_number(peer, people, blank):
    answer = post(peer, "/phieu/kich-hoat", so=grouped(blank.number).lower(), noi=people.offering_code, **ALL_YES)
    assert answer.headers["Location"] == f"/phieu/{blank.code}"
    (slip,) = slips()
    assert (slip.number, slip.state, slip.site_id) == (blank.number, State.ISSUED, people.site.id)


def test_a_paper_slip_may_be_for_a_subject(peer, blank):
    form = text_of(peer.get("/phieu/kich-hoat"))
    assert "Chọn một việc" in form
    answers = {name: value for name, value in ALL_YES.items() if name != "dong-y-gui"} | {"chu-de": DOCTORS}
    assert post(peer, "/phieu/kich-hoat", so=blank.number, **answers).status_code == 303
    assert [slip.category_slug for slip in slips()] == ["kham-benh"]


def test_a_paper_slip_needs_a_right_number_and_something_to_be_for(peer, blank):
    text = text_of(post(peer, "/phieu/kich-hoat", so=blank.number[:-1], **ALL_YES))
    assert "Số này gõ nhầm ở đâu đó" in text
    assert "Hãy chọn người ấy cần giúp việc gì" in text
    assert slips() == []


def test_a_foreign_groups_paper_slip_looks_like_none(client, people, blank):
    sign_in(client, people.other_peer)
    foreign, unknown = (
        post(client, "/phieu/kich-hoat", so=number, noi=people.offering_code, **ALL_YES)
        for number in (blank.number, new_slip_number())
    )
    assert foreign.status_code == unknown.status_code == 404
    assert text_of(foreign) == text_of(unknown)
    assert slips() == []


def test_no_slip_of_paper_is_spent_on_who_gets_none(peer, people, blank):
    post(peer, "/phieu/kich-hoat", so=blank.number, noi=people.offering_code, tuoi="duoi-18", gap="72h")
    assert turned_away() == [(WithoutSlip.UNDER_18, 1)]
    assert db.session.scalar(select(func.count()).select_from(Slip).where(Slip.state == State.BLANK)) == 4


def test_where_no_place_suits_that_is_counted_and_a_way_out_is_shown(peer, people):
    searched = text_of(peer.get(f"/tim?q=zzzz&chu-de={DOCTORS}"))
    assert f'href="/phieu/khong-co-noi?chu-de={DOCTORS}"' in searched
    assert 'href="/phieu/khong-co-noi"' in text_of(peer.get("/phieu/moi"))
    form = text_of(peer.get(f"/phieu/khong-co-noi?chu-de={DOCTORS}"))
    assert f'<option selected value="{DOCTORS}">' in form
    answer = post(peer, "/phieu/khong-co-noi", key="n" * 32, **{"chu-de": DOCTORS})
    again = post(peer, "/phieu/khong-co-noi", key="n" * 32, **{"chu-de": DOCTORS})
    assert {answer.status_code, again.status_code} == {303}
    page = text_of(peer.get(answer.location))
    assert f'href="/tim?chu-de={DOCTORS}"' in page
    assert 'href="/khan-cap"' in page
    assert (turned_away(), slips()) == ([(WithoutSlip.NO_PLACE, 1)], [])


@pytest.mark.parametrize("chosen", ["", "00000000"])
def test_what_there_is_no_place_for_has_to_be_said(peer, chosen):
    answer = post(peer, "/phieu/khong-co-noi", **{"chu-de": chosen})
    assert answer.status_code == 422
    assert "Còn chỗ chưa xong" in text_of(answer)
    assert turned_away() == []


def test_nobody_but_a_peer_is_asked_whether_a_place_suits(client, people):
    assert "khong-co-noi" not in text_of(client.get("/tim?q=zzzz"))
