"""Removing what nothing hangs on any more: sites and services that entries have moved away from, and their history."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, Table, and_, delete, exists, select

from directory.catalogue.models import FieldChange, Provider, Service, Site, service_category
from directory.catalogue.operations.held import Held
from directory.catalogue.operations.upserts import in_chunks
from directory.catalogue.wanted import PartKey, Wanted
from directory.extensions import Model, db, table_of


def remove_left(wanted: Wanted, held: Held, site_ids: dict[PartKey, int], service_ids: dict[PartKey, int]) -> None:
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
            # Of a place that is no more nothing is shown, and nobody would think of erasing it later.
            doomed = select(table.c.uuid).where(condition)
            db.session.execute(delete(table_of(FieldChange)).where(FieldChange.part_uuid.in_(doomed)))
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
