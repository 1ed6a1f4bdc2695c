"""What an import found and did: for a person as lines in Vietnamese, for a program as JSON. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from directory.catalogue.entries import Problem

_MOST_WARNING_LINES = 200


@dataclass
class ImportReport:
    """The outcome of one import; with a bad row, or on a dry run, nothing was written."""

    file: str = ""
    rows: int = 0
    skipped: int = 0
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    is_dry_run: bool = False
    problems: list[Problem] = field(default_factory=list)
    #: How the file calls our columns, where it calls them otherwise.
    headers: dict[str, str] = field(default_factory=dict)
    #: What a row is called where it has a better name than its line, such as "node/123".
    row_names: dict[int, str] = field(default_factory=dict)
    #: Sentences that belong to no row, such as an unknown column.
    remarks: list[str] = field(default_factory=list)
    #: Lines whose entries are new, or read differently; and those that only two coordinators may add or change.
    new_lines: frozenset[int] = frozenset()
    changed_lines: frozenset[int] = frozenset()
    protected_lines: frozenset[int] = frozenset()

    @property
    def errors(self) -> list[Problem]:
        """The problems that make a row bad, in the order of the file."""
        return sorted((p for p in self.problems if not p.is_warning), key=lambda p: p.line)

    @property
    def warnings(self) -> list[Problem]:
        """The problems that do not stop the import, in the order of the file."""
        return sorted((p for p in self.problems if p.is_warning), key=lambda p: p.line)

    @property
    def is_refused(self) -> bool:
        """Whether a bad row kept every row out."""
        return any(not problem.is_warning for problem in self.problems)

    @property
    def is_written(self) -> bool:
        """Whether the catalogue now says what the file says."""
        return not self.is_refused and not self.is_dry_run

    def as_json(self) -> dict[str, Any]:
        """Return the report as plain values."""
        return {
            "file": self.file,
            "written": self.is_written,
            "dry_run": self.is_dry_run,
            "rows": self.rows,
            "skipped": self.skipped,
            "added": self.added,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "errors": [self._problem_as_json(problem) for problem in self.errors],
            "warnings": [self._problem_as_json(problem) for problem in self.warnings],
            "remarks": list(self.remarks),
        }

    def lines(self) -> Iterator[str]:
        """Yield the report as a coordinator reads it: what is wrong first, the outcome last."""
        for remark in self.remarks:
            yield f"Lưu ý: {remark}"
        errors, warnings = self.errors, self.warnings
        for warning in warnings[:_MOST_WARNING_LINES]:
            yield f"Lưu ý, {self._sentence(warning)}"
        if len(warnings) > _MOST_WARNING_LINES:
            yield f"… và {len(warnings) - _MOST_WARNING_LINES} lưu ý nữa (xem đủ bằng --json)."
        for error in errors:
            yield f"Lỗi, {self._sentence(error)}"
        yield self._outcome()

    def _outcome(self) -> str:
        bad_lines = len({error.line for error in self.errors})
        if bad_lines:
            return f"Không nhập dòng nào: {bad_lines} dòng có lỗi trong {self.rows} dòng. Sửa tệp rồi nhập lại."
        counts = f"{self.added} mục mới, {self.updated} mục thay đổi, {self.unchanged} mục giữ nguyên"
        left_out = f", bỏ qua {self.skipped} dòng" if self.skipped else ""
        if self.is_dry_run:
            return f"Chạy thử, chưa ghi gì: {self.rows} dòng, {counts}{left_out}."
        return f"Đã nhập {self.rows} dòng: {counts}{left_out}."

    def _sentence(self, problem: Problem) -> str:
        """Say a problem with the row and column as the file calls them: that is where the person will look."""
        named = str(replace(problem, column=self.headers.get(problem.column, problem.column)))
        name = self.row_names.get(problem.line)
        return named if name is None else named.replace(f"dòng {problem.line}", name, 1)

    def _problem_as_json(self, problem: Problem) -> dict[str, Any]:
        return {
            "line": problem.line,
            "column": problem.column,
            "header": self.headers.get(problem.column, problem.column),
            "row": self.row_names.get(problem.line),
            "reason": problem.reason,
            "value": problem.value,
        }
