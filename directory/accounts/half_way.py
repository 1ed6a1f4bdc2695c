"""Between the passphrase and the second factor: the cookie remembers whose passphrase was right, for ten minutes.

It opens nothing by itself. It is bound to the passphrase, so changing that or a reset ends it.
"""

import hashlib
import hmac
from datetime import datetime, timedelta

from flask import session
from sqlalchemy import select

from directory.accounts.models import Account
from directory.extensions import db, settings

LASTS = timedelta(minutes=10)
_HALF = "half"


def begin(account: Account, now: datetime) -> None:
    """Remember that the passphrase of this account was right."""
    session[_HALF] = [account.code, int(now.timestamp()), _mark(account)]


def account_half_in(now: datetime) -> Account | None:
    """Return whose passphrase this browser gave a short while ago, or None."""
    code, at, mark = session.get(_HALF, ("", 0, ""))
    if not timedelta() <= timedelta(seconds=int(now.timestamp()) - at) <= LASTS:
        return None
    account = db.session.scalar(select(Account).where(Account.code == code))
    is_same = account is not None and not account.disabled_at and hmac.compare_digest(mark, _mark(account))
    return account if is_same else None


def _mark(account: Account) -> str:
    key = settings().secret_key.encode()
    return hmac.new(key, b"half\0" + account.passphrase_hash.encode(), hashlib.sha256).hexdigest()[:32]
