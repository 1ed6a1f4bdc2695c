"""The reference tables of the catalogue as they stand in ``seed/``: subjects, sources, facts. No storage."""

from dataclasses import dataclass
from functools import cache

from directory import seed_files
from directory.catalogue.entries import Vocabulary
from directory.vietnamese import fold


@dataclass(frozen=True)
class FactKind:
    """Something worth knowing of a service that is either so or not said, such as "women-only staff"."""

    slug: str
    name_vi: str
    name_en: str
    icon: str


@cache
def fact_kinds() -> dict[str, FactKind]:
    """Return the known facts by slug, in the order of their file."""
    return {row["slug"]: FactKind(**row) for row in seed_files.rows("facts.csv")}


@cache
def vocabulary() -> Vocabulary:
    """Return the words that the cells of an import are checked against: slugs and Vietnamese names."""
    categories = {row["slug"]: row["name_vi"] for row in seed_files.rows("categories.csv")}
    sources = {row["code"]: row["name"] for row in seed_files.rows("sources.csv")}
    facts = {kind.slug: kind.name_vi for kind in fact_kinds().values()}
    return Vocabulary(_by_word(categories), _by_word(facts), _by_word(sources))


@cache
def category_order() -> dict[str, int]:
    """Return the place of each subject in the tree."""
    return {row["slug"]: place for place, row in enumerate(seed_files.rows("categories.csv"))}


def _by_word(names: dict[str, str]) -> dict[str, str]:
    by_name = {fold(name): slug for slug, name in names.items()}
    return by_name | {fold(slug): slug for slug in names}
