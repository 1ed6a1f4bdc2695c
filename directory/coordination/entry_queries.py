"""Finding an entry of one's areas, and what a coordinator must know of it before she changes it."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, func, or_, select

from directory.accounts.rules import Actor
from directory.catalogue.models import CorrectionRequest, Offering, Phone, Provider, Service, Site
from directory.catalogue.queries import Card, cards
from directory.catalogue.queries.own import is_hers
from directory.catalogue.upkeep import Origin, RequestKind, RequestState
from directory.extensions import db
from directory.vietnamese import fold

PER_PAGE = 30
MOST_WORDS = 8
#: More of what shares a part would only be scrolled past.
MOST_SHARED = 12
_PHONE = re.compile(r"[\d\s.()+-]{3,20}")
#: In which orders the list can be read.
_ORDERS: dict[str, tuple[ColumnElement[Any], ...]] = {
    "ten": (Provider.folded_name.expression, Service.folded_name.expression),
    "xac-minh": (Offering.verified_on.is_not(None), Offering.verified_on.expression),
    "moi-sua": (Offering.updated_at.desc(),),
}


@dataclass(frozen=True)
class EntryList:
    """One page of the entries found."""

    lines: list[Card]
    total: int
    page: int
    pages: int


@dataclass(frozen=True)
class Question:
    """What is looked for, and in which order it is shown."""

    text: str = ""
    order: str = "ten"
    page: int = 1


@dataclass(frozen=True)
class Sharing:
    """An entry that changes along with a part of this one."""

    code: str
    name: str


@dataclass(frozen=True)
class Shared:
    """What else hangs on the provider, the place, the service; cut at ``MOST_SHARED``, with the true number."""

    provider: tuple[Sharing, ...]
    n_provider: int
    site: tuple[Sharing, ...]
    n_site: int
    service: tuple[Sharing, ...]
    n_service: int


@dataclass(frozen=True)
class Waiting:
    """A request about an entry that nobody has decided yet."""

    code: str
    kind: RequestKind
    origin: Origin
    last_at: datetime
    is_endorsed: bool


def entries(actor: Actor, question: Question, moment: datetime) -> EntryList:
    """Return the entries of her areas that hold all these words, or have this telephone number."""
    found = (
        select(Offering.id)
        .join(Service, Service.id == Offering.service_id)
        .join(Site, Site.id == Offering.site_id)
        .join(Provider, Provider.id == Service.provider_id)
        .where(is_hers(actor), *_conditions(question.text))
    )
    total = db.session.scalar(select(func.count()).select_from(found.subquery())) or 0
    pages = max(1, -(-total // PER_PAGE))
    page = min(max(1, question.page), pages)
    order = _ORDERS.get(question.order, _ORDERS["ten"])
    ids = db.session.scalars(found.order_by(*order, Offering.id).limit(PER_PAGE).offset((page - 1) * PER_PAGE))
    return EntryList(cards(ids.all(), moment), total, page, pages)


def _conditions(text: str) -> list[ColumnElement[bool]]:
    digits = re.sub(r"\D", "", text)
    if _PHONE.fullmatch(text.strip()) and len(digits) >= 3:
        return [exists().where(Phone.offering_id == Offering.id, Phone.number.contains(digits.removeprefix("0")))]
    return [
        or_(
            Provider.folded_name.contains(word, autoescape=True),
            Service.folded_name.contains(word, autoescape=True),
            Site.identity.contains(word, autoescape=True),
            Offering.code == word,
        )
        for word in fold(text).split()[:MOST_WORDS]
    ]


def shared_with(offering: Offering) -> Shared:
    """Return which other entries change when the provider, the place or the service of this one is changed."""
    provider, n_provider = _sharing(offering, Service.provider_id == offering.service.provider_id)
    site, n_site = _sharing(offering, Offering.site_id == offering.site_id)
    service, n_service = _sharing(offering, Offering.service_id == offering.service_id)
    return Shared(provider, n_provider, site, n_site, service, n_service)


def _sharing(offering: Offering, condition: ColumnElement[bool]) -> tuple[tuple[Sharing, ...], int]:
    others = select(Offering).join(Service).join(Site, Site.id == Offering.site_id)
    others = others.where(condition, Offering.id != offering.id)
    total = db.session.scalar(select(func.count()).select_from(others.subquery())) or 0
    rows = db.session.execute(
        others.with_only_columns(Offering.code, Service.name, Site.name)
        .order_by(Service.folded_name, Offering.id)
        .limit(MOST_SHARED)
    )
    return tuple(Sharing(code, ", ".join(filter(None, (service, site)))) for code, service, site in rows), total


def waiting_requests(offering: Offering) -> list[Waiting]:
    """Return what waits about this entry, longest first."""
    rows = db.session.scalars(
        select(CorrectionRequest)
        .where(CorrectionRequest.offering_id == offering.id, CorrectionRequest.state == RequestState.WAITING)
        .order_by(CorrectionRequest.created_at, CorrectionRequest.id)
    )
    return [Waiting(one.code, one.kind, one.origin, one.last_at, one.endorsed_by_id is not None) for one in rows]
