"""What every test may ask for: an application on a real database, its session, a browser, the shared real data.

Each test that asks for ``app`` runs twice, on SQLite+SpatiaLite and on PostgreSQL+PostGIS. What it starts from is laid
once for each database and worker: schema and reference data (a ``Ground``), and for a test that asks for them the cast
of entries or everybody, too. A test gets a copy (SQLite: the file; PostgreSQL: ``CREATE DATABASE … TEMPLATE``) with the
files beside it, and leaves nothing behind.

Three thousand applications are made in one run. What is the same in all of them and no test looks at is made once for
each worker: compiled templates, compiled routes, compiled statements.
"""

import gc
import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import CodeType
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import Dialect, Engine, create_engine, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.orm import Session, scoped_session
from sqlalchemy.pool import StaticPool
from werkzeug.routing import Rule

from directory.app import create_app
from directory.catalogue.operations import load_reference
from directory.engine import empty_log, upgrade_schema
from directory.extensions import db
from directory.outreach.seed import load_programme
from directory.places.operations import load_units
from directory.settings import Settings, read_settings
from directory.web.transaction import transaction
from tests.browser import browser, live_server, page  # noqa: F401 - fixtures
from tests.commands import DirectoryRunner
from tests.entries import import_cast
from tests.pages import InspectingClient, OwnContextClient
from tests.people import People, find_people, make_people

ROOT = Path(__file__).parent.parent
SHARED_DATA = Path(os.environ.get("DIRECTORY_SHARED_DATA", ROOT.parent / "shared" / "data"))

#: Where the tests find a PostgreSQL server on which they may create databases; ``make test`` starts one.
POSTGRESQL_URL = os.environ.get(
    "DIRECTORY_TEST_POSTGRESQL_URL", "postgresql+psycopg://postgres@127.0.0.1:54329/postgres"
)


def make_settings(data_dir: Path, **changes: str) -> Settings:
    """Return settings for a throw-away site in this folder; tiles are off, nothing leaves the machine."""
    environ = {"DIRECTORY_DATA_DIR": str(data_dir), "DIRECTORY_TILES_URL": "off", "DIRECTORY_SECRET_KEY": "test"}
    return read_settings(environ | changes)


def lay_reference(app: Flask) -> None:
    """Bring the schema up and load what every site has: units, subjects, sources."""

    with app.app_context():
        upgrade_schema(db.engine)
        with transaction():
            load_units()
            load_reference()
            load_programme()
        db.session.remove()
        db.engine.dispose()
        KEPT_STATEMENTS.setdefault(db.engine.name, (db.engine.dialect, {}))


def _empty_log(app: Flask) -> None:
    """Bring what is still in SQLite's write-ahead log into the file, or it would be missing from the copies."""
    with app.app_context():
        empty_log(db.engine)
        db.engine.dispose()


class KeptTemplates(BytecodeCache):
    """The compiled templates of this worker, known by their names and their sources."""

    def __init__(self) -> None:
        self._codes: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._codes[bucket.key, bucket.checksum] = bucket.code


KEPT_TEMPLATES = KeptTemplates()
#: For each kind of database its dialect and the compiled statements, which are known by the dialect they are for.
KEPT_STATEMENTS: dict[str, tuple[Dialect, dict[Any, Any]]] = {}


def keep_statements(engine: Engine) -> None:
    """Let this engine compile no statement that another one compiled."""
    if engine.name in KEPT_STATEMENTS:
        engine.dialect, compiled = KEPT_STATEMENTS[engine.name]
        engine.update_execution_options(compiled_cache=compiled)


_routes: dict[tuple[Any, ...], Any] = {}
_compile_route = Rule._compile_builder


def _kept_route(rule: Rule, append_unknown: bool = True) -> Any:
    known = (rule.rule, tuple(rule._trace), repr(rule.defaults), append_unknown)
    if known not in _routes:
        _routes[known] = _compile_route(rule, append_unknown)
    return _routes[known]


# Werkzeug writes and compiles two functions for each of 170 routes, which is most of what making an application costs.
Rule._compile_builder = _kept_route

#: A real passphrase takes 160 ms to hash; the tests hash by the same function with less work.
QUICK_HASHER = PasswordHasher(1, 8, 1)


def pytest_collection_finish() -> None:
    """Collect garbage more rarely than Python does by itself, and never look through what stays to the end."""
    gc.set_threshold(20_000, 10, 10)
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data that may be read but not committed."""
    assert SHARED_DATA.is_dir(), (
        f"The real data is not at {SHARED_DATA}: put it there or set DIRECTORY_SHARED_DATA to its folder."
    )
    return SHARED_DATA


@dataclass(frozen=True)
class Ground:
    """A database that a test starts from, and the folder with the files beside it."""

    database: URL
    folder: Path


def _lay_cast(app: Flask, folder: Path) -> None:
    with app.app_context():
        import_cast(folder)


def _lay_people(app: Flask, folder: Path) -> None:
    with app.app_context():
        make_people(folder)


def _lay_demo(app: Flask, _folder: Path) -> None:
    with app.app_context():
        result = DirectoryRunner(app)("setup", "--demo")
        assert result.exit_code == 0, result.output


#: What lies on the ground of a test that asks for this fixture; the first that it asks for counts.
LAID: dict[str, Callable[[Flask, Path], None]] = {
    "people": _lay_people,
    "imported_cast": _lay_cast,
    "demo": _lay_demo,
}


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with schema and reference data, to be copied."""
    folder = tmp_path_factory.mktemp("template")
    app = create_app(make_settings(folder))
    lay_reference(app)
    _empty_log(app)
    return folder / "directory.db"


class Server:
    """The PostgreSQL server, by one connection that makes and drops databases."""

    def __init__(self, url: URL) -> None:
        self._url = url
        self._engine = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=StaticPool)
        self._made: list[str] = []
        self._left: list[str] = []
        with self._engine.connect() as connection:
            # Copying the files is twice as quick as writing them through the log; before 15 there was no other way.
            has_choice = connection.dialect.server_version_info >= (15,)
        self._strategy = "STRATEGY FILE_COPY" if has_choice else ""

    def make(self, template: URL | None = None) -> URL:
        """Return a new database, a copy of the template if there is one."""
        name = f"test_{uuid.uuid4().hex[:12]}"
        self._run(
            f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{template.database}" {self._strategy}' if template else "")
        )
        self._made.append(name)
        return self._url.set(database=name)

    def leave(self, database: URL) -> None:
        """Drop the database when the next one is left: nobody waits for its last connection to end."""
        while self._left:
            self._drop(self._left.pop())
        self._left.append(str(database.database))

    def close(self) -> None:
        """Leave nothing on the server."""
        while self._made:
            self._drop(self._made[-1])
        self._engine.dispose()

    def _drop(self, name: str) -> None:
        self._run(f'DROP DATABASE "{name}" WITH (FORCE)')
        self._made.remove(name)

    def _run(self, statement: str) -> None:
        with self._engine.connect() as connection:
            connection.execute(text(statement))


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[Server]:
    """The PostgreSQL server of the tests."""
    server = Server(make_url(POSTGRESQL_URL))
    yield server
    server.close()


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: Server) -> URL:
    """A PostgreSQL database with schema and reference data, to be used as a template."""
    url = postgresql_server.make()
    lay_reference(create_app(make_settings(Path("/nonexistent"), DIRECTORY_DATABASE_URL=_address(url))))
    return url


@pytest.fixture(scope="session")
def grounds() -> dict[tuple[str, str], Ground]:
    """The grounds of this worker by engine and by what lies on them, each laid when a test first asks for it."""
    return {}


def _ground(request: pytest.FixtureRequest, engine: str, laid: str) -> Ground:
    grounds: dict[tuple[str, str], Ground] = request.getfixturevalue("grounds")
    if (engine, laid) not in grounds:
        folder = request.getfixturevalue("tmp_path_factory").mktemp("ground")
        template = request.getfixturevalue(f"{engine}_template")
        if engine == "sqlite":
            database = make_url(f"sqlite:///{folder / 'directory.db'}")
            shutil.copy(template, folder / "directory.db")
        else:
            database = request.getfixturevalue("postgresql_server").make(template)
        app = create_app(make_settings(folder, DIRECTORY_DATABASE_URL=_address(database)))
        app.testing = True
        app.extensions["argon2"] = QUICK_HASHER
        LAID[laid](app, folder)
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
        if engine == "sqlite":
            _empty_log(app)
        grounds[engine, laid] = Ground(database, folder)
        # What was made so far stays to the end: no collection need look through it again.
        gc.collect()
        gc.freeze()
    return grounds[engine, laid]


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh database with what the test starts from, once on each engine."""
    laid = next((name for name in LAID if name in request.fixturenames), "")
    if laid:
        ground = _ground(request, request.param, laid)
        template: URL = ground.database
        shutil.copytree(
            ground.folder, tmp_path, dirs_exist_ok=True, ignore=shutil.ignore_patterns("directory.db*", "cast.csv")
        )
    elif request.param == "sqlite":
        template = make_url(f"sqlite:///{request.getfixturevalue('sqlite_template')}")
    else:
        template = request.getfixturevalue("postgresql_template")
    if request.param == "sqlite":
        shutil.copy(template.database, tmp_path / "directory.db")
        yield f"sqlite:///{tmp_path / 'directory.db'}"
        for file in tmp_path.glob("directory.db*"):
            file.unlink()
        return
    server: Server = request.getfixturevalue("postgresql_server")
    url = server.make(template)
    yield _address(url)
    server.leave(url)


def _address(url: URL) -> str:
    return url.render_as_string(hide_password=False)


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    """Settings of a throw-away site on that database."""
    return make_settings(tmp_path, DIRECTORY_DATABASE_URL=database_url)


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """The application on a fresh database, inside its context."""
    app = create_app(settings)
    app.testing = True
    app.extensions["argon2"] = QUICK_HASHER
    app.jinja_env.bytecode_cache = KEPT_TEMPLATES
    app.test_client_class = OwnContextClient
    # Errors become pages in the tests, too: what a person would see is what is tested.
    app.config["PROPAGATE_EXCEPTIONS"] = False
    with app.app_context():
        keep_statements(db.engine)
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def session(app: Flask) -> scoped_session[Session]:
    """The session of the application; a test that writes wraps it in ``web.transaction.transaction``."""
    return db.session


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A client that inspects each HTML page it gets (see ``tests/pages.py``)."""

    app.test_client_class = InspectingClient
    return app.test_client()


@pytest.fixture
def imported_cast(app: Flask) -> Flask:
    """The application with the entries of ``tests.entries``."""
    return app


@pytest.fixture
def demo(app: Flask) -> Flask:
    """The application with the demo, as ``setup --demo`` loads it."""
    return app


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def demo_to_read(request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The same for many tests one after the other, none of which writes."""
    ground = _ground(request, request.param, "demo")
    app = create_app(make_settings(ground.folder, DIRECTORY_DATABASE_URL=_address(ground.database)))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def people(app: Flask) -> People:
    """Everybody of ``tests.people`` and the entries of ``tests.entries``."""
    return find_people()


@pytest.fixture
def runner(app: Flask):
    """A runner of ``directory …`` commands on this application's database."""

    return DirectoryRunner(app)
