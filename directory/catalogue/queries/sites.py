"""One site: whose it is and what is offered there, for the people who work there."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from directory.catalogue.models import Offering, Provider, Service, Site
from directory.catalogue.queries.cards import Card, cards
from directory.catalogue.queries.closed import is_listed
from directory.catalogue.queries.subjects import Subject, categories
from directory.clock import LOCAL_ZONE
from directory.extensions import db


@dataclass(frozen=True)
class SitePage:
    """A site with all that is offered there; ``cards`` is empty for one that was closed since."""

    name: str
    cards: tuple[Card, ...]

    @property
    def subjects(self) -> tuple[Subject, ...]:
        """Return the subjects of its offerings, in the order of the tree."""
        offered = {slug for card in self.cards for slug in card.categories}
        return tuple(subject for slug, subject in categories().by_slug.items() if slug in offered)


def site_page(site_id: int, moment: datetime) -> SitePage:
    """Return the site that a member of staff or a desk works for."""
    name, own_name = db.session.execute(
        select(Provider.name, Site.name).join(Site, Site.provider_id == Provider.id).where(Site.id == site_id)
    ).one()
    day = moment.astimezone(LOCAL_ZONE).date()
    ids = db.session.scalars(
        select(Offering.id)
        .join(Service)
        .where(Offering.site_id == site_id, is_listed(day))
        .order_by(Service.folded_name, Offering.id)
    )
    return SitePage(f"{name}, {own_name}" if own_name else name, tuple(cards(ids.all(), moment)))
