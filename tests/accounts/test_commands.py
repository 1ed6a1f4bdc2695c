"""``directory audit verify``: the chain holds, or where it does not."""

import json

import pytest
from sqlalchemy import text

from directory.accounts import audit
from directory.accounts.rules import SYSTEM
from directory.extensions import db
from directory.web.transaction import transaction


@pytest.fixture
def three_rows(app):
    """A chain of three."""
    with transaction():
        for action in ("one.done", "two.done", "three.done"):
            audit.record(action, SYSTEM)


def tamper(statement: str) -> None:
    """Do what somebody with the whole database could do: switch the guard off first."""
    with transaction():
        if db.engine.dialect.name == "postgresql":
            db.session.execute(text("ALTER TABLE audit_entry DISABLE TRIGGER ALL"))
        else:
            names = db.session.scalars(
                text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_entry'")
            ).all()
            for name in names:
                db.session.execute(text(f"DROP TRIGGER {name}"))
        db.session.execute(text(statement))


def test_an_empty_audit_holds(runner):
    result = runner("audit", "verify")
    assert (result.exit_code, result.output.strip()) == (0, "Nhật ký nguyên vẹn: 0 dòng.")


def test_a_whole_chain_holds_and_tells_an_anchor_to_write_down(runner, three_rows):
    result = runner("audit", "verify", "--json")
    told = json.loads(result.stdout)
    assert result.exit_code == 0
    assert told["holds"]
    assert told["anchor"]["seq"] == 3
    assert f"3 {told['anchor']['hash']}" in runner("audit", "verify").output


def test_a_changed_row_is_named_and_the_exit_code_is_1(runner, three_rows):
    tamper("UPDATE audit_entry SET action = 'two.forged' WHERE seq = 2")
    result = runner("audit", "verify")
    assert result.exit_code == 1
    assert "Dòng 2: nội dung đã bị sửa." in result.output


def test_a_cut_off_end_is_told_to_programs_too(runner, three_rows):
    tamper("DELETE FROM audit_entry WHERE seq = 3")
    result = runner("audit", "verify", "--json")
    told = json.loads(result.stdout)
    assert (result.exit_code, told["holds"]) == (1, False)
    assert told["faults"] == [{"seq": 3, "what": "cut off"}]


def test_a_chain_made_anew_does_not_hold_the_anchor_that_was_written_down(runner, three_rows):
    seq, digest = runner("audit", "verify").output.splitlines()[-1].rpartition(": ")[2].split()
    assert runner("audit", "verify", "--anchor", seq, digest).exit_code == 0
    tamper("DELETE FROM audit_entry")
    tamper("DELETE FROM audit_head")
    with transaction():
        for action in ("one.done", "two.forged", "three.done"):
            audit.record(action, SYSTEM)
    assert runner("audit", "verify").exit_code == 0
    result = runner("audit", "verify", "--anchor", seq, digest)
    assert result.exit_code == 1
    assert "Dòng 3: không còn đúng với mốc đã chép" in result.output
