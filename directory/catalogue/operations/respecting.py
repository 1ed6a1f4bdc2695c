"""What an import leaves as people made it: hand edits, names, mergers, places that are kept back.

``by_hand`` of a row holds the columns that a coordinator changed, with what the source said. As long as the file goes
on saying that, nothing is said. When it says something new, the hand edit stays, the report warns, and what the file
says waits as a request for a coordinator. Of a place that is kept back nothing of this is written down.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select, update

from directory import clock
from directory.catalogue.cell_texts import ATTRIBUTES_OF, offering_texts, provider_texts, service_texts, site_texts
from directory.catalogue.cells import unit_names
from directory.catalogue.entries import Problem
from directory.catalogue.models import CorrectionRequest, Offering, Provider, Service, Site
from directory.catalogue.operations.held import Held
from directory.catalogue.rules import Visibility
from directory.catalogue.upkeep import NEVER_TELLS_PLACE, Origin, Part, RequestKind, RequestState
from directory.catalogue.values import PhoneNumber
from directory.catalogue.wanted import OfferingKey, Wanted
from directory.extensions import db, table_of
from directory.places.queries import gazetteer
from directory.vietnamese import fold

Values = dict[str, Any]

#: A place is one thing: whoever moved its pin knew its ward.
_PLACE = ("ward", "province", "latitude", "longitude")
#: Identity goes by these, so another spelling of a name says nothing new.
_NAMES = frozenset({"provider", "service", "site"})
_ALL_OF_SITE = tuple(column for column in ATTRIBUTES_OF[Part.SITE] if column != "wheelchair")


MODEL_OF = {Part.PROVIDER: Provider, Part.SITE: Site, Part.SERVICE: Service, Part.OFFERING: Offering}


class State(NamedTuple):
    """A row of the database with what hangs on it: subjects of a service, telephone numbers of an offering."""

    values: Mapping[str, Any]
    slugs: tuple[str, ...] = ()
    phones: tuple[PhoneNumber, ...] = ()


class Override(NamedTuple):
    """A cell in which the file says something new, and a hand edit stays."""

    column: str
    present: str
    stated: str


@dataclass
class Respect:
    """Keeps what was changed by hand, row after row, and gathers what is to be said and noted of it."""

    wanted: Wanted
    held: Held
    problems: list[Problem] = field(default_factory=list)
    _overrides: dict[OfferingKey, list[Override]] = field(default_factory=dict)
    _noted: dict[Part, dict[int, dict[str, str | None]]] = field(default_factory=dict)
    _users: dict[tuple[Part, int], list[OfferingKey]] | None = None
    _hidden: frozenset[tuple[Part, int]] | None = None

    def keep(self, part: Part, held: State, stated: State) -> State:
        """Return what the row is to say: what the file says, but for the columns that were changed by hand."""
        by_hand: dict[str, str | None] = held.values["by_hand"]
        columns = _kept_columns(part, by_hand)
        if columns and (part, held.values["id"]) in self._being_hidden():
            # What people wrote while the place was told may tell it; the file's words were looked at.
            columns = [column for column in columns if column in NEVER_TELLS_PLACE - {"visibility"}]
        if not columns:
            return stated
        names = {name for column in columns for name in ATTRIBUTES_OF[part][column]}
        if part is Part.SITE and "visibility" in columns:
            # The identity of what is told may tell more than what is kept back.
            names.add("identity")
        kept = State(
            {**stated.values, **{name: held.values[name] for name in names}},
            held.slugs if "category" in columns else stated.slugs,
            held.phones if "phones" in columns else stated.phones,
        )
        if None not in by_hand.values():
            self._compare(part, held, stated, columns)
        return kept

    def _being_hidden(self) -> frozenset[tuple[Part, int]]:
        """Return the parts of entries whose place the file keeps back and nobody has decided on by hand."""
        if self._hidden is None:
            sites = {row["id"]: row for row in self.held.sites.values.values()}
            keys = {
                key
                for key, one in self.wanted.offerings.items()
                if key in self.held.offerings.values
                and "visibility" not in (row := sites[self.held.offerings.values[key]["site_id"]])["by_hand"]
                and _telling(self.wanted.sites[one.site]["visibility"]) < _telling(row["visibility"])
            }
            self._users_of(Part.SITE, 0)
            users = self._users or {}
            self._hidden = frozenset(place for place, names in users.items() if not keys.isdisjoint(names))
        return self._hidden

    def _compare(self, part: Part, held: State, stated: State, columns: Iterable[str]) -> None:
        """Note where the file says something else than the source said before."""
        by_hand: dict[str, str | None] = held.values["by_hand"]
        present, new = texts_of(part, held), texts_of(part, stated)
        news = [
            column
            for column in columns
            if not _is_same(column, new[column], by_hand.get(column, present[column]) or "")
        ]
        if not news:
            return
        self._noted.setdefault(part, {})[held.values["id"]] = by_hand | {column: new[column] for column in news}
        users = self._users_of(part, held.values["id"])
        told = [Override(column, present[column], new[column]) for column in news if new[column] != present[column]]
        if users and told and not self._is_kept_back(users):
            self._overrides.setdefault(users[0], []).extend(told)
            self.problems += [self._problem(users[0], override) for override in told]

    def _problem(self, key: OfferingKey, override: Override) -> Problem:
        line = self.wanted.offerings[key].line
        reason = "Ô này đã được sửa tay, nên giữ bản sửa tay. Điều ghi trong tệp trở thành một đề nghị sửa."
        return Problem(line, override.column, reason, override.stated[:80] or None, is_warning=True)

    def _users_of(self, part: Part, row_id: int) -> list[OfferingKey]:
        """Return which entries of the file show a row of the database."""
        if self._users is None:
            self._users = {}
            provider_of = {site_id: key[0] for key, site_id in self.held.sites.ids.items()}
            for key in self.wanted.offerings.keys() & self.held.offerings.ids.keys():
                row = self.held.offerings.values[key]
                ids = (provider_of[row["site_id"]], row["site_id"], row["service_id"], row["id"])
                for place in zip(Part, ids, strict=True):
                    self._users.setdefault(place, []).append(key)
        return sorted(self._users.get((part, row_id), []))

    def _is_kept_back(self, keys: Iterable[OfferingKey]) -> bool:
        sites = {row["id"]: row["visibility"] for row in self.held.sites.values.values()}
        return any(sites[self.held.offerings.values[key]["site_id"]] is not Visibility.PUBLIC for key in keys)

    def note(self) -> None:
        """Write down what the sources say now, and let it wait for a coordinator where a hand edit stays."""
        for part, rows in self._noted.items():
            table = table_of(MODEL_OF[part])
            statement = update(table).where(table.c.id == bindparam("_id")).values(by_hand=bindparam("_by_hand"))
            said = [{"_id": row_id, "_by_hand": by_hand} for row_id, by_hand in rows.items()]
            db.session.connection().execute(statement, said)
        for key, overrides in self._overrides.items():
            self._suggest(self.held.offerings.ids[key], overrides)

    def _suggest(self, offering_id: int, overrides: list[Override]) -> None:
        """Let one request for each entry hold everything that files say otherwise."""
        waiting = select(CorrectionRequest).where(
            CorrectionRequest.offering_id == offering_id,
            CorrectionRequest.origin == Origin.IMPORT,
            CorrectionRequest.state == RequestState.WAITING,
        )
        request = db.session.scalars(waiting.order_by(CorrectionRequest.id)).first()
        stated = {one.column: one.stated for one in overrides}
        present = {one.column: one.present for one in overrides}
        if request is None:
            request = CorrectionRequest(kind=RequestKind.CHANGE, origin=Origin.IMPORT, offering_id=offering_id)
            request.wanted, request.seen = stated, present
            db.session.add(request)
        else:
            request.wanted, request.seen = request.wanted | stated, request.seen | present
            request.times, request.last_at = request.times + 1, clock.now()
        db.session.flush()


def texts_of(part: Part, state: State) -> dict[str, str]:
    """Return the cells of a row."""
    if part is Part.PROVIDER:
        return provider_texts(state.values)
    if part is Part.SITE:
        return site_texts(state.values, unit_names(gazetteer()))
    if part is Part.SERVICE:
        return service_texts(state.values, state.slugs)
    return offering_texts(state.values, [phone.shown for phone in state.phones])


def _telling(visibility: Visibility) -> int:
    """Return how much is told of a place: the more, the greater."""
    return -list(Visibility).index(visibility)


def _kept_columns(part: Part, by_hand: Mapping[str, str | None]) -> list[str]:
    """Return the columns that the file may not change."""
    columns = [column for column in by_hand if column in ATTRIBUTES_OF[part]]
    if part is not Part.SITE:
        return columns
    if "visibility" in columns:
        # What was kept back by hand stays so, whatever else the file tells of the place.
        return list(dict.fromkeys((*_ALL_OF_SITE, *columns)))
    return list(dict.fromkeys((*columns, *(_PLACE if not set(columns).isdisjoint(_PLACE) else ()))))


def _is_same(column: str, new: str, said: str) -> bool:
    return fold(new) == fold(said) if column in _NAMES else new == said
