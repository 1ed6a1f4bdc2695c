"""The interface in OpenAPI 3.1, made from the same table as the schemas."""

from typing import Any

from directory.interop.hsds.names import VERSION

Json = dict[str, Any]

_COMMON = "search page per_page format"
_OF_ENTRIES = "taxonomy_term_id taxonomy_id modified_after full postcode proximity"
_LISTS = {
    "services": (
        "service",
        f"{_COMMON} {_OF_ENTRIES} organization_id minimal",
    ),
    "organizations": (
        "organization",
        f"{_COMMON} {_OF_ENTRIES}",
    ),
    "service_at_locations": (
        "service_at_location",
        f"{_COMMON} {_OF_ENTRIES} organization_id",
    ),
    "taxonomies": ("taxonomy", _COMMON),
    "taxonomy_terms": ("taxonomy_term", f"{_COMMON} taxonomy_id top_only parent_id"),
}
_PARAMETERS: dict[str, tuple[Json, str]] = {
    "search": ({"type": "string", "maxLength": 100}, "Words in Vietnamese, with or without marks."),
    "page": ({"type": "integer", "minimum": 1}, "Page number, from 1."),
    "per_page": ({"type": "integer", "minimum": 1, "maximum": 100, "default": 20}, "Objects in a page."),
    "format": ({"enum": ["json", "ndjson"]}, "ndjson streams every object, one in a line, without pages."),
    "taxonomy_term_id": ({"type": "string", "format": "uuid"}, "Has this subject, one below it, or this fact."),
    "taxonomy_id": ({"type": "string", "format": "uuid"}, "Has any term of this taxonomy."),
    "organization_id": ({"type": "string", "format": "uuid"}, "Is of this organization."),
    "modified_after": ({"type": "string", "format": "date-time"}, "Changed at or after this moment or day."),
    "minimal": ({"type": "boolean"}, "Only id, name, status and last_modified."),
    "full": ({"type": "boolean"}, "Fully nested objects."),
    "postcode": ({"type": "string", "pattern": r"^\d{5}$"}, "Code of a commune in force (GSO): its middle."),
    "proximity": ({"type": "string"}, "lat,lon,metres; beside postcode: metres. Public places only."),
    "top_only": ({"type": "boolean"}, "Only terms without a parent."),
    "parent_id": ({"type": "string", "format": "uuid"}, "Only terms under this one."),
}
_PAGE: Json = {
    "type": "object",
    "properties": {
        **{name: {"type": "integer"} for name in ("total_items", "total_pages", "page_number", "size")},
        **{name: {"type": "boolean"} for name in ("first_page", "last_page", "empty")},
    },
    "required": ["empty"],
}
_ERROR: Json = {
    "type": "object",
    "properties": {"error": {"type": "string"}, "what_now": {"type": "string"}},
    "required": ["error"],
}


def document(base: str) -> Json:
    """Return the whole document; ``base`` is where ``/hsds/`` lies."""
    paths: Json = {"/": {"get": _operation("api_information", "About this API", _about(), [])}}
    for path, (schema, names) in _LISTS.items():
        paths[f"/{path}"] = {"get": _list(path, schema, names.split(), base)}
        paths[f"/{path}/{{id}}"] = {"get": _one(path, schema, base)}
    return {
        "openapi": "3.1.0",
        "info": {"title": "HSDS API", "version": VERSION, "summary": "Service directory, read only"},
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "servers": [{"url": base.rstrip("/")}],
        "paths": paths,
        "components": {"schemas": {"Page": _PAGE, "Error": _ERROR}, "parameters": _parameters()},
    }


def _parameters() -> Json:
    return {
        name: {"name": name, "in": "query", "required": False, "description": said, "schema": schema}
        for name, (schema, said) in _PARAMETERS.items()
    }


def _list(path: str, schema: str, names: list[str], base: str) -> Json:
    contents = {"type": "array", "items": {"$ref": f"{base}schema/{schema}.json"}}
    answer = {
        "allOf": [
            {"$ref": "#/components/schemas/Page"},
            {"type": "object", "properties": {"contents": contents}, "required": ["contents"]},
        ]
    }
    refs = [{"$ref": f"#/components/parameters/{name}"} for name in names]
    return _operation(f"list_{path}", f"A page of {path}", answer, refs)


def _one(path: str, schema: str, base: str) -> Json:
    part = {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}
    operation = _operation(f"get_{schema}", f"One of {path}", {"$ref": f"{base}schema/{schema}.json"}, [part])
    operation["responses"] |= {
        "301": {"description": "It was merged into another one."},
        "404": {"description": "There is no such object.", **_json({"$ref": "#/components/schemas/Error"})},
    }
    return operation


def _about() -> Json:
    names = ("version", "profile", "openapi_url")
    return {"type": "object", "properties": {name: {"type": "string"} for name in names}, "required": list(names)}


def _operation(name: str, said: str, answer: Json, parameters: list[Json]) -> Json:
    return {
        "operationId": name,
        "summary": said,
        "parameters": parameters,
        "responses": {
            "200": {"description": said, **_json(answer)},
            "304": {"description": "Nothing has changed since the ETag of If-None-Match."},
            "400": {"description": "A parameter cannot be read.", **_json({"$ref": "#/components/schemas/Error"})},
        },
    }


def _json(schema: Json) -> Json:
    return {"content": {"application/json": {"schema": schema}}}
