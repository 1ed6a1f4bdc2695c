"""What the public is told: closed years and phases of a province, by area, with small counts kept back.

A year of a province is told once it is closed in every area of the province that had begun by then, and a phase once
all its years are. Nothing of it changes afterwards: it is read from frozen figures, and what is kept back in a year
depends on that year alone. A sum over areas, or over years, is told only if all its parts are (``suppression``).
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import func, select

from directory.catalogue.queries.subjects import categories
from directory.errors import NotFound
from directory.extensions import db
from directory.places.models import AdminUnit, Area, area_ward
from directory.reports.figures import Figure, Indicator
from directory.reports.indicators import definitions
from directory.reports.models import ClosedYear, PeriodFigure
from directory.reports.periods import PHASES, Kind, NamedPeriod
from directory.reports.queries.closed import first_years_of_areas
from directory.reports.queries.scope import ILLUSTRATIVE
from directory.reports.suppression import tell, tell_row, tell_sum
from directory.vietnamese import sort_key

SERVICES, PEOPLE, CONTACTS = "L00", "N01", "T01"
UNKNOWN = "Chưa có số liệu công bố của nơi này trong kỳ này."


@dataclass(frozen=True)
class Province:
    """A province of today of which something is published, and the periods of it, the newest first."""

    key: str
    code: str
    name: str
    periods: tuple[NamedPeriod, ...]


@dataclass(frozen=True)
class Told:
    """What is told of an area or of the whole province in a period."""

    name: str
    is_demo: bool
    services: Figure
    #: By top-level subject, in their order.
    by_subject: tuple[Figure, ...]
    contacts: Figure
    #: None for a phase: people are counted within a year.
    people: Figure | None


@dataclass(frozen=True)
class Published:
    """One period of a province as the public is told it."""

    province: Province
    period: NamedPeriod
    subjects: tuple[str, ...]
    areas: tuple[Told, ...]
    whole: Told
    #: What its figures mean: the definitions that they were frozen by.
    meanings: tuple[Indicator, ...]


@dataclass(frozen=True)
class _Ground:
    """The areas of a province, the years that each has closed, and the year in which each began."""

    unit: AdminUnit
    areas: tuple[Area, ...]
    closed: Mapping[int, frozenset[int]]
    began: Mapping[int, int]

    def is_told(self, year: int) -> bool:
        begun = [area.id for area in self.areas if self.began.get(area.id, year + 1) <= year]
        return bool(begun) and all(year in self.closed.get(area_id, ()) for area_id in begun)

    def periods(self) -> Iterator[NamedPeriod]:
        years = {year for area in self.areas for year in self.closed.get(area.id, ()) if self.is_told(year)}
        for first, last in PHASES:
            first_begun = max(first, min(self.began.values(), default=last + 1))
            if first_begun <= last and years.issuperset(range(first_begun, last + 1)):
                yield NamedPeriod(Kind.PHASE, first)
        yield from (NamedPeriod(Kind.YEAR, year) for year in years)

    @property
    def province(self) -> Province:
        newest_first = sorted(self.periods(), key=lambda one: (-one.period.last.year, one.kind is not Kind.PHASE))
        name = f"{self.unit.kind} {self.unit.name}"
        return Province(self.unit.key, self.unit.code, name, tuple(newest_first))


def provinces() -> list[Province]:
    """Return the provinces of which something is published, by name."""
    found = [ground.province for ground in _grounds()]
    return sorted((one for one in found if one.periods), key=lambda one: (sort_key(one.name), one.key))


def published(code: str, text: str) -> Published:
    """Return what is told of a province in a period, as addresses name them.

    Raises: NotFound, when nothing is.
    """
    for ground in _grounds():
        province = ground.province
        if province.code == code:
            for period in province.periods:
                if period.text == text:
                    return _published(ground, province, period)
    raise NotFound(UNKNOWN)


def _grounds() -> list[_Ground]:
    closed: dict[int, set[int]] = {}
    for area_id, year in db.session.execute(select(ClosedYear.area_id, ClosedYear.year).order_by(ClosedYear.area_id)):
        closed.setdefault(area_id, set()).add(year)
    if not closed:
        return []
    began = first_years_of_areas()
    years = {area_id: frozenset(found) for area_id, found in closed.items()}
    return [
        _Ground(unit, tuple(areas), years, {area.id: began[area.id] for area in areas if area.id in began})
        for unit, areas in _areas_by_province()
    ]


def _areas_by_province() -> list[tuple[AdminUnit, list[Area]]]:
    """Return the areas in the province that most of their wards lie in, so that each is told in one province only."""
    rows = db.session.execute(
        select(area_ward.c.area_id, AdminUnit.parent_key)
        .join(AdminUnit, AdminUnit.key == area_ward.c.ward_key)
        .group_by(area_ward.c.area_id, AdminUnit.parent_key)
        .order_by(area_ward.c.area_id, func.count().desc(), AdminUnit.parent_key)
    )
    home: dict[int, str | None] = {}
    for area_id, province_key in rows:
        home.setdefault(area_id, province_key)
    inside: dict[str | None, list[Area]] = {}
    for area in db.session.scalars(select(Area).where(Area.id.in_(home)).order_by(Area.id)):
        inside.setdefault(home[area.id], []).append(area)
    units = db.session.scalars(select(AdminUnit).where(AdminUnit.key.in_(inside)).order_by(AdminUnit.key))
    return [(unit, sorted(inside[unit.key], key=lambda area: (sort_key(area.name), area.id))) for unit in units]


def _published(ground: _Ground, province: Province, period: NamedPeriod) -> Published:
    years = [year for year in period.period.years if ground.is_told(year)]
    frozen = _frozen([area.id for area in ground.areas], years)
    # An area that had not begun, or has no record of any of these, is no row.
    areas = [area for area in ground.areas if any((area.id, year) in frozen for year in years)]
    told = tuple(
        _over_years(area.name, [_of_year(area, frozen.get((area.id, year), {})) for year in years], period)
        for area in areas
    )
    subjects = tuple(subject.slug for subject in categories().top)
    meanings = _meanings([area.id for area in ground.areas], years)
    return Published(province, period, subjects, told, _whole(province.name, told), meanings)


def _meanings(area_ids: Collection[int], years: Collection[int]) -> tuple[Indicator, ...]:
    """Return the definitions by which these years were frozen: of an indicator several, where it changed in between."""
    wanted = select(PeriodFigure.indicator, PeriodFigure.version).distinct()
    where = (PeriodFigure.area_id.in_(area_ids), PeriodFigure.year.in_(years))
    found = {(code, version) for code, version in db.session.execute(wanted.where(*where))}
    codes = (SERVICES, PEOPLE, CONTACTS)
    return tuple(one for code in codes for key, one in definitions().items() if key[0] == code and key in found)


def _frozen(area_ids: Collection[int], years: Collection[int]) -> dict[tuple[int, int], dict[tuple[str, str], int]]:
    """Return the frozen counts by area and year; each by indicator and key."""
    wanted = select(
        PeriodFigure.area_id, PeriodFigure.year, PeriodFigure.indicator, PeriodFigure.key, PeriodFigure.value
    ).where(
        PeriodFigure.area_id.in_(area_ids),
        PeriodFigure.year.in_(years),
        PeriodFigure.indicator.in_((SERVICES, PEOPLE, CONTACTS)),
        PeriodFigure.value.is_not(None),
    )
    found: dict[tuple[int, int], dict[tuple[str, str], int]] = {}
    for area_id, year, indicator, key, value in db.session.execute(wanted.order_by(PeriodFigure.id)):
        found.setdefault((area_id, year), {})[indicator, key] = int(value or 0)
    return found


def _of_year(area: Area, counts: Mapping[tuple[str, str], int]) -> Told:
    services, by_subject = tell_row(_by_subject(counts))
    contacts, people = tell(counts.get((CONTACTS, ""))), tell(counts.get((PEOPLE, "")))
    return Told(area.name, ILLUSTRATIVE in area.name, services, by_subject, contacts, people)


def _by_subject(counts: Mapping[tuple[str, str], int]) -> list[int | None]:
    """Return the services by top-level subject; None where no such service was ever recorded, which is not 0."""
    tree = categories()
    sums = Counter[str]()
    for (indicator, key), value in counts.items():
        if indicator == SERVICES and key:
            sums[tree.tops[key]] += value
    return [sums.get(subject.slug) for subject in tree.top]


def _over_years(name: str, years: list[Told], period: NamedPeriod) -> Told:
    if period.kind is Kind.YEAR:
        return years[0]
    return _sum(name, years, people=None)


def _whole(name: str, areas: tuple[Told, ...]) -> Told:
    people = [area.people for area in areas if area.people is not None]
    return _sum(name, areas, people=tell_sum(people) if people else None)


def _sum(name: str, parts: Collection[Told], *, people: Figure | None) -> Told:
    columns = zip(*(part.by_subject for part in parts), strict=True)
    return Told(
        name,
        any(part.is_demo for part in parts),
        tell_sum(part.services for part in parts),
        tuple(tell_sum(column) for column in columns),
        tell_sum(part.contacts for part in parts),
        people,
    )
