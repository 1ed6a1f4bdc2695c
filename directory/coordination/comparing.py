"""What a request wants beside what its entry says today, column by column. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from directory.catalogue.queries.requests import RequestLine
from directory.catalogue.rules import Visibility
from directory.catalogue.upkeep import PART_OF, RequestKind

#: What somebody ticked, and the cells that are to be looked at for it.
COLUMNS_OF_FAULT = {
    "phone_wrong": ("phones",),
    "no_answer": ("phones",),
    "closed": ("closed_on", "reopens_on"),
    "moved": ("address", "ward", "latitude", "longitude"),
    "hours_wrong": ("opening_hours",),
    "fees_wrong": ("fees",),
    "asks_papers": ("id_required",),
    "informs_police": ("reports_to_police",),
}
#: What she who ticked it says is right, where that is clear.
_SAYS = {"asks_papers": ("id_required", "có"), "informs_police": ("reports_to_police", "có")}


@dataclass(frozen=True)
class Compared:
    """One column: what the entry says, and what is wanted instead."""

    column: str
    now: str
    wanted: str
    #: What the entry said when the request was made, where it says something else since.
    was: str | None = None

    @property
    def differs(self) -> bool:
        """Whether there is anything to compare."""
        return self.wanted != self.now or self.was is not None


#: What must be typed anew where a place is to be told that is not told yet: until then it is written nowhere.
_PLACE = ("address", "ward", "province", "latitude", "longitude")


def compared(line: RequestLine, now: Mapping[str, str]) -> list[Compared]:
    """Return the columns that the request is about: what was ticked first, then in the order of the entry's parts."""
    wanted = dict(_said(line)) | line.wanted
    ticked = dict.fromkeys(column for fault in line.reasons for column in COLUMNS_OF_FAULT.get(fault, ()))
    about = {*wanted, *ticked}
    if "address" in wanted or "ward" in wanted:
        # Another address may be another point; she who puts it right sees both.
        about.update(("latitude", "longitude"))
    if _tells_more(now.get("visibility", ""), wanted.get("visibility", "")):
        about.update(_PLACE)
    ordered = [*ticked, *(column for column in PART_OF if column in about and column not in ticked)]
    return [_compared(line, column, now.get(column, ""), wanted) for column in ordered]


def _compared(line: RequestLine, column: str, now: str, wanted: Mapping[str, str]) -> Compared:
    was = line.seen.get(column, now)
    return Compared(column, now, wanted.get(column, now), was if was != now else None)


def _said(line: RequestLine) -> Iterator[tuple[str, str]]:
    if line.kind is RequestKind.REPORT:
        yield from (_SAYS[fault] for fault in line.reasons if fault in _SAYS)


def _tells_more(now: str, wanted: str) -> bool:
    steps = [visibility.value for visibility in Visibility]
    return now in steps and wanted in steps and steps.index(wanted) < steps.index(now)
