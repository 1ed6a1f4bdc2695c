"""What holds of an entry, whatever the storage."""

from enum import StrEnum

#: The source of every invented entry: shown as "dữ liệu minh hoạ", never dialled, never referred to.
ILLUSTRATIVE_SOURCE = "minh-hoa"
#: The subject of telephone lines.
HOTLINES = "duong-day-nong"


class Visibility(StrEnum):
    """How much of a place may be known: all, only its ward, or only its telephone."""

    PUBLIC = "public"
    PARTIAL = "partial"
    HIDDEN = "hidden"
