"""Reports over five years of a large programme: 500,000 slips' facts, 370,000 contacts, 30 areas, the whole country.

In time of the clock, since most of it is the database's; each report is read anew, in one thread, and the best of three
rounds counts. On SQLite in a file, and on PostgreSQL where a server is told (``DIRECTORY_TEST_POSTGRESQL_URL``).
"""

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from directory import clock
from directory.accounts.rules import SYSTEM
from directory.app import create_app
from directory.extensions import db
from directory.reports.indicators import indicators
from directory.reports.periods import Period
from directory.reports.queries.reading import read_report
from directory.reports.queries.scope import scope_of
from directory.settings import read_settings
from tests.bench.report_data import FIRST, LAST, analyse, lay_facts
from tests.conftest import lay_reference

SLIPS, CONTACTS = 500_000, 370_000
ROUNDS = 3
BUDGET_MS = 1_000


def bench_reports() -> None:
    """Measure on a site of its own, on each database there is; prints as it goes."""
    with tempfile.TemporaryDirectory() as folder:
        _bench("SQLite", {"DIRECTORY_DATA_DIR": folder})
    if server := os.environ.get("DIRECTORY_TEST_POSTGRESQL_URL"):
        with _database(server) as url, tempfile.TemporaryDirectory() as folder:
            _bench("PostgreSQL", {"DIRECTORY_DATA_DIR": folder, "DIRECTORY_DATABASE_URL": url})


def _bench(name: str, environ: dict[str, str]) -> None:
    app = create_app(read_settings(environ | {"DIRECTORY_TILES_URL": "off"}))
    lay_reference(app)
    with app.app_context():
        print(f"\nreports on {name}: {SLIPS:,} slips and {CONTACTS:,} contacts over 5 years", flush=True)
        lay_facts(SLIPS, CONTACTS)
        analyse()
        measure()
        db.session.remove()
        db.engine.dispose()


def measure() -> None:
    """Print what each indicator takes alone, and all of them together."""
    everything = [*indicators()]
    times = {code: _best_of([code]) for code in everything}
    slowest = sorted(times, key=lambda code: -times[code])
    print("each alone, slowest first:", ", ".join(f"{code} {times[code]:.0f}" for code in slowest[:12]), "… ms")
    print(f"the slowest: {slowest[0]} {times[slowest[0]]:.0f} ms", _verdict(times[slowest[0]]))
    whole = _best_of(everything)
    print(f"all {len(everything)} together: {whole:.0f} ms", _verdict(whole))


def _verdict(measured_ms: float) -> str:
    return "" if measured_ms <= BUDGET_MS else f"OVER {BUDGET_MS} ms"


def _best_of(codes: list[str]) -> float:
    taken = []
    for _ in range(ROUNDS):
        db.session.remove()
        started = time.perf_counter()
        read_report(scope_of(None, SYSTEM), Period(FIRST, LAST), codes=codes, today=clock.today())
        taken.append((time.perf_counter() - started) * 1000)
    return min(taken)


@contextmanager
def _database(server: str) -> Iterator[str]:
    """Give a database of its own on a server, and take it away."""
    name = f"bench_{uuid4().hex[:8]}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
        try:
            yield make_url(server).set(database=name).render_as_string(hide_password=False)
        finally:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()
