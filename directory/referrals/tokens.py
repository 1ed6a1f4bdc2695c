"""The token in a slip's QR code: 128 bits that only our key and the slip's UUID make, of which the row holds a hash.

Why derived and not drawn: the same slip can be printed once more, and still the database alone yields no token.
"""

import hashlib
import hmac
from uuid import UUID

from directory import codes
from directory.extensions import settings
from directory.referrals.models import Slip

#: 26 letters of 5 bits hold the 128 bits; the first letter has two of them to spare.
TOKEN_LENGTH = 26
_BYTES = 16


def token_of(slip: Slip) -> str:
    """Return the token that stands behind ``#`` in the slip's QR code."""
    number = int.from_bytes(_secret(slip.uuid), "big")
    return "".join(codes.ALPHABET[number >> 5 * place & 31] for place in reversed(range(TOKEN_LENGTH)))


def hash_of(token: str) -> bytes | None:
    """Return what the row of this token holds, or None when it cannot be a token."""
    letters = codes.read_public_code(token[: 2 * TOKEN_LENGTH])
    if len(letters) != TOKEN_LENGTH:
        return None
    number = 0
    for letter in letters:
        number = number << 5 | codes.ALPHABET.index(letter)
    return _hash(number.to_bytes(_BYTES, "big")) if number < 1 << 8 * _BYTES else None


def hash_for(uuid: UUID) -> bytes:
    """Return what the row of a new slip with this UUID must hold."""
    return _hash(_secret(uuid))


def _secret(uuid: UUID) -> bytes:
    key = settings().secret_key.encode()
    return hmac.new(key, b"slip token\0" + uuid.bytes, hashlib.sha256).digest()[:_BYTES]


def _hash(secret: bytes) -> bytes:
    return hashlib.sha256(secret).digest()
