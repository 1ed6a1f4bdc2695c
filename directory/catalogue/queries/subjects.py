"""The tree of subjects, read once for each application: it changes only when the site is set up again."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from flask import current_app
from flask_babel import get_locale
from sqlalchemy import select

from directory.catalogue.models import Category
from directory.codes import read_public_code
from directory.extensions import db


@dataclass(frozen=True)
class Subject:
    """A subject that people look for."""

    slug: str
    code: str
    parent_slug: str | None
    name_vi: str
    name_en: str

    @property
    def name(self) -> str:
        """Return the name in the language of this request."""
        return self.name_en if str(get_locale() or "vi").startswith("en") else self.name_vi

    @property
    def top_slug(self) -> str:
        """Return the slug of the top-level subject, which gives colour and icon."""
        return self.parent_slug or self.slug


@dataclass(frozen=True)
class Subjects:
    """All subjects, in their order."""

    by_slug: Mapping[str, Subject]

    @cached_property
    def by_code(self) -> Mapping[str, Subject]:
        """Return the subjects by their opaque codes, which stand in addresses."""
        return {subject.code: subject for subject in self.by_slug.values()}

    @cached_property
    def tops(self) -> Mapping[str, str]:
        """Return the top-level slug of each slug."""
        return {slug: subject.top_slug for slug, subject in self.by_slug.items()}

    @cached_property
    def top(self) -> tuple[Subject, ...]:
        """Return the top level."""
        return tuple(subject for subject in self.by_slug.values() if subject.parent_slug is None)

    def children(self, slug: str) -> tuple[Subject, ...]:
        """Return the subjects directly below this one."""
        return tuple(subject for subject in self.by_slug.values() if subject.parent_slug == slug)

    def find(self, slug_or_code: str) -> Subject | None:
        """Return the subject that the slug (in the API) or the code (in an address) names."""
        wanted = slug_or_code.strip().lower()
        return self.by_slug.get(wanted) or self.by_code.get(read_public_code(wanted))


def categories() -> Subjects:
    """Return the tree of subjects, from this application's memory."""
    kept: Subjects | None = current_app.extensions.get("subjects")
    if kept is None:
        kept = _read()
        if kept.by_slug:
            current_app.extensions["subjects"] = kept
    return kept


def _read() -> Subjects:
    columns = (Category.slug, Category.code, Category.parent_slug, Category.name_vi, Category.name_en)
    rows = db.session.execute(select(*columns).order_by(Category.position, Category.slug))
    return Subjects({row.slug: Subject(*row) for row in rows})
