"""The public page of an entry as it would be with a proposed change; nothing of it is written anywhere."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from directory.catalogue.fees import costs_nothing
from directory.catalogue.hours import ALWAYS, state_at, week_of
from directory.catalogue.operations.reading import Proposal
from directory.catalogue.queries import OfferingPage, categories, offering_page
from directory.catalogue.queries.cards import main_subject
from directory.catalogue.rules import Visibility
from directory.clock import LOCAL_ZONE
from directory.errors import NotFound
from directory.places.queries import gazetteer


def preview_of(proposal: Proposal, moment: datetime) -> OfferingPage:
    """Return the page as everybody would see it. Raises: NotFound, when the entry went meanwhile."""
    page = offering_page(proposal.offering.code, moment)
    if page is None:
        raise NotFound("Không có mục này, hoặc mục này đã được gỡ bỏ.")
    (provider,), (service,) = proposal.rows.providers.values(), proposal.rows.services.values()
    (site,), (slugs,) = proposal.rows.sites.values(), proposal.rows.categories.values()
    (offering,) = proposal.rows.offerings.values()
    values, local, tree = offering.values, moment.astimezone(LOCAL_ZONE), categories()
    is_hidden = site["visibility"] is Visibility.HIDDEN
    card = page.card._replace(
        name=service["name"],
        provider=provider["name"],
        website=None if is_hidden else service["website"],
        categories=slugs,
        main_subject=main_subject(slugs, tree.tops),
        phones=offering.phones,
        opening=ALWAYS if values["hotline_24h"] else state_at(values["opening_hours"], local),
        as_of=local,
        is_free=costs_nothing(values["fees"]),
        languages=tuple(values["languages"]),
        facts=tuple(values["facts"]),
        **{name: values[name] for name in _AS_WRITTEN},
        **_whereabouts(site),
    )
    return replace(
        page,
        card=card,
        subjects=tuple(tree.by_slug[slug] for slug in slugs),
        description=service["description"],
        eligibility=values["eligibility"],
        documents=values["documents"],
        week=week_of(values["opening_hours"], local.date()),
    )


_AS_WRITTEN = (
    *("hotline_24h", "opening_hours", "fees", "anonymous_ok", "id_required", "reports_to_police", "verified_on"),
    "source_url",
)


def _whereabouts(site: dict[str, Any]) -> dict[str, Any]:
    units = gazetteer().atlas.units
    ward, province = units.get(site["ward_key"] or ""), units.get(site["province_key"] or "")
    is_hidden = site["visibility"] is Visibility.HIDDEN
    return {
        "visibility": site["visibility"],
        "address": site["address"],
        "ward_key": site["ward_key"],
        "ward": ward.full_name if ward else None,
        "province": province.name if province else None,
        "place": gazetteer().display(ward.key, site["old_ward_key"]) if ward else None,
        "latitude": site["latitude"],
        "longitude": site["longitude"],
        "point_is_ward": bool(site["point_is_ward"]),
        "wheelchair": None if is_hidden else site["wheelchair"],
    }
