"""What every test may ask for: an application on a real database, its session, a browser, the shared real data.

Each test that asks for ``app`` runs twice, on SQLite+SpatiaLite and on PostgreSQL+PostGIS. The schema and the
reference data are laid once for each database and worker; a test starts from a copy of that (SQLite: the file;
PostgreSQL: ``CREATE DATABASE … TEMPLATE``) and leaves nothing behind.
"""

import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.orm import Session, scoped_session

from directory.app import create_app
from directory.catalogue.operations import load_reference
from directory.engine import upgrade_schema
from directory.extensions import db
from directory.outreach.seed import load_models
from directory.places.operations import load_units
from directory.settings import Settings, read_settings
from directory.web.transaction import transaction
from tests.browser import browser, live_server, page  # noqa: F401 - fixtures
from tests.commands import DirectoryRunner
from tests.pages import InspectingClient, OwnContextClient
from tests.people import People, make_people

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
            load_models()
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data that may be read but not committed."""
    assert SHARED_DATA.is_dir(), (
        f"The real data is not at {SHARED_DATA}: put it there or set DIRECTORY_SHARED_DATA to its folder."
    )
    return SHARED_DATA


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with schema and reference data, to be copied."""
    folder = tmp_path_factory.mktemp("template")
    app = create_app(make_settings(folder))
    lay_reference(app)
    with app.app_context(), db.engine.connect() as connection:
        # What is still in the write-ahead log would be missing from the copies.
        connection.connection.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return folder / "directory.db"


@pytest.fixture(scope="session")
def postgresql_template() -> Iterator[URL]:
    """A PostgreSQL database with schema and reference data, to be used as a template."""
    server = make_url(POSTGRESQL_URL)
    name = f"template_{uuid.uuid4().hex[:12]}"
    _run_on(server, f'CREATE DATABASE "{name}"')
    url = server.set(database=name)
    app = create_app(make_settings(Path("/nonexistent"), DIRECTORY_DATABASE_URL=url.render_as_string(False)))
    lay_reference(app)
    yield url
    _run_on(server, f'DROP DATABASE "{name}" WITH (FORCE)')


def _run_on(server: URL, statement: str) -> None:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh database with schema and reference data: once on each engine."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "directory.db")
        yield f"sqlite:///{tmp_path / 'directory.db'}"
        return
    template: URL = request.getfixturevalue("postgresql_template")
    name = f"test_{uuid.uuid4().hex[:12]}"
    server = template.set(database="postgres")
    _run_on(server, f'CREATE DATABASE "{name}" TEMPLATE "{template.database}"')
    yield template.set(database=name).render_as_string(False)
    _run_on(server, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    """Settings of a throw-away site on that database."""
    return make_settings(tmp_path, DIRECTORY_DATABASE_URL=database_url)


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """The application on a fresh database, inside its context."""
    app = create_app(settings)
    app.testing = True
    # A real passphrase takes 160 ms to hash; the tests hash by the same function with less work.
    app.extensions["argon2"] = PasswordHasher(1, 8, 1)
    app.test_client_class = OwnContextClient
    # Errors become pages in the tests, too: what a person would see is what is tested.
    app.config["PROPAGATE_EXCEPTIONS"] = False
    with app.app_context():
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
def people(app: Flask, tmp_path: Path) -> People:
    """Everybody of ``tests.people`` and the entries of ``tests.entries``."""
    return make_people(tmp_path)


@pytest.fixture
def runner(app: Flask):
    """A runner of ``directory …`` commands on this application's database."""

    return DirectoryRunner(app)
