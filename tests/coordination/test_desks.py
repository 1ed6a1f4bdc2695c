"""The desks of a coordinator's areas and their PINs, as pages."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from directory import clock
from directory.accounts import desks
from directory.accounts.models import Desk, Session
from directory.extensions import db
from tests.people import post, sign_in


def shown_pin(client):
    return re.search(r"\d{4} \d{4} \d{4}", client.get("/dieu-phoi/quay/the").text)


def test_a_place_without_a_desk_is_found_and_gets_a_pin_that_opens_it(here, site_of, app):
    page = here.get("/dieu-phoi/quay?q=giu+kin").text
    site = site_of("Ngôi nhà Giữ Kín")
    assert str(site.uuid) in page
    answer = post(here, "/dieu-phoi/quay", noi=site.uuid)
    assert (answer.status_code, answer.location) == (303, "/dieu-phoi/quay/the")
    pin = shown_pin(here)
    with app.test_request_context():
        assert desks.check_pin(pin.group(), clock.now()).site_id == site.id


def test_a_new_pin_is_shown_to_its_maker_only_and_stays_out_of_address_and_database(people, here, app):
    post(here, "/dieu-phoi/quay", noi=people.site.uuid)
    pin = shown_pin(here).group().replace(" ", "")
    assert shown_pin(here), "a reload must not lose it"
    stranger = app.test_client()
    sign_in(stranger, people.other_coordinator)
    assert not shown_pin(stranger)
    desk = db.session.scalars(select(Desk).where(Desk.site_id == people.site.id)).one()
    assert pin.startswith(desk.handle)
    assert pin[4:] not in repr(vars(desk))


def test_the_cookie_that_carries_a_new_pin_cannot_be_read(people, here):
    post(here, "/dieu-phoi/quay", noi=people.site.uuid)
    pin = shown_pin(here).group()
    with here.session_transaction() as cookie:
        assert pin not in repr(dict(cookie))
        assert pin.replace(" ", "") not in repr(dict(cookie))


def test_a_pin_is_no_longer_shown_when_ten_minutes_are_over(people, here, monkeypatch):
    post(here, "/dieu-phoi/quay", noi=people.site.uuid)
    later = clock.now() + timedelta(minutes=11)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert not shown_pin(here)


def test_a_pin_is_forgotten_once_she_has_gone_on(people, here):
    post(here, "/dieu-phoi/quay", noi=people.site.uuid)
    assert shown_pin(here)
    here.get("/dieu-phoi/quay")
    assert not shown_pin(here)


def test_a_second_tap_makes_one_pin_only(people, here, app):
    key = "a" * 32
    first = post(here, "/dieu-phoi/quay", key=key, noi=people.site.uuid)
    pin = shown_pin(here).group()
    second = post(here, "/dieu-phoi/quay", key=key, noi=people.site.uuid)
    assert first.location == second.location
    assert shown_pin(here).group() == pin


def test_closing_a_desk_ends_what_its_pin_opened(people, here, app):
    desk_browser = app.test_client()
    sign_in(desk_browser, people.desk)
    post(here, f"/dieu-phoi/quay/{people.desk.desk.code}/ket-thuc")
    assert db.session.scalars(select(Session).where(Session.desk_id.is_not(None))).all() == []


def test_a_desk_that_was_taken_away_is_gone_from_the_list(people, here):
    code = people.desk.desk.code
    assert code in here.get("/dieu-phoi/quay").text
    assert post(here, f"/dieu-phoi/quay/{code}/bo").status_code == 303
    assert code not in here.get("/dieu-phoi/quay").text


def test_a_place_or_desk_of_another_area_does_not_exist_here(people, client):
    sign_in(client, people.other_coordinator)
    assert str(people.site.uuid) not in client.get("/dieu-phoi/quay?q=ha+long").text
    assert people.desk.desk.code not in client.get("/dieu-phoi/quay").text
    foreign = post(client, "/dieu-phoi/quay", noi=people.site.uuid)
    unknown = post(client, "/dieu-phoi/quay", noi="00000000-0000-0000-0000-000000000000")
    nonsense = post(client, "/dieu-phoi/quay", noi="một nơi")
    assert {foreign.status_code, unknown.status_code, nonsense.status_code} == {404}
    assert post(client, f"/dieu-phoi/quay/{people.desk.desk.code}/bo").status_code == 404
    assert db.session.get(Desk, people.desk.desk.id)


@pytest.mark.parametrize("who", ["peer", "staff", "desk", "administrator"])
def test_only_coordinators_keep_desks(people, client, who):
    sign_in(client, getattr(people, who))
    assert client.get("/dieu-phoi/quay").status_code == 403


def test_a_search_without_an_answer_says_so(people, here):
    assert "Không có nơi nào tên như vậy" in here.get("/dieu-phoi/quay?q=khong+he+co").text
