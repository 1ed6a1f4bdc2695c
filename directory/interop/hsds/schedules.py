"""Opening hours as HSDS schedules and back. Pure.

There: weekly rules in the words of iCal. Here: OSM text, which also knows holidays, seasons and comments; so a schedule
of ours only says the week, and the whole text goes along as a detail.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import time
from typing import Any

from directory.catalogue.hours import Week, is_valid, week_of
from directory.interop.hsds.names import own_id

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
#: Viet Nam's time. Units: hours east of UTC.
UTC_OFFSET_H = 7
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::\d{2})?(?:Z|[+-]\d{2}:?\d{2})?")
_DAY = re.compile(r"MO|TU|WE|TH|FR|SA|SU")
#: With one of these a rule does not hold every week.
_LIMITS = ("byweekno", "bymonthday", "byyearday", "count")


def schedules_of(hours: str | None, of: str) -> list[dict[str, Any]]:
    """Return the week of some opening hours as schedules of the object ``of``; none when they are unknown."""
    week = week_of(hours)
    if week is None:
        return []
    said = _said(week)
    if week.is_always:
        return [_schedule(of, DAYS, "00:00", "23:59", said)]
    found = [
        _schedule(of, DAYS[group.first : group.last + 1], _clock(opens), _clock(closes, is_end=True), said)
        for group in week.groups
        for opens, closes in group.spans
    ]
    return found or [{"id": own_id("schedule", of, "said"), "description": said or "Không có giờ cố định"}]


def _schedule(of: str, days: Iterable[str], opens_at: str, closes_at: str, said: str) -> dict[str, Any]:
    byday = ",".join(days)
    described = {"description": said} if said else {}
    return {
        "id": own_id("schedule", of, byday, opens_at, closes_at),
        "timezone": UTC_OFFSET_H,
        "wkst": "MO",
        "freq": "WEEKLY",
        "interval": 1,
        "byday": byday,
        "opens_at": f"{opens_at}+07:00",
        "closes_at": f"{closes_at}+07:00",
        **described,
    }


def _clock(moment: time, *, is_end: bool = False) -> str:
    # HSDS has no 24:00.
    return "23:59" if is_end and moment == time() else moment.strftime("%H:%M")


def _said(week: Week) -> str:
    words = ["Mở cả ngày lẫn đêm"] if week.is_always else []
    if week.holiday == ():
        words.append("Nghỉ ngày lễ")
    elif week.holiday:
        words.append("Có mở ngày lễ")
    if week.is_seasonal:
        words.append("Giờ thay đổi theo mùa")
    return "; ".join((*words, *week.comments))


def hours_of(schedules: Iterable[Mapping[str, Any]]) -> str:
    """Return schedules as OSM text; what OSM cannot say becomes a comment, and empty means that nothing is said."""
    rules = list(dict.fromkeys(filter(None, (_rule(schedule) for schedule in schedules))))
    whole = "; ".join(_joined(rules))
    return whole if whole and is_valid(whole) else ""


def _joined(rules: list[str]) -> list[str]:
    """Join the spans of the same days with a comma: a second rule would replace the first."""
    spans: dict[tuple[str, str], list[str]] = {}
    for rule in rules:
        days, _, rest = rule.partition(" ")
        span, _, comment = rest.partition(" ")
        if rule.startswith('"'):
            days, span, comment = "", "", rule
        spans.setdefault((days, comment), []).append(span)
    return [" ".join(filter(None, (days, ",".join(held), comment))) for (days, comment), held in spans.items()]


def _rule(schedule: Mapping[str, Any]) -> str:
    words = _comment(str(schedule.get("description") or schedule.get("notes") or ""))
    days = _DAY.findall(str(schedule.get("byday") or "").upper())
    opens, closes = (_TIME.fullmatch(str(schedule.get(name) or "")) for name in ("opens_at", "closes_at"))
    is_weekly = schedule.get("freq") in (None, "WEEKLY") and (schedule.get("interval") or 1) == 1
    if not days or not opens or not closes or not is_weekly or re.search(r"\d", str(schedule.get("byday"))):
        return words
    spans = f"{_osm_days(days)} {int(opens[1]):02}:{opens[2]}-{_osm_end(closes)}"
    return f"{spans} {words}".strip() if any(schedule.get(limit) for limit in _LIMITS) else spans


def _osm_end(closes: re.Match[str]) -> str:
    end = f"{int(closes[1]):02}:{closes[2]}"
    return "24:00" if end in ("23:59", "00:00") else end


def _osm_days(days: list[str]) -> str:
    numbers = sorted({DAYS.index(day) for day in days})
    names = [DAYS[number].title() for number in numbers]
    is_row = len(numbers) > 2 and numbers[-1] - numbers[0] == len(numbers) - 1
    return f"{names[0]}-{names[-1]}" if is_row else ",".join(names)


def _comment(text: str) -> str:
    plain = re.sub(r'["\s]+', " ", text).strip()[:300]
    return f'"{plain}"' if plain else ""
