"""Every read of the catalogue: cards for lists, one entry, one provider, one site, one subject, the hotlines."""

from directory.catalogue.queries.by_area import areas_of_site, lies_in
from directory.catalogue.queries.cards import Card, cards
from directory.catalogue.queries.closed import is_listed
from directory.catalogue.queries.former import code_now, former_rows, uuid_now
from directory.catalogue.queries.history import Act, CellChange, history
from directory.catalogue.queries.own import UNKNOWN, entry_for
from directory.catalogue.queries.pages import (
    CategoryPage,
    OfferingPage,
    ProviderPage,
    category_page,
    hotlines,
    offering_page,
    provider_page,
)
from directory.catalogue.queries.requests import RequestLine, request_for, request_line, requests, requests_of
from directory.catalogue.queries.sites import SitePage, site_page
from directory.catalogue.queries.subjects import Subject, Subjects, categories
from directory.catalogue.queries.suggestions import Suggestion, may_edit, may_suggest, suggestible, suggestions_of

__all__ = [
    "UNKNOWN",
    "Act",
    "Card",
    "CategoryPage",
    "CellChange",
    "OfferingPage",
    "ProviderPage",
    "RequestLine",
    "SitePage",
    "Subject",
    "Subjects",
    "Suggestion",
    "areas_of_site",
    "cards",
    "categories",
    "category_page",
    "code_now",
    "entry_for",
    "former_rows",
    "history",
    "hotlines",
    "is_listed",
    "lies_in",
    "may_edit",
    "may_suggest",
    "offering_page",
    "provider_page",
    "request_for",
    "request_line",
    "requests",
    "requests_of",
    "site_page",
    "suggestible",
    "suggestions_of",
    "uuid_now",
]
