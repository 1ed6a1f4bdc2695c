"""Writing what an import wants, from sources down to telephone numbers, and removing what nobody uses any more."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from geoalchemy2 import WKTElement
from sqlalchemy import ColumnElement, Table, and_, delete, exists, insert, select

from directory.catalogue.models import Offering, Phone, Provider, Service, Site, Source, service_category
from directory.catalogue.operations.changes import record_changes, take_turn
from directory.catalogue.operations.erasing import erase_for_good
from directory.catalogue.operations.upserts import Kept, Upserted, Values, in_chunks, kept_rows, upsert
from directory.catalogue.rules import Visibility
from directory.catalogue.values import PhoneNumber
from directory.catalogue.wanted import OfferingKey, PartKey, ProviderKey, Wanted
from directory.extensions import Model, db, table_of
from directory.places.models import SRID

#: A site or service in the database: the id of its provider and its identity there.
HeldKey = tuple[int, str]


@dataclass(frozen=True)
class Written:
    """How many offerings are new, and how many read differently from now on."""

    added: int
    updated: int


@dataclass
class _Held:
    """What the database holds of the sources of the file."""

    providers: Kept[ProviderKey]
    sites: Kept[HeldKey]
    services: Kept[HeldKey]
    offerings: Kept[OfferingKey]

    def site_key_by_id(self) -> dict[int, HeldKey]:
        return {row_id: key for key, row_id in self.sites.ids.items()}

    def service_key_by_id(self) -> dict[int, HeldKey]:
        return {row_id: key for key, row_id in self.services.ids.items()}


def write(wanted: Wanted) -> Written:
    """Bring the database to what is wanted, and say in the change feed which offerings read differently."""
    take_turn()
    _write_sources(wanted.sources)
    held = _read_held(set(wanted.sources))
    for new, old in wanted.former.items():
        held.offerings.rename(old, new)
    providers = _write_providers(wanted, held)
    sites = _write_sites(wanted, held, providers.ids)
    services = _write_services(wanted, held, providers.ids)
    offerings = _write_offerings(wanted, held, sites, services)
    affected = offerings.touched | _hanging_on(providers.changed, sites[0].changed, services[0].changed)
    _remove_left(wanted, held, sites[1], services[1])
    if _keeps_more_back(wanted, sites):
        erase_for_good()
    # Objects that were loaded before do not know what was written past them.
    db.session.expire_all()
    record_changes(affected)
    return Written(len(offerings.added), len(affected & set(offerings.ids.values())) - len(offerings.added))


def _write_sources(names: dict[str, str]) -> None:
    known = set(db.session.scalars(select(Source.code)))
    rows = [{"code": code, "name": name} for code, name in names.items() if code not in known]
    if rows:
        db.session.execute(insert(table_of(Source)), rows)


def _read_held(sources: set[str]) -> _Held:
    of_source = Provider.source_code.in_(sources)
    ours = select(Provider.id).where(of_source).scalar_subquery()
    return _Held(
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


def _write_providers(wanted: Wanted, held: _Held) -> Upserted[ProviderKey]:
    provider_key_by_id = {row_id: key for key, row_id in held.providers.ids.items()}
    site_key_by_id = held.site_key_by_id()
    moves = []
    for key, row in held.offerings.values.items():
        target = wanted.offerings.get(key)
        provider_id = site_key_by_id[row["site_id"]][0]
        moves.append((provider_key_by_id[provider_id], target.site.provider if target else None))
    held.providers.follow(moves, wanted.providers)
    rows = {key: values | {"source_code": key[0], "folded_name": key[1]} for key, values in wanted.providers.items()}
    return upsert(table_of(Provider), held.providers, rows)


def _held_key(key: PartKey, provider_ids: dict[ProviderKey, int]) -> HeldKey:
    return provider_ids[key.provider], key.identity


PartsWritten = tuple[Upserted[HeldKey], dict[PartKey, int]]


def _write_sites(wanted: Wanted, held: _Held, provider_ids: dict[ProviderKey, int]) -> PartsWritten:
    keys = {key: _held_key(key, provider_ids) for key in wanted.sites}
    rows = {
        keys[key]: values | {"provider_id": keys[key][0], "identity": key.identity}
        for key, values in wanted.sites.items()
    }
    now = held.site_key_by_id()
    held.sites.follow(
        (
            (now[row["site_id"]], keys[wanted.offerings[key].site] if key in wanted.offerings else None)
            for key, row in held.offerings.values.items()
        ),
        rows,
    )
    written = upsert(table_of(Site), held.sites, rows, following=_geometry)
    return written, {key: written.ids[held_key] for key, held_key in keys.items()}


def _geometry(values: Values) -> Values:
    is_known = values["visibility"] is Visibility.PUBLIC and values["latitude"] is not None
    wkt = f"POINT({values['longitude']} {values['latitude']})"
    return {"point": WKTElement(wkt, srid=SRID) if is_known else None}


def _write_services(wanted: Wanted, held: _Held, provider_ids: dict[ProviderKey, int]) -> PartsWritten:
    keys = {key: _held_key(key, provider_ids) for key in wanted.services}
    rows = {
        keys[key]: values | {"provider_id": keys[key][0], "folded_name": key.identity}
        for key, values in wanted.services.items()
    }
    now = held.service_key_by_id()
    held.services.follow(
        (
            (now[row["service_id"]], keys[wanted.offerings[key].service] if key in wanted.offerings else None)
            for key, row in held.offerings.values.items()
        ),
        rows,
    )
    slugs_now = _categories_now(held.services.ids.values())
    differ = {
        key for key in keys if set(wanted.categories[key]) != slugs_now.get(held.services.ids.get(keys[key], 0), set())
    }
    written = upsert(table_of(Service), held.services, rows, parts_differ={keys[key] for key in differ})
    _write_categories({written.ids[keys[key]]: wanted.categories[key] for key in differ})
    return written, {key: written.ids[held_key] for key, held_key in keys.items()}


def _categories_now(service_ids: Collection[int]) -> dict[int, set[str]]:
    slugs: dict[int, set[str]] = defaultdict(set)
    for ids in in_chunks(service_ids):
        condition = service_category.c.service_id.in_(ids)
        for service_id, slug in db.session.execute(select(service_category).where(condition)):
            slugs[service_id].add(slug)
    return slugs


def _write_categories(slugs: dict[int, tuple[str, ...]]) -> None:
    for ids in in_chunks(slugs):
        db.session.execute(delete(service_category).where(service_category.c.service_id.in_(ids)))
    rows = [{"service_id": row_id, "category_slug": slug} for row_id, several in slugs.items() for slug in several]
    if rows:
        db.session.execute(insert(service_category), rows)


def _write_offerings(wanted: Wanted, held: _Held, sites: PartsWritten, services: PartsWritten) -> Upserted[OfferingKey]:
    rows = {
        key: one.values | {"service_id": services[1][one.service], "site_id": sites[1][one.site]}
        for key, one in wanted.offerings.items()
    }
    now = _phones_now([held.offerings.ids[key] for key in rows if key in held.offerings.ids])
    differ = {
        key for key, one in wanted.offerings.items() if list(one.phones) != now.get(held.offerings.ids.get(key, 0), [])
    }
    written = upsert(table_of(Offering), held.offerings, rows, parts_differ=differ)
    _write_phones({written.ids[key]: wanted.offerings[key].phones for key in differ})
    return written


def _phones_now(offering_ids: Collection[int]) -> dict[int, list[PhoneNumber]]:
    phones: dict[int, list[PhoneNumber]] = defaultdict(list)
    for ids in in_chunks(offering_ids):
        statement = (
            select(Phone.offering_id, Phone.number, Phone.shown)
            .where(Phone.offering_id.in_(ids))
            .order_by(Phone.offering_id, Phone.position)
        )
        for offering_id, number, shown in db.session.execute(statement):
            phones[offering_id].append(PhoneNumber(number, shown))
    return phones


def _write_phones(phones: dict[int, tuple[PhoneNumber, ...]]) -> None:
    for ids in in_chunks(phones):
        db.session.execute(delete(table_of(Phone)).where(Phone.offering_id.in_(ids)))
    rows = [
        {"offering_id": offering_id, "position": position, "number": phone.number, "shown": phone.shown}
        for offering_id, numbers in phones.items()
        for position, phone in enumerate(numbers)
    ]
    if rows:
        db.session.execute(insert(table_of(Phone)), rows)


def _hanging_on(provider_ids: set[int], site_ids: set[int], service_ids: set[int]) -> set[int]:
    """Return the offerings that read differently because their provider, site or service does."""
    found: set[int] = set()
    for column, changed in (
        (Service.provider_id, provider_ids),
        (Offering.site_id, site_ids),
        (Offering.service_id, service_ids),
    ):
        for ids in in_chunks(changed):
            found.update(db.session.scalars(select(Offering.id).join(Service).where(column.in_(ids))))
    return found


def _keeps_more_back(wanted: Wanted, sites: PartsWritten) -> bool:
    """Whether some place is kept back that was not, or not so much, before."""
    return any(
        row_id in sites[0].touched
        for key, row_id in sites[1].items()
        if wanted.sites[key]["visibility"] is not Visibility.PUBLIC
    )


def _remove_left(wanted: Wanted, held: _Held, site_ids: dict[PartKey, int], service_ids: dict[PartKey, int]) -> None:
    """Remove the sites and services that offerings have moved away from, unless others still hang on them."""
    left_sites, left_services = set(), set()
    for key, one in wanted.offerings.items():
        before = held.offerings.values.get(key)
        if before is not None and before["site_id"] != site_ids[one.site]:
            left_sites.add(before["site_id"])
        if before is not None and before["service_id"] != service_ids[one.service]:
            left_services.add(before["service_id"])
    remove_without_offering(left_sites, left_services)


def remove_without_offering(site_ids: Collection[int], service_ids: Collection[int]) -> None:
    """Remove those of these sites and services that nothing hangs on, and their providers if nothing is left."""
    provider_ids: set[int] = set()
    for model, candidates in ((Site, site_ids), (Service, service_ids)):
        table = table_of(model)
        for ids in in_chunks(candidates):
            condition = table.c.id.in_(ids) & _hangs_on_nothing(table)
            provider_ids.update(db.session.scalars(select(table.c.provider_id).where(condition)))
            _delete_services_categories(table, condition)
            db.session.execute(delete(table).where(condition))
    for ids in in_chunks(provider_ids):
        db.session.execute(
            delete(table_of(Provider)).where(
                Provider.id.in_(ids),
                ~exists().where(Site.provider_id == Provider.id),
                ~exists().where(Service.provider_id == Provider.id),
            )
        )


def _hangs_on_nothing(table: Table) -> ColumnElement[bool]:
    """Whether no row of another table needs this one; a service's subjects go with it.

    Why over all tables: a slip or an account above the catalogue may need a site that has nothing to offer any more.
    """
    needing = [
        key.parent
        for other in Model.metadata.sorted_tables
        for key in other.foreign_keys
        if key.column.table is table and other is not service_category
    ]
    return and_(*(~exists().where(column == table.c.id) for column in needing))


def _delete_services_categories(table: Table, condition: ColumnElement[bool]) -> None:
    if table.name == "service":
        doomed = select(table.c.id).where(condition).scalar_subquery()
        db.session.execute(delete(service_category).where(service_category.c.service_id.in_(doomed)))
