"""The map of gaps: what ``queries.gaps`` found, as wards to draw, with their words."""

from collections.abc import Sequence

from flask_babel import gettext as _

from directory.catalogue.wording import distance_in_words
from directory.places.map_wards import Step, WardMap, WardMark, ward_rings
from directory.places.rules import Point
from directory.reports.queries.gaps import NearestPlace, WardGap


def gap_map(gaps: Sequence[WardGap], radius_km: int) -> WardMap:
    """Return the wards as they are drawn, on their borders where those were imported."""
    rings = ward_rings([gap.ward.key for gap in gaps])
    marks = (
        WardMark(
            key=gap.ward.key,
            point=gap.ward.point or Point(0, 0),
            name=gap.ward.full_name,
            note=nearest_in_words(gap),
            step=gap.step,
            rings=rings.get(gap.ward.key, ()),
        )
        for gap in gaps
    )
    return WardMap(tuple(marks), legend(radius_km))


def legend(radius_km: int) -> dict[Step, str]:
    """Return what the steps are called."""
    return {
        Step.NEAR: _("Có trong vòng %(km)s km", km=radius_km),
        Step.FAR: _("Cách %(from_km)s đến %(to_km)s km", from_km=radius_km, to_km=2 * radius_km),
        Step.FARTHER: _("Xa hơn %(km)s km", km=2 * radius_km),
        Step.NONE: _("Sổ chưa có nơi nào"),
    }


def nearest_in_words(gap: WardGap) -> str:
    """Return what is nearest to a ward and how far it is, in one line."""
    if gap.place is None:
        return _("Trong sổ chưa có nơi nào.")
    return _("Gần nhất: %(place)s, %(far)s", place=place_in_words(gap.place), far=far_in_words(gap))


def far_in_words(gap: WardGap) -> str:
    """Return how far the nearest place is; of one whose address is kept back, from ward to ward and so roughly."""
    far = distance_in_words(gap.metres)
    return far if gap.place is None or gap.place.provider else _("khoảng %(far)s", far=far)


def place_in_words(place: NearestPlace) -> str:
    """Return who offers it, or what it is and its ward where the address is kept back; and whether it is invented."""
    if place.provider:
        name = f"{place.provider} – {place.service}"
    else:
        name = _("%(service)s ở %(ward)s (giữ kín địa chỉ)", service=place.service, ward=place.ward)
    is_said = not place.is_illustrative or "minh hoạ" in name
    return name if is_said else _("%(name)s (minh hoạ)", name=name)
