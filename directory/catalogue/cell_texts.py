"""The values of a provider, site, service or offering as the texts of a table's cells; reading them gives them back.

Pure: values are those of the columns of the database, the names of units come from the gazetteer.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from directory.catalogue.rules import Visibility
from directory.catalogue.upkeep import Part
from directory.places.gazetteer import Gazetteer, Resolution
from directory.places.units import Unit

Values = Mapping[str, Any]
Texts = dict[str, str]

_OFFERING_COLUMNS = (
    *("hotline_24h", "opening_hours", "fees", "languages", "eligibility", "documents", "anonymous_ok", "id_required"),
    *("reports_to_police", "facts", "source_url", "verified_on"),
)


def text_of(value: object) -> str:
    """Write one value as it would be typed: có/không, an ISO date, several values with ``;``, nothing as nothing."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "có" if value else "không"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return f"{value:.7f}".rstrip("0").rstrip(".")
    if isinstance(value, list | tuple):
        return ";".join(str(one) for one in value)
    return str(value)


def provider_texts(values: Values) -> Texts:
    """Return the cell of a provider."""
    return {"provider": text_of(values["name"])}


def service_texts(values: Values, slugs: Iterable[str]) -> Texts:
    """Return the cells of a service with these subjects."""
    return {
        "service": text_of(values["name"]),
        "category": text_of(list(slugs)),
        "description": text_of(values["description"]),
        "website": text_of(values["website"]),
    }


def site_texts(values: Values, names: "UnitNames") -> Texts:
    """Return the cells of a site; the point of its ward is nobody's statement and stays out."""
    has_point = not values["point_is_ward"]
    ward, province = names.cells(values["ward_key"], values["old_ward_key"], values["province_key"])
    return {
        "site": text_of(values["name"]),
        "visibility": Visibility(values["visibility"]).value,
        "address": text_of(values["address"]),
        "ward": ward,
        "province": province,
        "latitude": text_of(values["latitude"]) if has_point else "",
        "longitude": text_of(values["longitude"]) if has_point else "",
        "wheelchair": text_of(values["wheelchair"]),
    }


def offering_texts(values: Values, shown_phones: Iterable[str]) -> Texts:
    """Return the cells of an offering with these telephone numbers."""
    return {
        "phones": "; ".join(shown_phones),
        **{column: text_of(values[column]) for column in _OFFERING_COLUMNS},
    }


class UnitNames:
    """What a ward and a province are called so that the same units are read from it; else a ward goes by its code."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        self.cells = lru_cache(maxsize=20_000)(self._cells)

    def _cells(self, ward_key: str | None, old_ward_key: str | None, province_key: str | None) -> tuple[str, str]:
        units = self._gazetteer.atlas.units
        province = units[province_key].full_name if province_key else ""
        if ward_key is None:
            return "", province
        ward = units[ward_key]
        for name in self._names(ward, units[old_ward_key] if old_ward_key else None):
            if self._is_read_as(f"{name}, {province}", ward, old_ward_key):
                return name, province
        return ward.code, province

    def _names(self, ward: Unit, former: Unit | None) -> list[str]:
        units = self._gazetteer.atlas.units
        if former is None:
            return [ward.full_name]
        district = units.get(former.parent_key or "")
        return [former.full_name, *([f"{former.full_name}, {district.full_name}"] if district else [])]

    def _is_read_as(self, text: str, ward: Unit, old_ward_key: str | None) -> bool:
        found = [one for one in self._gazetteer.resolve(text) if one.kind in ("ward", "old-ward")]
        return len(found) == 1 and ward.code in found[0].ward_codes and _former_key(found[0]) == old_ward_key


def _former_key(found: Resolution) -> str | None:
    return next((key for key in found.unit_keys if key.startswith("old-ward:")), None)


#: Of each part, the attributes that a column's text is made of.
ATTRIBUTES_OF: dict[Part, dict[str, tuple[str, ...]]] = {
    Part.PROVIDER: {"provider": ("name",)},
    Part.SITE: {
        "site": ("name",),
        "visibility": ("visibility",),
        "address": ("address",),
        **dict.fromkeys(
            ("ward", "province", "latitude", "longitude"),
            ("ward_key", "old_ward_key", "province_key", "latitude", "longitude", "point_is_ward"),
        ),
        "wheelchair": ("wheelchair",),
    },
    Part.SERVICE: {"service": ("name",), "description": ("description",), "website": ("website",), "category": ()},
    Part.OFFERING: {"phones": (), **{column: (column,) for column in _OFFERING_COLUMNS}},
}
