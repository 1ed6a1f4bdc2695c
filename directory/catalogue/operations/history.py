"""Writing down what an act changed: who, when, and each column of each part before and after."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from directory.accounts.rules import Actor
from directory.catalogue.models import FieldChange, Revision
from directory.catalogue.upkeep import NEVER_TELLS_PLACE, How, Part
from directory.extensions import db


@dataclass(frozen=True)
class Changed:
    """One column of one part, before and after; of a place that is kept back by this very act nothing is told."""

    part: Part
    part_uuid: UUID
    column: str
    old: str | None
    new: str | None
    is_erased: bool = False

    def untold(self) -> "Changed":
        """Return the same without what may tell the place."""
        if self.column in NEVER_TELLS_PLACE:
            return self
        return Changed(self.part, self.part_uuid, self.column, None, None, is_erased=True)


def record_revision(
    actor: Actor,
    how: How,
    changes: Sequence[Changed],
    *,
    request_id: int | None = None,
    undoes_id: int | None = None,
) -> Revision | None:
    """Write an act down; nothing, and None, when it changed nothing."""
    if not changes:
        return None
    revision = Revision(actor=actor.key, how=how, request_id=request_id, undoes_id=undoes_id)
    revision.changes = [
        FieldChange(
            part=change.part,
            part_uuid=change.part_uuid,
            column=change.column,
            old=change.old,
            new=change.new,
            is_erased=change.is_erased,
        )
        for change in changes
    ]
    db.session.add(revision)
    db.session.flush()
    return revision
