"""Every read of the catalogue: cards for lists, one entry, one provider, one subject, the hotlines."""

from directory.catalogue.queries.cards import Card, cards
from directory.catalogue.queries.pages import (
    CategoryPage,
    OfferingPage,
    ProviderPage,
    category_page,
    hotlines,
    offering_page,
    provider_page,
)
from directory.catalogue.queries.subjects import Subject, Subjects, categories

__all__ = [
    "Card",
    "CategoryPage",
    "OfferingPage",
    "ProviderPage",
    "Subject",
    "Subjects",
    "cards",
    "categories",
    "category_page",
    "hotlines",
    "offering_page",
    "provider_page",
]
