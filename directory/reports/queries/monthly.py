"""How many services were given in each month: the line of a year at a glance."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import extract, func, select

from directory.extensions import db
from directory.referrals.models import FactService
from directory.reports.periods import Period


@dataclass(frozen=True)
class Month:
    """A month and its services; ``services`` is None before anything was ever written down."""

    year: int
    month: int
    services: int | None


def services_by_month(area_ids: Collection[int], period: Period) -> list[Month]:
    """Return every month that the period touches, in order, with what was given on the period's days in it."""
    given = FactService.served_on
    year, month = extract("year", given), extract("month", given)
    rows = db.session.execute(
        select(year, month, func.sum(FactService.count))
        .where(FactService.area_id.in_(area_ids), given >= period.first, given <= period.last)
        .group_by(year, month)
    )
    counted = {int(of) * 12 + int(number) - 1: int(services) for of, number, services in rows}
    first: date | None = db.session.scalar(select(func.min(given)).where(FactService.area_id.in_(area_ids)))
    begun = first.year * 12 + first.month - 1 if first else None
    months = range(period.first.year * 12 + period.first.month - 1, period.last.year * 12 + period.last.month)
    return [Month(*_split(one), counted.get(one, 0) if begun is not None and one >= begun else None) for one in months]


def _split(number: int) -> tuple[int, int]:
    return number // 12, number % 12 + 1
