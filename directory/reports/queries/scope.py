"""What a report is about: an area, a place old or new with the areas inside it, or everything that she answers for."""

from collections.abc import Iterable

from sqlalchemy import exists, select
from sqlalchemy.orm import selectinload

from directory.accounts.rules import SYSTEM, Actor
from directory.errors import NotFound
from directory.extensions import db
from directory.places.areas import Ambiguous, Candidate
from directory.places.finder import Resolution
from directory.places.models import Area
from directory.places.queries import gazetteer
from directory.places.units import Rank
from directory.reports.figures import Scope, ScopeArea
from directory.reports.models import ManualFigure
from directory.vietnamese import nfc, sort_key

#: Stands in the names of areas that were made to show what the programme can do.
ILLUSTRATIVE = "(minh hoạ)"
NATIONAL = "Toàn quốc"
NO_SCOPE = "Không có địa bàn “%(name)s”, hoặc địa bàn không thuộc phần bạn phụ trách."
KNOWN_AREAS = "Các địa bàn bạn xem được: %(known)s."
NO_AREA_YET = "Chưa có địa bàn nào. Hãy nhờ quản trị viên tạo địa bàn."


def scope_of(text: str | None, actor: Actor) -> Scope:
    """Return what a report about this text is about, as far as she answers for it; without a text, all of that.

    The text is an area's name or code, or a place old or new, which stands for every area whose wards lie in it.

    Raises: NotFound, when there is no such thing among hers; Ambiguous, when it may be several.
    """
    hers = _areas_of(actor)
    wanted = " ".join(nfc(text or "").split())
    if not wanted:
        return _everything(hers, actor)
    for area in hers:
        if wanted.casefold() in (area.name.casefold(), area.code):
            return Scope(area.name, (_scope_area(area),), _provinces_inside(_wards([area])))
    return _place(wanted, hers, actor)


def areas_inside(ward_codes: frozenset[str], areas: Iterable[Area]) -> list[Area]:
    """Return the areas all of whose wards are among these."""
    return [area for area in areas if area.wards and _wards([area]) <= ward_codes]


def areas_in(scope: Scope) -> list[Area]:
    """Return the areas of a scope as they are in the database."""
    return list(db.session.scalars(select(Area).where(Area.id.in_(scope.area_ids)).order_by(Area.id)))


def _areas_of(actor: Actor) -> list[Area]:
    wanted = select(Area).options(selectinload(Area.wards)).order_by(Area.id)
    if not _covers_all(actor):
        wanted = wanted.where(Area.id.in_(actor.area_ids))
    return sorted(db.session.scalars(wanted), key=lambda area: (sort_key(area.name), area.id))


def _covers_all(actor: Actor) -> bool:
    return actor is SYSTEM or actor.all_areas


def _everything(hers: list[Area], actor: Actor) -> Scope:
    areas = tuple(_scope_area(area) for area in hers)
    atlas = gazetteer().atlas
    provinces = frozenset(key for key, unit in atlas.units.items() if unit.rank is Rank.PROVINCE)
    if _covers_all(actor):
        return Scope(NATIONAL, areas, provinces, is_national=True)
    wards = _wards(hers)
    touched = frozenset(key for key in provinces if not wards.isdisjoint(atlas.wards_of(key)))
    return Scope(", ".join(area.name for area in areas), areas, touched)


def _place(text: str, hers: list[Area], actor: Actor) -> Scope:
    """Return the scope of a place; of several that bear the name, the one in which she has anything to tell."""
    meanings = gazetteer().resolve(text)
    telling = [meaning for meaning in meanings if _has_anything(meaning, hers, actor)]
    if not telling:
        known = ", ".join(f"“{area.name}”" for area in hers)
        what_now = KNOWN_AREAS if hers else NO_AREA_YET
        raise NotFound(NO_SCOPE, what_now=what_now, blanks={"name": text, "known": known})
    if len(telling) > 1:
        raise Ambiguous(text, tuple(Candidate(meaning.unit_keys[0], meaning.name) for meaning in telling))
    meaning = telling[0]
    areas = tuple(_scope_area(area) for area in areas_inside(meaning.ward_codes, hers))
    return Scope(meaning.name, areas, _keys_of(meaning))


def _has_anything(meaning: Resolution, hers: list[Area], actor: Actor) -> bool:
    if areas_inside(meaning.ward_codes, hers):
        return True
    if not _covers_all(actor):
        return False
    return bool(db.session.scalar(select(exists().where(ManualFigure.unit_key.in_(_keys_of(meaning))))))


def _keys_of(meaning: Resolution) -> frozenset[str]:
    return frozenset(meaning.unit_keys) | _provinces_inside(meaning.ward_codes)


def _provinces_inside(ward_codes: frozenset[str]) -> frozenset[str]:
    atlas = gazetteer().atlas
    provinces = (key for key, unit in atlas.units.items() if unit.rank is Rank.PROVINCE)
    return frozenset(key for key in provinces if atlas.wards_of(key) and atlas.wards_of(key) <= ward_codes)


def _wards(areas: Iterable[Area]) -> frozenset[str]:
    return frozenset(ward.code for area in areas for ward in area.wards)


def _scope_area(area: Area) -> ScopeArea:
    return ScopeArea(area.id, area.code, area.name, len(area.wards) == 1, ILLUSTRATIVE in area.name)
