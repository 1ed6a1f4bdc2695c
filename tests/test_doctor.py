"""The doctor says what is wrong and what to do about it."""

import json
import shutil
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import delete, func, select, update

from directory import clock
from directory.catalogue.models import Offering, Service
from directory.catalogue.operations.changes import record_change
from directory.extensions import db
from directory.places.models import UnitSuccession
from directory.referrals.rules import VALID_FOR
from directory.web.transaction import transaction
from tests.people import issue


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


def test_a_clock_that_runs_behind_the_last_step_that_was_written_down_is_found(runner, people, monkeypatch):
    runner("setup")
    issue(people)
    assert findings(runner("doctor", "--json"))["đồng hồ"]["well"]
    behind = clock.now() - timedelta(days=1)
    with monkeypatch.context() as past:
        past.setattr(clock, "now", lambda: behind)
        result = runner("doctor", "--json")
    assert result.exit_code == 1
    assert "timedatectl" in findings(result)["đồng hồ"]["what_now"]


def test_another_key_than_the_one_in_use_is_found(runner, people, app):
    """Without the key no QR code on paper opens anything, and nobody's one-time codes are right."""
    runner("setup")
    issue(people)
    app.extensions["settings"] = replace(app.extensions["settings"], secret_key="another")
    result = runner("doctor", "--json")
    assert result.exit_code == 1
    assert "sao lưu" in findings(result)["khoá ký"]["what_now"]


def test_what_cron_has_not_done_for_days_is_found(runner, people, monkeypatch):
    runner("setup")
    issue(people)
    late = clock.now() + VALID_FOR + timedelta(days=3)
    monkeypatch.setattr(clock, "now", lambda: late)
    result = runner("doctor", "--json")
    assert result.exit_code == 1
    assert "directory tick" in findings(result)["việc định kỳ"]["what_now"]
    assert runner("tick").exit_code == 0
    assert findings(runner("doctor", "--json"))["việc định kỳ"]["well"]


CONTENTS = "nội dung chỉ mục"


def test_index_and_database_that_say_the_same_are_well(runner, people):
    runner("setup")
    found = findings(runner("doctor", "--json"))[CONTENTS]
    assert found["well"], found
    count = db.session.scalar(select(func.count()).select_from(Offering))
    assert f"cơ sở dữ liệu {count} mục, trên đĩa {count}, trong bộ nhớ {count}" in found["state"]


def test_an_entry_that_went_past_the_change_feed_is_found_and_the_named_cure_heals_it(runner, people, settings):
    """As after a restored file, or a hand in the database: the index believes that it has seen everything."""
    runner("setup")
    with transaction():
        db.session.execute(update(Service).where(Service.name == "Khám bệnh").values(name="Khám bệnh khác"))
    found = findings(runner("doctor", "--json"))[CONTENTS]
    assert not found["well"]
    assert "khác 0" not in found["state"]
    assert str(settings.index_dir) in found["what_now"]
    shutil.rmtree(settings.index_dir)
    assert runner("setup").exit_code == 0
    assert findings(runner("doctor", "--json"))[CONTENTS]["well"]


def test_an_index_that_does_not_follow_is_found_once_the_change_is_old(runner, people, app, monkeypatch):
    runner("setup")
    with transaction():
        record_change(None)
    young = findings(runner("doctor", "--json"))[CONTENTS]
    assert young["well"]
    assert "đang ghi tiếp" in young["state"]
    later = clock.now() + timedelta(minutes=6)
    monkeypatch.setattr(clock, "now", lambda: later)
    old = findings(runner("doctor", "--json"))[CONTENTS]
    assert (old["well"], old["what_now"]) == (False, "Chạy: directory setup")
