"""Merging two entries that are one: the places become one, and what hung on the other follows.

The offerings of the place that goes are either the same as one that stays, or move along. Slips, figures, accounts,
the desk, requests, warnings and history follow; the former codes, UUIDs and names in a source lead to what stays.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sqlalchemy import delete, exists, or_, select

from directory import clock
from directory.accounts import audit
from directory.accounts.models import Desk
from directory.accounts.rules import Actor
from directory.catalogue.cells import Cells, Versions, cells_of, parts_changed, versions_of
from directory.catalogue.columns import PLACE_COLUMNS
from directory.catalogue.models import (
    CorrectionRequest,
    FieldChange,
    NotDuplicate,
    Offering,
    Revision,
    Service,
    Site,
)
from directory.catalogue.operations.carrying_out import Act
from directory.catalogue.operations.carrying_out import carry_out as write
from directory.catalogue.operations.changes import record_changes, take_turn
from directory.catalogue.operations.deciding import CARRY_OUT
from directory.catalogue.operations.editing import check_may_write
from directory.catalogue.operations.history import Changed, record_revision
from directory.catalogue.operations.moving import detach_from_source, replace_part, service_at, touch
from directory.catalogue.operations.reading import Outcome, affected_by, needs_two, propose
from directory.catalogue.queries.own import entry_for
from directory.catalogue.upkeep import COLUMNS_OF, How, Origin, Part, RequestKind, RequestState
from directory.errors import Conflict, DirectoryError, Invalid
from directory.extensions import db, table_of

#: These say together where it is: half of one and half of another is no place.
PLACE = frozenset({*PLACE_COLUMNS, "province"})
#: What is not chosen of two, since it cannot differ.
NOT_CHOSEN = frozenset({"visibility"})
#: What history calls the public code of an entry that was merged into this one; no column of a table.
MERGED_FROM = "merged_from"


@dataclass(frozen=True)
class Merging:
    """What becomes of the two: which columns keep the value of the entry that goes, which offerings are the same."""

    take: frozenset[str] = frozenset()
    #: Code of an offering of the place that goes → code of the one that stays and is the same.
    same: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Pair:
    """The entry that goes, and the one that stays."""

    gone: Offering
    into: Offering

    @property
    def is_one_place(self) -> bool:
        """Whether both are offered at one site already."""
        return self.gone.site_id == self.into.site_id

    @property
    def moving(self) -> list[Offering]:
        """What is merged or moves along: all of the place that goes, or the one entry when the place is one."""
        return [self.gone] if self.is_one_place else list(self.gone.site.offerings)


def pair_for(actor: Actor, gone_code: str, into_code: str) -> Pair:
    """Return the two entries, both of her areas.

    Raises: NotFound; Invalid, when they are one and the same.
    """
    pair = Pair(entry_for(actor, gone_code), entry_for(actor, into_code))
    if pair.gone.id == pair.into.id:
        raise Invalid("Đây là cùng một mục.", what_now="Hãy chọn một mục khác để gộp.")
    return pair


def merge(actor: Actor, gone_code: str, into_code: str, wanted: Merging, seen: tuple[Versions, Versions]) -> Outcome:
    """Merge one entry into another, or ask a second coordinator when one of them is a shelter, a line or hidden.

    Raises: NotFound; Invalid, when they may not be merged; Conflict, when one of them changed meanwhile or both have a
    desk.
    """
    take_turn()
    pair = pair_for(actor, gone_code, into_code)
    _check_unchanged(pair, seen)
    check(pair)
    same = _same(pair, wanted)
    if any(needs_two(one) for one in (*pair.moving, *_reading_differently(pair, wanted, same), *_joined(pair, same))):
        return Outcome(pair.into, request=_ask_second(actor, pair, wanted, seen))
    # All or nothing, also for whoever shows the page again with what went wrong.
    with db.session.begin_nested():
        return _carry_out(actor, pair, wanted.take, same, None)


def carry_out_merge(actor: Actor, request: CorrectionRequest) -> Outcome:
    """Do what a request of this kind asks for; whether she may is checked by who calls this.

    Raises: as ``merge``.
    """
    take_turn()
    wanted = request.wanted
    gone_code = request.offering.code if request.offering else ""
    pair = pair_for(actor, gone_code, wanted["into"])
    _check_unchanged(pair, (Versions.parse(request.seen["gone"]), Versions.parse(request.seen["into"])))
    check(pair)
    merging = Merging(frozenset(wanted["take"].split()), dict(one.split("=") for one in wanted["same"].split()))
    with db.session.begin_nested():
        return _carry_out(actor, pair, merging.take, _same(pair, merging), request)


CARRY_OUT[RequestKind.MERGE] = carry_out_merge


def check(pair: Pair) -> None:
    """Refuse to merge what must stay two.

    Raises: Invalid; Conflict, when both places have a desk.
    """
    gone, into = pair.gone.site, pair.into.site
    if gone.visibility != into.visibility:
        raise Invalid(
            "Hai nơi này không cho biết địa chỉ như nhau, nên chưa gộp được.",
            what_now="Nếu đúng là một nơi, hãy giữ kín mục đang công khai trước, rồi gộp.",
        )
    if pair.gone.is_illustrative != pair.into.is_illustrative:
        raise Invalid("Không gộp được một mục có thật với dữ liệu minh hoạ.", what_now="Hãy chọn mục khác.")
    if pair.is_one_place:
        return
    desks = {
        desk.site_id: desk for desk in db.session.scalars(select(Desk).where(Desk.site_id.in_([gone.id, into.id])))
    }
    if len(desks) == 2:
        raise Conflict(
            "Cả hai nơi đều có bàn tiếp nhận: mã PIN bắt đầu bằng %(gone)s và %(into)s.",
            what_now="Hãy hỏi xem bàn nào còn dùng, bỏ bàn kia ở trang Bàn tiếp nhận, rồi gộp.",
            blanks={"gone": desks[gone.id].handle, "into": desks[into.id].handle},
        )


def what_speaks_against(pair: Pair) -> DirectoryError | None:
    """Return why two entries must stay two, for whoever looks before she merges."""
    try:
        check(pair)
    except (Invalid, Conflict) as error:
        return error
    return None


def waiting_for(pair: Pair) -> CorrectionRequest | None:
    """Return the request to merge these two that waits for a second coordinator."""
    waiting = select(CorrectionRequest).where(
        CorrectionRequest.kind == RequestKind.MERGE,
        CorrectionRequest.state == RequestState.WAITING,
        CorrectionRequest.offering_id == pair.gone.id,
    )
    found = db.session.scalars(waiting.order_by(CorrectionRequest.id)).all()
    return next((request for request in found if request.wanted.get("into") == pair.into.code), None)


def _check_unchanged(pair: Pair, seen: tuple[Versions, Versions]) -> None:
    if (versions_of(pair.gone), versions_of(pair.into)) != seen:
        raise Conflict(
            "Trong lúc bạn xem, một trong hai mục đã được sửa.", what_now="Hãy mở lại trang, so lại rồi gộp."
        )


def _same(pair: Pair, wanted: Merging) -> dict[int, Offering]:
    """Return by id of each offering that is merged the one that it is merged into; the others move along.

    Raises: Invalid, for an offering of another place, or one that twice is the same.
    """
    there = {one.code: one for one in pair.into.site.offerings}
    by_name = {one.service.folded_name: one for one in pair.into.site.offerings}
    moving = {one.code: one for one in pair.moving}
    if not (wanted.same.keys() <= moving.keys() and set(wanted.same.values()) <= there.keys()):
        raise Invalid("Biểu mẫu này đã cũ.", what_now="Hãy mở lại trang rồi làm lại.")
    if pair.is_one_place:
        return {pair.gone.id: pair.into}
    same = {moving[gone].id: there[into] for gone, into in wanted.same.items()}
    # One service cannot be offered twice at one place.
    return {one.id: by_name[name] for one in moving.values() if (name := one.service.folded_name) in by_name} | same


def _ask_second(actor: Actor, pair: Pair, wanted: Merging, seen: tuple[Versions, Versions]) -> CorrectionRequest:
    if waiting_for(pair) is not None:
        raise Conflict("Hai mục này đã có người xin gộp.", what_now="Hãy xem ở trang Đề nghị đang chờ.")
    request = CorrectionRequest(
        kind=RequestKind.MERGE,
        origin=Origin.COORDINATOR,
        offering=pair.gone,
        ward_key=pair.gone.site.ward_key,
        province_key=pair.gone.site.province_key,
        wanted={
            "into": pair.into.code,
            "take": " ".join(sorted(wanted.take)),
            "same": " ".join(f"{gone}={into}" for gone, into in sorted(wanted.same.items())),
        },
        seen={"gone": seen[0].text, "into": seen[1].text},
        proposed_by_id=actor.account_id,
        endorsed_by_id=actor.account_id,
    )
    db.session.add(request)
    db.session.flush()
    audit.record("catalogue.propose_merge", actor, pair.into.uuid)
    return request


def _carry_out(
    actor: Actor, pair: Pair, take: frozenset[str], same: dict[int, Offering], request: CorrectionRequest | None
) -> Outcome:
    into, moving = pair.into, pair.moving
    affected = {one.id for one in (*moving, *into.site.offerings)}
    changes = _taken(pair, take, is_same=pair.gone.id in same)
    gone_code, gone_site, site = pair.gone.code, pair.gone.site, into.site
    _settle_requests(pair, request)
    _join_offerings(moving, same, site)
    if gone_site is not site:
        _join_places(gone_site, site)
    touch([site, into])
    record_changes(affected)
    act = Act(actor, How.MERGE, request.id if request else None)
    revision = _take(act, into, changes)
    merged = Changed(Part.OFFERING, into.uuid, MERGED_FROM, gone_code, into.code)
    if revision is None:
        audit.record("catalogue.merge", actor, into.uuid)
        revision = record_revision(actor, How.MERGE, [merged], request_id=act.request_id)
    else:
        revision.changes.append(FieldChange(**vars(merged)))
    return Outcome(into, revision)


def _taken(pair: Pair, take: frozenset[str], *, is_same: bool) -> Cells:
    """Return the cells of the entry that goes which the other one takes over."""
    parts = [] if pair.is_one_place else [Part.PROVIDER, Part.SITE]
    parts += [Part.SERVICE, Part.OFFERING] if is_same else []
    may = {column for part in parts for column in COLUMNS_OF[part]} - NOT_CHOSEN
    take = (take | PLACE if take & PLACE else take) & may
    return {column: text for column, text in cells_of(pair.gone).items() if column in take}


def _reading_differently(pair: Pair, wanted: Merging, same: dict[int, Offering]) -> list[Offering]:
    """Return the entry that stays, and what shares with it a part that takes something over."""
    taken = _taken(pair, wanted.take, is_same=pair.gone.id in same)
    now = cells_of(pair.into)
    return affected_by(
        pair.into, parts_changed({column: text for column, text in taken.items() if text != now[column]})
    )


def _joined(pair: Pair, same: dict[int, Offering]) -> Iterator[Offering]:
    """Yield the entries whose number a person may dial on seeing what is merged: a hotline must not get one so.

    What is merged leads to the entry that is the same; what moves along is offered under a service that is there.
    """
    yield from same.values()
    names = {one.service.folded_name for one in pair.moving if one.id not in same}
    provider_id = pair.into.site.provider_id
    there = select(Offering).join(Service).where(Service.provider_id == provider_id, Service.folded_name.in_(names))
    yield from db.session.scalars(there.order_by(Offering.id))


def _take(act: Act, into: Offering, cells: Cells) -> Revision | None:
    if not cells:
        return None
    proposal = propose(into, cells)
    check_may_write(act.actor, proposal)
    return write(act, [proposal])


def _settle_requests(pair: Pair, request: CorrectionRequest | None) -> None:
    """Put away other mergers that wait for these entries."""
    codes = {one.code for one in (*pair.moving, pair.into)}
    waiting = select(CorrectionRequest).where(CorrectionRequest.state == RequestState.WAITING)
    for other in db.session.scalars(waiting.where(CorrectionRequest.kind == RequestKind.MERGE)):
        named = {other.wanted.get("into"), other.offering.code if other.offering else None}
        if other is not request and named & codes:
            other.state, other.decided_at = RequestState.OUTDATED, clock.now()


def _join_offerings(moving: list[Offering], same: dict[int, Offering], site: Site) -> None:
    """Merge each offering into the one that is the same, or let it move along; services without any follow theirs."""
    for gone in [one for one in moving if one.id in same]:
        into, service = same[gone.id], gone.service
        _join_reports(gone, into)
        replace_part(gone, into)
        _join_services(service, into.service)
    along = [one for one in moving if one.id not in same]
    for offering in along:
        service = offering.service
        offering.service = service_at(site.provider, service, along)
        detach_from_source(offering)
        _join_services(service, offering.service)
    touch(along)


def _join_reports(gone: Offering, into: Offering) -> None:
    """Let one report wait where both entries have one: it says what either said, as often as both."""
    waiting = select(CorrectionRequest).where(
        CorrectionRequest.kind == RequestKind.REPORT,
        CorrectionRequest.state == RequestState.WAITING,
        CorrectionRequest.offering_id.in_([gone.id, into.id]),
    )
    reports = {report.offering_id: report for report in db.session.scalars(waiting)}
    if len(reports) == 2:
        former, kept = reports[gone.id], reports[into.id]
        kept.reasons = list(dict.fromkeys([*kept.reasons, *former.reasons]))
        kept.times += former.times
        db.session.delete(former)


def _join_services(service: Service, into: Service) -> None:
    left = select(exists().where(Offering.service_id == service.id))
    db.session.flush()
    if service is not into and not db.session.scalar(left):
        replace_part(service, into)


def _join_places(gone: Site, into: Site) -> None:
    uuid, provider = gone.uuid, gone.provider
    replace_part(gone, into)
    pairs = table_of(NotDuplicate)
    db.session.execute(delete(pairs).where(or_(NotDuplicate.site_uuid == uuid, NotDuplicate.other_uuid == uuid)))
    needed = exists().where(Site.provider_id == provider.id) | exists().where(Service.provider_id == provider.id)
    if provider is not into.provider and not db.session.scalar(select(needed)):
        replace_part(provider, into.provider)
