"""Files that coordinators brought: each sees her own, and those that wait for her as the second person."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, exists, or_, select

from directory.accounts.models import Account, account_area
from directory.accounts.rules import Actor
from directory.catalogue.models import ImportRun
from directory.catalogue.upkeep import RunState
from directory.errors import NotFound
from directory.extensions import db

MOST_SHOWN = 50


def runs(actor: Actor) -> Sequence[ImportRun]:
    """Return the newest files that she may see."""
    statement = (
        select(ImportRun).where(is_hers_to_see(actor)).order_by(ImportRun.created_at.desc(), ImportRun.id.desc())
    )
    return db.session.scalars(statement.limit(MOST_SHOWN)).all()


def run_for(actor: Actor, code: str) -> ImportRun:
    """Return one of them.

    Raises: NotFound, also for one of somebody else.
    """
    run = db.session.scalar(select(ImportRun).where(ImportRun.code == code, is_hers_to_see(actor)))
    if run is None:
        raise NotFound("Không có mục này, hoặc mục này không thuộc địa bàn của bạn.")
    return run


def is_hers_to_see(actor: Actor) -> ColumnElement[bool]:
    """Return the condition that she brought the file, or may be the second to agree to it.

    That is whoever answers for every area of whoever brought it, since its rows may lie in any of these.
    """
    if actor.all_areas:
        return ImportRun.id.is_not(None)
    theirs = select(account_area.c.area_id).where(account_area.c.account_id == ImportRun.started_by_id)
    is_of_areas = exists().where(Account.id == ImportRun.started_by_id, ~Account.all_areas)
    waits = and_(
        ImportRun.state == RunState.WAITING,
        is_of_areas,
        theirs.exists(),
        ~theirs.where(account_area.c.area_id.not_in(actor.area_ids)).exists(),
    )
    return or_(ImportRun.started_by_id == actor.account_id, waits)
