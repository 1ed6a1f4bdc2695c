"""The illustrative accounts: their names and passphrases are no secret, so they open only on the machine itself.

Which group, site and areas each gets is for whoever makes them (``operations.make_account``).
"""

from typing import NamedTuple

import pyotp

from directory.accounts.models import Account
from directory.accounts.own_machine import is_visitor_here
from directory.accounts.rules import Role


class DemoAccount(NamedTuple):
    """An illustrative account; ``totp_seed`` only for the roles that must have a second factor."""

    name: str
    role: Role
    passphrase: str
    totp_seed: str | None = None


DEMO_ACCOUNTS = (
    DemoAccount("dong-dang-1", Role.PEER_EDUCATOR, "minh hoạ đi chợ sớm"),
    DemoAccount("tiep-nhan-1", Role.PROVIDER_STAFF, "minh hoạ bàn ghế gỗ"),
    DemoAccount("dieu-phoi-1", Role.COORDINATOR, "minh hoạ bản đồ treo", "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"),
    DemoAccount("dieu-phoi-2", Role.COORDINATOR, "minh hoạ con tàu chợ nổi", "MFRGGZDFMZTWQ2LKMFRGGZDFMZTWQ2LK"),
    DemoAccount("quan-tri-1", Role.ADMINISTRATOR, "minh hoạ chùm chìa khoá", "KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU"),
)


def demo_of(account: Account) -> DemoAccount | None:
    """Return what everybody may know of an illustrative account, to a visitor at the machine itself, else None."""
    if not account.is_demo or not is_visitor_here():
        return None
    return next((demo for demo in DEMO_ACCOUNTS if demo.name == account.name), None)


def present_code(demo: DemoAccount | None) -> str | None:
    """Return the one-time code that an illustrative account's authenticator would show now."""
    return pyotp.TOTP(demo.totp_seed).now() if demo and demo.totp_seed else None
