"""Who may propose a change of an entry, and what became of what she proposed."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from directory.accounts.rules import Actor
from directory.catalogue.models import CorrectionRequest, Offering, Service, Site
from directory.catalogue.queries.own import WHOLE, is_hers
from directory.catalogue.upkeep import RequestState
from directory.codes import read_public_code
from directory.errors import NotFound
from directory.extensions import db

#: Older ones are of no interest to anybody.
MOST_SUGGESTIONS = 50


@dataclass(frozen=True)
class Suggestion:
    """What somebody proposed, as she sees it again."""

    entry_code: str
    name: str
    provider: str
    #: Column → cell; without what may no longer be told.
    wanted: dict[str, str]
    state: RequestState
    is_endorsed: bool
    made_at: datetime
    decided_at: datetime | None


def suggestible(actor: Actor, code: str) -> Offering:
    """Return the entry with all its parts. Raises: NotFound, also for one of another site than that of the staff."""
    statement = select(Offering).where(Offering.code == read_public_code(code)).options(*WHOLE)
    found = db.session.scalar(statement)
    if found is None or actor.site_id not in {None, found.site_id}:
        raise NotFound("Không có mục này. Có thể mã bị gõ nhầm, hoặc mục đã được gỡ bỏ.")
    return found


def may_suggest(actor: Actor | None, code: str) -> bool:
    """Whether she may propose a change of this entry: a peer of every one, staff of those of her own site."""
    if actor is None or "catalogue.suggest" not in actor.abilities:
        return False
    site_id = db.session.scalar(select(Offering.site_id).where(Offering.code == read_public_code(code)))
    return site_id is not None and actor.site_id in {None, site_id}


def may_edit(actor: Actor | None, code: str) -> bool:
    """Whether this entry is one of those that she keeps true."""
    if actor is None or "catalogue.edit" not in actor.abilities:
        return False
    statement = select(Offering.id).join(Site, Site.id == Offering.site_id)
    return db.session.scalar(statement.where(Offering.code == read_public_code(code), is_hers(actor))) is not None


def suggestions_of(actor: Actor) -> list[Suggestion]:
    """Return what she proposed, the newest first."""
    rows = db.session.scalars(
        select(CorrectionRequest)
        .where(CorrectionRequest.proposed_by_id == actor.account_id, CorrectionRequest.offering_id.is_not(None))
        .options(joinedload(CorrectionRequest.offering).joinedload(Offering.service).joinedload(Service.provider))
        .order_by(CorrectionRequest.created_at.desc(), CorrectionRequest.id.desc())
        .limit(MOST_SUGGESTIONS)
    )
    return [_suggestion(row, row.offering) for row in rows if row.offering is not None]


def _suggestion(row: CorrectionRequest, offering: Offering) -> Suggestion:
    return Suggestion(
        entry_code=offering.code,
        name=offering.service.name,
        provider=offering.service.provider.name,
        wanted=dict(row.wanted),
        state=row.state,
        is_endorsed=row.endorsed_by_id is not None,
        made_at=row.created_at,
        decided_at=row.decided_at,
    )
