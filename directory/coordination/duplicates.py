"""The pairs of places that look alike, of all areas in this process's memory, and of hers on the page.

Names and numbers are compared anew only after a change of the catalogue; what a page shows of a pair is always read
from the database, and a pair of which one is not hers does not exist for her.
"""

from collections import defaultdict
from threading import Lock
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, Text, cast, func, select

from directory.accounts.rules import Actor
from directory.catalogue.models import (
    CatalogueChange,
    NotDuplicate,
    Offering,
    Phone,
    Provider,
    Service,
    Site,
    service_category,
)
from directory.catalogue.queries import is_listed
from directory.catalogue.queries.own import is_hers
from directory.catalogue.rules import ILLUSTRATIVE_SOURCE, Visibility
from directory.catalogue.upkeep import SHELTER
from directory.clock import today
from directory.coordination.alike import Pair, Place, pairs
from directory.errors import NotFound
from directory.extensions import db
from directory.places.rules import Point

UNKNOWN = "Hai nơi này không còn là một cặp giống nhau trong địa bàn của bạn."
_BY_PHONE = '"by_phone"'


class _Kept(NamedTuple):
    """The pairs at one state of the catalogue."""

    state: tuple[int, str]
    places: list[Place]
    pairs: list[Pair]


_lock = Lock()
_kept: WeakKeyDictionary[Engine, _Kept] = WeakKeyDictionary()


def duplicates(actor: Actor) -> list[Pair]:
    """Return the pairs of her areas that nobody has decided about, the most pressing first."""
    found = _pairs()
    if not found:
        return []
    hers = None if actor.all_areas else set(db.session.scalars(select(Site.id).where(is_hers(actor))))
    decided = {
        (one, other) for one, other in db.session.execute(select(NotDuplicate.site_uuid, NotDuplicate.other_uuid))
    }
    return [
        pair for pair in found if (hers is None or {pair.first.id, pair.second.id} <= hers) and pair.key not in decided
    ]


def pair_of(actor: Actor, one_code: str, other_code: str) -> Pair:
    """Return the pair of hers whose first entries have these codes.

    Raises: NotFound, when they are none (any more).
    """
    wanted = {one_code, other_code}
    ids = set(db.session.scalars(select(Offering.id).where(Offering.code.in_(wanted))))
    for pair in duplicates(actor):
        if {pair.first.offering_id, pair.second.offering_id} == ids:
            return pair
    raise NotFound(UNKNOWN)


def _pairs() -> list[Pair]:
    """Return all pairs as the catalogue stands now; one thread of a process compares, the others wait for it."""
    last = db.session.scalar(select(func.max(CatalogueChange.seq))) or 0
    state = (last, today().isoformat())
    with _lock:
        kept = _kept.get(db.engine)
        if kept is None or kept.state != state:
            kept = _kept[db.engine] = _compared(state, kept)
        return kept.pairs


def _compared(state: tuple[int, str], before: _Kept | None) -> _Kept:
    """Compare all places; most changes are of nothing that they are compared by, and leave the pairs as they were."""
    found = places()
    if before is not None and before.places == found:
        return before._replace(state=state)
    return _Kept(state, found, pairs(found))


def places() -> list[Place]:
    """Return every site where something is offered that is not closed for good, as it is compared."""
    offerings = _offerings_of_sites()
    phones: defaultdict[int, set[str]] = defaultdict(set)
    numbers = select(Offering.site_id, Phone.number).join(Phone, Phone.offering_id == Offering.id)
    # The connection, not the session: these are plain rows, and there are many of them.
    connection = db.session.connection()
    for site_id, number in connection.execute(numbers.where(is_listed(today()))):
        phones[site_id].add(number)
    columns = (
        Site.id, Site.uuid, Site.provider_id, Provider.name, Site.name, Site.address, Site.ward_key, Site.province_key,
        Site.latitude, Site.longitude, Site.point_is_ward, Site.visibility, Provider.source_code,
    )  # fmt: skip
    rows = connection.execute(select(*columns).join(Provider, Provider.id == Site.provider_id).order_by(Site.id))
    return [_place(row, offerings[row[0]], frozenset(phones[row[0]])) for row in rows.all() if row[0] in offerings]


class _Offered(NamedTuple):
    """The first entry of a site, and whether all of it is done by telephone."""

    offering_id: int
    is_line: bool


def _offerings_of_sites() -> dict[int, _Offered]:
    shelters = select(service_category.c.service_id).where(service_category.c.category_slug == SHELTER)
    by_phone = Offering.hotline_24h.is_(True) | cast(Offering.facts, Text).contains(_BY_PHONE)
    rows = db.session.connection().execute(
        select(Offering.site_id, Offering.id, by_phone, Service.id.in_(shelters))
        .join(Service, Service.id == Offering.service_id)
        .where(is_listed(today()))
        .order_by(Offering.site_id, Offering.id)
    )
    found: dict[int, _Offered] = {}
    for site_id, offering_id, is_by_phone, is_shelter in rows:
        is_line = bool(is_by_phone) and not is_shelter
        known = found.get(site_id)
        found[site_id] = known._replace(is_line=known.is_line and is_line) if known else _Offered(offering_id, is_line)
    return found


def _place(row: Any, offered: _Offered, phones: frozenset[str]) -> Place:
    # Taken apart at once: looking up a row's column by its name costs more than all of the rest.
    site_id, uuid, provider_id, provider, site, address, ward, province, lat, lon, is_wards, visibility, source = row
    return Place(
        id=site_id,
        uuid=uuid,
        offering_id=offered.offering_id,
        provider_id=provider_id,
        provider=provider,
        site=site or "",
        address=address or "",
        ward=ward,
        province=province,
        point=None if lat is None or is_wards else Point(lat, lon),
        phones=phones,
        is_secret=visibility is not Visibility.PUBLIC and not offered.is_line,
        is_public=visibility is Visibility.PUBLIC,
        is_illustrative=source == ILLUSTRATIVE_SOURCE,
    )
