"""Every write of the programme's work, as a verb. Nothing here commits: ``web.transaction`` does."""

from directory.outreach.operations.activities import ActivityWanted, add_activity, change_activity, remove_activity
from directory.outreach.operations.materials import MoveWanted, add_move, remove_move
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
    "ActivityWanted",
    "MoveWanted",
    "PointWanted",
    "add_activity",
    "add_move",
    "add_point",
    "change_activity",
    "change_point",
    "end_point",
    "remove_activity",
    "remove_move",
    "reopen_point",
]
