"""Programme areas (địa bàn): which wards each holds.

An area is made once, by name, and read by everything above: its reads and writes are few enough for one page.
"""

from dataclasses import dataclass

from sqlalchemy import delete, func, select

from directory.errors import Conflict, Invalid
from directory.extensions import db
from directory.places import queries
from directory.places.models import AdminUnit, Area, area_ward
from directory.vietnamese import nfc, sort_key

LONGEST_NAME = 80
#: More wards than the largest province has would be a slip of the finger.
MOST_WARDS = 400


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
        f"Không có địa bàn “{nfc(name).strip()}”.",
        what_now=f"Các địa bàn đang có: {known}." if known else "Hãy tạo trước: directory areas add TÊN NƠI",
        field="area",
    )


def add_area(name: str, text: str) -> Area:
    """Make an area of the wards that a text means: places old or new, several separated by ``;``.

    Raises: Invalid, when the text means nothing or more than one thing; Conflict, when the name is taken.
    """
    name = _checked_name(name)
    keys = sorted({f"ward:{code}" for part in text.split(";") if part.strip() for code in _ward_codes(part.strip())})
    if not keys:
        raise Invalid("Chưa nói địa bàn gồm những nơi nào.", what_now="Ví dụ: “TP Hạ Long; phường Cẩm Phả”.")
    if len(keys) > MOST_WARDS:
        raise Invalid(
            f"Địa bàn này có tới {len(keys)} xã, phường: nhiều quá.", what_now="Hãy chia thành nhiều địa bàn."
        )
    area = Area(name=name, wards=list(db.session.scalars(select(AdminUnit).where(AdminUnit.key.in_(keys)))))
    db.session.add(area)
    db.session.flush()
    return area


def remove_area(area: Area) -> None:
    """Take an area away; the database refuses one that groups, slips or figures stand on."""
    db.session.execute(delete(area_ward).where(area_ward.c.area_id == area.id))
    db.session.expire(area)
    db.session.delete(area)
    db.session.flush()


def _checked_name(text: str) -> str:
    name = " ".join(nfc(text).split())
    if not 0 < len(name) <= LONGEST_NAME:
        raise Invalid(f"Tên địa bàn phải có từ 1 đến {LONGEST_NAME} chữ.", field="name")
    if any(area.name.casefold() == name.casefold() for area in areas()):
        raise Conflict(f"Đã có địa bàn “{name}”.", what_now="Hãy chọn tên khác.")
    return name


def _ward_codes(text: str) -> frozenset[str]:
    meanings = queries.gazetteer().resolve(text)
    if not meanings:
        raise Invalid(f"Không biết nơi “{text}”.", what_now="Hãy ghi tên xã, phường, huyện cũ hoặc tỉnh.", field="text")
    if len(meanings) > 1:
        named = "; ".join(meaning.name for meaning in meanings[:5])
        raise Invalid(
            f"“{text}” có thể là nhiều nơi: {named}.", what_now="Hãy ghi rõ hơn, thêm tên tỉnh.", field="text"
        )
    return meanings[0].ward_codes
