"""The doctor says what is wrong and what to do about it."""

import json

from sqlalchemy import delete

from directory.places.models import UnitSuccession
from directory.web.transaction import transaction


def findings(result) -> dict[str, dict]:
    return {finding["check"]: finding for finding in json.loads(result.stdout)}


def test_a_fresh_setup_is_well(runner):
    assert runner("setup").exit_code == 0
    result = runner("doctor")
    assert result.exit_code == 0, result.output
    assert "✗" not in result.output


def test_a_missing_index_is_found_and_its_cure_named(runner, settings):
    runner("setup")
    for path in sorted(settings.index_dir.rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    result = runner("doctor", "--json")
    assert result.exit_code == 1
    assert "directory setup" in findings(result)["chỉ mục tìm kiếm"]["what_now"]


def test_a_key_that_others_can_read_is_found(runner, settings, monkeypatch):
    runner("setup")
    key = settings.data_dir / "secret.key"
    key.write_text("x" * 50)
    key.chmod(0o644)
    result = runner("doctor", "--json")
    assert result.exit_code == 1
    assert "chmod 600" in findings(result)["khoá ký"]["what_now"]


def test_missing_units_are_found(runner, session):
    runner("setup")
    with transaction():
        session.execute(delete(UnitSuccession))
        session.connection().exec_driver_sql("DELETE FROM admin_unit WHERE level = 'old-ward'")
    result = runner("doctor", "--json")
    assert result.exit_code == 1
    assert findings(result)["đơn vị hành chính"]["well"] is False
