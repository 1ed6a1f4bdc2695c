"""Every write of the catalogue, as a verb. Nothing here commits: ``web.transaction`` does."""

from directory.catalogue.operations.adding import add
from directory.catalogue.operations.changes import record_change, record_changes
from directory.catalogue.operations.deciding import accept, refuse
from directory.catalogue.operations.editing import edit, look
from directory.catalogue.operations.importing import import_services, import_table
from directory.catalogue.operations.reading import BadCells, Outcome, Outdated, Proposal
from directory.catalogue.operations.reference import load_reference
from directory.catalogue.operations.removing import remove_source
from directory.catalogue.operations.requests import report, suggest
from directory.catalogue.operations.undoing import undo
from directory.catalogue.operations.warning import warn

__all__ = [
    "BadCells",
    "Outcome",
    "Outdated",
    "Proposal",
    "accept",
    "add",
    "edit",
    "import_services",
    "import_table",
    "load_reference",
    "look",
    "record_change",
    "record_changes",
    "refuse",
    "remove_source",
    "report",
    "suggest",
    "undo",
    "warn",
]
