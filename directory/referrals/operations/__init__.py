"""Every write of slips, each a verb.

None commits; every one that moves a slip writes its history, its figures and the audit.
"""

from directory.referrals.operations.books import mint, void_book
from directory.referrals.operations.forwarding import forward
from directory.referrals.operations.issuing import Wanted, activate, count_without_slip, issue, issue_blank
from directory.referrals.operations.stepping import (
    acknowledge,
    answer_need,
    cancel,
    confirm_arrival,
    decline,
    no_show,
    present,
    record_service,
    void,
)
from directory.referrals.operations.ticking import Ticked, tick
from directory.referrals.operations.undoing import undo
from directory.referrals.operations.withdrawing import withdraw_by_token, withdraw_consent

__all__ = [
    "Ticked",
    "Wanted",
    "acknowledge",
    "activate",
    "answer_need",
    "cancel",
    "confirm_arrival",
    "count_without_slip",
    "decline",
    "forward",
    "issue",
    "issue_blank",
    "mint",
    "no_show",
    "present",
    "record_service",
    "tick",
    "undo",
    "void",
    "void_book",
    "withdraw_by_token",
    "withdraw_consent",
]
