"""``make bench``: prints what the design card asks for; ``ARGS="--sizes 5000,50000"`` for a short run.

How it is measured: each query is read and evaluated anew (nothing remembered from the query before), with words,
filters, distance, the first 20 and the total. FTS5 holds the same folded text in one column and answers ``ORDER BY rank
LIMIT 20`` and the count; it is given the corrected word where ours has to find it, and no position. Each figure is the
median over a class's queries of the best of five rounds, in time of the processor, so that a busy neighbour does not
count; both run in memory and in one thread. At 500,000 the arrays are laid out from generated entries
directly: writing a Whoosh index of that size takes half an hour and is not what is measured.
"""

import argparse
import gc
import logging
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

from directory.app import create_app
from directory.catalogue.operations import load_reference
from directory.engine import upgrade_schema
from directory.extensions import db
from directory.places.operations import load_units
from directory.places.queries import gazetteer
from directory.places.rules import Point
from directory.search import queries, storage
from directory.search.arrays import Arrays, build_arrays
from directory.search.entries import Change
from directory.search.queries import SearchRequest
from directory.search.words import words
from directory.settings import read_settings
from directory.vietnamese import fold
from directory.web.transaction import transaction
from tests.bench import end_to_end
from tests.bench.coverage import bench_coverage
from tests.bench.desk import bench_desk
from tests.bench.reports import bench_reports
from tests.bench.services import POSITIONS, QUERIES, generated
from tests.bench.slips import bench_slips

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
ROUNDS = 5
BUDGET_MEDIAN_MS, BUDGET_WORST_MS = 1.5, 5.0
TEN_TIMES = ("2 words", "3 words", "common")


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(prog="tests.bench")
    parser.add_argument("--sizes", default="5000,50000,500000", help="comma-separated numbers of services")
    parser.add_argument("--no-site", action="store_true", help="leave out start, edit → visible and /api/tim")
    parser.add_argument("--start", metavar="FOLDER", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    logging.disable(logging.INFO)
    if asked.start:
        measure_start(Path(asked.start))
        return
    bench_slips()
    bench_desk()
    bench_reports()
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(read_settings({"DIRECTORY_DATA_DIR": folder, "DIRECTORY_TILES_URL": "off"}))
        with app.app_context():
            upgrade_schema(db.engine)
            with transaction():
                load_units()
                load_reference()
            medians = {size: bench_size(size, Path(folder)) for size in map(int, asked.sizes.split(","))}
            print_growth(medians)
            if not asked.no_site:
                end_to_end.bench_site(app, 50_000)


def bench_size(size: int, folder: Path) -> dict[str, float]:
    """Measure one size; return the median of each class in milliseconds."""
    started = time.thread_time()
    arrays = build_arrays(generated(size), Change(0, ""), words())
    print(f"\n{size:,} services: arrays laid out in {time.thread_time() - started:.1f} s", end="", flush=True)
    started = time.thread_time()
    full_text = full_text_of(size)
    print(f", FTS5 in {time.thread_time() - started:.1f} s")
    print(f"{'class':14} {'ours ms':>9} {'worst ms':>9} {'FTS5 ms':>9} {'faster':>8}")
    medians = {}
    for name, pairs in QUERIES.items():
        ours = [best_of(lambda i, text=text: ask(arrays, text, i)) for text, _ in pairs]
        theirs = [] if name == "nearest only" else [best_of(lambda _, text=text: full_text(text)) for _, text in pairs]
        medians[name] = statistics.median(ours)
        print_class(name, ours, theirs, size)
    overall = statistics.median(medians.values())
    print(f"{'median':14} {overall:9.2f}   {verdict(overall, BUDGET_MEDIAN_MS if size <= 50_000 else BUDGET_WORST_MS)}")
    if size == 50_000:
        bench_coverage(arrays)
        storage.save(folder / "index", arrays)
        subprocess.run([sys.executable, "-m", "tests.bench", "--start", str(folder)], check=True)
    return medians


def print_class(name: str, ours: list[float], theirs: list[float], size: int) -> None:
    mine, worst = statistics.median(ours), max(ours)
    line = f"{name:14} {mine:9.2f} {worst:9.2f} "
    if theirs:
        times = statistics.median(theirs) / mine
        least = 10 if name in TEN_TIMES and size == 50_000 else 1
        line += f"{statistics.median(theirs):9.2f} {times:7.1f}×  {'' if times >= least else f'BELOW {least}×'}"
    print(line, verdict(worst, BUDGET_WORST_MS))


def verdict(measured_ms: float, budget_ms: float) -> str:
    """Say whether a figure keeps its budget."""
    return "" if measured_ms <= budget_ms else f"OVER {budget_ms} ms"


def ask(arrays: Arrays, text: str, round_number: int) -> None:
    """Answer a query as if it were the first of its kind: what reading it remembers is forgotten."""
    arrays.readings.clear()
    position = Point(*POSITIONS[round_number % len(POSITIONS)])
    queries.answer(SearchRequest(text=text, position=position), NOW, arrays, gazetteer())


def best_of(run: Callable[[int], object]) -> float:
    """Return the best of some rounds, in milliseconds."""
    gc.collect()
    taken = []
    for round_number in range(ROUNDS):
        started = time.thread_time()
        run(round_number)
        taken.append((time.thread_time() - started) * 1000)
    return min(taken)


def full_text_of(size: int) -> Callable[[str], object]:
    """Return a function that asks SQLite FTS5, which holds the same folded text."""
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE found USING fts5(text, content='')")
    rows = (
        (one.offering_id, fold(" ".join((*one.strong_texts, *one.place_texts, *one.weak_texts))))
        for one in generated(size)
    )
    connection.executemany("INSERT INTO found (rowid, text) VALUES (?, ?)", rows)
    connection.execute("INSERT INTO found (found) VALUES ('optimize')")

    def asked(text: str) -> tuple[list[tuple[int]], int]:
        query = fold(text)
        best = connection.execute("SELECT rowid FROM found WHERE found MATCH ? ORDER BY rank LIMIT 20", (query,))
        total = connection.execute("SELECT count(*) FROM found WHERE found MATCH ?", (query,))
        return best.fetchall(), total.fetchone()[0]

    return asked


def print_growth(medians: dict[int, dict[str, float]]) -> None:
    """Say how much slower each class becomes with ten times the services."""
    sizes = sorted(medians)
    for smaller, larger in pairwise(sizes):
        worst = max(medians[larger][name] / medians[smaller][name] for name in QUERIES)
        typical = statistics.median(medians[larger][name] / medians[smaller][name] for name in QUERIES)
        print(f"growth {smaller:,} → {larger:,}: median ×{typical:.1f}, worst class ×{worst:.1f}")


def measure_start(folder: Path) -> None:
    """Start as a worker does with arrays on disk; print how long it took and what it holds."""
    started = time.thread_time()
    app = create_app(read_settings({"DIRECTORY_DATA_DIR": str(folder), "DIRECTORY_TILES_URL": "off"}))
    with app.app_context():
        arrays = storage.load(folder / "index", words().fingerprint)
        assert arrays is not None
        queries.answer(SearchRequest(text="khám bệnh", position=Point(20.951, 107.08)), NOW, arrays, gazetteer())
    taken = time.thread_time() - started
    # Not getrusage: a process starts with the largest size of the one that made it.
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    memory = int(status["VmHWM"].split()[0]) / 1024
    print(f"start with arrays on disk, application and gazetteer: {taken:.2f} s; memory at most {memory:.0f} MiB")


if __name__ == "__main__":
    main()
