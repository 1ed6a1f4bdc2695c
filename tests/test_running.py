"""The site as it is run: by gunicorn, in a process of its own, on a folder of its own."""

import shutil
import socket
import stat
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from directory.app import create_app
from directory.extensions import db
from directory.settings import read_settings
from tests.entries import HA_LONG, import_rows

SECRET = "chuyen-rieng"


@dataclass(frozen=True)
class Site:
    """A running site: where it listens, its folder, and what it writes to its log."""

    port: int
    folder: Path
    log: Path

    def send(self, request: bytes) -> bytes:
        """Send bytes as they are and return the whole answer."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=30) as connection:
            connection.sendall(request)
            return b"".join(iter(lambda: connection.recv(65_536), b""))

    def get(self, path: str, host: str = "127.0.0.1") -> bytes:
        """Ask for a page."""
        return self.send(f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())


@pytest.fixture(scope="module")
def site(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The site, served by ``directory serve`` until the tests of this module are done."""
    parent = tmp_path_factory.mktemp("served")
    folder = parent / "var"
    folder.mkdir(mode=0o700)
    shutil.copy(sqlite_template, folder / "directory.db")
    (folder / "directory.db").chmod(0o600)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environ = {"DIRECTORY_DATA_DIR": str(folder), "DIRECTORY_TILES_URL": "off", "PATH": "/usr/bin:/bin"}
    command = [sys.executable, "-c", "from directory.cli import main; main()"]
    with (parent / "log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "serve", "--port", str(port), "--workers", "2"],
            env=environ,
            cwd=Path(__file__).parent.parent,
            stdout=log,
            stderr=log,
        )
        running = Site(port, folder, parent / "log")
        try:
            _wait_for(running, process)
            yield running
        finally:
            process.terminate()
            process.wait(timeout=30)


def _wait_for(site: Site, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        assert process.poll() is None, site.log.read_text()
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{site.port}/suc-khoe", timeout=5).close()
        except urllib.error.HTTPError as error:
            error.close()
        except OSError:
            time.sleep(0.2)
            continue
        return
    raise AssertionError(f"the site does not answer: {site.log.read_text()}")


@pytest.mark.parametrize(
    "request_line",
    [
        f"GET /tim?q={SECRET}".encode() + b"\xff\xfe\x00 HTTP/1.1",
        f"GET {SECRET} HTTP/1.1".encode(),
        f"G<T /tim?q={SECRET} HTTP/1.1".encode(),
        f"GET /tim?q={SECRET} HTTP/9.9".encode(),
    ],
)
def test_a_request_that_cannot_be_read_is_refused_and_leaves_nothing_of_the_visitor_in_the_log(site, request_line):
    answer = site.send(request_line + b"\r\nHost: 127.0.0.1\r\nUser-Agent: Dien-thoai\r\nConnection: close\r\n\r\n")
    assert answer.startswith((b"HTTP/1.1 400", b"HTTP/1.1 505"))
    log = site.log.read_text()
    for told in (SECRET, "ip=", "Dien-thoai", '"127.0.0.1'):
        assert told not in log


@pytest.mark.parametrize(
    "path", ["/tim?q=%ff%fe%00", "/%ff%00", "/dich-vu/%00", "/ban-do/o/" + "9" * 5_000 + "/1/1.png"]
)
def test_bytes_that_are_no_text_get_a_page_that_helps(site, path):
    answer = site.get(path)
    assert answer.startswith((b"HTTP/1.1 200", b"HTTP/1.1 404"))
    assert b"<h1" in answer
    assert b'name="q"' in answer


def test_what_the_site_writes_is_for_its_own_account_only(site):
    site.get("/tim?q=kham+benh")
    written = [site.folder, *site.folder.rglob("*")]
    open_to_others = [path for path in written if stat.S_IMODE(path.stat().st_mode) & 0o077]
    assert not open_to_others


@pytest.mark.parametrize("path", ["/ban-do//khung", "//tim", "/tep//app.css"])
def test_a_forged_host_never_comes_back_in_an_address(site, path):
    assert b"evil.example" not in site.get(path, host="evil.example")


@pytest.mark.parametrize("host", ["x" * 300, "a..b", "[::1", "a b", "", "evil.example:99999999", "a@b/c"])
def test_an_odd_host_gets_its_page_like_any_other(site, host):
    for path in ("/tim?q=a", "/tep/app.css", "/khong-co"):
        assert site.get(path, host).startswith((b"HTTP/1.1 200", b"HTTP/1.1 404"))


def test_every_worker_finds_a_new_entry_within_a_second(site, tmp_path):
    ask = "/api/tim?q=tram+sao+mai"
    # Both workers have searched before, so that each has something to bring up to date.
    assert not any("Trạm Sao Mai" in site.get(ask).decode() for _ in range(20))
    app = create_app(read_settings({"DIRECTORY_DATA_DIR": str(site.folder), "DIRECTORY_TILES_URL": "off"}))
    entry = {"provider": "Trạm Sao Mai", "service": "Khám bệnh", "category": "kham-benh", "address": "Số 3"}
    with app.app_context():
        import_rows(tmp_path, [entry | HA_LONG | {"source": "dieu-phoi"}])
        db.session.remove()
        db.engine.dispose()
    time.sleep(1)
    assert all("Trạm Sao Mai" in site.get(ask).decode() for _ in range(20))
