"""In which order the emergency numbers stand: what a woman in danger most probably needs comes first. Pure.

1. danger to life, in the order 113, 115, 114, 112: three digits, free, answered day and night everywhere;
2. beaten, forced or sold;  3. somebody to listen;  4. children;  5. everything else that can be asked.
Within a group: lines for the whole country before those of one province, violence before trafficking, whoever
answers now, a free call, then the order of the list.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from directory.catalogue.queries import Card

#: The national short numbers for danger to life, in the order in which they are shown.
LIFE_NUMBERS = ("113", "115", "114", "112")
_VIOLENCE = "chong-bao-luc-gioi"


class Need(StrEnum):
    """What somebody calls for, most urgent first."""

    LIFE = "life"
    VIOLENCE = "violence"
    LISTENING = "listening"
    CHILDREN = "children"
    OTHER = "other"


_SUBJECTS_OF = {
    Need.VIOLENCE: frozenset({_VIOLENCE, "tam-lanh", "chong-mua-ban-nguoi"}),
    Need.LISTENING: frozenset({"tu-van-tam-ly", "nhom-ho-tro"}),
    Need.CHILDREN: frozenset({"bao-ve-tre-em"}),
}


class Group(NamedTuple):
    """The lines for one need, the first to call first."""

    need: Need
    lines: list[Card]


def by_need(lines: Iterable[Card]) -> list[Group]:
    """Return the lines in groups, most urgent first; a need without a line is left out."""
    found: dict[Need, list[Card]] = {need: [] for need in Need}
    for line in lines:
        found[_need_of(line)].append(line)
    return [Group(need, sorted(found[need], key=_urgency)) for need in Need if found[need]]


def is_free_to_call(line: Card) -> bool:
    """Whether the call costs nothing: three digits or 1800; of the others only the advice may be free."""
    number = line.phones[0].number if line.phones else ""
    return len(number) == 3 or number.startswith("1800")


def _need_of(line: Card) -> Need:
    if _life_rank(line) < len(LIFE_NUMBERS):
        return Need.LIFE
    return next((need for need, subjects in _SUBJECTS_OF.items() if subjects & set(line.categories)), Need.OTHER)


def _life_rank(line: Card) -> int:
    numbers = [phone.number for phone in line.phones]
    return next((rank for rank, number in enumerate(LIFE_NUMBERS) if number in numbers), len(LIFE_NUMBERS))


def _urgency(line: Card) -> tuple[int, bool, bool, bool, bool]:
    is_elsewhere = bool(line.province)
    return (
        _life_rank(line),
        is_elsewhere,
        _VIOLENCE not in line.categories,
        not line.open_now,
        not is_free_to_call(line),
    )
