"""What may be read on a slip: the number, where to go, until when. Never what for, by whom, or for whom.

A place is named only if its name tells nothing (``telling``); one that is kept back is told as a telephone number.
"""

from dataclasses import dataclass, field
from datetime import date

from directory import clock
from directory.catalogue.hours import Week, week_of
from directory.catalogue.queries import Card, site_page
from directory.catalogue.rules import Visibility
from directory.catalogue.values import PhoneNumber
from directory.catalogue.wording import where_in_words
from directory.extensions import settings
from directory.referrals.models import Slip
from directory.referrals.numbers import grouped
from directory.referrals.rules import PATIENCE, State
from directory.referrals.telling import is_neutral
from directory.referrals.tokens import hash_for, token_of

#: Hours that need more lines than this are better asked by telephone.
_MOST_HOURS = 4
_MOST_PHONES = 2


@dataclass(frozen=True)
class Destination:
    """Where the bearer is to go, or whom to call."""

    #: None when the name would tell; then the address has to do.
    name: str | None
    #: Empty when it may not be told, or nobody knows it.
    where: str
    phones: tuple[PhoneNumber, ...]
    week: Week | None
    is_always_open: bool
    #: "Bring your papers": the only condition that is said on paper.
    needs_papers: bool
    is_kept_back: bool
    is_illustrative: bool


@dataclass(frozen=True)
class Face:
    """What the paper, the screen and the shared text show of a slip."""

    number: str
    #: The address in the QR code, with the token after ``#``: on paper only, never in a text that is sent. None when
    #: ``DIRECTORY_SECRET_KEY`` is another one since, so that no paper carries a code which opens nothing.
    link: str | None = field(repr=False)
    #: None when the slip is for whoever in the area can help, or the place is gone since.
    destination: Destination | None
    come_by: date | None
    valid_until: date | None
    #: Hers, for the strip that she keeps.
    client_code: str | None = field(repr=False)
    #: Where a desk types the number when it cannot scan: "so.example/p".
    typed_at: str

    @property
    def is_illustrative(self) -> bool:
        """Whether it leads to an invented place: the paper says so across its face."""
        return self.destination is not None and self.destination.is_illustrative


def of(slip: Slip) -> Face:
    """Return what may be read on this slip, written on or blank."""
    return Face(
        number=grouped(slip.number),
        link=f"{settings().public_url}/q#{token_of(slip)}" if hash_for(slip.uuid) == slip.token_hash else None,
        destination=_destination(slip) if slip.site_id else None,
        come_by=_come_by(slip),
        valid_until=slip.valid_until if slip.state is not State.BLANK else None,
        client_code=grouped(slip.client_code) if slip.client_code else None,
        typed_at=f"{settings().public_url.partition('://')[2]}/p",
    )


def _come_by(slip: Slip) -> date | None:
    """Return the day by which she should go, if that is before the slip ends."""
    if not (slip.issued_at and slip.valid_until):
        return None
    day = (slip.issued_at + PATIENCE[slip.urgency]).astimezone(clock.LOCAL_ZONE).date()
    return day if day < slip.valid_until else None


def _destination(slip: Slip) -> Destination | None:
    site = site_page(slip.site_id or 0, clock.now())
    # A slip that a site claimed names no offering: any of its entries has the site's address and telephone.
    card = next((card for card in site.cards if card.id == slip.offering_id), next(iter(site.cards), None))
    if card is None:
        return None
    is_public = card.visibility is Visibility.PUBLIC
    return Destination(
        name=site.name if is_public and is_neutral(site.name) else None,
        where=_neutral_address(card) if is_public else "",
        phones=card.phones[:_MOST_PHONES],
        week=_short_week(card) if is_public else None,
        is_always_open=is_public and card.opening.is_always,
        needs_papers=card.id_required is True,
        is_kept_back=not is_public,
        is_illustrative=card.is_illustrative,
    )


def _neutral_address(card: Card) -> str:
    """Return the address without a part that tells ("Khoa Methadone, Số 5 đường Lê Lợi")."""
    parts = [part.strip() for part in (card.address or "").split(",") if is_neutral(part)]
    return where_in_words(", ".join(parts), card.place)


def _short_week(card: Card) -> Week | None:
    week = week_of(card.opening_hours, card.as_of.date())
    return week if week and not week.is_always and len(week.groups) <= _MOST_HOURS else None
