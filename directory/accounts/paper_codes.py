"""One-use codes that people read from a card and type: 80 bits in sixteen letters, shown in groups of four.

The code of an invitation is derived from its public code under the secret key: it can be shown once more on the same
card, and the database alone yields none.
"""

import hashlib
import hmac
import secrets

from directory.codes import ALPHABET, read_public_code
from directory.extensions import settings

LENGTH = 16
_GROUP = 4


def secret_of(public_code: str) -> str:
    """Return the secret of the invitation with this public code."""
    key = settings().secret_key.encode()
    digest = hmac.new(key, b"invitation\0" + public_code.encode(), hashlib.sha256).digest()
    return "".join(ALPHABET[byte & 31] for byte in digest[:LENGTH])


def new_code() -> str:
    """Draw a code of the same kind that belongs to nothing: a recovery code."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def read(text: str) -> str | None:
    """Return the code that was typed, however it was grouped or cased, or None when it cannot be one."""
    code = read_public_code(text)
    return code if len(code) == LENGTH else None


def hash_of(text: str) -> bytes | None:
    """Return what a typed code is found by, or None when it cannot be one; 80 random bits need no salt."""
    code = read(text)
    return hashlib.sha256(code.encode()).digest() if code else None


def grouped(code: str) -> str:
    """Return a code as it is printed: ``7K3M-9QXD-2ABC-DEFG``."""
    return "-".join(code[at : at + _GROUP] for at in range(0, len(code), _GROUP)).upper()
