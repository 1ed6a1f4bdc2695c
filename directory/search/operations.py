"""What is written of search: only files beside the database, which can be deleted at any time."""

from dataclasses import dataclass

from directory.extensions import db, settings
from directory.places.queries import gazetteer
from directory.search import index
from directory.search.following import follower
from directory.search.keeping import bring_up_to_date, writer_lock
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
