"""What is written of contacts: a day, a number, topics, materials, a token; never a code, and only by a peer."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from directory import clock
from directory.accounts.models import AuditEntry
from directory.errors import Invalid, NotAllowed, NotFound
from directory.extensions import db
from directory.outreach.models import ContactMaterial
from directory.outreach.operations.contacts import remove_contact
from directory.outreach.queries.contacts import contact_materials, contact_topics, written_in_week, written_on
from directory.outreach.rules import ContactKind
from directory.referrals.models import PersonKey
from directory.referrals.numbers import grouped, new_client_code
from directory.referrals.operations.facts import person_token
from directory.web.transaction import transaction
from tests.outreach.contacts import contact, contacts
from tests.people import issue
from tests.referrals.slips import fact_of

GROUP_OF_FIVE = {"kind": ContactKind.GROUP, "people": 5}


def take_back(who, code: str) -> None:
    with transaction():
        remove_contact(who.actor, code)


def test_a_contact_says_when_and_what_about_and_nothing_of_who_or_where(people):
    contact(people.peer, topics=("violence", "law"), materials={"leaflet": 2, "condom": 0}, **GROUP_OF_FIVE)
    (row,) = contacts()
    assert (row.day_on, row.area_id, row.group_id) == (clock.today(), people.area.id, people.group.id)
    assert (row.kind, row.people, row.topics) == (ContactKind.GROUP, 5, ",law,violence,")
    assert [(one.material_code, one.count) for one in row.materials] == [("leaflet", 2)]
    assert db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.seq.desc())).first() == "contact.added"
    columns = {column.name for column in row.__table__.columns}
    assert not columns & {"name", "venue", "address", "client_code", "note"}


def test_the_card_of_a_person_counts_her_once_over_slips_and_contacts_of_a_year(people):
    slip = issue(people)
    contact(people.peer, client_code=grouped(slip.client_code).lower())
    contact(people.colleague, client_code=slip.client_code)
    contact(people.other_peer, client_code=slip.client_code)
    contact(people.peer, client_code=new_client_code())
    contact(people.peer)
    first, second, elsewhere, other, without = (row.person_token for row in contacts())
    assert first == second == fact_of(slip).person_token
    assert len({first, elsewhere, other}) == 3
    assert without is None
    assert slip.client_code.encode() not in first


def test_a_contact_of_last_december_counts_for_its_own_year(people, monkeypatch):
    code, january = new_client_code(), clock.now().replace(month=1, day=5)
    monkeypatch.setattr(clock, "now", lambda: january)
    contact(people.peer, client_code=code)
    contact(people.peer, client_code=code, day_on=clock.today() - timedelta(days=6))
    now, before = (row.person_token for row in contacts())
    assert None not in {now, before}
    assert now != before


def test_of_a_year_whose_key_is_gone_for_good_there_is_no_token(people, monkeypatch):
    april = clock.now().replace(month=4, day=1)
    monkeypatch.setattr(clock, "now", lambda: april)
    contact(people.peer, client_code=new_client_code(), day_on=clock.today() - timedelta(days=31))
    assert contacts()[0].person_token is not None
    with transaction():
        assert person_token(people.area.id, clock.today() - timedelta(days=100), new_client_code()) is None
    assert {key.year for key in db.session.scalars(select(PersonKey))} == {april.year}


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("other_day", {"day_on": clock.today() + timedelta(days=2)}),
        ("other_day", {"day_on": clock.today() - timedelta(days=33)}),
        ("people", {"kind": ContactKind.GROUP, "people": 1}),
        ("people", {"kind": ContactKind.GROUP, "people": 101}),
        ("topics", {"topics": ()}),
        ("topics", {"topics": ("law", "planning")}),
        ("materials", {"materials": {"board": 1}}),
        ("materials", {"materials": {"leaflet": 1001}}),
        ("materials", {"materials": {"leaflet": -1}}),
        ("client_code", {"client_code": "00000001"}),
        ("client_code", {"client_code": new_client_code(), **GROUP_OF_FIVE}),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(people, field, changes):
    with pytest.raises(Invalid) as refused:
        contact(people.peer, **changes)
    assert refused.value.field == field
    assert contacts() == []


@pytest.mark.parametrize("who", ["staff", "coordinator", "administrator", "desk"])
def test_nobody_but_a_peer_writes_contacts_down(people, who):
    with pytest.raises(NotAllowed):
        contact(getattr(people, who))


def test_she_takes_back_her_own_within_a_day_and_it_was_never_there(people, later):
    wrong = contact(people.peer, materials={"leaflet": 3}).code
    for who in (people.colleague, people.other_peer, people.coordinator, people.desk):
        with pytest.raises(NotFound):
            take_back(who, wrong)
    take_back(people.peer, wrong)
    assert contacts() == []
    assert db.session.scalars(select(ContactMaterial)).all() == []
    with pytest.raises(NotFound):
        take_back(people.peer, wrong)
    old = contact(people.peer).code
    later(hours=24, minutes=1)
    with pytest.raises(NotFound):
        take_back(people.peer, old)
    assert len(contacts()) == 1


def test_she_sees_her_own_of_today_and_of_this_week_and_nobody_elses(people, later):
    contact(people.peer, day_on=clock.today() - timedelta(days=20))
    contact(people.peer, **GROUP_OF_FIVE)
    contact(people.colleague)
    today = written_on(people.peer.actor, clock.now())
    assert ([line.people for line in today.lines], today.people) == ([5, 1], 6)
    assert all(line.may_be_undone and line.may_be_removed for line in today.lines)
    assert written_in_week(people.desk.actor, clock.now()).lines == ()
    later(minutes=16)
    assert not any(line.may_be_undone for line in written_in_week(people.peer.actor, clock.now()).lines)
    assert written_on(people.peer.actor, clock.now() + timedelta(days=1)).lines == ()
    assert written_in_week(people.peer.actor, clock.now() + timedelta(days=8)).lines == ()


def test_what_is_written_last_week_can_still_be_taken_back_on_monday(people, monkeypatch):
    sunday = clock.now() - timedelta(days=clock.today().weekday() + 1)
    monkeypatch.setattr(clock, "now", lambda: sunday)
    contact(people.peer)
    lines = written_in_week(people.peer.actor, sunday + timedelta(hours=23)).lines
    assert [line.may_be_removed for line in lines] == [True]


def test_only_what_is_for_contacts_can_be_chosen(app):
    assert [topic.slug for topic in contact_topics()][:2] == ["sexual_health", "infections"]
    assert "planning" not in {topic.slug for topic in contact_topics()}
    assert [material.code for material in contact_materials()] == [
        "leaflet", "handbook", "condom", "test_kit", "media"
    ]  # fmt: skip
