"""Pairs of places on the desk: whose they are, what they say, and that "two places" is kept."""

import re

import pytest
from sqlalchemy import select

from directory.accounts.models import Account
from directory.catalogue.models import NotDuplicate
from directory.extensions import db
from directory.web.transaction import transaction
from tests.entries import HA_LONG, import_rows
from tests.people import post, sign_in

TWIN = {
    "provider": "TTYT Hạ Long",
    "service": "Khám da liễu",
    "category": "kham-benh",
    "address": "5 Lê Lợi",
    "phones": "0203 3825 499",
    "source": "osm",
    **HA_LONG,
}
LEAK = {
    "provider": "Văn phòng Hội",
    "service": "Tư vấn",
    "category": "tu-van-tam-ly",
    "address": "Số 9, đường Lê Lợi",
    "phones": "0912 000 111",
    "source": "osm",
    **HA_LONG,
}


@pytest.fixture
def twins(people, tmp_path):
    """The same clinic from another source, and an office with the number of the hidden house."""
    import_rows(tmp_path, [TWIN | {"external_id": "twin"}, LEAK | {"external_id": "leak"}])
    return people


def cards(page):
    """Return the pairs of a page, in order."""
    return re.findall(r'<li class="card task.*?</form>', page, re.DOTALL)


def test_the_public_number_of_a_hidden_place_comes_first_then_what_looks_alike(twins, here):
    leak, twin = cards(here.get("/dieu-phoi/trung").text)
    assert "Số 0912 000 111 cũng là số của một nơi giữ kín" in leak
    assert "Văn phòng Hội" in leak
    assert "Gộp" not in leak
    assert "Cùng số điện thoại 0203 3825 499" in twin
    assert "Tên gần giống" in twin
    assert re.search(r"/dieu-phoi/gop/\w+/\w+", twin)


def test_two_places_once_told_apart_are_not_shown_again(twins, here):
    action = re.search(r'action="(/dieu-phoi/trung/[^"]+)"', cards(here.get("/dieu-phoi/trung").text)[1])[1]
    assert post(here, action, ve="/dieu-phoi/trung").headers["Location"] == "/dieu-phoi/trung"
    assert len(cards(here.get("/dieu-phoi/trung").text)) == 1
    assert db.session.scalars(select(NotDuplicate.decided_by_id)).all() == [twins.coordinator.account.id]
    assert post(here, action).status_code == 404


def test_a_pair_is_shown_only_to_who_answers_for_both(twins, client):
    sign_in(client, twins.other_coordinator)
    page = client.get("/dieu-phoi/trung").text
    # The hidden house lies somewhere in the province, so it is hers, too; the office is not.
    assert not cards(page)
    assert "Văn phòng Hội" not in page
    with transaction():
        db.session.get(Account, twins.other_coordinator.account.id).all_areas = True
    assert len(cards(client.get("/dieu-phoi/trung").text)) == 2


def test_a_pair_that_is_put_right_is_gone_at_once(twins, here, tmp_path):
    assert len(cards(here.get("/dieu-phoi/trung").text)) == 2
    import_rows(tmp_path, [LEAK | {"external_id": "leak", "phones": "0203 3000 999"}])
    (twin,) = cards(here.get("/dieu-phoi/trung").text)
    assert "TTYT Hạ Long" in twin


@pytest.mark.parametrize("who", ["peer", "staff", "desk", "administrator"])
def test_it_is_the_coordinators_page(people, client, who):
    sign_in(client, getattr(people, who))
    assert client.get("/dieu-phoi/trung").status_code == 403
