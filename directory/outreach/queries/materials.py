"""What is read of materials: what each area and group still has, and every move of the copies."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, select

from directory.accounts.models import PeerGroup
from directory.accounts.rules import Actor
from directory.extensions import db
from directory.outreach.models import ContactMaterial, Material, MaterialMove
from directory.outreach.queries.scope import in_her_areas, one_of_hers, years_of_hers
from directory.outreach.rules import MoveKind
from directory.places.models import Area
from directory.vietnamese import sort_key

NO_MOVE = "Không có dòng này, hoặc dòng không thuộc địa bàn của bạn."
_STORE = MaterialMove.group_id.is_(None)
#: What these do to a group's own copies, and to the store's.
_TO_GROUP = {MoveKind.ISSUED: 1, MoveKind.RETURNED: -1, MoveKind.HANDED_OUT: -1, MoveKind.WRITTEN_OFF: -1}
#: Handing out and writing off touch the store's only where no group is named.
_TO_STORE = {MoveKind.MADE: 1, MoveKind.ISSUED: -1, MoveKind.RETURNED: 1}
_OUT = (MoveKind.HANDED_OUT, MoveKind.WRITTEN_OFF)


@dataclass(frozen=True)
class Holder:
    """Who has copies: a group, or the store of an area when there is none."""

    area_id: int
    group_id: int | None


@dataclass(frozen=True)
class StockLine:
    """What became of one material in one area, in copies."""

    material: Material
    made: int = 0
    issued: int = 0
    returned: int = 0
    #: By the store or a group, otherwise than at contacts.
    handed_out: int = 0
    at_contacts: int = 0
    written_off: int = 0
    in_store: int = 0
    #: What each group has by its name, if it ever got, gave or lost any; below nothing when it gave more than it got.
    with_groups: tuple[tuple[str, int], ...] = ()

    @property
    def left(self) -> int:
        """What the store and the groups have together."""
        return self.in_store + sum(number for _name, number in self.with_groups)

    @property
    def is_short(self) -> bool:
        """Whether somebody gave more than was written down as received."""
        return self.in_store < 0 or any(number < 0 for _name, number in self.with_groups)


@dataclass(frozen=True)
class AreaStock:
    """The materials of an area that ever moved, in the order of the seed."""

    code: str
    name: str
    lines: tuple[StockLine, ...]


@dataclass(frozen=True)
class MoveLine:
    """A move as a list shows it."""

    code: str
    material: Material
    kind: MoveKind
    area_code: str
    area: str
    #: The group's name; None for the store.
    group: str | None
    #: Local date.
    day_on: date
    count: int
    source: str | None
    is_demo: bool


@dataclass(frozen=True)
class MovesWanted:
    """Which moves a list is to show; empty = all."""

    area_code: str = ""
    material_code: str = ""
    kind: MoveKind | None = None
    year: int | None = None


def materials() -> list[Material]:
    """Return the kinds of materials in the order of the seed."""
    return list(db.session.scalars(select(Material).order_by(Material.position, Material.code)))


def stock(actor: Actor, *, area_code: str = "") -> list[AreaStock]:
    """Return what became of all copies in her areas that ever had any, by the areas' names."""
    rows = _sums(actor, area_code)
    names = dict(db.session.execute(select(PeerGroup.id, PeerGroup.name)).all())
    areas = db.session.scalars(select(Area).where(Area.id.in_({area_id for area_id, _ in rows})).order_by(Area.id))
    return [
        AreaStock(
            area.code,
            area.name,
            tuple(
                _stock_line(one, rows[area.id, one.code], names) for one in materials() if (area.id, one.code) in rows
            ),
        )
        for area in sorted(areas, key=lambda area: (sort_key(area.name), area.id))
    ]


def moves(actor: Actor, wanted: MovesWanted, *, start: int = 0, most: int | None = None) -> list[MoveLine]:
    """Return the moves in her areas, the newest first."""
    listed = _moves(actor, wanted).order_by(MaterialMove.day_on.desc(), MaterialMove.id.desc()).offset(start)
    rows = db.session.execute(listed.limit(most) if most else listed)
    return [_move_line(*row) for row in rows]


def count_moves(actor: Actor, wanted: MovesWanted) -> int:
    """Return how many moves ``moves`` would list without an end."""
    return db.session.scalar(select(func.count()).select_from(_moves(actor, wanted).subquery())) or 0


def years_of_moves(actor: Actor) -> list[int]:
    """Return the years in which something moved, the latest first."""
    return years_of_hers(actor, MaterialMove, MaterialMove.day_on)


def move(actor: Actor, code: str) -> MaterialMove:
    """Return a move of her areas.

    Raises: NotFound, also for one of another area.
    """
    return one_of_hers(actor, MaterialMove, code, NO_MOVE)


def move_line(actor: Actor, code: str) -> MoveLine | None:
    """Return a move of her areas as a list shows it; None when there is none."""
    row = db.session.execute(_moves(actor, MovesWanted()).where(MaterialMove.code == code)).first()
    return _move_line(*row) if row else None


def changes_of(holder: Holder, material_code: str, *, with_contacts: bool = True) -> list[tuple[date, int]]:
    """Return on which days a holder's copies became more or fewer, and by how many."""
    its = _STORE if holder.group_id is None else MaterialMove.group_id == holder.group_id
    touched = its if holder.group_id is not None else its | MaterialMove.kind.in_((MoveKind.ISSUED, MoveKind.RETURNED))
    signs = _TO_GROUP if holder.group_id is not None else _TO_STORE | dict.fromkeys(_OUT, -1)
    rows = db.session.execute(
        select(MaterialMove.day_on, MaterialMove.kind, MaterialMove.count)
        .where(MaterialMove.area_id == holder.area_id, MaterialMove.material_code == material_code, touched)
        .order_by(MaterialMove.day_on, MaterialMove.id)
    )
    changes = [(day_on, signs[kind] * count) for day_on, kind, count in rows]
    return changes + (_given(holder, material_code) if with_contacts and holder.group_id is not None else [])


def _given(holder: Holder, material_code: str) -> list[tuple[date, int]]:
    """Return what a group handed out at contacts, by day."""
    rows = db.session.execute(
        select(ContactMaterial.day_on, func.sum(ContactMaterial.count))
        .where(
            ContactMaterial.group_id == holder.group_id,
            ContactMaterial.area_id == holder.area_id,
            ContactMaterial.material_code == material_code,
        )
        .group_by(ContactMaterial.day_on)
        .order_by(ContactMaterial.day_on)
    )
    return [(day_on, -int(count)) for day_on, count in rows]


#: (area, material) -> ((kind, or None for contacts), group or None) -> copies
_Sums = dict[tuple[int, str], dict[tuple[MoveKind | None, int | None], int]]


def _sums(actor: Actor, area_code: str) -> _Sums:
    moved = select(
        MaterialMove.area_id,
        MaterialMove.material_code,
        MaterialMove.kind,
        MaterialMove.group_id,
        func.sum(MaterialMove.count),
    ).where(in_her_areas(actor, MaterialMove.area_id))
    by_contact = (ContactMaterial.area_id, ContactMaterial.material_code, ContactMaterial.group_id)
    given = select(*by_contact, func.sum(ContactMaterial.count)).where(in_her_areas(actor, ContactMaterial.area_id))
    if area_code:
        its = select(Area.id).where(Area.code == area_code).scalar_subquery()
        moved, given = moved.where(MaterialMove.area_id == its), given.where(ContactMaterial.area_id == its)
    sums: _Sums = defaultdict(dict)
    by_move = (MaterialMove.area_id, MaterialMove.material_code, MaterialMove.kind, MaterialMove.group_id)
    for area_id, material_code, kind, group_id, count in db.session.execute(moved.group_by(*by_move)):
        sums[area_id, material_code][kind, group_id] = int(count)
    for area_id, material_code, group_id, count in db.session.execute(given.group_by(*by_contact)):
        sums[area_id, material_code][None, group_id] = int(count)
    return sums


def _stock_line(material: Material, sums: dict[tuple[MoveKind | None, int | None], int], names: Any) -> StockLine:
    of_kind: dict[MoveKind | None, int] = defaultdict(int)
    store, groups = 0, defaultdict[int, int](int)
    for (kind, group_id), count in sums.items():
        of_kind[kind] += count
        if group_id is not None:
            groups[group_id] += -count if kind is None else _TO_GROUP[kind] * count
        if kind is not None and (group_id is None or kind in _TO_STORE):
            store += _TO_STORE.get(kind, -1) * count
    held = sorted(((names[key], number) for key, number in groups.items()), key=lambda one: sort_key(one[0]))
    return StockLine(
        material,
        made=of_kind[MoveKind.MADE],
        issued=of_kind[MoveKind.ISSUED],
        returned=of_kind[MoveKind.RETURNED],
        handed_out=of_kind[MoveKind.HANDED_OUT],
        at_contacts=of_kind[None],
        written_off=of_kind[MoveKind.WRITTEN_OFF],
        in_store=store,
        with_groups=tuple(held),
    )


def _moves(actor: Actor, wanted: MovesWanted) -> Any:
    chosen: list[ColumnElement[bool]] = [in_her_areas(actor, MaterialMove.area_id)]
    if wanted.area_code:
        chosen.append(Area.code == wanted.area_code)
    if wanted.material_code:
        chosen.append(MaterialMove.material_code == wanted.material_code)
    if wanted.kind:
        chosen.append(MaterialMove.kind == wanted.kind)
    if wanted.year:
        chosen.append(MaterialMove.day_on.between(date(wanted.year, 1, 1), date(wanted.year, 12, 31)))
    return (
        select(MaterialMove, Material, Area.code, Area.name, PeerGroup.name)
        .join(Material, Material.code == MaterialMove.material_code)
        .join(Area, Area.id == MaterialMove.area_id)
        .outerjoin(PeerGroup, PeerGroup.id == MaterialMove.group_id)
        .where(*chosen)
    )


def _move_line(move: MaterialMove, material: Material, area_code: str, area: str, group: str | None) -> MoveLine:
    return MoveLine(
        move.code,
        material,
        move.kind,
        area_code,
        area,
        group,
        move.day_on,
        move.count,
        move.source,
        move.is_demo,
    )
