"""The accounts of a coordinator's areas, and the cards that invite to new ones, as pages."""

import re

import pytest
from sqlalchemy import select

from directory.accounts.models import Account, Invitation, Session
from directory.accounts.queries import open_invitation
from directory.accounts.rules import Role
from directory.errors import Invalid
from directory.extensions import db
from tests.people import post, sign_in


@pytest.fixture
def above(people, client):
    """The administrator, signed in."""
    sign_in(client, people.administrator)
    return client


def invited(client, path, **fields) -> Invitation:
    """Follow an invitation to its card and return what the code on it opens."""
    answer = post(client, f"/dieu-phoi/tai-khoan/moi/{path}", **fields)
    assert answer.status_code == 303, answer.text
    card = client.get(answer.location).text
    return open_invitation(re.search(r"\b(?:\w{4}-){3}\w{4}\b", card).group())


def account(person) -> Account:
    return db.session.get(Account, person.account.id, populate_existing=True)


def test_a_coordinator_invites_a_peer_to_a_group_of_hers_by_a_card(people, here):
    invitation = invited(here, "dong-dang", nhom=people.group.code)
    assert (invitation.role, invitation.group_id) == (Role.PEER_EDUCATOR, people.group.id)
    assert invitation.invited_by_id == people.coordinator.account.id


@pytest.mark.parametrize("provider", ["Trung tâm Y tế Hạ Long", "Ngôi nhà Giữ Kín"])
def test_a_coordinator_invites_staff_of_a_place_of_hers_also_of_a_hidden_one(here, site_of, provider):
    site = site_of(provider)
    invitation = invited(here, "tiep-nhan", noi=site.uuid)
    assert (invitation.role, invitation.site_id) == (Role.PROVIDER_STAFF, site.id)


def test_the_card_leads_there_by_a_square_code_and_its_secret_is_in_no_address(people, here):
    answer = post(here, "/dieu-phoi/tai-khoan/moi/dong-dang", nhom=people.group.code)
    card = here.get(answer.location)
    secret = re.search(r"\b(?:\w{4}-){3}\w{4}\b", card.text).group().replace("-", "").lower()
    assert 'class="qr"' in card.text
    assert secret not in answer.location
    assert card.headers["Cache-Control"] == "no-store"


def test_nobody_is_invited_to_a_group_or_place_of_another_area(people, here):
    for path, fields in (
        ("dong-dang", {"nhom": people.other_group.code}),
        ("dong-dang", {"nhom": "khong-co"}),
        ("tiep-nhan", {"noi": "00000000-0000-0000-0000-000000000000"}),
    ):
        assert post(here, f"/dieu-phoi/tai-khoan/moi/{path}", **fields).status_code == 404
    assert db.session.scalars(select(Invitation)).all() == []


def test_a_coordinator_invites_nobody_to_be_above_her(people, here):
    assert post(here, "/dieu-phoi/tai-khoan/moi/quan-tri").status_code == 404
    assert post(here, "/dieu-phoi/tai-khoan/moi/dieu-phoi", **{"dia-ban": people.area.code}).status_code == 404
    assert "Quản trị viên" not in here.get("/dieu-phoi/tai-khoan/moi").text


def test_an_administrator_invites_coordinators_and_administrators(people, above):
    coordinator = invited(above, "dieu-phoi", **{"dia-ban": people.area.code})
    assert (coordinator.role, coordinator.area_ids) == (Role.COORDINATOR, [people.area.id])
    assert invited(above, "dieu-phoi", **{"moi-dia-ban": "1"}).all_areas
    assert invited(above, "quan-tri").role is Role.ADMINISTRATOR


def test_a_coordinator_without_an_area_is_asked_about(people, above):
    answer = post(above, "/dieu-phoi/tai-khoan/moi/dieu-phoi")
    assert answer.status_code == 422
    assert "Hãy chọn ít nhất một địa bàn." in answer.text


def test_a_card_that_was_withdrawn_opens_nothing(people, here):
    invitation = invited(here, "dong-dang", nhom=people.group.code)
    secret = here.get(f"/dieu-phoi/tai-khoan/the/{invitation.code}").text
    secret = re.search(r"\b(?:\w{4}-){3}\w{4}\b", secret).group()
    assert post(here, f"/dieu-phoi/tai-khoan/the/{invitation.code}/bo").status_code == 303
    with pytest.raises(Invalid):
        open_invitation(secret)


def test_the_list_shows_the_accounts_of_her_areas_and_no_others(people, here):
    page = here.get("/dieu-phoi/tai-khoan").text
    assert people.peer.account.code in page
    assert people.staff.account.code in page
    for other in (people.other_peer, people.coordinator, people.other_coordinator, people.administrator):
        assert other.account.code not in page


def test_an_administrator_sees_every_account_but_her_own(people, above):
    page = above.get("/dieu-phoi/tai-khoan").text
    everybody = db.session.scalars(select(Account.code).where(Account.id != people.administrator.account.id)).all()
    assert all(code in page for code in everybody)
    assert people.administrator.account.code not in page


def test_disabling_ends_the_sessions_at_once_and_enabling_lets_her_in_again(people, here, app):
    code = people.peer.account.code
    phone = app.test_client()
    sign_in(phone, people.peer)
    post(here, f"/dieu-phoi/tai-khoan/{code}/khoa")
    assert account(people.peer).disabled_at
    assert phone.get("/phieu").status_code == 303
    assert "đang khoá" in here.get("/dieu-phoi/tai-khoan").text
    post(here, f"/dieu-phoi/tai-khoan/{code}/mo")
    assert account(people.peer).disabled_at is None


def test_signing_out_everywhere_leaves_the_account_as_it_is(people, here, app):
    sign_in(app.test_client(), people.peer)
    post(here, f"/dieu-phoi/tai-khoan/{people.peer.account.code}/dang-xuat")
    assert db.session.scalars(select(Session).where(Session.account_id == people.peer.account.id)).all() == []
    assert account(people.peer).disabled_at is None


def test_a_reset_is_done_in_person_only_and_gives_a_card(people, here):
    code = people.peer.account.code
    assert post(here, f"/dieu-phoi/tai-khoan/{code}/dat-lai").status_code == 422
    answer = post(here, f"/dieu-phoi/tai-khoan/{code}/dat-lai", **{"gap-mat": "1"})
    card = here.get(answer.location).text
    secret = re.search(r"\b(?:\w{4}-){3}\w{4}\b", card).group()
    assert open_invitation(secret).account_id == people.peer.account.id


@pytest.mark.parametrize("act", ["khoa", "mo", "dang-xuat", "dat-lai"])
def test_an_account_of_another_area_and_one_that_does_not_exist_are_the_same(people, here, act):
    def answer(code):
        page = post(here, f"/dieu-phoi/tai-khoan/{code}/{act}", **{"gap-mat": "1"})
        return page.status_code, page.text.replace(code, "code")

    foreign = answer(people.other_peer.account.code)
    assert foreign == answer("00000000")
    assert foreign[0] == 404


def test_nobody_locks_herself_out(people, above):
    assert post(above, f"/dieu-phoi/tai-khoan/{people.administrator.account.code}/khoa").status_code == 404


@pytest.mark.parametrize("who", ["peer", "staff", "desk"])
def test_others_manage_no_accounts(people, client, who):
    sign_in(client, getattr(people, who))
    assert client.get("/dieu-phoi/tai-khoan").status_code == 403
