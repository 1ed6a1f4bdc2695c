"""What is forgotten of the programme's work with time."""

from datetime import datetime, time
from uuid import uuid4

from sqlalchemy import select, update

from directory.clock import LOCAL_ZONE
from directory.engine import learn_sizes
from directory.extensions import db, table_of
from directory.outreach.models import ContactMaterial, OutreachContact
from directory.outreach.rules import WRITER_KNOWN_FOR
from directory.referrals.operations.erasing import empty_log_after_commit
from directory.web.transaction import transaction


def forget_writers(now: datetime) -> int:
    """Forget who wrote down the contacts of more than a month ago, and return of how many; a part of ``tick``.

    The audit names the writer, the contact's UUID and the moment for as long as it is kept: the contact gets another
    UUID, and of the moment the day stays, or two tables side by side would tell what is forgotten here.
    """
    is_old = (OutreachContact.entered_by_id.is_not(None), OutreachContact.entered_at < now - WRITER_KNOWN_FOR)
    columns = (OutreachContact.id, OutreachContact.entered_at)
    with transaction():
        old = db.session.execute(select(*columns).where(*is_old).order_by(OutreachContact.id)).all()
        for number, entered_at in old:
            known = update(table_of(OutreachContact)).where(table_of(OutreachContact).c.id == number)
            db.session.execute(known.values(entered_by_id=None, uuid=uuid4(), entered_at=_midnight(entered_at)))
        empty_log_after_commit()
    # Reports scan these.
    learn_sizes(db.engine, (OutreachContact.__tablename__, ContactMaterial.__tablename__))
    return len(old)


def _midnight(moment: datetime) -> datetime:
    return datetime.combine(moment.astimezone(LOCAL_ZONE).date(), time(), LOCAL_ZONE)
