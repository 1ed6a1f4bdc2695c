"""Importing a table of services: all rows or none, the same file twice changes nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from directory import clock
from directory.accounts.rules import SYSTEM, Actor
from directory.catalogue.entries import DEFAULT_SOURCE, Entry
from directory.catalogue.entry_reading import ReadingRules, entry_of, source_code
from directory.catalogue.import_report import ImportReport
from directory.catalogue.mapping import MappedTable, Mapping, apply_mapping
from directory.catalogue.operations.changes import take_turn
from directory.catalogue.operations.keeping_back import keep_back
from directory.catalogue.operations.recognising import leave_out
from directory.catalogue.operations.reference import load_reference
from directory.catalogue.operations.scope import outside_areas
from directory.catalogue.operations.writing import Written, write
from directory.catalogue.placing import Placer, Surroundings
from directory.catalogue.reasons import Reason
from directory.catalogue.seed_tables import vocabulary
from directory.catalogue.table_files import read_table
from directory.catalogue.wanted import PlacedEntry, Wanted, wanted_rows
from directory.extensions import db
from directory.places.operations import Progress
from directory.places.queries import gazetteer, in_viet_nam
from directory.places.ward_finder import ward_finder
from directory.web.transaction import take_back_waiting, waiting

_STEP = 2_000


@dataclass(frozen=True)
class Terms:
    """Who brings a file, and what must hold of the outcome for it to be written."""

    actor: Actor
    agrees: Callable[[ImportReport], bool] = lambda _report: True


BY_THE_SYSTEM = Terms(SYSTEM)


def _silent(_what: str, _done: int, _total: int) -> None:
    return None


def import_services(
    path: Path,
    *,
    mapping: Mapping | None = None,
    source: str | None = None,
    is_dry_run: bool = False,
    progress: Progress = _silent,
    terms: Terms = BY_THE_SYSTEM,
) -> ImportReport:
    """Import a CSV or XLSX file, see ``import_table``.

    Raises: Invalid, when the file is no table that can be read.
    """
    table = apply_mapping(read_table(path), mapping or Mapping())
    report = import_table(table, source=source, is_dry_run=is_dry_run, progress=progress, terms=terms)
    report.file = path.name
    return report


def import_table(
    table: MappedTable,
    *,
    source: str | None = None,
    is_dry_run: bool = False,
    progress: Progress = _silent,
    terms: Terms = BY_THE_SYSTEM,
) -> ImportReport:
    """Bring the catalogue to what the table says of its entries; entries that it does not name stay as they are.

    ``source`` is that of rows which name none. Nothing is written when a row is bad or on a dry run.
    """
    report = ImportReport(rows=len(table.rows), skipped=table.skipped, is_dry_run=is_dry_run, headers=table.headers)
    report.remarks += [
        Reason("Không biết cột “%(name)s”: bỏ qua.", name=header[:60]) for header in table.unknown_headers
    ]
    load_reference()
    # Whoever edits an entry meanwhile waits, and sees what was imported; and the other way round.
    take_turn()
    placed = _place(_read(table, source or DEFAULT_SOURCE, report, progress), report, progress)
    wanted = wanted_rows(placed)
    report.problems += [*leave_out(wanted), *wanted.problems, *keep_back(wanted)]
    # Last, since a place that is kept back may be found under its former name only.
    report.problems += outside_areas(wanted, terms.actor)
    if report.is_refused:
        return report
    progress("Ghi vào cơ sở dữ liệu", 0, len(wanted.offerings))
    _write(wanted, report, terms)
    progress("Ghi vào cơ sở dữ liệu", len(wanted.offerings), len(wanted.offerings))
    return report


def _write(wanted: Wanted, report: ImportReport, terms: Terms) -> None:
    """Write, or on a dry run write and take it back, so that both count by the same rules."""
    savepoint, already_waiting = db.session.begin_nested(), waiting()
    written = write(wanted, terms.actor)
    report.problems += written.problems
    if not report.is_refused:
        _count(wanted, written, report)
    if report.is_refused or report.is_dry_run or not terms.agrees(report):
        report.is_dry_run = report.is_dry_run or not report.is_refused
        savepoint.rollback()
        take_back_waiting(already_waiting)
    else:
        savepoint.commit()


def _count(wanted: Wanted, written: Written, report: ImportReport) -> None:
    report.added, report.updated = written.added, written.updated
    report.unchanged = len(wanted.offerings) - written.added - written.updated
    report.new_lines, report.changed_lines = written.new_lines, written.changed_lines
    report.protected_lines = written.protected_lines


def _read(table: MappedTable, source: str, report: ImportReport, progress: Progress) -> list[Entry]:
    words = vocabulary()
    rules = ReadingRules(words, clock.today(), source_code(source, words), table.leave_out_unreadable)
    entries: list[Entry] = []
    for number, row in enumerate(table.rows):
        if number % _STEP == 0:
            progress("Đọc", number, len(table.rows))
        entry, problems = entry_of(row, rules)
        report.problems += problems
        if entry is not None:
            entries.append(entry)
    return entries


def _place(entries: list[Entry], report: ImportReport, progress: Progress) -> list[PlacedEntry]:
    finder = ward_finder()
    placer = Placer(Surroundings(gazetteer(), in_viet_nam, finder.ward_at, finder.has_borders))
    placed: list[PlacedEntry] = []
    for number, entry in enumerate(entries):
        if number % _STEP == 0:
            progress("Tìm phường xã", number, len(entries))
        place, problems = placer.place(entry)
        report.problems += problems
        if place is not None:
            placed.append(PlacedEntry(entry, place))
    return placed
