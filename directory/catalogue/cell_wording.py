"""The columns of an entry and their cells in words, for whoever compares what is with what is to be."""

from collections.abc import Callable
from datetime import date

from flask_babel import gettext as _

from directory.catalogue.hours import week_of
from directory.catalogue.queries.subjects import categories
from directory.catalogue.reasons import Parts, parts_of
from directory.catalogue.values import Unreadable, read_boolean, read_languages, several
from directory.catalogue.wording import fact_names, language_names, week_lines

_TRI_STATES = frozenset({"hotline_24h", "anonymous_ok", "id_required", "reports_to_police", "wheelchair"})
_DATES = frozenset({"verified_on", "closed_on", "reopens_on"})


def column_name(column: str) -> str:
    """Return what a column is called on a page."""
    return {
        "provider": _("Tên đơn vị"),
        "service": _("Tên dịch vụ"),
        "category": _("Chủ đề"),
        "description": _("Ở đây giúp gì"),
        "site": _("Tên điểm"),
        "address": _("Địa chỉ"),
        "ward": _("Phường, xã"),
        "province": _("Tỉnh, thành phố"),
        "latitude": _("Vĩ độ trên bản đồ"),
        "longitude": _("Kinh độ trên bản đồ"),
        "phones": _("Số điện thoại"),
        "hotline_24h": _("Nghe máy cả ngày đêm"),
        "website": _("Trang web"),
        "opening_hours": _("Giờ làm việc"),
        "fees": _("Tiền phải trả"),
        "languages": _("Nói được tiếng"),
        "eligibility": _("Dành cho ai"),
        "documents": _("Cần mang theo"),
        "visibility": _("Cho biết địa chỉ đến đâu"),
        "anonymous_ok": _("Không cần nói tên"),
        "id_required": _("Hỏi giấy tờ tuỳ thân"),
        "reports_to_police": _("Báo công an"),
        "wheelchair": _("Vào được bằng xe lăn"),
        "facts": _("Điều đáng biết"),
        "source": _("Nguồn"),
        "verified_on": _("Ngày xác minh"),
        "source_url": _("Trang đã đọc"),
        "closed_on": _("Đóng cửa từ ngày"),
        "reopens_on": _("Mở lại ngày"),
        "merged_from": _("Mục đã gộp vào đây"),
        "split_from": _("Tách ra từ mục"),
    }.get(column, column)


def cell_lines(text: str, column: str) -> list[str]:
    """Return a cell as lines that everybody can read; no line when it is empty. A cell that is odd stays as it is."""
    if not text:
        return []
    try:
        return _lines(column, text)
    except (Unreadable, ValueError):
        return [text]


def in_words(reason: str) -> str:
    """Return why a cell is refused or odd, in the reader's language."""
    return parts_in_words(parts_of(reason))


def parts_in_words(parts: Parts) -> str:
    """Return such a reason that was kept as its parts."""
    return " ".join(str(_(sentence, **blanks)) for sentence, blanks in parts)


def _lines(column: str, text: str) -> list[str]:
    if column in _TRI_STATES:
        return [_("Có") if read_boolean(text) else _("Không")]
    if column in _DATES:
        return [f"{date.fromisoformat(text):%d/%m/%Y}"]
    read = _READ.get(column)
    return read(text) if read else [text]


def _subject_names(text: str) -> str:
    tree = categories().by_slug
    return ", ".join(tree[slug].name if slug in tree else slug for slug in several(text))


def _hours(text: str) -> list[str]:
    week = week_of(text)
    lines = [f"{days}: {times}" for days, times in week_lines(week)] if week else [text]
    return [*lines, *(week.comments if week else ())]


def _visibility_name(text: str) -> str:
    return {
        "public": _("Công khai: ai cũng thấy địa chỉ"),
        "partial": _("Chỉ cho biết phường, xã"),
        "hidden": _("Giữ kín địa chỉ"),
    }.get(text, text)


#: How the cells of a column become lines, where they do not stand there as they are.
_READ: dict[str, Callable[[str], list[str]]] = {
    "phones": lambda text: list(several(text)),
    "category": lambda text: [_subject_names(text)],
    "opening_hours": _hours,
    "languages": lambda text: [", ".join(language_names(read_languages(text)))],
    "facts": lambda text: fact_names(several(text)) or [text],
    "visibility": lambda text: [_visibility_name(text)],
}
