"""What our objects consist of: one table, of which the JSON Schemas and the columns of the tabular package are made.

Each is stricter than the official schema: it allows only what we say. The profile is a set of JSON Merge Patches
(RFC 7386) of the official schemas, which say where we allow more or less.
"""

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

from directory import seed_files
from directory.interop.hsds.names import VERSION

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_LIST = "[]"
_CLOCK = r"^\d{2}:\d{2}\+07:00$"
_VALUES: dict[str, dict[str, Any]] = {
    "text": {"type": "string"},
    "uuid": {"type": "string", "format": "uuid"},
    "uri": {"type": "string", "format": "uri"},
    "date": {"type": "string", "format": "date"},
    "moment": {"type": "string", "format": "date-time"},
    "number": {"type": "number"},
    "clock": {"type": "string", "pattern": _CLOCK},
    "status": {"enum": ["active", "temporarily closed", "defunct"]},
    "place": {"enum": ["physical", "virtual"]},
    "visibility": {"enum": ["public", "partial", "hidden"]},
    "country": {"enum": ["VN", "ZZ"]},
    "link": {"enum": ["service_category", "fact", "detail"]},
    "action": {"enum": ["create", "update"]},
    "by": {"enum": ["coordinator", "import"]},
    "freq": {"enum": ["WEEKLY"]},
}

#: Object → its fields: "name:type", "!" for required; "name:object" and "name:object[]" are nested.
_FIELDS = {
    "organization": "id:uuid! name! description! locations:location[] services:service[] metadata:metadata[]",
    "service": (
        "id:uuid! organization_id:uuid name! description url:uri status:status! fees_description "
        "eligibility_description assured_date:date alert last_modified:moment! phones:phone[] schedules:schedule[] "
        "service_at_locations:service_at_location[] languages:language[] organization:organization "
        "cost_options:cost_option[] required_documents:required_document[] attributes:attribute[] metadata:metadata[]"
    ),
    "service_at_location": (
        "id:uuid! service_id:uuid! location_id:uuid! service_areas:service_area[] phones:phone[] "
        "schedules:schedule[] location:location service:service attributes:attribute[] metadata:metadata[]"
    ),
    "location": (
        "id:uuid! location_type:place! address_visibility:visibility! organization_id:uuid name latitude:number "
        "longitude:number addresses:address[] accessibility:accessibility[] attributes:attribute[] "
        "metadata:metadata[]"
    ),
    "address": ("id:uuid! location_id:uuid address_1! city! state_province! country:country! address_type:place!"),
    "phone": "id:uuid! service_id:uuid service_at_location_id:uuid number! type",
    "schedule": (
        "id:uuid! service_id:uuid service_at_location_id:uuid timezone:number wkst freq:freq interval:number byday "
        "description opens_at:clock closes_at:clock"
    ),
    "service_area": "id:uuid! service_at_location_id:uuid name! attributes:attribute[]",
    "required_document": "id:uuid! service_id:uuid document!",
    "cost_option": "id:uuid! service_id:uuid option currency! amount:number!",
    "language": "id:uuid! service_id:uuid name code!",
    "accessibility": "id:uuid! location_id:uuid description!",
    "attribute": (
        "id:uuid! link_id:uuid! taxonomy_term_id:uuid link_type:link! link_entity! value label! "
        "taxonomy_term:taxonomy_term"
    ),
    "taxonomy": "id:uuid! name! description! version!",
    "taxonomy_term": (
        "id:uuid! code! name! description! parent_id:uuid taxonomy! language! taxonomy_id:uuid! "
        "taxonomy_detail:taxonomy"
    ),
    "metadata": (
        "id:uuid! resource_id:uuid! resource_type! last_action_date:date! last_action_type:action! field_name! "
        "previous_value! replacement_value! updated_by:by!"
    ),
}

#: Object → its file in the tabular package, in the order of the standard.
FILES = {
    "organization": "organizations.csv",
    "service": "services.csv",
    "attribute": "attributes.csv",
    "service_at_location": "service_at_location.csv",
    "location": "locations.csv",
    "phone": "phones.csv",
    "address": "addresses.csv",
    "schedule": "schedules.csv",
    "service_area": "service_areas.csv",
    "required_document": "required_documents.csv",
    "language": "languages.csv",
    "accessibility": "accessibility.csv",
    "taxonomy_term": "taxonomy_terms.csv",
    "metadata": "metadata.csv",
    "cost_option": "cost_options.csv",
    "taxonomy": "taxonomies.csv",
}


@dataclass(frozen=True)
class Field:
    """One field of an object; ``object`` names what is nested in it."""

    name: str
    kind: str
    is_required: bool
    object: str | None
    is_list: bool


@cache
def fields(name: str) -> tuple[Field, ...]:
    """Return the fields of one of our objects, in the order of the standard."""
    return tuple(_field(text) for text in _FIELDS[name].split())


def _field(text: str) -> Field:
    name, _, kind = text.rstrip("!").partition(":")
    kind, is_list = kind.removesuffix(_LIST) or "text", kind.endswith(_LIST)
    return Field(name, kind, text.endswith("!"), kind if kind in _FIELDS else None, is_list)


def all_schemas(base: str) -> dict[str, Any]:
    """Return the JSON Schema of each of our objects by name; ``base`` is where ``/hsds/`` lies."""
    return {name: _schema(name, base) for name in _FIELDS}


def _schema(name: str, base: str) -> dict[str, Any]:
    return {
        "$schema": _DIALECT,
        "$id": f"{base}schema/{name}.json",
        "title": name,
        "type": "object",
        "properties": {one.name: _value(one) for one in fields(name)},
        "required": [one.name for one in fields(name) if one.is_required],
        "additionalProperties": False,
    }


def _value(one: Field) -> dict[str, Any]:
    value = {"$ref": f"{one.object}.json"} if one.object else _VALUES[one.kind]
    return {"type": "array", "items": value, "minItems": 1} if one.is_list else value


def patches() -> dict[str, Any]:
    """Return the merge patches of the profile, by the official schema that each changes."""
    folder = seed_files.SEED / "hsds_profile"
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))}


def profile(base: str) -> dict[str, Any]:
    """Return the documents of the profile by name: "profile" itself and each patch."""
    found = patches()
    index = {
        "name": "HSDS: sổ địa chỉ dịch vụ, Việt Nam",
        "extends": "https://docs.openreferral.org/en/3.1/",
        "version": VERSION,
        "description": (
            "Apply each patch (JSON Merge Patch, RFC 7386) to the official schema of that name. postal_code is not "
            "required, places say how much of them may be known, and what HSDS has no field for is an attribute of "
            "the taxonomy 'Thông tin thêm'."
        ),
        "patches": {name: f"{base}profile/{name}.json" for name in found},
        "schemas": {name: f"{base}schema/{name}.json" for name in _FIELDS},
        "parameters": {
            "proximity": "lat,lon,metres; or metres beside postcode. Only public places have a distance.",
            "postcode": "The five digits of a commune in force (GSO); its middle is the centroid.",
        },
        "taxonomies": f"{base}taxonomies",
    }
    return {"profile": index, **found}
