"""What a deleted value leaves behind in files, taken away for good when a place is no longer told (§8).

``secure_delete`` overwrites what SQLite deletes. It knows nothing of the R*Tree, whose nodes keep the bytes of a
removed cell behind the last one, nor of the write-ahead log, which holds the page as it was until it is emptied.
"""

from flask import current_app
from sqlalchemy import text

from directory.engine import empty_log
from directory.extensions import db
from directory.web.transaction import after_commit

#: Of a node of the R*Tree: depth and number of cells, two bytes each; then cells of an id and four single floats.
#: Source: https://www.sqlite.org/rtree.html and ext/rtree/rtree.c (read 2026-11-22).
_HEAD_BYTES, _CELL_BYTES = 4, 24
_NODES = "idx_site_point_node"


def erase_for_good() -> None:
    """Overwrite what lies about in this transaction, and empty the log and the index on disk once it is committed.

    Why ``when_erased``: search stands above the catalogue, and the application tells it.
    """
    if db.session.get_bind().dialect.name == "sqlite":
        db.session.flush()
        _wipe_nodes()
        after_commit(lambda: empty_log(db.engine))
    for act in current_app.extensions["when_erased"]:
        after_commit(act)


def _wipe_nodes() -> None:
    """Overwrite what stands behind the last cell of each node."""
    connection = db.session.connection()
    for number, node in connection.execute(text(f"SELECT nodeno, data FROM {_NODES}")).all():  # noqa: S608
        end = _HEAD_BYTES + _CELL_BYTES * int.from_bytes(node[2:4], "big")
        if any(node[end:]):
            clean = {"number": number, "clean": node[:end].ljust(len(node), b"\0")}
            connection.execute(text(f"UPDATE {_NODES} SET data = :clean WHERE nodeno = :number"), clean)  # noqa: S608
