"""The files that the map frame loads, built once for each process and named by their content.

Why a bundle: on a slow line each request costs more than its bytes, so Leaflet, its clusters and our own script are one
file, and so are their styles. The name holds a digest, so a browser may keep a file for ever.
Source: Leaflet 1.9.3 (BSD-2) and Leaflet.markercluster 1.4.1 (MIT), as packaged by XStatic.
"""

import gzip
import hashlib
import importlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from directory import seed_files

FRAME = Path(__file__).with_name("frame")


@dataclass(frozen=True)
class MapFile:
    """One file of the frame: its name, media type, and bytes plain and compressed."""

    name: str
    media_type: str
    plain: bytes
    compressed: bytes


@dataclass(frozen=True)
class MapFiles:
    """What a frame loads besides itself."""

    script: MapFile
    style: MapFile
    base: MapFile

    def named(self, name: str) -> MapFile | None:
        """Return the file of that name, or None."""
        return next((file for file in (self.script, self.style, self.base) if file.name == name), None)


@cache
def map_files() -> MapFiles:
    """Return the files, reading and compressing them at the first call."""
    leaflet, clusters = _package("leaflet"), _package("leaflet_markercluster")
    scripts = [leaflet / "leaflet.js", clusters / "leaflet.markercluster.js", *sorted(FRAME.glob("*.js"))]
    styles = [leaflet / "leaflet.css", clusters / "MarkerCluster.css", FRAME / "frame.css"]
    return MapFiles(
        script=_file("ban-do", "js", "text/javascript; charset=utf-8", _joined(scripts)),
        style=_file("ban-do", "css", "text/css; charset=utf-8", _joined(styles)),
        base=_file("nen", "json", "application/json", _base_map()),
    )


def _package(name: str) -> Path:
    return Path(importlib.import_module(f"xstatic.pkg.{name}").BASE_DIR)


def _joined(paths: Sequence[Path]) -> bytes:
    """Join texts, without the hints to source maps that are not served."""
    texts = (re.sub(r"\n//# sourceMappingURL=\S+", "", path.read_text(encoding="utf-8")) for path in paths)
    return "\n".join(texts).encode()


def _base_map() -> bytes:
    """Return the outline and the labels as one JSON text."""
    labels = [
        [row["kind"], row["name"], float(row["latitude"]), float(row["longitude"]), int(row["from_zoom"])]
        for row in seed_files.rows("map_labels.csv")
    ]
    outline = json.loads((seed_files.SEED / "outline.geojson").read_text(encoding="utf-8"))
    return json.dumps({"outline": outline, "labels": labels}, ensure_ascii=False, separators=(",", ":")).encode()


def _file(stem: str, ending: str, media_type: str, plain: bytes) -> MapFile:
    digest = hashlib.sha256(plain).hexdigest()[:10]
    return MapFile(f"{stem}-{digest}.{ending}", media_type, plain, gzip.compress(plain, compresslevel=9, mtime=0))
