"""The history of an import: which cells of which rows of the database read differently from now on.

In bulk, past the ORM: an import may change 50,000 entries. Rows that are new have no history before them.
"""

from collections.abc import Collection
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import insert

from directory.accounts.rules import Actor
from directory.catalogue.cell_texts import ATTRIBUTES_OF
from directory.catalogue.models import FieldChange, Revision
from directory.catalogue.operations.respecting import State, texts_of
from directory.catalogue.upkeep import How, Part
from directory.extensions import db, table_of


class CellChange(NamedTuple):
    """One cell of one part, before and after."""

    part: Part
    part_uuid: UUID
    column: str
    old: str
    new: str


class ImportHistory:
    """Gathers what an import changes."""

    def __init__(self) -> None:
        self._changes: list[CellChange] = []

    def note(self, part: Part, held: State, new: State) -> None:
        """Note the cells of a row that read differently."""
        differing = {column for column, names in ATTRIBUTES_OF[part].items() if _differs(names, held, new)}
        if differing or held.slugs != new.slugs or held.phones != new.phones:
            self._compare(part, held, new)

    def _compare(self, part: Part, held: State, new: State) -> None:
        before, after = texts_of(part, held), texts_of(part, new)
        uuid: UUID = held.values["uuid"]
        self._changes += [
            CellChange(part, uuid, column, old, after[column]) for column, old in before.items() if old != after[column]
        ]

    def write(self, actor: Actor) -> None:
        """Write one revision with all of it, or nothing when nothing changed."""
        if not self._changes:
            return
        revision = Revision(actor=actor.key, how=How.IMPORT)
        db.session.add(revision)
        db.session.flush()
        rows = [{"revision_id": revision.id, "is_erased": False, **change._asdict()} for change in self._changes]
        db.session.execute(insert(table_of(FieldChange)), rows)


def _differs(names: Collection[str], held: State, new: State) -> bool:
    return any(held.values[name] != new.values[name] for name in names)
