"""Map tiles through our own house: a caching proxy before a tile server, or a local file, or nothing (D9).

Why: a browser that fetched tiles itself would tell a third party which streets the person looks at.
The usage policy of OpenStreetMap's server is kept: an honest User-Agent, at least seven days of cache, at most two
fetches at a time, no prefetching. Source: https://operations.osmfoundation.org/policies/tiles/ (recalled 2026-11-22).
"""

import logging
import math
import sqlite3
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from email.message import Message
from http.client import HTTPException
from pathlib import Path
from typing import NamedTuple, Protocol
from urllib.parse import quote

from directory.errors import Invalid
from directory.places.tile_store import FetchSlots, TileStore
from directory.settings import Settings

log = logging.getLogger(__name__)

#: OpenStreetMap's own tiles end at 19.
CLOSEST_ZOOM = 18
#: Viet Nam with its islands, and enough around it that the edge is not on the screen: south, west, north, east.
BOX = (4.5, 98.0, 26.0, 119.5)

SHORTEST_CACHE_S, LONGEST_CACHE_S = 7 * 86_400, 60 * 86_400
CACHE_BYTES = 300 * 1024 * 1024
PARALLEL_FETCHES = 2
#: A tile is worth this long a wait; after it the outline shows instead.
CONNECT_TIMEOUT_S, WHOLE_FETCH_S = 4.0, 8.0
#: How long a request may wait for its turn. Short, since a waiting tile holds a thread that a search could use; the
#: map asks again for a tile that had no turn.
WAIT_FOR_SLOT_S = 0.3
LARGEST_TILE_BYTES = 512 * 1024
FIRST_PAUSE_S, LONGEST_PAUSE_S = 30.0, 15 * 60.0

SIGNATURES = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}


class TileAddress(NamedTuple):
    """Which tile, in the numbering of web maps: y grows southwards."""

    z: int
    x: int
    y: int


class TileSource(Protocol):
    """Where tiles come from."""

    def read(self, tile: TileAddress, /) -> bytes | None:
        """Return the picture, or None when there is none now.

        Raises: Busy, when it may be there in a moment.
        """


class Unreachable(Exception):
    """The tile server did not answer with a picture; ``pause_s`` is how long it asked to be left alone."""

    def __init__(self, reason: str, pause_s: float = 0) -> None:
        super().__init__(reason)
        self.pause_s = pause_s


class Busy(Exception):
    """As many fetches as may be are running; the same tile may be asked for again in a moment."""


def media_type_of(picture: bytes) -> str | None:
    """Return the media type by the first bytes, or None for what is not a picture we serve."""
    return next((kind for start, kind in SIGNATURES.items() if picture.startswith(start)), None)


def is_ours(tile: TileAddress) -> bool:
    """Whether the tile exists and touches the box of Viet Nam."""
    if not 0 <= tile.z <= CLOSEST_ZOOM:
        return False
    south, west, north, east = BOX
    first_x, first_y = _number(tile.z, north, west)
    last_x, last_y = _number(tile.z, south, east)
    return first_x <= tile.x <= last_x and first_y <= tile.y <= last_y


def _number(zoom: int, lat: float, lon: float) -> tuple[int, int]:
    """Return x and y of the tile that holds a point.

    Source: https://wiki.openstreetmap.org/wiki/Slippy_map_tilenames (recalled 2026-11-22).
    """
    n_tiles = 2**zoom
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * n_tiles
    return int((lon + 180) / 360 * n_tiles), int(y)


class NoTiles:
    """Tiles are off: the outline alone is the map."""

    def read(self, _tile: TileAddress) -> bytes | None:
        """Return nothing."""
        return None


@dataclass(frozen=True)
class TileFile:
    """A local ``.mbtiles`` file, which is an SQLite database that counts rows from the south."""

    path: Path

    def read(self, tile: TileAddress) -> bytes | None:
        """Return the picture, or None when the file has none there or cannot be read."""
        query = "SELECT tile_data FROM tiles WHERE zoom_level = ? AND tile_column = ? AND tile_row = ?"
        try:
            with closing(sqlite3.connect(f"file:{quote(str(self.path))}?mode=ro", uri=True)) as database:
                row = database.execute(query, (tile.z, tile.x, 2**tile.z - 1 - tile.y)).fetchone()
        except sqlite3.Error as error:
            log.warning("tile_file_unreadable", extra={"fields": {"reason": str(error)}})
            return None
        return bytes(row[0]) if row and media_type_of(row[0]) else None


@dataclass
class Pause:
    """A circuit breaker: after a failure nothing is asked for a while, twice as long each time."""

    clock: Callable[[], float] = time.monotonic
    _until: float = 0.0
    _length_s: float = 0.0

    @property
    def is_on(self) -> bool:
        """Whether the server is being left alone."""
        return self.clock() < self._until

    def start(self, at_least_s: float = 0.0) -> None:
        """Leave the server alone, longer than last time."""
        self._length_s = min(max(self._length_s * 2, FIRST_PAUSE_S), LONGEST_PAUSE_S)
        self._until = self.clock() + max(self._length_s, min(at_least_s, LONGEST_PAUSE_S))

    def end(self) -> None:
        """Forget all failures."""
        self._until = self._length_s = 0.0


@dataclass
class TileServer:
    """A caching proxy before a tile server."""

    url: str
    user_agent: str
    store: TileStore
    slots: FetchSlots
    pause: Pause = field(default_factory=Pause)
    wait_s: float = WAIT_FOR_SLOT_S

    def read(self, tile: TileAddress) -> bytes | None:
        """Return the tile from the cache, else from the server; a stale one when the server is away; else None.

        Raises: Busy, when too many others are being fetched.
        """
        kept = self.store.read(tile)
        if kept and kept.is_fresh:
            return kept.picture
        stale = kept.picture if kept else None
        if self.pause.is_on:
            return stale
        with self.slots.one(self.wait_s) as may_fetch:
            if self.pause.is_on or (stale and not may_fetch):
                return stale
            if not may_fetch:
                raise Busy
            # While this request waited for its slot, another may have fetched the same tile.
            meanwhile = self.store.read(tile)
            if meanwhile and meanwhile.is_fresh:
                return meanwhile.picture
            return self._fetch_and_keep(tile) or stale

    def _fetch_and_keep(self, tile: TileAddress) -> bytes | None:
        try:
            picture, headers = self._fetch(tile)
        except Unreachable as error:
            self.pause.start(error.pause_s)
            # The reason never holds the tile's address: it would say where somebody looked.
            log.warning("tile_server_unreachable", extra={"fields": {"reason": str(error)}})
            return None
        self.pause.end()
        if picture and "no-store" not in headers.get("Cache-Control", "").lower():
            self.store.keep(tile, picture, lifetime_s(headers))
        return picture

    def _fetch(self, tile: TileAddress) -> tuple[bytes | None, Message]:
        """Return the picture and its headers; None when the server has no such tile.

        Raises: Unreachable, for anything else than a picture or a plain "not found".
        """
        address = self.url.format(z=tile.z, x=tile.x, y=tile.y)
        asked = urllib.request.Request(address, headers={"User-Agent": self.user_agent, "Accept": "image/png"})  # noqa: S310
        try:
            with urllib.request.urlopen(asked, timeout=CONNECT_TIMEOUT_S) as answer:  # noqa: S310
                picture, headers = _read_within(answer.read1, WHOLE_FETCH_S), answer.headers
        except urllib.error.HTTPError as error:
            with error:
                if error.code in (404, 410):
                    return None, error.headers
                raise Unreachable(f"HTTP {error.code}", _seconds(error.headers.get("Retry-After"))) from error
        except (OSError, HTTPException, ValueError) as error:
            raise Unreachable(type(error).__name__) from error
        if media_type_of(picture) is None:
            raise Unreachable("not a picture")
        return picture, headers


def _read_within(read: Callable[[int], bytes], limit_s: float) -> bytes:
    """Read a whole body.

    Why a clock here: the socket's timeout counts anew with each byte, so a dripping server would hold us for ever.
    """
    end, parts, size = time.monotonic() + limit_s, [], 0
    while part := read(65_536):
        parts.append(part)
        size += len(part)
        if size > LARGEST_TILE_BYTES:
            raise Unreachable("too large")
        if time.monotonic() > end:
            raise Unreachable("too slow")
    return b"".join(parts)


def lifetime_s(headers: Message) -> float:
    """Return how long to keep a tile: what the server says, but at least a week and at most two months."""
    parts = [part.strip().lower() for part in headers.get("Cache-Control", "").split(",")]
    stated = next((_seconds(part.removeprefix("max-age=")) for part in parts if part.startswith("max-age=")), 0.0)
    return min(max(stated, SHORTEST_CACHE_S), LONGEST_CACHE_S)


def _seconds(text: str | None) -> float:
    return float(text) if text and text.isdecimal() else 0.0


def are_on(settings: Settings) -> bool:
    """Whether the map shows tiles at all."""
    return settings.tiles_url.strip().lower() not in ("", "off")


def tile_source(settings: Settings) -> TileSource:
    """Return the source that the setting names: ``off``, a ``.mbtiles`` file, or a server.

    Raises: Invalid, when it is none of them.
    """
    wanted = settings.tiles_url.strip()
    if not are_on(settings):
        return NoTiles()
    if wanted.endswith(".mbtiles"):
        return TileFile(Path(wanted).resolve())
    if not wanted.startswith(("http://", "https://")) or not _is_template(wanted):
        raise Invalid(
            "DIRECTORY_TILES_URL không đọc được.",
            what_now="Hãy đặt off, đường dẫn tới tệp .mbtiles, hoặc https://…/{z}/{x}/{y}.png.",
        )
    store = TileStore(settings.tile_cache_dir, CACHE_BYTES)
    return TileServer(wanted, _user_agent(settings), store, FetchSlots(settings.tile_cache_dir, PARALLEL_FETCHES))


def _is_template(url: str) -> bool:
    try:
        return url.format(z=1, x=2, y=3) != url and all(part in url for part in ("{z}", "{x}", "{y}"))
    except (KeyError, IndexError, ValueError):
        return False


def _user_agent(settings: Settings) -> str:
    """Return who we are and how to reach us, as the server's owners ask."""
    about = f"; {settings.contact}" if settings.contact else ""
    text = f"ServiceDirectory/1.0 (+{settings.public_url}{about})"
    # A header holds Latin letters only, and a line break in it would start another header.
    return "".join(character for character in text if character.isascii() and character.isprintable())
