"""The programme itself: points, models, provinces, groups and their members, as of the last day of the period.

A province is counted by the units of that day: before July 2025 the former ones (seeds trap X13).
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import func, or_, select

from directory.accounts.models import GroupCount, PeerGroup
from directory.extensions import db
from directory.outreach.models import ProgrammePoint
from directory.places.models import AdminUnit, Area
from directory.places.operations import IN_FORCE_FROM
from directory.places.queries import gazetteer
from directory.places.units import Atlas
from directory.reports.figures import Indicator
from directory.reports.queries.measuring import Asked, Found, added_up


class _Point(NamedTuple):
    """A point, as far as figures need it."""

    area_id: int
    model: str
    ward_key: str | None
    ended_on: date | None


def programme(asked: Asked, wanted: Sequence[Indicator]) -> dict[str, Found]:
    """Measure what each indicator's parameter names."""
    known = _points(asked)
    at_work = [point for point in known if point.ended_on is None or point.ended_on > asked.period.last]
    sometime = [point for point in known if point.ended_on is None or point.ended_on > asked.period.first]
    measures: dict[str, Callable[[], Found]] = {
        "provinces": lambda: _provinces(asked, known, at_work),
        "province_models": lambda: _province_models(asked, known, at_work),
        "points": lambda: added_up([(one.area_id, one.model, 1) for one in at_work] + _zeros(known)),
        "groups": lambda: added_up((area, "", is_at_work) for _, area, is_at_work in _groups(asked)),
        "members": lambda: _members(asked),
        "models": lambda: _models(known, sometime),
        "areas": lambda: added_up({(one.area_id, "", 1) for one in sometime} | set(_zeros(known))),
    }
    return {one.code: measures[one.parameters[0]]() for one in wanted}


def _points(asked: Asked) -> list[_Point]:
    """Return the points that began by the end of the period; one without a known beginning did."""
    began = or_(ProgrammePoint.started_on.is_(None), ProgrammePoint.started_on <= asked.period.last)
    columns = (ProgrammePoint.area_id, ProgrammePoint.model_code, ProgrammePoint.ward_key, ProgrammePoint.ended_on)
    wanted = select(*columns).where(began, asked.is_of(ProgrammePoint.area_id)).order_by(ProgrammePoint.id)
    return [_Point(*row) for row in db.session.execute(wanted)]


def _zeros(points: Iterable[_Point]) -> list[tuple[int, str, int]]:
    """Return a record of each area in which there ever was a point."""
    return [(area_id, "", 0) for area_id in sorted({point.area_id for point in points})]


def _provinces(asked: Asked, known: Sequence[_Point], at_work: Sequence[_Point]) -> Found:
    provinces = _province_of(asked, at_work)
    by_area = {area_id: 0 for area_id, _, _ in _zeros(known)} | {
        area: len(set(keys)) for area, keys in provinces.items()
    }
    total = len({key for keys in provinces.values() for key in keys}) if known else None
    return Found(total, by_area)


def _province_models(asked: Asked, known: Sequence[_Point], at_work: Sequence[_Point]) -> Found:
    by_model: defaultdict[str, set[str]] = defaultdict(set)
    by_area: defaultdict[int, set[tuple[str, str]]] = defaultdict(set)
    pairs: Counter[tuple[int, str]] = Counter()
    for model in sorted({point.model for point in at_work}):
        its = [point for point in at_work if point.model == model]
        for area_id, keys in _province_of(asked, its).items():
            by_model[model] |= set(keys)
            by_area[area_id] |= {(key, model) for key in keys}
            pairs[area_id, model] += len(set(keys))
    none = {area_id: 0 for area_id, _, _ in _zeros(known)}
    by_key = {model: len(keys) for model, keys in by_model.items()}
    whole = sum(by_key.values()) if known else None
    return Found(whole, none | {area: len(found) for area, found in by_area.items()}, by_key, dict(pairs))


def _province_of(asked: Asked, points: Sequence[_Point]) -> dict[int, list[str]]:
    """Return by area the provinces of that day in which its points are: the ward's, else where most of the area is."""
    wards_of_area = _wards({point.area_id for point in points})
    level = "province" if asked.period.last >= IN_FORCE_FROM else "old-province"
    holder = _holders(gazetteer().atlas, level)
    found: defaultdict[int, list[str]] = defaultdict(list)
    for point in points:
        wards = [point.ward_key.removeprefix("ward:")] if point.ward_key else wards_of_area.get(point.area_id, [])
        counts = Counter(key for ward in wards for key in holder.get(ward, ()))
        if counts:
            found[point.area_id].append(min(counts, key=lambda key: (-counts[key], key)))
    return found


@lru_cache(maxsize=2)
def _holders(atlas: Atlas, level: str) -> Mapping[str, list[str]]:
    """Return the provinces of a level by the code of each of today's wards that they hold, or held a part of."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for key, unit in sorted(atlas.units.items()):
        if unit.level == level:
            for ward in atlas.wards_of(key):
                found[ward].append(key)
    return found


def _wards(area_ids: set[int]) -> dict[int, list[str]]:
    rows = db.session.execute(
        select(Area.id, AdminUnit.code).join(Area.wards).where(Area.id.in_(area_ids)).order_by(Area.id, AdminUnit.code)
    )
    found: defaultdict[int, list[str]] = defaultdict(list)
    for area_id, code in rows:
        found[area_id].append(code)
    return found


def _models(known: Sequence[_Point], sometime: Sequence[_Point]) -> Found:
    by_area: dict[int, set[str]] = {area_id: set() for area_id, _, _ in _zeros(known)}
    for point in sometime:
        by_area[point.area_id].add(point.model)
    total = len({point.model for point in sometime}) if known else None
    return Found(total, {area_id: len(models) for area_id, models in by_area.items()})


def _groups(asked: Asked) -> list[tuple[int, int, bool]]:
    """Return the groups that were founded by the end of the period, with their area and whether they still are."""
    founded = or_(PeerGroup.founded_on.is_(None), PeerGroup.founded_on <= asked.period.last)
    wanted = select(PeerGroup.id, PeerGroup.area_id, PeerGroup.ended_on).where(founded, asked.is_of(PeerGroup.area_id))
    return [
        (group_id, area_id, ended_on is None or ended_on > asked.period.last)
        for group_id, area_id, ended_on in db.session.execute(wanted.order_by(PeerGroup.id))
    ]


def _members(asked: Asked) -> Found:
    """Add up the latest count of each group at work; a group that nobody counted adds nothing."""
    at_work = {group_id: area_id for group_id, area_id, is_at_work in _groups(asked) if is_at_work}
    latest = (
        select(GroupCount.group_id, func.max(GroupCount.counted_on).label("counted_on"))
        .where(GroupCount.counted_on <= asked.period.last)
        .group_by(GroupCount.group_id)
        .subquery()
    )
    is_latest = (GroupCount.group_id == latest.c.group_id) & (GroupCount.counted_on == latest.c.counted_on)
    counts = select(GroupCount.group_id, GroupCount.members).join(latest, is_latest).order_by(GroupCount.group_id)
    return added_up(
        (at_work[group_id], "", members) for group_id, members in db.session.execute(counts) if group_id in at_work
    )
