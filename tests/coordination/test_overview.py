"""Where a coordinator starts: what needs her attention, and nobody's secrets."""

import re
from datetime import timedelta

import pytest

from directory import clock
from directory.referrals import operations
from directory.referrals.rules import Urgency
from tests.people import issue, sign_in


@pytest.fixture
def issued(people, monkeypatch):
    """Make a slip some time ago, and do what time did since."""

    def make(*, urgency=Urgency.THREE_DAYS, consent_send=True, **ago):
        present = clock.now()
        with monkeypatch.context() as past:
            past.setattr(clock, "now", lambda: present - timedelta(**ago))
            slip = issue(people, urgency=urgency, consent_send=consent_send)
        operations.tick(present)
        return slip

    return make


def test_a_desk_without_anything_to_do_says_so(people, client):
    issue(people)
    sign_in(client, people.coordinator)
    page = client.get("/dieu-phoi?loai=phieu").text
    assert "Không còn việc nào ở đây." in page
    assert "Hạ Long" in page


def test_a_slip_that_nobody_answered_shows_place_group_and_telephones_and_no_client(people, client, issued):
    slip = issued(days=4)
    sign_in(client, people.coordinator)
    page = client.get("/dieu-phoi").text
    for shown in (slip.code, "Trung tâm Y tế Hạ Long", people.group.name, people.group.phone, "lập 4 ngày trước"):
        assert shown in page
    assert slip.client_code not in page.lower()
    assert slip.number not in page.lower()


def test_a_place_that_is_not_to_be_told_is_not_rung_up(people, client, issued):
    issued(days=4)
    sign_in(client, people.coordinator)
    phone = re.search(r"<dt>Nơi tiếp nhận</dt><dd[^>]*>([^<]+)", client.get("/dieu-phoi?loai=phieu").text)[1]
    issued(days=4, consent_send=False)
    page = client.get("/dieu-phoi?loai=phieu").text
    assert page.count("Quá hẹn mà chưa ai trả lời") == 2
    assert page.count(phone) == 1


def test_an_expired_slip_shows_for_a_month(people, client, issued):
    slip = issued(days=31)
    sign_in(client, people.coordinator)
    assert slip.code in client.get("/dieu-phoi").text


def test_the_urgent_one_comes_first(people, client, issued):
    calm = issued(days=5)
    urgent = issued(days=4, urgency=Urgency.DAY)
    sign_in(client, people.coordinator)
    page = client.get("/dieu-phoi").text
    assert page.index(urgent.code) < page.index(calm.code)


def test_slips_of_another_area_are_not_among_it(people, client, issued):
    slip = issued(days=4)
    sign_in(client, people.other_coordinator)
    assert slip.code not in client.get("/dieu-phoi").text


@pytest.mark.parametrize("who", ["peer", "staff", "desk", "administrator"])
def test_it_is_the_coordinators_page(people, client, who):
    sign_in(client, getattr(people, who))
    assert client.get("/dieu-phoi").status_code == 403
