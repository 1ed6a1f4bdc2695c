"""``directory setup`` and ``directory serve``: from an empty machine to a site that answers."""

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import click
from flask import current_app
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from directory import clock, seed_files
from directory.app import create_app
from directory.catalogue.models import Offering
from directory.catalogue.operations import import_services, load_reference, remove_source
from directory.catalogue.rules import ILLUSTRATIVE_SOURCE
from directory.coordination.demo import DemoKeys, load_demo, remove_demo
from directory.coordination.duplicates import compare_now
from directory.engine import upgrade_schema
from directory.errors import Invalid
from directory.extensions import db, settings
from directory.outreach.seed import load_programme
from directory.places.operations import load_units
from directory.reports.demo import load_records, remove_records
from directory.search.operations import refresh_index
from directory.search.queries import SearchRequest, find
from directory.web.request_log import JsonLines
from directory.web.transaction import transaction

THREADS_PER_WORKER = 4


@click.command(help="Chuẩn bị cơ sở dữ liệu, dữ liệu nền và chỉ mục tìm kiếm; chạy lại bao nhiêu lần cũng được.")
@click.option("--demo", "demo", flag_value="load", help="Nạp thêm dữ liệu minh hoạ (mọi mục đều ghi rõ là minh hoạ).")
@click.option("--remove-demo", "demo", flag_value="remove", help="Xoá hết dữ liệu minh hoạ.")
def setup(demo: str | None) -> None:
    """Bring schema, reference data, hotlines and index up; load or remove the illustrative entries."""
    with _step("Cơ sở dữ liệu"):
        upgrade_schema(db.engine)
    with _step("Đơn vị hành chính và danh mục"), transaction():
        load_units()
        load_reference()
        load_programme()
    with _step("Đường dây nóng quốc gia"):
        _load(seed_files.SEED / "hotlines.csv")
    keys = None
    if demo == "load":
        with _step("Dữ liệu minh hoạ"):
            for path in sorted(seed_files.SEED.glob("demo*.csv")):
                _load(path)
            with transaction():
                keys = load_demo()
        with _step("Số liệu minh hoạ"), transaction():
            load_records(clock.now())
    elif demo == "remove":
        with _step("Xoá dữ liệu minh hoạ"), transaction():
            remove_records()
            remove_demo()
            remove_source(ILLUSTRATIVE_SOURCE)
    with _step("Chỉ mục tìm kiếm"):
        refresh_index()
    click.echo(f"Sẵn sàng: {db.session.scalar(select(func.count()).select_from(Offering))} dịch vụ.")
    if keys:
        _tell(keys)


def _tell(keys: DemoKeys) -> None:
    """Say what opens the illustrative accounts and desks."""
    click.echo("Tài khoản minh hoạ, chỉ mở được trên chính máy này:")
    for account in keys.accounts:
        click.echo(f"  {account.name}: {account.passphrase}")
    click.echo("Mã PIN của bàn tiếp nhận minh hoạ:")
    for place, pin in keys.desks:
        click.echo(f"  {pin}: {place}")


def _load(path: Path) -> None:
    """Import a file of our own; a row that it refuses is a fault of ours and stops the setup."""
    with transaction():
        report = import_services(path)
        if report.errors:
            raise Invalid(f"{path.name}: {report.errors[0]}")


@contextmanager
def _step(name: str) -> Iterator[None]:
    click.echo(f"{name}… ", nl=False)
    started = time.monotonic()
    yield
    click.echo(f"xong ({time.monotonic() - started:.1f} giây)")


@click.command(help="Chạy trang web cho người dùng.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Địa chỉ lắng nghe.")
@click.option("--port", default=8000, show_default=True, help="Cổng lắng nghe.")
@click.option("--workers", default=2, show_default=True, help="Số tiến trình.")
def serve(host: str, port: int, workers: int) -> None:
    """Serve the site with gunicorn until it is told to stop."""
    click.echo(f"Mở http://{host}:{port} trong trình duyệt; dừng bằng Ctrl+C.")
    # A worker opens connections of its own: one shared across a fork would corrupt both.
    db.session.remove()
    db.engine.dispose()
    Server(create_app, {"bind": f"{host}:{port}", "workers": workers}).run()


class ServerLog(Logger):  # type: ignore[misc]
    """Gunicorn's own log without the visitor: no address, no request line, no values of an exception.

    Why: a request that it cannot read never reaches us, and its log would keep who sent it and what was asked.
    """

    def setup(self, cfg: Any) -> None:
        """Write JSON lines, whose event is the message before anything is put into it."""
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(JsonLines())

    def warning(self, msg: Any, *args: Any, **kwargs: Any) -> None:
        """Warn, without what gunicorn has put into this one message beforehand."""
        super().warning(str(msg).partition(" from ip=")[0], *args, **kwargs)


class Server(BaseApplication):  # type: ignore[misc]
    """Gunicorn with the settings that this site needs."""

    def __init__(self, make_app: Callable[[], Any], options: dict[str, Any]) -> None:
        self.make_app = make_app
        self.options = options
        super().__init__()

    def load_config(self) -> None:
        """Set what differs from gunicorn's defaults."""
        fixed = {
            "worker_class": "gthread",
            "threads": THREADS_PER_WORKER,
            # The default of 4,094 bytes answers a pasted page of text with a bare line; ours is a page that helps.
            "limit_request_line": 0,
            # Its access log would keep addresses and queries; ours does not (web.request_log).
            "accesslog": None,
            "logger_class": ServerLog,
            "loglevel": "warning",
        }
        for name, value in {**fixed, **self.options}.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """Return the application of one worker, warm."""
        app = self.make_app()
        with app.app_context(), suppress(SQLAlchemyError):  # before the setup there is nothing to read
            warm_up()
        return app


def warm_up() -> None:
    """Let this process read what it keeps in memory: the first person must not wait for it."""
    _read_templates()
    find(SearchRequest(text="kham benh"), clock.now())
    compare_now()
    db.session.remove()
    # What was read stays for as long as the process does: looking through it again and again for what to throw away
    # would make now and then a request wait for 150 ms.
    gc.collect()
    gc.freeze()


def _read_templates() -> None:
    """Have every template at hand, compiled once for all processes: compiling them all takes two seconds.

    What is compiled lies in the data folder, which only its owner may write, and is made anew when a template changes.
    """
    folder = settings().data_dir / "templates"
    folder.mkdir(mode=0o700, exist_ok=True)
    pages = current_app.jinja_env
    pages.bytecode_cache = FileSystemBytecodeCache(str(folder))
    for name in pages.list_templates():
        pages.get_template(name)


commands = [setup, serve]
