"""Contacts for tests, written down as a peer would."""

from dataclasses import replace

from sqlalchemy import select

from directory import clock
from directory.extensions import db
from directory.outreach.models import OutreachContact
from directory.outreach.operations.contacts import ContactWanted, add_contact
from directory.outreach.rules import ContactKind
from directory.web.transaction import transaction


def wanted(**changes) -> ContactWanted:
    return replace(ContactWanted(clock.today(), ContactKind.ALONE, topics=("law",)), **changes)


def contact(who, **changes) -> OutreachContact:
    with transaction():
        return add_contact(who.actor, wanted(**changes))


def contacts() -> list[OutreachContact]:
    db.session.rollback()
    return list(db.session.scalars(select(OutreachContact).order_by(OutreachContact.id)))
