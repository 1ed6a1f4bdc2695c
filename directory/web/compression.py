"""Answers compressed for a slow line, when the browser can read them so."""

import gzip
from functools import lru_cache

from flask import Flask, Response, request

SMALLEST_BYTES = 500
COMPRESSIBLE = ("text/", "application/json", "application/javascript", "image/svg+xml", "application/geo+json")


def compress(app: Flask) -> None:
    """Gzip text answers; a file that never changes is compressed once for each process."""

    @app.after_request
    def gzip_answer(response: Response) -> Response:
        if not _worth_it(response):
            return response
        # A file answer is streamed from disk; ours are small, so they are read whole.
        response.direct_passthrough = False
        body = response.get_data()
        if len(body) < SMALLEST_BYTES:
            return response
        response.set_data(
            _kept(body) if request.endpoint == "static" else gzip.compress(body, compresslevel=5, mtime=0)
        )
        response.headers["Content-Encoding"] = "gzip"
        response.vary.add("Accept-Encoding")
        return response


def _worth_it(response: Response) -> bool:
    return (
        response.status_code == 200
        and "Content-Encoding" not in response.headers
        and (response.mimetype or "").startswith(COMPRESSIBLE)
        and bool(request.accept_encodings["gzip"])
    )


@lru_cache(maxsize=32)
def _kept(body: bytes) -> bytes:
    return gzip.compress(body, compresslevel=9, mtime=0)
