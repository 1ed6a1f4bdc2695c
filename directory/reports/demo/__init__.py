"""The illustrative records and figures: what was published, rebuilt, and what a working site would have of late.

Everything stands in areas and groups that ``coordination.demo`` made, and is taken away before those are.
"""

from datetime import datetime

from directory import clock
from directory.reports.demo.lately import load_lately
from directory.reports.demo.published import load_published, places
from directory.reports.demo.removing import remove_records
from directory.reports.demo.slips import load_slips

__all__ = ["load_records", "remove_records"]


def load_records(now: datetime) -> None:
    """Load what is not there yet; safe to repeat."""
    where = places()
    load_published(where)
    load_slips(now)
    load_lately(where, now.astimezone(clock.LOCAL_ZONE).date())
