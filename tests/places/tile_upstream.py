"""A real tile server on this machine, whose answers a test chooses and whose requests it reads."""

import struct
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def png(colour: tuple[int, int, int] = (200, 220, 200), size: int = 256) -> bytes:
    """Return a picture of one colour."""
    rows = (b"\x00" + bytes(colour) * size) * size

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0)
    return SIGNATURE + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


@dataclass
class Upstream:
    """What the server answers, and what it was asked."""

    url: str = ""
    status: int = 200
    body: bytes = field(default_factory=png)
    headers: dict[str, str] = field(default_factory=dict)
    delay_s: float = 0.0
    asked: list[str] = field(default_factory=list)
    agents: list[str] = field(default_factory=list)
    most_at_once: int = 0
    _at_once: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def enter(self, path: str, agent: str) -> None:
        with self._lock:
            self.asked.append(path)
            self.agents.append(agent)
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)

    def leave(self) -> None:
        with self._lock:
            self._at_once -= 1


@contextmanager
def serving() -> Iterator[Upstream]:
    """Serve on a free port until the block ends."""
    upstream = Upstream()

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            upstream.enter(self.path, self.headers["User-Agent"])
            time.sleep(upstream.delay_s)
            upstream.leave()
            self.send_response(upstream.status)
            for name, value in upstream.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(upstream.body)))
            # Who gave up waiting has closed the line; that is what some tests want.
            with suppress(ConnectionError):
                self.end_headers()
                self.wfile.write(upstream.body)

        def log_message(self, *_: object) -> None:
            """Keep the test's output clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    upstream.url = f"http://127.0.0.1:{server.server_port}/{{z}}/{{x}}/{{y}}.png"
    try:
        yield upstream
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
