"""A secret that was just made, kept for its maker alone until she has written it down: an invitation, a PIN.

It waits, sealed, in her own cookie for ten minutes, so that a reload or a broken line does not lose it; neither the
database nor the address holds it, another browser never sees it, and signing out takes it away.
"""

import base64
import json
from datetime import datetime, timedelta

from flask import session

from directory.accounts.rules import Actor
from directory.accounts.sealing import seal, unseal
from directory.errors import Unavailable

KEPT_FOR = timedelta(minutes=10)
_NAME = "once"


def keep(actor: Actor, kind: str, values: dict[str, str], now: datetime) -> None:
    """Keep these values for the next page of this kind, in place of whatever was kept before."""
    content = json.dumps({**values, "until": (now + KEPT_FOR).timestamp()}).encode()
    session[_NAME] = base64.b64encode(seal(content, _place(actor, kind))).decode()


def kept(actor: Actor, kind: str, now: datetime) -> dict[str, str] | None:
    """Return what this person was to be shown, or None when there is nothing, or no more."""
    try:
        content = json.loads(unseal(base64.b64decode(session.get(_NAME, "")), _place(actor, kind)))
    except (Unavailable, ValueError):
        return None
    return content if content.pop("until") > now.timestamp() else None


def forget() -> None:
    """Forget it: it was written down."""
    session.pop(_NAME, None)


def _place(actor: Actor, kind: str) -> str:
    return f"session|{kind}|{actor.key}"
