"""Taking entries out again."""

from sqlalchemy import delete, select

from directory.catalogue.models import Offering, Phone
from directory.catalogue.operations.changes import record_changes
from directory.catalogue.operations.leaving import remove_without_offering
from directory.catalogue.operations.upserts import in_chunks
from directory.extensions import db, table_of


def remove_source(code: str) -> int:
    """Remove every entry of a source, and return how many there were; the source itself stays known."""
    statement = select(Offering.id, Offering.site_id, Offering.service_id).where(Offering.source_code == code)
    rows = db.session.execute(statement.order_by(Offering.id)).all()
    offering_ids = {row.id for row in rows}
    for ids in in_chunks(offering_ids):
        db.session.execute(delete(table_of(Phone)).where(Phone.offering_id.in_(ids)))
        db.session.execute(delete(table_of(Offering)).where(Offering.id.in_(ids)))
    remove_without_offering({row.site_id for row in rows}, {row.service_id for row in rows})
    db.session.expire_all()
    record_changes(offering_ids)
    return len(offering_ids)
