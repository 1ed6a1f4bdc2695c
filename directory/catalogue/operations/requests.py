"""What waits for a coordinator: a change that somebody proposes, or the word of anybody that something is wrong."""

from collections.abc import Iterable, Mapping

from sqlalchemy import Select, func, select

from directory import clock
from directory.accounts import audit
from directory.accounts.rules import Actor, Role
from directory.catalogue.cells import Versions, cells_of
from directory.catalogue.models import CorrectionRequest, Offering
from directory.catalogue.operations.changes import take_turn
from directory.catalogue.operations.editing import tellable
from directory.catalogue.operations.reading import check_seen, propose
from directory.catalogue.queries.own import UNKNOWN, WHOLE
from directory.catalogue.rules import ILLUSTRATIVE_SOURCE
from directory.catalogue.upkeep import FAULTS, Origin, RequestKind, RequestState
from directory.catalogue.values import Unreadable, read_phones
from directory.codes import read_public_code
from directory.errors import Conflict, Invalid, NotFound
from directory.extensions import db

#: How much of a place is told, and who says so, is for coordinators alone.
_COORDINATORS_ONLY = frozenset({"visibility", "source_url", "provider"})
#: More different numbers for one entry are noise.
_MOST_NUMBERS = 3
#: So much of one person may wait at once, for one entry and in all: more would hide what others say.
_MOST_FOR_ENTRY, _MOST_IN_ALL = 5, 60


def suggest(
    actor: Actor | None, code: str, changes: Mapping[str, str], seen: Versions, origin: Origin
) -> CorrectionRequest:
    """Let a change wait for a coordinator; the same one said again is counted.

    Raises: NotFound, also for staff of another place; BadCells; Outdated; Invalid, when nothing would change.
    """
    take_turn()
    offering = _entry(actor, code)
    if origin not in (Origin.COORDINATOR, Origin.IMPORT) and _COORDINATORS_ONLY & changes.keys():
        raise Invalid("Biểu mẫu này đã cũ.", what_now="Hãy mở lại trang rồi làm lại.")
    proposal = propose(offering, changes)
    wanted = tellable(proposal)
    if not wanted:
        raise Invalid("Bạn chưa sửa chỗ nào.", what_now="Hãy sửa ít nhất một chỗ rồi gửi.")
    check_seen(proposal, seen)
    known = _waiting_like(offering, wanted, origin, actor)
    if known is None and origin in (Origin.PEER, Origin.STAFF):
        _check_not_flooding(actor, offering)
    request = known or CorrectionRequest(
        kind=RequestKind.CHANGE,
        origin=origin,
        offering=offering,
        wanted=wanted,
        seen={column: proposal.before[column] for column in wanted},
        proposed_by_id=actor.account_id if actor else None,
        times=0,
    )
    _count(request)
    if actor is not None:
        audit.record("catalogue.suggest", actor, request.uuid)
    return request


def _check_not_flooding(actor: Actor | None, offering: Offering) -> None:
    """Refuse one more wish of somebody who has so many waiting. Raises: Conflict."""
    own = select(func.count()).where(
        CorrectionRequest.state == RequestState.WAITING,
        CorrectionRequest.proposed_by_id == (actor.account_id if actor else None),
    )
    for_entry = db.session.scalar(own.where(CorrectionRequest.offering_id == offering.id)) or 0
    if for_entry >= _MOST_FOR_ENTRY or (db.session.scalar(own) or 0) >= _MOST_IN_ALL:
        raise Conflict(
            "Bạn đang có nhiều đề nghị chờ điều phối viên.", what_now="Hãy đợi điều phối viên xem rồi gửi tiếp."
        )


def report(code: str, reasons: Iterable[str], phone: str | None = None) -> CorrectionRequest:
    """Take down that something is wrong, of somebody unknown; one entry has one such request that waits.

    Raises: NotFound; Invalid, when nothing was ticked or the number cannot be dialled.
    """
    ticked = [fault for fault in FAULTS if fault in set(reasons)]
    if not ticked:
        raise Invalid("Hãy chọn ít nhất một điều chưa đúng.", field="reasons")
    # One at a time, or two at once would make two of the one that waits; nobody else is kept waiting.
    offering = db.session.scalar(
        select(Offering).where(Offering.code == read_public_code(code)).with_for_update(of=Offering)
    )
    if offering is None:
        raise NotFound(UNKNOWN)
    statement = _waiting(offering).where(CorrectionRequest.kind == RequestKind.REPORT)
    request = db.session.scalars(statement).first() or CorrectionRequest(
        kind=RequestKind.REPORT, origin=Origin.PUBLIC, offering=offering, reasons=[], wanted={}, seen={}, times=0
    )
    request.reasons = [fault for fault in FAULTS if fault in {*request.reasons, *ticked}]
    if phone:
        _add_number(request, offering, phone)
    _count(request)
    return request


def _entry(actor: Actor | None, code: str) -> Offering:
    found = db.session.scalar(select(Offering).where(Offering.code == read_public_code(code)).options(*WHOLE))
    if found is None:
        raise NotFound(UNKNOWN)
    if actor is not None and actor.role is Role.PROVIDER_STAFF and actor.site_id != found.site_id:
        raise NotFound(UNKNOWN)
    return found


def _waiting_like(
    offering: Offering, wanted: dict[str, str], origin: Origin, actor: Actor | None
) -> CorrectionRequest | None:
    statement = _waiting(offering).where(
        CorrectionRequest.kind == RequestKind.CHANGE,
        CorrectionRequest.origin == origin,
        CorrectionRequest.proposed_by_id == (actor.account_id if actor else None),
    )
    return next((request for request in db.session.scalars(statement) if request.wanted == wanted), None)


def _waiting(offering: Offering) -> Select[CorrectionRequest]:
    return (
        select(CorrectionRequest)
        .where(CorrectionRequest.offering_id == offering.id, CorrectionRequest.state == RequestState.WAITING)
        .order_by(CorrectionRequest.id)
    )


def _add_number(request: CorrectionRequest, offering: Offering, phone: str) -> None:
    try:
        numbers = read_phones(phone, is_invented=offering.source_code == ILLUSTRATIVE_SOURCE)
    except Unreadable as error:
        raise Invalid(error.reason, field="phone") from error
    kept = [shown for shown in request.wanted.get("phones", "").split("; ") if shown]
    shown = list(dict.fromkeys([*kept, *(number.shown for number in numbers)]))[:_MOST_NUMBERS]
    request.wanted = {"phones": "; ".join(shown)}
    request.seen = {"phones": cells_of(offering)["phones"]}


def _count(request: CorrectionRequest) -> None:
    request.times += 1
    request.last_at = clock.now()
    db.session.add(request)
    db.session.flush()
