"""Issuing a slip so that it survives a power loss, beside the least that could be done.

The operation beside a bare transaction that writes the same rows through the same engine into the same file (WAL,
``synchronous=FULL``), with nothing read or decided; and the page, signed in, beside the same page when nothing is
written. Taken in turns, so that a busy machine is slow for both.
"""

import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import nullcontext
from itertools import count
from pathlib import Path
from uuid import uuid4

from flask import Flask
from sqlalchemy import insert, select, update

from directory.accounts.models import AuditEntry, AuditHead
from directory.app import create_app
from directory.extensions import db
from directory.referrals import operations
from directory.referrals.forms import ADULT, YES
from directory.referrals.models import Slip, SlipEvent, SlipFact
from directory.referrals.operations import issuing
from directory.settings import read_settings
from directory.web import once
from directory.web.transaction import transaction
from tests.conftest import lay_reference
from tests.people import People, make_people, post, sign_in
from tests.referrals.slips import wanted

SLIPS = 300
WARM_UP = 30
LEAST_SHARE = 0.5


def bench_slips() -> None:
    """Measure on a site of its own; prints as it goes."""
    issuing.SLIPS_PER_DAY = 10 * SLIPS
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(read_settings({"DIRECTORY_DATA_DIR": folder, "DIRECTORY_TILES_URL": "off"}))
        lay_reference(app)
        with app.app_context():
            measure(app, make_people(Path(folder)))


def measure(app: Flask, people: People) -> None:
    """Measure on a site with these people."""
    print("\nissuing a slip, durable", flush=True)
    said = wanted(people)

    def by_operation() -> None:
        with transaction():
            operations.issue(people.peer.actor, said)

    by_operation()
    write = bare_writer()
    operation, bare = in_turns(by_operation, write)
    print_share("operation beside a bare transaction", operation, bare)
    page, dry = in_turns(*pages(app, people))
    print_share("page beside the same without writing", page, dry)


def pages(app: Flask, people: People) -> tuple[Callable[[], None], Callable[[], None]]:
    """Return two functions that send the form of a slip: as it is, and with nothing written by it."""
    client = app.test_client()
    sign_in(client, people.peer)
    fields = {"noi": people.offering_code, "tuoi": ADULT, "gap": "72h"}
    fields |= {"dong-y-lap": YES, "dong-y-gui": YES, "dong-y-dem": YES}

    def send() -> None:
        status = post(client, "/phieu/moi", **fields).status_code
        assert status == 303, status

    issue, begin, keep, whole = operations.issue, once._begin, once._keep, once.transaction
    made = Slip(code="00000000")

    def send_dry() -> None:
        operations.issue = lambda _actor, _wanted: made
        once._begin, once._keep, once.transaction = lambda _key: 1, lambda *_: None, nullcontext
        try:
            send()
        finally:
            operations.issue, once._begin, once._keep, once.transaction = issue, begin, keep, whole

    return send, send_dry


def bare_writer() -> Callable[[], None]:
    """Return a function that writes and commits the rows of one more slip, with nothing read or decided."""
    tables = [model.__table__ for model in (Slip, SlipEvent, SlipFact, AuditEntry)]
    pattern = [dict(db.session.execute(select(table)).mappings().all()[-1]) for table in tables]
    inserts = [insert(table) for table in tables]
    head = update(AuditHead.__table__)
    # The operation takes every other number.
    numbers = count(pattern[0]["id"] + 2, 2)
    places = count(pattern[3]["seq"] + 2, 2)

    def write() -> None:
        number, place = next(numbers), next(places)
        own = {"id": number, "uuid": uuid4(), "code": f"b{number}", "number": str(number), "token_hash": uuid4().bytes}
        changes = (own, {"slip_id": number}, {"id": None, "slip_id": number}, {"seq": place, "hash": uuid4().bytes})
        with db.engine.connect().execution_options(immediate=True) as connection:
            for statement, row, change in zip(inserts, pattern, changes, strict=True):
                connection.execute(statement, row | change)
            connection.execute(head, {"seq": place})
            connection.commit()

    return write


def in_turns(*acts: Callable[[], None]) -> list[float]:
    """Return the median time of each act in milliseconds, taken one after the other in every round."""
    taken: list[list[float]] = [[] for _ in acts]
    for number in range(SLIPS + WARM_UP):
        for act, times in zip(acts, taken, strict=True):
            started = time.perf_counter()
            act()
            if number >= WARM_UP:
                times.append((time.perf_counter() - started) * 1000)
    return [statistics.median(times) for times in taken]


def print_share(name: str, ours: float, bare: float) -> None:
    share = bare / ours
    line = f"{name}: {ours:.2f} ms, {bare:.2f} ms, {share:.0%} as fast"
    print(line, "" if share >= LEAST_SHARE else f"BELOW {LEAST_SHARE:.0%}")
