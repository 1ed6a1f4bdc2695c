"""Which entries are still to be found: all but those that were closed for good."""

from datetime import date

from sqlalchemy import ColumnElement, or_

from directory.catalogue.models import Offering


def is_listed(day: date) -> ColumnElement[bool]:
    """Return the condition that an offering is not closed for good on a local day; it may be closed for a time."""
    return or_(Offering.closed_on.is_(None), Offering.closed_on > day, Offering.reopens_on.is_not(None))
