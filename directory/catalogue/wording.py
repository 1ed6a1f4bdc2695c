"""Hours, money, papers and places in words; everything goes through gettext, so a new language needs no code."""

from collections.abc import Iterable
from datetime import date, datetime, time

from babel import Locale
from flask_babel import format_date, format_decimal, get_locale
from flask_babel import gettext as _

from directory.catalogue.closure import Closure
from directory.catalogue.hours import DayGroup, OpeningState, Week
from directory.catalogue.seed_tables import fact_kinds
from directory.catalogue.urgency import Need
from directory.catalogue.values import LOCAL_LANGUAGES
from directory.places.addresses import address_line

Times = tuple[tuple[time, time], ...]


def day_name(number: int) -> str:
    """Return the name of the weekday, 0 = Monday."""
    return (
        _("Thứ Hai"),
        _("Thứ Ba"),
        _("Thứ Tư"),
        _("Thứ Năm"),
        _("Thứ Sáu"),
        _("Thứ Bảy"),
        _("Chủ nhật"),
    )[number]


def state_in_words(state: OpeningState, moment: datetime) -> str:
    """Say whether it is open and until when, as on a card. Units: ``moment`` is aware and local."""
    if state.is_always:
        return _("Mở cả ngày đêm (24/24)")
    if state.is_open is None:
        return _("Ngày lễ: hãy gọi hỏi trước") if state.is_holiday else _("Chưa rõ giờ mở cửa")
    if state.changes_at is None:
        return _("Đang mở cửa") if state.is_open else _("Đang đóng cửa")
    at = _when(state.changes_at, moment)
    return _("Đang mở, đến %(at)s", at=at) if state.is_open else _("Đóng cửa, mở lại %(at)s", at=at)


def closure_in_words(closure: Closure, day: date) -> str:
    """Say since when or from when on a place is closed, and until when. Units: ``day`` is today, local."""
    since, again = _date(closure.closed_on), closure.reopens_on and _date(closure.reopens_on)
    if closure.holds_on(day) and again:
        return _("Tạm đóng, mở lại ngày %(date)s", date=again)
    if closure.holds_on(day):
        return _("Đã đóng hẳn từ ngày %(date)s", date=since)
    if again:
        return _("Sẽ tạm đóng từ %(since)s, mở lại ngày %(date)s", since=since, date=again)
    return _("Sẽ đóng hẳn từ ngày %(date)s", date=since)


def _date(day: date) -> str:
    return str(format_date(day, "dd/MM/yyyy"))


def answering_in_words(state: OpeningState, moment: datetime) -> str:
    """Say whether a telephone line answers and until when: a line has no door. Units: as ``state_in_words``."""
    if state.is_always:
        return _("Nghe máy cả ngày đêm")
    if state.is_open is None or state.changes_at is None:
        return _("Chưa rõ giờ nghe máy") if state.is_open is None else state_in_words(state, moment)
    at = _when(state.changes_at, moment)
    return _("Đang nghe máy, đến %(at)s", at=at) if state.is_open else _("Ngoài giờ trực, gọi được từ %(at)s", at=at)


def _when(change: datetime, moment: datetime) -> str:
    clock_time = f"{change:%H:%M}"
    ahead = (change.date() - moment.date()).days
    if ahead == 0:
        return clock_time
    if ahead == 1:
        return _("%(time)s ngày mai", time=clock_time)
    if ahead < 7:
        return _("%(time)s %(day)s", time=clock_time, day=day_name(change.weekday()))
    return _("%(time)s ngày %(date)s", time=clock_time, date=f"{change:%d/%m}")


def week_lines(week: Week) -> list[tuple[str, str]]:
    """Return the week as pairs of days and times, Monday first, holidays last."""
    if week.is_always:
        return [(_("Mọi ngày"), _("Cả ngày đêm (24/24)"))]
    lines = [(_days(group), _times(group.spans)) for group in week.groups]
    if week.holiday is not None:
        lines.append((_("Ngày lễ"), _times(week.holiday)))
    return lines


def _days(group: DayGroup) -> str:
    if (group.first, group.last) == (0, 6):
        return _("Mọi ngày")
    if group.first == group.last:
        return day_name(group.first)
    return _("%(first)s – %(last)s", first=day_name(group.first), last=day_name(group.last))


def _times(spans: Times) -> str:
    if not spans:
        return _("Nghỉ")
    return ", ".join(_span(start, end) for start, end in spans)


def _span(start: time, end: time) -> str:
    if start == end == time():
        return _("Cả ngày đêm")
    # 00:00 as an end is the night's midnight: "24:00" is what door plates say.
    until = "24:00" if end == time() else f"{end:%H:%M}"
    overnight = end != time() and end <= start
    return _("%(start)s–%(end)s hôm sau", start=f"{start:%H:%M}", end=until) if overnight else f"{start:%H:%M}–{until}"


def distance_in_words(distance_m: float | None) -> str:
    """Return a rounded distance; empty for None. Units: metres, as the crow flies."""
    if distance_m is None:
        return ""
    if distance_m < 950:
        return _("%(n)s m", n=max(50, round(distance_m / 50) * 50))
    km = distance_m / 1000
    return _("%(n)s km", n=format_decimal(round(km, 1) if km < 20 else round(km)))


def place_in_words(place: str | None) -> str:
    """Return a ward with its province as a card has it, "trước:" (formerly) in the reader's language."""
    return (place or "").replace("(trước:", _("(trước:"))


def province_in_words(province: str) -> str:
    """Return a province as it stands in a sentence; the city named after a man keeps its kind."""
    return f"TP {province}" if province == "Hồ Chí Minh" else province


def where_in_words(address: str | None, place: str | None) -> str:
    """Return the whole address in one line, each unit named once; empty when nothing may be told."""
    return address_line(address, place_in_words(place))


def language_names(codes: Iterable[str]) -> list[str]:
    """Return the languages by name ("tiếng Anh", "Tiếng Mường"); a code that has no name stays as it is."""
    names = (get_locale() or Locale("vi")).languages
    return [str(names.get(code) or _(LOCAL_LANGUAGES.get(code, code))) for code in codes]


def fact_names(slugs: Iterable[str]) -> list[str]:
    """Return the facts of ``seed/facts.csv`` by name; one that is no longer on the list is left out."""
    is_english = str(get_locale() or "vi").startswith("en")
    kinds = [fact_kinds()[slug] for slug in slugs if slug in fact_kinds()]
    return [kind.name_en if is_english else kind.name_vi for kind in kinds]


def need_titles() -> dict[Need, str]:
    """Return what somebody calls for, as a heading."""
    return {
        Need.LIFE: _("Nguy hiểm đến tính mạng"),
        Need.VIOLENCE: _("Bị đánh, bị ép, bị lừa bán"),
        Need.LISTENING: _("Cần người lắng nghe"),
        Need.CHILDREN: _("Trẻ em dưới 18 tuổi"),
        Need.OTHER: _("Hỏi việc khác"),
    }


def life_lines() -> dict[str, tuple[str, str]]:
    """Return whom each short number reaches, and when to call it: shorter than its entry, and in every language."""
    return {
        "113": (_("Công an"), _("Đang bị đánh, bị dọa, bị nhốt")),
        "115": (_("Xe cấp cứu"), _("Bất tỉnh, chảy máu, khó thở, sốc thuốc")),
        "114": (_("Chữa cháy, cứu nạn"), _("Cháy nhà, bị kẹt, đuối nước")),
        "112": (_("Tìm kiếm, cứu nạn"), _("Bão lũ, mất tích trên sông biển")),
    }
