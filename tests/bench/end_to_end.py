"""A whole site with generated services in a database: index, edit → visible, and requests from end to end."""

import statistics
import time
from datetime import UTC, datetime

from flask import Flask
from sqlalchemy import insert, update

from directory.catalogue.models import Offering, Phone, Provider, Service, Site, service_category
from directory.catalogue.operations import record_change
from directory.extensions import db
from directory.search.following import follower
from directory.search.operations import refresh_index
from directory.search.queries import SearchRequest, find
from directory.vietnamese import fold
from directory.web.transaction import transaction
from tests.bench.services import POSITIONS, QUERIES, generated

BATCH = 5_000
REQUESTS = 400
WARM_UP = 40


def bench_site(app: Flask, size: int) -> None:
    """Measure what needs a database; prints as it goes."""
    print(f"\na site with {size:,} services", flush=True)
    started = time.perf_counter()
    lay(size)
    print(f"rows written in {time.perf_counter() - started:.1f} s")
    started = time.perf_counter()
    follower().arrays(at_once=True, keeps=False)
    print(f"arrays from the database in {time.perf_counter() - started:.1f} s")
    started = time.perf_counter()
    refresh_index()
    print(f"Whoosh index and arrays on disk in {time.perf_counter() - started:.1f} s")
    print(f"edit → visible: {edit_to_visible_s():.2f} s (budget 1 s)")
    for path, budget_ms in (("/api/tim", 6), ("/tim", 15)):
        taken = sorted(requests_ms(app, path))
        p95 = taken[int(len(taken) * 0.95)]
        print(f"{path}: p50 {statistics.median(taken):.1f} ms, p95 {p95:.1f} ms (budget p95 {budget_ms} ms)")


def lay(size: int) -> None:
    """Write generated services as rows: one provider, site and service each."""
    batch: dict[object, list[dict[str, object]]] = {}
    with transaction():
        for entry in generated(size):
            for table, row in rows_of(entry):
                batch.setdefault(table, []).append(row)
            if entry.offering_id % BATCH == 0 or entry.offering_id == size:
                for table, rows in batch.items():
                    db.session.execute(insert(table), rows)
                batch.clear()
        record_change(None)


def rows_of(entry):
    """Yield the rows of one service, in the order in which they may be written."""
    number = entry.offering_id
    provider = f"{entry.whole_names[0]} {number}"
    stamp = datetime(2026, 11, 1, tzinfo=UTC)
    yield Provider, {"id": number, "source_code": "osm", "name": provider, "folded_name": fold(provider)}
    yield Site, {
        "id": number, "provider_id": number, "identity": str(number), "name": None, "visibility": "public",
        "address": entry.place_texts[0], "ward_key": f"ward:{entry.ward_code}",
        "province_key": f"province:{entry.province_code}", "latitude": entry.latitude, "longitude": entry.longitude,
    }  # fmt: skip
    yield Service, {
        "id": number, "provider_id": number, "name": entry.name, "folded_name": fold(entry.name),
        "description": " ".join(entry.weak_texts),
    }  # fmt: skip
    yield service_category, {"service_id": number, "category_slug": entry.categories[0]}
    yield Offering, {
        "id": number, "source_code": "osm", "external_id": str(number), "service_id": number, "site_id": number,
        "opening_hours": entry.opening_hours, "verified_on": entry.verified_on, "created_at": stamp,
    }  # fmt: skip
    yield Phone, {"offering_id": number, "position": 0, "number": f"+84200{number:07d}", "shown": f"0200 {number:07d}"}


def edit_to_visible_s() -> float:
    """Change a name as a coordinator does; return how long until it is found by its new name."""
    name = "Khổng Tước Nguyên Khôi"
    assert not is_found(name)
    with transaction():
        db.session.execute(update(Provider).where(Provider.id == 7).values(name=name))
        record_change(7)
    started = time.perf_counter()
    while not is_found(name):
        time.sleep(0.01)
        db.session.rollback()
    return time.perf_counter() - started


def is_found(name: str) -> bool:
    """Tell whether the changed provider is the first result for its new name."""
    return [hit.offering_id for hit in find(SearchRequest(text=name), datetime.now(UTC)).hits[:1]] == [7]


def requests_ms(app: Flask, path: str) -> list[float]:
    """Return how long mixed requests take, one after the other, in one process."""
    client = app.test_client()
    texts = [text for pairs in QUERIES.values() for text, _ in pairs]
    taken = []
    for number in range(REQUESTS + WARM_UP):
        lat, lon = POSITIONS[number % len(POSITIONS)]
        arguments = {"q": texts[number % len(texts)], "vt": f"{lat + number % 50 / 1000:.3f},{lon:.3f}"}
        started = time.perf_counter()
        status = client.get(path, query_string=arguments).status_code
        assert status == 200, status
        if number >= WARM_UP:
            taken.append((time.perf_counter() - started) * 1000)
    return taken
