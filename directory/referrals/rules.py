"""The life of a slip as data, and what follows from it. Pure: time is an argument."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from directory.accounts.rules import Party


class State(StrEnum):
    """Where a slip stands."""

    BLANK = "BLANK"
    ISSUED = "ISSUED"
    ACKNOWLEDGED = "ACKNOWLEDGED"
    ARRIVED = "ARRIVED"
    SERVED = "SERVED"
    DECLINED = "DECLINED"
    NO_SHOW = "NO_SHOW"
    EXPIRED = "EXPIRED"
    FORWARDED = "FORWARDED"
    CANCELLED = "CANCELLED"
    WITHDRAWN = "WITHDRAWN"
    VOID = "VOID"


class Urgency(StrEnum):
    """How soon the person needs it (IASC inter-agency form: emergency, urgent, normal)."""

    DAY = "24h"
    THREE_DAYS = "72h"
    TWO_WEEKS = "2w"


#: How long a provider may be silent before the peer is shown the next one.
PATIENCE = {
    Urgency.DAY: timedelta(hours=24),
    Urgency.THREE_DAYS: timedelta(hours=72),
    Urgency.TWO_WEEKS: timedelta(weeks=2),
}


class Reason(StrEnum):
    """Why a provider turned a slip down; a list, since free text would be about a person."""

    NO_CAPACITY = "no_capacity"
    NOT_OFFERED = "not_offered"
    NOT_ELIGIBLE = "not_eligible"
    PAPERS_MISSING = "papers_missing"
    CLOSED = "closed"
    CLIENT_CHANGED_MIND = "client_changed_mind"
    WRONG_PLACE = "wrong_place"


class WithoutSlip(StrEnum):
    """Why no slip was made although a person stood there; only a number of times is kept."""

    NO_CONSENT = "no_consent"
    UNDER_18 = "under_18"
    COERCED = "coerced"
    #: There was no provider near enough who could help.
    NO_PLACE = "no_place"


_ANY = frozenset(State) - {State.BLANK, State.VOID, State.WITHDRAWN}


@dataclass(frozen=True)
class Step:
    """One way of a slip from one of several states to another, and who may take it."""

    name: str
    sources: frozenset[State]
    target: State | None
    parties: frozenset[Party]
    #: Whether the one who took it may take it back within ``UNDO_WITHIN``.
    can_be_undone: bool = False


def _step(name: str, sources: set[State], target: State | None, parties: set[Party], *, undo: bool = False) -> Step:
    return Step(name, frozenset(sources), target, frozenset(parties), undo)


_S, _P = State, Party
#: Every step there is (the design card's drawing as data). A target of None: the state stays, something else is noted.
STEPS: dict[str, Step] = {
    step.name: step
    for step in (
        _step("issue", {_S.BLANK}, _S.ISSUED, {_P.PEER}),
        _step("activate", {_S.BLANK}, _S.ARRIVED, {_P.PROVIDER}, undo=True),
        _step("acknowledge", {_S.ISSUED}, _S.ACKNOWLEDGED, {_P.PROVIDER, _P.PEER}, undo=True),
        _step(
            "confirm_arrival",
            {_S.ISSUED, _S.ACKNOWLEDGED, _S.NO_SHOW, _S.EXPIRED},
            _S.ARRIVED,
            {_P.PROVIDER},
            undo=True,
        ),
        _step("record_service", {_S.ARRIVED}, _S.SERVED, {_P.PROVIDER}, undo=True),
        _step("decline", {_S.ISSUED, _S.ACKNOWLEDGED, _S.ARRIVED}, _S.DECLINED, {_P.PROVIDER}, undo=True),
        _step("no_show", {_S.ACKNOWLEDGED}, _S.NO_SHOW, {_P.PROVIDER}, undo=True),
        _step("forward", {_S.ISSUED, _S.ACKNOWLEDGED, _S.ARRIVED}, _S.FORWARDED, {_P.PROVIDER}, undo=True),
        _step("cancel", {_S.ISSUED, _S.ACKNOWLEDGED}, _S.CANCELLED, {_P.PEER, _P.COORDINATOR}, undo=True),
        _step("void", {_S.BLANK, _S.ISSUED}, _S.VOID, {_P.PEER, _P.COORDINATOR}, undo=True),
        _step("withdraw_consent", set(_ANY), _S.WITHDRAWN, {_P.PEER, _P.COORDINATOR, _P.CLIENT}),
        _step("expire", {_S.ISSUED, _S.ACKNOWLEDGED}, _S.EXPIRED, {_P.SYSTEM}),
        _step("lapse", {_S.ARRIVED}, _S.EXPIRED, {_P.SYSTEM}),
        _step("mark_silent", {_S.ISSUED, _S.ACKNOWLEDGED}, None, {_P.SYSTEM}),
        _step("answer_need", {_S.SERVED}, None, {_P.PEER}),
    )
}
#: The step that goes back over another one.
UNDO = "undo"
#: The steps that make a slip: with them the first event has no state before it.
BORN = {"mint": State.BLANK, "issue": State.ISSUED}

#: States in which nothing more is expected; 90 days later the slip is purged.
CLOSED = frozenset(
    {
        State.SERVED,
        State.DECLINED,
        State.NO_SHOW,
        State.EXPIRED,
        State.FORWARDED,
        State.CANCELLED,
        State.WITHDRAWN,
        State.VOID,
    }
)

VALID_FOR = timedelta(days=30)
LAPSES_AFTER = timedelta(days=30)
VOID_WITHIN = timedelta(hours=24)
UNDO_WITHIN = timedelta(minutes=15)
PURGED_AFTER = timedelta(days=90)
#: How long a slip that ended stays in the lists.
SHOWN_WHEN_DONE = timedelta(days=30)
#: Whoever issued more in a day would be somebody misusing an account.
SLIPS_PER_DAY = 30
#: Blank slips in a book: at least one sheet of four, at most fifty.
SMALLEST_BOOK, LARGEST_BOOK = 4, 200
#: What a site may have to prepare for; a list, since free text would be about a person.
ACCESS_NEEDS = ("wheelchair", "women_staff", "companion", "child_along", "reading_help", "evening")

#: The steps that a slip to nobody in particular is taken up by: the site becomes its addressee.
CLAIMS = frozenset({"acknowledge", "confirm_arrival"})


def transitions() -> frozenset[tuple[str, State | None, State]]:
    """Return every (step, from, to) that may be written into a slip's history, with those that go back."""
    born = {(name, None, state) for name, state in BORN.items()}
    ways = {(step.name, source, step.target or source) for step in STEPS.values() for source in step.sources}
    back = {
        (UNDO, step.target, source)
        for step in STEPS.values()
        if step.can_be_undone and step.target
        for source in step.sources
    }
    return frozenset(born | ways | back)


def may_take(name: str, party: Party, state: State) -> bool:
    """Whether this party may take this step from this state, as far as the drawing says."""
    step = STEPS[name]
    return party in step.parties and state in step.sources


def is_silent(urgency: Urgency, issued_at: datetime, now: datetime) -> bool:
    """Whether nobody has answered for longer than the urgency allows."""
    return now - issued_at > PATIENCE[urgency]


class Past(NamedTuple):
    """One row of a slip's history."""

    step: str
    before: State | None
    after: State
    at: datetime
    actor: str


def standing(history: Iterable[Past]) -> list[Past]:
    """Return the steps that led to the present state, without those that were taken back or changed no state."""
    steps: list[Past] = []
    for past in history:
        if past.step == UNDO:
            steps.pop()
        elif past.before != past.after:
            steps.append(past)
    return steps


def undoable(history: Iterable[Past], actor: str, now: datetime) -> Past | None:
    """Return the last step when this actor may still take it back: her own, and of the last 15 minutes."""
    steps = standing(history)
    if not steps or steps[-1].step not in STEPS or not STEPS[steps[-1].step].can_be_undone:
        return None
    last = steps[-1]
    return last if last.actor == actor and now - last.at <= UNDO_WITHIN else None


def may_void(state: State, issued_at: datetime | None, now: datetime) -> bool:
    """Whether a slip made in error may still be thrown away: a blank one always, an issued one for a day."""
    return state is State.BLANK or (issued_at is not None and now - issued_at <= VOID_WITHIN)


def year_settles_on(year: int) -> date:
    """Return the first day on which the figures of a year may be closed, and no key of it is made any more.

    By then whatever belongs to it has come to be: a contact may be written down a month late, and a slip of
    31 December has expired at the end of January, or lapsed by March when somebody came on its last day.
    """
    return date(year + 1, 4, 1)


def is_usable(state: State, valid_until: date | None, today: date) -> bool:
    """Whether somebody who comes with the paper can still be helped with it; all that a stranger is told."""
    return state not in CLOSED and (valid_until is None or today <= valid_until)
