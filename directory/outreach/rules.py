"""What is counted of the programme's work, in words that the database holds. Pure."""

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from enum import StrEnum


class ContactKind(StrEnum):
    """Whether somebody was talked to alone or in a group."""

    ALONE = "alone"
    GROUP = "group"


class ActivityKind(StrEnum):
    """What kind of gathering an activity was; the words of the programme's reports."""

    TRAINING = "training"  # tập huấn
    WORKSHOP = "workshop"  # hội thảo
    CAMPAIGN = "campaign"  # tuyên truyền
    MEETING = "meeting"  # họp


class MoveKind(StrEnum):
    """What happened to a number of copies of a material."""

    #: Printed, written or brought: they came into being or into the store.
    MADE = "made"
    #: Given by the store to a peer group.
    ISSUED = "issued"
    #: Given out to people, otherwise than with a contact.
    HANDED_OUT = "handed_out"
    #: A group gave them back to the store.
    RETURNED = "returned"
    #: Lost, spoilt or out of date.
    WRITTEN_OFF = "written_off"


#: More people at one contact, at one activity, or more copies at once, would be a slip of the finger.
MOST_AT_CONTACT, MOST_AT_ACTIVITY, MOST_COPIES = 100, 10_000, 1_000_000
#: A contact that was forgotten is written down within a month, or not at all.
LATEST_AFTER = timedelta(days=31)
#: Whoever wrote a contact down may take it back for a day; the last one, straight from the form, for a moment.
TAKEN_BACK_WITHIN, UNDONE_WITHIN = timedelta(hours=24), timedelta(minutes=15)
#: For so long the form begins with what she chose the last time.
KEPT_FOR = timedelta(minutes=30)
#: After that nobody needs to know any more who wrote a contact down.
WRITER_KNOWN_FOR = timedelta(days=31)
#: More copies of one material at one contact would be a slip of the finger; the table says the same.
MOST_COPIES_AT_CONTACT = 1_000


def listed(topics: Collection[str]) -> str:
    """Return topics as a row holds them: slugs in the order of the alphabet between commas, or nothing."""
    return f",{','.join(sorted(set(topics)))}," if topics else ""


def unlisted(text: str) -> tuple[str, ...]:
    """Return the topics that ``listed`` was given."""
    return tuple(text.strip(",").split(",")) if text else ()


def least_from(changes: Iterable[tuple[date, int]], day: date) -> int:
    """Return the least that a store held at the end of this day or of any later one: so much may be taken out on it.

    ``changes`` are days and what came (or, below nothing, went) on them, in any order.
    """
    by_day: dict[date, int] = {}
    for when, number in changes:
        by_day[when] = by_day.get(when, 0) + number
    held = sum(number for when, number in by_day.items() if when <= day)
    least = held
    for when in sorted(when for when in by_day if when > day):
        held += by_day[when]
        least = min(least, held)
    return least
