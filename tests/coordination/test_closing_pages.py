"""Closing and opening entries as pages of the coordinator's desk."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from directory import clock
from directory.catalogue.cells import versions_of
from directory.catalogue.models import Offering, Site
from directory.extensions import db
from directory.web.transaction import transaction
from tests.people import issue, post, sign_in

TODAY = clock.today()


@pytest.fixture
def entry(people):
    return db.session.scalars(select(Offering).where(Offering.code == people.offering_code)).one()


def send(client, entry, **fields):
    path = f"/dieu-phoi/muc/{entry.code}/dong"
    said = {"kieu": "tam", "tu-ngay": TODAY.isoformat(), "ban": versions_of(entry).text} | fields
    answer = post(client, path, **said)
    db.session.expire_all()
    return answer


def test_a_coordinator_closes_for_a_while_sees_it_and_opens_again(here, entry):
    again = TODAY + timedelta(days=7)
    assert "Nơi này đóng cửa thế nào?" in here.get(f"/dieu-phoi/muc/{entry.code}/dong").text
    answer = send(here, entry, **{"mo-lai": again.isoformat(), "ca-noi": "1"})
    assert (answer.status_code, answer.location) == (303, f"/dieu-phoi/muc/{entry.code}?xong=luu")
    assert {one.reopens_on for one in entry.site.offerings} == {again}
    assert f"mở lại ngày {again:%d/%m/%Y}" in here.get(f"/dieu-phoi/muc/{entry.code}/dong").text
    seen = {"ban": versions_of(entry).text, "ca-noi": "1"}
    assert post(here, f"/dieu-phoi/muc/{entry.code}/mo-lai", **seen).status_code == 303
    db.session.expire_all()
    assert {one.closed_on for one in entry.site.offerings} == {None}


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"kieu": "tam"}, "hãy ghi ngày mở lại"),
        ({"kieu": ""}, "Hãy chọn một cách"),
        ({"kieu": "han", "tu-ngay": ""}, "Hãy ghi ngày bắt đầu đóng"),
        ({"kieu": "han", "tu-ngay": (TODAY + timedelta(days=1)).isoformat()}, "không được ở sau hôm nay"),
        ({"kieu": "tam", "mo-lai": TODAY.isoformat()}, "phải sau hôm nay"),
    ],
)
def test_what_is_missing_or_cannot_be_is_said_in_the_form(here, entry, fields, says):
    answer = send(here, entry, **fields)
    assert answer.status_code == 422
    assert says in answer.text
    assert entry.closed_on is None


def test_closing_over_what_somebody_else_wrote_is_a_conflict(here, entry):
    old = versions_of(entry).text
    send(here, entry, kieu="han")
    answer = send(here, entry, ban=old, **{"mo-lai": (TODAY + timedelta(days=3)).isoformat()})
    assert answer.status_code == 409
    assert entry.reopens_on is None


def test_an_entry_of_another_area_does_not_exist_here(people, entry, client):
    sign_in(client, people.other_coordinator)
    assert client.get(f"/dieu-phoi/muc/{entry.code}/dong").status_code == 404
    assert send(client, entry, kieu="han").status_code == 404


def test_the_peer_of_an_open_slip_is_told_and_shown_other_places(people, entry, client):
    slip = issue(people)
    with transaction():
        entry.closed_on = TODAY
    sign_in(client, people.peer)
    page = client.get(f"/phieu/{slip.code}").text
    assert "Nơi đó đang đóng" in page
    assert "Bệnh viện Chưa Ai Hỏi" in page
    assert "Nơi đó đang đóng" in client.get("/phieu").text
    form = client.get(f"/phieu/moi?noi={entry.code}").text
    assert "Chưa lập được phiếu đến nơi này" in form
    assert "Bệnh viện Chưa Ai Hỏi" in form


def test_a_shelter_waits_for_the_second_coordinator(people, here):
    shelter = db.session.scalars(select(Offering).join(Site).where(Site.visibility == "hidden")).first()
    answer = send(here, shelter, kieu="han")
    assert answer.location.endswith("?xong=cho")
    assert shelter.closed_on is None
