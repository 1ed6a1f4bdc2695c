"""One entry, one provider, one subject, and the telephone numbers for an emergency."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select

from directory.catalogue.hours import Week, week_of
from directory.catalogue.models import Offering, Phone, Provider, Service, Site, service_category
from directory.catalogue.queries.cards import Card, cards
from directory.catalogue.queries.closed import is_listed
from directory.catalogue.queries.subjects import Subject, categories
from directory.catalogue.rules import HOTLINES, ILLUSTRATIVE_SOURCE, Visibility
from directory.clock import LOCAL_ZONE
from directory.codes import read_public_code
from directory.extensions import db
from directory.places.models import AdminUnit

PER_PAGE = 20
#: More numbers than this help nobody in a hurry.
_MOST_HOTLINES = 30


class Other(NamedTuple):
    """Another service at the same place."""

    code: str
    name: str


class ProvinceCount(NamedTuple):
    """How many entries a province has."""

    name: str
    total: int


@dataclass(frozen=True)
class OfferingPage:
    """All that may be shown of one offering."""

    card: Card
    subjects: tuple[Subject, ...]
    description: str | None
    eligibility: str | None
    documents: str | None
    week: Week | None
    others: tuple[Other, ...]


@dataclass(frozen=True)
class ProviderPage:
    """A provider and one page of what it offers."""

    code: str
    name: str
    cards: list[Card]
    total: int
    page: int
    pages: int


@dataclass(frozen=True)
class CategoryPage:
    """A subject, what is below it, and one page of its entries."""

    subject: Subject
    parent: Subject | None
    main_subject: str
    children: tuple[Subject, ...]
    provinces: tuple[ProvinceCount, ...]
    cards: list[Card]
    total: int
    page: int
    pages: int


def offering_page(code: str, moment: datetime) -> OfferingPage | None:
    """Return the offering that the public code names, or None."""
    row = db.session.execute(
        select(
            Offering.id,
            Offering.site_id,
            Offering.eligibility,
            Offering.documents,
            Service.description,
        )
        .join(Service)
        .where(Offering.code == read_public_code(code))
    ).one_or_none()
    if row is None:
        return None
    (card,) = cards([row.id], moment)
    tree = categories().by_slug
    return OfferingPage(
        card=card,
        subjects=tuple(tree[slug] for slug in card.categories),
        description=row.description,
        eligibility=row.eligibility,
        documents=row.documents,
        week=week_of(card.opening_hours, _day(moment)),
        others=() if card.is_gone else _others(row.site_id, row.id, card),
    )


def _others(site_id: int, offering_id: int, card: Card) -> tuple[Other, ...]:
    """Return what else is offered at the place; nothing for one that is kept back, whose parts must not be joined."""
    if card.visibility != Visibility.PUBLIC:
        return ()
    rows = db.session.execute(
        select(Offering.code, Service.name)
        .join(Service)
        .where(Offering.site_id == site_id, Offering.id != offering_id, is_listed(card.as_of.date()))
        .order_by(Service.folded_name, Offering.id)
        .limit(PER_PAGE)
    )
    return tuple(Other(*row) for row in rows)


def provider_page(code: str, page: int, moment: datetime) -> ProviderPage | None:
    """Return the provider that the public code names, or None; a page past the end is the last one."""
    provider = db.session.execute(
        select(Provider.id, Provider.code, Provider.name).where(Provider.code == read_public_code(code))
    ).one_or_none()
    if provider is None:
        return None
    ids = select(Offering.id).join(Service).where(Service.provider_id == provider.id, is_listed(_day(moment)))
    total = _count(ids)
    page, pages = _clamp(page, total)
    shown = db.session.scalars(_page_of(ids.order_by(Service.folded_name, Offering.id), page)).all()
    return ProviderPage(provider.code, provider.name, cards(shown, moment), total, page, pages)


def category_page(slug_or_code: str, page: int, moment: datetime) -> CategoryPage | None:
    """Return the subject with one page of its entries, or None.

    Real ones first, of them the lines that answer day and night in the whole country, those of one province, places
    that can be called, the others; then by name.
    """
    tree = categories()
    subject = tree.find(slug_or_code)
    if subject is None:
        return None
    within = [subject.slug, *(child.slug for child in tree.children(subject.slug))]
    is_of_it = and_(_is_about(within), is_listed(_day(moment)))
    ids = select(Offering.id).join(Service).join(Site, Site.id == Offering.site_id).where(is_of_it)
    total = _count(ids)
    page, pages = _clamp(page, total)
    order = (
        Offering.source_code == ILLUSTRATIVE_SOURCE,
        Offering.hotline_24h.is_(True).desc(),
        Offering.hotline_24h.is_(True) & Site.province_key.is_not(None),
        exists().where(Phone.offering_id == Offering.id).desc(),
        Service.folded_name,
        Offering.id,
    )
    shown = db.session.scalars(_page_of(ids.order_by(*order), page)).all()
    return CategoryPage(
        subject=subject,
        parent=tree.by_slug.get(subject.parent_slug or ""),
        main_subject=subject.top_slug,
        children=tree.children(subject.slug),
        provinces=_provinces(is_of_it),
        cards=cards(shown, moment),
        total=total,
        page=page,
        pages=pages,
    )


def hotlines(moment: datetime) -> list[Card]:
    """Return the telephone lines that may be dialled in an emergency: real, and with the page they were read on.

    Those that answer day and night come first.
    """
    ids = (
        select(Offering.id)
        .where(
            or_(Offering.hotline_24h.is_(True), _is_about([HOTLINES])),
            Offering.source_url.is_not(None),
            Offering.source_code != ILLUSTRATIVE_SOURCE,
            exists().where(Phone.offering_id == Offering.id),
            is_listed(_day(moment)),
        )
        .join(Service)
        .order_by(Offering.hotline_24h.is_(True).desc(), Offering.id)
        .limit(_MOST_HOTLINES)
    )
    return cards(db.session.scalars(ids).all(), moment)


def _day(moment: datetime) -> date:
    return moment.astimezone(LOCAL_ZONE).date()


def _is_about(slugs: list[str]) -> ColumnElement[bool]:
    return Service.id.in_(select(service_category.c.service_id).where(service_category.c.category_slug.in_(slugs)))


def _provinces(is_of_it: ColumnElement[bool]) -> tuple[ProvinceCount, ...]:
    """Return where the subject can be found, most entries first."""
    total = func.count(Offering.id)
    rows = db.session.execute(
        select(AdminUnit.name, total)
        .select_from(Offering)
        .join(Service)
        .join(Site, Site.id == Offering.site_id)
        .join(AdminUnit, AdminUnit.key == Site.province_key)
        .where(is_of_it)
        .group_by(AdminUnit.key, AdminUnit.name)
        .order_by(total.desc(), AdminUnit.key)
    )
    return tuple(ProvinceCount(*row) for row in rows)


def _count(ids: Select[int]) -> int:
    return db.session.scalar(select(func.count()).select_from(ids.subquery())) or 0


def _clamp(page: int, total: int) -> tuple[int, int]:
    pages = max(1, -(-total // PER_PAGE))
    return min(max(1, page), pages), pages


def _page_of(ids: Select[int], page: int) -> Select[int]:
    return ids.limit(PER_PAGE).offset((page - 1) * PER_PAGE)
