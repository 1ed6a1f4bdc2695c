"""What stands side by side when two entries are to be one: each column that differs, each service that goes."""

from collections.abc import Mapping
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from directory.catalogue.cells import Cells, Versions, cells_of, versions_of
from directory.catalogue.models import CorrectionRequest, Offering, Site
from directory.catalogue.operations.merging import NOT_CHOSEN, PLACE, Merging, Pair
from directory.catalogue.upkeep import COLUMNS_OF, Part
from directory.errors import Invalid
from directory.places.queries import gazetteer

#: The radio of the columns that say where it is; the others are called by their column.
WHERE = "noi"
_SHOWN_OF_PLACE = ("address", "ward", "province", "latitude", "longitude")
_GONE, _MOVES = "di", ""


@dataclass(frozen=True)
class Choice:
    """One thing that the two say differently; ``columns`` of it, and whether the entry that goes is right."""

    name: str
    columns: tuple[str, ...]
    takes_gone: bool
    #: Whether it is about the service, and so matters only when both offer the same one.
    is_of_service: bool


@dataclass(frozen=True)
class Going:
    """An offering of the place that goes: the code of the same one that stays, "" when it moves along."""

    code: str
    name: str
    same_as: str
    #: Whether it must be the one of that name, because one service cannot be offered twice at a place.
    is_forced: bool


@dataclass(frozen=True)
class Comparison:
    """Both entries, what differs, what is the same."""

    gone: Cells
    into: Cells
    choices: list[Choice]
    alike: list[str]
    going: list[Going]
    staying: list[tuple[str, str]]
    versions: str


def compare(pair: Pair, typed: Mapping[str, str] | None = None) -> Comparison:
    """Lay both side by side, as chosen so far or as is most likely right."""
    gone, into = cells_of(pair.gone), cells_of(pair.into)
    columns = [column for part in _parts(pair) for column in COLUMNS_OF[part] if column not in NOT_CHOSEN | PLACE]
    differ = [column for column in columns if gone[column] != into[column]]
    choices = [_choice(column, (column,), gone, into, typed) for column in differ]
    if not pair.is_one_place and any(gone[column] != into[column] for column in PLACE):
        choices.insert(0, _choice(WHERE, _SHOWN_OF_PLACE, gone, into, typed))
    alike = [column for column in columns if column not in differ and into[column]]
    staying = [(one.code, one.service.name) for one in pair.into.site.offerings]
    seen = f"{versions_of(pair.gone).text}/{versions_of(pair.into).text}"
    return Comparison(gone, into, choices, alike, _going(pair, typed), staying, seen)


def _parts(pair: Pair) -> tuple[Part, ...]:
    return (Part.SERVICE, Part.OFFERING) if pair.is_one_place else tuple(Part)


def _choice(name: str, columns: tuple[str, ...], gone: Cells, into: Cells, typed: Mapping[str, str] | None) -> Choice:
    is_of_service = any(column in COLUMNS_OF[part] for column in columns for part in (Part.SERVICE, Part.OFFERING))
    if typed is not None:
        return Choice(name, columns, typed.get(f"lay-{name}") == _GONE, is_of_service)
    is_better = all(not into[column] for column in columns) or (name == "verified_on" and gone[name] > into[name])
    return Choice(name, columns, is_better, is_of_service)


def _going(pair: Pair, typed: Mapping[str, str] | None) -> list[Going]:
    if pair.is_one_place:
        return []
    by_name = {one.service.folded_name: one.code for one in pair.into.site.offerings}
    found = []
    for one in pair.moving:
        forced = by_name.get(one.service.folded_name, "")
        same_as = typed.get(f"la-{one.code}", _MOVES) if typed is not None else _likely(one, pair)
        found.append(Going(one.code, one.service.name, forced or same_as, bool(forced)))
    return found


def _likely(one: Offering, pair: Pair) -> str:
    """Return the entry that stays when the one that goes is about the same; another service moves along."""
    about = {category.slug for category in one.service.categories}
    is_about_it = about & {category.slug for category in pair.into.service.categories}
    return pair.into.code if one is pair.gone and is_about_it else _MOVES


def read_choices(form: MultiDict[str, str]) -> Merging:
    """Return what was chosen: columns of the entry that goes, services that are the same."""
    chosen = {name.removeprefix("lay-") for name, value in form.items() if name.startswith("lay-") and value == _GONE}
    take = (chosen - {WHERE}) | (PLACE if WHERE in chosen else frozenset())
    same = {name.removeprefix("la-"): value for name, value in form.items() if name.startswith("la-") and value}
    return Merging(frozenset(take), same)


def typed_of(waiting: CorrectionRequest) -> dict[str, str]:
    """Return what was chosen in a request that waits, as the form had it."""
    take = waiting.wanted.get("take", "").split()
    typed = {f"lay-{WHERE if column in PLACE else column}": _GONE for column in take}
    same = (one.partition("=") for one in waiting.wanted.get("same", "").split())
    return typed | {f"la-{gone}": into for gone, _, into in same}


def places_of(offering: Offering) -> list[tuple[str, str]]:
    """Return the places of an entry's organisation: UUID, and what each is called, its own first."""
    sites = sorted(offering.service.provider.sites, key=lambda site: (site.id != offering.site_id, site.id))
    return [(str(site.uuid), _place_name(site)) for site in sites]


def _place_name(site: Site) -> str:
    where = gazetteer().display(site.ward_key, site.old_ward_key) if site.ward_key else ""
    offered = ", ".join(one.service.name for one in site.offerings)
    return " · ".join(part for part in (site.name, site.address, where, offered) if part)


def read_seen(text: str) -> tuple[Versions, Versions]:
    """Return which states of the two were compared. Raises: Invalid."""
    gone, slash, into = text.partition("/")
    if not slash:
        raise Invalid("Biểu mẫu này đã cũ.", what_now="Hãy mở lại trang rồi làm lại.")
    return Versions.parse(gone), Versions.parse(into)
