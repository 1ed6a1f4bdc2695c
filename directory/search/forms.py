"""What the address of a search says, read with patience: whatever cannot be used is said in a sentence and left out."""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from directory.catalogue.queries import Subjects
from directory.places.rules import Point
from directory.vietnamese import nfc

LONGEST_QUERY = 100
MOST_PER_PAGE = 100
PER_PAGE = 20
_LAST_PAGE = 10_000
_FARTHEST_KM = 2_000.0
_NUMBER = r"[-+]?\d{1,3}(?:\.\d{1,20})?"
_POSITION = re.compile(rf"\s*({_NUMBER})\s*,\s*({_NUMBER})\s*\Z", re.ASCII)
_YES = {"1", "true", "co", "có", "on"}


Arguments = MultiDict[str, str]
InVietNam = Callable[[Point], bool]


@dataclass(frozen=True)
class SearchForm:
    """A search as it was asked for; ``category`` is a slug, ``ignore`` holds what the person undid."""

    q: str = ""
    position: Point | None = None
    area: str = ""
    category: str | None = None
    radius_km: float | None = None
    open_now: bool = False
    page: int = 1
    per_page: int = PER_PAGE
    ignore: frozenset[str] = frozenset()
    #: Sentences about what could not be used.
    problems: tuple[str, ...] = ()
    #: Whether one of the problems is a plain mistake of the caller, which a program should be told as an error.
    is_wrong: bool = False

    @property
    def position_text(self) -> str:
        """Return the position as the address has it ("lat,lon", three decimals: about 100 m), or nothing."""
        return f"{self.position.lat:.3f},{self.position.lon:.3f}" if self.position else ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing was asked."""
        return not (self.q or self.area or self.category or self.position or self.open_now)


@dataclass
class _Reading:
    """The form while it is read."""

    args: Arguments
    problems: list[str] = field(default_factory=list)
    is_wrong: bool = False

    def complain(self, sentence: str, *, is_wrong: bool = False) -> None:
        self.problems.append(sentence)
        self.is_wrong |= is_wrong


def read_form(args: Arguments, subjects: Subjects, in_viet_nam: InVietNam) -> SearchForm:
    """Read the parameters of ``/tim`` and ``/api/tim``; never raises, says what it left out in ``problems``."""
    reading = _Reading(args)
    form = SearchForm(
        q=_words(reading),
        position=_position(reading, in_viet_nam),
        area=nfc(args.get("o", ""))[:LONGEST_QUERY],
        category=_category(reading, subjects),
        radius_km=_radius_km(reading),
        open_now=args.get("mo-cua", "").strip().lower() in _YES,
        page=_page(reading),
        per_page=_per_page(reading),
        ignore=frozenset(nfc(each)[:40] for each in args.getlist("bo")[:20]),
    )
    return replace(form, problems=tuple(reading.problems), is_wrong=reading.is_wrong)


def _words(reading: _Reading) -> str:
    words = nfc(reading.args.get("q", ""))
    if len(words) > LONGEST_QUERY:
        reading.complain(_("Câu tìm dài quá, nên chỉ đọc 100 chữ cái đầu. Chỉ cần gõ vài từ là đủ."))
    return words[:LONGEST_QUERY].strip()


def _position(reading: _Reading, in_viet_nam: InVietNam) -> Point | None:
    text = reading.args.get("vt", "")
    if not text.strip():
        return None
    match = _POSITION.match(text)
    point = Point(round(float(match[1]), 3), round(float(match[2]), 3)) if match else None
    if point is None or abs(point.lat) > 90 or abs(point.lon) > 180:
        reading.complain(
            _("Không đọc được vị trí. Vị trí phải là “vĩ độ,kinh độ”, ví dụ 20.951,107.08."), is_wrong=True
        )
        return None
    if not in_viet_nam(point):
        reading.complain(_("Vị trí này ở ngoài Việt Nam hoặc ngoài biển, nên không dùng để xếp gần xa."))
        return None
    return point


def _category(reading: _Reading, subjects: Subjects) -> str | None:
    text = reading.args.get("chu-de", "").strip()
    if not text:
        return None
    subject = subjects.find(text[:60])
    if subject is None:
        reading.complain(_("Không có chủ đề này, nên đã tìm trong mọi chủ đề."), is_wrong=True)
        return None
    return subject.slug


def _radius_km(reading: _Reading) -> float | None:
    text = reading.args.get("ban-kinh", "").strip().replace(",", ".")
    if not text:
        return None
    radius = _number(text)
    if radius is None or not 0 < radius <= _FARTHEST_KM:
        reading.complain(_("Bán kính phải là số ki-lô-mét lớn hơn 0, nên đã bỏ qua."))
        return None
    return radius


def _page(reading: _Reading) -> int:
    text = reading.args.get("trang", "").strip()
    if not text:
        return 1
    number = _number(text)
    if number is None or number < 1:
        reading.complain(_("Không đọc được số trang, nên đã mở trang đầu."))
        return 1
    return int(min(number, _LAST_PAGE))


def _per_page(reading: _Reading) -> int:
    text = reading.args.get("moi-trang", "").strip()
    if not text:
        return PER_PAGE
    number = _number(text)
    if number is None or number < 1:
        reading.complain(_("Không đọc được số kết quả mỗi trang, nên đã dùng 20."))
        return PER_PAGE
    if number > MOST_PER_PAGE:
        reading.complain(_("Mỗi trang có nhiều nhất 100 kết quả."))
    return int(min(number, MOST_PER_PAGE))


def _number(text: str) -> float | None:
    try:
        number = float(text) if text.isascii() and len(text) <= 30 else math.nan
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def parameters(form: SearchForm, subjects: Subjects) -> dict[str, str | list[str]]:
    """Return the form as parameters of an address; a subject by its opaque code, defaults left out."""
    subject = subjects.by_slug.get(form.category or "")
    found: Mapping[str, str | list[str]] = {
        "q": form.q,
        "vt": form.position_text,
        "o": form.area,
        "chu-de": subject.code if subject else "",
        "ban-kinh": f"{form.radius_km:g}" if form.radius_km else "",
        "mo-cua": "1" if form.open_now else "",
        "trang": str(form.page) if form.page > 1 else "",
        "moi-trang": str(form.per_page) if form.per_page != PER_PAGE else "",
        "bo": sorted(form.ignore),
    }
    return {name: value for name, value in found.items() if value}
