"""What one row of a spreadsheet says once it is read, and what can be wrong with a row. Pure."""

from dataclasses import dataclass
from datetime import date

from directory.catalogue.rules import Visibility
from directory.catalogue.values import PhoneNumber
from directory.places.rules import Point

#: A spreadsheet that names no source is a coordinator's own.
DEFAULT_SOURCE = "dieu-phoi"


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong (or, as a warning, odd) in one cell; ``value`` is absent when it may not be repeated."""

    line: int
    column: str
    reason: str
    value: str | None = None
    is_warning: bool = False

    def __str__(self) -> str:
        column = f', cột "{self.column}"' if self.column else ""
        value = f" (đang ghi: {self.value})" if self.value else ""
        return f"dòng {self.line}{column}: {self.reason}{value}"


@dataclass(frozen=True)
class Vocabulary:
    """The words that cells are checked against: folded form → slug."""

    categories: dict[str, str]
    facts: dict[str, str]
    sources: dict[str, str]


@dataclass(frozen=True, slots=True)
class Entry:
    """One row, read: what the catalogue will say, apart from the unit its place belongs to."""

    line: int
    source: str
    #: How the file wrote it: the name of a source that is new.
    source_name: str
    external_id: str | None
    provider: str
    service: str
    categories: tuple[str, ...]
    description: str | None
    site: str | None
    visibility: Visibility
    address: str | None
    ward: str | None
    province: str | None
    point: Point | None
    phones: tuple[PhoneNumber, ...]
    hotline_24h: bool | None
    website: str | None
    opening_hours: str | None
    fees: str | None
    languages: tuple[str, ...]
    eligibility: str | None
    documents: str | None
    anonymous_ok: bool | None
    id_required: bool | None
    reports_to_police: bool | None
    wheelchair: bool | None
    facts: tuple[str, ...]
    verified_on: date | None
    source_url: str | None
    #: The ``external_id`` of the entry while its place was told, where the file has another one for it now.
    former_id: str | None = None
    #: The address is none of Viet Nam: it has no ward and no point here.
    is_abroad: bool = False
