"""Every write to accounts, as a verb."""

from directory.accounts.operations.inviting import (
    Invited,
    accept,
    disable,
    enable,
    end_sessions,
    invite,
    make_account,
    reset,
    withdraw_invitation,
)

__all__ = [
    "Invited",
    "accept",
    "disable",
    "enable",
    "end_sessions",
    "invite",
    "make_account",
    "reset",
    "withdraw_invitation",
]
