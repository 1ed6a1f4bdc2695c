"""What must be read back and yet not lie open in the database: AES-256-GCM under a key derived from the secret key.

A sealed value is bound to its place (table, column, row): moved to another row it does not open.
"""

import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from directory.errors import Invalid, Unavailable
from directory.extensions import settings

_NONCE_BYTES = 12


def seal(plain: bytes, place: str) -> bytes:
    """Return the value sealed for its place, such as ``account|totp|<uuid>``."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + AESGCM(_key()).encrypt(nonce, plain, place.encode())


def unseal(sealed: bytes, place: str) -> bytes:
    """Return the value.

    Raises: Unavailable, when it was changed, belongs elsewhere, or was sealed under another key.
    """
    try:
        return AESGCM(_key()).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], place.encode())
    except (InvalidTag, ValueError):
        raise Unavailable(
            "Không mở được dữ liệu đã niêm phong: khoá bí mật của trang đã đổi, hoặc dữ liệu bị sửa.",
            what_now="Hãy báo cho quản trị viên.",
        ) from None


def seal_for_form(kept: dict[str, Any], place: str, now: datetime) -> str:
    """Return what a form carries through a browser that may neither read nor change it."""
    plain = json.dumps({**kept, "at": now.timestamp()}).encode()
    return urlsafe_b64encode(seal(plain, f"form|{place}")).decode()


def unseal_from_form(text: str, place: str, now: datetime, lasts: timedelta) -> dict[str, Any]:
    """Return what the form carried.

    Raises: Invalid, when it is not ours, belongs elsewhere, or is older than it may be.
    """
    try:
        kept: dict[str, Any] = json.loads(unseal(urlsafe_b64decode(text.encode()), f"form|{place}"))
    except (Unavailable, NotBase64, ValueError):
        kept = {"at": 0}
    if not timedelta() <= now - datetime.fromtimestamp(kept["at"], UTC) <= lasts:
        raise Invalid("Trang này mở đã lâu.", what_now="Hãy mở lại trang và làm lại. Chưa có gì thay đổi.")
    return kept


def _key() -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=b"sealing 1").derive(settings().secret_key.encode())
