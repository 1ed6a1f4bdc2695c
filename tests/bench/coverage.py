"""How long it takes to find the nearest entry of a subject from every ward, nothing remembered from before."""

import gc
import time
from datetime import date

from directory.places.queries import gazetteer
from directory.search.arrays import Arrays
from directory.search.coverage import ANYTHING, coverage_of

BUDGET_MS = 200
ROUNDS = 5
SUBJECTS = {"one small subject": "arv", "pharmacies": "nha-thuoc", "all of health": "y-te", "anything": ANYTHING}


def bench_coverage(arrays: Arrays) -> None:
    """Print the best of some rounds for subjects small and large."""
    print("nearest entry from each of 3,321 wards:")
    for name, slug in SUBJECTS.items():
        taken = min(_once(arrays, slug) for _ in range(ROUNDS))
        print(f"{name:24} {taken:7.1f} ms {'' if taken <= BUDGET_MS else f'OVER {BUDGET_MS} ms'}")


def _once(arrays: Arrays, slug: str) -> float:
    arrays.readings.clear()
    gc.collect()
    started = time.thread_time()
    coverage_of(arrays, gazetteer(), date(2026, 11, 22)).nearest(slug)
    return (time.thread_time() - started) * 1000
