"""A service of anybody's HSDS file as rows of the import table, one for each of its places. Pure.

What our own profile says (a detail, a visibility) is believed before the official field that it makes more exact; from
strangers the official fields are read as far as we have something like them.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from directory.catalogue.entries import Vocabulary
from directory.catalogue.rules import ILLUSTRATIVE_SOURCE, Visibility
from directory.interop.hsds.names import DETAILS, FACTS, SUBJECTS, own_id, terms
from directory.interop.hsds.places import COUNTRY, NO_COUNTRY
from directory.interop.hsds.schedules import hours_of
from directory.places.rules import Point
from directory.vietnamese import fold, nfc

Json = Mapping[str, Any]
Cells = dict[str, str]

#: What others say in a way that we cannot read stays out; the entry goes in.
LENIENT = frozenset({"phones", "website", "opening_hours", "languages", "verified_on", "source_url"})
#: A service that is said to be no more is left out.
_GONE = frozenset({"inactive", "defunct"})
_TRUTHS = ("hotline_24h", "anonymous_ok", "id_required", "reports_to_police", "wheelchair")
_ACCESS = re.compile(r"\b(wheelchair|xe lan)\b")
_NO_ACCESS = re.compile(r"\b(no|not|without|khong)\b")


@dataclass(frozen=True)
class Ways:
    """What reading needs to know beyond the file."""

    vocabulary: Vocabulary
    #: The ward and province of GSO codes (ward, former ward, province) as cells that read back to them.
    unit_cells: Callable[[str, str, str], tuple[str, str]]
    is_in_viet_nam: Callable[[Point], bool]
    #: The subject of a service that has none of ours.
    category: str | None = None
    #: The source of everything, whatever the file says.
    source: str | None = None


@dataclass(frozen=True)
class Incoming:
    """One service at one place, as cells, with the ids that it has in the file."""

    cells: Cells
    is_abroad: bool
    offering: str
    service: str
    site: str | None
    provider: str | None
    closed_on: str | None
    reopens_on: str | None


def is_gone(service: Json) -> bool:
    """Whether the file itself says that the service is no more."""
    return str(service.get("status") or "").strip().lower() in _GONE


def incoming(service: Json, ways: Ways) -> Iterator[Incoming]:
    """Yield a service at each of its places; one without a place can only be telephoned."""
    for place in _objects(service, "service_at_locations") or [{}]:
        yield _Reading(service, place, ways).result()


class _Reading:
    """The reading of one service at one place."""

    def __init__(self, service: Json, place: Json, ways: Ways) -> None:
        self.service, self.place, self.ways = service, place, ways
        self.organization = _object(service, "organization")
        self.location = _object(place, "location")
        self.details = _details(place) | _details(self.location)
        self.visibility = self._visibility()

    def result(self) -> Incoming:
        """Return the cells with the ids."""
        is_abroad = self._is_abroad()
        cells = self._told() | self._conditions() | self._whereabouts(is_abroad=is_abroad)
        return Incoming(
            cells={column: text for column, value in cells.items() if (text := nfc(value))},
            is_abroad=is_abroad,
            offering=_text(self.place, "id") or _text(self.service, "id"),
            service=_text(self.service, "id"),
            site=_text(self.location, "id") or None,
            provider=_text(self.organization, "id") or None,
            closed_on=self.details.get("closed_on"),
            reopens_on=self.details.get("reopens_on"),
        )

    def _told(self) -> Cells:
        return {
            "external_id": _text(self.place, "id") or _text(self.service, "id"),
            "provider": _text(self.organization, "name") or _text(self.service, "name"),
            "service": _text(self.service, "name"),
            "category": ";".join(self._slugs(SUBJECTS.code)) or self.ways.category or "",
            "description": _text(self.service, "description"),
            "website": _text(self.service, "url") or _text(self.organization, "website"),
            "phones": ";".join(self._phones()),
            "opening_hours": self._detail("opening_hours", self._hours),
            "source": self._source(),
            "source_url": self.details.get("source_url", ""),
            "verified_on": self._detail("verified_on", lambda: _text(self.service, "assured_date")),
            "facts": ";".join(self._slugs(FACTS.code)),
        }

    def _conditions(self) -> Cells:
        papers = (_text(one, "document") for one in _objects(self.service, "required_documents"))
        codes = (
            _text(one, "code") or _text(one, "name")
            for held in (self.service, self.location)
            for one in _objects(held, "languages")
        )
        return {
            "fees": self._detail("fees", self._fees),
            "eligibility": self._detail("eligibility", lambda: _text(self.service, "eligibility_description")),
            "documents": self._detail("documents", lambda: "; ".join(filter(None, papers))),
            "languages": self._detail("languages", lambda: ";".join(dict.fromkeys(filter(None, codes)))),
            **{column: self.details.get(column, "") for column in _TRUTHS},
            "wheelchair": self._detail("wheelchair", self._wheelchair),
        }

    def _whereabouts(self, *, is_abroad: bool) -> Cells:
        cells = {"visibility": self.visibility.value, "site": _text(self.location, "name")}
        if self.visibility is Visibility.HIDDEN:
            areas = _objects(self.place, "service_areas")
            known = _details(areas[0]).get("province_code") if areas else None
            return {"visibility": cells["visibility"], "province": known or ""}
        address = self._address()
        if is_abroad:
            parts = ("address_1", "address_2", "city", "region", "state_province", "postal_code", "country")
            told = (_text(address, part) for part in parts)
            return cells | {"address": ", ".join(dict.fromkeys(one for one in told if one not in ("", NO_COUNTRY)))}
        cells |= self._units(address)
        if self.visibility is Visibility.PARTIAL:
            return cells
        street = ", ".join(filter(None, (_text(address, "address_1"), _text(address, "address_2"))))
        # Our own documents repeat the ward where there is no street.
        cells["address"] = "" if street == _text(address, "city") else street
        if self.details.get("point_is_ward") != "true":
            cells |= {name: _text(self.location, name) for name in ("latitude", "longitude")}
        return cells

    def _units(self, address: Json) -> Cells:
        codes = (self.details.get(code, "") for code in ("ward_code", "former_ward_code", "province_code"))
        ward, province = self.ways.unit_cells(*codes)
        if not ward and not province:
            ward, province = _text(address, "city"), _text(address, "state_province")
        return {"ward": ward, "province": province}

    def _visibility(self) -> Visibility:
        said = _text(self.location, "address_visibility")
        if said in tuple(Visibility):
            return Visibility(said)
        is_place = self.location and _text(self.location, "location_type") != "virtual"
        return Visibility.PUBLIC if is_place else Visibility.HIDDEN

    def _is_abroad(self) -> bool:
        if self.visibility is not Visibility.PUBLIC or self.details.get("ward_code"):
            return False
        country = _text(self._address(), "country").upper()
        if country and country != COUNTRY:
            return True
        point = self._point()
        return point is not None and not self.ways.is_in_viet_nam(point)

    def _point(self) -> Point | None:
        try:
            return Point(float(_text(self.location, "latitude")), float(_text(self.location, "longitude")))
        except ValueError:
            return None

    def _address(self) -> Json:
        addresses = _objects(self.location, "addresses")
        physical = [one for one in addresses if _text(one, "address_type") == "physical"]
        return next(iter(physical or addresses), {})

    def _source(self) -> str:
        said = self.details.get("source", "")
        # What was invented stays invented, whoever brings it.
        return said if said == ILLUSTRATIVE_SOURCE else self.ways.source or said

    def _phones(self) -> list[str]:
        holders = (self.place, self.service, self.location, self.organization)
        found = next((phones for one in holders if (phones := _objects(one, "phones"))), [])
        return list(dict.fromkeys(_text(one, "number").strip('" ') for one in found))

    def _hours(self) -> str:
        holders = (self.place, self.service, self.location)
        return hours_of(next((held for one in holders if (held := _objects(one, "schedules"))), []))

    def _fees(self) -> str:
        told = _text(self.service, "fees_description") or _text(self.service, "fees")
        return told or "; ".join(_price(one) for one in _objects(self.service, "cost_options"))

    def _wheelchair(self) -> str:
        told = fold(" ".join(_text(one, "description") for one in _objects(self.location, "accessibility")))
        if not _ACCESS.search(told):
            return ""
        return "không" if _NO_ACCESS.search(told) else "có"

    def _slugs(self, taxonomy: str) -> list[str]:
        words = self.ways.vocabulary.categories if taxonomy == SUBJECTS.code else self.ways.vocabulary.facts
        found = []
        for holder in (self.service, self.place):
            for one in _objects(holder, "attributes"):
                named = _object(one, "taxonomy_term")
                ours = terms().get(_text(named, "id") or _text(one, "taxonomy_term_id"))
                if ours is not None:
                    found += [ours.code] if ours.taxonomy.code == taxonomy else []
                    continue
                folded = (fold(_text(named, key)) for key in ("code", "name"))
                found += [words[word] for word in folded if word in words]
        return list(dict.fromkeys(found))

    def _detail(self, code: str, otherwise: Callable[[], str]) -> str:
        return self.details[code] if code in self.details else otherwise()


def _details(holder: Json) -> dict[str, str]:
    """Return what our own profile says of an object, by code."""
    found = {}
    for one in _objects(holder, "attributes"):
        known = terms().get(_text(_object(one, "taxonomy_term"), "id") or _text(one, "taxonomy_term_id"))
        if known is not None and known.id == own_id("term", DETAILS.code, known.code):
            found[known.code] = _text(one, "value")
    return found


def _price(option: Json) -> str:
    parts = (_text(option, name) for name in ("option", "amount", "currency", "amount_description"))
    return " ".join(filter(None, parts))


def _object(holder: Json, name: str) -> Json:
    value = holder.get(name)
    return value if isinstance(value, Mapping) else {}


def _objects(holder: Json, name: str) -> list[Json]:
    value = holder.get(name)
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def _text(holder: Json, name: str) -> str:
    """Return a field as text, whatever type the file has for it; a list or an object is nothing here."""
    value = holder.get(name)
    return nfc(str(value)) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""
