"""What the directory itself is like today: how much is in it, how fresh, and which wards have nothing near.

Invented entries count like real ones where there are any: a site that shows what it can do has no others. Whoever shows
these figures says so (``queries.gaps``).
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from sqlalchemy import Text, cast, select

from directory.catalogue.models import Offering
from directory.catalogue.queries import categories
from directory.catalogue.rules import HOTLINES
from directory.catalogue.upkeep import SHELTER
from directory.extensions import db
from directory.places.models import AdminUnit, area_ward
from directory.reports.figures import Indicator, WhyNone
from directory.reports.queries.measuring import Asked, Found, Number
from directory.search.coverage import ANYTHING, Coverage, coverage
from directory.search.evaluation import Marked
from directory.search.nearness import Found as Numbers

#: These are rung up from anywhere, or are kept hidden: how far they are says nothing.
NOT_BY_DISTANCE = frozenset({HOTLINES, SHELTER})

#: What measures some entries, and some wards of which it is known whether they are far from anything.
Count = Callable[[Numbers], Number | None]
CountWards = Callable[[Marked], Number | None]


@dataclass(frozen=True)
class Ground:
    """The areas of a report as sets of today's wards, and the entries as they are today."""

    coverage: Coverage
    wards_of: Mapping[int, frozenset[str]]
    is_national: bool

    @cached_property
    def wards(self) -> frozenset[str]:
        """Every ward of the areas, once."""
        return frozenset().union(*self.wards_of.values())

    @cached_property
    def inside(self) -> Numbers:
        """The entries of all areas, each once; of the whole country also the lines that are nobody's alone."""
        marked = self.coverage.inside(self.wards)
        if self.is_national:
            marked = marked | self.coverage.lines_of_the_country
        return np.flatnonzero(marked)

    @cached_property
    def inside_of(self) -> dict[int, Numbers]:
        """The entries of each area."""
        return {area: np.flatnonzero(self.coverage.inside(wards)) for area, wards in self.wards_of.items()}


def ground_of(asked: Asked) -> Ground:
    """Return what the measures of the directory stand on."""
    return Ground(coverage(asked.today), wards_by_area(asked.scope.area_ids), asked.scope.is_national)


def wards_by_area(area_ids: Collection[int]) -> dict[int, frozenset[str]]:
    """Return the codes of the wards of each area."""
    found: dict[int, set[str]] = {area_id: set() for area_id in sorted(area_ids)}
    rows = db.session.execute(
        select(area_ward.c.area_id, AdminUnit.code)
        .join(AdminUnit, AdminUnit.key == area_ward.c.ward_key)
        .where(area_ward.c.area_id.in_(area_ids))
        .order_by(area_ward.c.area_id, AdminUnit.code)
    )
    for area_id, code in rows:
        found[area_id].add(code)
    return {area_id: frozenset(codes) for area_id, codes in found.items()}


def small_subjects() -> list[str]:
    """Return the slugs that stand below a main subject, in their order."""
    return [subject.slug for subject in categories().by_slug.values() if subject.parent_slug]


def gap_wards(asked: Asked, wanted: Sequence[Indicator]) -> dict[str, Found]:
    """Count the wards that have nothing within the parameter's kilometres."""
    ground = ground_of(asked)
    return {one.code: _by_distance(ground, float(one.parameters[0]), how_many_lack) for one in wanted}


def directory(asked: Asked, wanted: Sequence[Indicator]) -> dict[str, Found]:
    """Measure what the directory holds of these areas, by the indicator's first parameter."""
    ground = ground_of(asked)
    return {one.code: _MEASURES[one.parameters[0]](ground, one.parameters[1:]) for one in wanted}


def lacking(ground: Coverage, wards: Collection[str], slug: str, radius_km: float) -> Number | None:
    """Return how many of these wards have nothing of a subject within so many kilometres of their points."""
    return int(np.count_nonzero(ground.nearest(slug).metres[ground.at(wards)] > radius_km * 1000))


def how_many_lack(far: Marked) -> Number | None:
    """Return how many wards are too far from anything."""
    return int(np.count_nonzero(far))


def share_covered(far: Marked) -> Number | None:
    """Return the share of wards that are near to something, per cent."""
    return 100 * (1 - int(np.count_nonzero(far)) / len(far)) if len(far) else None


def _by_distance(ground: Ground, radius_km: float, count: CountWards) -> Found:
    """Measure the wards of the whole and of each area by how far anything, and each subject, is from them."""
    now = ground.coverage
    if not now.listed.any():
        return Found()
    slugs = [slug for slug in small_subjects() if slug not in NOT_BY_DISTANCE]
    far = {slug: now.nearest(slug).metres > radius_km * 1000 for slug in (ANYTHING, *slugs)}
    whole, places = now.at(ground.wards), {area: now.at(wards) for area, wards in ground.wards_of.items()}
    return Found(
        total=count(far[ANYTHING][whole]),
        by_area={area: count(far[ANYTHING][its]) for area, its in places.items()},
        by_key={slug: count(far[slug][whole]) for slug in slugs},
        by_both={(area, slug): count(far[slug][its]) for area, its in places.items() for slug in slugs},
        why_none=WhyNone.NOTHING_TO_DIVIDE,
    )


def _counted(
    ground: Ground, count: Count, groups: Iterable[tuple[str, Collection[bool]]], why_none: WhyNone = WhyNone.NO_RECORD
) -> Found:
    """Measure the entries of the whole, of each area, and of each group of entries."""
    if not ground.coverage.listed.any():
        return Found()
    marks = [(key, np.asarray(marked)) for key, marked in groups]
    entries = ground.inside_of
    return Found(
        total=count(ground.inside),
        by_area={area: count(numbers) for area, numbers in entries.items()},
        by_key={key: count(ground.inside[marked[ground.inside]]) for key, marked in marks},
        by_both={
            (area, key): count(numbers[marked[numbers]]) for area, numbers in entries.items() for key, marked in marks
        },
        why_none=why_none,
    )


def _subjects(ground: Ground) -> Iterable[tuple[str, Collection[bool]]]:
    """Yield the subjects of which there is anything, with their entries marked."""
    for slug in small_subjects():
        marked = ground.coverage.of_subject(slug)
        if marked[ground.inside].any():
            yield slug, marked


def how_many(numbers: Numbers) -> Number | None:
    """Return how many entries these are."""
    return len(numbers)


def share_verified(now: Coverage, days: int) -> Count:
    """Return what measures the share, per cent, that was verified in so many days."""
    verified = now.verified_since(days)

    def share(numbers: Numbers) -> Number | None:
        return 100 * int(np.count_nonzero(verified[numbers])) / len(numbers) if len(numbers) else None

    return share


def median_age(now: Coverage) -> Count:
    """Return what measures the median number of days since entries were verified; those that never were have none."""
    ages = now.ages()

    def median(numbers: Numbers) -> Number | None:
        its = ages[numbers]
        # For a few numbers this is ten times as quick as numpy's own median.
        known = np.sort(its[its >= 0])
        return float(known[(len(known) - 1) // 2] + known[len(known) // 2]) / 2 if len(known) else None

    return median


def _services(ground: Ground, _parameters: Sequence[str]) -> Found:
    return _counted(ground, how_many, _subjects(ground))


def _verified(ground: Ground, parameters: Sequence[str]) -> Found:
    return _counted(
        ground, share_verified(ground.coverage, int(parameters[0])), _subjects(ground), WhyNone.NOTHING_TO_DIVIDE
    )


def _age(ground: Ground, _parameters: Sequence[str]) -> Found:
    return _counted(ground, median_age(ground.coverage), _subjects(ground))


def _coverage(ground: Ground, parameters: Sequence[str]) -> Found:
    return _by_distance(ground, float(parameters[0]), share_covered)


def _languages(ground: Ground, _parameters: Sequence[str]) -> Found:
    says_any, by_language = _spoken(ground.coverage)

    def saying(numbers: Numbers) -> Number | None:
        return int(says_any[numbers].sum())

    spoken = [(language, marked) for language, marked in sorted(by_language.items()) if marked[ground.inside].any()]
    return _counted(ground, saying, spoken)


def _round_the_clock(ground: Ground, _parameters: Sequence[str]) -> Found:
    """Count the lines of the areas and those of the whole country: they can be rung up from anywhere."""
    now = ground.coverage
    ids = db.session.scalars(select(Offering.id).where(Offering.hotline_24h.is_(True)).order_by(Offering.id))
    marked = _marked(now, ids) & now.listed
    everywhere = marked & now.lines_of_the_country
    if not now.listed.any():
        return Found()

    def ringing(numbers: Numbers) -> int:
        inside = everywhere.copy()
        inside[numbers[marked[numbers]]] = True
        return int(inside.sum())

    return Found(
        total=ringing(ground.inside), by_area={area: ringing(numbers) for area, numbers in ground.inside_of.items()}
    )


def _spoken(now: Coverage) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Mark the entries that say in which languages one is understood there, and those of each language."""
    text = cast(Offering.languages, Text)
    rows = db.session.execute(select(Offering.id, text).where(text != "[]").order_by(Offering.id))
    ids: dict[str, list[int]] = defaultdict(list)
    for offering_id, languages in rows:
        for language in json.loads(languages or "[]"):
            ids[language].append(offering_id)
    by_language = {language: _marked(now, spoken) for language, spoken in ids.items()}
    nobody = np.zeros(len(now.arrays.table), np.bool_)
    return np.logical_or.reduce([nobody, *by_language.values()]), by_language


def _marked(now: Coverage, ids: Iterable[int]) -> np.ndarray:
    number_of = now.arrays.table.number_of
    marked = np.zeros(len(now.arrays.table), np.bool_)
    marked[[number_of[one] for one in ids if one in number_of]] = True
    return marked


_MEASURES: Mapping[str, Callable[[Ground, Sequence[str]], Found]] = {
    "services": _services,
    "verified": _verified,
    "age": _age,
    "coverage": _coverage,
    "languages": _languages,
    "round_the_clock": _round_the_clock,
}
