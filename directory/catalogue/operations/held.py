"""What the database holds of the sources that a file names, as an import finds it."""

from dataclasses import dataclass

from sqlalchemy import or_, select

from directory.catalogue.models import Offering, Provider, Service, Site
from directory.catalogue.operations.upserts import Kept, kept_rows
from directory.catalogue.wanted import OfferingKey, ProviderKey
from directory.extensions import table_of

#: A site or service in the database: the id of its provider and its identity there.
HeldKey = tuple[int, str]


@dataclass
class Held:
    """The rows of the sources by key."""

    providers: Kept[ProviderKey]
    sites: Kept[HeldKey]
    services: Kept[HeldKey]
    offerings: Kept[OfferingKey]

    def provider_key_by_id(self) -> dict[int, ProviderKey]:
        """Return the key of each provider by its id."""
        return {row_id: key for key, row_id in self.providers.ids.items()}

    def site_key_by_id(self) -> dict[int, HeldKey]:
        """Return the key of each site by its id."""
        return {row_id: key for key, row_id in self.sites.ids.items()}

    def service_key_by_id(self) -> dict[int, HeldKey]:
        """Return the key of each service by its id."""
        return {row_id: key for key, row_id in self.services.ids.items()}


def read_held(sources: set[str]) -> Held:
    """Read every row of these sources, with the providers that an entry of theirs was moved to."""
    own = select(Offering.site_id).where(Offering.source_code.in_(sources))
    housing = select(Site.provider_id).where(Site.id.in_(own))
    of_source = or_(Provider.source_code.in_(sources), Provider.id.in_(housing))
    ours = select(Provider.id).where(of_source).scalar_subquery()
    return Held(
        kept_rows(table_of(Provider), lambda row: (row["source_code"], row["folded_name"]), of_source),
        kept_rows(table_of(Site), lambda row: (row["provider_id"], row["identity"]), Site.provider_id.in_(ours)),
        kept_rows(
            table_of(Service), lambda row: (row["provider_id"], row["folded_name"]), Service.provider_id.in_(ours)
        ),
        kept_rows(
            table_of(Offering),
            lambda row: (row["source_code"], row["external_id"]),
            Offering.source_code.in_(sources),
        ),
    )
