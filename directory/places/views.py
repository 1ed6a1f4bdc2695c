"""``/ban-do/o/…`` and ``/ban-do/tep/…``: the tiles and the files that the map frame loads."""

from flask import Blueprint, Response, current_app, request
from flask_babel import gettext as _

from directory.errors import NotFound
from directory.extensions import settings
from directory.places import tiles
from directory.places.map_files import map_files
from directory.web.access import public

blueprint = Blueprint("places", __name__)

FOR_EVER = "public, max-age=31536000, immutable"
TILE_CACHE = f"public, max-age={7 * 86_400}"
#: How long a browser believes that a tile is missing: short, for the server may be back soon.
NO_TILE_CACHE = "public, max-age=60"


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


def _source() -> tiles.TileSource:
    """Return the one tile source of this process; its memory of failures must outlive the request."""
    source: tiles.TileSource | None = current_app.extensions.get("tile_source")
    if source is None:
        source = current_app.extensions.setdefault("tile_source", tiles.tile_source(settings()))
    return source
