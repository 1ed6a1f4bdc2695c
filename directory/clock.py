"""What time it is, here. Everything that needs the time takes it as an argument; only the edge asks this module."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

#: Viet Nam has one time zone and no daylight saving time.
LOCAL_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """Return the local calendar date in Viet Nam."""
    return now().astimezone(LOCAL_ZONE).date()
