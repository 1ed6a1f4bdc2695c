"""What holds of keeping entries true: who must look at what, how often, which columns are of which part. Pure."""

from collections.abc import Collection
from datetime import date, timedelta
from enum import StrEnum

from directory.catalogue.rules import HOTLINES, Visibility


class Part(StrEnum):
    """What an entry is made of; a site or service is shared by several entries."""

    PROVIDER = "provider"
    SITE = "site"
    SERVICE = "service"
    OFFERING = "offering"


class How(StrEnum):
    """By which act an entry was changed."""

    ADD = "add"
    EDIT = "edit"
    CORRECTION = "correction"
    VERIFY = "verify"
    CLOSE = "close"
    REOPEN = "reopen"
    MERGE = "merge"
    SPLIT = "split"
    IMPORT = "import"
    UNDO = "undo"


class RequestKind(StrEnum):
    """What a request asks for; a report says that something is wrong and not what would be right."""

    CHANGE = "change"
    ADD = "add"
    REPORT = "report"
    MERGE = "merge"


class Origin(StrEnum):
    """Who made a request."""

    PUBLIC = "public"
    PEER = "peer"
    STAFF = "staff"
    COORDINATOR = "coordinator"
    IMPORT = "import"


class RequestState(StrEnum):
    """What became of a request; outdated = the entry changed or went meanwhile."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    OUTDATED = "outdated"


class RunState(StrEnum):
    """What became of an imported file; waiting = for a second coordinator."""

    PREVIEW = "preview"
    WAITING = "waiting"
    WRITTEN = "written"
    DROPPED = "dropped"


class WarningKind(StrEnum):
    """What a peer may say of a place, to coordinators only."""

    ASKED_FOR_PAPERS = "asked_for_papers"
    TREATED_BADLY = "treated_badly"
    TURNED_AWAY = "turned_away"


#: What somebody may say is wrong with an entry.
FAULTS = ("phone_wrong", "no_answer", "closed", "moved", "hours_wrong", "fees_wrong", "asks_papers", "informs_police")

SHELTER = "tam-lanh"
#: A wrong word about these can cost a life: two coordinators see every change.
PROTECTED_CATEGORIES = frozenset({SHELTER, HOTLINES})
VERIFY_EVERY = timedelta(days=180)
VERIFY_PROTECTED_EVERY = timedelta(days=90)

#: Columns of the import table by the part that holds them; ``closed_on`` and ``reopens_on`` are no columns of a file.
COLUMNS_OF = {
    Part.PROVIDER: ("provider",),
    Part.SITE: ("site", "visibility", "address", "ward", "province", "latitude", "longitude", "wheelchair"),
    Part.SERVICE: ("service", "category", "description", "website"),
    Part.OFFERING: (
        *("phones", "hotline_24h", "opening_hours", "fees", "languages", "eligibility", "documents"),
        *("anonymous_ok", "id_required", "reports_to_police", "facts", "source_url", "verified_on"),
        *("closed_on", "reopens_on"),
    ),
}
PART_OF = {column: part for part, columns in COLUMNS_OF.items() for column in columns}
#: Of a place that is kept back, history goes on saying these; every other value is erased.
NEVER_TELLS_PLACE = frozenset(
    {
        *("phones", "hotline_24h", "languages", "anonymous_ok", "id_required", "reports_to_police", "facts"),
        *("visibility", "category", "verified_on", "closed_on", "reopens_on", "wheelchair"),
    }
)


def is_protected(categories: Collection[str], visibility: Visibility) -> bool:
    """Whether a change needs a second coordinator: shelters, hotlines, and whatever else is kept hidden."""
    return visibility is Visibility.HIDDEN or not PROTECTED_CATEGORIES.isdisjoint(categories)


def due_on(verified_on: date | None, *, is_protected: bool) -> date | None:
    """Return the day on which the entry is to be verified again; None when it never was, so it is due now."""
    if verified_on is None:
        return None
    return verified_on + (VERIFY_PROTECTED_EVERY if is_protected else VERIFY_EVERY)
