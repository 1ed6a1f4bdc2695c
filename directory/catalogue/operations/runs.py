"""A file that a coordinator brings: looked at first, then written by her, or by a second one, or dropped."""

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from directory import clock
from directory.accounts import audit
from directory.accounts.rules import Actor
from directory.catalogue import uploads
from directory.catalogue.entries import Problem
from directory.catalogue.import_report import ImportReport
from directory.catalogue.mapping import MappedTable, Mapping, Row, apply_mapping
from directory.catalogue.models import ImportRun
from directory.catalogue.operations.changes import take_turn
from directory.catalogue.operations.erasing import NEUTRAL_FILE_NAME
from directory.catalogue.operations.importing import Terms, import_table
from directory.catalogue.queries.runs import run_for
from directory.catalogue.reasons import parts_of
from directory.catalogue.table_files import Table, table_in
from directory.catalogue.tellable_tables import tellable
from directory.catalogue.upkeep import RunState
from directory.errors import Conflict, NotAllowed
from directory.extensions import db, settings
from directory.vietnamese import fold, nfc
from directory.web.transaction import after_commit

KEPT_FOR = timedelta(days=30)
_MOST_SHOWN = 20
_LONGEST_NAME = 120
_SHOWN_OF_KEPT_BACK = frozenset({"provider", "service", "phones"})
_TOLD = frozenset({"", "public", "cong khai"})


@dataclass(frozen=True)
class Confirmed:
    """What pressing "write" did; when the outcome is another one than was shown, nothing but showing it anew."""

    run: ImportRun
    outcome: dict[str, Any]
    is_outdated: bool = False


def look_at(actor: Actor, file_name: str, content: bytes, source: str | None) -> ImportRun:
    """Try a file out and keep it with the outcome; nothing of it is written.

    Raises: Invalid, when it is no table that can be read.
    """
    table = table_in(content, nfc(file_name))
    report = _tried(actor, table, source)
    outcome = _outcome(report, _mapped(table))
    kept = tellable(table, outcome)
    if kept != table and not report.is_refused:
        outcome["signature"] = _signature(_tried(actor, kept, source))
    run = ImportRun(
        # What somebody calls a file with a place that is kept back may be the place.
        file_name=(not outcome["kept_back"] and nfc(file_name)[:_LONGEST_NAME]) or NEUTRAL_FILE_NAME,
        file_hash=hashlib.blake2b(content, key=settings().secret_key.encode()[:64], digest_size=32).digest(),
        source=source,
        started_by_id=actor.account_id,
    )
    _count(run, report)
    db.session.add(run)
    db.session.flush()
    code = run.code
    after_commit(lambda: uploads.keep(code, kept, outcome))
    return run


def _tried(actor: Actor, table: Table, source: str | None) -> ImportReport:
    return import_table(_mapped(table), source=source, is_dry_run=True, terms=Terms(actor))


def confirm(actor: Actor, code: str, version: int) -> Confirmed:
    """Write a file whose outcome is still the one that was shown; one that touches shelters waits for a second person.

    Raises: NotFound; Conflict, when somebody else was faster or the file is gone; NotAllowed, to the same person twice.
    """
    run, kept, shown = _to_be_decided(actor, code, version)
    table = _mapped(kept)
    is_second = run.state is RunState.WAITING
    must_wait = bool(shown.get("protected")) and not is_second

    def agrees(report: ImportReport) -> bool:
        return _signature(report) == shown.get("signature") and (is_second or not report.protected_lines)

    report = import_table(table, source=run.source, is_dry_run=must_wait, terms=Terms(actor, agrees))
    _count(run, report)
    outcome = _outcome(report, table)
    if outcome["signature"] != shown.get("signature"):
        return Confirmed(run, outcome, is_outdated=True)
    if report.is_refused:
        raise Conflict("Tệp còn dòng có lỗi, nên chưa ghi được.", what_now="Hãy sửa tệp rồi tải lên lại.")
    if must_wait:
        run.state, run.endorsed_by_id = RunState.WAITING, actor.account_id
        audit.record("catalogue.endorse", actor, run.uuid)
        return Confirmed(run, outcome)
    _settle(run, actor, RunState.WRITTEN)
    audit.record("catalogue.import", actor, run.uuid)
    if not report.problems:
        after_commit(lambda: uploads.drop(code))
    return Confirmed(run, outcome)


def drop(actor: Actor, code: str) -> None:
    """Take a file away that is not to be written."""
    take_turn()
    run = run_for(actor, code)
    if run.state not in (RunState.PREVIEW, RunState.WAITING):
        raise Conflict("Tệp này đã được ghi hoặc đã bỏ rồi.")
    _settle(run, actor, RunState.DROPPED)
    audit.record("catalogue.drop_file", actor, run.uuid)
    after_commit(lambda: uploads.drop(code))


def note_seen(actor: Actor, code: str) -> None:
    """Note that the warnings of a written file were looked at; the file itself goes."""
    take_turn()
    run = run_for(actor, code)
    if run.state is RunState.WRITTEN and run.seen_at is None:
        run.seen_at = clock.now()
        audit.record("catalogue.see_file", actor, run.uuid)
        after_commit(lambda: uploads.drop(code))


def forget_old_files(now: datetime) -> int:
    """Take away the files that were brought a month ago, and return how many there were."""
    return uploads.drop_before(now - KEPT_FOR)


def _to_be_decided(actor: Actor, code: str, version: int) -> tuple[ImportRun, Table, dict[str, Any]]:
    # Before anything is read of the file: of two who decide at once the second sees what the first one did.
    take_turn()
    run = run_for(actor, code)
    table, shown = uploads.table_of(code), uploads.outcome_of(code)
    if run.version != version or run.state not in (RunState.PREVIEW, RunState.WAITING):
        raise Conflict("Tệp này đã được ghi, đã bỏ, hoặc vừa được người khác xem.", what_now="Hãy mở lại trang.")
    if table is None or shown is None:
        raise Conflict("Tệp này không còn nữa.", what_now="Hãy tải tệp lên lại.")
    if shown["counts"]["bad_rows"]:
        # Not every cell of it was kept, so it can no longer be told whether it would be right by now.
        raise Conflict("Tệp còn dòng có lỗi, nên chưa ghi được.", what_now="Hãy sửa tệp rồi tải lên lại.")
    if run.state is RunState.WAITING and run.endorsed_by_id == actor.account_id:
        raise NotAllowed("Bạn đã đồng ý rồi. Cần một điều phối viên khác đồng ý nữa.")
    return run, table, shown


def _settle(run: ImportRun, actor: Actor, state: RunState) -> None:
    run.state, run.decided_by_id, run.decided_at = state, actor.account_id, clock.now()


def _mapped(table: Table) -> MappedTable:
    return apply_mapping(Table(table.headers, [line for line in table.lines if any(line.cells)]), Mapping())


def _count(run: ImportRun, report: ImportReport) -> None:
    run.rows, run.added, run.updated, run.unchanged = report.rows, report.added, report.updated, report.unchanged
    run.errors, run.warnings = len({problem.line for problem in report.errors}), len(report.warnings)


def _outcome(report: ImportReport, table: MappedTable) -> dict[str, Any]:
    """Return as plain values what the page shows; of kept-back places no cell that may tell them."""
    kept_back = _kept_back_lines(report, table)
    return {
        "signature": _signature(report),
        "counts": {
            "rows": report.rows,
            "added": report.added,
            "updated": report.updated,
            "unchanged": report.unchanged,
            "bad_rows": len({problem.line for problem in report.errors}),
            "warnings": len(report.warnings),
        },
        "remarks": [parts_of(remark) for remark in report.remarks],
        "problems": [_plain(problem, report) for problem in (*report.errors, *report.warnings)],
        "new": sorted(report.new_lines),
        "changed": sorted(report.changed_lines),
        "protected": sorted(report.protected_lines),
        "kept_back": sorted(kept_back),
        "left_out": sorted(row.line for row in table.rows if row.line in kept_back and not _is_kept_back(row)),
        "headers": report.headers,
        "first": [] if report.is_refused else [_shown(row, kept_back) for row in _first(table, report)],
    }


def _kept_back_lines(report: ImportReport, table: MappedTable) -> set[int]:
    lines = {row.line for row in table.rows if _is_kept_back(row)}
    return lines | {problem.line for problem in report.problems if problem.column == "visibility"}


def _is_kept_back(row: Row) -> bool:
    return fold(row.cells.get("visibility", "")) not in _TOLD


def _first(table: MappedTable, report: ImportReport) -> list[Row]:
    """Return what is shown of a file: whatever a second person is to agree to, then the rows it begins with."""
    protected = report.protected_lines
    needing = [row for row in table.rows if row.line in protected]
    return needing + [row for row in table.rows[:_MOST_SHOWN] if row.line not in protected]


def _shown(row: Row, kept_back: Collection[int]) -> dict[str, Any]:
    if row.line not in kept_back:
        return {"line": row.line, **row.cells}
    return {"line": row.line, **{name: text for name, text in row.cells.items() if name in _SHOWN_OF_KEPT_BACK}}


def _plain(problem: Problem, report: ImportReport) -> dict[str, Any]:
    return {
        "line": problem.line,
        "column": problem.column,
        "header": report.headers.get(problem.column, problem.column),
        "reason": parts_of(problem.reason),
        "value": problem.value,
        "is_warning": problem.is_warning,
    }


def _signature(report: ImportReport) -> str:
    """Return a hash of everything that the outcome was shown to be."""
    said = [
        [report.added, report.updated, report.unchanged],
        *(sorted(lines) for lines in (report.new_lines, report.changed_lines, report.protected_lines)),
        sorted((problem.line, problem.column, problem.reason) for problem in report.problems),
    ]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()
