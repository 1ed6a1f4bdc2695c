"""``/phieu/moi`` and ``/phieu/kich-hoat``: a slip is made, or the person is led to what fits her better."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from directory import clock
from directory.accounts.sessions import signed_in
from directory.catalogue.queries import Card, Subject, cards, categories, hotlines, offering_page
from directory.catalogue.rules import HOTLINES
from directory.catalogue.urgency import Need, by_need
from directory.errors import Invalid, NotFound
from directory.referrals import consent, numbers, operations
from directory.referrals.forms import BlankForm, IssueForm, NoPlaceForm
from directory.referrals.models import Slip
from directory.referrals.queries.nearest import open_instead
from directory.referrals.rules import WithoutSlip
from directory.web.access import requires
from directory.web.once import SEE_OTHER, writes_once

blueprint = Blueprint("issuing", __name__)

#: Why there was no slip, as it stands in an address: nothing that tells.
_WAYS = {WithoutSlip.NO_CONSENT: 1, WithoutSlip.UNDER_18: 2, WithoutSlip.COERCED: 3, WithoutSlip.NO_PLACE: 4}
_NEEDS = {WithoutSlip.UNDER_18: Need.CHILDREN, WithoutSlip.COERCED: Need.VIOLENCE}
_SHELTERS = {WithoutSlip.UNDER_18: "bao-ve-tre-em", WithoutSlip.COERCED: "chong-mua-ban-nguoi"}


@dataclass(frozen=True)
class Target:
    """Where a slip is to lead: to an entry, or to whoever in the area has a subject."""

    entry: Card | None = None
    subject: Subject | None = None

    def leads(self, endpoint: str, **values: Any) -> str:
        """Return the address of a page that is to know of this target."""
        if self.entry:
            values["noi"] = self.entry.code
        elif self.subject:
            values["chu-de"] = self.subject.code
        return url_for(endpoint, **values)


@blueprint.get("/phieu/moi")
@requires("slips.issue")
def ask() -> ResponseReturnValue:
    """Show the form of a slip; without a place or subject, where to choose one."""
    target = _target(request.args)
    if target == Target():
        return render_template("referrals/choose.html", subjects=categories())
    return _shown(_form(IssueForm, target), target)


@blueprint.post("/phieu/moi")
@requires("slips.issue")
@writes_once
def issue() -> ResponseReturnValue:
    """Make the slip, or lead elsewhere."""
    target = _target(request.form)
    if target == Target():
        return redirect(url_for(".ask"), code=SEE_OTHER)
    form = _form(IssueForm, target)
    if not form.validate():
        return _shown(form, target), 422
    return _led_elsewhere(form, target) or _made(form, target)


@blueprint.get("/phieu/kich-hoat")
@requires("slips.issue")
def ask_number() -> ResponseReturnValue:
    """Show the form for a slip that is already on paper."""
    target = _target(request.args)
    return _shown(_form(BlankForm, target), target)


@blueprint.post("/phieu/kich-hoat")
@requires("slips.issue")
@writes_once
def issue_blank() -> ResponseReturnValue:
    """Begin to use a slip of the group's book."""
    target = _target(request.form)
    form = _form(BlankForm, target)
    if not form.validate():
        return _shown(form, target), 422
    return _led_elsewhere(form, target) or _made(form, target)


@blueprint.get("/phieu/khong-co-noi")
@requires("slips.issue")
def ask_no_place() -> ResponseReturnValue:
    """Ask what there is no place for, when a search ended with none that suits."""
    return render_template("referrals/no_place.html", form=NoPlaceForm(request.args))


@blueprint.post("/phieu/khong-co-noi")
@requires("slips.issue")
@writes_once
def count_no_place() -> ResponseReturnValue:
    """Count that somebody needed what there is no place for."""
    form = NoPlaceForm()
    subject = categories().by_code.get(form.subject.data) if form.validate() else None
    if subject is None:
        return render_template("referrals/no_place.html", form=form), 422
    operations.count_without_slip(signed_in(), subject.slug, WithoutSlip.NO_PLACE)
    target = Target(subject=subject)
    return redirect(target.leads(".instead", way=_WAYS[WithoutSlip.NO_PLACE]), code=SEE_OTHER)


@blueprint.get("/phieu/cach-khac/<int:way>")
@requires("slips.issue")
def instead(way: int) -> ResponseReturnValue:
    """Show what helps somebody who gets no slip."""
    why = next((why for why, number in _WAYS.items() if number == way), None)
    if why is None:
        raise NotFound(_("Không có trang này."), what_now=_("Bạn mở lại danh sách phiếu nhé."))
    groups = by_need(hotlines(clock.now()))
    lines = [line for group in groups if group.need is _NEEDS.get(why) for line in group.lines if not line.province]
    shelter = categories().by_slug[_SHELTERS.get(why, HOTLINES)]
    return render_template(
        "referrals/instead.html", why=why.value, target=_target(request.args), lines=lines, shelter=shelter
    )


def _target(fields: Mapping[str, str]) -> Target:
    """Return what the address or the form names.

    Raises: NotFound, when it is no longer in the book: the page was open while somebody took it out.
    """
    place, code = fields.get("noi", ""), fields.get("chu-de", "")
    if place:
        page = offering_page(place, clock.now())
        if page is None:
            raise NotFound(
                _("Nơi này vừa được gỡ khỏi sổ. Chưa có phiếu nào được lập."),
                what_now=_("Bạn tìm nơi khác ở ô dưới đây nhé."),
            )
        return Target(page.card, _subject_of(page.card))
    subject = categories().by_code.get(code)
    if code and subject is None:
        raise NotFound(_("Không có chủ đề này."), what_now=_("Bạn tìm lại ở ô dưới đây nhé."))
    return Target(subject=subject)


def _subject_of(entry: Card) -> Subject | None:
    """Return what the entry is about; a hotline is also about something."""
    slug = next((slug for slug in entry.categories if slug != HOTLINES), HOTLINES)
    return categories().by_slug.get(slug)


def _form(kind: type[IssueForm], target: Target) -> IssueForm:
    entry, subject = target.entry, target.subject
    data = {"place": entry.code if entry else "", "subject": subject.code if subject else ""}
    # What is nobody's in particular cannot be announced to anybody.
    return kind(data=data, is_sent=entry is not None)


def _shown(form: IssueForm, target: Target) -> str:
    if target.entry and target.entry.is_shut:
        return _closed(target.entry)
    return render_template(
        "referrals/issue.html",
        form=form,
        target=target,
        is_blank=isinstance(form, BlankForm),
        consent_text=consent.present(),
    )


def _closed(entry: Card) -> str:
    """Say that nobody can be sent there now, and show where else."""
    hits = open_instead(entry)
    distances = {hit.offering_id: hit.distance_m for hit in hits}
    nearest = [(card, distances[card.id]) for card in cards(list(distances))]
    return render_template("referrals/closed.html", entry=entry, nearest=nearest)


def _led_elsewhere(form: IssueForm, target: Target) -> ResponseReturnValue | None:
    """Count an answer that ends it, and lead to the page for it; None when there is to be a slip."""
    why = form.without_slip
    if why is None:
        return None
    slug = target.subject.slug if target.subject else HOTLINES
    operations.count_without_slip(signed_in(), slug, why)
    return redirect(target.leads(".instead", way=_WAYS[why]), code=SEE_OTHER)


def _made(form: IssueForm, target: Target) -> ResponseReturnValue:
    try:
        slip = _slip_of(form, target)
    except Invalid as error:
        # Said in the form, so that nothing has to be asked twice.
        form.complain(error)
        return _shown(form, target), 422
    return redirect(url_for("tracking.slip", code=slip.code), code=SEE_OTHER)


def _slip_of(form: IssueForm, target: Target) -> Slip:
    slug = None if target.entry or target.subject is None else target.subject.slug
    wanted = form.wanted(consent_version=consent.present().version, category_slug=slug)
    if isinstance(form, BlankForm):
        return operations.issue_blank(signed_in(), numbers.read_slip_number(form.number.data) or "", wanted)
    return operations.issue(signed_in(), wanted)
