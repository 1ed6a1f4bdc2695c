"""Ringing up: what is due and in which order, "all true" in one press, and the paper to do it by."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from directory.catalogue.models import Offering, PeerWarning, Provider, Revision, Service
from directory.catalogue.operations import record_change
from directory.catalogue.upkeep import How, WarningKind, due_on
from directory.clock import today
from directory.coordination.verification import due
from directory.extensions import db
from directory.web.transaction import transaction
from tests.entries import CAST, import_rows
from tests.people import post, sign_in


@pytest.fixture
def entry(people):
    """Return the first entry of a provider, changed and committed."""

    def find(provider: str, **changes) -> Offering:
        with transaction():
            named = select(Offering).join(Service).join(Provider).where(Provider.name == provider)
            found = db.session.scalars(named.order_by(Offering.id)).first()
            for name, value in changes.items():
                setattr(found, name, value)
            db.session.flush()
            record_change(found.id)
        return found

    return find


def names(people):
    """Return the providers that are due, in order, each once."""
    ids = [one.offering_id for one in due(people.coordinator.actor, today(), limit=99)]
    of = dict(
        db.session.execute(select(Offering.id, Provider.name).select_from(Offering).join(Service).join(Provider)).all()
    )
    return list(dict.fromkeys(of[number] for number in ids))


def tokens(page):
    return re.findall(r'name="muc" value="([^"]+)"', page)


@pytest.mark.parametrize(
    ("provider", "days", "is_due"),
    [
        ("Bệnh viện Chưa Ai Hỏi", 179, False),
        ("Bệnh viện Chưa Ai Hỏi", 180, True),
        ("Ngôi nhà Giữ Kín", 89, False),
        ("Ngôi nhà Giữ Kín", 90, True),
        ("Đường dây Có Nguồn", 0, False),
        ("Nhóm Chỉ Biết Phường", 100, False),
    ],
)
def test_an_entry_is_due_after_180_days_and_a_shelter_or_hotline_after_90(people, entry, provider, days, is_due):
    with transaction():
        db.session.get(type(people.coordinator.account), people.coordinator.account.id).all_areas = True
    found = entry(provider, verified_on=today() - timedelta(days=days))
    assert (provider in names(people)) is is_due
    is_protected = provider in {"Ngôi nhà Giữ Kín", "Đường dây Có Nguồn"}
    assert (due_on(found.verified_on, is_protected=is_protected) <= today()) is is_due


def test_what_peers_warned_of_comes_first_then_what_should_have_opened_then_what_is_protected(people, entry):
    long_ago = today() - timedelta(days=300)
    warned = entry("Bệnh viện Chưa Ai Hỏi", verified_on=today() - timedelta(days=200))
    entry("Nhóm Chỉ Biết Phường", verified_on=long_ago, closed_on=long_ago, reopens_on=today())
    entry("Ngôi nhà Giữ Kín", verified_on=today() - timedelta(days=100))
    with transaction():
        db.session.add(PeerWarning(offering_id=warned.id, kind=WarningKind.TREATED_BADLY, group_id=people.group.id))
    assert names(people)[:3] == ["Bệnh viện Chưa Ai Hỏi", "Nhóm Chỉ Biết Phường", "Ngôi nhà Giữ Kín"]


def test_who_is_closed_is_not_rung_up_until_the_day_it_opens_again(people, entry):
    name = "Bệnh viện Chưa Ai Hỏi"
    entry(name, closed_on=today(), reopens_on=today() + timedelta(days=1))
    assert name not in names(people)
    entry(name, closed_on=today(), reopens_on=None)
    assert name not in names(people)
    entry(name, closed_on=today() - timedelta(days=9), reopens_on=today())
    assert name in names(people)


def test_all_true_of_what_opened_again_ends_its_closure_and_can_be_taken_back(people, here, entry):
    closed = {"closed_on": today() - timedelta(days=9), "reopens_on": today()}
    found = entry("Bệnh viện Chưa Ai Hỏi", **closed)
    (token,) = [one for one in tokens(here.get("/dieu-phoi/xac-minh").text) if one.startswith(found.code)]
    answer = post(here, "/dieu-phoi/xac-minh", mot=token, ve="/dieu-phoi/xac-minh")
    db.session.expire_all()
    assert (found.verified_on, found.closed_on, found.reopens_on) == (today(), None, None)
    assert found.by_hand == {"verified_on": None}
    page = here.get(answer.headers["Location"]).text
    code = re.search(r'name="lan" value="(\w+)"', page)[1]
    answer = post(here, "/dieu-phoi/xac-minh/hoan-tac", lan=code, ve="/dieu-phoi/xac-minh?xong=1")
    db.session.expire_all()
    assert (found.verified_on, found.closed_on, found.reopens_on) == (None, *closed.values())
    assert found.by_hand == {}
    assert "Đã hoàn tác" in here.get(answer.headers["Location"]).text
    assert [row.how for row in db.session.scalars(select(Revision).order_by(Revision.id))] == [How.VERIFY, How.UNDO]
    assert post(here, "/dieu-phoi/xac-minh/hoan-tac", lan=code).status_code == 409


def test_several_are_verified_at_once_and_one_that_was_changed_meanwhile_is_not(people, here, entry):
    seen = tokens(here.get("/dieu-phoi/xac-minh").text)
    assert len(seen) > 2
    entry("Bệnh viện Chưa Ai Hỏi", fees="Miễn phí")
    answer = post(here, "/dieu-phoi/xac-minh", muc=seen, ve="/dieu-phoi/xac-minh")
    page = here.get(answer.headers["Location"]).text
    assert f"Đã ghi: {len(seen) - 1} mục đúng cả" in page
    assert "1 mục vừa được người khác sửa" in page
    (left,) = tokens(page)
    assert left.startswith(entry("Bệnh viện Chưa Ai Hỏi").code)


def test_nothing_ticked_is_said_and_changes_nothing(people, here):
    answer = post(here, "/dieu-phoi/xac-minh", ve="/dieu-phoi/xac-minh")
    assert "Bạn chưa đánh dấu mục nào." in here.get(answer.headers["Location"]).text
    assert not db.session.scalars(select(Revision)).all()


@pytest.mark.parametrize("token", ["nope", "nope:1.1.1.1", "x:1.1", "x:1.1.1.99999999999999999999999"])
def test_what_no_page_of_ours_sends_changes_nothing(people, here, token):
    assert post(here, "/dieu-phoi/xac-minh", mot=token).status_code in {404, 422}


def test_an_entry_of_another_area_is_neither_shown_nor_verified(people, client, entry):
    found = entry("Bệnh viện Chưa Ai Hỏi")
    sign_in(client, people.other_coordinator)
    assert "Bệnh viện Chưa Ai Hỏi" not in client.get("/dieu-phoi/xac-minh").text
    assert "Bệnh viện Chưa Ai Hỏi" not in client.get("/dieu-phoi/xac-minh/in").text
    assert post(client, "/dieu-phoi/xac-minh", mot=f"{found.code}:1.1.1.1").status_code == 404
    db.session.expire_all()
    assert found.verified_on is None


def test_the_way_back_leads_nowhere_but_to_the_desk(people, here):
    for way in ("//evil.example", "https://evil.example", "/khan-cap", "/dieu-phoi\\@evil"):
        assert post(here, "/dieu-phoi/xac-minh", ve=way).headers["Location"].startswith("/dieu-phoi?")


def test_the_paper_says_what_is_recorded_and_keeps_the_place_that_is_kept(people, here, entry):
    entry("Ngôi nhà Giữ Kín", documents="Không cần gì")
    page = here.get("/dieu-phoi/xac-minh/in").text
    for shown in ("Ngôi nhà Giữ Kín", "0912 000 111", "Không cần gì", "giữ kín, đừng ghi", "Không ai nghe"):
        assert shown in page
    assert "giu-kin.example" not in page


def test_an_import_that_says_the_same_again_does_not_take_the_verification_back(people, here, entry, tmp_path):
    found = entry("Bệnh viện Chưa Ai Hỏi")
    (token,) = [one for one in tokens(here.get("/dieu-phoi/xac-minh").text) if one.startswith(found.code)]
    post(here, "/dieu-phoi/xac-minh", mot=token)
    import_rows(tmp_path, CAST)
    db.session.expire_all()
    assert found.verified_on == today()


@pytest.mark.parametrize("who", ["peer", "staff", "desk", "administrator"])
def test_it_is_the_coordinators_page(people, client, who):
    sign_in(client, getattr(people, who))
    assert client.get("/dieu-phoi/xac-minh").status_code == 403
