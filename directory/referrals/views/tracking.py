"""``/phieu`` and ``/phieu/<code>``: what became of each slip, and what the peer beside the person can do next."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from directory import clock
from directory.accounts import audit
from directory.accounts.rules import Party
from directory.accounts.sessions import signed_in
from directory.catalogue.queries import Card, Subject, cards, categories, site_page
from directory.errors import Conflict, NotAllowed, NotFound
from directory.referrals import numbers, operations, queries, wording
from directory.referrals.advice import is_sent_in_vain, needs_another_place, next_words, overseers_words, tone
from directory.referrals.face import Face
from directory.referrals.face import of as face_of
from directory.referrals.models import Slip
from directory.referrals.queries.at_desk import WhomToCall, whom_to_call
from directory.referrals.queries.family import child_of
from directory.referrals.rules import CLOSED, UNDO_WITHIN, State
from directory.web.access import requires
from directory.web.once import SEE_OTHER, writes_once
from directory.web.wording import what_happened, what_now

blueprint = Blueprint("tracking", __name__)
blueprint.add_app_template_filter(numbers.grouped, "grouped")
blueprint.add_app_template_filter(wording.state_name, "slip_state")
blueprint.add_app_template_filter(wording.urgency_name, "urgency")
blueprint.add_app_template_filter(wording.reason_name, "reason")
blueprint.add_app_template_filter(wording.access_need_name, "access_need")
blueprint.add_app_template_filter(wording.moment_in_words, "moment")
blueprint.add_app_template_filter(wording.local_day, "local_day")
blueprint.add_app_template_filter(tone, "slip_tone")

#: What the last part of an address does.
_STEPS: dict[str, Callable[..., object]] = {
    "da-goi": operations.acknowledge,
    "huy": operations.cancel,
    "bo": operations.void,
    "rut": operations.withdraw_consent,
    "hoan-tac": operations.undo,
    "duoc": partial(operations.answer_need, met=True),
    "chua-duoc": partial(operations.answer_need, met=False),
}


@dataclass(frozen=True)
class SlipPage:
    """A slip as the one who follows it sees it."""

    slip: Slip
    entry: Card | None
    subject: Subject | None
    buttons: tuple[str, ...]
    #: Each stage with its moment, None for one that was not reached.
    rungs: list[tuple[str, datetime | None]]
    is_mine: bool
    #: What to do now.
    advice: str
    #: For whoever did not make it; None for the peer.
    whom_to_call: WhomToCall | None
    is_new: bool
    #: What she may hand over; None when the slip is not hers, or opens nothing any more.
    face: Face | None
    nearest: list[tuple[Card, float | None]]
    follower: Slip | None


@blueprint.get("/phieu")
@requires("slips.issue")
def mine() -> ResponseReturnValue:
    """List her slips: what needs attention, what is open, what is done."""
    lists = queries.mine(signed_in())
    slips = [*lists.attention, *lists.open, *lists.done]
    reading, entries = queries.with_inbox(slips), _entries(slips)
    return render_template(
        "referrals/list.html",
        lists=lists,
        entries=entries,
        subjects=categories().by_slug,
        advice={slip.id: next_words(slip, slip.site_id in reading, entries.get(slip.id)) for slip in slips},
    )


@blueprint.post("/phieu/tim")
@requires("slips.track")
def by_number() -> ResponseReturnValue:
    """Lead to the slip of a number that somebody reads out to her."""
    typed = queries.by_number(request.form.get("so", ""))
    found = queries.slip_for(signed_in(), typed.code if typed else "")
    return redirect(url_for(".slip", code=found.code), code=SEE_OTHER)


@blueprint.get("/phieu/<code>")
@requires("slips.track")
def slip(code: str) -> ResponseReturnValue:
    """Show one slip: where it stands, and what can be done."""
    actor = signed_in()
    found = queries.slip_for(actor, code)
    audit.record_view("slip.viewed", actor, found.uuid)
    return render_template("referrals/slip.html", page=_page(found))


@blueprint.post("/phieu/<code>/<word>")
@requires("slips.track")
@writes_once
def step(code: str, word: str) -> ResponseReturnValue:
    """Take one step with a slip."""
    take = _STEPS.get(word)
    if take is None:
        raise NotFound(_("Không có trang này."), what_now=_("Bạn mở lại danh sách phiếu nhé."))
    try:
        take(signed_in(), code, seen=_seen())
    except (Conflict, NotAllowed) as late:
        said = {"what_happened": what_happened(late), "what_now": what_now(late)}
        status = 409 if isinstance(late, Conflict) else 403
        return render_template("referrals/stopped.html", back=url_for(".slip", code=code), **said), status
    return redirect(url_for(".slip", code=code), code=SEE_OTHER)


def _seen() -> int | None:
    """Return the version of the slip that the page showed, or None when it is not a number."""
    version = request.form.get("ban", "")
    return int(version) if version.isascii() and version.isdigit() and len(version) < 6 else None


def _page(slip: Slip) -> SlipPage:
    actor, now, entry = signed_in(), clock.now(), _entry(slip)
    is_mine = actor.party is Party.PEER
    return SlipPage(
        slip=slip,
        entry=entry,
        subject=categories().by_slug.get(slip.category_slug or ""),
        buttons=queries.buttons(actor, slip, now),
        rungs=_rungs(slip),
        is_mine=is_mine,
        advice=next_words(slip, bool(queries.with_inbox([slip])), entry) if is_mine else overseers_words(slip),
        whom_to_call=None if is_mine else whom_to_call(slip),
        is_new=slip.state is State.ISSUED and _is_recent(slip.issued_at, now),
        face=face_of(slip) if is_mine and slip.state in {State.ISSUED, State.ACKNOWLEDGED} else None,
        nearest=_nearest(slip) if needs_another_place(slip) or is_sent_in_vain(slip, entry) else [],
        follower=child_of(slip),
    )


def _is_recent(moment: datetime | None, now: datetime) -> bool:
    return moment is not None and now - moment <= UNDO_WITHIN


def _nearest(slip: Slip) -> list[tuple[Card, float | None]]:
    hits = queries.next_nearest(slip)
    distances = {hit.offering_id: hit.distance_m for hit in hits}
    return [(card, distances[card.id]) for card in cards(list(distances))]


def _entry(slip: Slip) -> Card | None:
    if slip.offering_id:
        return next(iter(cards([slip.offering_id])), None)
    # A site that took up a slip to nobody in particular: any of its entries has the address and telephone.
    return next(iter(site_page(slip.site_id, clock.now()).cards), None) if slip.site_id else None


def _entries(slips: list[Slip]) -> dict[int, Card]:
    """Return the entry that each slip leads to by the slip's id: one read for nearly the whole list."""
    by_offering = {card.id: card for card in cards(sorted({slip.offering_id for slip in slips if slip.offering_id}))}
    found = {slip.id: by_offering.get(slip.offering_id) if slip.offering_id else _entry(slip) for slip in slips}
    return {number: entry for number, entry in found.items() if entry}


def _rungs(slip: Slip) -> list[tuple[str, datetime | None]]:
    """Return the stages that were reached and that may follow; of a slip that ended otherwise, how it ended."""
    answered = _("Người ấy nói: chưa được đúng điều cần") if slip.need_met is False else _("Được giúp đúng điều cần")
    rungs = [
        (_("Lập phiếu"), slip.issued_at),
        (_("Nơi tiếp nhận đã biết"), slip.acknowledged_at),
        (_("Đã đến nơi"), slip.arrived_at),
        (_("Đã được giúp"), slip.served_at),
        (answered, slip.need_answered_at),
    ]
    ended = slip.state in CLOSED and slip.state is not State.SERVED
    return [*(rung for rung in rungs if rung[1]), (wording.state_name(slip.state), slip.closed_at)] if ended else rungs
