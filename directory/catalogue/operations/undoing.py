"""Taking an act back: a new act that puts the former cells in place again, where nobody has changed them since."""

from collections import defaultdict

from sqlalchemy import ColumnElement, exists, select

from directory.accounts.rules import Actor
from directory.catalogue.cells import Cells, cells_of
from directory.catalogue.models import FieldChange, Offering, Provider, Revision, Service, Site
from directory.catalogue.operations.carrying_out import Act, carry_out
from directory.catalogue.operations.changes import take_turn
from directory.catalogue.operations.editing import check_may_write, waits_for_second, write_or_ask
from directory.catalogue.operations.reading import Outcome, propose
from directory.catalogue.queries.history import NOT_UNDONE
from directory.catalogue.queries.own import UNKNOWN, WHOLE, is_hers
from directory.catalogue.upkeep import How, Part
from directory.codes import read_public_code
from directory.errors import Conflict, NotFound
from directory.extensions import db


def undo(actor: Actor, revision_code: str) -> Outcome:
    """Take an act on entries of hers back; of a shelter or hotline a second coordinator must agree.

    Raises: NotFound; Conflict, when it cannot be taken back any more; BadCells; Invalid; NotAllowed.
    """
    take_turn()
    revision = db.session.scalar(select(Revision).where(Revision.code == read_public_code(revision_code)))
    if revision is None or not revision.changes:
        raise NotFound(UNKNOWN)
    by_entry = _by_entry(actor, revision)
    _check_may_undo(revision, by_entry)
    proposals = [
        propose(offering, {change.column: change.old or "" for change in changes}) for offering, changes in by_entry
    ]
    for proposal in proposals:
        check_may_write(actor, proposal)
    act = Act(actor, How.UNDO, undoes_id=revision.id)
    if len(proposals) == 1:
        return write_or_ask(act, proposals[0])
    if any(waits_for_second(proposal, How.UNDO) for proposal in proposals):
        raise Conflict("Lần sửa này gồm nhiều mục cần hai người.", what_now="Hãy sửa lại từng mục.")
    return Outcome(by_entry[0][0], carry_out(act, proposals))


def _check_may_undo(revision: Revision, by_entry: list[tuple[Offering, list[FieldChange]]]) -> None:
    if revision.how in NOT_UNDONE:
        raise Conflict("Lần sửa này không hoàn tác được.", what_now="Hãy sửa lại bằng tay.")
    if db.session.scalar(select(exists().where(Revision.undoes_id == revision.id))):
        raise Conflict("Lần sửa này đã được hoàn tác.")
    if any(change.is_erased for change in revision.changes):
        raise Conflict("Giá trị cũ đã được xoá hẳn vì nơi này được giữ kín.", what_now="Hãy sửa lại bằng tay.")
    for offering, changes in by_entry:
        now: Cells = cells_of(offering)
        if any(now[change.column] != change.new for change in changes):
            raise Conflict("Mục này đã được sửa tiếp sau đó.", what_now="Hãy sửa lại bằng tay.")


def _by_entry(actor: Actor, revision: Revision) -> list[tuple[Offering, list[FieldChange]]]:
    """Return the changes with an entry each that has the part. Raises: NotFound, also when one is not hers."""
    found: dict[int, list[FieldChange]] = defaultdict(list)
    entries: dict[int, Offering] = {}
    for change in revision.changes:
        holding = (select(Offering).join(Service).join(Provider).join(Site, Site.id == Offering.site_id)).where(
            _has(change), is_hers(actor)
        )
        statement = holding.options(*WHOLE).order_by(Offering.id.in_(entries).desc(), Offering.id).limit(1)
        entry = db.session.scalar(statement)
        if entry is None:
            raise NotFound(UNKNOWN)
        entries[entry.id] = entry
        found[entry.id].append(change)
    return [(entries[entry_id], changes) for entry_id, changes in found.items()]


def _has(change: FieldChange) -> ColumnElement[bool]:
    uuids = {
        Part.PROVIDER: Provider.uuid,
        Part.SITE: Site.uuid,
        Part.SERVICE: Service.uuid,
        Part.OFFERING: Offering.uuid,
    }
    return uuids[change.part] == change.part_uuid
