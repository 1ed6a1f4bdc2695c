"""Whatever somebody does to the audit behind our back is found, for each of ten thousand rows."""

import hashlib
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from directory import clock
from directory.accounts import audit
from directory.accounts.models import AuditEntry, AuditHead
from directory.accounts.rules import SYSTEM
from directory.extensions import db
from directory.web.transaction import transaction

ROWS = 10_000
BYTES = {"sqlite": "BLOB", "postgresql": "BYTEA"}
TRIGGERS = ("audit_is_appended", "audit_is_not_rewritten", "audit_is_not_shortened")


def record(rows: int) -> None:
    """Write rows as the pages do, all in one transaction."""
    with transaction():
        for number in range(rows):
            audit.record(("slip.issue", "slip.view", "account.signed_in")[number % 3], SYSTEM, uuid4())


@pytest.fixture
def long_chain(app):
    """Ten thousand rows, laid at once to be fast; that they hold, and that work goes on behind them, is asked first."""
    rows, previous, at = [], bytes(32), clock.now()
    for seq in range(1, ROWS + 1):
        row = {"seq": seq, "at": at, "actor": "system", "action": "slip.view", "object_uuid": uuid4()}
        digest = audit._hash(*row.values(), previous)
        rows.append(row | {"previous_hash": previous, "hash": digest})
        previous = digest
    with transaction():
        db.session.add(AuditHead(id=1, seq=ROWS, hash=previous, seal=audit._seal(ROWS, previous)))
        db.session.execute(insert(AuditEntry), rows[:1])
        for row in range(1, ROWS, 500):
            db.session.execute(insert(AuditEntry), rows[row : row + 500])
    record(3)
    assert list(audit.faults()) == []


@pytest.fixture
def unguarded(app):
    """The audit without its triggers, as for somebody who owns the database."""
    record(12)
    _drop_triggers()


def _drop_triggers() -> None:
    with transaction():
        table = " ON audit_entry" if engine() == "postgresql" else ""
        for trigger in TRIGGERS:
            db.session.execute(text(f"DROP TRIGGER {trigger}{table}"))


def found_after(*statements: str) -> list[audit.Fault]:
    """Return the faults after these statements, and take the statements back."""
    db.session.rollback()
    for statement in statements:
        db.session.execute(text(statement))
    found = list(audit.faults())
    db.session.rollback()
    return found


def engine() -> str:
    return db.engine.dialect.name


def flagged(found: list[audit.Fault]) -> set[int]:
    return {fault.seq for fault in found}


def test_each_of_ten_thousand_rows_that_is_changed_taken_out_moved_or_cut_is_found(long_chain):
    _drop_triggers()
    last = ROWS + 3
    everyone = set(range(1, last + 1))
    later = "datetime(at, '+1 second')" if engine() == "sqlite" else "at + interval '1 second'"
    for change in ("actor = actor || 'x'", "action = 'slip.view2'", "object_uuid = NULL", f"at = {later}"):
        found = found_after(f"UPDATE audit_entry SET {change}")
        assert {fault.seq for fault in found if fault.what == "changed"} == everyone, change

    for rest in (0, 1):
        gone = {seq for seq in everyone if seq % 2 == rest}
        found = found_after(f"DELETE FROM audit_entry WHERE seq % 2 = {rest}")
        assert {fault.seq for fault in found if fault.what in {"missing", "cut off"}} == gone

    swapped = found_after(
        "UPDATE audit_entry SET seq = -seq",
        "UPDATE audit_entry SET seq = CASE WHEN seq % 2 = 0 THEN -seq - 1 ELSE -seq + 1 END",
    )
    assert flagged(swapped) >= everyone

    for kept in (0, 1, ROWS // 2, ROWS + 2):
        assert found_after(f"DELETE FROM audit_entry WHERE seq > {kept}") == [audit.Fault(kept + 1, "cut off")]


def test_a_row_put_in_between_or_at_the_end_is_found(unguarded):
    kind = BYTES[engine()]
    for place in range(1, 13):
        found = found_after(
            f"UPDATE audit_entry SET seq = -seq WHERE seq >= {place}",
            "UPDATE audit_entry SET seq = 1 - seq WHERE seq < 0",
            "INSERT INTO audit_entry (seq, at, actor, action, object_uuid, previous_hash, hash) "
            f"SELECT {place}, at, actor, action, object_uuid, previous_hash, CAST('made up' AS {kind}) "
            f"FROM audit_entry WHERE seq = {place + 1}",
        )
        assert place in flagged(found)
    appended = (
        f"SELECT 13, at, actor, action, object_uuid, hash, CAST('made up' AS {kind}) FROM audit_entry WHERE seq = 12"
    )
    assert 13 in flagged(found_after(f"INSERT INTO audit_entry {appended}"))


def rewrite_from(first: int) -> None:
    """Change a row and hash everything behind it anew, as one could who knows this code but not the key."""
    rows = list(db.session.scalars(select(AuditEntry).order_by(AuditEntry.seq).where(AuditEntry.seq >= first)))
    previous = rows[0].previous_hash
    for row in rows:
        actor = "somebody-else" if row.seq == first else row.actor
        digest = audit._hash(row.seq, row.at, actor, row.action, row.object_uuid, previous)
        db.session.execute(
            update(AuditEntry)
            .where(AuditEntry.seq == row.seq)
            .values(actor=actor, previous_hash=previous, hash=digest)
            .execution_options(synchronize_session=False)
        )
        previous = digest
    db.session.execute(update(AuditHead).values(hash=previous))


def test_a_chain_that_was_hashed_anew_throughout_does_not_carry_the_seal(unguarded):
    for first in range(1, 13):
        db.session.rollback()
        rewrite_from(first)
        db.session.expire_all()
        assert [fault.what for fault in audit.faults()] == ["seal"]


def test_what_is_written_after_a_rewriting_does_not_seal_it(unguarded):
    with transaction():
        rewrite_from(5)
    record(3)
    assert [fault.what for fault in audit.faults()] == ["seal"]


def test_a_tail_cut_off_with_the_head_set_back_is_found_also_when_work_goes_on(unguarded):
    with transaction():
        db.session.execute(text("DELETE FROM audit_entry WHERE seq > 7"))
        last = db.session.scalar(select(AuditEntry.hash).where(AuditEntry.seq == 7))
        db.session.execute(update(AuditHead).values(seq=7, hash=last))
    assert [fault.what for fault in audit.faults()] == ["seal"]
    record(3)
    assert [fault.what for fault in audit.faults()] == ["seal"]


def test_another_key_does_not_make_the_seal(unguarded):
    with transaction():
        head = db.session.get_one(AuditHead, 1)
        head.seal = hashlib.sha256(b"guess").digest()
    assert [fault.what for fault in audit.faults()] == ["seal"]


def test_a_head_taken_away_is_found(unguarded):
    assert found_after("DELETE FROM audit_head") == [audit.Fault(13, "cut off")]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET actor = 'x' WHERE seq = 2",
        "UPDATE audit_entry SET seq = seq",
        "DELETE FROM audit_entry WHERE seq = 3",
        "DELETE FROM audit_entry",
        "INSERT INTO audit_entry SELECT 0, at, actor, action, object_uuid, hash, previous_hash FROM audit_entry",
    ],
)
def test_the_database_lets_the_audit_only_grow(app, statement):
    record(3)
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(text(statement))
    assert list(audit.faults()) == []
    assert db.session.scalar(select(func.count()).select_from(AuditEntry)) == 3


def test_a_row_is_not_replaced_by_an_insert_either(app):
    record(3)
    replacing = insert(AuditEntry).values(seq=2, at=clock.now(), actor="x", action="x", previous_hash=b"", hash=b"")
    if engine() == "sqlite":
        replacing = replacing.prefix_with("OR REPLACE")
    else:
        from sqlalchemy.dialects.postgresql import insert as upsert

        values = {"seq": 2, "at": clock.now(), "actor": "x", "action": "x", "previous_hash": b"", "hash": b""}
        replacing = upsert(AuditEntry).values(**values).on_conflict_do_update(index_elements=["seq"], set_=values)
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(replacing)
    assert list(audit.faults()) == []


def _record_and_fail() -> None:
    audit.record("slip.issue", SYSTEM)
    raise ZeroDivisionError


def test_what_is_undone_with_its_transaction_leaves_the_chain_whole(app):
    record(2)
    with pytest.raises(ZeroDivisionError), transaction():
        _record_and_fail()
    record(2)
    assert list(audit.faults()) == []
    assert db.session.scalars(select(AuditEntry.seq).order_by(AuditEntry.seq)).all() == [1, 2, 3, 4]


def test_a_clock_that_goes_backwards_does_not_break_the_chain(app, monkeypatch):
    record(2)
    yesterday = clock.now() - timedelta(days=1)
    monkeypatch.setattr(clock, "now", lambda: yesterday)
    record(2)
    assert list(audit.faults()) == []
