"""``/ban-do/o/…`` and ``/ban-do/tep/…``: what the map frame loads; ``/ban-do/chon``: a map to choose a point on."""

import re

from flask import Blueprint, Response, current_app, request
from flask_babel import get_locale
from flask_babel import gettext as _

from directory.errors import NotFound
from directory.extensions import settings
from directory.places import map as places_map
from directory.places import tiles
from directory.places.map import Choice, MapView
from directory.places.map_files import map_files
from directory.places.queries import gazetteer, in_viet_nam
from directory.places.rules import Point
from directory.web.access import public

blueprint = Blueprint("places", __name__)

FOR_EVER = "public, max-age=31536000, immutable"
TILE_CACHE = f"public, max-age={7 * 86_400}"
#: How long a browser believes that a tile is missing: short, for the server may be back soon.
NO_TILE_CACHE = "public, max-age=60"
TILES_URL = "/ban-do/o/{z}/{x}/{y}.png"
_POINT = re.compile(r"\s*(-?\d{1,3}(?:\.\d{1,15})?)\s*,\s*(-?\d{1,3}(?:\.\d{1,15})?)\s*")


@blueprint.get("/ban-do/o/<int:z>/<int:x>/<int:y>.png")
@public
def tile(z: int, x: int, y: int) -> Response:
    """Answer with the picture, or 204 when there is none: then the outline below it shows."""
    address = tiles.TileAddress(z, x, y)
    if not tiles.is_ours(address):
        raise NotFound(_("Không có ô bản đồ này."))
    try:
        picture = _source().read(address)
    except tiles.Busy:
        return Response(status=503, headers={"Cache-Control": "no-store", "Retry-After": "1"})
    if picture is None:
        return Response(status=204, headers={"Cache-Control": NO_TILE_CACHE})
    return Response(picture, mimetype=tiles.media_type_of(picture), headers={"Cache-Control": TILE_CACHE})


@blueprint.get("/ban-do/tep/<name>")
@public
def map_file(name: str) -> Response:
    """Answer with one file of the frame; its name changes with its content, so it may be kept for ever."""
    file = map_files().named(name)
    if file is None:
        raise NotFound(_("Không có tệp này."))
    headers = {"Cache-Control": FOR_EVER, "Vary": "Accept-Encoding"}
    if request.accept_encodings.best_match(["gzip"]):
        return Response(file.compressed, content_type=file.media_type, headers={**headers, "Content-Encoding": "gzip"})
    return Response(file.plain, content_type=file.media_type, headers=headers)


@blueprint.get("/ban-do/chon")
@public
def choose() -> Response:
    """Draw a map to choose a point on, for the frame of a form: ``vt`` is the point so far, ``quanh`` a unit's key."""
    unit = gazetteer().atlas.units.get(request.args.get("quanh", ""))
    around = gazetteer().atlas.point_of(unit) if unit else None
    view = MapView(
        list_url="/",
        tiles_url=TILES_URL if tiles.are_on(settings()) else None,
        language=str(get_locale() or "vi"),
        choice=Choice(_point(request.args.get("vt", "")), around),
    )
    document = places_map.draw([], view)
    return Response(document.html, headers={"Content-Security-Policy": document.content_security_policy})


def _point(text: str) -> Point | None:
    match = _POINT.fullmatch(text)
    point = Point(float(match[1]), float(match[2])) if match else None
    return point if point and abs(point.lat) <= 90 and abs(point.lon) <= 180 and in_viet_nam(point) else None


def _source() -> tiles.TileSource:
    """Return the one tile source of this process; its memory of failures must outlive the request."""
    source: tiles.TileSource | None = current_app.extensions.get("tile_source")
    if source is None:
        source = current_app.extensions.setdefault("tile_source", tiles.tile_source(settings()))
    return source
