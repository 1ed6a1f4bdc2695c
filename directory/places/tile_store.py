"""Tiles kept on disk, and how many may be fetched at once; both hold across worker processes."""

import fcntl
import os
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

#: After so many new tiles the folder is measured again; a look at 20,000 files takes a tenth of a second.
MEASURE_EVERY = 200
#: What is left of the limit after a clean-up, so that the next one is not due at once.
LEFT_AFTER_CLEANING = 0.8
SLOT_POLL_S = 0.02


@dataclass(frozen=True)
class KeptTile:
    """A tile from the cache; a stale one is better than none when the server is away."""

    picture: bytes
    is_fresh: bool


@dataclass
class TileStore:
    """A folder of tiles, at most so many bytes, the least recently used going first.

    Why the file's own times: its modification time is when the tile expires and its access time when it was last
    shown, both set by us, so the store needs no list that could disagree with the folder.
    """

    folder: Path
    limit_bytes: int
    clock: Callable[[], float] = time.time
    _n_kept: int = 0

    def read(self, tile: tuple[int, int, int]) -> KeptTile | None:
        """Return the kept tile and note that it was used, or None."""
        path = self._path(tile)
        try:
            picture, expires = path.read_bytes(), path.stat().st_mtime
            now = self.clock()
            os.utime(path, (now, expires))
        except OSError:
            return None
        return KeptTile(picture, is_fresh=now < expires)

    def keep(self, tile: tuple[int, int, int], picture: bytes, lifetime_s: float) -> None:
        """Write the tile so that a reader sees all of it or nothing; a full disk costs the cache, not the map."""
        path = self._path(tile)
        draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        now = self.clock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            draft.write_bytes(picture)
            os.utime(draft, (now, now + lifetime_s))
            draft.replace(path)
        except OSError:
            with suppress(OSError):
                draft.unlink()
            return
        self._n_kept += 1
        if self._n_kept % MEASURE_EVERY == 1:
            self.clean()

    def clean(self) -> None:
        """Delete the least recently used tiles when the folder has grown past its limit."""
        files = sorted(self._files())
        size = sum(n_bytes for _, n_bytes, _ in files)
        if size <= self.limit_bytes:
            return
        for _, n_bytes, path in files:
            if size <= self.limit_bytes * LEFT_AFTER_CLEANING:
                return
            path.unlink(missing_ok=True)
            size -= n_bytes

    def _files(self) -> Iterator[tuple[float, int, Path]]:
        for path in self.folder.glob("*/*/*.png"):
            try:
                stat = path.stat()
            except FileNotFoundError:
                # Another worker cleans at the same time.
                continue
            yield stat.st_atime, stat.st_size, path

    def _path(self, tile: tuple[int, int, int]) -> Path:
        z, x, y = tile
        return self.folder / str(z) / str(x) / f"{y}.png"


@dataclass(frozen=True)
class FetchSlots:
    """At most so many fetches at a time, over all threads and worker processes of this machine."""

    folder: Path
    n_slots: int

    @contextmanager
    def one(self, wait_s: float) -> Iterator[bool]:
        """Hold a slot while the block runs; the value tells whether one came free in time."""
        slot = self._wait(time.monotonic() + wait_s)
        try:
            yield slot is not None
        finally:
            if slot is not None:
                # Closing the file ends the lock, also when this process dies.
                slot.close()

    def _wait(self, until: float) -> IO[bytes] | None:
        while True:
            slot = self._try()
            if slot is not None or time.monotonic() >= until:
                return slot
            time.sleep(SLOT_POLL_S)

    def _try(self) -> IO[bytes] | None:
        """Return a slot that is free now. Where no lock file can be made there is none: manners before pictures."""
        for number in range(self.n_slots):
            with suppress(OSError), ExitStack() as on_failure:
                self.folder.mkdir(parents=True, exist_ok=True)
                file = on_failure.enter_context((self.folder / f"slot-{number}.lock").open("ab"))
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                on_failure.pop_all()
                return file
        return None
