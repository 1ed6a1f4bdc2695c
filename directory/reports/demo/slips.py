"""A few dozen slips in every state, to be tried out: each with the history that its steps would have written.

They are written by what writes every slip, at moments of the last weeks; the database's own checks hold for them, too.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from directory import clock
from directory.accounts.models import Desk, PeerGroup
from directory.accounts.queries import account_named
from directory.accounts.rules import CLIENT, SYSTEM, Actor
from directory.accounts.sessions import account_actor, desk_actor
from directory.catalogue.models import Offering
from directory.extensions import db
from directory.referrals import consent, operations
from directory.referrals.models import GivenService, Slip
from directory.referrals.numbers import new_client_code
from directory.referrals.operations.facts import follow
from directory.referrals.operations.history import begin, write
from directory.referrals.operations.issuing import new_slip, place_of
from directory.referrals.rules import STEPS, VALID_FOR, Reason, State, Urgency
from directory.reports.demo.published import any_row

_PEER, _COORDINATOR, _STAFF = "dong-dang-1", "dieu-phoi-1", "tiep-nhan-1"
#: The site with staff, those with a desk, and those that nobody answers at; by the name of an entry of ``demo.csv``.
_CLINIC, _LAWYER, _CENTRE = "mh-hl-ttyt-1-", "mh-hl-vp-luat-su-1", "mh-hl-ctxh-1-"
_BOOK_SIZE = 12
#: Fewer than slips: some people have two.
_PEOPLE = 28
_24, _72, _2W = Urgency.DAY, Urgency.THREE_DAYS, Urgency.TWO_WEEKS
_SERVED = "acknowledge 4, confirm_arrival 26, record_service 27"

#: Entry, category, urgency, how many hours ago it was issued, and its steps with the hours after that.
_SLIPS: tuple[tuple[str, str, Urgency, int, str], ...] = (
    (f"{_CLINIC}b", "hiv-xet-nghiem", _72, 3, ""),
    (f"{_CLINIC}d", "prep-pep", _24, 20, ""),
    (_LAWYER, "tro-giup-phap-ly", _72, 30, ""),
    (f"{_CENTRE}a", "tu-van-tam-ly", _2W, 50, ""),
    ("mh-hl-cdc-1-b", "benh-lay-truyen-tinh-duc", _72, 130, "mark_silent 73"),
    ("mh-hl-dvvl-1", "gioi-thieu-viec-lam", _2W, 420, "mark_silent 337"),
    ("mh-hl-lao-dong-1", "quyen-lao-dong", _72, 60, "acknowledge 50"),
    (f"{_CLINIC}a", "kham-benh", _72, 26, "acknowledge 2"),
    (f"{_CLINIC}c", "arv", _72, 40, "acknowledge 5"),
    (_LAWYER, "tro-giup-phap-ly", _2W, 72, "acknowledge 20"),
    (f"{_CLINIC}b", "hiv-xet-nghiem", _72, 30, "acknowledge 3, confirm_arrival 28"),
    (f"{_CENTRE}c", "chong-bao-luc-gioi", _24, 9, "confirm_arrival 7"),
    (f"{_CLINIC}b", "hiv-xet-nghiem", _72, 100, f"{_SERVED}, answer_need 74 yes"),
    (f"{_CLINIC}d", "prep-pep", _24, 150, f"{_SERVED}, answer_need 100 yes"),
    (f"{_CLINIC}a", "kham-benh", _2W, 60, _SERVED),
    (_LAWYER, "tro-giup-phap-ly", _72, 170, f"{_SERVED}, answer_need 120 no"),
    (f"{_CENTRE}a", "tu-van-tam-ly", _2W, 200, f"{_SERVED}, answer_need 160 yes"),
    (f"{_CENTRE}b", "ho-tro-vat-chat", _72, 340, f"{_SERVED}, answer_need 200 yes"),
    (f"{_CLINIC}c", "arv", _72, 500, f"{_SERVED}, answer_need 170 yes"),
    (f"{_CLINIC}b", "hiv-xet-nghiem", _72, 700, f"{_SERVED}, answer_need 170 yes"),
    (f"{_CLINIC}e", "methadone", _2W, 900, _SERVED),
    (_LAWYER, "tro-giup-phap-ly", _2W, 1100, f"{_SERVED}, answer_need 120 yes"),
    (f"{_CLINIC}a", "kham-benh", _72, 1300, f"{_SERVED}, answer_need 90 no"),
    (f"{_CENTRE}a", "tu-van-tam-ly", _72, 1500, f"{_SERVED}, answer_need 150 yes"),
    (f"{_CLINIC}d", "prep-pep", _72, 1700, f"{_SERVED}, answer_need 150 yes"),
    (f"{_CLINIC}b", "hiv-xet-nghiem", _72, 1900, f"{_SERVED}, answer_need 150 yes"),
    (f"{_CLINIC}c", "arv", _24, 48, "decline 3 no_capacity"),
    (_LAWYER, "tro-giup-phap-ly", _72, 250, "acknowledge 5, decline 50 not_eligible"),
    (f"{_CENTRE}b", "ho-tro-vat-chat", _72, 800, "decline 22 papers_missing"),
    (f"{_CLINIC}a", "kham-benh", _72, 190, "acknowledge 4, no_show 120"),
    (f"{_CENTRE}a", "tu-van-tam-ly", _2W, 1000, "acknowledge 8, no_show 400"),
    ("mh-hl-quy-1", "vay-von", _2W, 1100, "mark_silent 337, expire 744"),
    ("mh-hl-day-nghe-tu-1", "day-nghe", _2W, 1600, "acknowledge 40, expire 744"),
    (f"{_CLINIC}a", "kham-benh", _72, 90, "acknowledge 6, confirm_arrival 27, forward 28 mh-hl-cdc-1-b"),
    (f"{_CENTRE}a", "tu-van-tam-ly", _72, 75, "forward 20 mh-hl-tam-ly-tu-1"),
    ("mh-hl-phu-khoa-1-a", "suc-khoe-sinh-san", _72, 70, "cancel 30"),
    (f"{_CLINIC}b", "hiv-xet-nghiem", _72, 600, "acknowledge 9, cancel 60"),
    (f"{_CLINIC}b", "hiv-xet-nghiem", _72, 120, "withdraw_consent 80"),
    (_LAWYER, "tro-giup-phap-ly", _72, 700, f"{_SERVED}, withdraw_consent 300"),
    ("mh-hl-nha-thuoc-1", "nha-thuoc", _24, 55, "void 1"),
)


@dataclass(frozen=True)
class _Whose:
    """What all slips of one wish say."""

    peer: Actor
    client_code: str
    category: str
    urgency: Urgency


@dataclass(frozen=True)
class _Cast:
    """Who takes the steps: the peer, the coordinator, and whoever receives at a site."""

    peer: Actor
    coordinator: Actor
    #: By site.
    receivers: dict[int, Actor]

    def taking(self, name: str, slip: Slip) -> Actor:
        """Return who takes this step of the slip."""
        if name in {"mark_silent", "expire"}:
            return SYSTEM
        if name == "withdraw_consent":
            return CLIENT
        if name in {"cancel", "void", "answer_need"} or slip.site_id not in self.receivers:
            return self.peer
        return self.receivers[slip.site_id]


def load_slips(now: datetime) -> None:
    """Write the slips down, unless the illustrative groups have any."""
    if any_row(Slip.group_id.in_(select(PeerGroup.id).where(PeerGroup.is_demo))):
        return
    cast = _cast()
    people = [new_client_code() for _ in range(_PEOPLE)]
    for place, (entry, category, urgency, hours_ago, steps) in enumerate(_SLIPS):
        whose = _Whose(cast.peer, people[place * 3 % _PEOPLE], category, urgency)
        slip = _issued(whose, entry, now - timedelta(hours=hours_ago))
        for step in filter(None, steps.split(", ")):
            _take(cast, slip, step)
    _load_book(cast)


def _cast() -> _Cast:
    peer, coordinator, staff = (account_actor(account_named(name)) for name in (_PEER, _COORDINATOR, _STAFF))  # type: ignore[arg-type]
    desks = db.session.scalars(select(Desk).where(Desk.is_demo).order_by(Desk.id))
    receivers = {desk.site_id: desk_actor(desk) for desk in desks}
    return _Cast(peer, coordinator, receivers | ({staff.site_id: staff} if staff.site_id else {}))


def _issued(whose: _Whose, entry: str, at: datetime, **more: Any) -> Slip:
    """Write a slip as ``operations.issue`` does, at another moment."""
    group = db.session.get_one(PeerGroup, whose.peer.group_id)
    slip = new_slip(
        State.ISSUED,
        group_id=group.id,
        area_id=group.area_id,
        issuer_id=whose.peer.account_id,
        urgency=whose.urgency,
        client_code=whose.client_code,
        is_adult=True,
        consent_version=consent.present().version,
        consent_send=True,
        consent_count=True,
        issued_at=at,
        valid_until=at.astimezone(clock.LOCAL_ZONE).date() + VALID_FOR,
        **place_of(_offering_code(entry), whose.category),
        **more,
    )
    begin(slip, "issue", whose.peer, at)
    follow(slip, is_new=True)
    return slip


def _offering_code(entry: str) -> str:
    return db.session.scalars(select(Offering.code).where(Offering.external_id == entry)).one()


def _take(cast: _Cast, slip: Slip, step: str) -> None:
    """Take one step, so many hours after the issue, with what else it says."""
    name, hours, *said = step.split()
    assert slip.issued_at is not None  # noqa: S101 - it was issued just now
    at = slip.issued_at + timedelta(hours=int(hours))
    notes = _NOTES[name](at, said) if name in _NOTES else {}
    if name == "record_service":
        slip.given = [GivenService(category_slug=slip.category_slug, count=1)]
        db.session.flush()
    write(cast.taking(name, slip), slip, name, STEPS[name].target or slip.state, at=at, **notes)
    if name == "forward":
        _forwarded(cast, slip, said[0], at)


#: What a step notes besides the state.
_NOTES: dict[str, Callable[[datetime, list[str]], dict[str, Any]]] = {
    "acknowledge": lambda at, _: {"acknowledged_at": at},
    "confirm_arrival": lambda at, _: {"arrived_at": at, "presented_at": at},
    "record_service": lambda at, _: {"served_at": at},
    "answer_need": lambda at, said: {"need_met": said == ["yes"], "need_answered_at": at},
    "decline": lambda _, said: {"reason": Reason(said[0])},
    "mark_silent": lambda at, _: {"silent_at": at},
    "withdraw_consent": lambda _at, _said: {"client_code": None, "language_need": None, "access_needs": []},
}


def _forwarded(cast: _Cast, slip: Slip, entry: str, at: datetime) -> None:
    whose = _Whose(cast.peer, str(slip.client_code), str(slip.category_slug), slip.urgency)
    _issued(whose, entry, at, parent_id=slip.id)


def _load_book(cast: _Cast) -> None:
    """Mint a book for the peer's group, with one slip of it thrown away."""
    group_id = cast.peer.group_id
    book = operations.mint(cast.coordinator, group_id or 0, _BOOK_SIZE)
    blank = db.session.scalars(select(Slip).where(Slip.book_id == book.id).order_by(Slip.id)).all()
    operations.void(cast.coordinator, blank[-1].code)
