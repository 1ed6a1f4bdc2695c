"""Roles and what each may do, how long a session lasts, how trying is slowed down. Pure: time is an argument."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil
from unicodedata import combining
from uuid import UUID


class Role(StrEnum):
    """What an account is for. There is no role for the police, and none that sees every slip."""

    PEER_EDUCATOR = "peer_educator"
    PROVIDER_STAFF = "provider_staff"
    COORDINATOR = "coordinator"
    ADMINISTRATOR = "administrator"


class Party(StrEnum):
    """Who takes a step: a person with an account, a site's desk without one, the client, or time."""

    PEER = "peer"
    PROVIDER = "provider"
    COORDINATOR = "coordinator"
    ADMINISTRATOR = "administrator"
    CLIENT = "client"
    SYSTEM = "system"


#: Everything that somebody may do, by role; a route names one of these (``web.access.requires``).
ABILITIES: dict[Role, frozenset[str]] = {
    Role.PEER_EDUCATOR: frozenset(
        {"account.own", "slips.issue", "slips.track", "catalogue.suggest", "catalogue.warn", "contacts.write"}
    ),
    Role.PROVIDER_STAFF: frozenset({"account.own", "slips.receive", "slips.inbox", "catalogue.suggest"}),
    Role.COORDINATOR: frozenset(
        {
            "account.own",
            "slips.oversee",
            "slips.track",
            "books.mint",
            "accounts.manage",
            "groups.manage",
            "desks.manage",
            "catalogue.edit",
            "catalogue.import",
            "areas.manage",
            "programme.manage",
            "reports.read",
            "reports.exact",
            "reports.close",
            "reports.enter",
        }
    ),
    Role.ADMINISTRATOR: frozenset({"account.own", "accounts.manage", "groups.manage", "areas.manage"}),
}
#: A desk that proved its PIN: it opens slips that are presented to it, and has no inbox.
DESK_ABILITIES = frozenset({"slips.receive"})
#: Before the second factor that these roles must have is set up, nothing but setting it up is allowed.
MUST_HAVE_SECOND_FACTOR = frozenset({Role.COORDINATOR, Role.ADMINISTRATOR})

PARTY_OF = {
    Role.PEER_EDUCATOR: Party.PEER,
    Role.PROVIDER_STAFF: Party.PROVIDER,
    Role.COORDINATOR: Party.COORDINATOR,
    Role.ADMINISTRATOR: Party.ADMINISTRATOR,
}

ABSOLUTE_SESSION = timedelta(hours=12)
IDLE_SESSION = timedelta(minutes=15)
IDLE_COORDINATOR_SESSION = timedelta(minutes=30)

#: So many failures are free; then each try waits.
FREE_FAILURES = 5
LONGEST_WAIT_S = 30
FORGET_FAILURES = timedelta(minutes=15)


@dataclass(frozen=True)
class Actor:
    """Who is behind a request: an account, a site's desk, a client who holds a slip, or the system itself.

    ``key`` is what the audit and the stored answers know her by; it names no person.
    """

    party: Party
    key: str
    abilities: frozenset[str] = frozenset()
    role: Role | None = None
    account_id: int | None = None
    account_uuid: UUID | None = None
    name: str = ""
    group_id: int | None = None
    site_id: int | None = None
    area_ids: frozenset[int] = frozenset()
    all_areas: bool = False
    is_demo: bool = False
    #: Codes of the slips that were held before this browser of late; a slip to nobody in particular is seen by these.
    presented: frozenset[str] = frozenset()

    @property
    def is_desk(self) -> bool:
        """Whether this is a site's desk without an account."""
        return self.party is Party.PROVIDER and self.account_id is None

    def covers_area(self, area_id: int) -> bool:
        """Whether a coordinator answers for this area."""
        return self.all_areas or area_id in self.area_ids


SYSTEM = Actor(Party.SYSTEM, "system")
CLIENT = Actor(Party.CLIENT, "client")


#: A passphrase proven so short a while ago is not asked for anew.
PROOF_LASTS = timedelta(minutes=5)
INVITATION_LASTS = timedelta(days=7)

SHORTEST_NAME, LONGEST_NAME = 3, 30
_NAME_SIGNS = " ._-"
#: So many digits in a name are a telephone or identity number.
_TOO_MANY_DIGITS = 7


def name_fault(name: str) -> str | None:
    """Return what is wrong with a sign-in name, as a sentence, or None; it must be no number, address or mail box."""
    if not SHORTEST_NAME <= len(name) <= LONGEST_NAME:
        return "Tên đăng nhập cần từ 3 đến 30 ký tự."
    if not all(letter.isalnum() or letter in _NAME_SIGNS or combining(letter) for letter in name):
        return "Tên đăng nhập chỉ gồm chữ, số, dấu cách, dấu chấm và gạch nối."
    if sum(letter.isdigit() for letter in name) >= _TOO_MANY_DIGITS:
        return "Đừng dùng số điện thoại hay số giấy tờ làm tên. Hãy chọn một biệt danh."
    return None


def may_manage(actor: Actor, role: Role, area_ids: frozenset[int]) -> bool:
    """Whether she may invite, reset, disable an account of this role: nobody makes somebody above herself.

    ``area_ids`` are those that a peer's group or a member of staff's site lies in.
    """
    if actor.party is Party.SYSTEM:
        return True
    if "accounts.manage" not in actor.abilities:
        return False
    if actor.role is Role.ADMINISTRATOR:
        return True
    return role not in MUST_HAVE_SECOND_FACTOR and (actor.all_areas or not area_ids.isdisjoint(actor.area_ids))


def wait_after(failures: int, failed_at: datetime, now: datetime) -> int:
    """Return for how many seconds a try must still wait after so many failures: 2, 4, 8, 16, 30, never longer."""
    if failures < FREE_FAILURES or now - failed_at > FORGET_FAILURES:
        return 0
    wait = timedelta(seconds=min(2 ** min(failures - FREE_FAILURES + 1, 5), LONGEST_WAIT_S))
    # A clock that was set back must not make anybody wait for hours.
    left = min(failed_at + wait - now, wait)
    return max(0, ceil(left.total_seconds()))


def session_ends_at(role: Role | None, created_at: datetime, seen_at: datetime) -> datetime:
    """Return when a session is over if nothing more is seen of it: idle or absolute, whichever is first."""
    idle = IDLE_COORDINATOR_SESSION if role in MUST_HAVE_SECOND_FACTOR else IDLE_SESSION
    return min(created_at + ABSOLUTE_SESSION, seen_at + idle)
