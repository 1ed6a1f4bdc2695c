"""Entries that a file does not name, and that read differently all the same: they share a part with one it names."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import select, true

from directory.accounts.rules import Actor
from directory.catalogue.entries import Problem
from directory.catalogue.models import Offering, Service, Site, service_category
from directory.catalogue.operations.upserts import in_chunks
from directory.catalogue.queries.own import is_hers
from directory.catalogue.rules import Visibility
from directory.catalogue.upkeep import Part, is_protected
from directory.extensions import db

_REASON = (
    "Ô này dùng chung với mục ở địa bàn khác, nên bạn không nhập được. Hãy nhờ điều phối viên toàn quốc nhập giúp."
)

#: The line of a file by the part and the id of the row that it changes.
Lines = Mapping[tuple[Part, int], int]


class Before(NamedTuple):
    """What the database said of parts that the file touches: subjects by service, how much is told by site."""

    slugs: Mapping[int, tuple[str, ...]]
    visibility: Mapping[int, Visibility]


@dataclass(frozen=True)
class Along:
    """The lines that change such an entry which only two coordinators may, and those that change one elsewhere."""

    protected_lines: frozenset[int]
    problems: list[Problem]


class _Other(NamedTuple):
    """An entry that the file does not name."""

    id: int
    service_id: int
    site_id: int
    provider_id: int
    visibility: Visibility
    is_hers: bool | None

    def lines(self, lines: Lines) -> Iterator[tuple[Part, int]]:
        """Yield which part it shares with which line."""
        ids = {Part.PROVIDER: self.provider_id, Part.SITE: self.site_id, Part.SERVICE: self.service_id}
        yield from ((part, lines[part, row_id]) for part, row_id in ids.items() if (part, row_id) in lines)


def going_along(actor: Actor, other_ids: Collection[int], lines: Lines, before: Before) -> Along:
    """Return what is to be said of the entries that a file changes without naming them."""
    others = list(_others(actor, other_ids))
    slugs = _slugs({other.service_id for other in others})
    protected: set[int] = set()
    problems: dict[tuple[Part, int], Problem] = {}
    for other in others:
        shared = list(other.lines(lines))
        then = before.slugs.get(other.service_id, ()), before.visibility.get(other.site_id, other.visibility)
        if is_protected(*then) or is_protected(slugs.get(other.service_id, ()), other.visibility):
            protected.update(line for _, line in shared)
        if not other.is_hers:
            problems |= {(part, line): Problem(line, part.value, _REASON) for part, line in shared}
    return Along(frozenset(protected), list(problems.values()))


def _others(actor: Actor, ids: Collection[int]) -> Iterator[_Other]:
    hers = is_hers(actor).is_(true()).label("is_hers")
    columns = (Offering.id, Offering.service_id, Offering.site_id, Service.provider_id, Site.visibility, hers)
    statement = select(*columns).join(Service).join(Site, Site.id == Offering.site_id).order_by(Offering.id)
    for some in in_chunks(ids):
        yield from (_Other(*row) for row in db.session.execute(statement.where(Offering.id.in_(some))))


def _slugs(service_ids: Collection[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for some in in_chunks(service_ids):
        condition = service_category.c.service_id.in_(some)
        for service_id, slug in db.session.execute(select(service_category).where(condition)):
            found.setdefault(service_id, []).append(slug)
    return found
