"""Which entry a row of a file means, where people gave it another name, merged it, or keep its place back.

Changes what is wanted before anything is written: names that a coordinator gave, rows that stay out.
"""

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import select

from directory.catalogue.entries import Problem
from directory.catalogue.models import FormerPart
from directory.catalogue.operations.held import Held
from directory.catalogue.operations.kept_names import kept_back_among
from directory.catalogue.operations.upserts import Kept
from directory.catalogue.rules import Visibility
from directory.catalogue.wanted import OfferingKey, PartKey, ProviderKey, Wanted, WantedOffering
from directory.extensions import db
from directory.vietnamese import fold

#: An entry whose own record of hand edits names one of these was moved there by hand.
_MOVED = frozenset({"provider", "site", "service"})
_SITE_COLUMNS = (
    *("name", "visibility", "address", "ward_key", "old_ward_key", "province_key"),
    *("latitude", "longitude", "point_is_ward", "wheelchair"),
)


def leave_out(wanted: Wanted) -> Iterator[Problem]:
    """Take out rows of entries that were merged into others, and public rows of places that are kept back now."""
    merged = _merged(wanted)
    for key in sorted(merged):
        reason = "Mục này đã gộp vào một mục khác: dòng này được bỏ qua."
        yield Problem(wanted.offerings.pop(key).line, "", reason, is_warning=True)
    for key, now in sorted(kept_back_among(wanted.offerings).items()):
        one = wanted.offerings.pop(key)
        if wanted.sites[one.site]["visibility"] is Visibility.PUBLIC:
            reason = "Nơi này nay được giữ kín: dòng này được bỏ qua. Hãy xoá dòng này khỏi tệp của bạn."
            yield Problem(one.line, "visibility", reason, is_warning=True)
        elif now not in wanted.offerings:
            one.values["external_id"] = now[1]
            wanted.offerings[now] = one
    drop_unused(wanted)


def _merged(wanted: Wanted) -> set[OfferingKey]:
    statement = select(FormerPart.source_code, FormerPart.external_id).where(
        FormerPart.source_code.in_(wanted.sources), FormerPart.external_id.is_not(None)
    )
    former = {(source or "", name or "") for source, name in db.session.execute(statement)}
    return former & wanted.offerings.keys()


def drop_unused(wanted: Wanted) -> None:
    """Forget providers, sites and services that no entry of the file needs any more."""
    sites = {one.site for one in wanted.offerings.values()}
    services = {one.service for one in wanted.offerings.values()}
    providers = {key.provider for key in sites | services}
    wanted.sites = {key: values for key, values in wanted.sites.items() if key in sites}
    wanted.services = {key: values for key, values in wanted.services.items() if key in services}
    wanted.categories = {key: slugs for key, slugs in wanted.categories.items() if key in services}
    wanted.providers = {key: values for key, values in wanted.providers.items() if key in providers}


def go_by_present_names(wanted: Wanted, held: Held) -> None:
    """Let rows find providers and services that were renamed by hand, and entries that were moved by hand."""
    providers = _renamed(held.providers, lambda key, former: (key[0], former), "provider")
    if providers:
        _rename_providers(wanted, providers)
    provider_of = held.provider_key_by_id()
    services = {
        PartKey(provider_of[old[0]], old[1]): PartKey(provider_of[new[0]], new[1])
        for old, new in _renamed(held.services, lambda key, former: (key[0], former), "service").items()
    }
    if services:
        _rename_services(wanted, services)
    _stay_where_moved(wanted, held)


def _renamed(kept: Kept[Any], former_key: Callable[[Any, str], Any], column: str) -> dict[Any, Any]:
    """Return former key → present key of what goes by another name now, unless something else has that name."""
    renamed = {}
    for key, row in kept.values.items():
        said = row["by_hand"].get(column)
        if said and (old := former_key(key, fold(said))) not in kept.ids:
            renamed[old] = key
    return renamed


def _rename_providers(wanted: Wanted, renamed: dict[ProviderKey, ProviderKey]) -> None:
    def now(key: PartKey) -> PartKey:
        return PartKey(renamed.get(key.provider, key.provider), key.identity)

    wanted.providers = {renamed.get(key, key): values for key, values in wanted.providers.items()}
    wanted.sites = {now(key): values for key, values in wanted.sites.items()}
    wanted.services = {now(key): values for key, values in wanted.services.items()}
    wanted.categories = {now(key): slugs for key, slugs in wanted.categories.items()}
    for one in wanted.offerings.values():
        one.site, one.service = now(one.site), now(one.service)


def _rename_services(wanted: Wanted, renamed: dict[PartKey, PartKey]) -> None:
    wanted.services = {renamed.get(key, key): values for key, values in wanted.services.items()}
    wanted.categories = {renamed.get(key, key): slugs for key, slugs in wanted.categories.items()}
    for one in wanted.offerings.values():
        one.service = renamed.get(one.service, one.service)


def _stay_where_moved(wanted: Wanted, held: Held) -> None:
    """Leave entries at the place and service to which a merger or a split brought them."""
    site_of, service_of, provider_of = held.site_key_by_id(), held.service_key_by_id(), held.provider_key_by_id()
    has_moved = False
    for key, one in wanted.offerings.items():
        row = held.offerings.values.get(key)
        if row is None:
            continue
        site, service = site_of[row["site_id"]], service_of[row["service_id"]]
        if _MOVED.isdisjoint(row["by_hand"]) and provider_of[site[0]][0] == key[0]:
            continue
        has_moved = True
        one.site = PartKey(provider_of[site[0]], site[1])
        one.service = PartKey(provider_of[service[0]], service[1])
        _want_as_held(wanted, held, one)
    if has_moved:
        drop_unused(wanted)


def _want_as_held(wanted: Wanted, held: Held, one: WantedOffering) -> None:
    provider_id = held.providers.ids[one.site.provider]
    site = held.sites.values[provider_id, one.site.identity]
    service = held.services.values[provider_id, one.service.identity]
    wanted.providers.setdefault(one.site.provider, {"name": held.providers.values[one.site.provider]["name"]})
    wanted.sites.setdefault(one.site, {column: site[column] for column in _SITE_COLUMNS})
    wanted.services.setdefault(one.service, {name: service[name] for name in ("name", "description", "website")})
