"""When a place is open: OSM ``opening_hours`` text evaluated in Viet Nam's time, with its holidays and Tết.

Pure: no storage, no words (those are in ``wording``), the moment is an argument.
Why not the library alone: its Vietnamese holidays lack Tết, and it takes a bare comment such as ``"theo hẹn"`` for
"always open". So it only tells the spans of an ordinary day; holidays and comments are decided here.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import groupby

from opening_hours import OpeningHours, ParserError, State  # type: ignore[attr-defined]  # its stub forgets one

from directory.catalogue.holidays import is_holiday
from directory.clock import LOCAL_ZONE

_DAY = timedelta(days=1)
#: How far ahead a change is looked for: a place that is shut longer than this has no useful "opens again".
_HORIZON_DAYS = 14
#: A fixed week without holidays, Monday first, for hours that are the same all year.
_ORDINARY_MONDAY = date(2026, 6, 1)
_SEASONAL = re.compile(r"\b(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|week|easter|\d{4})\b|\[")
_HOLIDAY_RULE = re.compile(r"^(?P<days>[A-Za-z,\-\s]*\bPH\b[A-Za-z,\-\s]*?)\s+(?P<rest>\d.*|off|closed)$")
#: The library takes ``|| "gọi trước"`` (else: call first) for "always open".
_FALLBACK_COMMENT = re.compile(r'\s*\|\|\s*"[^"]*"\s*$')
#: For hours that follow the sun; it rises within half an hour of this everywhere in the country.
_MIDDLE_OF_VIET_NAM = (16.05, 107.5)
_COMMENT = re.compile(r'"([^"]*)"')


@dataclass(frozen=True, slots=True)
class Span:
    """One stretch of opening that begins on one day and may end on the next; local. Not sure = perhaps open."""

    start: datetime
    end: datetime
    is_sure: bool = True


@dataclass(frozen=True, slots=True)
class OpeningState:
    """Open, shut or unknown at a moment, and when that ends (local time; None = not soon, or not known)."""

    is_open: bool | None
    changes_at: datetime | None = None
    is_always: bool = False
    is_holiday: bool = False


@dataclass(frozen=True, slots=True)
class DayGroup:
    """Weekdays in a row (0 = Monday) that share the same spans; no spans = shut."""

    first: int
    last: int
    spans: tuple[tuple[time, time], ...]


@dataclass(frozen=True, slots=True)
class Week:
    """The hours of a week as a person reads them."""

    is_always: bool
    groups: tuple[DayGroup, ...]
    #: The spans on public holidays; empty = shut; None = nothing is said of them.
    holiday: tuple[tuple[time, time], ...] | None
    #: What the text says in words, such as "theo hẹn".
    comments: tuple[str, ...]
    is_seasonal: bool


UNKNOWN = OpeningState(None)
ALWAYS = OpeningState(True, is_always=True)


def is_valid(osm_text: str) -> bool:
    """Tell whether the text is OSM ``opening_hours`` syntax."""
    return _parsed(osm_text) is not None


def state_at(osm_text: str | None, moment: datetime) -> OpeningState:
    """Return whether a place with these hours is open at the moment, and until when.

    A day that only a comment describes, an unreadable text, and a public holiday of which the text says nothing
    are unknown: nobody should walk to a shut door because a program guessed.
    Units: ``moment`` is aware; ``changes_at`` is local.
    """
    parsed = _parsed(osm_text) if osm_text else None
    if osm_text is None or parsed is None:
        return UNKNOWN
    if _is_always(osm_text):
        return ALWAYS
    local = moment.astimezone(LOCAL_ZONE)
    return _state(osm_text, local)


def week_of(osm_text: str | None, on: date | None = None) -> Week | None:
    """Return the week's hours, or None when they are unknown; ``on`` matters only for hours that follow the season."""
    parsed = _parsed(osm_text) if osm_text else None
    if osm_text is None or parsed is None:
        return None
    is_seasonal = bool(_SEASONAL.search(_COMMENT.sub("", osm_text)))
    monday = on - _DAY * on.weekday() if on and is_seasonal else _ORDINARY_MONDAY
    comments = tuple(dict.fromkeys(found.strip() for found in _COMMENT.findall(osm_text) if found.strip()))
    return Week(
        is_always=_is_always(osm_text),
        groups=() if _is_bare_comment(osm_text) else _groups(osm_text, monday),
        holiday=_holiday_times(osm_text),
        comments=comments,
        is_seasonal=is_seasonal,
    )


def _state(osm_text: str, local: datetime) -> OpeningState:
    day = local.date()
    for span in (*(_spans(osm_text, day - _DAY) or ()), *(_spans(osm_text, day) or ())):
        if span.start <= local < span.end:
            return OpeningState(True, _end_of(osm_text, span)) if span.is_sure else UNKNOWN
    if _spans(osm_text, day) is None:
        return OpeningState(None, is_holiday=is_holiday(day))
    return OpeningState(False, _next_start(osm_text, local))


def _end_of(osm_text: str, span: Span) -> datetime | None:
    """Follow spans that touch, such as 20:00-24:00 and 00:00-06:00, to the real closing time."""
    end = span.end
    for _ in range(_HORIZON_DAYS):
        following = [
            each for each in _spans(osm_text, end.date()) or () if each.is_sure and each.start <= end < each.end
        ]
        if not following:
            return end
        end = following[0].end
    return None


def _next_start(osm_text: str, local: datetime) -> datetime | None:
    for ahead in range(_HORIZON_DAYS):
        for span in _spans(osm_text, local.date() + _DAY * ahead) or ():
            if span.is_sure and span.start > local:
                return span.start
    return None


@lru_cache(maxsize=16384)
def _spans(osm_text: str, day: date) -> tuple[Span, ...] | None:
    """Return the spans that begin on the local day; None when nobody can know."""
    if is_holiday(day):
        rest = _holiday_rest(osm_text)
        if rest is None:
            return None
        return () if rest in ("off", "closed") else _ordinary_spans(rest, day)
    return _ordinary_spans(osm_text, day)


def _ordinary_spans(osm_text: str, day: date) -> tuple[Span, ...] | None:
    parsed = _parsed(osm_text)
    if parsed is None:
        return None
    midnight = datetime.combine(day, time(), LOCAL_ZONE)
    spans = []
    for start, end, state, comment in parsed.intervals(midnight - _DAY / 24, midnight + _DAY):
        if state == State.CLOSED or not midnight <= start < midnight + _DAY:
            continue
        # OSM: hours with a comment and without the word "open" are a maybe.
        is_sure = state == State.OPEN and not comment
        spans.append(Span(start, _true_end(parsed, start, end, midnight), is_sure))
    if not spans and _opens_at_midnight(parsed, midnight):
        spans.append(Span(midnight, midnight + _DAY, not parsed.state(midnight)[1]))
    return tuple(spans)


def _true_end(parsed: OpeningHours, start: datetime, end: datetime | None, midnight: datetime) -> datetime:
    """Undo the cut that the library makes at the end of the asked range, for hours past midnight."""
    if end is not None and end < midnight + _DAY:
        return end
    change = parsed.next_change(start)
    return min(change, midnight + 2 * _DAY) if change else midnight + 2 * _DAY


def _opens_at_midnight(parsed: OpeningHours, midnight: datetime) -> bool:
    """Tell whether the place is open all day long, joined to the day before (so no span starts here)."""
    noon = midnight + _DAY / 2
    return bool(parsed.state(midnight)[0] == State.OPEN and parsed.state(noon)[0] == State.OPEN)


def _groups(osm_text: str, monday: date) -> tuple[DayGroup, ...]:
    days = [(number, _day_times(osm_text, monday + _DAY * number)) for number in range(7)]
    groups = []
    for spans, members in groupby(days, key=lambda day: day[1]):
        numbers = [number for number, _ in members]
        groups.append(DayGroup(numbers[0], numbers[-1], spans))
    return tuple(groups)


def _day_times(osm_text: str, day: date) -> tuple[tuple[time, time], ...]:
    """Return the written times of an ordinary day, comments or not."""
    parsed = _parsed(_COMMENT.sub("", osm_text).strip(" ;|")) or _parsed(osm_text)
    if parsed is None:
        return ()
    spans = _ordinary_spans(str(parsed), day) or ()
    return _times(spans)


def _times(spans: Iterable[Span]) -> tuple[tuple[time, time], ...]:
    return tuple((span.start.timetz().replace(tzinfo=None), span.end.timetz().replace(tzinfo=None)) for span in spans)


def _holiday_rest(osm_text: str) -> str | None:
    """Return what the text says of public holidays ("off" or times), or None."""
    if _is_always(osm_text):
        return "00:00-24:00"
    for rule in reversed(osm_text.split(";")):
        match = _HOLIDAY_RULE.match(rule.strip())
        if match:
            return match["rest"].strip()
    return None


def _holiday_times(osm_text: str) -> tuple[tuple[time, time], ...] | None:
    rest = _holiday_rest(osm_text)
    if rest is None or _is_always(osm_text):
        return None
    if rest in ("off", "closed"):
        return ()
    return _times(_ordinary_spans(rest, _ORDINARY_MONDAY) or ())


def _is_bare_comment(osm_text: str) -> bool:
    return not _COMMENT.sub("", osm_text).strip(" ;|")


@lru_cache(maxsize=4096)
def _is_always(osm_text: str) -> bool:
    parsed = _parsed(osm_text)
    return parsed is not None and str(parsed.normalize()) == "24/7"


@lru_cache(maxsize=4096)
def _parsed(osm_text: str) -> OpeningHours | None:
    try:
        # Without a country the library knows no public holidays: they are decided by our own list.
        return OpeningHours(
            _FALLBACK_COMMENT.sub("", osm_text), timezone=LOCAL_ZONE, coords=_MIDDLE_OF_VIET_NAM, auto_country=False
        )
    except ParserError:
        return None
