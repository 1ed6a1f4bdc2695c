"""Providers, services and offerings as HSDS objects: plain values from what was loaded, no question to the database."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from babel import Locale

from directory.catalogue.closure import closure_of
from directory.catalogue.fees import costs_nothing
from directory.catalogue.models import Offering, Provider, Service
from directory.catalogue.rules import Visibility
from directory.catalogue.values import LOCAL_LANGUAGES
from directory.interop.hsds.names import FACTS, SUBJECTS, attribute, details, own_id, term
from directory.interop.hsds.places import Units, location, service_areas
from directory.interop.hsds.schedules import schedules_of

#: What HSDS has once for a service and we have for each of its places: our column → how several are said.
_SHARED = ("fees", "eligibility", "documents", "languages")
_INVENTED = "Dữ liệu minh hoạ: không có thật, đừng gọi và đừng đến."

Json = dict[str, Any]


@dataclass(frozen=True)
class Telling:
    """What every object needs to be told: the units, the day, and the history by the UUID of a part."""

    units: Units
    today: date
    history: Mapping[UUID, Sequence[Json]] = field(default_factory=dict)

    def organization(self, provider: Provider, *, is_full: bool, services: Iterable[Json] = ()) -> Json:
        """Return a provider; in full with its places, and with the services given."""
        of = str(provider.uuid)
        # Nobody describes a provider here, and the field is required there.
        found: Json = {"id": of, "name": provider.name, "description": provider.name}
        if not is_full:
            return found
        sites = {offering.site.id: offering.site for one in provider.services for offering in self.listed(one)}
        found |= _kept(locations=[location(sites[key], self.units) for key in sorted(sites)])
        found |= _kept(services=list(services))
        return found | self._metadata(provider.uuid, "organization")

    def service(self, service: Service, *, is_full: bool) -> Json:
        """Return a service; in full with everything that hangs on it."""
        offerings = self.listed(service)
        found = self._plain(service, offerings)
        if not is_full:
            return found | {"organization": self.organization(service.provider, is_full=False)}
        return found | self._parts(service, offerings) | self._metadata(service.uuid, "service")

    def minimal(self, service: Service) -> Json:
        """Return only what a reader needs to see whether something changed; name and status are required there."""
        keys = ("id", "name", "status", "last_modified")
        return {key: value for key, value in self._plain(service, self.listed(service)).items() if key in keys}

    def at_location(self, offering: Offering, *, is_full: bool, with_service: bool = False) -> Json:
        """Return an offering; in full with its place, its telephone numbers and hours."""
        of, service = str(offering.uuid), offering.service
        found: Json = {"id": of, "service_id": str(service.uuid), "location_id": str(offering.site.uuid)}
        if not is_full:
            return found
        found |= _kept(
            service_areas=service_areas(offering.site, of, self.units),
            phones=[_phone(of, number, "service_at_location_id") for number in _numbers(offering)],
            schedules=[{**one, "service_at_location_id": of} for one in schedules_of(offering.opening_hours, of)],
        )
        found["location"] = location(offering.site, self.units) | self._metadata(offering.site.uuid, "location")
        found |= _kept(attributes=self._attributes(offering))
        if with_service:
            plain = self._plain(service, self.listed(service))
            found["service"] = plain | {"organization": self.organization(service.provider, is_full=False)}
            found["service"] |= _kept(attributes=_subjects(service))
        return found | self._metadata(offering.uuid, "service_at_location")

    def listed(self, service: Service) -> list[Offering]:
        """Return the offerings of a service that are not closed for good."""
        return [one for one in service.offerings if not self._is_closed(one, for_good=True)]

    def _is_closed(self, offering: Offering, *, for_good: bool) -> bool:
        closure = closure_of(offering.closed_on, offering.reopens_on)
        return closure is not None and closure.holds_on(self.today) and (closure.is_for_good or not for_good)

    def _plain(self, service: Service, offerings: list[Offering]) -> Json:
        found: Json = {"id": str(service.uuid), "organization_id": str(service.provider.uuid), "name": service.name}
        verified = [one.verified_on for one in offerings]
        oldest = min(day for day in verified if day) if verified and all(verified) else None
        return found | _kept(
            description=service.description,
            url=service.website if any(one.site.visibility is not Visibility.HIDDEN for one in offerings) else None,
            status=self._status(offerings),
            fees_description=_together(one.fees for one in offerings),
            eligibility_description=_together(one.eligibility for one in offerings),
            assured_date=oldest and oldest.isoformat(),
            alert=self._alert(offerings),
            last_modified=_last_modified(service).isoformat(),
        )

    def _status(self, offerings: list[Offering]) -> str:
        if not offerings:
            return "defunct"
        is_shut = all(self._is_closed(one, for_good=False) for one in offerings)
        return "temporarily closed" if is_shut else "active"

    def _alert(self, offerings: list[Offering]) -> str:
        days = {one.reopens_on for one in offerings if self._is_closed(one, for_good=False) and one.reopens_on}
        said = [_INVENTED] if any(one.is_illustrative for one in offerings) else []
        said += [f"{_where(offerings, day)} {day:%d/%m/%Y}." for day in sorted(days)]
        return " ".join(said)

    def _parts(self, service: Service, offerings: list[Offering]) -> Json:
        of = str(service.uuid)
        fees = [one.fees for one in offerings]
        free = {"id": own_id("cost", of), "service_id": of, "option": "Miễn phí", "currency": "VND", "amount": 0}
        papers = dict.fromkeys(one.documents for one in offerings if one.documents)
        codes = dict.fromkeys(code for one in offerings for code in one.languages)
        numbers = dict.fromkeys(number for one in offerings for number in _numbers(one))
        hours = {one.opening_hours for one in offerings}
        return _kept(
            organization=self.organization(service.provider, is_full=False),
            cost_options=[free] if fees and all(costs_nothing(text) for text in fees) else [],
            required_documents=[
                {"id": own_id("document", of, text), "service_id": of, "document": text} for text in papers
            ],
            languages=[_language(of, code) for code in codes],
            phones=[_phone(of, number, "service_id") for number in numbers],
            schedules=[{**one, "service_id": of} for one in schedules_of(hours.pop(), of)] if len(hours) == 1 else [],
            attributes=_subjects(service),
            service_at_locations=[self.at_location(one, is_full=True) for one in offerings],
        )

    def _attributes(self, offering: Offering) -> list[Json]:
        of = str(offering.uuid)
        facts = [attribute("service_at_location", of, term(FACTS, slug)) for slug in offering.facts]
        return facts + details("service_at_location", of, self._details(offering))

    def _details(self, offering: Offering) -> dict[str, object]:
        return {
            "opening_hours": offering.opening_hours,
            "hotline_24h": offering.hotline_24h,
            "anonymous_ok": offering.anonymous_ok,
            "id_required": offering.id_required,
            "reports_to_police": offering.reports_to_police,
            "verified_on": offering.verified_on,
            "closed_on": offering.closed_on,
            "reopens_on": offering.reopens_on,
            **self._own(offering),
            "source": offering.source_code,
            "source_url": offering.source_url,
        }

    def _own(self, offering: Offering) -> dict[str, object]:
        """Return what this place says otherwise than another one of its service; an empty text is said, too."""
        others = self.listed(offering.service)
        own: dict[str, object] = {}
        for column in _SHARED:
            values = [getattr(one, column) or "" for one in others]
            if any(value != values[0] for value in values):
                value = getattr(offering, column) or ""
                own[column] = ";".join(value) if isinstance(value, list) else value
        return own

    def _metadata(self, part: UUID, kind: str) -> Json:
        return _kept(
            metadata=[{**one, "resource_id": str(part), "resource_type": kind} for one in self.history.get(part, ())]
        )


def _where(offerings: list[Offering], day: date) -> str:
    names = [one.site.name for one in offerings if one.reopens_on == day and one.site.name]
    return f"Tạm đóng ({', '.join(names)}) đến" if names and len(offerings) > 1 else "Tạm đóng đến"


def _subjects(service: Service) -> list[Json]:
    return [attribute("service", str(service.uuid), term(SUBJECTS, one.slug)) for one in service.categories]


def _together(texts: Iterable[str | None]) -> str:
    return "\n".join(dict.fromkeys(text for text in texts if text))


def _numbers(offering: Offering) -> list[str]:
    """Return the numbers to dial; an invented one as it is read, since nobody can dial it."""
    return [phone.shown if offering.is_illustrative else phone.number for phone in offering.phones]


def _phone(of: str, number: str, link: str) -> Json:
    return {"id": own_id("phone", of, number), link: of, "number": number, "type": "voice"}


def _language(of: str, code: str) -> Json:
    name = LOCAL_LANGUAGES.get(code) or Locale("vi").languages.get(code)
    return {"id": own_id("language", of, code), "service_id": of, "code": code} | _kept(name=name)


def _last_modified(service: Service) -> datetime:
    moments = [service.updated_at, service.provider.updated_at]
    moments += [moment for one in service.offerings for moment in (one.updated_at, one.site.updated_at)]
    return max(moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC) for moment in moments)


def _kept(**values: Any) -> Json:
    """Return the values that say something; a zero says something."""
    return {key: value for key, value in values.items() if value not in (None, "", [])}
