"""What an OpenStreetMap feature means to us: a table of tags, and how the others become columns of an import.

Pure. Source of the tags: https://wiki.openstreetmap.org/wiki/Map_features and /wiki/Key:healthcare (read 2026-11-22).

=====================================================  ==========================================  ==========
tags (the first line that fits decides)                subject, service                            visibility
=====================================================  ==========================================  ==========
social_facility=shelter; social_facility:for=abused…   tam-lanh, Nơi ở an toàn                     partial
social_facility:for=drug_addicted                      methadone, Hỗ trợ người dùng ma túy         public
social_facility:for=child, orphan, juvenile            bao-ve-tre-em, Chăm sóc trẻ em              public
amenity=social_facility (others)                       ho-tro-vat-chat, Trợ giúp xã hội            public
amenity=hospital; healthcare=hospital                  kham-benh (+ cap-cuu: emergency=yes)        public
amenity=pharmacy; healthcare=pharmacy                  nha-thuoc, Bán thuốc                        public
healthcare=counselling, psychotherapist; office=…      tu-van-tam-ly, Tư vấn tâm lý                public
healthcare=midwife, birthing_centre                    suc-khoe-sinh-san, Chăm sóc thai sản        public
emergency=ambulance_station                            cap-cuu, Xe cấp cứu                         public
amenity=clinic, doctors, dentist; healthcare=* (others) kham-benh, Khám bệnh                        public
amenity=police                                         cong-an, Trụ sở công an                     public
office=lawyer                                          tro-giup-phap-ly, Luật sư                   public
amenity=townhall; government=register_office           giay-to-tuy-than, Giấy tờ hành chính        public
office=employment_agency                               gioi-thieu-viec-lam, Giới thiệu việc làm    public
amenity=training, college                              day-nghe, Học nghề                          public
=====================================================  ==========================================  ==========

A line ``healthcare:speciality`` adds subjects (``_SPECIALITIES``). A partial place keeps its name, subject, telephone
and ward; its address, point, web page and OSM identifier, which leads to the point, are not taken over.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b

from directory.catalogue.discretion import reads_like_street
from directory.catalogue.rules import Visibility
from directory.places.rules import Point
from directory.vietnamese import nfc

SOURCE = "osm"
#: What OSM says in a way we cannot read stays out; the feature goes in.
LENIENT = frozenset({"phones", "website", "opening_hours", "languages"})

Tags = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Feature:
    """A node, way or relation with tags and a position."""

    #: "node/123"; None in a GeoJSON file that has lost it.
    osm_id: str | None
    point: Point
    tags: Tags


@dataclass(frozen=True, slots=True)
class Kind:
    """One line of the table: a feature with one of these tags offers this service."""

    tags: Mapping[str, frozenset[str]]
    category: str
    service: str
    visibility: Visibility = Visibility.PUBLIC


def _kind(category: str, service: str, visibility: Visibility = Visibility.PUBLIC, **tags: str) -> Kind:
    by_key = {key.replace("__", ":"): frozenset(values.split()) for key, values in tags.items()}
    return Kind(by_key, category, service, visibility)


#: "*" stands for any value.
KINDS = (
    _kind(
        "tam-lanh",
        "Nơi ở an toàn",
        Visibility.PARTIAL,
        social_facility="shelter",
        social_facility__for="abused victim woman women",
    ),
    _kind("methadone", "Hỗ trợ người dùng ma túy", social_facility__for="drug_addicted"),
    _kind("bao-ve-tre-em", "Chăm sóc trẻ em", social_facility__for="child children orphan juvenile"),
    _kind("ho-tro-vat-chat", "Trợ giúp xã hội", amenity="social_facility"),
    _kind("kham-benh", "Khám bệnh, chữa bệnh", amenity="hospital", healthcare="hospital"),
    _kind("nha-thuoc", "Bán thuốc", amenity="pharmacy", healthcare="pharmacy"),
    _kind("tu-van-tam-ly", "Tư vấn tâm lý", healthcare="counselling psychotherapist", office="counselling"),
    _kind("suc-khoe-sinh-san", "Chăm sóc thai sản", healthcare="midwife birthing_centre"),
    _kind("cap-cuu", "Xe cấp cứu", emergency="ambulance_station"),
    _kind("kham-benh", "Khám bệnh", amenity="clinic doctors dentist", healthcare="*"),
    _kind("cong-an", "Trụ sở công an", amenity="police"),
    _kind("tro-giup-phap-ly", "Luật sư", office="lawyer"),
    _kind("giay-to-tuy-than", "Giấy tờ hành chính", amenity="townhall", government="register_office"),
    _kind("gioi-thieu-viec-lam", "Giới thiệu việc làm", office="employment_agency"),
    _kind("day-nghe", "Học nghề", amenity="training college"),
)

_SPECIALITIES = {
    "gynaecology": "suc-khoe-sinh-san",
    "obstetrics": "suc-khoe-sinh-san",
    "venereology": "benh-lay-truyen-tinh-duc",
    "dermatovenereology": "benh-lay-truyen-tinh-duc",
    "psychiatry": "tu-van-tam-ly",
    "emergency": "cap-cuu",
}
_PHONE_KEYS = ("phone", "contact:phone", "mobile", "contact:mobile")
_GONE = ("disused", "abandoned", "demolished", "razed", "was")


def kind_of(tags: Tags) -> Kind | None:
    """Return what a feature offers, or None when it is nothing for the map (or no longer exists)."""
    if any(tags.get(key) == "yes" for key in _GONE):
        return None
    return next((kind for kind in KINDS if _fits(kind, tags)), None)


def _fits(kind: Kind, tags: Tags) -> bool:
    return any(
        key in tags and tags[key] != "no" and ("*" in values or not values.isdisjoint(_values(tags[key])))
        for key, values in kind.tags.items()
    )


def _values(text: str) -> list[str]:
    return [value.strip() for value in text.split(";")]


def name_of(tags: Tags) -> str:
    """Return the Vietnamese name, else the local one; empty when there is none."""
    return nfc(tags.get("name:vi") or tags.get("name") or tags.get("official_name") or "")


def gives_itself_away(kind: Kind, tags: Tags) -> bool:
    """Whether a kept-back feature has its address in its name, so that it cannot be taken over at all."""
    return kind.visibility is not Visibility.PUBLIC and reads_like_street(name_of(tags))


def cells_of(feature: Feature, kind: Kind) -> dict[str, str]:
    """Return the columns of a feature, without its place."""
    tags = feature.tags
    cells = {
        "provider": name_of(tags),
        "service": kind.service,
        "category": ";".join(_categories(kind, tags)),
        "phones": ";".join(tags[key] for key in _PHONE_KEYS if tags.get(key)),
        "opening_hours": _hours(kind, tags),
        "fees": "Miễn phí" if tags.get("fee") == "no" else "",
        "languages": ";".join(key.partition(":")[2] for key in tags if _is_spoken(key, tags)),
        "wheelchair": {"yes": "1", "designated": "1", "no": "0"}.get(tags.get("wheelchair", ""), ""),
        "visibility": kind.visibility.value,
        "source": SOURCE,
        "external_id": _external_id(feature, kind),
    }
    if kind.visibility is Visibility.PUBLIC:
        cells |= {
            "website": _first_of(tags, "website", "contact:website", "url"),
            "description": tags.get("description:vi") or tags.get("description", ""),
            "address": address_of(tags),
            "source_url": f"https://www.openstreetmap.org/{feature.osm_id}" if feature.osm_id else "",
        }
    return {column: text for column, value in cells.items() if (text := nfc(value))}


def _hours(kind: Kind, tags: Tags) -> str:
    """Return the hours; a comment in them may say where a kept-back place is, and then they stay out."""
    hours = tags.get("opening_hours", "")
    return hours if kind.visibility is Visibility.PUBLIC or not reads_like_street(hours) else ""


def _categories(kind: Kind, tags: Tags) -> list[str]:
    found = [kind.category]
    if kind.visibility is not Visibility.PUBLIC:
        return found
    if kind.category == "kham-benh" and tags.get("emergency") == "yes":
        found.append("cap-cuu")
    found += [_SPECIALITIES[one] for one in _values(tags.get("healthcare:speciality", "")) if one in _SPECIALITIES]
    return list(dict.fromkeys(found))


def _is_spoken(key: str, tags: Tags) -> bool:
    return key.startswith("language:") and tags[key] in ("yes", "main")


def _first_of(tags: Tags, *keys: str) -> str:
    return next((tags[key] for key in keys if tags.get(key)), "")


def _external_id(feature: Feature, kind: Kind) -> str:
    if feature.osm_id is None or kind.visibility is Visibility.PUBLIC:
        return feature.osm_id or ""
    return f"~{blake2b(feature.osm_id.encode(), digest_size=12).hexdigest()}"


def address_of(tags: Tags) -> str:
    """Return the address as written on the spot, with the former units that mappers give, without the province."""
    if tags.get("addr:full"):
        return tags["addr:full"]
    street = " ".join(filter(None, (tags.get("addr:housenumber"), tags.get("addr:street") or tags.get("addr:place"))))
    units = (tags.get("addr:hamlet"), tags.get("addr:subdistrict"), tags.get("addr:district"))
    return ", ".join(filter(None, (street, *units)))
