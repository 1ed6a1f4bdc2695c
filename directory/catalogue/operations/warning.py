"""What a peer met at a place, told to the coordinators by choice and never in words."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import select

from directory.accounts.audit import record
from directory.accounts.models import Account
from directory.accounts.rules import Actor
from directory.catalogue.models import Offering, PeerWarning
from directory.catalogue.upkeep import WarningKind
from directory.codes import read_public_code
from directory.errors import NotFound
from directory.extensions import db

#: The same peer says the same of the same place once in so long: a warning is counted by who met it, not by how often.
SAID_ONCE_IN = timedelta(days=30)


def warn(actor: Actor, code: str, kinds: Collection[WarningKind], now: datetime) -> int:
    """Note what a peer met there, and return how many of these were new; part of the caller's transaction.

    Raises: NotFound.
    """
    offering = db.session.scalar(select(Offering).where(Offering.code == read_public_code(code)))
    if offering is None:
        raise NotFound("Không có mục này. Có thể mã bị gõ nhầm, hoặc mục đã được gỡ bỏ.")
    # Of two sendings at once the second must see the first.
    db.session.execute(select(Account.id).where(Account.id == actor.account_id).with_for_update())
    said = db.session.scalars(
        select(PeerWarning.kind).where(
            PeerWarning.offering_id == offering.id,
            PeerWarning.account_id == actor.account_id,
            PeerWarning.created_at > now - SAID_ONCE_IN,
        )
    ).all()
    new = [kind for kind in WarningKind if kind in kinds and kind not in said]
    for kind in new:
        db.session.add(
            PeerWarning(
                offering_id=offering.id,
                kind=kind,
                group_id=actor.group_id,
                account_id=actor.account_id,
                created_at=now,
            )
        )
    if new:
        record("catalogue.warn", actor, offering.uuid)
    return len(new)
