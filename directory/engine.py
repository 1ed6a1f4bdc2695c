"""How each database is opened, and how its schema is brought up to date (D1, D2, D3).

SQLite: the standard library's driver where it may load extensions, else ``pysqlite3``; WAL, ``synchronous=FULL``,
``secure_delete``, foreign keys. A transaction begins with ``BEGIN IMMEDIATE`` when its connection was asked for with
the execution option ``immediate``: a deferred one that reads first and writes later fails at once on a stale snapshot.
"""

import fcntl
import logging
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.engine import make_url

from directory.errors import Unavailable
from directory.settings import Settings

log = logging.getLogger(__name__)

MIGRATIONS = Path(__file__).parent.parent / "migrations"
BUSY_TIMEOUT_MS = 5_000


def sqlite_module() -> ModuleType:
    """Return a SQLite driver that can load mod_spatialite.

    Raises: Unavailable, when this Python has none.
    """
    if hasattr(sqlite3.Connection, "enable_load_extension"):
        return sqlite3
    try:
        import pysqlite3
    except ImportError as error:
        raise Unavailable(
            "Bản Python này không nạp được phần mở rộng của SQLite.",
            what_now="Chạy: pip install --no-binary pysqlite3 pysqlite3 (hoặc dùng python3.11 của Debian).",
        ) from error
    module: ModuleType = pysqlite3.dbapi2
    return module


def engine_options(settings: Settings) -> dict[str, Any]:
    """Return the options of ``create_engine`` that the database of these settings needs.

    Why parameters are hidden: the text of a database error would carry a refused address to a terminal or a log.
    """
    if not make_url(settings.database_url).drivername.startswith("sqlite"):
        return {"pool_pre_ping": True, "hide_parameters": True}
    connect_args = {"timeout": BUSY_TIMEOUT_MS / 1000, "check_same_thread": False}
    return {"module": sqlite_module(), "connect_args": connect_args, "hide_parameters": True}


def prepare(engine: Engine, settings: Settings) -> None:
    """Attach to the engine what every connection needs; nothing for PostgreSQL."""
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def open_connection(connection: Any, _record: Any) -> None:
        # The driver must not begin transactions by itself: the "begin" listener below does.
        connection.isolation_level = None
        _load_spatialite(connection, settings.spatialite)
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            f"busy_timeout={BUSY_TIMEOUT_MS}",
            "secure_delete=ON",
            "foreign_keys=ON",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        immediate = connection.get_execution_options().get("immediate", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


@contextmanager
def write_turn(engine: Engine) -> Iterator[None]:
    """Wait for one's turn to write to a SQLite file, and hold it for the block; PostgreSQL needs no turns.

    Why beside BEGIN IMMEDIATE: whoever finds SQLite locked sleeps and looks again, and among many writers somebody
    sleeps through every gap until her time is up. A lock on a file beside it wakes the next one at once.
    """
    if engine.dialect.name != "sqlite":
        yield
        return
    with Path(f"{engine.url.database}-turn").open("a") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)  # closing the file gives it back, also when the process dies
        yield


def upgrade_schema(engine: Engine) -> None:
    """Bring the schema of this database to the newest migration; safe to repeat."""
    # A tenth of the time that a process takes to start, and needed for this only.
    from alembic import command
    from alembic.config import Config

    _make_spatial(engine)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.connect().execution_options(immediate=True) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()


def empty_log(engine: Engine) -> None:
    """Write SQLite's log into the database and cut it to nothing; readers that are under way are waited for."""
    connection = engine.raw_connection()
    try:
        is_busy, *_ = connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    finally:
        connection.close()
    if is_busy:
        log.warning("the write-ahead log could not be emptied; it is at the next time, or when the site is stopped")


def learn_sizes(engine: Engine, names: Iterable[str]) -> None:
    """Let the database know how large these tables are and how their indexes divide them: else it reads too much.

    SQLite looks at a thousand rows of each index and keeps numbers only: with a limit it takes no samples of values.
    """
    with engine.connect().execution_options(immediate=True) as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA analysis_limit=1000")
        for name in names:
            connection.exec_driver_sql(f'ANALYZE "{name}"')
        connection.commit()


def rewrite_table(engine: Engine, name: str) -> None:
    """Write a table of PostgreSQL into a new file without the rows that were deleted; the old file goes.

    Whoever reads the table is waited for two seconds. PostgreSQL's own log keeps the deleted rows until it is recycled.
    """
    connection = engine.raw_connection()
    try:
        # VACUUM runs in no transaction.
        connection.driver_connection.autocommit = True  # type: ignore[union-attr]
        cursor = connection.cursor()
        cursor.execute("SET lock_timeout = '2s'")
        cursor.execute(f'VACUUM FULL "{name}"')
    finally:
        # Not to be given to the next: it is set otherwise than all.
        connection.invalidate()


def _load_spatialite(connection: Any, library: str) -> None:
    connection.enable_load_extension(True)
    try:
        connection.load_extension(library)
    except Exception as error:  # the class differs between the two drivers
        raise Unavailable(
            "Không nạp được SpatiaLite, phần mở rộng bản đồ của SQLite.",
            what_now="Chạy: sudo apt-get install libsqlite3-mod-spatialite (hoặc đặt DIRECTORY_SPATIALITE).",
        ) from error
    finally:
        connection.enable_load_extension(False)


def _make_spatial(engine: Engine) -> None:
    """Add what the spatial columns stand on: PostGIS, or SpatiaLite's tables with the WGS84 system only."""
    with engine.connect().execution_options(immediate=True) as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("CREATE EXTENSION IF NOT EXISTS postgis"))
        elif not connection.scalar(text("SELECT count(*) FROM sqlite_master WHERE name = 'spatial_ref_sys'")):
            connection.execute(text("SELECT InitSpatialMetaData(0, 'WGS84')"))
        connection.commit()
