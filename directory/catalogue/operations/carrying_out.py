"""Writing what was read and allowed: the four parts, what was changed by hand, history, the change feed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from geoalchemy2 import WKTElement
from sqlalchemy import exists, select
from sqlalchemy.orm.attributes import flag_modified

from directory import clock
from directory.accounts import audit
from directory.accounts.rules import Actor
from directory.catalogue.cells import parts_of
from directory.catalogue.models import Category, Offering, Phone, Provider, Revision, Service, Site
from directory.catalogue.operations.changes import record_changes
from directory.catalogue.operations.erasing import forget_place
from directory.catalogue.operations.history import Changed, record_revision
from directory.catalogue.operations.reading import Proposal, affected_by
from directory.catalogue.rules import Visibility
from directory.catalogue.upkeep import NEVER_TELLS_PLACE, PART_OF, How, Part
from directory.errors import Conflict
from directory.extensions import db
from directory.places.models import SRID
from directory.vietnamese import fold


@dataclass(frozen=True)
class Act:
    """Who changes entries, by which act, for which request or against which earlier act."""

    actor: Actor
    how: How
    request_id: int | None = None
    undoes_id: int | None = None


def carry_out(act: Act, proposals: Sequence[Proposal]) -> Revision | None:
    """Write what is wanted and say so in history, audit and change feed; None when nothing differs.

    Raises: Conflict, when another provider or service has the name.
    """
    changes: list[Changed] = []
    affected: set[int] = set()
    hidden: list[Site] = []
    for proposal in proposals:
        _check_names(proposal)
    for proposal in proposals:
        offering = proposal.offering
        affected |= {one.id for one in affected_by(offering, proposal.parts)}
        _write(proposal)
        _remember_source(proposal, undoes=act.how is How.UNDO)
        changes += [*_changes(proposal), *_clear_links_along(proposal)]
        hidden += [offering.site] if proposal.hides_more else []
    if not changes:
        return None
    db.session.flush()
    for site in hidden:
        forget_place(site)
    revision = record_revision(act.actor, act.how, changes, request_id=act.request_id, undoes_id=act.undoes_id)
    for proposal in proposals:
        audit.record(f"catalogue.{act.how}", act.actor, proposal.offering.uuid)
    record_changes(affected)
    return revision


def _write(proposal: Proposal) -> None:
    writers = {
        Part.PROVIDER: _write_provider,
        Part.SITE: _write_site,
        Part.SERVICE: _write_service,
        Part.OFFERING: _write_offering,
    }
    rows = parts_of(proposal.offering)
    for part in Part:
        if part in proposal.parts:
            writers[part](proposal)
            # The version must count also where only telephone numbers or subjects changed, which are other rows.
            rows[part].updated_at = clock.now()
            flag_modified(rows[part], "updated_at")


def _check_names(proposal: Proposal) -> None:
    """Refuse a name that another has, before anything is written: whoever catches this may go on and commit."""
    (provider_values,), (service_values,) = proposal.rows.providers.values(), proposal.rows.services.values()
    service = proposal.offering.service
    provider = service.provider
    folded = fold(provider_values["name"])
    like = Provider.source_code == provider.source_code, Provider.folded_name == folded, Provider.id != provider.id
    if Part.PROVIDER in proposal.parts and db.session.scalar(select(exists().where(*like))):
        raise Conflict("Đã có đơn vị tên này.", what_now="Nếu là một đơn vị, hãy gộp hai mục.")
    folded = fold(service_values["name"])
    alike = Service.provider_id == provider.id, Service.folded_name == folded, Service.id != service.id
    if Part.SERVICE in proposal.parts and db.session.scalar(select(exists().where(*alike))):
        raise Conflict("Đơn vị này đã có dịch vụ tên này.", what_now="Nếu là một dịch vụ, hãy gộp hai mục.")


def _write_provider(proposal: Proposal) -> None:
    (values,) = proposal.rows.providers.values()
    provider = proposal.offering.service.provider
    provider.name, provider.folded_name = values["name"], fold(values["name"])


def _write_service(proposal: Proposal) -> None:
    (values,), (slugs,) = proposal.rows.services.values(), proposal.rows.categories.values()
    service = proposal.offering.service
    service.name, service.folded_name = values["name"], fold(values["name"])
    service.description = values["description"]
    if "website" in proposal.changes and not (proposal.hides_more and _stands_elsewhere(proposal.offering)):
        service.website = values["website"]
    if "category" in proposal.changes:
        statement = select(Category).where(Category.slug.in_(slugs)).order_by(Category.position)
        service.categories = list(db.session.scalars(statement))


def _stands_elsewhere(offering: Offering) -> bool:
    """Whether the same service is offered at a place that is told: its website is that one's, too."""
    statement = select(
        exists().where(
            Offering.service_id == offering.service_id,
            Offering.site_id != offering.site_id,
            Site.id == Offering.site_id,
            Site.visibility == Visibility.PUBLIC,
        )
    )
    return bool(db.session.scalar(statement))


def _write_site(proposal: Proposal) -> None:
    ((key, values),) = proposal.rows.sites.items()
    site = proposal.offering.site
    if values["visibility"] is not Visibility.PUBLIC or "visibility" in proposal.changes:
        site.identity = _free_identity(site, key.identity)
    for name, value in values.items():
        setattr(site, name, value)
    site.point = point_of(values)


def point_of(values: dict[str, Any]) -> WKTElement | None:
    """Return the geometry of a site's values; of a place that is kept back there is none."""
    if values["visibility"] is not Visibility.PUBLIC or values["latitude"] is None:
        return None
    return WKTElement(f"POINT({values['longitude']} {values['latitude']})", srid=SRID)


def _free_identity(site: Site, identity: str) -> str:
    """Return the identity, or one more like it where another site of the provider has that one."""
    taken = exists().where(Site.provider_id == site.provider_id, Site.identity == identity, Site.id != site.id)
    return f"{identity}|{site.uuid.hex}" if db.session.scalar(select(taken)) else identity


def _write_offering(proposal: Proposal) -> None:
    (wanted,) = proposal.rows.offerings.values()
    offering = proposal.offering
    for name, value in wanted.values.items():
        if name not in ("source_code", "external_id"):
            setattr(offering, name, value)
    offering.closed_on, offering.reopens_on = proposal.closed_on, proposal.reopens_on
    if "phones" in proposal.changes:
        offering.phones = [
            Phone(position=position, number=phone.number, shown=phone.shown)
            for position, phone in enumerate(wanted.phones)
        ]


def _remember_source(proposal: Proposal, *, undoes: bool) -> None:
    """Keep in ``by_hand`` what the source said of each changed column, the first time; nothing that tells a place."""
    rows = parts_of(proposal.offering)
    for column, text in proposal.changes.items():
        row = rows[PART_OF[column]]
        may_tell = column in NEVER_TELLS_PLACE or _is_told(proposal)
        by_hand = {column: proposal.before[column] if may_tell else None} | row.by_hand
        if undoes and by_hand[column] == text:
            del by_hand[column]
        row.by_hand = by_hand


def _changes(proposal: Proposal) -> list[Changed]:
    uuids: dict[Part, UUID] = {part: row.uuid for part, row in parts_of(proposal.offering).items()}
    changes = [
        Changed(PART_OF[column], uuids[PART_OF[column]], column, proposal.before[column], text)
        for column, text in proposal.changes.items()
    ]
    return changes if _is_told(proposal) else [change.untold() for change in changes]


def _clear_links_along(proposal: Proposal) -> Iterator[Changed]:
    """Take their links away from the other entries at a place that is kept back: a page may say where it is."""
    if not proposal.hides_more:
        return
    for other in proposal.offering.site.offerings:
        if other is proposal.offering:
            continue
        if other.source_url is not None:
            other.source_url = None
            yield Changed(Part.OFFERING, other.uuid, "source_url", None, None, is_erased=True)
        if other.service.website is not None and not _stands_elsewhere(other):
            other.service.website = None
            yield Changed(Part.SERVICE, other.service.uuid, "website", None, None, is_erased=True)


def _is_told(proposal: Proposal) -> bool:
    """Whether the place was told before and is told after."""
    return proposal.before["visibility"] == proposal.after["visibility"] == Visibility.PUBLIC
