"""The illustrative records and figures: what was published, rebuilt, and what a working site would have of late.

Everything stands in areas and groups that ``coordination.demo`` made, and is taken away before those are.
"""

from datetime import date, datetime

from sqlalchemy import select

from directory import clock, seed_files
from directory.accounts.rules import SYSTEM
from directory.extensions import db
from directory.places.models import Area
from directory.reports.demo.lately import load_lately
from directory.reports.demo.published import load_published, places
from directory.reports.demo.removing import remove_records
from directory.reports.demo.slips import load_slips
from directory.reports.operations.closing import close_year
from directory.reports.queries.closed import first_years_of_areas, settled_years

__all__ = ["load_records", "remove_records"]


def load_records(now: datetime) -> None:
    """Load what is not there yet; safe to repeat."""
    where = places()
    load_published(where)
    load_slips(now)
    today = now.astimezone(clock.LOCAL_ZONE).date()
    load_lately(where, today)
    _close_years(today)


def _close_years(today: date) -> None:
    """Close what can be closed in the illustrative areas, as time does elsewhere: what is published comes of that."""
    names = [row["area"] for row in seed_files.rows("published/areas.csv")]
    codes = dict(db.session.execute(select(Area.id, Area.code).where(Area.name.in_(names)).order_by(Area.id)).all())
    for area_id, first_year in sorted(first_years_of_areas(codes).items()):
        for year in settled_years(first_year, today):
            close_year(SYSTEM, codes[area_id], year, today=today)
