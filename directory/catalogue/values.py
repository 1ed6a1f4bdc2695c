"""How one cell of a spreadsheet is read: booleans, dates, telephone numbers, hours, languages, coordinates.

Pure. Every reader takes text that is NFC and stripped and not empty, and raises ``Unreadable`` with a reason in
Vietnamese that never repeats the text: the report decides whether the value may be shown.
"""

import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urlsplit

import phonenumbers
from babel import Locale

from directory.catalogue.hours import is_valid
from directory.catalogue.hours_reading import osm_hours_of
from directory.vietnamese import fold

#: Languages of Viet Nam that CLDR has no Vietnamese name for. Source: ISO 639-3 (https://iso639-3.sil.org, 2026-11).
LOCAL_LANGUAGES = {
    "bdq": "Tiếng Ba Na",
    "blt": "Tiếng Thái Đen",
    "cja": "Tiếng Chăm (miền Tây)",
    "cjm": "Tiếng Chăm (miền Đông)",
    "hre": "Tiếng Hrê",
    "ium": "Tiếng Dao",
    "jra": "Tiếng Gia Rai",
    "kpm": "Tiếng Cơ Ho",
    "mtq": "Tiếng Mường",
    "nut": "Tiếng Nùng",
    "rad": "Tiếng Ê Đê",
    "sed": "Tiếng Xơ Đăng",
    "twh": "Tiếng Thái Trắng",
    "tyz": "Tiếng Tày",
    "vsl": "Ngôn ngữ ký hiệu Việt Nam",
}
LONGEST_HOURS = 500
LONGEST_ADDRESS = 500

_YES = frozenset({"true", "co", "1", "x", "yes", "y", "dung", "v"})
_NO = frozenset({"false", "khong", "0", "no", "n", "sai", "ko"})
_ISO_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00)?)?")
_LOCAL_DATE = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})")
_NUMBER = re.compile(r"[+-]?\d{1,4}(?:[.,]\d{1,20})?°?")
_ALWAYS = frozenset({"24/24", "24/24h", "24/7", "24h", "24h/24h", "ca ngay", "ca ngay dem", "24/24/7"})
#: Emergency and information numbers, and the national prefixes 1800 (free) and 1900 (paid).
#: Source: Thông tư 22/2014/TT-BTTTT, quy hoạch kho số viễn thông.
_SHORT_NUMBER = re.compile(r"11[0-9]|10[0-9]{2}|1[89]00\d{4,6}")


class Unreadable(ValueError):
    """A cell cannot be what its column needs; the message is the reason, without the cell's text."""

    @property
    def reason(self) -> str:
        """The sentence for the report."""
        reason: str = self.args[0]
        return reason


class PhoneNumber(NamedTuple):
    """A telephone number: dialled as ``number`` (E.164, or the digits of a short code), read as ``shown``."""

    number: str
    shown: str


def several(text: str) -> Iterator[str]:
    """Split a cell of several values at ``;`` or line breaks, without the empty ones."""
    return (part.strip() for part in re.split(r"[;\n]", text) if part.strip())


def read_boolean(text: str) -> bool:
    """Read có/không, true/false, 1/0 or x."""
    word = fold(text)
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise Unreadable("Chỉ ghi “có” hoặc “không” (để trống nếu chưa rõ).")


def read_date(text: str, today: date) -> date:
    """Read an ISO date or dd/mm/yyyy that is not in the future."""
    day = _calendar_day(text)
    if day > today:
        raise Unreadable("Ngày này chưa tới.")
    if day.year < 2000:
        raise Unreadable("Ngày này quá xa: kiểm tra lại năm.")
    return day


def _calendar_day(text: str) -> date:
    iso, local = _ISO_DATE.fullmatch(text), _LOCAL_DATE.fullmatch(text)
    if iso:
        year, month, day = (int(part) for part in iso.groups())
    elif local:
        day, month, year = (int(part) for part in local.groups())
    else:
        raise Unreadable("Ngày phải ghi dạng 2026-11-22 hoặc 22/11/2026.")
    try:
        return date(year, month, day)
    except ValueError as error:
        raise Unreadable("Không có ngày này trong lịch.") from error


def read_coordinate(text: str) -> float:
    """Read decimal degrees, with a decimal point or comma. Units: degrees, kept to 7 decimals (1 cm)."""
    if not _NUMBER.fullmatch(text):
        raise Unreadable("Toạ độ phải là số độ thập phân, ví dụ 20.951 hoặc 107,080.")
    return round(float(text.rstrip("°").replace(",", ".")), 7)


def read_website(text: str) -> str:
    """Read a web address; only http and https lead anywhere."""
    address = f"https://{text}" if text.lower().startswith("www.") else text
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError as error:
        raise Unreadable("Địa chỉ trang web không hợp lệ.") from error
    if parts.scheme.lower() not in ("http", "https") or "." not in host or parts.username is not None:
        raise Unreadable("Địa chỉ trang web phải bắt đầu bằng http:// hoặc https://.")
    if len(address) > LONGEST_ADDRESS or re.search(r"[\s<>\"'`\\]", address):
        raise Unreadable("Địa chỉ trang web có ký tự lạ hoặc quá dài.")
    return address


@lru_cache(maxsize=4096)
def read_hours(text: str) -> str:
    """Read opening hours in OSM syntax, or in Vietnamese words as on a door plate; "24/24" is understood, too."""
    if fold(text) in _ALWAYS:
        return "24/7"
    if len(text) > LONGEST_HOURS:
        raise Unreadable("Giờ làm việc quá dài.")
    if is_valid(text):
        return text
    if (osm_text := osm_hours_of(text)) is not None:
        return osm_text
    raise Unreadable("Giờ làm việc ghi như “Thứ 2 – thứ 6: 7h30–11h30, 13h30–17h; thứ 7 sáng”, đủ ngày và giờ.")


@lru_cache(maxsize=1)
def _language_codes() -> dict[str, str]:
    """Return ISO code by itself and by its folded Vietnamese name, with and without "Tiếng"."""
    named = {code: str(name) for code, name in Locale("vi").languages.items() if re.fullmatch(r"[a-z]{2,3}", code)}
    codes: dict[str, str] = {}
    for code, name in (named | LOCAL_LANGUAGES).items():
        folded = fold(name)
        for form in (folded, folded.removeprefix("tieng ")):
            codes.setdefault(form, code)
    # A code means itself even where some language has the same letters for its name.
    return codes | {code: code for code in named | LOCAL_LANGUAGES}


def read_languages(text: str) -> tuple[str, ...]:
    """Read ISO 639 codes (``vi;en;km;hmn``) or Vietnamese names of languages, in the order given."""
    return tuple(dict.fromkeys(_language(part) for chunk in several(text) for part in chunk.split(",") if part.strip()))


def _language(text: str) -> str:
    code = _language_codes().get(fold(text).strip())
    if code is None:
        raise Unreadable("Không có ngôn ngữ này: dùng mã ISO 639 (vi; en; km; hmn …).")
    return code


def read_phones(text: str, *, is_invented: bool = False) -> tuple[PhoneNumber, ...]:
    """Read telephone numbers separated by ``;`` (or ``,`` or ``/``), as dialled in Viet Nam.

    An invented entry carries numbers that cannot exist, so theirs are only looked at for length.
    """
    parts = (part.strip() for chunk in several(text) for part in re.split(r"[,/|]", chunk))
    return tuple(dict.fromkeys(_phone(part, is_invented=is_invented) for part in parts if part))


@lru_cache(maxsize=65536)
def _phone(text: str, *, is_invented: bool) -> PhoneNumber:
    digits = re.sub(r"[\s.\-()]", "", text)
    short = digits.removeprefix("+84").removeprefix("0084")
    if _SHORT_NUMBER.fullmatch(short):
        return PhoneNumber(short, _spaced_short(short))
    if is_invented and re.fullmatch(r"\+?\d{6,15}", digits):
        return PhoneNumber(digits, text)
    try:
        parsed = phonenumbers.parse(text, "VN")
    except phonenumbers.NumberParseException as error:
        raise Unreadable("Không đọc được số điện thoại.") from error
    if not phonenumbers.is_valid_number(parsed):
        raise Unreadable("Số điện thoại này không gọi được: thiếu số, thừa số hoặc dùng mã vùng cũ.")
    number = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    is_ours = parsed.country_code == 84
    style = phonenumbers.PhoneNumberFormat.NATIONAL if is_ours else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return PhoneNumber(number, phonenumbers.format_number(parsed, style))


def _spaced_short(digits: str) -> str:
    if len(digits) <= 4:
        return digits
    head, rest = digits[:4], digits[4:]
    return f"{head} {rest}" if len(rest) <= 5 else f"{head} {rest[:2]} {rest[2:4]} {rest[4:]}"
