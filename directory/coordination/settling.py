"""What a coordinator says of what her desk showed her: rung up and all true, warning seen, two places and not one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from directory import clock
from directory.accounts import audit
from directory.accounts.rules import Actor
from directory.catalogue.cells import Versions, versions_of
from directory.catalogue.models import NotDuplicate, Offering, PeerWarning, Revision, Service, Site
from directory.catalogue.operations import record_changes
from directory.catalogue.operations.changes import take_turn
from directory.catalogue.operations.history import Changed, record_revision
from directory.catalogue.queries.own import UNKNOWN, is_hers
from directory.catalogue.upkeep import How, Part
from directory.codes import read_public_code
from directory.coordination.duplicates import key_of, pair_of
from directory.errors import Conflict, NotFound
from directory.extensions import db, insert_into


@dataclass(frozen=True)
class Verified:
    """What became of the entries that somebody said were true."""

    #: The act, to be taken back; None when nothing changed.
    revision: Revision | None
    done: int
    #: How many were changed while she was on the telephone, so that she did not see what she would vouch for.
    changed_meanwhile: int


def verify(actor: Actor, seen: Mapping[str, Versions], day: date) -> Verified:
    """Note that these entries, as she saw them, are all true on a local day; what was to open again by then is open.

    Raises: NotFound, also for one of another area.
    """
    take_turn()
    found = _offerings(actor, list(seen))
    if len(found) < len(seen):
        raise NotFound(UNKNOWN)
    true = [offering for offering in found if versions_of(offering) == seen[offering.code]]
    changes = [change for offering in true for change in _vouch(offering, day)]
    revision = record_revision(actor, How.VERIFY, changes)
    _tell(actor, "catalogue.verify", true)
    return Verified(revision, len(true), len(found) - len(true))


def take_back(actor: Actor, revision_code: str) -> None:
    """Undo an act of verifying: each entry is as verified as it was before.

    Raises: NotFound for what is no such act of hers; Conflict, when an entry was verified anew since, or it is undone.
    """
    take_turn()
    act = db.session.scalar(
        select(Revision).where(Revision.code == revision_code, Revision.how == How.VERIFY, Revision.actor == actor.key)
    )
    if act is None:
        raise NotFound(UNKNOWN)
    if db.session.scalar(select(Revision.id).where(Revision.undoes_id == act.id)):
        raise Conflict("Việc này đã được hoàn tác rồi.")
    uuids = {change.part_uuid for change in act.changes}
    found = {
        one.uuid: one
        for one in db.session.scalars(
            select(Offering).join(Site).where(Offering.uuid.in_(uuids), is_hers(actor)).order_by(Offering.id)
        )
    }
    changes = []
    for change in act.changes:
        offering = found.get(change.part_uuid)
        if offering is None or _text(getattr(offering, change.column)) != change.new:
            raise Conflict("Mục này đã được sửa tiếp sau đó.", what_now="Hãy xem lịch sử của mục rồi sửa tay.")
        setattr(offering, change.column, date.fromisoformat(change.old) if change.old else None)
        _follow_source_again(offering, change.column, change.old)
        changes.append(Changed(Part.OFFERING, offering.uuid, change.column, change.new, change.old))
    db.session.flush()
    record_revision(actor, How.UNDO, changes, undoes_id=act.id)
    _tell(actor, "catalogue.undo", list(found.values()))


def settle_warnings(actor: Actor, code: str, newest_id: int) -> None:
    """Note that what peers told of an entry, up to the newest that she saw, has been dealt with.

    Raises: NotFound, also for one of another area.
    """
    found = _offerings(actor, [code])
    if not found:
        raise NotFound(UNKNOWN)
    db.session.execute(
        update(PeerWarning)
        .where(PeerWarning.offering_id == found[0].id, PeerWarning.id <= newest_id, PeerWarning.settled_at.is_(None))
        .values(settled_at=clock.now(), settled_by_id=actor.account_id)
    )
    audit.record("warning.settle", actor, found[0].uuid)


def dismiss(actor: Actor, one_code: str, other_code: str) -> None:
    """Note that these are two places, so that nobody is asked again.

    Raises: NotFound, when they are no pair of hers (any more).
    """
    one, other = key_of(pair_of(actor, one_code, other_code))
    decided = {"site_uuid": one, "other_uuid": other, "decided_by_id": actor.account_id, "at": clock.now()}
    db.session.execute(insert_into(NotDuplicate).values(**decided).on_conflict_do_nothing())
    audit.record("duplicate.dismiss", actor, one)


def _offerings(actor: Actor, codes: Sequence[str]) -> list[Offering]:
    """Return her entries with their four parts, as they stand now."""
    wanted = (
        select(Offering)
        .join(Site, Site.id == Offering.site_id)
        .where(Offering.code.in_([read_public_code(code) for code in codes]), is_hers(actor))
        .options(joinedload(Offering.site), joinedload(Offering.service).joinedload(Service.provider))
        .order_by(Offering.id)
    )
    return list(db.session.scalars(wanted))


def _vouch(offering: Offering, day: date) -> list[Changed]:
    """Write that an entry is true, and return what that changed."""
    new: dict[str, date | None] = {"verified_on": day}
    if offering.reopens_on is not None and offering.reopens_on <= day:
        new |= {"closed_on": None, "reopens_on": None}
    changes = []
    for column, value in new.items():
        old = getattr(offering, column)
        if old != value:
            setattr(offering, column, value)
            changes.append(Changed(Part.OFFERING, offering.uuid, column, _text(old), _text(value)))
            if column == "verified_on":
                # What the source said first stays, so that an import can tell its own words from hers.
                offering.by_hand = {column: _text(old)} | offering.by_hand
    return changes


def _follow_source_again(offering: Offering, column: str, text: str | None) -> None:
    """Forget that a column was changed by hand once it says again what its source said."""
    if column in offering.by_hand and (offering.by_hand[column] or None) == text:
        offering.by_hand = {name: said for name, said in offering.by_hand.items() if name != column}


def _tell(actor: Actor, action: str, offerings: Sequence[Offering]) -> None:
    db.session.flush()
    for offering in offerings:
        audit.record(action, actor, offering.uuid)
    record_changes([offering.id for offering in offerings])


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None
