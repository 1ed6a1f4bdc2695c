"""Every read of slips: one of them for somebody, what she may do with it, her lists, and where else one could go."""

from directory.referrals.queries.buttons import buttons, history
from directory.referrals.queries.lists import Attention, Inbox, Lists, attention, inbox, mine
from directory.referrals.queries.nearest import next_nearest
from directory.referrals.queries.overdue import overdue
from directory.referrals.queries.scope import (
    NO_SUCH_SLIP,
    by_number,
    by_token,
    is_kept_from_site,
    may_claim,
    may_present,
    no_such_slip,
    slip_for,
    visible_at,
    with_inbox,
)

__all__ = [
    "NO_SUCH_SLIP",
    "Attention",
    "Inbox",
    "Lists",
    "attention",
    "buttons",
    "by_number",
    "by_token",
    "history",
    "inbox",
    "is_kept_from_site",
    "may_claim",
    "may_present",
    "mine",
    "next_nearest",
    "no_such_slip",
    "overdue",
    "slip_for",
    "visible_at",
    "with_inbox",
]
