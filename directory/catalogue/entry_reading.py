"""One row of a spreadsheet becomes an entry, or the list of what is wrong with it.

Pure: the vocabulary and today's date are arguments; places are looked up later, in ``operations``.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from functools import partial
from typing import TypeVar

from directory.catalogue.columns import PLACE_COLUMNS
from directory.catalogue.discretion import link_reads_like_street, reads_like_address, reads_like_street
from directory.catalogue.entries import Entry, Problem, Vocabulary
from directory.catalogue.mapping import Row
from directory.catalogue.reasons import Reason
from directory.catalogue.rules import ILLUSTRATIVE_SOURCE, Visibility
from directory.catalogue.values import (
    PhoneNumber,
    Unreadable,
    read_boolean,
    read_coordinate,
    read_date,
    read_hours,
    read_languages,
    read_phones,
    read_website,
    several,
)
from directory.places.rules import Point
from directory.vietnamese import fold

T = TypeVar("T")

LONGEST_NAME = 300
LONGEST_TEXT = 5_000

_NO_SUBJECT = "Không có chủ đề này trong danh sách; nhiều chủ đề thì cách nhau bằng dấu chấm phẩy."
_NO_FACT = "Không có đặc điểm này trong danh sách; nhiều đặc điểm thì cách nhau bằng dấu chấm phẩy."
_NAMES = ("provider", "service", "site", "source", "external_id")
_TEXTS = ("description", "address", "ward", "province", "fees", "eligibility", "documents")
#: What may be read by everybody, so what may not give a kept-back place away.
_LINKS = ("website", "source_url")
_TOLD = (
    *("provider", "service", "site", "description", "fees", "eligibility", "documents", "opening_hours", "source"),
    *_LINKS,
)
_VISIBILITIES = {
    "public": Visibility.PUBLIC,
    "cong khai": Visibility.PUBLIC,
    "partial": Visibility.PARTIAL,
    "mot phan": Visibility.PARTIAL,
    "chi phuong": Visibility.PARTIAL,
    "chi phuong xa": Visibility.PARTIAL,
    "hidden": Visibility.HIDDEN,
    "kin": Visibility.HIDDEN,
    "giu kin": Visibility.HIDDEN,
    "an": Visibility.HIDDEN,
}


@dataclass(frozen=True)
class ReadingRules:
    """What the reading of every row of one file has in common."""

    vocabulary: Vocabulary
    today: date
    default_source: str
    #: Columns whose unreadable values stay out with a warning, instead of making a bad row.
    lenient: frozenset[str] = frozenset()


@dataclass
class _Reading:
    """The reading of one row: collects its problems and knows whether its values may be repeated."""

    row: Row
    rules: ReadingRules
    visibility: Visibility = Visibility.PUBLIC
    may_repeat: bool = True
    problems: list[Problem] = field(default_factory=list)
    #: Columns that give a kept-back place away: no mapping makes a warning of that.
    tells: set[str] = field(default_factory=set)

    def get(self, column: str) -> str | None:
        return self.row.cells.get(column)

    def read(self, column: str, reader: Callable[[str], T]) -> T | None:
        text = self.get(column)
        if text is None:
            return None
        try:
            return reader(text)
        except Unreadable as error:
            self.complain(column, error.reason, shows_value=True)
            return None

    def boolean(self, column: str) -> bool | None:
        return self.read(column, read_boolean)

    def complain(self, column: str, reason: str, *, shows_value: bool = False, is_warning: bool = False) -> None:
        value = self.get(column) if shows_value and self.may_repeat else None
        leaves_out = column in self.rules.lenient and column not in self.tells
        if leaves_out and not is_warning:
            reason = Reason.joined(reason, "Giá trị này được bỏ qua.")
        shown = value if value is None or len(value) <= 80 else f"{value[:80]}…"
        self.problems.append(Problem(self.row.line, column, reason, shown, is_warning=is_warning or leaves_out))

    def tell(self, column: str, reason: str) -> None:
        """Complain of a cell that gives the place away."""
        self.tells.add(column)
        self.complain(column, reason)

    @property
    def is_bad(self) -> bool:
        return any(not problem.is_warning for problem in self.problems)


def entry_of(row: Row, rules: ReadingRules) -> tuple[Entry | None, list[Problem]]:
    """Read a row; without an entry it is a bad row, and the problems say why."""
    reading = _Reading(row, rules)
    _read_visibility(reading)
    _check_shape(reading)
    _check_required(reading)
    _check_discretion(reading)
    entry = _entry(reading)
    return (None if reading.is_bad else entry), reading.problems


def _read_visibility(reading: _Reading) -> None:
    text = reading.get("visibility")
    if text is None:
        return
    known = _VISIBILITIES.get(fold(text))
    # What somebody meant to keep back, however it was spelt, is not repeated.
    reading.may_repeat = known is Visibility.PUBLIC
    if known is None:
        reading.complain("visibility", "Chỉ ghi “public” (công khai), “partial” (chỉ phường xã), “hidden” (giữ kín).")
    else:
        reading.visibility = known


def _check_shape(reading: _Reading) -> None:
    if reading.row.has_extra_cells:
        reading.complain("", "Dòng có nhiều ô hơn số cột: có thể thiếu dấu ngoặc kép quanh một ô.")
    for column in _NAMES:
        if len(reading.get(column) or "") > LONGEST_NAME:
            reading.complain(column, Reason("Dài hơn %(most)s chữ cái.", most=LONGEST_NAME))
    for column in _TEXTS:
        if len(reading.get(column) or "") > LONGEST_TEXT:
            reading.complain(column, Reason("Dài hơn %(most)s chữ cái.", most=LONGEST_TEXT))


def _check_required(reading: _Reading) -> None:
    for column in ("provider", "service", "category"):
        if reading.get(column) is None:
            reading.complain(column, "Ô này không được để trống.")
    for column in ("provider", "service"):
        text = reading.get(column)
        if text is not None and not any(sign.isalnum() for sign in text):
            reading.complain(column, "Ô này phải có chữ.")
    if (reading.get("latitude") is None) != (reading.get("longitude") is None):
        missing = "latitude" if reading.get("latitude") is None else "longitude"
        reading.complain(missing, "Có một toạ độ mà thiếu toạ độ kia.")
    if not (reading.row.is_abroad and reading.visibility is Visibility.PUBLIC):
        _CHECK_PLACE[reading.visibility](reading)


def _check_public(reading: _Reading) -> None:
    has_point = reading.get("latitude") is not None or reading.get("longitude") is not None
    if not has_point and reading.get("ward") is None:
        reading.complain("ward", "Cần toạ độ, hoặc phường xã và tỉnh thành.")
    elif not has_point and reading.get("province") is None:
        reading.complain("province", "Cần tỉnh thành đi cùng phường xã (hoặc toạ độ).")


def _check_partial(reading: _Reading) -> None:
    for column in ("address", "latitude", "longitude"):
        if reading.get(column) is not None:
            reading.tell(column, "Nơi chỉ cho biết phường xã thì ô này phải để trống; hãy xoá khỏi tệp.")
    for column in ("ward", "province"):
        if reading.get(column) is None:
            reading.complain(column, "Nơi chỉ cho biết phường xã phải có phường xã và tỉnh thành.")


def _check_hidden(reading: _Reading) -> None:
    for column in PLACE_COLUMNS:
        if reading.get(column) is not None:
            reading.tell(column, "Nơi được giữ kín thì ô này phải để trống; hãy xoá khỏi tệp.")
    if reading.get("phones") is None:
        reading.complain("phones", "Nơi được giữ kín phải có số điện thoại.")


_CHECK_PLACE = {
    Visibility.PUBLIC: _check_public,
    Visibility.PARTIAL: _check_partial,
    Visibility.HIDDEN: _check_hidden,
}


def _check_discretion(reading: _Reading) -> None:
    """Refuse texts that give a kept-back place away; its ward may be named when it is partial."""
    if reading.visibility is Visibility.PUBLIC:
        return
    is_told = reads_like_address if reading.visibility is Visibility.HIDDEN else reads_like_street
    for column in _TOLD:
        text = reading.get(column)
        if text is not None and (link_reads_like_street if column in _LINKS else is_told)(text):
            reading.tell(column, "Viết giống một địa chỉ, mà nơi này không được cho biết địa chỉ: hãy viết lại.")


def _entry(reading: _Reading) -> Entry:
    source_name = reading.get("source") or reading.rules.default_source
    source = source_code(source_name, reading.rules.vocabulary)
    is_hidden = reading.visibility is Visibility.HIDDEN
    return Entry(
        line=reading.row.line,
        source=source,
        source_name=source_name,
        external_id=reading.get("external_id"),
        provider=reading.get("provider") or "",
        service=reading.get("service") or "",
        categories=reading.read("category", partial(_slugs, reading.rules.vocabulary.categories, _NO_SUBJECT)) or (),
        description=reading.get("description"),
        site=reading.get("site"),
        visibility=reading.visibility,
        address=reading.get("address"),
        ward=reading.get("ward"),
        province=reading.get("province"),
        point=_point(reading),
        phones=_phones(reading, is_invented=source == ILLUSTRATIVE_SOURCE),
        hotline_24h=reading.boolean("hotline_24h"),
        website=None if is_hidden and _warn_of_website(reading) else reading.read("website", read_website),
        opening_hours=reading.read("opening_hours", read_hours),
        fees=reading.get("fees"),
        languages=reading.read("languages", read_languages) or (),
        eligibility=reading.get("eligibility"),
        documents=reading.get("documents"),
        anonymous_ok=reading.boolean("anonymous_ok"),
        id_required=reading.boolean("id_required"),
        reports_to_police=reading.boolean("reports_to_police"),
        wheelchair=reading.boolean("wheelchair"),
        facts=reading.read("facts", partial(_slugs, reading.rules.vocabulary.facts, _NO_FACT)) or (),
        verified_on=reading.read("verified_on", partial(read_date, today=reading.rules.today)),
        source_url=reading.read("source_url", read_website),
        former_id=reading.row.former_id,
        is_abroad=reading.row.is_abroad,
    )


def source_code(name: str, vocabulary: Vocabulary) -> str:
    """Return the code of a source by its code or name; a new source's code is made from its name."""
    folded = fold(name)
    return vocabulary.sources.get(folded) or re.sub(r"[\W_]+", "-", folded).strip("-")


def _phones(reading: _Reading, *, is_invented: bool) -> tuple[PhoneNumber, ...]:
    """Read the numbers; where unreadable ones may be left out, the readable ones beside them stay."""
    read = partial(read_phones, is_invented=is_invented)
    if "phones" not in reading.rules.lenient:
        return reading.read("phones", read) or ()
    numbers: list[PhoneNumber] = []
    for part in several(reading.get("phones") or ""):
        try:
            numbers += read(part)
        except Unreadable as error:
            reading.complain("phones", error.reason, shows_value=True)
    if reading.visibility is Visibility.HIDDEN and not numbers:
        # Without a number a hidden place cannot be reached at all, so nothing may be left out here.
        reading.problems.append(Problem(reading.row.line, "phones", "Nơi được giữ kín phải có số điện thoại đọc được."))
    return tuple(dict.fromkeys(numbers))


def _warn_of_website(reading: _Reading) -> bool:
    """A hidden place shows only its telephone; what is never shown is not kept."""
    if reading.get("website") is not None:
        reading.complain("website", "Trang web của nơi được giữ kín không được lưu.", is_warning=True)
    return True


def _slugs(known: dict[str, str], reason: str, text: str) -> tuple[str, ...]:
    found = {part: known.get(fold(part)) or known.get(fold(part).replace(" ", "-")) for part in several(text)}
    unknown = [part for part, slug in found.items() if slug is None]
    if not found or unknown:
        near = {known[word] for part in unknown for word in get_close_matches(fold(part), known, n=2)}
        hint = [Reason("Gần giống: %(names)s.", names=", ".join(sorted(near)))] if near else []
        raise Unreadable(Reason.joined(reason, *hint))
    return tuple(dict.fromkeys(slug for slug in found.values() if slug))


def _point(reading: _Reading) -> Point | None:
    lat, lon = reading.read("latitude", read_coordinate), reading.read("longitude", read_coordinate)
    if lat is None or lon is None or reading.visibility is not Visibility.PUBLIC:
        return None
    # Viet Nam with its islands lies within 8-24° N, 102-118° E, so a swapped pair cannot be mistaken.
    if 102 <= lat <= 118 and 6 <= lon <= 24:
        reading.complain("latitude", "Vĩ độ và kinh độ bị đổi chỗ cho nhau.", shows_value=True)
        return None
    if abs(lat) > 90 or abs(lon) > 180:
        reading.complain(
            "latitude" if abs(lat) > 90 else "longitude", "Không có toạ độ này trên Trái Đất.", shows_value=True
        )
        return None
    return Point(lat, lon)
