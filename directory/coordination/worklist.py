"""The coordinator's one list of what to do next, the most pressing first, whatever kind it is of.

Each kind says how many there are and what is most pressing of it, in one or two statements; entries are read as cards
only for the lines of the page that is shown.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import and_, or_, select

from directory.accounts.models import PeerGroup
from directory.accounts.rules import Actor
from directory.catalogue.cells import Versions
from directory.catalogue.models import CorrectionRequest, ImportRun, Offering, PeerWarning, Site
from directory.catalogue.queries import Card, cards
from directory.catalogue.queries.own import is_hers
from directory.catalogue.queries.requests import request_is_hers
from directory.catalogue.queries.runs import is_hers_to_see
from directory.catalogue.upkeep import Origin, RequestKind, RequestState, RunState, WarningKind
from directory.clock import LOCAL_ZONE
from directory.coordination import verification
from directory.coordination.alike import Pair
from directory.coordination.attention import Waiting, attention
from directory.coordination.duplicates import duplicates
from directory.coordination.verification import Due
from directory.extensions import db
from directory.referrals.rules import PATIENCE, Urgency

#: As many as are read at once; the counts say how much more there is.
PER_PAGE = 10


class Kind(StrEnum):
    """What there is to do; of two lines that press alike the kind that stands first here comes first."""

    DANGER = "lo-dia-chi"
    SLIPS = "phieu"
    REQUESTS = "de-nghi"
    FLAGS = "canh-bao"
    IMPORTS = "tep"
    DUE = "xac-minh"
    DUPLICATES = "trung"


@dataclass(frozen=True)
class Asked:
    """A request that waits."""

    code: str
    kind: RequestKind
    origin: Origin
    offering_id: int | None
    #: Of an entry that is to be added.
    name: str
    #: The columns that are to be written anew; what the public said is wrong.
    wanted: tuple[str, ...]
    reasons: tuple[str, ...]
    times: int
    #: Local date.
    since: date
    #: One coordinator said yes, and another one must.
    needs_second: bool
    #: She proposed it or said yes herself: it is somebody else's turn.
    waits_for_another: bool


@dataclass(frozen=True)
class Flagged:
    """An entry that peers warned of, and nobody has seen to."""

    offering_id: int
    #: How many said what.
    counts: Mapping[WarningKind, int]
    groups: tuple[str, ...]
    #: The newest of them; later ones are not settled with these.
    newest_id: int
    #: Local date.
    since: date


@dataclass(frozen=True)
class File:
    """An imported file that waits for a second coordinator, or was written with warnings that nobody has seen."""

    code: str
    name: str
    rows: int
    warnings: int
    needs_second: bool
    #: Local date.
    since: date


Subject = Asked | Due | File | Flagged | Pair | Waiting


class Line(NamedTuple):
    """One thing to do."""

    kind: Kind
    #: Smaller presses more.
    rank: int
    subject: Any


@dataclass(frozen=True)
class Worklist:
    """One page of what there is to do, how much there is of each kind, and what the page needs of the entries."""

    lines: Sequence[Line]
    counts: Mapping[Kind, int]
    page: int
    pages: int
    cards: Mapping[int, Card]
    versions: Mapping[int, Versions]


class _Some(NamedTuple):
    """How many there are of a kind, and the most pressing lines of it."""

    total: int
    lines: list[Line]


def worklist(actor: Actor, now: datetime, *, kind: Kind | None = None, page: int = 1) -> Worklist:
    """Return one page of what there is to do in her areas, of every kind or of one."""
    wanted = max(1, page) * PER_PAGE
    found = {one: some for read in _READERS for one, some in read(actor, now, wanted).items()}
    counts = {one: found[one].total for one in Kind if found[one].total}
    chosen = [kind] if kind else list(Kind)
    total = sum(len(found[one].lines) if one is Kind.SLIPS else found[one].total for one in chosen)
    pages = max(1, -(-total // PER_PAGE))
    page = min(max(1, page), pages)
    order = list(Kind)
    lines = sorted(
        (line for one in chosen for line in found[one].lines), key=lambda one: (one.rank, order.index(one.kind))
    )
    shown = lines[(page - 1) * PER_PAGE : page * PER_PAGE]
    ids = _entries_of(shown)
    return Worklist(
        lines=shown,
        counts=counts,
        page=page,
        pages=pages,
        cards={card.id: card for card in cards(ids, now)},
        versions=verification.versions(_entries_of(line for line in shown if line.kind is Kind.DUE)),
    )


def _entries_of(lines: Iterable[Line]) -> list[int]:
    ids: list[int | None] = []
    for line in lines:
        if isinstance(line.subject, Pair):
            ids += [line.subject.first.offering_id, line.subject.second.offering_id]
        else:
            ids.append(getattr(line.subject, "offering_id", None))
    return [number for number in dict.fromkeys(ids) if number is not None]


def _day(moment: datetime) -> date:
    return moment.astimezone(LOCAL_ZONE).date()


def _duplicates(actor: Actor, _now: datetime, _wanted: int) -> dict[Kind, _Some]:
    found = duplicates(actor)
    danger = [Line(Kind.DANGER, 0, pair) for pair in found if pair.is_danger]
    plain = [Line(Kind.DUPLICATES, 5, pair) for pair in found if not pair.is_danger]
    return {Kind.DANGER: _Some(len(danger), danger), Kind.DUPLICATES: _Some(len(plain), plain)}


def _slips(actor: Actor, now: datetime, _wanted: int) -> dict[Kind, _Some]:
    found = attention(actor, now)
    return {Kind.SLIPS: _Some(found.total, [Line(Kind.SLIPS, _pressing(slip), slip) for slip in found.slips])}


def _pressing(slip: Waiting) -> int:
    if not slip.is_silent:
        return 6
    return 1 if PATIENCE[slip.urgency] <= PATIENCE[Urgency.DAY] else 3


def _due(actor: Actor, now: datetime, wanted: int) -> dict[Kind, _Some]:
    day = _day(now)
    total = verification.count_due(actor, day)
    found = verification.due(actor, day, limit=wanted) if total else []
    return {Kind.DUE: _Some(total, [Line(Kind.DUE, _lateness(one), one) for one in found])}


def _lateness(due: Due) -> int:
    if due.is_warned:
        return 3
    if due.reopens_on or due.is_protected:
        return 4
    return 5 if due.verified_on else 6


def _requests(actor: Actor, _now: datetime, _wanted: int) -> dict[Kind, _Some]:
    """Return the requests that wait: those that need her as the second first, then the oldest."""
    request = CorrectionRequest
    rows = db.session.execute(
        select(request)
        .outerjoin(Offering, Offering.id == request.offering_id)
        .outerjoin(Site, Site.id == Offering.site_id)
        .where(request.state == RequestState.WAITING, request_is_hers(actor))
        .order_by(request.created_at, request.id)
    ).scalars()
    lines = [Line(Kind.REQUESTS, _turn(asked), asked) for asked in (_asked(actor, row) for row in rows)]
    lines.sort(key=lambda line: line.rank)
    return {Kind.REQUESTS: _Some(len(lines), lines)}


def _asked(actor: Actor, row: CorrectionRequest) -> Asked:
    own = {row.proposed_by_id, row.endorsed_by_id} if row.endorsed_by_id else set()
    return Asked(
        code=row.code,
        kind=row.kind,
        origin=row.origin,
        offering_id=row.offering_id,
        name=", ".join(text for column in ("provider", "service") if (text := row.wanted.get(column))),
        wanted=tuple(row.wanted),
        reasons=tuple(row.reasons),
        times=row.times,
        since=_day(row.created_at),
        needs_second=row.endorsed_by_id is not None,
        waits_for_another=actor.account_id in own,
    )


def _turn(asked: Asked) -> int:
    if asked.waits_for_another:
        return 7
    return 1 if asked.needs_second else 2


def _flags(actor: Actor, _now: datetime, _wanted: int) -> dict[Kind, _Some]:
    """Return the entries that peers warned of, those with most warnings first."""
    rows = db.session.execute(
        select(PeerWarning.offering_id, PeerWarning.id, PeerWarning.kind, PeerGroup.name, PeerWarning.created_at)
        .join(PeerGroup, PeerGroup.id == PeerWarning.group_id)
        .join(Offering, Offering.id == PeerWarning.offering_id)
        .join(Site, Site.id == Offering.site_id)
        .where(PeerWarning.settled_at.is_(None), is_hers(actor))
        .order_by(PeerWarning.offering_id, PeerWarning.id)
    )
    of_entry: dict[int, list[Any]] = {}
    for row in rows:
        of_entry.setdefault(row.offering_id, []).append(row)
    found = [_flagged(offering_id, told) for offering_id, told in of_entry.items()]
    found.sort(key=lambda one: (-sum(one.counts.values()), one.since, one.offering_id))
    return {Kind.FLAGS: _Some(len(found), [Line(Kind.FLAGS, 2, one) for one in found])}


def _flagged(offering_id: int, told: Sequence[Any]) -> Flagged:
    counts = Counter(row.kind for row in told)
    groups = tuple(sorted({row.name for row in told}))
    return Flagged(offering_id, dict(sorted(counts.items())), groups, told[-1].id, _day(told[0].created_at))


def _files(actor: Actor, _now: datetime, _wanted: int) -> dict[Kind, _Some]:
    """Return the files that wait for a second coordinator, then those that were written with warnings."""
    run = ImportRun
    needs_second = and_(run.state == RunState.WAITING, run.endorsed_by_id.is_distinct_from(actor.account_id))
    unseen = and_(run.state == RunState.WRITTEN, run.warnings > 0, run.seen_at.is_(None))
    rows = db.session.scalars(
        select(run).where(or_(needs_second, unseen), is_hers_to_see(actor)).order_by(run.created_at, run.id)
    )
    lines = []
    for row in rows:
        waits = row.state is RunState.WAITING
        file = File(row.code, row.file_name, row.rows, row.warnings, waits, _day(row.created_at))
        lines.append(Line(Kind.IMPORTS, 2 if waits else 5, file))
    return {Kind.IMPORTS: _Some(len(lines), lines)}


_READERS: Collection[Callable[[Actor, datetime, int], dict[Kind, _Some]]] = (
    _duplicates,
    _slips,
    _requests,
    _flags,
    _files,
    _due,
)
