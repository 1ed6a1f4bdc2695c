"""An entry as one row of the import table: what an export writes, a form shows, history keeps and a correction names.

Reading such a row (``entry_reading.entry_of``, then ``placing.Placer``) gives back the values that it was made of.
"""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple, Self
from uuid import UUID

from directory.catalogue.cell_texts import (
    ATTRIBUTES_OF,
    UnitNames,
    offering_texts,
    provider_texts,
    service_texts,
    site_texts,
    text_of,
)
from directory.catalogue.columns import COLUMNS
from directory.catalogue.mapping import Row
from directory.catalogue.models import Offering, Provider, Service, Site
from directory.catalogue.rules import Visibility
from directory.catalogue.upkeep import PART_OF, Part
from directory.errors import Invalid
from directory.places.gazetteer import Gazetteer
from directory.places.queries import gazetteer
from directory.vietnamese import nfc

Cells = dict[str, str]
AnyPart = Provider | Site | Service | Offering

#: Cells that are typed one value to a line.
_SEVERAL = frozenset({"phones", "languages", "category", "facts"})
#: These are kept of an entry and are no columns of a file.
CLOSURE = ("closed_on", "reopens_on")
_SITE_VALUES, _SERVICE_VALUES, _OFFERING_VALUES = (
    sorted({name for names in ATTRIBUTES_OF[part].values() for name in names})
    for part in (Part.SITE, Part.SERVICE, Part.OFFERING)
)


class Versions(NamedTuple):
    """Which state of an entry's four parts somebody saw before she changed it."""

    provider: int
    site: int
    service: int
    offering: int

    @property
    def text(self) -> str:
        """As a hidden field of a form carries it: "3.1.2.7"."""
        return ".".join(map(str, self))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read what ``text`` wrote.

        Raises: Invalid, when it was tampered with.
        """
        numbers = text.split(".")
        if len(numbers) != len(cls._fields) or not all(re.fullmatch("[0-9]{1,9}", number) for number in numbers):
            raise Invalid("Biểu mẫu này đã cũ.", what_now="Hãy mở lại trang rồi làm lại.")
        return cls(*map(int, numbers))


def cells_of(offering: Offering) -> Cells:
    """Return every column of the import table, and ``closed_on`` and ``reopens_on``; "" where nothing is known."""
    site, service = offering.site, offering.service
    values = (
        {"external_id": offering.external_id, "source": offering.source_code}
        | provider_texts({"name": service.provider.name})
        | site_texts(_values(site, _SITE_VALUES), unit_names(gazetteer()))
        | service_texts(_values(service, _SERVICE_VALUES), [category.slug for category in service.categories])
        | offering_texts(_values(offering, _OFFERING_VALUES), [phone.shown for phone in offering.phones])
        | {column: text_of(getattr(offering, column)) for column in CLOSURE}
    )
    if site.visibility is Visibility.HIDDEN:
        # Of a hidden place only its telephone is told; the website of its service may stand for another place.
        values["website"] = ""
    return {column: values[column] for column in (*COLUMNS, *CLOSURE)}


def _values(row: AnyPart, names: Iterable[str]) -> dict[str, object]:
    return {name: getattr(row, name) for name in names}


@lru_cache(maxsize=2)
def unit_names(names: Gazetteer) -> UnitNames:
    """Return how units are written in cells; each is looked up once for each state of the units."""
    return UnitNames(names)


def row_of(cells: Mapping[str, str], line: int = 1) -> Row:
    """Return cells as a row that can be read."""
    return Row(line, {column: text for column in COLUMNS if (text := cells.get(column, ""))})


def clean(changes: Mapping[str, str]) -> Cells:
    """Return typed cells as a file would bring them: composed, without line breaks and spaces at the ends."""
    return {
        column: nfc(text.replace("\n", ";") if column in _SEVERAL else text).strip("; ")
        if column in _SEVERAL
        else nfc(text)
        for column, text in changes.items()
    }


def versions_of(offering: Offering) -> Versions:
    """Return the versions of the four parts as they were read."""
    parts = parts_of(offering)
    return Versions(*(parts[part].version for part in (Part.PROVIDER, Part.SITE, Part.SERVICE, Part.OFFERING)))


def parts_of(offering: Offering) -> dict[Part, AnyPart]:
    """Return the four rows that make an entry."""
    return {
        Part.PROVIDER: offering.service.provider,
        Part.SITE: offering.site,
        Part.SERVICE: offering.service,
        Part.OFFERING: offering,
    }


def uuids_of(offering: Offering) -> dict[Part, UUID]:
    """Return by which UUID history names each part."""
    return {part: row.uuid for part, row in parts_of(offering).items()}


def parts_changed(columns: Mapping[str, str]) -> set[Part]:
    """Return the parts that hold these columns."""
    return {PART_OF[column] for column in columns}
