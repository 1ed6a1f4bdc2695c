"""The tables of the catalogue: entries, and what keeps them true."""

from directory.catalogue.models.entries import (
    CatalogueChange,
    Category,
    Offering,
    Phone,
    Provider,
    Service,
    Site,
    Source,
    service_category,
)
from directory.catalogue.models.upkeep import (
    CorrectionRequest,
    FieldChange,
    FormerPart,
    ImportRun,
    KeptBackName,
    NotDuplicate,
    PeerWarning,
    Revision,
)

__all__ = [
    "CatalogueChange",
    "Category",
    "CorrectionRequest",
    "FieldChange",
    "FormerPart",
    "ImportRun",
    "KeptBackName",
    "NotDuplicate",
    "Offering",
    "PeerWarning",
    "Phone",
    "Provider",
    "Revision",
    "Service",
    "Site",
    "Source",
    "service_category",
]
