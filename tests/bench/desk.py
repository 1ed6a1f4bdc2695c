"""The coordinator's desk with 5,000 entries on it: every page a national coordinator may open, on one worker.

Half of the entries were verified of late; 200 corrections and 300 warnings wait; one entry in fifty has a twin. Taken
in turns, in time of the processor (so that a busy neighbour does not count), after one round that only the first
visitor of a process waits for; that one is printed, too.
"""

import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from directory import clock
from directory.accounts.models import Account
from directory.app import create_app
from directory.catalogue.models import CorrectionRequest, Offering, PeerWarning, Phone, Provider, Site
from directory.catalogue.operations import record_change
from directory.catalogue.upkeep import Origin, RequestKind, WarningKind
from directory.coordination.duplicates import compare_now
from directory.extensions import db
from directory.running import warm_up
from directory.settings import read_settings
from directory.web.transaction import transaction
from tests.bench.end_to_end import lay
from tests.conftest import lay_reference
from tests.people import People, make_people, sign_in

REQUESTS, WARNINGS, TWIN_EVERY = 200, 300, 50
ROUNDS = 12
BUDGET_MS = 300


def bench_desk(size: int = 5_000) -> None:
    """Measure on a site of its own; prints as it goes."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(read_settings({"DIRECTORY_DATA_DIR": folder, "DIRECTORY_TILES_URL": "off"}))
        lay_reference(app)
        with app.app_context():
            lay(size)
            people = make_people(Path(folder))
            fill(size, people)
            measure(app, people, size)


def fill(size: int, people: People) -> None:
    """Make the coordinator a national one, and give her plenty to do."""
    with transaction():
        db.session.execute(update(Account).where(Account.id == people.coordinator.account.id).values(all_areas=True))
        ids = list(db.session.scalars(select(Offering.id).where(Offering.id <= size).order_by(Offering.id)))
        for number, offering_id in enumerate(ids[:REQUESTS]):
            age = timedelta(minutes=number)
            wanted = {"fees": "Miễn phí"}
            db.session.add(
                CorrectionRequest(
                    kind=RequestKind.CHANGE,
                    origin=Origin.PEER,
                    offering_id=offering_id,
                    wanted=wanted,
                    created_at=clock.now() - age,
                )
            )
        for number in range(WARNINGS):
            kind = list(WarningKind)[number % len(WarningKind)]
            db.session.add(PeerWarning(offering_id=ids[-1 - number // 2], kind=kind, group_id=people.group.id))
        _make_twins(ids)
        record_change(None)


def _make_twins(ids: list[int]) -> None:
    """Let every fiftieth entry have the number of the one before, or its name and ward."""
    for number, one in enumerate(ids[TWIN_EVERY::TWIN_EVERY]):
        if number % 2:
            shared = db.session.scalar(select(Phone.number).where(Phone.offering_id == one - 1))
            db.session.execute(update(Phone).where(Phone.offering_id == one).values(number=shared))
        else:
            name = db.session.scalar(select(Provider.name).where(Provider.id == one - 1))
            ward = db.session.scalar(select(Site.ward_key).where(Site.id == one - 1))
            db.session.execute(update(Provider).where(Provider.id == one).values(name=name))
            db.session.execute(update(Site).where(Site.id == one).values(ward_key=ward))


def measure(app: Flask, people: People, size: int) -> None:
    """Open every page of the desk again and again."""
    client = app.test_client()
    sign_in(client, people.coordinator)
    print(f"\nthe coordinator's desk, {size:,} entries, {REQUESTS} corrections, {WARNINGS} warnings", flush=True)
    addresses = pages(people)
    started = time.thread_time()
    compare_now()
    print(f"{'all places compared, as a worker begins':44} {(time.thread_time() - started) * 1000:.0f} ms")
    warm_up()
    # Of one visitor only: what a process finds out once for all pages counts for the page that came first.
    firsts = {address: taken_ms(client, address) for address in addresses}
    said("first visit of a process", [firsts[addresses[0]]])
    taken: dict[str, list[float]] = {address: [] for address in addresses}
    for _ in range(ROUNDS):
        for address in addresses:
            taken[address].append(taken_ms(client, address))
    for name, times in taken.items():
        said(name, times, f"first {firsts[name]:6.0f}, ")
    for what, change in CHANGES.items():
        said(f"right after a change: {what}", after_changes(client, change))


def said(name: str, times: list[float], before: str = "") -> None:
    """Print how long something took, and whether that is too long."""
    verdict = "" if max(times) <= BUDGET_MS else f" OVER {BUDGET_MS} ms"
    print(f"{name:44} {before}p50 {statistics.median(times):6.1f}, max {max(times):6.1f} ms{verdict}", flush=True)


def pages(people: People) -> list[str]:
    """Return the addresses of the desk."""
    asked = db.session.scalars(select(CorrectionRequest.code).order_by(CorrectionRequest.id)).first()
    entry = f"/dieu-phoi/muc/{people.offering_code}"
    return [
        "/dieu-phoi",
        "/dieu-phoi?trang=9",
        "/dieu-phoi?loai=xac-minh&trang=100",
        "/dieu-phoi?loai=canh-bao",
        "/dieu-phoi/xac-minh",
        "/dieu-phoi/xac-minh/in",
        "/dieu-phoi/trung",
        "/dieu-phoi/muc",
        "/dieu-phoi/muc?q=benh+vien",
        entry,
        f"{entry}/lich-su",
        "/dieu-phoi/de-nghi",
        f"/dieu-phoi/de-nghi/{asked}",
        "/dieu-phoi/nhap",
    ]


def change_hours(number: int) -> None:
    """Change what no two places are compared by."""
    db.session.execute(update(Offering).where(Offering.id == 7).values(opening_hours=f"Mo-Fr 07:{number:02}-17:00"))


def change_number(number: int) -> None:
    """Change a telephone number."""
    db.session.execute(update(Phone).where(Phone.offering_id == 7).values(number=f"+84299{number:07}"))


def change_name(number: int) -> None:
    """Change a name: its words become rarer, or less rare."""
    db.session.execute(update(Provider).where(Provider.id == 7).values(name=f"Trạm Y tế Mới {number}"))


def change_closure(number: int) -> None:
    """Close a place for good, and open it again."""
    day = clock.today() if number % 2 else None
    db.session.execute(update(Offering).where(Offering.id == 7).values(closed_on=day))


CHANGES = {"hours": change_hours, "number": change_number, "name": change_name, "closed": change_closure}


def after_changes(client: FlaskClient, change: Callable[[int], None]) -> list[float]:
    """Return how long the work list takes each time when an entry was changed just before."""
    times = []
    for number in range(ROUNDS):
        with transaction():
            change(number)
            record_change(7)
        times.append(taken_ms(client, "/dieu-phoi"))
    return times


def taken_ms(client: FlaskClient, path: str) -> float:
    """Return how long a page takes."""
    started = time.thread_time()
    status = client.get(path).status_code
    assert status == 200, (path, status)
    return (time.thread_time() - started) * 1000
