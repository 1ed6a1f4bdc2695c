"""Keep the index and the arrays on disk in step, by whichever process holds the writer lock (D5).

It happens beside the requests: nobody waits for it, and a process that does not get the lock leaves it to the one that
has it. What is on disk may lag; a worker that starts from it catches up by the change feed.

Erasing: once a place has become hidden or partial, or an entry is gone, nothing of it may stay in a deleted corner of a
file. So the arrays are written without dead entries, and the index is written anew instead of being patched.
"""

import fcntl
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock, Thread

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from whoosh.index import LockError

from directory.places.gazetteer import Gazetteer
from directory.search import index, storage
from directory.search.arrays import Arrays
from directory.search.entries import Change, change_at, changed_since, entries, last_change
from directory.search.entry import Entry
from directory.search.words import Words, words

log = logging.getLogger(__name__)

#: Arrays on disk that lag by more than this are written anew; a worker that starts patches the rest in no time.
MOST_BEHIND = 200
#: Past so many changes writing the index anew is as quick as patching it.
MOST_UPDATES = 2_000

_running = Lock()


def keep_on_disk(folder: Path, engine: Engine, arrays: Arrays, names: Gazetteer, *, in_background: bool) -> None:
    """Bring what is on disk up to these arrays, unless this process is at it already."""
    if not _running.acquire(blocking=False):
        return
    if in_background:
        Thread(target=_keep, args=(folder, engine, arrays, names), name="index", daemon=True).start()
    else:
        _keep(folder, engine, arrays, names)


def _keep(folder: Path, engine: Engine, arrays: Arrays, names: Gazetteer) -> None:
    try:
        with writer_lock(folder) as is_mine:
            if is_mine:
                bring_up_to_date(folder, engine, arrays, names)
    except (OSError, SQLAlchemyError, LockError):
        # The site searches in memory; the next change tries again, and the doctor sees the lag.
        log.warning("the index on disk could not be written", exc_info=True)
    finally:
        _running.release()


@contextmanager
def writer_lock(folder: Path, *, wait: bool = False) -> Iterator[bool]:
    """Hold the lock under which the index is written; yields whether it was obtained. It dies with its process."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


def bring_up_to_date(
    folder: Path, engine: Engine, arrays: Arrays, names: Gazetteer, *, to_the_last: bool = False
) -> None:
    """Write what lags; the caller holds the lock. The arrays may lag a little, unless ``to_the_last``."""
    known = words()
    must_erase = _update_index(folder, engine, known, names)
    behind = storage.change_of(folder, known.fingerprint)
    if must_erase or behind is None or arrays.change.seq - behind.seq > MOST_BEHIND * (not to_the_last):
        storage.save(folder, arrays.laid_out_anew())


def _update_index(folder: Path, engine: Engine, known: Words, names: Gazetteer) -> bool:
    """Bring the index up to the newest change; return whether something had to be erased."""
    with engine.connect() as connection:
        newest, written = last_change(connection), index.change_of(folder, known.fingerprint)
        if written == newest:
            return False
        ids = None
        if written is not None and change_at(connection, written.seq) == written:
            ids = changed_since(connection, written.seq)
        if ids is None or len(ids) > MOST_UPDATES:
            _write_anew(folder, entries(connection, names), newest, known)
            return True
        fresh = list(entries(connection, names, ids))
        if _tells_less(index.entries_of(folder, ids), fresh):
            _write_anew(folder, entries(connection, names), newest, known)
            return True
        index.update(folder, fresh, ids, newest, known)
    return False


def _write_anew(folder: Path, everything: Iterator[Entry], newest: Change, known: Words) -> None:
    index.forget(folder)
    storage.forget(folder)
    index.write_anew(folder, everything, newest, known)


def _tells_less(before: list[Entry], after: list[Entry]) -> bool:
    """Tell whether some entry is gone, or no longer tells where it is as it did."""
    now = {entry.offering_id: entry for entry in after}
    for entry in before:
        fresh = now.get(entry.offering_id)
        if fresh is None or (entry.is_public and not fresh.is_public) or (not entry.is_hidden and fresh.is_hidden):
            return True
    return False
