"""Short opaque codes for public addresses: they say nothing about what they name.

Crockford's base 32 without the letters that are mistaken for digits (I, L, O) or that make words (U).
Source: https://www.crockford.com/base32.html (read 2026-11-22).
"""

import secrets

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
#: 8 characters are 40 bits: two of a million entries collide with probability 0.45, so the column is
#: unique and a bulk insert draws again; nobody can list the entries by counting.
PUBLIC_CODE_LENGTH = 8

_READ_AS = str.maketrans({"i": "1", "l": "1", "o": "0"})


def new_public_code() -> str:
    """Draw a random code of eight characters for an address such as ``/dich-vu/7k3m9qxd``."""
    return draw(PUBLIC_CODE_LENGTH)


def draw(length: int) -> str:
    """Draw so many random characters, five bits each."""
    bits = secrets.randbits(5 * length)
    return "".join(ALPHABET[bits >> 5 * place & 31] for place in range(length))


def read_public_code(text: str) -> str:
    """Return the code a person meant: lower case, with look-alike letters read as digits, without anything else."""
    return "".join(letter for letter in text.lower().translate(_READ_AS) if letter in ALPHABET)
