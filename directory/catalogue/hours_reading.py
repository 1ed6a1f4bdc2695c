"""Opening hours as a door plate says them in Vietnamese ("Thứ 2 – thứ 6: 7h30–11h30; thứ 7 sáng"), read into OSM text.

Pure. Whatever word is not known makes the whole unreadable, and so do hours without their days: an hour that was
guessed sends somebody to a shut door.
"""

import re
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import lru_cache

from directory.catalogue.hours_form import (
    ALWAYS,
    BY_APPOINTMENT,
    SHUT,
    WHOLE_DAY,
    Holiday,
    HoursForm,
    Kind,
    Span,
    Spans,
    UnreadableHours,
    check_spans,
    osm_text_of,
)
from directory.vietnamese import fold

_NOON = 12 * 60
_HOLIDAY = 7
_ORDINALS = {"hai": 0, "ba": 1, "tu": 2, "nam": 3, "sau": 4, "bay": 5}
_MOST_LETTERS = 500
_EVERY_DAY = ("hang ngay", "moi ngay")


class Word(StrEnum):
    """What a word of a door plate is."""

    DAY = "day"
    DAYS = "days"
    TIME = "time"
    NUMBER = "number"
    DASH = "dash"
    COMMA = "comma"
    BREAK = "break"
    OFF = "off"
    EXCEPT = "except"
    HALF = "half"
    WHOLE = "whole"
    FILLER = "filler"


#: In this order: the first that fits is what the word is.
_WORDS = (
    (Word.WHOLE, r"24/24h?|24/7|24h/24h?|ca ngay (?:lan |va )?dem|suot ngay dem"),
    (Word.DAYS, r"(?:cac )?(?:ngay )?le(?:,? ?tet)?\b|cuoi tuan|(?:hang|moi|tat ca cac) ngay|ca tuan"),
    (Word.DAY, r"chu nhat|\bcn\b|thu ?(?:hai|ba|tu|nam|sau|bay|[2-7])\b|\bt ?[2-7]\b"),
    (Word.TIME, r"\d{1,2} ?(?:gio|g|h)(?: ?\d{2})?(?: ?(?:phut|p)\b)?(?: ?ruoi\b)?|\d{1,2}[.:]\d{2}"),
    (Word.NUMBER, r"\d{1,2}"),
    (Word.EXCEPT, r"tru\b"),
    (Word.OFF, r"nghi\b|dong cua|khong lam viec"),
    (Word.HALF, r"sang\b|chieu\b|toi\b"),
    (Word.DASH, r"-|\bden\b|\btoi\b"),
    (Word.BREAK, r"[;\n|]|\. "),
    (Word.COMMA, r"[,/&+]|\bva\b"),
    (Word.FILLER, r"[:().]|(?:buoi|tu|ngay|cac|gio|lam viec|mo cua|thoi gian|hang tuan|trong tuan)\b"),
)
_TOKEN = re.compile("|".join(f"(?P<{word.value}>{pattern})" for word, pattern in _WORDS))
_CLOCK = re.compile(r"(\d{1,2})\D*(\d{2})?\D*")
_APPOINTMENT = re.compile(r"(?:chi )?(?:lam viec |tiep )?theo (?:lich )?hen|(?:can )?(?:hen|goi) truoc|theo hen truoc")


#: "8-17h" means eight o'clock, too.
_TIMES = (Word.TIME, Word.NUMBER)


@dataclass(frozen=True, slots=True)
class _Token:
    word: Word
    text: str


class _UnknownHours(ValueError):
    """The text says something else, or not enough."""


@dataclass
class _Rule:
    """Days with their hours, as far as read."""

    days: list[int] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    halves: list[str] = field(default_factory=list)
    is_off: bool = False

    @property
    def has_hours(self) -> bool:
        return bool(self.spans or self.halves or self.is_off)


@lru_cache(maxsize=4096)
def osm_hours_of(text: str) -> str | None:
    """Return the OSM text of hours in Vietnamese words; None when they are not surely understood."""
    if len(text) > _MOST_LETTERS:
        return None
    folded = " ".join(re.sub(r"[‐-―−~]|->|→", "-", fold(text)).split(" ")).strip(" .;")
    if _APPOINTMENT.fullmatch(folded):
        return BY_APPOINTMENT
    try:
        tokens = _tokens(folded)
        if tokens and all(token.word is Word.WHOLE or token.text in _EVERY_DAY for token in tokens):
            return ALWAYS if any(token.word is Word.WHOLE for token in tokens) else None
        return osm_text_of(_week(_Reader(tokens).rules())) or None
    except (_UnknownHours, UnreadableHours):
        return None


def _tokens(folded: str) -> list[_Token]:
    found, end = [], 0
    for match in _TOKEN.finditer(folded):
        if folded[end : match.start()].strip():
            raise _UnknownHours
        end = match.end()
        word = Word(match.lastgroup or "")
        if word is not Word.FILLER:
            found.append(_Token(word, match[0].strip()))
    if folded[end:].strip():
        raise _UnknownHours
    return _evenings(found)


def _evenings(tokens: list[_Token]) -> list[_Token]:
    """Tell "tới" (until) from "tối" (evening), which fold alike: until stands between two days or two times."""
    made = []
    for place, token in enumerate(tokens):
        before = tokens[place - 1].word if place else None
        after = tokens[place + 1].word if place + 1 < len(tokens) else None
        is_until = token.text == "toi" and before is after and after in (Word.DAY, Word.TIME)
        made.append(replace(token, word=Word.DASH) if is_until else token)
    return made


class _Reader:
    """Reads tokens into rules. Days come before their hours or after them, the same way all through a text."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self._rules: list[_Rule] = [_Rule()]
        self._exceptions: list[_Rule] = []
        first = next((t.word for t in tokens if t.word in (Word.DAY, Word.DAYS, Word.TIME, Word.HALF)), None)
        self._hours_first = first in (Word.TIME, Word.HALF)

    def rules(self) -> list[_Rule]:
        while self._at < len(self._tokens):
            self._read(self._tokens[self._at])
        return [*(rule for rule in self._rules if rule.days or rule.has_hours), *self._exceptions]

    def _read(self, token: _Token) -> None:
        if token.word in (Word.DAY, Word.DAYS):
            self._read_days()
        elif token.word in _TIMES:
            self._rule_for_hours().spans.append(self._span())
        elif token.word is Word.WHOLE:
            self._rule_for_hours().spans.append(WHOLE_DAY)
            self._at += 1
        elif token.word is Word.HALF:
            self._read_half(token)
        elif token.word in (Word.OFF, Word.EXCEPT):
            self._read_off()
        elif token.word is Word.DASH:
            raise _UnknownHours
        else:
            self._at += 1

    def _peek(self, ahead: int = 0) -> _Token:
        place = self._at + ahead
        return self._tokens[place] if place < len(self._tokens) else _Token(Word.BREAK, "")

    def _rule_for_hours(self) -> _Rule:
        rule = self._rules[-1]
        if rule.is_off or (self._hours_first and rule.days and rule.has_hours):
            self._rules.append(_Rule())
        return self._rules[-1]

    def _read_days(self) -> None:
        rule = self._rules[-1]
        if rule.has_hours and (rule.is_off or rule.days or not self._hours_first):
            rule = _Rule()
            self._rules.append(rule)
        rule.days += self._day_list()

    def _day_list(self) -> list[int]:
        """Read "thứ 2 - thứ 6, CN", "thứ 2, 4, 6", "T2-6", "hàng ngày"."""
        days = _days_of(self._peek())
        self._at += 1
        while True:
            joint, after = self._peek(), self._peek(1)
            if joint.word not in (Word.DASH, Word.COMMA) or not self._is_day(1):
                return days
            more = _days_of(after)
            if joint.word is Word.DASH:
                if len(more) > 1 or more[0] == _HOLIDAY:
                    raise _UnknownHours
                more = [(days[-1] + ahead) % 7 for ahead in range(1, (more[0] - days[-1]) % 7 + 1)]
            days += more
            self._at += 2

    def _is_day(self, ahead: int) -> bool:
        token = self._peek(ahead)
        if token.word is not Word.NUMBER:
            return token.word in (Word.DAY, Word.DAYS)
        begins_hours = self._peek(ahead + 1).word is Word.DASH and self._peek(ahead + 2).word is Word.TIME
        return token.text in tuple("2345678") and not begins_hours

    def _span(self, half: str = "") -> Span:
        start, start_half = self._time(half)
        if self._peek().word is not Word.DASH:
            raise _UnknownHours
        self._at += 1
        end, end_half = self._time(half)
        if start.word is end.word is Word.NUMBER:
            raise _UnknownHours
        span = Span(_minutes(start, start_half or half), _minutes(end, end_half or half) or 24 * 60)
        if span.end <= span.start and start_half and not end_half:
            # "5h chiều - 9h" means nine in the evening, or not.
            raise _UnknownHours
        return span

    def _time(self, half: str) -> tuple[_Token, str]:
        """Read a time and the half of the day said after it ("5h chiều"), which is not the one before the next."""
        token = self._peek()
        if token.word not in _TIMES:
            raise _UnknownHours
        self._at += 1
        if half or self._peek().word is not Word.HALF or self._peek(1).word in _TIMES:
            return token, ""
        self._at += 1
        return token, self._tokens[self._at - 1].text

    def _read_half(self, token: _Token) -> None:
        """Read "sáng 7h-11h", or "thứ 7 sáng": the morning of the days before."""
        self._at += 1
        if self._peek().word in _TIMES:
            rule = self._rule_for_hours()
            rule.spans.append(self._span(token.text))
        else:
            self._rules[-1].halves.append(token.text)

    def _read_off(self) -> None:
        """Read "chủ nhật nghỉ", "nghỉ chủ nhật", "trừ chủ nhật"."""
        is_except = self._peek().word is Word.EXCEPT
        self._at += 1
        rule = self._rules[-1]
        if rule.days and not rule.has_hours and not is_except:
            rule.is_off = True
            return
        if not self._is_day(0):
            raise _UnknownHours
        self._exceptions.append(_Rule(self._day_list(), is_off=True))


def _days_of(token: _Token) -> list[int]:
    text = token.text
    if text in ("chu nhat", "cn"):
        return [6]
    if text == "cuoi tuan":
        return [5, 6]
    if text.endswith((" le", "tet")) or text == "le":
        return [_HOLIDAY]
    if token.word is Word.DAYS:
        return list(range(7))
    number = text.removeprefix("thu").removeprefix("t").strip()
    return [_ORDINALS[number] if number in _ORDINALS else int(number) - 2]


def _minutes(token: _Token, half: str = "") -> int:
    match = _CLOCK.fullmatch(token.text)
    if match is None:
        raise _UnknownHours
    hour, minute = int(match[1]), int(match[2] or 0)
    if token.text.endswith("ruoi"):
        minute = 30
    if half in ("chieu", "toi") and hour < 12:
        hour += 12
    if hour > 24 or minute > 59 or (hour == 24 and minute):
        raise _UnknownHours
    return hour * 60 + minute


def _week(rules: list[_Rule]) -> HoursForm:
    rows: list[Spans | None] = [None] * (_HOLIDAY + 1)
    last: list[Span] = []
    for rule in rules:
        if not rule.days or not rule.has_hours:
            raise _UnknownHours
        spans = SHUT if rule.is_off else (*rule.spans, *(_half_of(last, half) for half in rule.halves))
        check_spans(spans)
        for day in rule.days:
            rows[day] = spans
        last = list(spans) or last
    if not any(rows[:_HOLIDAY]):
        raise _UnknownHours
    days, holiday = tuple(spans or SHUT for spans in rows[:_HOLIDAY]), rows[_HOLIDAY]
    if holiday is None:
        return HoursForm(Kind.WEEK, days)
    return HoursForm(Kind.WEEK, days, Holiday.OPEN if holiday else Holiday.OFF, holiday)


def _half_of(spans: list[Span], half: str) -> Span:
    """Return the morning or the afternoon among the hours said before."""
    found = [span for span in spans if (span.end <= _NOON + 60) == (half == "sang") and half != "toi"]
    if len(found) != 1:
        raise _UnknownHours
    return found[0]
