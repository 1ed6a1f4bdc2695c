"""The reference tables of the catalogue as they stand in ``seed/``: subjects, sources, facts. No storage."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from directory.catalogue.entries import Vocabulary
from directory.vietnamese import fold, nfc

SEED = Path(__file__).parent.parent.parent / "seed"


@dataclass(frozen=True)
class FactKind:
    """Something worth knowing of a service that is either so or not said, such as "women-only staff"."""

    slug: str
    name_vi: str
    name_en: str
    icon: str


def seed_rows(name: str) -> list[dict[str, str]]:
    """Return the rows of a CSV file of ``seed/``, in NFC."""
    with (SEED / name).open(encoding="utf-8", newline="") as file:
        return [{column: nfc(text or "") for column, text in row.items() if column} for row in csv.DictReader(file)]


@cache
def fact_kinds() -> dict[str, FactKind]:
    """Return the known facts by slug, in the order of their file."""
    return {row["slug"]: FactKind(**row) for row in seed_rows("facts.csv")}


@cache
def vocabulary() -> Vocabulary:
    """Return the words that the cells of an import are checked against: slugs and Vietnamese names."""
    categories = {row["slug"]: row["name_vi"] for row in seed_rows("categories.csv")}
    sources = {row["code"]: row["name"] for row in seed_rows("sources.csv")}
    facts = {kind.slug: kind.name_vi for kind in fact_kinds().values()}
    return Vocabulary(_by_word(categories), _by_word(facts), _by_word(sources))


def _by_word(names: dict[str, str]) -> dict[str, str]:
    by_name = {fold(name): slug for slug, name in names.items()}
    return by_name | {fold(slug): slug for slug in names}
