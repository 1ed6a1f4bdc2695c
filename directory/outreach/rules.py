"""What is counted of the programme's work, in words that the database holds. Pure."""

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
