"""Reports over five years of a large programme: 500,000 slips' facts, 370,000 contacts, 30 areas, the whole country.

In time of the clock, since much of it is the database's, with the time of the processor beside it; each report is read
anew, in one thread, on the last of the days, and the best of three rounds counts. On SQLite in a file, and on
PostgreSQL where a server is told (``DIRECTORY_TEST_POSTGRESQL_URL``).
"""

import os
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from uuid import uuid4

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from directory import clock
from directory.accounts.rules import SYSTEM
from directory.app import create_app
from directory.extensions import db
from directory.reports.indicators import indicators
from directory.reports.operations.closing import close_due_years
from directory.reports.periods import Period
from directory.reports.queries.reading import FAMILIES, read_report
from directory.reports.queries.scope import scope_of
from directory.settings import read_settings
from tests.bench.report_data import FIRST, LAST, analyse, lay_facts
from tests.conftest import lay_reference

SLIPS, CONTACTS = 500_000, 370_000
ROUNDS = 3
BUDGET_MS = 1_000
PERIODS = {
    "5 years": Period(FIRST, LAST),
    "5 years but two months": Period(FIRST + timedelta(31), LAST - timedelta(31)),
    "a closed year": Period(date(2024, 1, 1), date(2024, 12, 31)),
    "the open year": Period(date(2025, 1, 1), LAST),
    "a month": Period(date(2025, 8, 1), date(2025, 8, 31)),
}


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
        closed = close_due_years(datetime.combine(LAST, datetime.min.time(), clock.LOCAL_ZONE))
        print(f"closed as tick closes them: {closed} years of areas; the last year is open", flush=True)
        analyse()
        measure()
        db.session.remove()
        db.engine.dispose()


def measure() -> None:
    """Print what each family of indicators takes, and all of them together: for the country and an area."""
    print(f"{'read by one worker, ms':34}" + "".join(f"{name:>24}" for name in PERIODS))
    for place in (None, "Địa bàn 7"):
        print("the whole country" if place is None else "one area")
        for name, codes in (_families() | {f"all {len(indicators())}": [*indicators()]}).items():
            cells = [_best_of(place, period, codes) for period in PERIODS.values()]
            print(f"  {name:32}" + "".join(f"{cell:>24}" for cell in cells), flush=True)


def _families() -> dict[str, list[str]]:
    """Return the codes of the indicators that are measured together, under the first and the last of them."""
    families: defaultdict[object, list[str]] = defaultdict(list)
    for one in indicators().values():
        families[FAMILIES.get(one.measure)].append(one.code)
    return {f"{codes[0]} … {codes[-1]}": codes for codes in families.values()}


def _best_of(place: str | None, period: Period, codes: list[str]) -> str:
    """Return the best time of the clock, the time of this processor, and a mark when the first is over the budget."""
    taken = []
    for _ in range(ROUNDS):
        db.session.remove()
        started, worked = time.perf_counter(), time.process_time()
        read_report(scope_of(place, SYSTEM), period, codes=codes, today=LAST)
        taken.append(((time.perf_counter() - started) * 1000, (time.process_time() - worked) * 1000))
    wall, worked = min(taken)
    return f"{wall:.0f} (cpu {worked:.0f}){'' if wall <= BUDGET_MS else f' OVER {BUDGET_MS}'}"


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
