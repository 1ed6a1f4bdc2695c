"""A card holds what may be known, in the order asked for, in two reads."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import event, select, update

from directory.catalogue import queries
from directory.catalogue.models import Offering
from directory.catalogue.queries import pages
from directory.catalogue.queries.cards import _AS_READ, Card, _whereabouts, main_subject
from directory.catalogue.rules import Visibility
from directory.clock import now, today
from directory.extensions import db
from directory.places.queries import gazetteer
from directory.web.transaction import transaction


def all_ids():
    return list(db.session.scalars(select(Offering.id).order_by(Offering.id)))


@pytest.fixture
def card_of(cast):
    """Return the card of a provider's first offering."""
    by_provider = {}
    for card in queries.cards(all_ids()):
        by_provider.setdefault(card.provider, card)
    return by_provider.__getitem__


def test_cards_come_in_the_order_asked_for_and_without_those_that_are_gone(cast):
    ids = all_ids()
    assert [card.id for card in queries.cards([ids[2], 999_999, ids[0]])] == [ids[2], ids[0]]
    assert queries.cards([]) == []


def test_a_page_of_cards_takes_two_reads(cast):
    ids = all_ids()
    queries.cards(ids)
    statements = []
    event.listen(db.engine, "before_cursor_execute", lambda *words: statements.append(words[2]))
    queries.cards(ids)
    assert len([statement for statement in statements if "offering" in statement]) == 2


def test_a_public_place_is_shown_whole(card_of):
    card = card_of("Trung tâm Y tế Hạ Long")
    assert card.address == "Số 5, đường Lê Lợi"
    assert card.place.startswith("Phường Hồng Gai")
    assert card.place.endswith("Quảng Ninh")
    assert [phone.number for phone in card.phones] == ["+842033825499", "+84912345678"]
    assert set(card.categories) == {"kham-benh", "benh-lay-truyen-tinh-duc"}
    assert (card.main_subject, card.is_free, card.open_now, card.is_stale) == ("y-te", True, True, False)


def test_of_a_hidden_place_there_is_the_province_and_the_telephone(card_of):
    card = card_of("Ngôi nhà Giữ Kín")
    assert (card.visibility, card.province) == (Visibility.HIDDEN, "Quảng Ninh")
    assert [phone.shown for phone in card.phones]
    assert {card.address, card.place, card.ward, card.latitude, card.longitude, card.website, card.wheelchair} == {None}


def test_of_a_partial_place_there_is_the_ward(card_of):
    card = card_of("Nhóm Chỉ Biết Phường")
    assert (card.ward, card.address, card.latitude, card.longitude) == ("Phường Hồng Gai", None, None, None)


@pytest.mark.parametrize("visibility", [Visibility.PARTIAL, Visibility.HIDDEN])
def test_even_a_row_that_held_more_would_not_show_it(app, visibility):
    ward_key = next(
        key for key in gazetteer().resolve("Phường Hồng Gai, Quảng Ninh")[0].unit_keys if key[:5] == "ward:"
    )
    row = SimpleNamespace(
        visibility=visibility, address="Ngõ Bí Mật", ward_key=ward_key, old_ward_key=None, ward_kind="Phường",
        ward_name="Hồng Gai", latitude=20.9, longitude=107.0, point_is_ward=False, wheelchair=True, website="https://x",
    )  # fmt: skip
    place = _whereabouts(row, gazetteer())
    assert (place["address"], place["latitude"], place["longitude"]) == (None, None, None)
    if visibility == Visibility.HIDDEN:
        assert (place["ward"], place["place"], place["website"]) == (None, None, None)


def test_a_hotline_answers_day_and_night_whatever_its_hours(card_of):
    card = card_of("Đường dây Có Nguồn")
    assert (card.open_now, card.is_by_phone) == (True, True)


def test_a_hotline_about_something_has_the_colour_of_that(app):
    tops = queries.categories().tops
    assert main_subject(["duong-day-nong", "bao-ve-tre-em"], tops) == "an-toan"
    assert main_subject(["duong-day-nong"], tops) == "tam-ly"


def test_a_card_begins_with_the_columns_that_are_read_in_its_order():
    assert Card._fields[: len(_AS_READ)] == tuple(column.key for column in _AS_READ)


def test_an_emergency_calls_only_numbers_that_say_where_they_were_read(cast):
    found = queries.hotlines(now())
    assert [card.provider for card in found] == ["Đường dây Có Nguồn"]
    assert all(card.source_url and not card.is_illustrative and card.phones for card in found)


def test_a_subject_counts_what_is_below_it(cast):
    page = queries.category_page("y-te", 1, now())
    assert page.total == 3
    assert [province.name for province in page.provinces] == ["Quảng Ninh"]
    assert queries.category_page("khong-co", 1, now()) is None


def test_a_page_past_the_end_is_the_last_one(cast, monkeypatch):
    monkeypatch.setattr(pages, "PER_PAGE", 2)
    page = queries.category_page("y-te", 10_000, now())
    assert (page.page, page.pages, len(page.cards)) == (2, 2, 1)


def test_what_else_a_place_offers_is_told_of_a_public_place_only(cast, code_of):
    shown = queries.offering_page(code_of("Trung tâm Y tế Hạ Long"), now())
    assert [other.name for other in shown.others] == ["Xét nghiệm HIV nhanh"]
    assert queries.offering_page(code_of("Ngôi nhà Giữ Kín"), now()).others == ()


def test_a_code_is_read_with_look_alike_letters(cast, code_of):
    code = code_of("Trung tâm Y tế Hạ Long")
    mistyped = code.upper().replace("0", "O").replace("1", "I")
    assert queries.offering_page(mistyped, now()).card.code == code
    assert queries.offering_page("khong-co", now()) is None


def test_a_hotline_is_called_stale_after_90_days_and_another_entry_after_180(cast):
    with transaction():
        db.session.execute(update(Offering).values(verified_on=today() - timedelta(days=91)))
    stale = {card.provider: card.is_stale for card in queries.cards(all_ids())}
    assert stale["Đường dây Có Nguồn"]
    assert stale["Ngôi nhà Giữ Kín"]
    assert not stale["Trung tâm Y tế Hạ Long"]
