"""Numbers that people read, say and type: slip numbers and client codes, each with a check character.

Crockford's base 32 (``codes.ALPHABET``), shown in capitals. The last character is Luhn's over the 32 letters: it
catches every single wrong character and nearly every pair typed the wrong way round, and a number is refused before
anybody looks for it. The two kinds differ in length, so that one can never be taken for the other.
"""

from stdnum import luhn

from directory import codes

SLIP_NUMBER_LENGTH = 10
CLIENT_CODE_LENGTH = 8


def new_slip_number() -> str:
    """Draw a slip number: 45 random bits and a check character."""
    return _draw(SLIP_NUMBER_LENGTH)


def new_client_code() -> str:
    """Draw a client code: 35 random bits, made of nothing that a person is or has, and a check character."""
    return _draw(CLIENT_CODE_LENGTH)


def read_slip_number(text: str) -> str | None:
    """Return the slip number that was typed, however it was grouped or cased, or None when it cannot be one."""
    return _read(text, SLIP_NUMBER_LENGTH)


def read_client_code(text: str) -> str | None:
    """Return the client code that was typed, however it was grouped or cased, or None when it cannot be one."""
    return _read(text, CLIENT_CODE_LENGTH)


def grouped(number: str) -> str:
    """Return a number as it is printed: capitals in two halves, ``7K3M9-QXD2A``."""
    half = len(number) // 2
    return f"{number[:half]}-{number[half:]}".upper()


def _draw(length: int) -> str:
    drawn = codes.draw(length - 1)
    return drawn + luhn.calc_check_digit(drawn, alphabet=codes.ALPHABET)


def _read(text: str, length: int) -> str | None:
    number = codes.read_public_code(text)
    return number if len(number) == length and luhn.checksum(number, alphabet=codes.ALPHABET) == 0 else None
