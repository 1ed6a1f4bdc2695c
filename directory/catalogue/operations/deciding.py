"""A coordinator decides on what waits: she accepts it, as it is or put right, or refuses it; some need two of them."""

from collections.abc import Callable, Mapping

from sqlalchemy import select

from directory import clock
from directory.accounts import audit
from directory.accounts.models import Account
from directory.accounts.rules import Actor
from directory.catalogue.cells import Cells, Versions, clean
from directory.catalogue.models import CorrectionRequest, Offering
from directory.catalogue.operations import adding
from directory.catalogue.operations.carrying_out import Act, carry_out
from directory.catalogue.operations.changes import take_turn
from directory.catalogue.operations.editing import check_may_write, tellable, waits_for_second, write_or_ask
from directory.catalogue.operations.reading import Outcome, Outdated, Proposal, check_seen, propose
from directory.catalogue.queries.own import entry_for
from directory.catalogue.queries.requests import request_for
from directory.catalogue.upkeep import NEVER_TELLS_PLACE, How, RequestKind, RequestState
from directory.clock import LOCAL_ZONE
from directory.errors import Conflict, Invalid, NotAllowed
from directory.extensions import db

#: How a request of another kind is carried out once all have agreed; who knows the kind puts it here.
CARRY_OUT: dict[RequestKind, Callable[[Actor, CorrectionRequest], Outcome]] = {}

_SECOND = "Mục này cần hai điều phối viên: bạn là người thứ nhất, nay cần một người khác đồng ý."


def accept(
    actor: Actor,
    request_code: str,
    version: int,
    changes: Mapping[str, str] | None = None,
    *,
    seen: Versions | None = None,
) -> Outcome:
    """Carry a request out, with ``changes`` instead of what it asks for; or agree as the first of two.

    ``seen`` goes with ``changes``: the state of the entry that she typed them against.

    Raises: NotFound; Conflict, when another was faster, naming her; Outdated; BadCells; Invalid; NotAllowed.
    """
    take_turn()
    request = claim(actor, request_code, version)
    if request.kind is RequestKind.ADD:
        return _accept_added(actor, request, changes)
    if request.kind in CARRY_OUT:
        return _accept_other(actor, request)
    offering = _entry(actor, request)
    proposal = propose(offering, request.wanted if changes is None else changes)
    if not proposal.changes and changes is not None:
        raise Invalid("Bạn chưa sửa chỗ nào.", what_now="Hãy sửa cho đúng rồi lưu, hoặc từ chối đề nghị này.")
    if request.kind is RequestKind.REPORT and changes is None:
        raise Invalid("Hãy ghi điều đúng trước khi nhận.")
    _check_not_outdated(request, proposal, seen, is_typed=changes is not None)
    check_may_write(actor, proposal)
    return _write_or_agree(actor, request, proposal)


def refuse(actor: Actor, request_code: str, version: int) -> CorrectionRequest:
    """Let a request rest for good.

    Raises: NotFound; Conflict, when another was faster, naming her.
    """
    take_turn()
    request = claim(actor, request_code, version)
    close(actor, request, RequestState.REFUSED)
    return request


def claim(actor: Actor, code: str, version: int) -> CorrectionRequest:
    """Return a request of her areas that nobody has touched since she saw it.

    Raises: NotFound; Conflict, saying who was faster and when.
    """
    request = request_for(actor, code)
    if request.offering_id is not None:
        # Whoever reports something holds the entry, too, so the request stands still from here on.
        db.session.execute(select(Offering.id).where(Offering.id == request.offering_id).with_for_update())
    db.session.refresh(request)
    if request.state is RequestState.OUTDATED:
        raise Conflict("Đề nghị này không còn hợp với mục: mục đã thay đổi hoặc đã được giữ kín.")
    if request.state is not RequestState.WAITING:
        raise Conflict(
            "%(name)s đã xử lý đề nghị này lúc %(when)s.",
            blanks={"name": _name(request.decided_by_id), "when": _moment(request)},
        )
    if request.version != version and request.endorsed_by_id not in (None, actor.account_id):
        raise Conflict(
            "%(name)s vừa đồng ý với đề nghị này, nay cần thêm một người.",
            what_now="Hãy xem lại rồi quyết định.",
            blanks={"name": _name(request.endorsed_by_id)},
        )
    if request.version != version:
        raise Conflict("Đề nghị này vừa thay đổi.", what_now="Hãy xem lại rồi quyết định.")
    return request


def close(actor: Actor, request: CorrectionRequest, state: RequestState) -> None:
    """Write down who decided on a request and how."""
    request.state, request.decided_by_id, request.decided_at = state, actor.account_id, clock.now()
    if request.kind is RequestKind.REPORT:
        # A number that somebody unknown wrote is kept no longer than it takes to ask: it may be a private one.
        request.wanted, request.seen = {}, {}
    db.session.flush()
    audit.record(f"catalogue.{state}", actor, request.uuid)


def agrees_as_first(actor: Actor, request: CorrectionRequest) -> bool:
    """Let her be the first of two where there is none yet; False when she is the second, so that all have agreed.

    Raises: NotAllowed, when she is the first one, or proposed it herself.
    """
    if request.endorsed_by_id is not None:
        if actor.account_id in (request.endorsed_by_id, request.proposed_by_id):
            raise NotAllowed(_SECOND)
        return False
    if actor.account_id == request.proposed_by_id:
        raise NotAllowed("Đề nghị của chính bạn cần người khác đồng ý trước.")
    request.endorsed_by_id = actor.account_id
    db.session.flush()
    audit.record("catalogue.endorse", actor, request.uuid)
    return True


def _write_or_agree(actor: Actor, request: CorrectionRequest, proposal: Proposal) -> Outcome:
    offering = proposal.offering
    act = Act(actor, How.CORRECTION, request_id=request.id)
    if proposal.hides_more:
        # Hiding is done at once, and takes what may tell the place out of this request, too.
        outcome = write_or_ask(act, proposal)
        close(actor, request, RequestState.ACCEPTED)
        return outcome
    if waits_for_second(proposal, How.CORRECTION):
        _put_right(request, proposal)
        if agrees_as_first(actor, request):
            return Outcome(offering, request=request, untold=_untold(request, proposal))
    revision = carry_out(act, [proposal]) if proposal.changes else None
    close(actor, request, RequestState.ACCEPTED)
    return Outcome(offering, revision, warnings=proposal.warnings)


def _put_right(request: CorrectionRequest, proposal: Proposal) -> None:
    """Keep what she made of the request; whoever agreed to something else has not agreed to this."""
    wanted = tellable(proposal)
    if wanted == request.wanted:
        return
    request.wanted = wanted
    request.seen = {column: proposal.before[column] for column in wanted}
    request.endorsed_by_id = None


def _untold(request: CorrectionRequest, proposal: Proposal) -> tuple[str, ...]:
    return tuple(column for column in proposal.changes if column not in request.wanted)


def _check_not_outdated(
    request: CorrectionRequest, proposal: Proposal, seen: Versions | None, *, is_typed: bool
) -> None:
    """Refuse to write over what the entry says by now and did not say when the request was made.

    Raises: Outdated; Invalid, when it cannot be known what she saw.
    """
    if is_typed:
        if seen is None:
            raise Invalid("Biểu mẫu này đã cũ.", what_now="Hãy mở lại trang rồi làm lại.")
        check_seen(proposal, seen)
        return
    stale = {column for column, text in request.seen.items() if proposal.before[column] != text}
    if stale & proposal.changes.keys():
        raise Outdated(proposal)


def _accept_added(actor: Actor, request: CorrectionRequest, changes: Mapping[str, str] | None) -> Outcome:
    wanted: Cells = clean(changes) if changes is not None else request.wanted
    wanted = {column: text for column, text in wanted.items() if text}
    rows, warnings = adding.read_new(actor, wanted)
    if wanted != request.wanted:
        request.wanted, request.endorsed_by_id = wanted, None
    if agrees_as_first(actor, request):
        return Outcome(None, request=request, warnings=tuple(warnings))
    offering, revision = adding.write_new(actor, rows, request.id)
    request.offering_id = offering.id
    if wanted.get("visibility", "public") != "public":
        request.wanted = {column: text for column, text in wanted.items() if column in NEVER_TELLS_PLACE}
    close(actor, request, RequestState.ACCEPTED)
    return Outcome(offering, revision, warnings=tuple(warnings))


def _accept_other(actor: Actor, request: CorrectionRequest) -> Outcome:
    if agrees_as_first(actor, request):
        return Outcome(request.offering, request=request)
    outcome = CARRY_OUT[request.kind](actor, request)
    close(actor, request, RequestState.ACCEPTED)
    return outcome


def _entry(actor: Actor, request: CorrectionRequest) -> Offering:
    if request.offering is None:
        raise Conflict("Mục của đề nghị này không còn nữa.")
    return entry_for(actor, request.offering.code)


def _name(account_id: int | None) -> str:
    account = db.session.get(Account, account_id) if account_id is not None else None
    return account.name if account else "—"


def _moment(request: CorrectionRequest) -> str:
    return request.decided_at.astimezone(LOCAL_ZONE).strftime("%H:%M %d/%m/%Y") if request.decided_at else "—"
