"""Who wrote a contact down is known for a month, so that she can mend it, and then to nobody."""

import json
from datetime import timedelta

from sqlalchemy import func, select

from directory import clock
from directory.accounts.models import AuditEntry
from directory.extensions import db
from directory.outreach.models import OutreachContact
from directory.outreach.operations.forgetting import forget_writers
from directory.web.transaction import transaction
from tests.outreach.contacts import contact


def writers() -> list[int | None]:
    db.session.rollback()
    return list(db.session.scalars(select(OutreachContact.entered_by_id).order_by(OutreachContact.id)))


def test_who_wrote_a_contact_down_is_forgotten_after_a_month_and_the_contact_stays(people):
    contact(people.peer)
    assert forget_writers(clock.now() + timedelta(days=31) - timedelta(minutes=1)) == 0
    assert writers() == [people.peer.account.id]
    assert forget_writers(clock.now() + timedelta(days=31, minutes=1)) == 1
    assert writers() == [None]
    assert forget_writers(clock.now() + timedelta(days=365)) == 0


def test_the_audit_names_no_contact_of_more_than_a_month_ago_and_no_moment_of_one(people):
    contact(people.peer)
    forget_writers(clock.now() + timedelta(days=32))
    db.session.rollback()
    kept = db.session.scalars(select(OutreachContact)).one()
    added = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "contact.added")).one()
    assert added.object_uuid != kept.uuid
    local = kept.entered_at.astimezone(clock.LOCAL_ZONE)
    assert (local.date(), local.hour, local.minute, local.microsecond) == (clock.today(), 0, 0, 0)


def test_the_tick_does_it_and_says_so(people, runner, monkeypatch):
    contact(people.peer)
    with transaction():
        db.session.scalars(select(OutreachContact)).one().entered_at -= timedelta(days=32)
    first = runner("tick", "--json")
    assert first.exit_code == 0, first.output
    assert json.loads(first.output)["contacts"] == 1
    assert runner("tick").output == "Xong.\n"
    assert db.session.scalar(select(func.count()).select_from(OutreachContact)) == 1
