"""Every write of the programme's work, as a verb. Nothing here commits: ``web.transaction`` does."""

from directory.outreach.operations.points import (
    LONGEST_NAME,
    LONGEST_SOURCE,
    PointWanted,
    add_point,
    change_point,
    end_point,
    reopen_point,
)

__all__ = [
    "LONGEST_NAME",
    "LONGEST_SOURCE",
    "PointWanted",
    "add_point",
    "change_point",
    "end_point",
    "reopen_point",
]
