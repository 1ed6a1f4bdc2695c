"""``directory doctor``: what is wrong with this installation, and what to do about it."""

import json
import shutil
import stat
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

import click
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from directory import clock
from directory.accounts import audit
from directory.catalogue.models import CatalogueChange
from directory.engine import MIGRATIONS
from directory.errors import Invalid
from directory.extensions import db, settings
from directory.places.models import AdminUnit
from directory.places.tiles import tile_source
from directory.referrals.queries import overdue
from directory.search.examining import compare
from directory.search.operations import index_state

#: The units that the seed files hold: what a complete installation has at least. Of the 10,040 rows of former units
#: five are island districts that had no wards.
EXPECTED_UNITS = {"province": 34, "ward": 3_321, "old-ward": 10_035}
#: Writing the index of 50,000 entries anew takes a minute; past this it does not follow any more.
WRITTEN_WITHIN = timedelta(minutes=5)
LEAST_FREE_BYTES = 200 * 1024 * 1024


@dataclass(frozen=True)
class Finding:
    """The answer of one check; ``what_now`` is empty when all is well."""

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
        return Finding(False, type(error).__name__, "Chạy: directory setup")
    return Finding(True, f"{db.engine.dialect.name}, phần mở rộng bản đồ {version}")


def check_schema() -> Finding:
    """Say whether every migration was applied."""
    # Heavy, and needed here only.
    from alembic.config import Config
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    wanted = ScriptDirectory.from_config(config).get_current_head()
    present = MigrationContext.configure(db.session.connection()).get_current_revision()
    well = wanted == present
    return Finding(well, f"{present} (cần {wanted})", "" if well else "Chạy: directory setup")


def check_units() -> Finding:
    """Say whether the administrative units are all there."""
    by_level = select(AdminUnit.level, func.count()).group_by(AdminUnit.level)
    counted: dict[str, int] = dict(db.session.execute(by_level).all())
    well = all(counted.get(level, 0) >= wanted for level, wanted in EXPECTED_UNITS.items())
    state = ", ".join(f"{level} {counted.get(level, 0)}" for level in EXPECTED_UNITS)
    return Finding(well, state, "" if well else "Chạy: directory setup")


def check_index() -> Finding:
    """Say whether the search index on disk is there and has seen the newest change."""
    state = index_state()
    newest = db.session.scalar(select(func.max(CatalogueChange.seq))) or 0
    well = state is not None and state.seq >= newest
    shown = "chưa có" if state is None else f"{state.entries} mục, thay đổi {state.seq}/{newest}"
    return Finding(well, shown, "" if well else "Chạy: directory setup")


def check_index_contents() -> Finding:
    """Say whether the index holds the entries that the database holds, and says the same of them."""
    found = compare()
    sound = found.on_disk is not None and not found.missing and found.in_process == found.database
    follows = found.on_disk is not None and (found.disk_seq or 0) >= found.newest
    state = (
        f"cơ sở dữ liệu {found.database} mục, trên đĩa {_shown(found.on_disk)}, trong bộ nhớ {found.in_process}; "
        f"thay đổi {found.newest}: trên đĩa {_shown(found.disk_seq)}, bản nạp nhanh {_shown(found.arrays_seq)}, "
        f"trong bộ nhớ {found.process_seq}; thay đổi cuối {_age(found.changed_at)}; "
        f"so {found.compared} mục, khác {len(found.differing)}"
    )
    if sound and not follows and _is_young(found.changed_at):
        return Finding(True, f"{state}; đang ghi tiếp")
    if sound and follows and found.on_disk == found.database and not found.differing:
        return Finding(True, state)
    if found.on_disk is None or not follows:
        return Finding(False, state, "Chạy: directory setup")
    # An index that believes it is up to date is not written again.
    return Finding(False, state, f"Xoá thư mục {settings().index_dir} rồi chạy: directory setup")


def _shown(number: int | None) -> str:
    return "chưa có" if number is None else str(number)


def _age(moment: datetime | None) -> str:
    if moment is None:
        return "chưa có"
    return f"cách đây {max(0, int((clock.now() - moment).total_seconds()))} giây"


def _is_young(moment: datetime | None) -> bool:
    return moment is not None and clock.now() - moment < WRITTEN_WITHIN


def check_key() -> Finding:
    """Say whether the signing key is the one in use so far, and only its owner's to read."""
    path = settings().data_dir / "secret.key"
    if not audit.is_sealed_by_our_key():
        what_now = "Lấy lại khoá cũ từ bản sao lưu; nếu không đổi khoá, chạy: directory audit verify"
        return Finding(False, "không phải khoá đã ghi nhật ký", what_now)
    if not path.exists():
        return Finding(True, "từ DIRECTORY_SECRET_KEY")
    well = not path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
    return Finding(well, str(path), "" if well else f"Chạy: chmod 600 {path}")


def check_folder() -> Finding:
    """Say whether only its owner may read the data folder: it holds the database, and an index that is a pickle."""
    folder = settings().data_dir
    well = not folder.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
    return Finding(well, str(folder), "" if well else f"Chạy: chmod 700 {folder}")


def check_disk() -> Finding:
    """Say whether there is room to write."""
    free = shutil.disk_usage(settings().data_dir).free
    well = free >= LEAST_FREE_BYTES
    return Finding(well, f"còn {free // 2**20} MiB", "" if well else "Giải phóng ít nhất 200 MiB.")


def check_tiles() -> Finding:
    """Say whether the source of map tiles can be used as it is written."""
    try:
        tile_source(settings())
    except Invalid as error:
        return Finding(False, error.message, error.what_now or "Sửa DIRECTORY_TILES_URL.")
    return Finding(True, settings().tiles_url)


def check_clock() -> Finding:
    """Say whether the clock runs behind what was already written: then expiry and figures would be wrong."""
    changed = db.session.scalar(select(func.max(CatalogueChange.changed_at)))
    # SQLite keeps no zone; everything we write is UTC.
    changed = changed.replace(tzinfo=clock.now().tzinfo) if changed and changed.tzinfo is None else changed
    well = all(written is None or clock.now() >= written for written in (changed, audit.last_written_at()))
    state = clock.now().astimezone(clock.LOCAL_ZONE).isoformat(timespec="minutes")
    return Finding(well, state, "" if well else "Đồng hồ máy chậm: chỉnh lại giờ (timedatectl).")


def check_cron() -> Finding:
    """Say whether ``directory tick`` runs: without it nothing expires, and nothing is forgotten."""
    late = overdue(clock.now())
    state = f"{late} phiếu quá hạn chưa được xử lý" if late else "không có gì tồn đọng"
    return Finding(not late, state, "Đặt cron mỗi giờ: directory tick" if late else "")


CHECKS: dict[str, Callable[[], Finding]] = {
    "cơ sở dữ liệu": check_database,
    "cấu trúc bảng": check_schema,
    "đơn vị hành chính": check_units,
    "chỉ mục tìm kiếm": check_index,
    "nội dung chỉ mục": check_index_contents,
    "thư mục dữ liệu": check_folder,
    "khoá ký": check_key,
    "ổ đĩa": check_disk,
    "nền bản đồ": check_tiles,
    "đồng hồ": check_clock,
    "việc định kỳ": check_cron,
}


def examine() -> dict[str, Finding]:
    """Run every check and return its finding by name; one that fails by itself is a finding, too."""
    return {name: _run(check) for name, check in CHECKS.items()}


def _run(check: Callable[[], Finding]) -> Finding:
    try:
        return check()
    except (SQLAlchemyError, OSError) as error:
        db.session.rollback()
        return Finding(False, type(error).__name__, "Chạy: directory setup")


@click.command(help="Kiểm tra cài đặt: cơ sở dữ liệu, chỉ mục, khoá, ổ đĩa, đồng hồ; nói điều gì sai và phải làm gì.")
@click.option("--json", "as_json", is_flag=True, help="In ra JSON cho máy đọc.")
def doctor(as_json: bool) -> None:
    """Print the findings; exit 1 when something is wrong."""
    findings = examine()
    if as_json:
        report = [{"check": name, **asdict(finding)} for name, finding in findings.items()]
        click.echo(json.dumps(report, ensure_ascii=False, indent=2))
    else:
        _print(findings)
    sys.exit(0 if all(finding.well for finding in findings.values()) else 1)


def _print(findings: dict[str, Finding]) -> None:
    for name, finding in findings.items():
        click.echo(f"{'✓' if finding.well else '✗'} {name}: {finding.state}")
        if finding.what_now:
            click.echo(f"    → {finding.what_now}")


commands = [doctor]
