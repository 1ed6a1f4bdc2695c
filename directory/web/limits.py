"""How often something may be done from one place, counted in the memory of this process and written nowhere.

What is counted goes by a keyed hash whose key is new in each process: no address can be read out of the memory either.
"""

import hashlib
import secrets
from collections import deque
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network
from threading import Lock

from flask import request

#: More names than this are not kept at once; the longest unheard of go first.
MOST_NAMES = 10_000


class Limiter:
    """So many times within such a span for each name; an attempt that is refused is not counted."""

    def __init__(self, most: int, within: timedelta) -> None:
        self._most, self._within = most, within
        self._key = secrets.token_bytes(16)
        self._times: dict[bytes, deque[datetime]] = {}
        self._lock = Lock()

    def wait_s(self, name: str, now: datetime) -> int:
        """Count one more and return 0; or, when that is too many, return after how many seconds it may be tried."""
        digest = hashlib.blake2b(name.encode(), key=self._key, digest_size=16).digest()
        with self._lock:
            times = self._times.pop(digest, deque())
            while times and now - times[0] >= self._within:
                times.popleft()
            self._times[digest] = times
            if len(self._times) > MOST_NAMES:
                del self._times[next(iter(self._times))]
            if len(times) >= self._most:
                return max(1, int((times[0] + self._within - now).total_seconds()))
            times.append(now)
            return 0


def whence() -> str:
    """Return the address that the request came from; behind our own proxy, the one that the proxy saw."""
    near = request.remote_addr or ""
    if near in {"127.0.0.1", "::1", ""} and (forwarded := request.headers.get("X-Forwarded-For")):
        near = forwarded.rsplit(",", 1)[-1].strip()
    return _of_one_subscriber(near)


def _of_one_subscriber(address: str) -> str:
    """Return the network that one household is given: whoever has an IPv6 address has 2⁶⁴ of them."""
    try:
        is_long = ip_address(address).version == 6
    except ValueError:
        return address
    return str(ip_network(f"{address}/64", strict=False)) if is_long else address
