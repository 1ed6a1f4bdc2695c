"""Who changed an entry, when, and what: the acts on its four parts, the newest first."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from directory.accounts.models import Account
from directory.accounts.rules import Actor
from directory.catalogue.cells import cells_of, uuids_of
from directory.catalogue.models import FieldChange, FormerPart, Revision
from directory.catalogue.queries.own import entry_for
from directory.catalogue.upkeep import PART_OF, How, Part
from directory.extensions import db

#: These are taken back by an act of their own kind, or by hand; an import is of many entries at once.
NOT_UNDONE = frozenset({How.ADD, How.IMPORT, How.MERGE, How.SPLIT})
SYSTEM_NAME = "hệ thống"
#: An entry that was edited more often shows its last acts.
MOST_ACTS = 200


@dataclass(frozen=True)
class CellChange:
    """One column before and after; both are empty when they may not be told any more."""

    part: Part
    column: str
    old: str
    new: str
    is_erased: bool


@dataclass(frozen=True)
class Act:
    """One act on an entry; ``who`` is an account's name or "hệ thống"."""

    code: str
    when: datetime
    who: str
    how: How
    changes: tuple[CellChange, ...]
    may_undo: bool
    is_undone: bool


def history(actor: Actor, code: str) -> list[Act]:
    """Return what was done to an entry of her areas and to what was merged into it, the newest first.

    Raises: NotFound.
    """
    offering = entry_for(actor, code)
    uuids = uuids_of(offering)
    former = db.session.scalars(select(FormerPart.uuid).where(FormerPart.now_uuid.in_(uuids.values()))).all()
    changes = _changes({*uuids.values(), *former})
    revisions = db.session.scalars(
        select(Revision)
        .where(Revision.id.in_(changes))
        .order_by(Revision.at.desc(), Revision.id.desc())
        .limit(MOST_ACTS)
    ).all()
    names, undone = _names(revisions), _undone(changes)
    cells = cells_of(offering)
    now = {(uuids[part], column): cells[column] for column, part in PART_OF.items()}
    return [_act(revision, names.get(revision.actor, ""), changes[revision.id], undone, now) for revision in revisions]


def _changes(part_uuids: Collection[UUID]) -> dict[int, list[FieldChange]]:
    found: dict[int, list[FieldChange]] = defaultdict(list)
    statement = select(FieldChange).where(FieldChange.part_uuid.in_(part_uuids)).order_by(FieldChange.id)
    for change in db.session.scalars(statement):
        found[change.revision_id].append(change)
    return found


def _act(
    revision: Revision,
    who: str,
    changes: list[FieldChange],
    undone: set[int],
    now: dict[tuple[UUID, str], str],
) -> Act:
    stands = all(not one.is_erased and now.get((one.part_uuid, one.column)) == one.new for one in changes)
    is_undone = revision.id in undone
    return Act(
        code=revision.code,
        when=revision.at,
        who=who or SYSTEM_NAME,
        how=revision.how,
        changes=tuple(CellChange(one.part, one.column, one.old or "", one.new or "", one.is_erased) for one in changes),
        may_undo=stands and not is_undone and revision.how not in NOT_UNDONE,
        is_undone=is_undone,
    )


def _names(revisions: Iterable[Revision]) -> dict[str, str]:
    """Return the names of the accounts by the key that an act is written down with."""
    keys = {revision.actor.removeprefix("account:") for revision in revisions if revision.actor.startswith("account:")}
    rows = db.session.execute(select(Account.uuid, Account.name).where(Account.uuid.in_(map(UUID, sorted(keys)))))
    return {f"account:{uuid}": name for uuid, name in rows}


def _undone(revision_ids: Collection[int]) -> set[int]:
    found = db.session.scalars(select(Revision.undoes_id).where(Revision.undoes_id.in_(revision_ids)))
    return {undone for undone in found if undone is not None}
