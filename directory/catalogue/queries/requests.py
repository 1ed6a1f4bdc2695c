"""What waits for a coordinator of these areas: changes, additions, reports, mergers."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select, true
from sqlalchemy.orm import aliased

from directory.accounts.models import Account, PeerGroup
from directory.accounts.rules import Actor
from directory.catalogue.models import CorrectionRequest, Offering, Provider, Service, Site, service_category
from directory.catalogue.queries.own import UNKNOWN, is_everywhere, is_hers
from directory.catalogue.rules import Visibility
from directory.catalogue.upkeep import Origin, RequestKind, RequestState, is_protected
from directory.codes import read_public_code
from directory.errors import NotFound
from directory.extensions import db
from directory.places.models import AdminUnit, area_ward


@dataclass(frozen=True)
class RequestLine:
    """A request as a list shows it; ``offering_code`` and the names are of the entry, or of the one to be added."""

    id: int
    code: str
    version: int
    kind: RequestKind
    origin: Origin
    state: RequestState
    offering_id: int | None
    offering_code: str
    provider: str
    service: str
    site_id: int | None
    wanted: dict[str, str]
    seen: dict[str, str]
    reasons: tuple[str, ...]
    times: int
    created_at: datetime
    last_at: datetime
    #: The account's name; empty when nobody is known.
    proposed_by: str
    #: Of a peer educator.
    group: str
    endorsed_by: str
    #: Two coordinators see every change of the entry.
    is_protected: bool
    #: One of two has agreed.
    needs_second: bool
    #: She proposed it or agreed to it, so it is another one's turn.
    mine: bool


_proposer, _endorser = aliased(Account), aliased(Account)


def requests(actor: Actor) -> list[RequestLine]:
    """Return what waits in her areas, the oldest first."""
    found = _LINES.where(CorrectionRequest.state == RequestState.WAITING, request_is_hers(actor))
    rows = db.session.execute(found.order_by(CorrectionRequest.created_at, CorrectionRequest.id)).all()
    return _lines(actor, rows)


def requests_of(actor: Actor, offering_id: int) -> list[RequestLine]:
    """Return what waits for one entry of hers, the oldest first."""
    found = _LINES.where(
        CorrectionRequest.state == RequestState.WAITING,
        CorrectionRequest.offering_id == offering_id,
        request_is_hers(actor),
    )
    return _lines(actor, db.session.execute(found.order_by(CorrectionRequest.created_at, CorrectionRequest.id)).all())


def request_line(actor: Actor, code: str) -> RequestLine:
    """Return one request of her areas as a list would show it, whatever became of it.

    Raises: NotFound.
    """
    rows = db.session.execute(
        _LINES.where(CorrectionRequest.code == read_public_code(code), request_is_hers(actor))
    ).all()
    if not rows:
        raise NotFound(UNKNOWN)
    return _lines(actor, rows)[0]


def request_for(actor: Actor, code: str) -> CorrectionRequest:
    """Return a request of her areas, whatever became of it.

    Raises: NotFound, also for one of another area.
    """
    statement = (
        select(CorrectionRequest)
        .outerjoin(Offering, Offering.id == CorrectionRequest.offering_id)
        .outerjoin(Site, Site.id == Offering.site_id)
    )
    found = db.session.scalar(statement.where(CorrectionRequest.code == read_public_code(code), request_is_hers(actor)))
    if found is None:
        raise NotFound(UNKNOWN)
    return found


_LINES = (
    select(
        CorrectionRequest,
        Offering.code,
        Offering.service_id,
        Provider.name,
        Service.name,
        Site.id,
        Site.visibility,
        _proposer.name,
        PeerGroup.name,
        _endorser.name,
    )
    .outerjoin(Offering, Offering.id == CorrectionRequest.offering_id)
    .outerjoin(Service, Service.id == Offering.service_id)
    .outerjoin(Provider, Provider.id == Service.provider_id)
    .outerjoin(Site, Site.id == Offering.site_id)
    .outerjoin(_proposer, _proposer.id == CorrectionRequest.proposed_by_id)
    .outerjoin(PeerGroup, PeerGroup.id == _proposer.group_id)
    .outerjoin(_endorser, _endorser.id == CorrectionRequest.endorsed_by_id)
)


def request_is_hers(actor: Actor) -> ColumnElement[bool]:
    """Return the condition that a request's entry lies in her areas, or the place of an entry that is to be added."""
    if is_everywhere(actor):
        return true()
    wards = select(area_ward.c.ward_key).where(area_ward.c.area_id.in_(actor.area_ids))
    provinces = select(AdminUnit.parent_key).where(AdminUnit.key.in_(wards))
    ward, province = CorrectionRequest.ward_key, CorrectionRequest.province_key
    is_new = CorrectionRequest.offering_id.is_(None)
    return or_(
        Site.id.is_not(None) & is_hers(actor),
        is_new & or_(ward.in_(wards), ward.is_(None) & province.in_(provinces)),
    )


def _lines(actor: Actor, rows: Iterable[Any]) -> list[RequestLine]:
    held = list(rows)
    slugs = _slugs({row.service_id for row in held if row.service_id is not None})
    return [_line(actor, row, slugs) for row in held]


def _slugs(service_ids: set[int]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    condition = service_category.c.service_id.in_(service_ids)
    for service_id, slug in db.session.execute(select(service_category).where(condition)):
        found[service_id].add(slug)
    return found


def _line(actor: Actor, row: Any, slugs: dict[int, set[str]]) -> RequestLine:
    request, code, service_id, provider, service, site_id, visibility, proposed_by, group, endorsed_by = row
    protected = request.kind is RequestKind.ADD or is_protected(
        slugs.get(service_id, set()), visibility or Visibility.PUBLIC
    )
    return RequestLine(
        id=request.id,
        code=request.code,
        version=request.version,
        kind=request.kind,
        origin=request.origin,
        state=request.state,
        offering_id=request.offering_id,
        offering_code=code or "",
        provider=provider or request.wanted.get("provider", ""),
        service=service or request.wanted.get("service", ""),
        site_id=site_id,
        wanted=dict(request.wanted),
        seen=dict(request.seen),
        reasons=tuple(request.reasons),
        times=request.times,
        created_at=request.created_at,
        last_at=request.last_at,
        proposed_by=proposed_by or "",
        group=group or "",
        endorsed_by=endorsed_by or "",
        is_protected=protected,
        needs_second=request.endorsed_by_id is not None,
        mine=actor.account_id is not None and actor.account_id in (request.proposed_by_id, request.endorsed_by_id),
    )
