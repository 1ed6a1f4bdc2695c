"""Opening hours as a form asks for them, without any syntax, and the OSM ``opening_hours`` text that is kept.

Pure. A week is seven rows (0 = Monday) and what holds on public holidays. A text that says more than such a form can
(seasons, remarks, three spans a day) stays text: nothing of it may be lost by opening a form.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import groupby

#: What a form has room for in a row.
MOST_SPANS = 2
DAY_NAMES = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
BY_APPOINTMENT = '"theo hẹn"'
ALWAYS = "24/7"
_HOLIDAY = 7
_MINUTES = 24 * 60

_SPAN = re.compile(r"(\d{2}):(\d{2})\s*-\s*(\d{2}):(\d{2})")
_RULE = re.compile(r"(?:(?P<days>[A-Z][A-Za-z]*(?:\s*[,-]\s*[A-Z][A-Za-z]*)*)\s+)?(?P<rest>off|closed|\d.*)")
_CLOCK = re.compile(r"(\d{1,2})(?:\s*(?:h|g|:|\.|giờ|gio)\s*(\d{1,2})?)?(?:\s*(?:p|phút|phut))?", re.IGNORECASE)
_FOUR_DIGITS = re.compile(r"(\d{2})(\d{2})")


class Kind(StrEnum):
    """How the hours are told."""

    UNKNOWN = "unknown"
    ALWAYS = "always"
    APPOINTMENT = "appointment"
    WEEK = "week"
    TEXT = "text"


class Holiday(StrEnum):
    """What is said of public holidays."""

    UNSAID = "unsaid"
    OFF = "off"
    OPEN = "open"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """One stretch of a day. Units: minutes since midnight; an end at or before the start is on the next day."""

    start: int
    end: int

    def __str__(self) -> str:
        return f"{clock_text(self.start)}-{clock_text(self.end)}"


Spans = tuple[Span, ...]
SHUT: Spans = ()
WHOLE_DAY = Span(0, _MINUTES)


@dataclass(frozen=True, slots=True)
class HoursForm:
    """What the form shows: ``days`` matter for a week only, ``text`` for a text only."""

    kind: Kind
    days: tuple[Spans, ...] = (SHUT,) * 7
    holiday: Holiday = Holiday.UNSAID
    holiday_spans: Spans = SHUT
    text: str = ""


class UnreadableHours(ValueError):
    """A row of the form cannot be hours; ``row`` is the weekday, 7 = holidays, None = the whole."""

    def __init__(self, reason: str, row: int | None = None) -> None:
        self.reason, self.row = reason, row
        super().__init__(reason)


def clock_text(minutes: int) -> str:
    """Return "07:30"; the end of the day is "24:00"."""
    return f"{minutes // 60:02}:{minutes % 60:02}"


@lru_cache(maxsize=4096)
def form_of(osm_text: str | None) -> HoursForm:
    """Return the form that says what this OSM text says; the text itself when it says more."""
    if not osm_text:
        return HoursForm(Kind.UNKNOWN)
    if osm_text == ALWAYS:
        return HoursForm(Kind.ALWAYS)
    if osm_text.strip() == BY_APPOINTMENT:
        return HoursForm(Kind.APPOINTMENT)
    rows = _rows(osm_text)
    if rows is None or not any(rows[:_HOLIDAY]) or any(len(spans or ()) > MOST_SPANS for spans in rows):
        return HoursForm(Kind.TEXT, text=osm_text)
    days, holiday = tuple(spans or SHUT for spans in rows[:_HOLIDAY]), rows[_HOLIDAY]
    if holiday is None:
        return HoursForm(Kind.WEEK, days)
    return HoursForm(Kind.WEEK, days, Holiday.OPEN if holiday else Holiday.OFF, holiday)


def osm_text_of(form: HoursForm) -> str:
    """Return the OSM text of a form; empty when the hours are unknown."""
    if form.kind is Kind.WEEK:
        return "; ".join(_rules(form))
    return {Kind.UNKNOWN: "", Kind.ALWAYS: ALWAYS, Kind.APPOINTMENT: BY_APPOINTMENT, Kind.TEXT: form.text}[form.kind]


def as_it_was(form: HoursForm, present: str) -> str:
    """Return the present text when the form still says the same, so that nothing looks changed which is not."""
    return present if form == form_of(present) else osm_text_of(form)


def read_clock(text: str) -> int:
    """Read a time as people write it ("7h30", "7:30", "7 giờ", "0730"). Units: minutes.

    Raises: UnreadableHours.
    """
    found = _FOUR_DIGITS.fullmatch(text) or _CLOCK.fullmatch(text)
    hour, minute = (int(part or 0) for part in found.groups()) if found else (99, 0)
    if hour > 24 or minute > 59 or (hour == 24 and minute):
        raise UnreadableHours("Giờ ghi như 7:30 hoặc 7h30.")
    return hour * 60 + minute


def spans_of(cells: Iterable[tuple[str, str]], row: int) -> Spans:
    """Read one row of the form, pairs of "from" and "to"; an empty pair is left out.

    Raises: UnreadableHours, naming the row.
    """
    found: list[Span] = []
    for start, end in cells:
        if not start and not end:
            continue
        if not start or not end:
            raise UnreadableHours("Hãy ghi cả giờ mở và giờ đóng.", row)
        try:
            found.append(Span(read_clock(start) % _MINUTES, read_clock(end) or _MINUTES))
        except UnreadableHours as error:
            raise UnreadableHours(error.reason, row) from error
    check_spans(found, row)
    return tuple(found)


def check_spans(spans: Iterable[Span], row: int | None = None) -> None:
    """Refuse spans that meet or stand in the wrong order. Raises: UnreadableHours."""
    last_end = -1
    for span in spans:
        if span.start == span.end:
            raise UnreadableHours("Giờ mở và giờ đóng trùng nhau.", row)
        if span.start <= last_end:
            raise UnreadableHours("Hai khoảng giờ chồng lên nhau, hoặc khoảng sau đứng trước.", row)
        last_end = span.end if span.end > span.start else _MINUTES


def read_form(fields: Mapping[str, str]) -> HoursForm:
    """Read what was filled in: ``gio`` (the kind), ``gio-0-1-tu``, ``gio-0-1-den`` …, ``gio-le``, ``gio-chu``.

    Raises: UnreadableHours.
    """
    kind = fields.get("gio", "")
    if kind not in set(Kind):
        raise UnreadableHours("Hãy chọn một cách ghi giờ.")
    if kind == Kind.TEXT:
        return HoursForm(Kind.TEXT, text=fields.get("gio-chu", "").strip())
    if kind != Kind.WEEK:
        return HoursForm(Kind(kind))
    days = tuple(spans_of(_cells(fields, row), row) for row in range(_HOLIDAY))
    if not any(days):
        raise UnreadableHours("Hãy ghi giờ của ít nhất một ngày.")
    said = fields.get("gio-le", "")
    holiday = Holiday(said) if said in set(Holiday) else Holiday.UNSAID
    spans = spans_of(_cells(fields, _HOLIDAY), _HOLIDAY) if holiday is Holiday.OPEN else SHUT
    if holiday is Holiday.OPEN and not spans:
        raise UnreadableHours("Hãy ghi giờ mở của ngày lễ.", _HOLIDAY)
    return HoursForm(Kind.WEEK, days, holiday, spans)


def fields_of(form: HoursForm) -> dict[str, str]:
    """Return what ``read_form`` reads as this form."""
    rows = enumerate([*form.days, form.holiday_spans])
    cells = {
        f"gio-{row}-{number}-{side}": clock_text(minutes)
        for row, spans in rows
        for number, span in enumerate(spans, 1)
        for side, minutes in (("tu", span.start), ("den", span.end))
    }
    return {"gio": form.kind.value, "gio-le": form.holiday.value, "gio-chu": form.text, **cells}


def _cells(fields: Mapping[str, str], row: int) -> Iterator[tuple[str, str]]:
    for number in range(1, MOST_SPANS + 1):
        start, end = (fields.get(f"gio-{row}-{number}-{side}", "").strip() for side in ("tu", "den"))
        yield start, end


def _rules(form: HoursForm) -> Iterator[str]:
    """Write days of the same hours as one rule, in the order of the week."""
    alike: dict[Spans, list[int]] = {}
    for day, spans in enumerate(form.days):
        if spans:
            alike.setdefault(spans, []).append(day)
    for spans, days in alike.items():
        yield f"{_day_names(days)} {_times(spans)}"
    if form.holiday is not Holiday.UNSAID:
        yield f"PH {_times(form.holiday_spans) or 'off'}"


def _day_names(days: list[int]) -> str:
    """Return "Mo-Fr,Su" for 0-4 and 6."""
    runs = [
        [day for _, day in run] for _, run in groupby(enumerate(days), key=lambda numbered: numbered[1] - numbered[0])
    ]
    return ",".join(DAY_NAMES[run[0]] if len(run) == 1 else f"{DAY_NAMES[run[0]]}-{DAY_NAMES[run[-1]]}" for run in runs)


def _times(spans: Spans) -> str:
    return ",".join(map(str, spans))


def _rows(osm_text: str) -> list[Spans | None] | None:
    """Return the spans of each weekday and of holidays as the rules say them; None when they say anything else."""
    rows: list[Spans | None] = [None] * (_HOLIDAY + 1)
    for rule in osm_text.strip().rstrip(";").split(";"):
        match = _RULE.fullmatch(rule.strip())
        days = _days(match["days"]) if match else None
        spans = _spans(match["rest"]) if match else None
        if days is None or spans is None:
            return None
        for day in days:
            rows[day] = spans
    return rows


def _days(text: str | None) -> list[int] | None:
    if text is None:
        return list(range(_HOLIDAY))
    found: list[int] = []
    for part in re.split(r"\s*,\s*", text):
        ends = re.split(r"\s*-\s*", part)
        if part == "PH":
            found.append(_HOLIDAY)
        elif len(ends) > 2 or any(end not in DAY_NAMES for end in ends):
            return None
        else:
            first, last = DAY_NAMES.index(ends[0]), DAY_NAMES.index(ends[-1])
            found += [(first + ahead) % 7 for ahead in range((last - first) % 7 + 1)]
    return found


def _spans(text: str) -> Spans | None:
    if text in ("off", "closed"):
        return SHUT
    found = [_SPAN.fullmatch(part.strip()) for part in text.split(",")]
    spans = [Span(int(m[1]) * 60 + int(m[2]), int(m[3]) * 60 + int(m[4]) or _MINUTES) for m in found if m]
    try:
        check_spans(spans)
    except UnreadableHours:
        return None
    is_whole = len(spans) == len(found) and all(span.start < _MINUTES and span.end <= _MINUTES for span in spans)
    return tuple(spans) if is_whole else None
