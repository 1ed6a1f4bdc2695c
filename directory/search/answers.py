"""An answer as JSON: the same for ``GET /api/tim`` and ``directory search --json``."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from directory.catalogue.queries import Card, cards
from directory.catalogue.rules import Visibility
from directory.extensions import settings
from directory.search.queries import Hit, SearchAnswer


def as_json(answer: SearchAnswer, warnings: Sequence[str] = ()) -> dict[str, Any]:
    """Return an answer in the form that programs outside the project rely on.

    ``warnings``: sentences about what of the request could not be met.
    """
    understood = answer.understood
    shown: dict[str, Any] = {
        "query": answer.request.text,
        "understood": {
            "terms": list(understood.terms),
            "near_me": understood.near_me,
            "area": understood.area,
            "area_candidates": [candidate.name for candidate in understood.area_candidates],
            "category": understood.category,
            "facets": list(understood.facets),
            "corrected": understood.corrected,
        },
        "total": answer.total,
        "page": answer.page,
        "pages": answer.pages,
        "results": _results(answer.hits),
    }
    if not answer.total:
        shown["instead"] = _results(answer.instead)
        shown["instead_reason"] = answer.instead_reason
    shown["warnings"] = list(warnings)
    return shown


def _results(hits: Sequence[Hit]) -> list[dict[str, Any]]:
    distances = {hit.offering_id: hit.distance_m for hit in hits}
    return [_result(card, distances[card.id]) for card in cards(list(distances))]


def _result(card: Card, distance_m: int | None) -> dict[str, Any]:
    is_public = card.visibility == Visibility.PUBLIC
    return {
        "id": str(card.uuid),
        "name": card.name,
        "provider": card.provider,
        "categories": list(card.categories),
        "address": card.address if is_public else None,
        "ward": None if card.visibility == Visibility.HIDDEN else card.ward,
        "province": card.province,
        "latitude": card.latitude if is_public else None,
        "longitude": card.longitude if is_public else None,
        "distance_m": distance_m if is_public else None,
        "phones": [phone.number for phone in card.phones],
        "hotline_24h": card.hotline_24h,
        "open_now": card.open_now,
        "closed_on": _iso(card.closure.closed_on if card.closure else None),
        "reopens_on": _iso(card.closure.reopens_on if card.closure else None),
        "visibility": str(card.visibility),
        "source": card.source,
        "verified_on": _iso(card.verified_on),
        "url": f"{settings().public_url}/dich-vu/{card.code}",
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
