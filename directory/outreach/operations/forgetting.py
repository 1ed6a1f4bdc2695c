"""What is forgotten of the programme's work with time."""

from datetime import datetime

from sqlalchemy import update

from directory.extensions import db
from directory.outreach.models import OutreachContact
from directory.outreach.rules import WRITER_KNOWN_FOR
from directory.referrals.operations.erasing import empty_log_after_commit
from directory.web.transaction import transaction


def forget_writers(now: datetime) -> int:
    """Forget who wrote down the contacts of more than a month ago, and return of how many; a part of ``tick``."""
    is_old = (OutreachContact.entered_by_id.is_not(None), OutreachContact.entered_at < now - WRITER_KNOWN_FOR)
    forget = update(OutreachContact).where(*is_old).values(entered_by_id=None).returning(OutreachContact.id)
    with transaction():
        empty_log_after_commit()
        return len(db.session.scalars(forget.execution_options(synchronize_session=False)).all())
