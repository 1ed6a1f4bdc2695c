"""Taking away what a deleted value leaves behind in a file of SQLite: the write-ahead log still holds the old page."""

from directory.engine import empty_log
from directory.extensions import db
from directory.web.transaction import after_commit


def empty_log_after_commit() -> None:
    """Empty the write-ahead log once the present transaction is committed; nothing to do on PostgreSQL."""
    if db.session.get_bind().dialect.name == "sqlite":
        after_commit(lambda: empty_log(db.engine))
