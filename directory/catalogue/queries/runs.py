"""Files that coordinators brought: each sees her own, and those of her areas that wait for a second person."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, or_, select

from directory.accounts.models import Account, account_area
from directory.accounts.rules import Actor
from directory.catalogue.models import ImportRun
from directory.catalogue.upkeep import RunState
from directory.errors import NotFound
from directory.extensions import db

MOST_SHOWN = 50


def runs(actor: Actor) -> Sequence[ImportRun]:
    """Return the newest files that she may see."""
    statement = select(ImportRun).where(_is_hers(actor)).order_by(ImportRun.created_at.desc(), ImportRun.id.desc())
    return db.session.scalars(statement.limit(MOST_SHOWN)).all()


def run_for(actor: Actor, code: str) -> ImportRun:
    """Return one of them.

    Raises: NotFound, also for one of somebody else.
    """
    run = db.session.scalar(select(ImportRun).where(ImportRun.code == code, _is_hers(actor)))
    if run is None:
        raise NotFound("Không có mục này, hoặc mục này không thuộc địa bàn của bạn.")
    return run


def _is_hers(actor: Actor) -> ColumnElement[bool]:
    if actor.all_areas:
        return ImportRun.id.is_not(None)
    neighbours = select(account_area.c.account_id).where(account_area.c.area_id.in_(actor.area_ids))
    national = select(Account.id).where(Account.all_areas)
    waits = and_(
        ImportRun.state == RunState.WAITING,
        or_(ImportRun.started_by_id.in_(neighbours), ImportRun.started_by_id.in_(national)),
    )
    return or_(ImportRun.started_by_id == actor.account_id, waits)
