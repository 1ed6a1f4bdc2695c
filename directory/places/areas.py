"""Programme areas (địa bàn): which wards each holds.

An area is made once, by name, and read by everything above: its reads and writes are few enough for one page. Whoever
answers for single areas cannot widen them, or she could make herself responsible for anything.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import delete, func, select

from directory.accounts import audit
from directory.accounts.rules import SYSTEM, Actor, Role
from directory.errors import Conflict, Invalid, NotAllowed
from directory.extensions import db
from directory.places import queries
from directory.places.models import AdminUnit, Area, area_ward
from directory.vietnamese import nfc, sort_key

LONGEST_NAME = 80
#: More wards than the largest province has would be a slip of the finger.
MOST_WARDS = 400
#: So many are shown to choose from; a name that more places bear needs its province.
MOST_CANDIDATES = 12


class Candidate(NamedTuple):
    """One thing that a text may mean; ``text`` says it without a doubt."""

    text: str
    name: str


class Ambiguous(Invalid):
    """A text that may mean several places; each candidate is to be offered."""

    def __init__(self, place: str, candidates: tuple[Candidate, ...]) -> None:
        super().__init__(
            "“%(place)s” có thể là nhiều nơi.",
            what_now="Hãy chọn một nơi, hoặc ghi rõ hơn, thêm tên tỉnh.",
            field="places",
            blanks={"place": place},
        )
        self.candidates = candidates


@dataclass(frozen=True)
class AreaLine:
    """An area as a list shows it."""

    id: int
    code: str
    name: str
    wards: int


def areas() -> list[AreaLine]:
    """Return every area with the number of its wards, by name."""
    rows = db.session.execute(
        select(Area.id, Area.code, Area.name, func.count(area_ward.c.ward_key))
        .outerjoin(area_ward, area_ward.c.area_id == Area.id)
        .group_by(Area.id, Area.code, Area.name)
        .order_by(Area.id)
    )
    return sorted((AreaLine(*row) for row in rows), key=lambda area: (sort_key(area.name), area.id))


def find_area(name: str) -> Area:
    """Return the area of this name, however its letters are cased.

    Raises: Invalid, when there is none.
    """
    wanted = nfc(name).strip().casefold()
    for area in db.session.scalars(select(Area).order_by(Area.id)):
        if area.name.casefold() == wanted:
            return area
    known = ", ".join(f"“{area.name}”" for area in areas())
    raise Invalid(
        "Không có địa bàn “%(name)s”.",
        blanks={"name": nfc(name).strip()},
        what_now="Các địa bàn đang có: " + known if known else "Hãy tạo trước: directory areas add TÊN NƠI",
        field="area",
    )


def may_shape(actor: Actor) -> bool:
    """Whether she may make areas and say what they hold: only somebody who answers for all of them."""
    return actor is SYSTEM or actor.role is Role.ADMINISTRATOR or actor.all_areas


def add_area(name: str, text: str, actor: Actor = SYSTEM) -> Area:
    """Make an area of the wards that a text means: places old or new, several separated by ``;``.

    Raises: Invalid, when the text means nothing; Ambiguous, when it means more than one thing; Conflict, when the name
    is taken; NotAllowed, when she may not.
    """
    _check_may_shape(actor)
    name = _free_name(name)
    area = Area(name=name, wards=_units(_fitting(ward_keys_of(text))))
    db.session.add(area)
    db.session.flush()
    audit.record("area.added", actor, area.uuid)
    return area


def rename_area(actor: Actor, area: Area, name: str) -> None:
    """Give an area another name; whatever stands on it stays with it.

    Raises: Invalid or Conflict, when the name is none or taken.
    """
    name = _free_name(name, but=area.id)
    if name != area.name:
        area.name = name
        db.session.flush()
        audit.record("area.renamed", actor, area.uuid)


def add_wards(actor: Actor, area: Area, text: str) -> int:
    """Put the places that a text means into an area, and return how many wards came to it.

    Raises: as ``add_area``; Conflict, when it holds all of them already.
    """
    _check_may_shape(actor)
    _lock(area)
    held = {ward.key for ward in area.wards}
    new = [key for key in ward_keys_of(text) if key not in held]
    if not new:
        raise Conflict("Địa bàn đã có đủ các xã, phường này.")
    _fitting([*held, *new])
    area.wards.extend(_units(new))
    db.session.flush()
    audit.record("area.changed", actor, area.uuid)
    return len(new)


def remove_wards(actor: Actor, area: Area, codes: Collection[str]) -> int:
    """Take wards out of an area, by their official codes, and return how many went.

    Raises: Invalid, when none is chosen or none would be left; NotAllowed, when she may not.
    """
    _check_may_shape(actor)
    _lock(area)
    gone = [ward for ward in area.wards if ward.code in set(codes)]
    if not gone:
        raise Invalid("Bạn chưa chọn xã, phường nào để bỏ ra.", field="wards")
    if len(gone) == len(area.wards):
        raise Invalid("Địa bàn phải còn ít nhất một xã, phường.", field="wards")
    for ward in gone:
        area.wards.remove(ward)
    db.session.flush()
    audit.record("area.changed", actor, area.uuid)
    return len(gone)


def also_in(area: Area) -> dict[str, list[str]]:
    """Return, of the wards of an area that other areas hold, too, the names of those by ward key."""
    other = area_ward.alias()
    rows = db.session.execute(
        select(other.c.ward_key, Area.name)
        .join(area_ward, area_ward.c.ward_key == other.c.ward_key)
        .join(Area, Area.id == other.c.area_id)
        .where(area_ward.c.area_id == area.id, other.c.area_id != area.id)
        .order_by(other.c.ward_key, Area.name, Area.id)
    )
    found: dict[str, list[str]] = {}
    for key, name in rows:
        found.setdefault(key, []).append(name)
    return found


def remove_area(area: Area) -> None:
    """Take an area away; the database refuses one that groups, slips or figures stand on."""
    db.session.execute(delete(area_ward).where(area_ward.c.area_id == area.id))
    db.session.expire(area)
    db.session.delete(area)
    db.session.flush()


def wards_by_province(area: Area) -> list[tuple[str, list[AdminUnit]]]:
    """Return the wards of an area under the full names of their provinces, both by name."""
    atlas = queries.gazetteer().atlas
    found: dict[str, list[AdminUnit]] = {}
    for ward in sorted(area.wards, key=lambda ward: (sort_key(ward.name), ward.key)):
        found.setdefault(atlas.province_of(ward.code).full_name, []).append(ward)
    return sorted(found.items(), key=lambda pair: sort_key(pair[0]))


def ward_keys_of(text: str) -> list[str]:
    """Return the keys of today's wards that a text means: places old or new, several separated by ``;``.

    Raises: Invalid, when a place is unknown or none is named; Ambiguous, when one may be several.
    """
    parts = [part.strip() for part in nfc(text).split(";") if part.strip()]
    if not parts:
        raise Invalid(
            "Chưa nói địa bàn gồm những nơi nào.", what_now="Ví dụ: “TP Hạ Long; phường Cẩm Phả”.", field="places"
        )
    return sorted({f"ward:{code}" for place in range(len(parts)) for code in _ward_codes(parts, place)})


def ward_in(area: Area, text: str) -> str:
    """Return the key of the one ward of an area that a text means.

    Raises: Invalid, when it means none in there; Ambiguous, when it means several: a place that was divided.
    """
    inside = {ward.key: ward for ward in area.wards}
    meanings = queries.gazetteer().resolve(nfc(text).strip())
    if not meanings:
        raise _unknown(text)
    keys = sorted({f"ward:{code}" for meaning in meanings for code in meaning.ward_codes} & inside.keys())
    if not keys:
        raise Invalid(
            "“%(place)s” không nằm trong địa bàn “%(area)s”.",
            what_now="Hãy chọn địa bàn khác, hoặc thêm nơi này vào địa bàn trước.",
            field="places",
            blanks={"place": text.strip(), "area": area.name},
        )
    if len(keys) > 1:
        named = tuple(Candidate(key, f"{inside[key].kind} {inside[key].name}") for key in keys[:MOST_CANDIDATES])
        raise Ambiguous(text.strip(), named)
    return keys[0]


def _check_may_shape(actor: Actor) -> None:
    if not may_shape(actor):
        raise NotAllowed(
            "Chỉ quản trị viên và điều phối viên toàn quốc mới đổi được địa bàn gồm những đâu.",
            what_now="Hãy nhờ quản trị viên.",
        )


def _lock(area: Area) -> None:
    """Let nobody else change what it holds meanwhile, and read it as it is now."""
    db.session.refresh(area, with_for_update=True)


def _free_name(text: str, *, but: int | None = None) -> str:
    name = " ".join(nfc(text).split())
    if not 0 < len(name) <= LONGEST_NAME:
        raise Invalid("Tên địa bàn phải có từ 1 đến %(most)s chữ.", field="name", blanks={"most": LONGEST_NAME})
    if any(area.name.casefold() == name.casefold() and area.id != but for area in areas()):
        raise Conflict("Đã có địa bàn “%(name)s”.", what_now="Hãy chọn tên khác.", blanks={"name": name})
    return name


def _fitting(keys: Sequence[str]) -> Sequence[str]:
    if len(keys) > MOST_WARDS:
        raise Invalid(
            "Địa bàn này có tới %(count)s xã, phường: nhiều quá.",
            what_now="Hãy chia thành nhiều địa bàn.",
            field="places",
            blanks={"count": len(keys)},
        )
    return keys


def _units(keys: Sequence[str]) -> list[AdminUnit]:
    return list(db.session.scalars(select(AdminUnit).where(AdminUnit.key.in_(keys)).order_by(AdminUnit.key)))


def _ward_codes(parts: Sequence[str], place: int) -> frozenset[str]:
    meanings = queries.gazetteer().resolve(parts[place])
    if not meanings:
        raise _unknown(parts[place])
    if len(meanings) > 1:
        ways = ((meaning.name, [*parts[:place], meaning.unit_keys[0], *parts[place + 1 :]]) for meaning in meanings)
        named = tuple(Candidate("; ".join(way), name) for name, way in ways)
        raise Ambiguous(parts[place], named[:MOST_CANDIDATES])
    return meanings[0].ward_codes


def _unknown(text: str) -> Invalid:
    return Invalid(
        "Không biết nơi “%(place)s”.",
        what_now="Hãy ghi tên xã, phường, huyện cũ hoặc tỉnh.",
        field="places",
        blanks={"place": text.strip()},
    )
