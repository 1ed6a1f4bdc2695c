"""``/ban-do``: the results of a search on a map, with the same parameters as ``/tim``; ``/ban-do/khung``: the map."""

from dataclasses import dataclass, replace

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from directory.catalogue.queries import categories
from directory.catalogue.queries.map_points import MapPoint, map_credits, map_points
from directory.extensions import settings
from directory.places import map as places_map
from directory.places import tiles
from directory.places.map import MOST_PINS, MapView, Pin
from directory.places.queries import in_viet_nam
from directory.search.forms import read_form
from directory.search.links import Links
from directory.search.queries import SearchAnswer
from directory.search.views import answer_to
from directory.web.access import public

blueprint = Blueprint("search_map", __name__)

TILES_URL = "/ban-do/o/{z}/{x}/{y}.png"


@blueprint.get("/ban-do")
@public
def page() -> ResponseReturnValue:
    """Show the map in its frame, with the way back to the list."""
    form = read_form(request.args, categories(), in_viet_nam)
    links = Links(form, categories())
    return render_template(
        "search/map.html",
        form=form,
        subject=categories().by_slug.get(form.category or ""),
        frame_url=links.to("/ban-do/khung"),
        list_url=links.to("/tim"),
        here=links.to("/ban-do"),
        credits=map_credits(),
    )


@blueprint.get("/ban-do/khung")
@public
def frame() -> ResponseReturnValue:
    """Draw what ``/tim`` lists on all its pages, at most 500 places, as a document of its own."""
    form = read_form(request.args, categories(), in_viet_nam)
    drawn = _places(answer_to(replace(form, page=1, per_page=MOST_PINS)))
    view = MapView(
        list_url=Links(form, categories()).to("/tim"),
        tiles_url=TILES_URL if tiles.are_on(settings()) else None,
        position=form.position,
        total=drawn.total,
        remarks=drawn.remarks,
        language=str(get_locale() or "vi"),
    )
    document = places_map.draw([_pin(point) for point in drawn.points], view)
    return Response(document.html, headers={"Content-Security-Policy": document.content_security_policy})


@dataclass(frozen=True)
class _Places:
    """What of an answer can be drawn, and what must be said of the rest."""

    points: list[MapPoint]
    total: int | None
    remarks: tuple[str, ...]


def _places(answer: SearchAnswer) -> _Places:
    hits = answer.hits or answer.instead
    points = map_points([hit.offering_id for hit in hits])
    total = answer.total if answer.total > MOST_PINS else None
    return _Places(points, total, _remarks(answer, len(points), len(hits) - len(points)))


def _remarks(answer: SearchAnswer, n_drawn: int, n_by_phone: int) -> tuple[str, ...]:
    if not answer.hits:
        found_none = _("Không tìm thấy nơi nào khớp.")
        return (found_none, _("Đây là những nơi khác có thể giúp bạn.")) if n_drawn else (found_none,)
    if not n_by_phone:
        return ()
    return (ngettext("%(num)s nơi chỉ liên hệ qua điện thoại.", "%(num)s nơi chỉ liên hệ qua điện thoại.", n_by_phone),)


def _pin(point: MapPoint) -> Pin:
    return Pin(
        lat=point.point.lat,
        lon=point.point.lon,
        label=point.name,
        category_colour_name=point.main_subject,
        url=url_for("catalogue.offering", code=point.code),
        is_ward_point=point.is_ward,
        note=" · ".join(part for part in (point.provider, point.ward) if part),
    )
