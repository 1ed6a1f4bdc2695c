"""Closing an entry for some time or for good, and what that means wherever it would be found."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from directory import clock
from directory.catalogue.cells import versions_of
from directory.catalogue.closure import Closure, closure_of
from directory.catalogue.models import CorrectionRequest, Offering, Provider, Revision, Service
from directory.catalogue.operations.closing import close, reopen
from directory.catalogue.operations.reading import Outdated
from directory.catalogue.queries import cards, category_page, provider_page, site_page
from directory.errors import Invalid, NotFound
from directory.extensions import db
from directory.referrals.queries.nearest import open_instead
from directory.web.transaction import transaction
from tests.people import issue

TODAY = clock.today()
DAY = timedelta(days=1)


def entry_of(provider: str, service: str = "") -> Offering:
    wanted = select(Offering).join(Service).join(Provider).where(Provider.name == provider).order_by(Offering.id)
    return db.session.scalars(wanted.where(Service.name == service) if service else wanted).first()


def shut(people, offering, on=TODAY, **more):
    with transaction():
        outcomes = close(people.coordinator.actor, offering.code, on, versions_of(offering), **more)
    db.session.expire_all()
    return outcomes


@pytest.fixture
def clinic(people):
    return entry_of("Trung tâm Y tế Hạ Long", "Phòng khám Da liễu")


def found(client, **wishes):
    return {one["name"]: one for one in client.get("/api/tim", query_string=wishes).json["results"]}


@pytest.mark.parametrize(
    ("day", "holds"), [(date(2026, 1, 31), False), (date(2026, 2, 1), True), (date(2026, 2, 9), True)]
)
def test_a_closure_holds_from_its_first_day_until_before_the_day_it_opens_again(day, holds):
    closure = Closure(date(2026, 2, 1), date(2026, 2, 10))
    assert closure.holds_on(day) is holds
    assert not closure.holds_on(date(2026, 2, 10))
    assert closure.is_over_on(date(2026, 2, 10))
    assert closure_of(None, None) is None
    assert Closure(date(2026, 2, 1)).holds_on(date(2036, 2, 1))


def test_what_is_closed_for_good_is_found_nowhere_and_its_page_says_so(people, clinic, client):
    shut(people, clinic)
    now, offered = clock.now(), clinic.service.name
    assert offered not in found(client, q="da lieu")
    assert offered not in client.get("/goi-y?q=da+li").text
    assert clinic.id not in {card.id for card in category_page("kham-benh", 1, now).cards}
    assert clinic.id not in {card.id for card in provider_page(clinic.service.provider.code, 1, now).cards}
    assert clinic.id not in {card.id for card in site_page(clinic.site_id, now).cards}
    page = client.get(f"/dich-vu/{clinic.code}")
    assert page.status_code == 200
    assert f"Đã đóng hẳn từ ngày {TODAY:%d/%m/%Y}" in page.text
    assert "tel:" not in page.text
    assert "/tim?chu-de=" in page.text


def test_what_is_closed_for_some_time_is_found_with_the_day_it_opens_again_and_is_not_open_now(people, clinic, client):
    again = TODAY + 5 * DAY
    shut(people, clinic, reopens_on=again)
    result = found(client, q="da lieu")["Phòng khám Da liễu"]
    assert (result["open_now"], result["closed_on"], result["reopens_on"]) == (False, str(TODAY), str(again))
    assert f"Tạm đóng, mở lại ngày {again:%d/%m/%Y}" in client.get("/tim?q=da+lieu").text
    assert "Phòng khám Da liễu" not in found(client, q="da lieu", **{"mo-cua": "1"})


def test_a_closure_that_is_announced_changes_nothing_before_its_day(people, clinic, client):
    shut(people, clinic, TODAY + 3 * DAY, reopens_on=TODAY + 9 * DAY)
    assert found(client, q="da lieu", **{"mo-cua": "1"})["Phòng khám Da liễu"]["open_now"] is True
    assert "Sẽ tạm đóng từ" in client.get(f"/dich-vu/{clinic.code}").text
    (card,) = cards([clinic.id], clock.now() + 4 * DAY)
    assert (card.is_shut, card.open_now) == (True, False)
    (card,) = cards([clinic.id], clock.now() + 9 * DAY)
    assert (card.closure, card.open_now) == (None, True)


def test_no_slip_is_made_to_a_closed_place_and_others_are_shown(people, clinic):
    shut(people, clinic, reopens_on=TODAY + 5 * DAY)
    with pytest.raises(Invalid, match="mở lại ngày"):
        issue(people)
    shut(people, clinic)
    with pytest.raises(Invalid, match="đóng hẳn"):
        issue(people)
    (card,) = cards([clinic.id])
    nearest = [one.provider for one in cards([hit.offering_id for hit in open_instead(card)])]
    assert nearest[0] == "Bệnh viện Chưa Ai Hỏi"


def test_all_that_is_offered_at_a_place_closes_and_opens_with_it(people, clinic):
    other = entry_of("Trung tâm Y tế Hạ Long", "Xét nghiệm HIV nhanh")
    assert len(shut(people, clinic, whole_site=True)) == 2
    assert (clinic.closed_on, other.closed_on) == (TODAY, TODAY)
    with transaction():
        reopen(people.coordinator.actor, clinic.code, versions_of(clinic), whole_site=True)
    db.session.expire_all()
    assert (clinic.closed_on, other.closed_on) == (None, None)
    hows = db.session.scalars(select(Revision.how).order_by(Revision.id)).all()
    assert hows == ["close", "close", "reopen", "reopen"]


def test_a_place_kept_hidden_closes_only_when_a_second_coordinator_agrees(people):
    shelter = entry_of("Ngôi nhà Giữ Kín")
    (outcome,) = shut(people, shelter)
    assert outcome.revision is None
    assert shelter.closed_on is None
    assert db.session.scalars(select(CorrectionRequest.wanted)).one() == {"closed_on": str(TODAY)}


@pytest.mark.parametrize(
    ("on", "again", "field"),
    [
        (TODAY + DAY, None, "closed_on"),
        (TODAY + 500 * DAY, TODAY + 600 * DAY, "closed_on"),
        (TODAY, TODAY, "reopens_on"),
        (TODAY - 9 * DAY, TODAY - DAY, "reopens_on"),
        (TODAY, TODAY + 900 * DAY, "reopens_on"),
    ],
)
def test_days_that_cannot_be_are_refused_at_their_field(people, clinic, on, again, field):
    with pytest.raises(Invalid) as refused:
        shut(people, clinic, on, reopens_on=again)
    assert refused.value.field == field


def test_nobody_closes_over_what_somebody_else_changed_or_in_another_area(people, clinic):
    seen = versions_of(clinic)
    shut(people, clinic, reopens_on=TODAY + DAY)
    with pytest.raises(Outdated), transaction():
        close(people.coordinator.actor, clinic.code, TODAY, seen)
    with pytest.raises(NotFound), transaction():
        close(people.other_coordinator.actor, clinic.code, TODAY, versions_of(clinic))
    assert db.session.scalar(select(func.count()).select_from(Revision)) == 1
