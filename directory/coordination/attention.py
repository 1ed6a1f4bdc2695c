"""What a coordinator must look at: slips of her areas that nobody answered, or that ran out, and whom to ring up.

No client and no client's code is among it; a slip is opened by its own page, where the view is written down.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from directory.accounts.models import PeerGroup
from directory.accounts.rules import Actor
from directory.catalogue.models import Offering, Phone, Provider, Site
from directory.clock import LOCAL_ZONE
from directory.extensions import db
from directory.referrals import queries as referrals
from directory.referrals.models import Slip
from directory.referrals.rules import PATIENCE, State, Urgency


@dataclass(frozen=True)
class Waiting:
    """A slip that needs somebody."""

    code: str
    state: State
    urgency: Urgency
    is_silent: bool
    #: Whole days since it was issued.
    days: int
    #: Empty for a slip to whoever has the subject.
    site: str
    #: Empty also while the site is not to be told: whoever rang it up would tell it.
    site_phone: str
    group: PeerGroup


@dataclass(frozen=True)
class Attention:
    """How many slips need somebody, and those that have waited longest."""

    total: int
    slips: list[Waiting]


def attention(actor: Actor, now: datetime) -> Attention:
    """Return the slips of her areas that need somebody: unanswered ones first, the urgent before the others."""
    total, slips = referrals.attention(actor)
    groups = _groups(slip.group_id for slip in slips)
    names = _site_names(slip.site_id for slip in slips)
    phones = _site_phones(slip.site_id for slip in slips)
    lines = [
        Waiting(
            code=slip.code,
            state=slip.state,
            urgency=slip.urgency,
            is_silent=slip.state is not State.EXPIRED,
            days=_days_since(slip, now),
            site=names.get(slip.site_id, ""),
            site_phone="" if referrals.is_kept_from_site(slip) else phones.get(slip.site_id, ""),
            group=groups[slip.group_id],
        )
        for slip in slips
    ]
    lines.sort(key=lambda line: (not line.is_silent, PATIENCE[line.urgency], -line.days))
    return Attention(total, lines)


def _days_since(slip: Slip, now: datetime) -> int:
    issued = slip.issued_at or slip.arrived_at or now
    return (now.astimezone(LOCAL_ZONE).date() - issued.astimezone(LOCAL_ZONE).date()).days


def _groups(ids: Iterable[int]) -> dict[int, PeerGroup]:
    return {group.id: group for group in db.session.scalars(select(PeerGroup).where(PeerGroup.id.in_(set(ids))))}


def _site_names(ids: Iterable[int | None]) -> dict[int | None, str]:
    rows = db.session.execute(select(Site.id, Provider.name, Site.name).join(Provider).where(Site.id.in_(set(ids))))
    return {site_id: ", ".join(part for part in (provider, name) if part) for site_id, provider, name in rows}


def _site_phones(ids: Iterable[int | None]) -> dict[int | None, str]:
    """Return the first telephone number of each place."""
    rows = db.session.execute(
        select(Offering.site_id, Phone.shown)
        .join(Phone, Phone.offering_id == Offering.id)
        .where(Offering.site_id.in_(set(ids)))
        .order_by(Offering.site_id, Offering.id, Phone.position)
    )
    first: dict[int | None, str] = {}
    for site_id, shown in rows:
        first.setdefault(site_id, shown)
    return first
