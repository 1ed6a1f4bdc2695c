"""A card: what a list, the API and the map say of an offering. Two Core selects for a page of twenty."""

import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Text, bindparam, cast, literal, select, union_all
from sqlalchemy.orm import aliased

from directory import clock
from directory.catalogue.closure import Closure, closure_of
from directory.catalogue.fees import costs_nothing
from directory.catalogue.hours import ALWAYS, OpeningState, state_at
from directory.catalogue.models import (
    Category,
    Offering,
    Phone,
    Provider,
    Service,
    Site,
    Source,
    service_category,
)
from directory.catalogue.queries.subjects import categories as subject_tree
from directory.catalogue.rules import HOTLINES, ILLUSTRATIVE_SOURCE, Visibility
from directory.catalogue.upkeep import due_on, is_protected
from directory.catalogue.values import PhoneNumber
from directory.extensions import db
from directory.places.gazetteer import Gazetteer
from directory.places.models import AdminUnit
from directory.places.queries import gazetteer

#: The fact that help is given by telephone: such an entry has no place to keep secret.
_BY_PHONE = "by_phone"


class Card(NamedTuple):
    """One offering as lists show it. Of a place that is not public only what may be known is here.

    Why a tuple: a page makes twenty and one takes a microsecond, a frozen dataclass of this size eight. The fields
    down to ``province`` stand in the order in which ``_AS_READ`` reads them.
    """

    id: int
    uuid: UUID
    code: str
    name: str
    provider: str
    provider_code: str
    hotline_24h: bool | None
    opening_hours: str | None
    fees: str | None
    anonymous_ok: bool | None
    id_required: bool | None
    reports_to_police: bool | None
    verified_on: date | None
    closed_on: date | None
    reopens_on: date | None
    source_url: str | None
    source: str
    source_name: str
    attribution: str | None
    visibility: Visibility
    province: str | None
    categories: tuple[str, ...]
    main_subject: str
    phones: tuple[PhoneNumber, ...]
    opening: OpeningState
    #: The local moment at which ``opening`` was read.
    as_of: datetime
    is_free: bool | None
    languages: tuple[str, ...]
    facts: tuple[str, ...]
    address: str | None
    #: "Phường Hồng Gai (trước: phường Hòn Gai, TP Hạ Long), Quảng Ninh"; None for a hidden place.
    place: str | None
    ward_key: str | None
    ward: str | None
    latitude: float | None
    longitude: float | None
    point_is_ward: bool
    wheelchair: bool | None
    website: str | None

    @property
    def open_now(self) -> bool | None:
        """Return whether it is open; None when nobody can know."""
        return self.opening.is_open

    @property
    def closure(self) -> Closure | None:
        """Return since when, or from when on, it is closed, unless that is over."""
        closure = closure_of(self.closed_on, self.reopens_on)
        return closure if closure and not closure.is_over_on(self.as_of.date()) else None

    @property
    def is_shut(self) -> bool:
        """Whether it is closed today, for some time or for good: nobody is sent there."""
        return self.closure is not None and self.closure.holds_on(self.as_of.date())

    @property
    def is_gone(self) -> bool:
        """Whether it is closed for good."""
        return self.is_shut and self.reopens_on is None

    @property
    def is_illustrative(self) -> bool:
        """Whether the entry is invented: no ``tel:`` link, nobody is sent to it."""
        return self.source == ILLUSTRATIVE_SOURCE

    @property
    def is_stale(self) -> bool:
        """Whether the last verification is too long ago to rely on."""
        due = due_on(self.verified_on, is_protected=is_protected(self.categories, self.visibility))
        return due is not None and self.as_of.date() > due

    @property
    def is_by_phone(self) -> bool:
        """Whether help comes by telephone, so that there is no place to look for."""
        return bool(self.hotline_24h) or _BY_PHONE in self.facts

    @property
    def is_line(self) -> bool:
        """Whether it is a telephone and nothing else: nobody arrives there, so no slip leads there."""
        return self.visibility == Visibility.HIDDEN and self.is_by_phone


_ward = aliased(AdminUnit)
_province = aliased(AdminUnit)

_AS_READ = (
    Offering.id,
    Offering.uuid,
    Offering.code,
    Service.name,
    Provider.name.label("provider"),
    Provider.code.label("provider_code"),
    Offering.hotline_24h,
    Offering.opening_hours,
    Offering.fees,
    Offering.anonymous_ok,
    Offering.id_required,
    Offering.reports_to_police,
    Offering.verified_on,
    Offering.closed_on,
    Offering.reopens_on,
    Offering.source_url,
    Source.code.label("source"),
    Source.name.label("source_name"),
    Source.attribution,
    Site.visibility,
    _province.name.label("province"),
)
_ROWS = (
    select(
        *_AS_READ,
        # As text, since most rows hold the same few lists, and reading JSON is dear.
        cast(Offering.languages, Text).label("languages"),
        cast(Offering.facts, Text).label("facts"),
        Site.address,
        Site.ward_key,
        Site.old_ward_key,
        _ward.kind.label("ward_kind"),
        _ward.name.label("ward_name"),
        Site.latitude,
        Site.longitude,
        Site.point_is_ward,
        Site.wheelchair,
        Service.website,
    )
    .join(Service, Service.id == Offering.service_id)
    .join(Site, Site.id == Offering.site_id)
    .join(Provider, Provider.id == Service.provider_id)
    .join(Source, Source.code == Offering.source_code)
    .outerjoin(_ward, _ward.key == Site.ward_key)
    .outerjoin(_province, _province.key == Site.province_key)
    .where(Offering.id.in_(bindparam("ids", expanding=True)))
)

_PHONES = select(
    Phone.offering_id, literal(0).label("kind"), Phone.position, Phone.number.label("text"), Phone.shown
).where(Phone.offering_id.in_(bindparam("ids", expanding=True)))
_SUBJECTS = (
    select(
        Offering.id,
        literal(1).label("kind"),
        Category.position,
        Category.slug.label("text"),
        literal("").label("shown"),
    )
    .join(service_category, service_category.c.service_id == Offering.service_id)
    .join(Category, Category.slug == service_category.c.category_slug)
    .where(Offering.id.in_(bindparam("ids", expanding=True)))
)
_PARTS = union_all(_PHONES, _SUBJECTS).order_by("offering_id", "kind", "position", "text")


def cards(ids: Sequence[int], moment: datetime | None = None) -> list[Card]:
    """Return the cards of these offerings, in the order given; an offering that is gone meanwhile is left out.

    Units: ``moment`` is aware and decides "open now"; the present when not given.
    """
    if not ids:
        return []
    local = (moment or clock.now()).astimezone(clock.LOCAL_ZONE)
    names, tops = gazetteer(), subject_tree().tops
    # The connection, not the session: these are plain rows, and there are many of them.
    connection = db.session.connection()
    phones: defaultdict[int, list[PhoneNumber]] = defaultdict(list)
    slugs: defaultdict[int, list[str]] = defaultdict(list)
    for offering_id, kind, _position, text, shown in connection.execute(_PARTS, {"ids": list(ids)}).all():
        if kind:
            slugs[offering_id].append(text)
        else:
            phones[offering_id].append(PhoneNumber(text, shown))
    by_id = {
        row.id: _card(row, _Parts(tuple(phones[row.id]), tuple(slugs[row.id]), tops), local, names)
        for row in connection.execute(_ROWS, {"ids": list(ids)}).all()
    }
    return [by_id[number] for number in ids if number in by_id]


class _Parts(NamedTuple):
    """What of an offering there may be several of, and the top-level subject of each subject."""

    phones: tuple[PhoneNumber, ...]
    slugs: tuple[str, ...]
    tops: Mapping[str, str]


def _card(row: Any, parts: _Parts, local: datetime, names: Gazetteer) -> Card:
    # A name of another type, since a type checker cannot see how many columns the slice brings.
    make: Callable[..., Card] = Card
    return make(
        *row[: len(_AS_READ)],
        categories=parts.slugs,
        main_subject=main_subject(parts.slugs, parts.tops),
        phones=parts.phones,
        opening=_opening(row, local),
        as_of=local,
        is_free=costs_nothing(row.fees),
        languages=_listed(row.languages),
        facts=_listed(row.facts),
        **_whereabouts(row, names),
    )


def _opening(row: Any, local: datetime) -> OpeningState:
    closure = closure_of(row.closed_on, row.reopens_on)
    if closure and closure.holds_on(local.date()):
        return OpeningState(False)
    return ALWAYS if row.hotline_24h else state_at(row.opening_hours, local)


def _whereabouts(row: Any, names: Gazetteer) -> dict[str, Any]:
    """Return what may be known of the place.

    Why here although the database refuses to hold more: two locks on the one door that must not open.
    """
    is_public, is_known = row.visibility is Visibility.PUBLIC, row.visibility is not Visibility.HIDDEN
    ward_key = row.ward_key if is_known else None
    return {
        "address": row.address if is_public else None,
        "place": _place(names, ward_key, row.old_ward_key) if ward_key else None,
        "ward_key": ward_key,
        "ward": f"{row.ward_kind} {row.ward_name}" if ward_key else None,
        "latitude": row.latitude if is_public else None,
        "longitude": row.longitude if is_public else None,
        "point_is_ward": bool(row.point_is_ward) and is_public,
        "wheelchair": row.wheelchair if is_known else None,
        "website": row.website if is_known else None,
    }


@lru_cache(maxsize=1024)
def _listed(text: str | None) -> tuple[str, ...]:
    return tuple(json.loads(text) or ()) if text else ()


@lru_cache(maxsize=4096)
def _place(names: Gazetteer, ward_key: str, old_ward_key: str | None) -> str:
    return names.display(ward_key, old_ward_key)


def main_subject(slugs: Sequence[str], tops: Mapping[str, str]) -> str:
    """Return the top-level slug that gives an entry its colour and icon; empty for an entry without a subject.

    A hotline is also about something, and that is what it is drawn as.
    """
    chosen = next((slug for slug in slugs if slug != HOTLINES), slugs[0] if slugs else "")
    return tops.get(chosen, chosen)
