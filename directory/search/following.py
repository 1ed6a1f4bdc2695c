"""Keep this process's arrays in step with the change feed (D5).

A process compares the last change at most every half second and patches its arrays from the database. Pages always show
text from the database, so arrays that lag can miss an entry but never show an old telephone number.
"""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Lock

from flask import current_app
from sqlalchemy import Connection, Engine

from directory.extensions import db, settings
from directory.places.gazetteer import Gazetteer
from directory.places.queries import gazetteer
from directory.search import index, storage
from directory.search.arrays import Arrays, build_arrays
from directory.search.entries import change_at, changed_since, entries, last_change
from directory.search.entry import Entry
from directory.search.keeping import keep_on_disk
from directory.search.table import Table
from directory.search.words import Words, words

#: Units: seconds.
CHECK_EVERY_S = 0.5
#: Past so many changes it is quicker to read everything anew; and patched lists grow no longer than this.
MOST_PATCHES = 1_000


class Follower:
    """The arrays of one database in one process."""

    def __init__(
        self, engine: Engine, folder: Path, *, in_background: bool = True, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._engine = engine
        self._folder = folder
        self._clock = clock
        self._in_background = in_background
        self._arrays: Arrays | None = None
        self._checked_at = float("-inf")
        self._lock = Lock()

    def arrays(self, *, at_once: bool = False, keeps: bool = True) -> Arrays:
        """Return arrays that were in step at most half a second ago; exactly now with ``at_once``.

        What is on disk follows, unless the caller sees to that (``keeps`` is false).
        """
        arrays = self._arrays
        if arrays is not None and not at_once and self._clock() - self._checked_at < CHECK_EVERY_S:
            return arrays
        # While one thread brings the arrays up to date, the others answer from what there is.
        if self._lock.acquire(blocking=arrays is None or at_once):
            try:
                self._checked_at = self._clock()
                self._arrays = self._in_step(self._arrays, keeps=keeps)
            finally:
                self._lock.release()
        return self._arrays or self.arrays(at_once=True)

    def _in_step(self, arrays: Arrays | None, *, keeps: bool) -> Arrays:
        with self._engine.connect() as connection:
            newest = last_change(connection)
            if arrays is not None and arrays.change == newest:
                return arrays
            known, names = words(), gazetteer()
            arrays = arrays or storage.load(self._folder, known.fingerprint)
            arrays = arrays or index.read(self._folder, known.fingerprint)
            fresh = _follow(connection, arrays, known, names)
        if keeps and fresh is not arrays:
            keep_on_disk(self._folder, self._engine, fresh, names, in_background=self._in_background)
        return fresh


def _follow(connection: Connection, arrays: Arrays | None, known: Words, names: Gazetteer) -> Arrays:
    """Return the arrays as of the newest change: the same, patched, or built anew."""
    newest = last_change(connection)
    if arrays is None or change_at(connection, arrays.change.seq) != arrays.change:
        return build_arrays(entries(connection, names), newest, known)
    if arrays.change == newest:
        return arrays
    ids = changed_since(connection, arrays.change.seq)
    if ids is None or len(ids) + arrays.patches > MOST_PATCHES:
        return build_arrays(entries(connection, names), newest, known)
    fresh = list(entries(connection, names, ids))
    patched = arrays.patched(fresh, ids, newest, known)
    # A patch leaves the words of former entries behind, and a correction of a typing slip would repeat them.
    return patched.laid_out_anew() if _tells_less(arrays.table, fresh) else patched


def _tells_less(before: Table, fresh: Sequence[Entry]) -> bool:
    """Whether some entry no longer tells where it is as it did."""
    known = before.number_of
    now = [(known[entry.offering_id], entry) for entry in fresh if entry.offering_id in known]
    return any(
        (before.is_public[number] and not entry.is_public) or (entry.is_hidden and not before.is_hidden[number])
        for number, entry in now
    )


def follower() -> Follower:
    """Return the follower of this application's database; it goes when the application goes."""
    found: Follower | None = current_app.extensions.get("follower")
    if found is None:
        # A test must not race with a thread that outlives its database.
        made = Follower(db.engine, settings().index_dir, in_background=not current_app.testing)
        found = current_app.extensions.setdefault("follower", made)
    return found
