"""Where help is far: for a subject and some wards, what is nearest to each ward and how far; by subject, by area.

A place whose address is kept back counts at its ward's point, a hidden one nowhere; nobody learns where either is.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import select

from directory.catalogue.models import Offering, Provider, Service, Site
from directory.catalogue.queries import Subject, categories
from directory.catalogue.rules import ILLUSTRATIVE_SOURCE, Visibility
from directory.extensions import db
from directory.places.map_wards import Step
from directory.places.models import AdminUnit
from directory.places.units import Unit
from directory.reports.figures import ScopeArea
from directory.reports.queries.measures_directory import NOT_BY_DISTANCE, Ground, lacking
from directory.search.coverage import ANYTHING
from directory.search.nearness import Found as Numbers
from directory.vietnamese import sort_key


@dataclass(frozen=True)
class NearestPlace:
    """What is nearest to a ward. Of a place whose address is kept back there is no provider, only its ward."""

    code: str
    service: str
    provider: str | None
    ward: str
    is_illustrative: bool


@dataclass(frozen=True)
class WardGap:
    """A ward with what is nearest to it; nothing and no distance when the directory has no such place at all."""

    ward: Unit
    province: str
    metres: float | None
    step: Step
    place: NearestPlace | None


@dataclass(frozen=True)
class Gaps:
    """The wards of a report for one subject and radius, farthest first."""

    wards: tuple[WardGap, ...]
    #: Entries of the subject that belong to these wards and provinces, and those of them that are nowhere.
    entries: int
    hidden: int

    @property
    def lacking(self) -> int:
        """How many wards have nothing within the radius."""
        return sum(gap.step is not Step.NEAR for gap in self.wards)

    @property
    def provinces(self) -> int:
        """In how many provinces the wards lie."""
        return len({gap.ward.parent_key for gap in self.wards})

    @property
    def has_illustrative(self) -> bool:
        """Whether something invented is the nearest of some ward."""
        return any(gap.place and gap.place.is_illustrative for gap in self.wards)


@dataclass(frozen=True)
class Cell:
    """How much of a subject there is, and how many wards have none of it near; None where distance says nothing."""

    entries: int
    lacking: int | None


@dataclass(frozen=True)
class SubjectRow:
    """A subject over all wards of the report."""

    subject: Subject
    hidden: int
    cell: Cell


@dataclass(frozen=True)
class AreaRow:
    """An area, by main subject."""

    name: str
    wards: int
    cells: tuple[Cell, ...]


def gaps_of(ground: Ground, slug: str, radius_km: float) -> Gaps:
    """Return what is nearest to each ward of the areas."""
    now, names = ground.coverage, ground.coverage.names
    at = now.at(ground.wards)
    found = now.nearest(slug)
    places = _places(now.arrays.table.ids[found.numbers[at][found.numbers[at] >= 0]].tolist())
    gaps = []
    for place in at.tolist():
        ward, metres, number = now.wards[place], float(found.metres[place]), int(found.numbers[place])
        nearest = places.get(int(now.arrays.table.ids[number])) if number >= 0 else None
        is_known = nearest is not None
        gaps.append(
            WardGap(
                ward=ward,
                province=names.province_of(ward.code).name,
                metres=metres if is_known else None,
                step=step_of(metres if is_known else np.inf, radius_km),
                place=nearest,
            )
        )
    inside = ground.inside[now.of_subject(slug)[ground.inside]]
    return Gaps(tuple(sorted(gaps, key=_farthest_first)), len(inside), int(now.arrays.table.is_hidden[inside].sum()))


def step_of(metres: float, radius_km: float) -> Step:
    """Return how far that is, measured by the radius that was asked for."""
    if np.isinf(metres):
        return Step.NONE
    radius_m = radius_km * 1000
    return Step.NEAR if metres <= radius_m else Step.FAR if metres <= 2 * radius_m else Step.FARTHER


def by_subject(ground: Ground, radius_km: float) -> list[SubjectRow]:
    """Return every subject, main ones before what stands below them."""
    tree = categories()
    ordered = [one for top in tree.top for one in (top, *tree.children(top.slug))]
    hidden = ground.coverage.arrays.table.is_hidden
    rows = []
    for subject in ordered:
        inside = ground.inside[ground.coverage.of_subject(subject.slug)[ground.inside]]
        cell = _cell(ground, inside, ground.wards, subject.slug, radius_km)
        rows.append(SubjectRow(subject, int(hidden[inside].sum()), cell))
    return rows


def by_area(ground: Ground, areas: Sequence[ScopeArea], radius_km: float) -> list[AreaRow]:
    """Return every area with what it has of each main subject."""
    rows = []
    for area in areas:
        wards, inside = ground.wards_of[area.id], ground.inside_of[area.id]
        cells = (
            _cell(ground, inside[ground.coverage.of_subject(top.slug)[inside]], wards, top.slug, radius_km)
            for top in categories().top
        )
        rows.append(AreaRow(area.name, len(wards), tuple(cells)))
    return rows


def _cell(ground: Ground, inside: Numbers, wards: Collection[str], slug: str, radius_km: float) -> Cell:
    if slug in NOT_BY_DISTANCE:
        return Cell(len(inside), None)
    return Cell(len(inside), int(lacking(ground.coverage, wards, slug, radius_km) or 0))


def _farthest_first(gap: WardGap) -> tuple[float, str, str]:
    return -(np.inf if gap.metres is None else gap.metres), sort_key(gap.ward.name), gap.ward.key


def _places(ids: Collection[int]) -> dict[int, NearestPlace]:
    rows = db.session.execute(
        select(
            Offering.id,
            Offering.code,
            Offering.source_code,
            Service.name,
            Provider.name.label("provider"),
            Site.visibility,
            AdminUnit.kind,
            AdminUnit.name.label("ward"),
        )
        .join(Service, Service.id == Offering.service_id)
        .join(Site, Site.id == Offering.site_id)
        .join(Provider, Provider.id == Service.provider_id)
        .outerjoin(AdminUnit, AdminUnit.key == Site.ward_key)
        # What became hidden a moment ago is named no more, though the arrays may not know it yet.
        .where(Offering.id.in_(sorted(set(ids))), Site.visibility != Visibility.HIDDEN)
        .order_by(Offering.id)
    )
    return {
        row.id: NearestPlace(
            code=row.code,
            service=row.name,
            provider=row.provider if row.visibility == Visibility.PUBLIC else None,
            ward=f"{row.kind} {row.ward}" if row.ward else "",
            is_illustrative=row.source_code == ILLUSTRATIVE_SOURCE,
        )
        for row in rows
    }


__all__ = ["ANYTHING", "AreaRow", "Gaps", "SubjectRow", "WardGap", "by_area", "by_subject", "gaps_of", "step_of"]
