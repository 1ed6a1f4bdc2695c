"""``directory doctor``: what is wrong with this installation, and what to do about it."""

import json
import os
import shutil
import stat
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass

import click
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from directory import clock
from directory.catalogue.models import CatalogueChange
from directory.engine import MIGRATIONS
from directory.errors import Invalid
from directory.extensions import db, settings
from directory.places.models import AdminUnit
from directory.places.tiles import tile_source
from directory.search.operations import index_state

#: The units that the seed files hold: what a complete installation has at least. Of the 10,040 rows of former units
#: five are island districts that had no wards.
EXPECTED_UNITS = {"province": 34, "ward": 3_321, "old-ward": 10_035}
LEAST_FREE_BYTES = 200 * 1024 * 1024


@dataclass(frozen=True)
class Finding:
    """The answer of one check; ``what_now`` is empty when all is well."""

    check: str
    well: bool
    state: str
    what_now: str = ""


def check_database() -> Finding:
    """Say whether the database answers and which one it is."""
    try:
        version = db.session.scalar(
            text("SELECT spatialite_version()" if db.engine.dialect.name == "sqlite" else "SELECT postgis_version()")
        )
    except SQLAlchemyError as error:
        return Finding("cơ sở dữ liệu", False, type(error).__name__, "Chạy: directory setup")
    return Finding("cơ sở dữ liệu", True, f"{db.engine.dialect.name}, phần mở rộng bản đồ {version}")


def check_schema() -> Finding:
    """Say whether every migration was applied."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    wanted = ScriptDirectory.from_config(config).get_current_head()
    present = MigrationContext.configure(db.session.connection()).get_current_revision()
    well = wanted == present
    return Finding("cấu trúc bảng", well, f"{present} (cần {wanted})", "" if well else "Chạy: directory setup")


def check_units() -> Finding:
    """Say whether the administrative units are all there."""
    counted = dict(db.session.execute(select(AdminUnit.level, func.count()).group_by(AdminUnit.level)).tuples().all())
    well = all(counted.get(level, 0) >= wanted for level, wanted in EXPECTED_UNITS.items())
    state = ", ".join(f"{level} {counted.get(level, 0)}" for level in EXPECTED_UNITS)
    return Finding("đơn vị hành chính", well, state, "" if well else "Chạy: directory setup")


def check_index() -> Finding:
    """Say whether the search index on disk is there and has seen the newest change."""
    state = index_state()
    newest = db.session.scalar(select(func.max(CatalogueChange.seq))) or 0
    well = state is not None and state.seq >= newest
    shown = "chưa có" if state is None else f"{state.entries} mục, thay đổi {state.seq}/{newest}"
    return Finding("chỉ mục tìm kiếm", well, shown, "" if well else "Chạy: directory setup")


def check_key() -> Finding:
    """Say whether the signing key is only its owner's to read."""
    path = settings().data_dir / "secret.key"
    if os.environ.get("DIRECTORY_SECRET_KEY"):
        return Finding("khoá ký", True, "từ DIRECTORY_SECRET_KEY")
    well = path.exists() and not path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
    return Finding("khoá ký", well, str(path), "" if well else f"Chạy: chmod 600 {path}")


def check_disk() -> Finding:
    """Say whether there is room to write."""
    free = shutil.disk_usage(settings().data_dir).free
    well = free >= LEAST_FREE_BYTES
    return Finding("ổ đĩa", well, f"còn {free // 2**20} MiB", "" if well else "Giải phóng ít nhất 200 MiB.")


def check_tiles() -> Finding:
    """Say whether the source of map tiles can be used as it is written."""
    try:
        tile_source(settings())
    except Invalid as error:
        return Finding("nền bản đồ", False, error.message, error.what_now or "Sửa DIRECTORY_TILES_URL.")
    return Finding("nền bản đồ", True, settings().tiles_url)


def check_clock() -> Finding:
    """Say whether the clock runs behind what was already written: then expiry and figures would be wrong."""
    newest = db.session.scalar(select(func.max(CatalogueChange.changed_at)))
    # SQLite keeps no zone; everything we write is UTC.
    newest = newest.replace(tzinfo=clock.now().tzinfo) if newest and newest.tzinfo is None else newest
    well = newest is None or clock.now() >= newest
    state = clock.now().astimezone(clock.LOCAL_ZONE).isoformat(timespec="minutes")
    return Finding("đồng hồ", well, state, "" if well else "Đồng hồ máy chậm: chỉnh lại giờ (timedatectl).")


CHECKS: tuple[Callable[[], Finding], ...] = (
    check_database,
    check_schema,
    check_units,
    check_index,
    check_key,
    check_disk,
    check_tiles,
    check_clock,
)


def examine() -> list[Finding]:
    """Run every check; one that fails by itself is a finding, too."""
    findings = []
    for check in CHECKS:
        try:
            findings.append(check())
        except (SQLAlchemyError, OSError) as error:
            db.session.rollback()
            findings.append(Finding(check.__name__, False, type(error).__name__, "Chạy: directory setup"))
    return findings


@click.command(help="Kiểm tra cài đặt: cơ sở dữ liệu, chỉ mục, khoá, ổ đĩa, đồng hồ; nói điều gì sai và phải làm gì.")
@click.option("--json", "as_json", is_flag=True, help="In ra JSON cho máy đọc.")
def doctor(as_json: bool) -> None:
    """Print the findings; exit 1 when something is wrong."""
    findings = examine()
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False, indent=2))
    for finding in () if as_json else findings:
        click.echo(f"{'✓' if finding.well else '✗'} {finding.check}: {finding.state}")
        if finding.what_now:
            click.echo(f"    → {finding.what_now}")
    sys.exit(0 if all(finding.well for finding in findings) else 1)


commands = [doctor]
