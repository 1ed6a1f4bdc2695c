"""Changing an entry by hand: one coordinator writes it; what changes a shelter or hotline waits for a second one."""

from collections.abc import Iterator, Mapping

from sqlalchemy import select

from directory.accounts import audit
from directory.accounts.rules import Actor
from directory.catalogue.cells import Versions, cells_of
from directory.catalogue.discretion import reads_like_address, reads_like_street
from directory.catalogue.entries import Problem
from directory.catalogue.models import CorrectionRequest, Offering, Site
from directory.catalogue.operations.carrying_out import Act, carry_out
from directory.catalogue.operations.changes import take_turn
from directory.catalogue.operations.reading import (
    BadCells,
    Outcome,
    Proposal,
    affected_by,
    check_seen,
    needs_two,
    propose,
)
from directory.catalogue.queries.own import entry_for, is_everywhere, is_hers, place_is_in
from directory.catalogue.rules import Visibility
from directory.catalogue.upkeep import NEVER_TELLS_PLACE, PART_OF, How, Origin, Part, RequestKind
from directory.errors import Invalid, NotAllowed
from directory.extensions import db

#: Texts of an entry that everybody may read, apart from links.
_TOLD = ("provider", "service", "description", "fees", "eligibility", "documents", "opening_hours")
#: Of a place that goes from told to kept back, these are written at once and whatever else is wanted waits.
_PART_OF_HIDING = frozenset({"visibility", *(c for c, part in PART_OF.items() if part is Part.SITE)})


def edit(
    actor: Actor,
    code: str,
    changes: Mapping[str, str],
    seen: Versions,
    *,
    how: How = How.EDIT,
    anyway: bool = False,
) -> Outcome:
    """Change these cells of an entry of hers; with ``anyway`` also where something is odd, though not wrong.

    Raises: NotFound; BadCells; Outdated; Invalid; NotAllowed; Conflict.
    """
    take_turn()
    proposal = propose(entry_for(actor, code), changes)
    if proposal.changes:
        check_seen(proposal, seen)
    if proposal.warnings and not anyway:
        raise BadCells(proposal.warnings)
    check_may_write(actor, proposal)
    return write_or_ask(Act(actor, how), proposal)


def look(actor: Actor, code: str, changes: Mapping[str, str]) -> Proposal:
    """Return what an entry of hers would be, for a preview; nothing is written.

    Raises: NotFound; BadCells; Invalid.
    """
    proposal = propose(entry_for(actor, code), changes)
    check_may_write(actor, proposal)
    return proposal


def write_or_ask(act: Act, proposal: Proposal) -> Outcome:
    """Write what one coordinator may write alone; let the rest wait for a second one."""
    offering, warnings = proposal.offering, proposal.warnings
    if not proposal.changes:
        return Outcome(offering, warnings=warnings)
    if not waits_for_second(proposal, act.how):
        along = _kept_back_along(proposal)
        return Outcome(offering, carry_out(act, [proposal]), warnings=warnings, along=along)
    if not proposal.hides_more:
        request, untold = ask_second(act.actor, proposal)
        return Outcome(offering, request=request, warnings=warnings, untold=untold)
    return _hide_now_ask_later(act, proposal)


def _hide_now_ask_later(act: Act, proposal: Proposal) -> Outcome:
    """Hide a protected place at once; texts that would be new stay out until somebody has agreed to them."""
    offering, wanted = proposal.offering, proposal.changes
    now = {column: text if column in _PART_OF_HIDING else "" for column, text in wanted.items()}
    now = {column: text for column, text in now.items() if column in _PART_OF_HIDING or column not in NEVER_TELLS_PLACE}
    needed = ("provider", "service") if proposal.before["phones"] else ("provider", "service", "phones")
    hiding = propose(offering, now | {column: wanted[column] for column in needed if column in wanted})
    along = _kept_back_along(hiding)
    revision = carry_out(act, [hiding])
    rest = propose(offering, {column: text for column, text in wanted.items() if hiding.after[column] != text})
    if not rest.changes:
        return Outcome(offering, revision, warnings=proposal.warnings, along=along)
    request, untold = ask_second(act.actor, rest)
    return Outcome(offering, revision, request, proposal.warnings, along, untold)


def waits_for_second(proposal: Proposal, how: How) -> bool:
    """Whether a second coordinator must agree: a shelter's, a hotline's or another hidden entry's words can kill."""
    if how is How.VERIFY and proposal.changes.keys() <= {"verified_on"}:
        return False
    if any(needs_two(one) for one in affected_by(proposal.offering, proposal.parts)):
        return True
    return proposal.becomes_protected and not proposal.hides_more


def ask_second(actor: Actor, proposal: Proposal) -> tuple[CorrectionRequest, tuple[str, ...]]:
    """Let a change wait for a second coordinator; she herself is the first. Return also what it may not hold."""
    wanted = tellable(proposal)
    request = CorrectionRequest(
        kind=RequestKind.CHANGE,
        origin=Origin.COORDINATOR,
        offering=proposal.offering,
        wanted=wanted,
        seen={column: proposal.before[column] for column in wanted},
        proposed_by_id=actor.account_id,
        endorsed_by_id=actor.account_id,
    )
    db.session.add(request)
    db.session.flush()
    audit.record("catalogue.propose", actor, request.uuid)
    return request, tuple(column for column in proposal.changes if column not in wanted)


def tellable(proposal: Proposal) -> dict[str, str]:
    """Return the changes that may be kept while they wait: nothing that tells a place which is not told yet."""
    if not proposal.tells_more:
        return dict(proposal.changes)
    return {column: text for column, text in proposal.changes.items() if column in NEVER_TELLS_PLACE}


def check_may_write(actor: Actor, proposal: Proposal) -> None:
    """Refuse a change of what others share that is not hers, or that would give away a kept-back place among them.

    Raises: NotAllowed; BadCells; Invalid.
    """
    affected = affected_by(proposal.offering, proposal.parts)
    if not is_everywhere(actor):
        _check_scope(actor, proposal, affected)
    problems = [problem for one in affected for problem in _giving_away(proposal, one)]
    if problems:
        raise BadCells(problems)


def _check_scope(actor: Actor, proposal: Proposal, affected: list[Offering]) -> None:
    site_ids = {one.site_id for one in affected}
    hers = set(db.session.scalars(select(Site.id).where(Site.id.in_(site_ids), is_hers(actor))))
    if site_ids - hers:
        raise NotAllowed(
            "Phần này dùng chung với mục ở địa bàn khác.", what_now="Hãy nhờ điều phối viên toàn quốc sửa giúp."
        )
    (site,) = proposal.rows.sites.values()
    moves = {"ward", "province"} & proposal.changes.keys() and not proposal.hides_more
    if moves and not place_is_in(actor, site["ward_key"], site["province_key"]):
        raise Invalid(
            "Nơi này nằm ngoài địa bàn của bạn.", what_now="Hãy nhờ điều phối viên toàn quốc sửa giúp.", field="ward"
        )


def _giving_away(proposal: Proposal, other: Offering) -> Iterator[Problem]:
    """Yield which new or shared texts would tell where another, kept-back entry is."""
    if other is proposal.offering:
        return
    goes_along = proposal.hides_more and other.site_id == proposal.offering.site_id
    visibility = Visibility(proposal.after["visibility"]) if goes_along else other.site.visibility
    if visibility is Visibility.PUBLIC:
        return
    is_told = reads_like_address if visibility is Visibility.HIDDEN else reads_like_street
    shared = {c: t for c, t in proposal.changes.items() if proposal_reaches(proposal, other, c)}
    texts = (cells_of(other) | shared) if goes_along else shared
    for column in _TOLD:
        if column in texts and is_told(texts[column]):
            reason = (
                "Một dịch vụ khác ở cùng nơi này có chỗ viết giống một địa chỉ: hãy sửa dịch vụ ấy trước."
                if goes_along and column not in shared
                else "Viết giống một địa chỉ, mà phần này dùng chung với một nơi được giữ kín: hãy viết lại."
            )
            yield Problem(1, column, reason)


def proposal_reaches(proposal: Proposal, other: Offering, column: str) -> bool:
    """Whether a changed column is one of a part that the other entry shares."""
    mine = proposal.offering
    return {
        Part.PROVIDER: True,
        Part.SERVICE: other.service_id == mine.service_id,
        Part.SITE: other.site_id == mine.site_id,
        Part.OFFERING: other.id == mine.id,
    }[PART_OF[column]]


def _kept_back_along(proposal: Proposal) -> tuple[str, ...]:
    if not proposal.hides_more:
        return ()
    others = [one for one in proposal.offering.site.offerings if one is not proposal.offering]
    return tuple(one.service.name for one in others)
