"""From placed entries to the rows that the catalogue should hold: who is the same provider, site, service, offering.

Pure. Provider = folded name within a source; Service = folded name within its provider; Site = folded site name or
address, with the ward, within its provider; Offering = (source, external_id), where an entry without an
``external_id`` gets one made from those three.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b
from typing import Any, NamedTuple

from directory.catalogue.discretion import reads_like_address
from directory.catalogue.entries import Entry, Problem
from directory.catalogue.placing import Place
from directory.catalogue.reasons import Reason
from directory.catalogue.rules import Visibility
from directory.catalogue.values import PhoneNumber
from directory.places.rules import Point, distance_m
from directory.vietnamese import fold as fold_anew

# The same names come in row after row, and each is needed for several keys.
fold = lru_cache(maxsize=100_000)(fold_anew)

#: Entries of one name and address that are farther apart than this are different places. Units: metres.
SAME_SITE_M = 150

ProviderKey = tuple[str, str]
OfferingKey = tuple[str, str]


class PartKey(NamedTuple):
    """A site or service of a provider, by its identity there."""

    provider: ProviderKey
    identity: str


@dataclass(frozen=True, slots=True)
class PlacedEntry:
    """An entry whose place is known."""

    entry: Entry
    place: Place


@dataclass
class WantedOffering:
    """An offering as the file has it, with the keys of what it hangs on."""

    service: PartKey
    site: PartKey
    values: dict[str, Any]
    phones: tuple[PhoneNumber, ...]
    line: int
    #: Whether the ``external_id`` was made from the row's own words, its place among them.
    has_derived_id: bool
    #: The ``external_id`` that the entry had while its place was told, where the file knows it.
    former_id: str | None = None


@dataclass
class Wanted:
    """All rows that the file asks for, by key, and what was odd about them."""

    sources: dict[str, str] = field(default_factory=dict)
    providers: dict[ProviderKey, dict[str, Any]] = field(default_factory=dict)
    sites: dict[PartKey, dict[str, Any]] = field(default_factory=dict)
    services: dict[PartKey, dict[str, Any]] = field(default_factory=dict)
    categories: dict[PartKey, tuple[str, ...]] = field(default_factory=dict)
    offerings: dict[OfferingKey, WantedOffering] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    #: Offering → the key by which the database has it until now.
    former: dict[OfferingKey, OfferingKey] = field(default_factory=dict)


def wanted_rows(placed: Iterable[PlacedEntry]) -> Wanted:
    """Gather what the entries of one file ask for; of two that disagree about a thing they share, the first holds."""
    wanted = Wanted()
    entries = list(placed)
    kept_back = {_service_key(one.entry) for one in entries if one.entry.visibility is not Visibility.PUBLIC}
    lines: dict[Any, int] = {}
    for one, identity in zip(entries, _site_identities(entries), strict=True):
        entry = one.entry
        site_key = PartKey(_provider_key(entry), identity)
        offering_key = (entry.source, entry.external_id or _derived_id(entry, identity))
        if not _is_new(wanted, entry, offering_key, site_key, lines):
            continue
        _add_shared(wanted, one, site_key, lines, is_kept_back=_service_key(entry) in kept_back)
        wanted.offerings[offering_key] = WantedOffering(
            service=_service_key(entry),
            site=site_key,
            values=_offering_values(entry, offering_key),
            phones=entry.phones,
            line=entry.line,
            has_derived_id=entry.external_id is None,
            former_id=entry.former_id,
        )
    return wanted


def _is_new(wanted: Wanted, entry: Entry, key: OfferingKey, site_key: PartKey, lines: dict[Any, int]) -> bool:
    """Say whether the row adds an offering; a second row of one ``external_id`` is bad, a plain repetition odd."""
    same = ("same", _service_key(entry), site_key)
    if key in wanted.offerings:
        first = lines["offering", key]
        if entry.external_id is None:
            reason = Reason("Trùng đơn vị, dịch vụ và điểm với dòng %(line)s: dòng này được bỏ qua.", line=first)
            wanted.problems.append(Problem(entry.line, "", reason, is_warning=True))
        else:
            reason = Reason("Mã này đã có ở dòng %(line)s.", line=first)
            wanted.problems.append(Problem(entry.line, "external_id", reason))
        return False
    if same in lines:
        reason = Reason(
            "Cùng đơn vị, dịch vụ và điểm với dòng %(line)s, chỉ khác mã: có thể nhập trùng.", line=lines[same]
        )
        wanted.problems.append(Problem(entry.line, "", reason, is_warning=True))
    lines["offering", key] = entry.line
    lines.setdefault(same, entry.line)
    return True


def _add_shared(
    wanted: Wanted, one: PlacedEntry, site_key: PartKey, lines: dict[Any, int], *, is_kept_back: bool
) -> None:
    entry = one.entry
    provider_key, service_key = _provider_key(entry), _service_key(entry)
    wanted.sources.setdefault(entry.source, entry.source_name)
    wanted.providers.setdefault(provider_key, {"name": entry.provider})
    site = wanted.sites.setdefault(site_key, _site_values(one))
    for column in ("name", "wheelchair"):
        site[column] = site[column] if site[column] is not None else _site_values(one)[column]
    service = wanted.services.setdefault(service_key, {"name": entry.service, "description": None, "website": None})
    service["website"] = service["website"] or entry.website
    _describe(wanted, entry, service, lines, is_kept_back=is_kept_back)
    slugs = (*wanted.categories.get(service_key, ()), *entry.categories)
    wanted.categories[service_key] = tuple(dict.fromkeys(slugs))


def _describe(
    wanted: Wanted, entry: Entry, service: dict[str, Any], lines: dict[Any, int], *, is_kept_back: bool
) -> None:
    """Keep the first description of a service; one that is shared with a kept-back place gives no address."""
    described = ("description", _service_key(entry))
    if entry.description is None:
        return
    if is_kept_back and reads_like_address(entry.description):
        reason = "Mô tả dùng chung cho cả nơi được giữ kín mà viết giống một địa chỉ: hãy viết lại."
        wanted.problems.append(Problem(entry.line, "description", reason))
    elif service["description"] is None:
        service["description"] = entry.description
        lines[described] = entry.line
    elif service["description"] != entry.description:
        reason = Reason(
            "Dịch vụ này của đơn vị này đã có mô tả khác ở dòng %(line)s: dùng mô tả ấy.", line=lines[described]
        )
        wanted.problems.append(Problem(entry.line, "description", reason, is_warning=True))


def _provider_key(entry: Entry) -> ProviderKey:
    return entry.source, fold(entry.provider)


def _service_key(entry: Entry) -> PartKey:
    return PartKey(_provider_key(entry), fold(entry.service))


def _site_identities(entries: list[PlacedEntry]) -> list[str]:
    """Return the identity of each entry's site; one address at places far apart is told apart by its points."""
    identities = [_plain_identity(one) for one in entries]
    points: dict[PartKey, list[Point]] = defaultdict(list)
    keys = [PartKey(_provider_key(one.entry), identity) for one, identity in zip(entries, identities, strict=True)]
    for one, key in zip(entries, keys, strict=True):
        if one.entry.point is not None and one.entry.site is None:
            points[key].append(one.entry.point)
    apart = {key for key, held in points.items() if any(distance_m(held[0], other) > SAME_SITE_M for other in held)}
    return [
        f"{key.identity}|{_grid(one.entry.point)}" if key in apart and one.entry.point else key.identity
        for one, key in zip(entries, keys, strict=True)
    ]


def _plain_identity(one: PlacedEntry) -> str:
    entry, place = one.entry, one.place
    unit = place.ward_key or place.province_key or ""
    if entry.visibility is not Visibility.PUBLIC:
        # Nothing about where it is beyond what may be shown; and never the same site as a public one.
        return f"{entry.visibility}|{fold(entry.site or '')}|{unit}"
    name = fold(entry.site or entry.address or "")
    if not name and entry.point is not None:
        name = _grid(entry.point)
    return f"{name}|{unit}"


def _grid(point: Point) -> str:
    # 3 decimals are about 110 m: a point corrected by a few metres stays the same place.
    return f"@{point.lat:.3f},{point.lon:.3f}"


def _derived_id(entry: Entry, site_identity: str) -> str:
    """Make an ``external_id`` from what identifies the entry, the same at every import of the same row."""
    parts = "\x1f".join((fold(entry.provider), fold(entry.service), site_identity))
    return f"~{blake2b(parts.encode(), digest_size=12).hexdigest()}"


def _site_values(one: PlacedEntry) -> dict[str, Any]:
    entry, place = one.entry, one.place
    point = place.point
    return {
        "name": entry.site,
        "visibility": entry.visibility,
        "address": entry.address,
        "ward_key": place.ward_key,
        "old_ward_key": place.old_ward_key,
        "province_key": place.province_key,
        "latitude": point.lat if point else None,
        "longitude": point.lon if point else None,
        "point_is_ward": place.point_is_ward,
        "wheelchair": entry.wheelchair,
    }


def _offering_values(entry: Entry, key: OfferingKey) -> dict[str, Any]:
    return {
        "source_code": key[0],
        "external_id": key[1],
        "source_url": entry.source_url,
        "hotline_24h": entry.hotline_24h,
        "opening_hours": entry.opening_hours,
        "fees": entry.fees,
        "languages": list(entry.languages),
        "eligibility": entry.eligibility,
        "documents": entry.documents,
        "anonymous_ok": entry.anonymous_ok,
        "id_required": entry.id_required,
        "reports_to_police": entry.reports_to_police,
        "facts": list(entry.facts),
        "verified_on": entry.verified_on,
    }
