"""Who may know of which slip. Another organisation's slip and one that does not exist are the same: not found."""

from collections.abc import Iterable

from sqlalchemy import exists, select

from directory import clock
from directory.accounts.models import Account
from directory.accounts.rules import Actor, Party
from directory.catalogue.models import Offering, Site, service_category
from directory.catalogue.queries import categories, lies_in
from directory.codes import read_public_code
from directory.errors import Conflict, NotFound
from directory.extensions import db
from directory.referrals.models import Slip
from directory.referrals.numbers import read_slip_number
from directory.referrals.rules import State
from directory.referrals.tokens import hash_of

NO_SUCH_SLIP = "Không có phiếu này, hoặc phiếu không thuộc về bạn."
WHAT_NOW = "Hãy kiểm tra lại số phiếu, hoặc hỏi người lập phiếu."


def no_such_slip() -> NotFound:
    """Return the one answer for a slip that is not there and for one that is somebody else's."""
    return NotFound(NO_SUCH_SLIP, what_now=WHAT_NOW)


def slip_for(actor: Actor, code: str) -> Slip:
    """Return the slip of this code when the actor may know of it.

    Raises: NotFound, the same when there is none and when it is not hers; Conflict, when a slip that was shown to
    this desk has been taken up by another one.
    """
    slip = db.session.scalar(select(Slip).where(Slip.code == read_public_code(code)))
    return seen_by(actor, slip)


def by_number(number: str) -> Slip | None:
    """Return the slip of a number as somebody typed it, whoever she is; None when there is none."""
    wanted = read_slip_number(number)
    return db.session.scalar(select(Slip).where(Slip.number == wanted)) if wanted else None


def by_token(token: str) -> Slip | None:
    """Return the slip of a token from a QR code, whoever holds it; None when there is none."""
    wanted = hash_of(token)
    return db.session.scalar(select(Slip).where(Slip.token_hash == wanted)) if wanted else None


def seen_by(actor: Actor, slip: Slip | None) -> Slip:
    """Return the slip when the actor may know of it. Raises: as ``slip_for``."""
    if slip is not None and visible_at(actor, slip):
        return slip
    if slip is not None and slip.code in actor.presented and slip.offering_id is None and slip.site_id is not None:
        raise _taken_elsewhere(slip)
    raise no_such_slip()


def _taken_elsewhere(slip: Slip) -> Conflict:
    """Return the answer to a desk that was shown a slip which another one took up: that it was, and when."""
    at = slip.arrived_at or slip.acknowledged_at
    what_now = "Nơi đó sẽ giúp tiếp. Nếu khách vẫn ở chỗ bạn, hãy gọi người lập phiếu."
    if at is None:
        return Conflict("Một nơi khác đã nhận phiếu này trước.", what_now=what_now)
    local = at.astimezone(clock.LOCAL_ZONE)
    return Conflict(
        "Một nơi khác đã nhận phiếu này trước, lúc %(time)s ngày %(date)s.",
        what_now=what_now,
        blanks={"time": f"{local:%H:%M}", "date": f"{local:%d/%m/%Y}"},
    )


def visible_at(actor: Actor, slip: Slip) -> bool:
    """Whether the actor may know of the slip: issued by her, meant for her site, or in an area that she answers for."""
    if actor.party is Party.PEER:
        return slip.issuer_id is not None and slip.issuer_id == actor.account_id
    if actor.party is Party.COORDINATOR:
        return actor.covers_area(slip.area_id)
    if actor.party is not Party.PROVIDER or slip.state is State.BLANK:
        return False
    if slip.site_id is None:
        return slip.code in actor.presented and may_claim(actor, slip)
    return slip.site_id == actor.site_id and (slip.consent_send or slip.presented_at is not None)


def is_unclaimed(slip: Slip) -> bool:
    """Whether the slip is for whoever offers its category in its area, and nobody has taken it up."""
    return slip.site_id is None and slip.state not in {State.BLANK, State.VOID, State.WITHDRAWN}


def is_kept_from_site(slip: Slip) -> bool:
    """Whether the person refused that the site be told of her before she comes (consent, scope b)."""
    return slip.offering_id is not None and not slip.consent_send and slip.presented_at is None


def with_inbox(slips: Iterable[Slip]) -> frozenset[int]:
    """Return which of the sites that the slips are for have somebody with an account, who sees what is sent there."""
    site_ids = {slip.site_id for slip in slips if slip.site_id}
    return frozenset(
        db.session.scalars(
            select(Account.site_id).where(Account.site_id.in_(site_ids), Account.disabled_at.is_(None)).distinct()
        )
    )


def may_claim(actor: Actor, slip: Slip) -> bool:
    """Whether the actor's site may take up a slip to nobody in particular: it has the category and lies in the area."""
    if actor.site_id is None or slip.category_slug is None or not is_unclaimed(slip):
        return False
    return offers(actor.site_id, slip.category_slug) and _lies_in(actor.site_id, slip.area_id)


def may_present(actor: Actor, slip: Slip) -> bool:
    """Whether the actor's site may be shown this slip by whoever holds it: it is meant for it, or it may claim it."""
    if actor.party is not Party.PROVIDER or slip.state is State.BLANK:
        return False
    return slip.site_id == actor.site_id if slip.site_id is not None else may_claim(actor, slip)


def offers(site_id: int, category_slug: str) -> bool:
    """Whether a site has this category, or one below it."""
    slugs = [category_slug, *(child.slug for child in categories().children(category_slug))]
    has_it = exists().where(
        Offering.site_id == site_id,
        Offering.service_id == service_category.c.service_id,
        service_category.c.category_slug.in_(slugs),
    )
    return bool(db.session.scalar(select(has_it)))


def _lies_in(site_id: int, area_id: int) -> bool:
    """Whether a site lies in an area."""
    return bool(db.session.scalar(select(exists().where(Site.id == site_id, lies_in({area_id})))))
