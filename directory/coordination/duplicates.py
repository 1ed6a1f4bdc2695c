"""The pairs of places that look alike, of all areas in this process's memory, and of hers on the page.

After a change of the catalogue only the places that it names are read and compared anew; what a page shows of a pair is
always read from the database, and a pair of which one is not hers does not exist for her.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from threading import Lock
from typing import Any, NamedTuple
from uuid import UUID
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, Result, Select, Text, cast, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from directory.accounts.rules import Actor
from directory.catalogue.models import NotDuplicate, Offering, Phone, Provider, Site, service_category
from directory.catalogue.queries import is_listed
from directory.catalogue.queries.own import is_hers
from directory.catalogue.rules import ILLUSTRATIVE_SOURCE, Visibility
from directory.catalogue.upkeep import SHELTER
from directory.clock import today
from directory.coordination.alike import Lookalikes, Pair, Place
from directory.errors import NotFound
from directory.extensions import db
from directory.memory import undisturbed
from directory.places.rules import Point
from directory.search.entries import Change, change_at, changed_since, last_change

UNKNOWN = "Hai nơi này không còn là một cặp giống nhau trong địa bàn của bạn."
#: Past so many changed entries it is quicker to read all of them.
MOST_SINGLY = 1_000

# Plain rows of few columns, and what is rare apart: there are many rows.
_OFFERED = select(Offering.id, Offering.site_id).order_by(Offering.id)
_PHONES = select(Phone.offering_id, Phone.number).join(Offering, Offering.id == Phone.offering_id)
_SHELTERS = select(service_category.c.service_id).where(service_category.c.category_slug == SHELTER)
#: Done by telephone: nobody goes there.
_LINES = select(Offering.id).where(
    or_(Offering.hotline_24h.is_(True), cast(Offering.facts, Text).contains('"by_phone"')),
    Offering.service_id.not_in(_SHELTERS),
)
_KEPT_BACK = select(Site.id).where(Site.visibility != Visibility.PUBLIC)
_SITES = select(
    Site.id, Site.provider_id, Provider.name, Site.name, Site.address, Site.ward_key, Site.province_key, Site.latitude,
    Site.longitude, Site.point_is_ward, Provider.source_code,
).join(Provider, Provider.id == Site.provider_id)  # fmt: skip


@dataclass
class _Kept:
    """What one process knows of a database, as it was at one point of the change feed on one local day."""

    change: Change
    day: date
    alike: Lookalikes = field(default_factory=Lookalikes)
    #: Where each entry is offered; one that was moved or removed changes what the place is that it left.
    site_of: dict[int, int] = field(default_factory=dict)


_lock = Lock()
_kept: WeakKeyDictionary[Engine, _Kept] = WeakKeyDictionary()


def duplicates(actor: Actor) -> list[Pair]:
    """Return the pairs of her areas that nobody has decided about, the most pressing first."""
    found = _pairs(db.session.connection())
    if not found:
        return []
    hers = None if actor.all_areas else set(db.session.scalars(select(Site.id).where(is_hers(actor))))
    decided = _decided()
    return [
        pair
        for pair in found
        if (hers is None or {pair.first.id, pair.second.id} <= hers) and {pair.first.id, pair.second.id} not in decided
    ]


def _decided() -> set[frozenset[int]]:
    one, other = aliased(Site), aliased(Site)
    joined = select(one.id, other.id).join(NotDuplicate, NotDuplicate.site_uuid == one.uuid)
    return {frozenset(ends) for ends in db.session.execute(joined.join(other, NotDuplicate.other_uuid == other.uuid))}


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


def key_of(pair: Pair) -> tuple[UUID, UUID]:
    """Return what a decision about the pair is kept by: the smaller UUID first."""
    ids = (pair.first.id, pair.second.id)
    one, other = sorted(db.session.scalars(select(Site.uuid).where(Site.id.in_(ids))))
    return one, other


def forget_what_is_erased() -> None:
    """Read at once what was changed, so that nothing of a place that was kept back just now stays in memory."""
    if db.engine in _kept:
        compare_now()


def compare_now() -> None:
    """Bring what this process knows up to date, as the first question would."""
    with db.engine.connect() as connection:
        _pairs(connection)


def _pairs(connection: Connection) -> list[Pair]:
    """Return all pairs as the catalogue stands now; one thread of a process compares, the others wait for it."""
    with _lock:
        # Taken out meanwhile: what an error leaves half done is never used again.
        kept = _kept.pop(db.engine, None)
        kept = _kept[db.engine] = _in_step(connection, kept)
        return kept.alike.pairs


def _in_step(connection: Connection, kept: _Kept | None) -> _Kept:
    # The feed first: what is written after this is read once more the next time.
    now = _Kept(last_change(connection), today())
    if kept is not None and (kept.change, kept.day) == (now.change, now.day):
        return kept
    ids = None
    if kept is not None:
        now.alike, now.site_of = kept.alike, kept.site_of
        # On another day others are closed.
        if kept.day == now.day and change_at(connection, kept.change.seq) == kept.change:
            ids = changed_since(connection, kept.change.seq)
    if ids is None or len(ids) > MOST_SINGLY:
        _read_all(connection, now)
    else:
        _read_some(connection, now, ids)
    return now


def _read_all(connection: Connection, kept: _Kept) -> None:
    with undisturbed():
        kept.site_of, found = read_places(connection, kept.day)
        kept.alike.put(found, kept.alike.places.keys() - {place.id for place in found})


def _read_some(connection: Connection, kept: _Kept, ids: Collection[int]) -> None:
    """Read the places where these entries are offered now, or were."""
    sites = {kept.site_of.pop(number) for number in ids if number in kept.site_of}
    sites |= set(connection.scalars(select(Offering.site_id).where(Offering.id.in_(ids))))
    site_of, found = read_places(connection, kept.day, sites)
    kept.site_of |= site_of
    kept.alike.put(found, sites - {place.id for place in found})


def read_places(
    connection: Connection, day: date, sites: Collection[int] | None = None
) -> tuple[dict[int, int], list[Place]]:
    """Return where each entry is offered that is not closed for good, and the sites where any is, as they are compared.

    All of them, or those of ``sites``.
    """

    def rows(statement: Select[*tuple[Any, ...]], column: InstrumentedAttribute[int]) -> Result[*tuple[Any, ...]]:
        return connection.execute(statement if sites is None else statement.where(column.in_(sites)))

    site_of = _pairwise(rows(_OFFERED.where(is_listed(day)), Offering.site_id).all())
    lines = set(rows(_LINES, Offering.site_id).scalars())
    offered = _Offered(
        # Backwards, so that the first one stays.
        first={site_id: offering_id for offering_id, site_id in reversed(site_of.items())},
        phones=_phones(rows(_PHONES, Offering.site_id).all(), site_of),
        kept_back=set(rows(_KEPT_BACK, Site.id).scalars()),
        to_be_gone_to={site_id for offering_id, site_id in site_of.items() if offering_id not in lines},
    )
    found = rows(_SITES, Site.id).all()
    return site_of, [_place(row, offered) for row in found if row[0] in offered.first]


class _Offered(NamedTuple):
    """What is known of sites beside their rows, by their numbers."""

    first: dict[int, int]
    phones: dict[int, set[str]]
    kept_back: set[int]
    #: Not all that is offered there is done by telephone.
    to_be_gone_to: set[int]


def _pairwise(rows: Iterable[Any]) -> dict[int, int]:
    return {one: other for one, other in rows}  # noqa: C416 - a row is no tuple for the type checker


def _phones(rows: Iterable[Any], site_of: dict[int, int]) -> dict[int, set[str]]:
    found: defaultdict[int, set[str]] = defaultdict(set)
    for offering_id, number in rows:
        if offering_id in site_of:
            found[site_of[offering_id]].add(number)
    return found


def _place(row: Any, offered: _Offered) -> Place:
    # Taken apart at once: looking up a row's column by its name costs more than all of the rest.
    site_id, provider_id, provider, site, address, ward, province, lat, lon, is_wards, source = row
    return Place(
        id=site_id,
        offering_id=offered.first[site_id],
        provider_id=provider_id,
        provider=provider,
        site=site or "",
        address=address or "",
        ward=ward,
        province=province,
        point=None if lat is None or is_wards else Point(lat, lon),
        phones=frozenset(offered.phones.get(site_id, ())),
        is_secret=site_id in offered.kept_back and site_id in offered.to_be_gone_to,
        is_public=site_id not in offered.kept_back,
        is_illustrative=source == ILLUSTRATIVE_SOURCE,
    )
