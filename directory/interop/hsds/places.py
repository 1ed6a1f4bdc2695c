"""A site as an HSDS location. Of a place that is kept back nothing is here that the database does not tell, either.

Why looked at again although the database refuses to hold more: two locks on the one door that must not open.
"""

from collections.abc import Mapping
from typing import Any

from directory.catalogue.models import Site
from directory.catalogue.rules import Visibility
from directory.interop.hsds.names import details, own_id
from directory.places.units import Unit
from directory.places.wording import province_name

#: ISO 3166 keeps ZZ for "unknown": an address of which nobody knows where it lies.
NO_COUNTRY = "ZZ"
COUNTRY = "VN"
_ACCESS = {True: "Đi được xe lăn", False: "Xe lăn không vào được"}

Units = Mapping[str, Unit]


def location(site: Site, units: Units) -> dict[str, Any]:
    """Return the location with its address, its accessibility and what is told of its ward."""
    of = str(site.uuid)
    is_hidden, is_public = site.visibility is Visibility.HIDDEN, site.visibility is Visibility.PUBLIC
    found: dict[str, Any] = {"id": of, "location_type": "virtual" if is_hidden else "physical"}
    found |= {"organization_id": str(site.provider.uuid), "address_visibility": site.visibility.value}
    if is_hidden:
        return found
    if site.name:
        found["name"] = site.name
    if is_public and site.latitude is not None and site.longitude is not None:
        found |= {"latitude": site.latitude, "longitude": site.longitude}
    if addresses := _addresses(site, units):
        found["addresses"] = addresses
    if site.wheelchair is not None:
        access = {"id": own_id("accessibility", of), "location_id": of, "description": _ACCESS[site.wheelchair]}
        found["accessibility"] = [access]
    if told := details("location", of, _details(site, units)):
        found["attributes"] = told
    return found


def _addresses(site: Site, units: Units) -> list[dict[str, Any]]:
    ward, province = units.get(site.ward_key or ""), units.get(site.province_key or "")
    street = site.address if site.visibility is Visibility.PUBLIC else None
    if not street and not ward:
        return []
    of = str(site.uuid)
    ward_name = ward.full_name if ward else ""
    return [
        {
            "id": own_id("address", of),
            "location_id": of,
            "address_1": street or ward_name,
            "city": ward_name,
            "state_province": province_name(province) if province else "",
            "country": COUNTRY if ward or province else NO_COUNTRY,
            "address_type": "physical",
        }
    ]


def _details(site: Site, units: Units) -> dict[str, object]:
    ward, former = units.get(site.ward_key or ""), units.get(site.old_ward_key or "")
    province = units.get(site.province_key or "")
    return {
        "wheelchair": site.wheelchair,
        "ward_code": ward.code if ward else None,
        "province_code": province.code if province else None,
        "former_ward_code": former.code if former else None,
        "former_ward": _former_name(former, units) if former else None,
        "point_is_ward": True if site.point_is_ward and site.visibility is Visibility.PUBLIC else None,
    }


def _former_name(former: Unit, units: Units) -> str:
    names, unit = [former.full_name], former
    while unit.parent_key:
        unit = units[unit.parent_key]
        names.append(unit.full_name)
    return ", ".join(names)


def service_areas(site: Site, of: str, units: Units) -> list[dict[str, Any]]:
    """Return the province of a hidden place, which is all that may be known of where it is."""
    province = units.get(site.province_key or "")
    if site.visibility is not Visibility.HIDDEN or province is None:
        return []
    name = province_name(province)
    area = {"id": own_id("service_area", of), "service_at_location_id": of, "name": name}
    return [area | {"attributes": details("service_area", area["id"], {"province_code": province.code})}]
