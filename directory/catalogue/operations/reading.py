"""What somebody wants an entry to say, read and checked exactly as a file's row would be; nothing is written here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from directory import clock
from directory.catalogue.cell_texts import offering_texts, provider_texts, service_texts, site_texts, text_of
from directory.catalogue.cells import (
    CLOSURE,
    Cells,
    Versions,
    cells_of,
    clean,
    parts_changed,
    row_of,
    unit_names,
    versions_of,
)
from directory.catalogue.columns import PLACE_COLUMNS
from directory.catalogue.entries import DEFAULT_SOURCE, Problem
from directory.catalogue.entry_reading import ReadingRules, entry_of
from directory.catalogue.models import CorrectionRequest, Offering, Revision, Service
from directory.catalogue.placing import Placer, Surroundings
from directory.catalogue.queries.own import WHOLE
from directory.catalogue.rules import Visibility
from directory.catalogue.seed_tables import vocabulary
from directory.catalogue.upkeep import PART_OF, Part, is_protected
from directory.catalogue.wanted import PlacedEntry, Wanted, wanted_rows
from directory.errors import Conflict, Invalid
from directory.extensions import db
from directory.places.queries import gazetteer, in_viet_nam
from directory.places.ward_finder import ward_finder

#: What goes of itself when a place is kept back, unless something else is typed instead.
_GOES_ALONG = {
    Visibility.PARTIAL: ("site", "address", "latitude", "longitude", "website", "source_url"),
    Visibility.HIDDEN: ("site", *PLACE_COLUMNS, "website", "source_url"),
}


class BadCells(Invalid):
    """Some cells cannot be as they were typed; ``problems`` names each with its reason."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        self.is_only_odd = all(problem.is_warning for problem in self.problems)
        field = self.problems[0].column if self.problems else ""
        super().__init__("Chưa lưu được: có chỗ cần xem lại.", what_now="Hãy xem các chỗ được đánh dấu.", field=field)


@dataclass(frozen=True)
class Proposal:
    """An entry as it is and as somebody wants it."""

    offering: Offering
    before: Cells
    #: Only what differs.
    changes: Cells
    #: The rows of the one entry that it becomes.
    rows: Wanted
    closed_on: date | None
    reopens_on: date | None
    warnings: tuple[Problem, ...] = ()

    @property
    def parts(self) -> set[Part]:
        """The parts that change."""
        return parts_changed(self.changes)

    @property
    def after(self) -> Cells:
        """All cells as they are wanted."""
        return self.before | self.changes

    @property
    def hides_more(self) -> bool:
        """Whether less of the place is told from then on."""
        return _keeps_back(self.after["visibility"]) > _keeps_back(self.before["visibility"])

    @property
    def tells_more(self) -> bool:
        """Whether more of the place is told from then on."""
        return _keeps_back(self.after["visibility"]) < _keeps_back(self.before["visibility"])

    @property
    def becomes_protected(self) -> bool:
        """Whether two coordinators see every change of it from then on."""
        return is_protected(self.after["category"].split(";"), Visibility(self.after["visibility"]))


class Outdated(Conflict):
    """Somebody else changed the same part meanwhile; both versions are here, nothing was written."""

    def __init__(self, proposal: Proposal) -> None:
        super().__init__(
            "Trong lúc bạn sửa, người khác đã sửa mục này.", what_now="Hãy so hai bản, rồi chọn giữ bản nào."
        )
        self.now, self.mine = proposal.before, proposal.after
        #: With these the form can be sent again, once she has seen both.
        self.versions = versions_of(proposal.offering)
        self.changed = tuple(proposal.changes)


@dataclass(frozen=True)
class Outcome:
    """What became of a wish: written (``revision``), or waiting for somebody (``request``), or both in parts."""

    offering: Offering | None
    revision: Revision | None = None
    request: CorrectionRequest | None = None
    warnings: tuple[Problem, ...] = ()
    #: Names of the other services at the same place, which are kept back with it.
    along: tuple[str, ...] = ()
    #: Columns that a request may not hold while the place is kept back: who accepts it types them.
    untold: tuple[str, ...] = ()


def read_cells(cells: Mapping[str, str]) -> tuple[PlacedEntry | None, list[Problem]]:
    """Read a row of cells and find its place."""
    entry, problems = entry_of(row_of(cells), ReadingRules(vocabulary(), clock.today(), DEFAULT_SOURCE))
    if entry is None:
        return None, problems
    finder = ward_finder()
    place, more = Placer(Surroundings(gazetteer(), in_viet_nam, finder.ward_at, finder.has_borders)).place(entry)
    return (PlacedEntry(entry, place) if place else None), [*problems, *more]


def propose(offering: Offering, changes: Mapping[str, str]) -> Proposal:
    """Read what an entry would be with these cells changed.

    Raises: BadCells; Invalid, for a column that is nobody's to change.
    """
    before = cells_of(offering)
    wanted = _with_what_goes_along(before, clean(changes))
    if not wanted.keys() <= PART_OF.keys():
        raise Invalid("Biểu mẫu này đã cũ.", what_now="Hãy mở lại trang rồi làm lại.")
    placed, problems = read_cells(before | wanted)
    closed_on, reopens_on, more = _closure(before | wanted)
    if placed is None or more:
        raise BadCells(problem for problem in [*problems, *more] if not problem.is_warning)
    rows = wanted_rows([placed])
    after = _texts(rows) | {"closed_on": text_of(closed_on), "reopens_on": text_of(reopens_on)}
    changes = {column: text for column, text in after.items() if not _says_same(column, text, before[column])}
    odd = tuple(problem for problem in problems if problem.column in changes)
    return Proposal(offering, before, changes, rows, closed_on, reopens_on, odd)


def _texts(rows: Wanted) -> Cells:
    """Return the cells of a row that was read, as they will stand once it is written."""
    (provider,), (site,), (service,) = rows.providers.values(), rows.sites.values(), rows.services.values()
    (slugs,), (offering,) = rows.categories.values(), rows.offerings.values()
    return (
        provider_texts(provider)
        | site_texts(site, unit_names(gazetteer()))
        | service_texts(service, slugs)
        | offering_texts(offering.values, [phone.shown for phone in offering.phones])
    )


def _says_same(column: str, text: str, other: str) -> bool:
    if column in ("category", "facts"):
        return set(text.split(";")) == set(other.split(";"))
    return text == other


def check_seen(proposal: Proposal, seen: Versions) -> None:
    """Refuse to write over what somebody else wrote into the same part meanwhile.

    Raises: Outdated.
    """
    now = versions_of(proposal.offering)
    if any(getattr(now, part) != getattr(seen, part) for part in proposal.parts):
        raise Outdated(proposal)


def _with_what_goes_along(before: Cells, changes: Cells) -> Cells:
    """Take the place away where it is to be kept back: who hides an entry need not clear field after field."""
    wanted = changes.get("visibility", "")
    if wanted not in list(Visibility) or _keeps_back(wanted) <= _keeps_back(before["visibility"]):
        return changes
    goes = dict.fromkeys(_GOES_ALONG[Visibility(wanted)], "")
    return goes | {column: text for column, text in changes.items() if column not in goes or text != before[column]}


def _keeps_back(visibility: str) -> int:
    return list(Visibility).index(Visibility(visibility))


def _closure(cells: Mapping[str, str]) -> tuple[date | None, date | None, list[Problem]]:
    days: dict[str, date | None] = {}
    for column in CLOSURE:
        try:
            days[column] = date.fromisoformat(cells[column]) if cells[column] else None
        except ValueError:
            return None, None, [Problem(1, column, "Ngày phải ghi dạng 2026-11-22.")]
    closed_on, reopens_on = (days[column] for column in CLOSURE)
    if reopens_on is not None and (closed_on is None or reopens_on <= closed_on):
        return None, None, [Problem(1, "reopens_on", "Ngày mở lại phải sau ngày đóng cửa.")]
    return closed_on, reopens_on, []


def affected_by(offering: Offering, parts: Iterable[Part]) -> list[Offering]:
    """Return every entry that reads differently when these parts of this one change, itself among them."""
    wanted = set(parts)
    if Part.PROVIDER in wanted:
        condition = Service.provider_id == offering.service.provider_id
    else:
        condition = Offering.id == offering.id
        if Part.SERVICE in wanted:
            condition |= Offering.service_id == offering.service_id
        if Part.SITE in wanted:
            condition |= Offering.site_id == offering.site_id
    statement = select(Offering).join(Service).where(condition).options(*WHOLE).order_by(Offering.id)
    return list(db.session.scalars(statement))


def needs_two(offering: Offering) -> bool:
    """Whether two coordinators see every change of this entry."""
    return is_protected([category.slug for category in offering.service.categories], offering.site.visibility)
