"""The steps of a slip, each a verb: what the drawing calls it, with what else it notes.

``seen`` is the version that the page showed: when the slip moved since, the step is refused and nothing is written.
"""

from collections.abc import Mapping

from sqlalchemy import update

from directory import clock
from directory.accounts import audit
from directory.accounts.rules import Actor
from directory.accounts.sessions import note_presented
from directory.catalogue.queries import categories
from directory.errors import Invalid
from directory.extensions import db
from directory.referrals.models import GivenService, Slip
from directory.referrals.operations.history import locked, may_step, step
from directory.referrals.queries.scope import may_present, no_such_slip
from directory.referrals.rules import Reason

MOST_GIVEN = 99


def present(actor: Actor, slip: Slip) -> None:
    """Note that the paper was held before this desk, so that it may see the slip from now on.

    Raises: NotFound, when the slip is for another place.
    """
    if not may_present(actor, slip):
        raise no_such_slip()
    note_presented(slip.code)
    first = (
        update(Slip)
        .where(Slip.id == slip.id, Slip.presented_at.is_(None))
        .values(presented_at=clock.now())
        .returning(Slip.id)
        .execution_options(synchronize_session=False)
    )
    if db.session.scalar(first) is not None:
        db.session.refresh(slip)
        audit.record("slip.present", actor, slip.uuid)


def acknowledge(actor: Actor, code: str, *, seen: int | None = None) -> Slip:
    """Note that the provider knows of the slip: it says so itself, or the peer has telephoned."""
    return step(actor, locked(actor, code, seen), "acknowledge", acknowledged_at=clock.now())


def confirm_arrival(actor: Actor, code: str, *, seen: int | None = None) -> Slip:
    """Note that the person has come; also after the slip expired, or when nobody expected her any more."""
    return step(actor, locked(actor, code, seen), "confirm_arrival", arrived_at=clock.now())


def no_show(actor: Actor, code: str, *, seen: int | None = None) -> Slip:
    """Note that the person did not come."""
    return step(actor, locked(actor, code, seen), "no_show")


def cancel(actor: Actor, code: str, *, seen: int | None = None) -> Slip:
    """Call the slip off before anybody came."""
    return step(actor, locked(actor, code, seen), "cancel")


def void(actor: Actor, code: str, *, seen: int | None = None) -> Slip:
    """Throw away a slip made in error; it is in no figure."""
    return step(actor, locked(actor, code, seen), "void")


def decline(actor: Actor, code: str, reason: Reason, *, seen: int | None = None) -> Slip:
    """Turn the slip down, for a reason of the list."""
    return step(actor, locked(actor, code, seen), "decline", reason=Reason(reason))


def answer_need(actor: Actor, code: str, met: bool, *, seen: int | None = None) -> Slip:
    """Note what the person says: whether she got what she needed."""
    return step(actor, locked(actor, code, seen), "answer_need", need_met=met, need_answered_at=clock.now())


def record_service(actor: Actor, code: str, given: Mapping[str, int], *, seen: int | None = None) -> Slip:
    """Note that the person was helped, with what and how often.

    Raises: Invalid, when nothing was given, or something that is no category, or an unlikely number of times.
    """
    slip = locked(actor, code, seen)
    may_step(actor, slip, "record_service")
    tree = categories().by_slug
    if not given or not all(slug in tree and 1 <= count <= MOST_GIVEN for slug, count in given.items()):
        raise Invalid(
            "Hãy chọn ít nhất một việc đã giúp, mỗi việc từ 1 đến 99 lượt.",
            field="given",
        )
    slip.given = [GivenService(category_slug=slug, count=count) for slug, count in sorted(given.items())]
    db.session.flush()
    return step(actor, slip, "record_service", served_at=clock.now())
