"""What anybody may read: closed years and phases, and nobody reckons from all of it, or with it, what is kept back."""

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pytest
from sqlalchemy import select

from directory.accounts.models import PeerGroup
from directory.errors import NotFound
from directory.extensions import db
from directory.places.models import AdminUnit, Area
from directory.reports.figures import WhyNone
from directory.reports.indicators import indicators
from directory.reports.periods import Kind, parse
from directory.reports.queries.published import Published, Told, provinces, published
from directory.reports.queries.reading import read_report
from directory.reports.queries.scope import scope_of
from directory.reports.rules import SMALLEST_TOLD, Audience
from directory.web.transaction import transaction
from tests.reports.years import freeze, met, served

YEARS = range(2016, 2021)
LEAVES = {
    "phap-ly": "tro-giup-phap-ly", "y-te": "kham-benh", "tam-ly": "tu-van-tam-ly", "viec-lam": "day-nghe",
    "an-toan": "cong-an",
}  # fmt: skip


def figures(services: dict[str, int], people: int | None, contacts: int | None) -> dict[tuple[str, str], int | None]:
    """Return what a year froze, by top-level subject."""
    whole = {("L00", ""): sum(services.values()) if services else None, ("N01", ""): people, ("T01", ""): contacts}
    return whole | {("L00", LEAVES[slug]): count for slug, count in services.items() if count}


def areas_of(province: str, how_many: int) -> list[Area]:
    """Make areas of one ward each in a province."""
    wards = db.session.scalars(
        select(AdminUnit).where(AdminUnit.parent_key == province).order_by(AdminUnit.key).limit(how_many)
    )
    made = [Area(name=f"Địa bàn {ward.key}", wards=[ward]) for ward in wards]
    db.session.add_all(made)
    db.session.flush()
    return made


def test_nothing_is_published_before_a_year_is_closed(client):
    assert "Chưa có năm nào được công bố" in client.get("/bao-cao/cong-bo").get_data(as_text=True)
    assert client.get("/bao-cao/cong-bo/22/2024").status_code == 404


def test_a_closed_year_is_told_with_its_small_counts_kept_back(client, session):
    with transaction():
        one, other = areas_of("province:22", 2)
        freeze(one, 2024, figures({"y-te": 30, "phap-ly": 3, "tam-ly": 12}, 20, 40))
        freeze(other, 2024, figures({"y-te": 9}, 4, None))
    page = client.get("/bao-cao/cong-bo")
    assert "/bao-cao/cong-bo/22/2024" in page.get_data(as_text=True)
    told = published("22", "2024")
    first, second = told.areas
    assert told.subjects == ("phap-ly", "y-te", "tam-ly", "viec-lam", "an-toan")
    assert [figure.value for figure in first.by_subject] == [None, None, 12, None, None]
    assert (first.services.value, first.people.value, first.contacts.value) == (45, 20, 40)
    assert (second.services.value, second.people.value, second.contacts.value) == (9, None, None)
    assert (second.people.why_none, second.contacts.why_none) == (WhyNone.KEPT_BACK, WhyNone.NO_RECORD)
    assert told.whole.services.value == 54
    # One part is kept back, so the sum is.
    assert (told.whole.people.value, told.whole.contacts.value) == (None, 40)
    text = client.get("/bao-cao/cong-bo/22/2024").get_data(as_text=True)
    assert "Số từ 1 đến 4 không được nêu" in text
    assert "Quảng Ninh – Năm 2024" in text
    assert [(one.code, one.version) for one in told.meanings] == [("L00", 1), ("N01", 1), ("T01", 1)]
    assert text.count("Đếm từ đâu") == 3


def test_a_year_waits_until_every_area_that_had_begun_has_closed_it(people):
    served(people.other_area.id, people.other_group.id, date(2023, 5, 1))
    with transaction():
        freeze(people.area, 2022, figures({"y-te": 30}, 20, None))
        freeze(people.area, 2023, figures({"y-te": 30}, 20, None))
    assert [one.text for one in provinces()[0].periods] == ["2022"]
    with pytest.raises(NotFound):
        published("22", "2023")
    with transaction():
        freeze(people.other_area, 2023, figures({"y-te": 30}, 20, None))
    assert [one.text for one in provinces()[0].periods] == ["2023", "2022"]


def test_a_phase_is_told_when_all_its_years_are_and_counts_no_people(app):
    with transaction():
        (area,) = areas_of("province:22", 1)
        for year in (2018, 2019, 2020):
            freeze(area, year, figures({"y-te": 10}, 5, 6))
        for year in (2021, 2022):
            freeze(area, year, figures({"y-te": 10}, 5, 6))
    assert [one.text for one in provinces()[0].periods] == ["2022", "2021", "2016-2020", "2020", "2019", "2018"]
    told = published("22", "2016-2020")
    assert (told.whole.services.value, told.whole.contacts.value, told.whole.people) == (30, 18, None)


def test_what_is_published_stays_as_it_was_whatever_comes_later(people):
    with transaction():
        freeze(people.area, 2021, figures({"y-te": 30, "tam-ly": 2}, 20, 7))
    before = published("22", "2021")
    served(people.area.id, people.group.id, date(2021, 6, 1))
    with transaction():
        freeze(people.area, 2022, figures({"y-te": 1}, 1, 1))
        people.area.wards.append(people.other_area.wards[0])
    after = published("22", "2021")
    assert (after.areas, after.whole) == (before.areas, before.whole)


@dataclass(frozen=True)
class Cell:
    """One number that somebody could want to know."""

    area: str
    year: int
    what: str


class Attacker:
    """Somebody who has read every page, and perhaps knows some areas besides, and solves for the rest."""

    def __init__(self, counts: dict[Cell, int], known: set[Cell]) -> None:
        self.counts = counts
        self.cells = list(counts)
        self.place = {cell: number for number, cell in enumerate(self.cells)}
        self.rows = [self._row([cell]) for cell in known]

    def _row(self, cells: list[Cell]) -> np.ndarray:
        row = np.zeros(len(self.cells))
        row[[self.place[cell] for cell in cells]] = 1
        return row

    def reads(self, told, cells: list[Cell]) -> None:
        """Learn a number that is a sum of cells."""
        if told is not None and told.value is not None:
            assert told.value == sum(self.counts[cell] for cell in cells)
            self.rows.append(self._row(cells))

    def solves(self) -> set[Cell]:
        """Return the cells whose very number follows from all known sums: those that no solution moves."""
        known = np.array(self.rows)
        sizes, ways = np.linalg.eigh(known.T @ known)
        moved = np.abs(ways[:, sizes < 1e-6]).max(axis=1, initial=0) > 1e-6
        return {cell for cell, number in self.place.items() if not moved[number]}

    def widths(self, cells: Iterable[Cell]) -> dict[Cell, int]:
        """Return how far each number may at least be moved without contradicting anything that is known.

        What is moved goes to or comes from other unknown numbers such that every known sum stays as it is.
        """
        known = np.array(self.rows)
        return {cell: self._width(known, self.place[cell]) for cell in cells}

    def _width(self, known: np.ndarray, at: int) -> int:
        here = known[:, [at]]
        if not here.any():
            return 10**9
        same = np.flatnonzero((known == here).all(axis=0))
        return sum(self.counts[self.cells[other]] for other in same) if len(same) > 1 else 0


def made_up(chance: random.Random) -> dict[str, int]:
    sizes = (0, 0, 1, 2, 3, 4, 5, 6, 9, 14, 40)
    return {slug: chance.choice(sizes) for slug in LEAVES}


def lay_province(key: str, chance: random.Random) -> dict[Cell, int]:
    """Close the years of three areas of a province with made-up numbers, and return the numbers."""
    counts: dict[Cell, int] = {}
    for area in areas_of(key, 3):
        for year in YEARS:
            services = made_up(chance)
            people, contacts = chance.randint(0, max(1, sum(services.values()))), chance.randint(0, 20)
            freeze(area, year, figures(services, people, contacts))
            counts |= {Cell(area.name, year, slug): count for slug, count in services.items()}
            counts |= {Cell(area.name, year, "people"): people, Cell(area.name, year, "contacts"): contacts}
    return counts


def lines(told: Published) -> Iterator[tuple[Told, list[str]]]:
    names = [area.name for area in told.areas]
    yield from ((area, [area.name]) for area in told.areas)
    yield told.whole, names


def read_all(attacker: Attacker, told: Published) -> list[Cell]:
    """Let the attacker read a page, and return the single numbers that it keeps back."""
    years = [year for year in YEARS if year in told.period.period.years]
    kept: list[Cell] = []
    for line, names in lines(told):
        columns = {slug: (figure, [slug]) for slug, figure in zip(told.subjects, line.by_subject, strict=True)}
        columns |= {"all": (line.services, list(LEAVES)), "contacts": (line.contacts, ["contacts"])}
        columns |= {"people": (line.people, ["people"])} if line.people is not None else {}
        for figure, whats in columns.values():
            cells = [Cell(name, year, what) for name in names for year in years for what in whats]
            attacker.reads(figure, cells)
            if len(cells) == 1 and figure.why_none is WhyNone.KEPT_BACK:
                kept += cells
    return kept


def test_nobody_reckons_a_number_that_is_kept_back_not_even_who_knows_all_other_areas(app):
    chance = random.Random(5)
    with transaction():
        keys = db.session.scalars(select(AdminUnit.key).where(AdminUnit.level == "province").order_by(AdminUnit.key))
        laid = {key: lay_province(key, chance) for key in keys.all()[:4]}
    for province in provinces():
        counts = laid[province.key]
        pages = [published(province.code, period.text) for period in province.periods]
        assert sum(page.period.kind is Kind.PHASE for page in pages) == 1
        areas = sorted({cell.area for cell in counts})
        for known_areas in ([], *([area for area in areas if area != one] for one in areas)):
            attacker = Attacker(counts, {cell for cell in counts if cell.area in known_areas})
            kept = [cell for page in pages for cell in read_all(attacker, page)]
            assert {cell for cell, count in counts.items() if 0 < count < SMALLEST_TOLD} <= set(kept)
            wanted = {cell for cell in kept if cell.area not in known_areas}
            assert attacker.solves().isdisjoint(wanted)
            assert min(attacker.widths(wanted).values()) >= SMALLEST_TOLD


DESK_PERIODS = [parse(text) for text in ("2026-03", "2026-q1", "2026", "2026-03-01..2026-03-05", "2021-2025")]


def test_no_report_of_the_desk_changes_with_what_happens_in_an_area_of_one_ward(people):
    """So no two of them, of whatever places and days, differ by it."""
    with transaction():
        hers = Area(name="Địa bàn hai phường", wards=list(_two_wards()))
        db.session.add(hers)
        db.session.flush()
        group = PeerGroup(name="Nhóm hai phường", area_id=hers.id)
        db.session.add(group)
    served(hers.id, group.id, date(2026, 3, 4), token=b"c" * 16, kham_benh=2)
    everything = replace(people.coordinator.actor, area_ids=frozenset({people.area.id, hers.id}))
    scopes = [scope_of(text, everything) for text in (None, hers.name, people.area.name, "Quảng Ninh")]

    sensitive = [code for code, one in indicators().items() if one.is_sensitive]

    def told():
        asked = {"codes": sensitive, "audience": Audience.DESK, "today": date(2026, 11, 22)}
        return [read_report(scope, period, **asked).lines for scope in scopes for period in DESK_PERIODS]

    before = told()
    assert any(line.total.value == 2 for line in before[0])
    served(people.area.id, people.group.id, date(2026, 3, 4), token=b"d" * 16, kham_benh=3, cong_an=1)
    met(people.area.id, people.group.id, date(2026, 3, 5), 6)
    assert told() == before


def _two_wards():
    wanted = select(AdminUnit).where(AdminUnit.parent_key == "province:22", AdminUnit.level == "ward")
    return db.session.scalars(wanted.order_by(AdminUnit.key.desc()).limit(2))
