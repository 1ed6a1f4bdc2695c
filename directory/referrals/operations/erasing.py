"""Taking away what a deleted value leaves behind in the files of a database, where the old page still holds it."""

from directory.engine import empty_log, rewrite_table
from directory.extensions import Model, db, table_of
from directory.web.transaction import after_commit


def empty_log_after_commit() -> None:
    """Empty the write-ahead log once the present transaction is committed; nothing to do on PostgreSQL."""
    if _is_sqlite():
        after_commit(lambda: empty_log(db.engine))


def rewrite_after_commit(model: type[Model]) -> None:
    """Leave nothing of a small table's deleted rows in its file once the present transaction is committed.

    SQLite overwrites them (``secure_delete``), and only its log is to be emptied.
    """
    if not _is_sqlite():
        after_commit(lambda: rewrite_table(db.engine, table_of(model).name))
    empty_log_after_commit()


def _is_sqlite() -> bool:
    return db.session.get_bind().dialect.name == "sqlite"
