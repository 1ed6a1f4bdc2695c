"""Booklets that were just laid out, kept in the memory of this process: the second visitor does not wait for hers.

Nothing lies on a disk, and nothing stays that an entry was changed after: a place that is kept back from now on must
not stand in a booklet of before.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock

from flask import current_app

from directory.errors import TooSoon

#: A booklet has 200 kB to 1 MB.
MOST_KEPT = 6
#: Units: seconds. About as long as one takes.
_SOON_S = 20


class Shelf:
    """Finished booklets by what they are made of; one is laid out at a time."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, bytes] = OrderedDict()
        self._change = 0
        self._at_work = Lock()
        self._lock = Lock()

    def get(self, key: Hashable, change: int) -> bytes | None:
        """Return the booklet, unless the directory was changed since it was laid out."""
        with self._lock:
            self._forget_older(change)
            return self._kept.get(key)

    def make(self, key: Hashable, change: int, lay_out: Callable[[], bytes]) -> bytes:
        """Lay one out and keep it.

        Raises: TooSoon, while another one is being laid out: a small machine must go on answering.
        """
        if not self._at_work.acquire(blocking=False):
            raise TooSoon(_SOON_S, "Trang đang soạn một cuốn sổ khác, bạn đợi một chút nhé.")
        try:
            document = lay_out()
        finally:
            self._at_work.release()
        with self._lock:
            self._forget_older(change)
            if change == self._change:
                self._kept[key] = document
                while len(self._kept) > MOST_KEPT:
                    self._kept.popitem(last=False)
        return document

    def forget(self) -> None:
        """Let go of everything."""
        with self._lock:
            self._kept.clear()

    def _forget_older(self, change: int) -> None:
        if change > self._change:
            self._kept.clear()
            self._change = change


def shelf() -> Shelf:
    """Return the shelf of this application."""
    made: Shelf = current_app.extensions.setdefault("handbook_shelf", Shelf())
    return made


def forget_booklets() -> None:
    """Let go of every booklet at once: something in one of them was erased."""
    shelf().forget()
