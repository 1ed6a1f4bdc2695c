"""Every write of the catalogue, as a verb. Nothing here commits: ``web.transaction`` does."""

from directory.catalogue.operations.changes import record_change, record_changes
from directory.catalogue.operations.reference import load_reference

__all__ = ["load_reference", "record_change", "record_changes"]
