"""What is written of search: only files beside the database, which can be deleted at any time."""

from dataclasses import dataclass

from flask import current_app

from directory.extensions import db, settings
from directory.places.queries import gazetteer
from directory.search import index, storage
from directory.search.following import follower
from directory.search.keeping import bring_up_to_date, keep_on_disk, writer_lock
from directory.search.words import words


@dataclass(frozen=True)
class IndexState:
    """What the index on disk holds."""

    entries: int
    #: The last change of the feed that it has seen.
    seq: int


def index_state() -> IndexState | None:
    """Return what the index on disk holds; None when there is none that can be used."""
    folder = settings().index_dir
    change = index.change_of(folder, words().fingerprint)
    return None if change is None else IndexState(index.count_of(folder), change.seq)


def refresh_index() -> int:
    """Bring the index and the arrays on disk up to the database, waiting for the lock; return the number of entries."""
    folder = settings().index_dir
    with writer_lock(folder, wait=True):
        arrays = follower().arrays(at_once=True, keeps=False)
        bring_up_to_date(folder, db.engine, arrays, gazetteer(), to_the_last=True)
    return len(arrays.table.number_of)


def erase_from_index() -> None:
    """Leave nothing on disk of what the database no longer holds; to be called once an erasing change is committed.

    Why not ``refresh_index``: writing the index anew takes a minute for 50,000 services, and somebody is waiting. The
    old one is removed at once, the arrays are written without dead entries, and a new index follows in the background.
    """
    folder = settings().index_dir
    names, mine = gazetteer(), follower()
    with writer_lock(folder, wait=True):
        index.forget(folder)
        arrays = mine.arrays(at_once=True, keeps=False)
        storage.save(folder, arrays.laid_out_anew())
    keep_on_disk(folder, db.engine, arrays, names, in_background=not current_app.testing)
