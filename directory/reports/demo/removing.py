"""Takes the illustrative records away, before ``coordination.demo`` takes the areas and groups that they stand in."""

from typing import Any

from sqlalchemy import ColumnElement, delete, or_, select

from directory import seed_files
from directory.accounts.models import PeerGroup
from directory.extensions import db
from directory.outreach.models import Activity, MaterialMove, OutreachContact
from directory.places.models import Area
from directory.referrals.models import SlipFact
from directory.reports.models import ClosedYear, ManualFigure, PeriodFigure, SettledScan


def remove_records() -> None:
    """Remove what was loaded, and what was tried out in an area that nothing real stands on; whoever did it.

    Frozen figures of an illustrative area go in any case: they count what was never real.
    """
    groups = set(db.session.scalars(select(PeerGroup.id).where(PeerGroup.is_demo)))
    names = [row["area"] for row in seed_files.rows("published/areas.csv")]
    areas = set(db.session.scalars(select(Area.id).where(Area.name.in_(names))))
    unreal = areas - set(db.session.scalars(select(PeerGroup.area_id).where(PeerGroup.is_demo.is_(False))))
    for model in (OutreachContact, SlipFact):
        _delete(model, or_(model.group_id.in_(groups), model.area_id.in_(unreal)))
    for table in (Activity, MaterialMove):
        _delete(table, or_(table.is_demo, table.group_id.in_(groups), table.area_id.in_(unreal)))
    _delete(ManualFigure, or_(ManualFigure.is_demo, ManualFigure.area_id.in_(unreal)))
    for frozen in (PeriodFigure, SettledScan, ClosedYear):
        _delete(frozen, frozen.area_id.in_(areas))


def _delete(model: type[Any], condition: ColumnElement[bool]) -> None:
    db.session.execute(delete(model).where(condition).execution_options(synchronize_session=False))
