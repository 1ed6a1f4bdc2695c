"""Nested HSDS objects as the rows of a Tabular Data Package, and the rows as nested objects again. Pure.

Values stand as they are: a package is read by programs, and a telephone number begins with a plus sign.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from directory.interop.hsds.names import VERSION
from directory.interop.hsds.schemas import FILES, Field, fields

Json = dict[str, Any]
Tables = Mapping[str, list[Json]]

_TYPES = {"number": "number", "date": "date", "moment": "datetime"}
#: Table → what hangs on it: the field that nests it, its table, and the column that names the row it hangs on.
_CHILDREN: dict[str, tuple[tuple[str, str, str], ...]] = {
    "service": (
        ("phones", "phone", "service_id"),
        ("schedules", "schedule", "service_id"),
        ("languages", "language", "service_id"),
        ("cost_options", "cost_option", "service_id"),
        ("required_documents", "required_document", "service_id"),
        ("service_at_locations", "service_at_location", "service_id"),
        ("attributes", "attribute", "link_id"),
    ),
    "service_at_location": (
        ("phones", "phone", "service_at_location_id"),
        ("schedules", "schedule", "service_at_location_id"),
        ("service_areas", "service_area", "service_at_location_id"),
        ("attributes", "attribute", "link_id"),
    ),
    "service_area": (("attributes", "attribute", "link_id"),),
    "location": (
        ("addresses", "address", "location_id"),
        ("accessibility", "accessibility", "location_id"),
        ("phones", "phone", "location_id"),
        ("schedules", "schedule", "location_id"),
        ("attributes", "attribute", "link_id"),
    ),
    "organization": (("phones", "phone", "organization_id"),),
}
#: Table → the one row that it names: the field that nests it, its table, and the column with its id.
_PARENTS: dict[str, tuple[tuple[str, str, str], ...]] = {
    "service": (("organization", "organization", "organization_id"),),
    "service_at_location": (("location", "location", "location_id"),),
    "attribute": (("taxonomy_term", "taxonomy_term", "taxonomy_term_id"),),
}


def columns(table: str) -> list[Field]:
    """Return the columns of one of our tables."""
    return [one for one in fields(table) if one.object is None]


def rows_of(table: str, value: Json) -> Iterator[tuple[str, Json]]:
    """Yield the rows that an object and all that is nested in it make, each with its table."""
    row = {one.name: value[one.name] for one in columns(table) if one.name in value}
    for field in fields(table):
        nested = value.get(field.name)
        if field.object is None or nested is None:
            continue
        for one in nested if field.is_list else [nested]:
            yield from rows_of(field.object, one)
        if not field.is_list and any(column.name == f"{field.name}_id" for column in columns(table)):
            row[f"{field.name}_id"] = nested["id"]
    yield table, row


def data_package() -> Json:
    """Return the description of the package: its files, their columns, and what names what."""
    return {
        "profile": "tabular-data-package",
        "name": "human_services_data",
        "version": VERSION,
        "homepage": "https://docs.openreferral.org",
        "resources": [_resource(table, path) for table, path in FILES.items()],
    }


def _resource(table: str, path: str) -> Json:
    keys = [_foreign_key(one.name) for one in columns(table) if one.kind == "uuid" and one.name != "id"]
    return {
        "name": table,
        "path": path,
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": {
            "primaryKey": "id",
            "fields": [_column(one) for one in columns(table)],
            "foreignKeys": [key for key in keys if key["reference"]["resource"] in FILES],
        },
    }


def _column(one: Field) -> Json:
    constraints = {"required": one.is_required, "unique": one.name == "id"}
    shape = {"format": "uuid"} if one.kind == "uuid" else {}
    return {"name": one.name, "type": _TYPES.get(one.kind, "string"), **shape, "constraints": constraints}


def _foreign_key(column: str) -> Json:
    table = "taxonomy_term" if column == "parent_id" else column.removesuffix("_id")
    return {"fields": column, "reference": {"resource": table, "fields": "id"}}


def nested_services(tables: Tables) -> Iterator[Json]:
    """Yield the services of a package with all that hangs on them, as the API would nest them."""
    shelf = _Shelf(tables)
    for service in tables.get("service", []):
        yield shelf.nested("service", service)


class _Shelf:
    """The rows of a package by what they hang on."""

    def __init__(self, tables: Tables) -> None:
        self._by_id = {table: {row.get("id"): row for row in rows} for table, rows in tables.items()}
        self._hanging: dict[tuple[str, str, str], list[Json]] = defaultdict(list)
        for table, column in {(table, column) for held in _CHILDREN.values() for _, table, column in held}:
            for row in tables.get(table, []):
                if row.get(column):
                    self._hanging[table, column, row[column]].append(row)

    def nested(self, table: str, row: Json) -> Json:
        found = dict(row)
        for field, of, column in _PARENTS.get(table, ()):
            named = self._by_id.get(of, {}).get(row.get(column))
            if named is not None:
                found[field] = self.nested(of, named)
        for field, of, column in _CHILDREN.get(table, ()):
            if hanging := self._hanging.get((of, column, row.get("id", ""))):
                found[field] = [self.nested(of, one) for one in hanging]
        return found
