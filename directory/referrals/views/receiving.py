"""``/tiep-nhan``: the provider's side. What was sent here, one slip with the steps that may be taken now, each step.

Nothing on these pages is about the person: what is wanted, how soon, what to prepare, until when.
"""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from directory import clock
from directory.accounts import audit, sessions
from directory.accounts.rules import Actor
from directory.catalogue.queries import Card, SitePage, Subject, cards, categories, site_page
from directory.errors import Conflict, Invalid
from directory.referrals import consent, operations, queries, rules, wording
from directory.referrals.desk_forms import (
    ActivateForm,
    DeclineForm,
    ForwardForm,
    given_field,
    read_given,
    times_in_words,
)
from directory.referrals.models import Slip
from directory.referrals.operations import Wanted
from directory.referrals.queries.at_desk import held_by, is_blank, slip_of, whom_to_call
from directory.referrals.queries.family import child_of
from directory.search.queries import SearchRequest, find
from directory.web.access import requires
from directory.web.once import when_refused, writes_once
from directory.web.wording import what_happened, what_now

blueprint = Blueprint("receiving", __name__, url_prefix="/tiep-nhan")
blueprint.add_app_template_filter(wording.step_name, "slip_step")
blueprint.add_app_template_filter(times_in_words, "times")
blueprint.add_app_template_global(given_field)

#: So many other places are shown to choose from.
MOST_PLACES = 6

#: The steps that ask nothing, by the word in their address.
PLAIN_STEPS: dict[str, Callable[..., Slip]] = {
    "da-nhan-tin": operations.acknowledge,
    "da-den": operations.confirm_arrival,
    "khong-den": operations.no_show,
    "hoan-tac": operations.undo,
}


@blueprint.get("")
@requires("slips.inbox")
def inbox() -> ResponseReturnValue:
    """Show what was sent to this site: new, waited for, here now, done."""
    actor = sessions.signed_in()
    lists = queries.inbox(actor)
    names = _names([slip for slips in lists for slip in slips])
    return render_template("referrals/receiving/inbox.html", inbox=lists, names=names, site=_site(actor))


@blueprint.get("/<code>")
@requires("slips.receive")
def slip(code: str) -> ResponseReturnValue:
    """Show one slip with the steps that may be taken now; that it was looked at is written down first."""
    actor = sessions.signed_in()
    try:
        audit.record_view("slip.viewed", actor, queries.slip_for(actor, code).uuid)
    except Conflict as late:
        return _late_page(code, late), 409
    return _slip_page(actor, queries.slip_for(actor, code))


@blueprint.post("/<code>/<any('da-nhan-tin', 'da-den', 'khong-den', 'hoan-tac'):step>")
@requires("slips.receive")
@writes_once
def take(code: str, step: str) -> ResponseReturnValue:
    """Take a step that asks nothing."""
    return _done(code, lambda actor: PLAIN_STEPS[step](actor, code, seen=_seen()))


@blueprint.post("/<code>/da-giup")
@requires("slips.receive")
@writes_once
def record_service(code: str) -> ResponseReturnValue:
    """Note that the person was served, with what and how often."""
    actor = sessions.signed_in()
    seen_slip = queries.slip_for(actor, code)
    try:
        given = read_given(request.form, _subjects(seen_slip, _site(actor)))
    except Invalid as wrong:
        _note_view_anew(actor, seen_slip)
        return _slip_page(actor, seen_slip, given_error=wrong.message), 422
    return _done(code, lambda actor: operations.record_service(actor, code, given, seen=_seen()))


@blueprint.post("/<code>/tu-choi")
@requires("slips.receive")
@writes_once
def decline(code: str) -> ResponseReturnValue:
    """Turn the slip down, with a reason of the list."""
    form, actor = DeclineForm(), sessions.signed_in()
    if not form.validate():
        seen_slip = queries.slip_for(actor, code)
        _note_view_anew(actor, seen_slip)
        return _slip_page(actor, seen_slip, decline=form), 422
    reason = rules.Reason(form.reason.data)
    return _done(code, lambda actor: operations.decline(actor, code, reason, seen=_seen()))


@blueprint.get("/<code>/chuyen")
@requires("slips.receive")
def elsewhere(code: str) -> ResponseReturnValue:
    """Show where else the person could go: the nearest with the same subject, or what was looked for."""
    actor = sessions.signed_in()
    audit.record_view("slip.viewed", actor, queries.slip_for(actor, code).uuid)
    form_slip = queries.slip_for(actor, code)
    places = _places(form_slip, request.args.get("q", ""))
    return _elsewhere_page(form_slip, places, ForwardForm([card.code for card in places]))


@blueprint.post("/<code>/chuyen")
@requires("slips.receive")
@writes_once
def forward(code: str) -> ResponseReturnValue:
    """Send the person on to another place, with her consent; a slip of its own goes there."""
    actor = sessions.signed_in()
    seen_slip = queries.slip_for(actor, code)
    places = _places(seen_slip, request.form.get("q", ""))
    form = ForwardForm([card.code for card in places])
    if not form.validate():
        _note_view_anew(actor, seen_slip)
        return _elsewhere_page(seen_slip, places, form), 422
    return _done(code, lambda actor: operations.forward(actor, code, form.offering.data, seen=_seen()))


@blueprint.get("/<code>/kich-hoat")
@requires("slips.receive")
def blank(code: str) -> ResponseReturnValue:
    """Ask what makes a blank slip one in use: what she came for, whether she is of age, what she agrees to."""
    actor = sessions.signed_in()
    shown = held_by(actor, code)
    if not is_blank(shown):
        return redirect(url_for(".slip", code=code), code=303)
    return _blank_page(actor, shown, ActivateForm(_site(actor).cards))


@blueprint.post("/<code>/kich-hoat")
@requires("slips.receive")
@writes_once
def activate(code: str) -> ResponseReturnValue:
    """Put a blank slip to use for the person at the desk."""
    actor = sessions.signed_in()
    blank_slip, form = held_by(actor, code), ActivateForm(_site(actor).cards)
    if not form.validate():
        return _blank_page(actor, blank_slip, form), 422
    return _done(code, lambda actor: operations.activate(actor, blank_slip.number, _wanted(form)))


def _done(code: str, act: Callable[[Actor], Slip]) -> ResponseReturnValue:
    """Take a step and lead back to the slip; when somebody else was faster, say who and when."""
    try:
        moved = act(sessions.signed_in())
    except Conflict as late:
        return _late_page(code, late), 409
    return redirect(url_for(".blank" if is_blank(moved) else ".slip", code=code), code=303)


def _note_view_anew(actor: Actor, shown: Slip) -> None:
    """Write down that a page which refuses a form shows the slip: an unfinished form must be no way to look unseen."""
    uuid = shown.uuid
    when_refused(lambda: audit.record("slip.viewed", actor, uuid))


def _late_page(code: str, late: Conflict) -> str:
    """Say who was faster and when, to somebody who may know of the slip: nobody else is told of a conflict."""
    return render_template(
        "referrals/receiving/late.html",
        what_happened=what_happened(late),
        what_now=what_now(late),
        code=code,
        whom_to_call=whom_to_call(slip_of(code)),
    )


def _seen() -> int | None:
    """Return the version that the page showed, or None when it is not a number."""
    seen = request.form.get("seen", "")
    return int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 6 else None


def _wanted(form: ActivateForm) -> Wanted:
    return Wanted(
        offering_code=form.offering.data,
        category_slug=None,
        urgency=rules.Urgency.THREE_DAYS,
        language_need=None,
        access_needs=(),
        client_code=None,
        is_adult=form.is_adult.data,
        consent_version=consent.present().version,
        # It lies on the desk: whether it may be sent there is not asked.
        consent_send=False,
        consent_count=form.counted.data == "1",
    )


def _site(actor: Actor) -> SitePage:
    if actor.site_id is None:
        raise RuntimeError("whoever receives slips works at a site")
    return site_page(actor.site_id, clock.now())


def _subjects(of_slip: Slip, site: SitePage) -> tuple[Subject, ...]:
    """Return what may be said to have been given: what was wanted first, then what else the site has."""
    wanted = categories().by_slug[of_slip.category_slug or ""]
    return (wanted, *(subject for subject in site.subjects if subject.slug != wanted.slug))


def _slip_page(actor: Actor, shown: Slip, *, given_error: str = "", decline: DeclineForm | None = None) -> str:
    now = clock.now()
    site, steps = _site(actor), queries.buttons(actor, shown, now)
    return render_template(
        "referrals/receiving/slip.html",
        slip=shown,
        site=site,
        steps=steps,
        subjects=_subjects(shown, site) if shown.category_slug else (),
        past=rules.standing(queries.history(shown)),
        given_error=given_error,
        decline=decline or DeclineForm(),
        is_desk=actor.is_desk,
        **_about(shown),
    )


def _about(shown: Slip) -> dict[str, Any]:
    """Return what every page about a slip says: what is wanted, and whom to call."""
    tree, follower = categories().by_slug, child_of(shown)
    return {
        "follower": follower,
        "follower_place": _place(follower) if follower else None,
        "wanted": _place(shown),
        "subject": tree[shown.category_slug] if shown.category_slug else None,
        "whom_to_call": whom_to_call(shown),
        "today": clock.today(),
    }


def _names(slips: list[Slip]) -> dict[int, str]:
    """Return what is wanted by the slip's id: one read for the whole list."""
    offerings = {card.id: card.name for card in cards(sorted({slip.offering_id for slip in slips if slip.offering_id}))}
    tree = categories().by_slug
    return {slip.id: offerings.get(slip.offering_id or 0) or tree[slip.category_slug or ""].name for slip in slips}


def _place(of_slip: Slip) -> Card | None:
    return next(iter(cards([of_slip.offering_id])), None) if of_slip.offering_id else None


def _places(of_slip: Slip, text: str) -> list[Card]:
    """Return where else she could go: what was looked for, else the nearest with the same subject."""
    if not text.strip():
        return cards([hit.offering_id for hit in queries.next_nearest(of_slip, limit=MOST_PLACES)])
    found = find(SearchRequest(text=text[:100], per_page=2 * MOST_PLACES), clock.now())
    here = of_slip.offering_id
    hits = cards([hit.offering_id for hit in found.hits if hit.offering_id != here])
    return [card for card in hits if not card.is_line and not card.is_shut][:MOST_PLACES]


def _elsewhere_page(of_slip: Slip, places: list[Card], form: ForwardForm) -> str:
    looked_for = request.values.get("q", "")[:100]
    return render_template(
        "referrals/receiving/elsewhere.html",
        slip=of_slip,
        places=places,
        form=form,
        looked_for=looked_for,
        **_about(of_slip),
    )


def _blank_page(actor: Actor, blank_slip: Slip, form: ActivateForm) -> str:
    questions, language = consent.present(), str(get_locale() or "vi")
    return render_template(
        "referrals/receiving/blank.html",
        slip=blank_slip,
        site=_site(actor),
        form=form,
        make=questions.question(consent.Scope.MAKE, language),
        count=questions.question(consent.Scope.COUNT, language),
        whom_to_call=whom_to_call(blank_slip),
    )
