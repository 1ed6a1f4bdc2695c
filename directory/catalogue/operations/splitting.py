"""Splitting what was taken for one: some services of a place are really at another, some places another organisation's.

The part that goes begins as a copy of what it was, and is edited from there.
"""

from collections.abc import Collection

from geoalchemy2 import WKTElement
from sqlalchemy import exists, select

from directory.accounts import audit
from directory.accounts.rules import Actor
from directory.catalogue.cells import Versions, versions_of
from directory.catalogue.models import Offering, Provider, Site
from directory.catalogue.operations.changes import record_changes, take_turn
from directory.catalogue.operations.history import Changed, record_revision
from directory.catalogue.operations.moving import detach_from_source, service_at, touch
from directory.catalogue.operations.reading import needs_two
from directory.catalogue.queries.own import entry_for, is_everywhere, is_hers
from directory.catalogue.upkeep import How, Part
from directory.errors import Conflict, Invalid, NotAllowed
from directory.extensions import db
from directory.places.models import SRID
from directory.vietnamese import fold

#: What history calls the public code of the entry that this one was at one place or organisation with; no column.
SPLIT_FROM = "split_from"
LONGEST_NAME = 200
_COPIED = (
    *("name", "visibility", "address", "ward_key", "old_ward_key", "province_key", "latitude", "longitude"),
    *("point_is_ward", "wheelchair"),
)


def split_place(actor: Actor, code: str, leaving: Collection[str], seen: Versions) -> Offering:
    """Let some of the offerings at an entry's place be at a place of their own; return the first of them.

    Raises: NotFound; Invalid, when none or all would leave; Conflict, when the entry changed meanwhile.
    """
    offering = _unchanged(actor, code, seen)
    here = list(offering.site.offerings)
    moving = [one for one in here if one.code in set(leaving)]
    if not moving or len(moving) == len(here):
        raise Invalid("Hãy chọn ít nhất một dịch vụ chuyển đi, và để lại ít nhất một.", field="leaving")
    _refuse_protected(here)
    site = _copied(offering.site)
    for one in moving:
        one.site = site
        detach_from_source(one)
    return _done(actor, offering, moving, here)


def split_provider(actor: Actor, code: str, leaving: Collection[str], name: str, seen: Versions) -> Offering:
    """Let some places of an entry's organisation be another organisation's, by this name; return the first entry.

    ``leaving`` are UUIDs of sites.

    Raises: NotFound; NotAllowed, when a place is not hers; Invalid, naming the field; Conflict, also when there is an
    organisation of this name.
    """
    offering = _unchanged(actor, code, seen)
    provider = offering.service.provider
    sites = [site for site in provider.sites if str(site.uuid) in set(leaving)]
    if not sites or len(sites) == len(provider.sites):
        raise Invalid("Hãy chọn ít nhất một điểm tách ra, và để lại ít nhất một.", field="leaving")
    _check_hers(actor, sites)
    moving = [one for site in sites for one in site.offerings]
    _refuse_protected(moving)
    everyone = [one for site in provider.sites for one in site.offerings]
    own = _new_provider(provider, name)
    for one in moving:
        one.service = service_at(own, one.service, moving)
        detach_from_source(one)
    for site in sites:
        site.provider = own
    return _done(actor, offering, moving, everyone)


def _unchanged(actor: Actor, code: str, seen: Versions) -> Offering:
    take_turn()
    offering = entry_for(actor, code)
    if versions_of(offering) != seen:
        raise Conflict("Trong lúc bạn xem, mục này đã được sửa.", what_now="Hãy mở lại trang rồi làm lại.")
    return offering


def _refuse_protected(offerings: list[Offering]) -> None:
    if any(needs_two(one) for one in offerings):
        raise Invalid(
            "Ở đây có nơi tạm lánh, đường dây nóng hoặc nơi giữ kín, nên không tách một lượt được.",
            what_now="Hãy thêm một mục mới, rồi đóng mục cũ: mỗi bước có hai người xem.",
        )


def _check_hers(actor: Actor, sites: list[Site]) -> None:
    hers = set(db.session.scalars(select(Site.id).where(Site.id.in_([site.id for site in sites]), is_hers(actor))))
    if not is_everywhere(actor) and hers != {site.id for site in sites}:
        raise NotAllowed("Có điểm ở địa bàn khác.", what_now="Hãy nhờ điều phối viên toàn quốc tách giúp.")


def _copied(site: Site) -> Site:
    copy = Site(provider_id=site.provider_id, identity="", by_hand=dict(site.by_hand))
    for column in _COPIED:
        setattr(copy, column, getattr(site, column))
    if site.latitude is not None:
        copy.point = WKTElement(f"POINT({site.longitude} {site.latitude})", srid=SRID)
    number = 2
    while _is_taken(site.provider_id, f"{site.identity}|{number}"):
        number += 1
    copy.identity = f"{site.identity}|{number}"
    db.session.add(copy)
    db.session.flush()
    return copy


def _is_taken(provider_id: int, identity: str) -> bool:
    taken = exists().where(Site.provider_id == provider_id, Site.identity == identity)
    return bool(db.session.scalar(select(taken)))


def _new_provider(provider: Provider, name: str) -> Provider:
    name = " ".join(name.split())
    if not fold(name) or len(name) > LONGEST_NAME:
        raise Invalid("Hãy ghi tên của đơn vị tách ra, không quá dài.", field="name")
    taken = exists().where(Provider.source_code == provider.source_code, Provider.folded_name == fold(name))
    if db.session.scalar(select(taken)):
        raise Conflict("Đã có đơn vị tên này.", what_now="Hãy ghi tên khác, hoặc gộp từng mục vào đơn vị ấy.")
    own = Provider(source_code=provider.source_code, name=name, folded_name=fold(name))
    db.session.add(own)
    db.session.flush()
    return own


def _done(actor: Actor, offering: Offering, moving: list[Offering], affected: list[Offering]) -> Offering:
    touch([offering.site, *moving])
    changes = [Changed(Part.OFFERING, one.uuid, SPLIT_FROM, offering.code, one.code) for one in moving]
    record_revision(actor, How.SPLIT, changes)
    audit.record("catalogue.split", actor, offering.uuid)
    record_changes({one.id for one in affected})
    return moving[0]
