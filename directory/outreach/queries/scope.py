"""What of the programme's work is hers: a coordinator knows what lies in her areas, and of nothing else that it is."""

from collections.abc import Iterable
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, extract, select, true

from directory.accounts.rules import Actor
from directory.errors import NotFound
from directory.extensions import db

T = TypeVar("T")


def in_her_areas(actor: Actor, area_id: Any) -> ColumnElement[bool]:
    """Return the condition that this column names one of her areas."""
    return true() if actor.all_areas else area_id.in_(actor.area_ids)


def one_of_hers(actor: Actor, model: type[T], code: str, unknown: str) -> T:
    """Return the row of this code.

    Raises: NotFound, the same when there is none and when it lies in another area.
    """
    table: Any = model
    found = db.session.scalar(select(model).where(table.code == code, in_her_areas(actor, table.area_id)))
    if found is None:
        raise NotFound(unknown)
    return found


def years_of_hers(actor: Actor, model: Any, day: Any) -> list[int]:
    """Return the years that this column has days of in her areas, the latest first."""
    year = extract("year", day)
    years: Iterable[Any] = db.session.scalars(
        select(year).where(in_her_areas(actor, model.area_id)).distinct().order_by(year.desc())
    )
    return [int(one) for one in years]
