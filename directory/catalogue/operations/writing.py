"""Writing what an import wants, from sources down to telephone numbers, and removing what nobody uses any more."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import TypeVar

from geoalchemy2 import WKTElement
from sqlalchemy import delete, insert, select

from directory.accounts.rules import Actor
from directory.catalogue.entries import Problem
from directory.catalogue.models import Offering, Phone, Provider, Service, Site, Source, service_category
from directory.catalogue.operations.along import Along, Before, going_along
from directory.catalogue.operations.changes import record_changes
from directory.catalogue.operations.erasing import erase_for_good, forget_places, keep_digest
from directory.catalogue.operations.held import Held, HeldKey, read_held
from directory.catalogue.operations.import_history import ImportHistory
from directory.catalogue.operations.leaving import remove_left
from directory.catalogue.operations.recognising import go_by_present_names
from directory.catalogue.operations.respecting import Respect, State
from directory.catalogue.operations.upserts import Kept, Upserted, Values, in_chunks, upsert
from directory.catalogue.rules import Visibility
from directory.catalogue.seed_tables import category_order
from directory.catalogue.upkeep import Part, is_protected
from directory.catalogue.values import PhoneNumber
from directory.catalogue.wanted import OfferingKey, PartKey, ProviderKey, Wanted
from directory.extensions import db, table_of
from directory.places.models import SRID

K = TypeVar("K")
#: What tells more stands first.
_TELLING = (Visibility.PUBLIC, Visibility.PARTIAL, Visibility.HIDDEN)


@dataclass(frozen=True)
class Written:
    """How many offerings are new, how many read differently from now on, and what was to be said of it."""

    added: int
    updated: int
    #: By the line of the file.
    new_lines: frozenset[int]
    changed_lines: frozenset[int]
    #: Lines that add or change what only two coordinators may.
    protected_lines: frozenset[int]
    problems: list[Problem]


@dataclass
class _Work:
    """One import under way."""

    wanted: Wanted
    held: Held
    respect: Respect
    history: ImportHistory
    #: Before and after, as far as the file touches them.
    slugs_before: dict[int, tuple[str, ...]] = field(default_factory=dict)
    slugs_after: dict[PartKey, tuple[str, ...]] = field(default_factory=dict)
    visibility_after: dict[PartKey, Visibility] = field(default_factory=dict)

    def visibility_before(self) -> dict[OfferingKey, Visibility]:
        """Return how much was told of the place of each entry that the database has."""
        of_site = {row["id"]: row["visibility"] for row in self.held.sites.values.values()}
        return {key: of_site[row["site_id"]] for key, row in self.held.offerings.values.items()}

    def keep(self, part: Part, held: "Kept[K]", rows: "dict[K, Values]") -> "dict[K, Values]":
        """Return the rows with what was changed by hand, and note what differs from now on."""
        for key in rows.keys() & held.values.keys():
            before = State(held.values[key])
            after = self.respect.keep(part, before, State(rows[key]))
            rows[key] = dict(after.values)
            self.history.note(part, before, after)
        return rows


def write(wanted: Wanted, actor: Actor) -> Written:
    """Bring the database to what is wanted, and say in the change feed which offerings read differently.

    The caller has taken her turn.
    """
    _write_sources(wanted.sources)
    held = read_held(set(wanted.sources))
    for new, old in wanted.former.items():
        held.offerings.rename(old, new)
    go_by_present_names(wanted, held)
    work = _Work(wanted, held, Respect(wanted, held), ImportHistory())
    providers = _write_providers(work)
    sites = _write_sites(work, providers.ids)
    services = _write_services(work, providers.ids)
    offerings = _write_offerings(work, sites, services)
    affected = offerings.touched | _hanging_on(providers.changed, sites[0].changed, services[0].changed)
    along = going_along(
        actor,
        affected - set(offerings.ids.values()),
        _lines_of_changed(work, (providers, sites, services)),
        Before(work.slugs_before, {row["id"]: row["visibility"] for row in held.sites.values.values()}),
    )
    remove_left(wanted, held, sites[1], services[1])
    work.respect.note()
    work.history.write(actor)
    _keep_back(work, sites)
    # Objects that were loaded before do not know what was written past them.
    db.session.expire_all()
    record_changes(affected)
    return _written(work, offerings, affected, along)


def _lines_of_changed(
    work: _Work, parts: "tuple[Upserted[ProviderKey], PartsWritten, PartsWritten]"
) -> dict[tuple[Part, int], int]:
    """Return the first line that shows each part which others may share and the file changed."""
    providers, (sites, site_ids), (services, service_ids) = parts
    lines: dict[tuple[Part, int], int] = {}
    for one in work.wanted.offerings.values():
        ids = {
            Part.PROVIDER: (providers.ids[one.site.provider], providers.changed),
            Part.SITE: (site_ids[one.site], sites.changed),
            Part.SERVICE: (service_ids[one.service], services.changed),
        }
        for part, (row_id, changed) in ids.items():
            if row_id in changed:
                lines.setdefault((part, row_id), one.line)
    return lines


def _written(work: _Work, offerings: Upserted[OfferingKey], affected: set[int], along: Along) -> Written:
    lines: dict[str, set[int]] = {"new": set(), "changed": set(), "protected": set()}
    visibility_before = work.visibility_before()
    for key, one in work.wanted.offerings.items():
        row_id, before = offerings.ids[key], work.held.offerings.values.get(key)
        if row_id not in affected:
            continue
        lines["new" if row_id in offerings.added else "changed"].add(one.line)
        states = [(work.slugs_after[one.service], work.visibility_after[one.site])]
        if before is not None:
            states.append((work.slugs_before.get(before["service_id"], ()), visibility_before[key]))
        if any(is_protected(slugs, visibility) for slugs, visibility in states):
            lines["protected"].add(one.line)
    return Written(
        added=len(offerings.added),
        updated=len(lines["changed"]),
        new_lines=frozenset(lines["new"]),
        changed_lines=frozenset(lines["changed"]),
        protected_lines=frozenset(lines["protected"]) | along.protected_lines,
        problems=[*work.respect.problems, *along.problems],
    )


def _write_sources(names: dict[str, str]) -> None:
    known = set(db.session.scalars(select(Source.code)))
    rows = [{"code": code, "name": name} for code, name in names.items() if code not in known]
    if rows:
        db.session.execute(insert(table_of(Source)), rows)


def _write_providers(work: _Work) -> Upserted[ProviderKey]:
    wanted, held = work.wanted, work.held
    provider_key_by_id = held.provider_key_by_id()
    site_key_by_id = held.site_key_by_id()
    moves = []
    for key, row in held.offerings.values.items():
        target = wanted.offerings.get(key)
        provider_id = site_key_by_id[row["site_id"]][0]
        moves.append((provider_key_by_id[provider_id], target.site.provider if target else None))
    held.providers.follow(moves, wanted.providers)
    rows = {key: values | {"source_code": key[0], "folded_name": key[1]} for key, values in wanted.providers.items()}
    return upsert(table_of(Provider), held.providers, work.keep(Part.PROVIDER, held.providers, rows))


def _held_key(key: PartKey, provider_ids: dict[ProviderKey, int]) -> HeldKey:
    return provider_ids[key.provider], key.identity


PartsWritten = tuple[Upserted[HeldKey], dict[PartKey, int]]


def _write_sites(work: _Work, provider_ids: dict[ProviderKey, int]) -> PartsWritten:
    wanted, held = work.wanted, work.held
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
    rows = work.keep(Part.SITE, held.sites, rows)
    work.visibility_after = {key: rows[held_key]["visibility"] for key, held_key in keys.items()}
    written = upsert(table_of(Site), held.sites, rows, following=_geometry)
    return written, {key: written.ids[held_key] for key, held_key in keys.items()}


def _geometry(values: Values) -> Values:
    is_known = values["visibility"] is Visibility.PUBLIC and values["latitude"] is not None
    wkt = f"POINT({values['longitude']} {values['latitude']})"
    return {"point": WKTElement(wkt, srid=SRID) if is_known else None}


def _write_services(work: _Work, provider_ids: dict[ProviderKey, int]) -> PartsWritten:
    wanted, held = work.wanted, work.held
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
    work.slugs_before = before = _categories_now(held.services.ids.values())
    slugs: dict[HeldKey, tuple[str, ...]] = {}
    for key, held_key in keys.items():
        slugs_now = before.get(held.services.ids.get(held_key, 0), ())
        # An entry that was moved by hand to this service says nothing of its subjects.
        slugs[held_key] = _keep_service(work, held_key, rows, slugs_now, wanted.categories.get(key, slugs_now))
    work.slugs_after = {key: slugs[held_key] for key, held_key in keys.items()}
    differ = {
        key for key, several in slugs.items() if set(several) != set(before.get(held.services.ids.get(key, 0), ()))
    }
    written = upsert(table_of(Service), held.services, rows, parts_differ=differ)
    _write_categories({written.ids[key]: slugs[key] for key in differ})
    return written, {key: written.ids[held_key] for key, held_key in keys.items()}


def _keep_service(
    work: _Work, key: HeldKey, rows: dict[HeldKey, Values], now: tuple[str, ...], stated: tuple[str, ...]
) -> tuple[str, ...]:
    """Keep what was changed by hand of one service, and return the subjects that it is to have."""
    in_order = tuple(sorted(stated, key=category_order().__getitem__))
    if key not in work.held.services.values:
        return stated
    before = State(work.held.services.values[key], slugs=now)
    after = work.respect.keep(Part.SERVICE, before, State(rows[key], slugs=in_order))
    rows[key] = dict(after.values)
    work.history.note(Part.SERVICE, before, after)
    return after.slugs


def _categories_now(service_ids: Collection[int]) -> dict[int, tuple[str, ...]]:
    """Return the subjects of services, in the order of the tree."""
    order = category_order()
    slugs: dict[int, list[str]] = defaultdict(list)
    for ids in in_chunks(service_ids):
        condition = service_category.c.service_id.in_(ids)
        for service_id, slug in db.session.execute(select(service_category).where(condition)):
            slugs[service_id].append(slug)
    return {service_id: tuple(sorted(several, key=order.__getitem__)) for service_id, several in slugs.items()}


def _write_categories(slugs: dict[int, tuple[str, ...]]) -> None:
    for ids in in_chunks(slugs):
        db.session.execute(delete(service_category).where(service_category.c.service_id.in_(ids)))
    rows = [{"service_id": row_id, "category_slug": slug} for row_id, several in slugs.items() for slug in several]
    if rows:
        db.session.execute(insert(service_category), rows)


def _write_offerings(work: _Work, sites: PartsWritten, services: PartsWritten) -> Upserted[OfferingKey]:
    held = work.held.offerings
    rows: dict[OfferingKey, Values] = {}
    phones: dict[OfferingKey, tuple[PhoneNumber, ...]] = {}
    now = _phones_now([held.ids[key] for key in work.wanted.offerings if key in held.ids])
    for key, one in work.wanted.offerings.items():
        values = one.values | {"service_id": services[1][one.service], "site_id": sites[1][one.site]}
        rows[key], phones[key] = values, one.phones
        if key in held.values:
            before = State(held.values[key], phones=tuple(now.get(held.ids[key], ())))
            after = work.respect.keep(Part.OFFERING, before, State(values, phones=one.phones))
            rows[key], phones[key] = dict(after.values), after.phones
            work.history.note(Part.OFFERING, before, after)
    differ = {key for key, numbers in phones.items() if list(numbers) != now.get(held.ids.get(key, 0), [])}
    written = upsert(table_of(Offering), held, rows, parts_differ=differ)
    _write_phones({written.ids[key]: phones[key] for key in differ})
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


def _keep_back(work: _Work, sites: PartsWritten) -> None:
    """Erase what is left of places that are told less from now on than before."""
    touched = {row_id for key, row_id in sites[1].items() if work.visibility_after[key] is not Visibility.PUBLIC}
    if touched & sites[0].touched:
        erase_for_good()
    before = work.visibility_before()
    hidden = {
        sites[1][one.site]
        for key, one in work.wanted.offerings.items()
        if key in before and _TELLING.index(work.visibility_after[one.site]) > _TELLING.index(before[key])
    }
    if hidden:
        forget_places(hidden)
    for key, former in work.wanted.former.items():
        if key in work.held.offerings.ids and key != former:
            keep_digest(work.held.offerings.ids[key], *former)
