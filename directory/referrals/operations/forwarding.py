"""Sending a person on to another place: her slip ends here, and a child of it begins there."""

from directory import clock
from directory.accounts import audit
from directory.accounts.rules import Actor
from directory.errors import Invalid
from directory.referrals.models import Slip
from directory.referrals.operations.facts import follow
from directory.referrals.operations.history import begin, locked, may_step, write
from directory.referrals.operations.issuing import new_slip, place_of
from directory.referrals.rules import VALID_FOR, State

#: What the child says as its parent does: she consented once, and to be sent on just now.
_KEPT = (
    "group_id",
    "area_id",
    "issuer_id",
    "urgency",
    "language_need",
    "access_needs",
    "client_code",
    "is_adult",
    "consent_version",
    "consent_count",
)


def forward(actor: Actor, code: str, offering_code: str, *, seen: int | None = None) -> Slip:
    """Send the person on to another offering, which she agreed to, and return the slip for there.

    Raises: Invalid, when the offering is gone, or at the same place.
    """
    slip = locked(actor, code, seen)
    may_step(actor, slip, "forward")
    place = place_of(offering_code, slip.category_slug)
    if place["site_id"] == slip.site_id:
        raise Invalid("Đây chính là nơi của bạn.", what_now="Hãy chọn một nơi khác.", field="offering_code")
    now = clock.now()
    write(actor, slip, "forward", State.FORWARDED)
    child = new_slip(State.ISSUED, parent_id=slip.id, consent_send=True, issued_at=now, **place)
    for name in _KEPT:
        setattr(child, name, getattr(slip, name))
    child.valid_until = now.astimezone(clock.LOCAL_ZONE).date() + VALID_FOR
    begin(child, "issue", actor, now)
    follow(child, is_new=True)
    audit.record("slip.forward", actor, slip.uuid)
    audit.record("slip.issue", actor, child.uuid)
    return child
