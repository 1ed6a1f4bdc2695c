"""What must be read back and yet not lie open in the database: AES-256-GCM under a key derived from the secret key.

A sealed value is bound to its place (table, column, row): moved to another row it does not open.
"""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from directory.errors import Unavailable
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
            what_now="Hãy báo cho người quản trị.",
        ) from None


def _key() -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=b"sealing 1").derive(settings().secret_key.encode())
