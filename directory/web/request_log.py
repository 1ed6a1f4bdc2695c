"""One JSON line for each request: method, route template, status, milliseconds, request id. Nothing of the person.

No address, query, position, user agent or path parameter: a line cannot tell who looked for what (§8).
"""

import json
import logging
import secrets
import sys
import time
from datetime import UTC, datetime

from flask import Flask, Response, g, request

log = logging.getLogger("directory.requests")


class JsonLines(logging.Formatter):
    """Write each record as one line of JSON; an exception as the names of its frames, never with their values."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.msg if isinstance(record.msg, str) else type(record.msg).__name__,
            **getattr(record, "fields", {}),
        }
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__name__
            line["frames"] = frames_of(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)


def frames_of(error: BaseException | None) -> list[str]:
    """Return ``module:function:line`` for each frame, without messages or values: they may hold what a person typed."""
    frames, step = [], error.__traceback__ if error else None
    while step is not None:
        code = step.tb_frame.f_code
        frames.append(f"{step.tb_frame.f_globals.get('__name__', '?')}:{code.co_name}:{step.tb_lineno}")
        step = step.tb_next
    return frames


def setup_logging() -> None:
    """Send the records of this program to standard error, as JSON lines."""
    root = logging.getLogger("directory")
    if root.handlers:
        return
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    root.propagate = True


def log_requests(app: Flask) -> None:
    """Write a line after each request."""

    @app.before_request
    def start() -> None:
        g.started, g.request_id = time.perf_counter(), secrets.token_hex(4)

    @app.after_request
    def write_line(response: Response) -> Response:
        route = request.url_rule.rule if request.url_rule else "-"
        fields = {
            "request": g.get("request_id", "-"),
            "method": request.method,
            "route": route,
            "status": response.status_code,
            "ms": round((time.perf_counter() - g.get("started", time.perf_counter())) * 1000, 1),
        }
        log.info("request", extra={"fields": fields})
        return response
