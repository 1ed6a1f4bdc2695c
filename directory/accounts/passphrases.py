"""Passphrases and PINs: hashed with Argon2id, and refused while they are easy to guess.

Never hash what a stranger typed inside a transaction: it takes a tenth of a second by design, and SQLite lets one
writer in at a time.
"""

import re
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import current_app

from directory.seed_files import SEED
from directory.vietnamese import fold, nfc

#: Argon2id's parameters; measured at 160 ms on a small server.
TIME_COST, MEMORY_KIB, LANES = 3, 64 * 1024, 4

SHORTEST = 12
#: Longer ones are refused before they are hashed, so that nobody keeps us busy with them.
LONGEST = 200
#: So much must be left of a passphrase when the sign-in name is taken out of it.
_BESIDE_THE_NAME = 8
_REPEATED = re.compile(r"(.{1,4}?)\1*(.{0,3})")
_RUNS = ("abcdefghijklmnopqrstuvwxyz", "01234567890123456789", "qwertyuiopasdfghjklzxcvbnm", "1q2w3e4r5t6y7u8i9o0p")


def strong_hasher() -> PasswordHasher:
    """Return the hasher of a real site; the application keeps one under ``extensions["argon2"]``."""
    return PasswordHasher(TIME_COST, MEMORY_KIB, LANES)


def hash_secret(text: str) -> str:
    """Return the hash of a passphrase or PIN, with its own salt and parameters."""
    return _hasher().hash(nfc(text))


def matches(hashed: str, text: str) -> bool:
    """Whether this is the passphrase or PIN behind the hash; takes as long for a wrong one as for the right one."""
    try:
        return _hasher().verify(hashed, nfc(text))
    except (VerificationError, InvalidHashError):
        return False


def spend_the_time(text: str) -> None:
    """Work as hard as ``matches`` does, for a name that does not exist: the answer's time must not tell."""
    matches(_nobody(_hasher()), text)


def is_outdated(hashed: str) -> bool:
    """Whether the hash was made with other parameters than today's and should be made anew."""
    return _hasher().check_needs_rehash(hashed)


def weakness(text: str, name: str) -> str | None:
    """Return what is wrong with a new passphrase, as a sentence, or None when it is good."""
    plain = nfc(text)
    if len(plain) < SHORTEST:
        return "Câu mật khẩu cần ít nhất 12 ký tự. Bốn, năm từ không liên quan nhau là tốt và dễ nhớ."
    if len(plain) > LONGEST:
        return "Câu mật khẩu dài quá: nhiều nhất 200 ký tự."
    bare = _bare(plain)
    if bare in common() or bare.rstrip("0123456789") in common():
        return "Nhiều người dùng câu này nên rất dễ đoán. Hãy chọn câu khác."
    if _is_pattern(bare):
        return "Câu này chỉ lặp lại hoặc đi theo thứ tự nên rất dễ đoán. Hãy chọn câu khác."
    known = _bare(name)
    if known and known in bare and len(bare.replace(known, "")) < _BESIDE_THE_NAME:
        return "Đừng dùng tên đăng nhập làm câu mật khẩu. Hãy chọn câu khác."
    return None


@cache
def common() -> frozenset[str]:
    """Return the bundled list of common passphrases, without marks, spaces and signs."""
    lines = (SEED / "common_passphrases.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(_bare(line) for line in lines)


def _bare(text: str) -> str:
    """Return a text as guessers see it: small letters without marks, spaces and signs."""
    return re.sub(r"[\W_]", "", fold(text))


def _is_pattern(bare: str) -> bool:
    """Whether a text is one short piece again and again, or made of runs of the alphabet, digits or keyboard."""
    if not bare:
        return True
    repeated = _REPEATED.fullmatch(bare)
    if repeated and repeated[1].startswith(repeated[2]):
        return True
    return _without_runs(bare) <= len(bare) // 4


def _without_runs(bare: str) -> int:
    """Return how many characters are left when runs of four and more are taken out."""
    left, at = 0, 0
    while at < len(bare):
        length = next((n for n in range(len(bare) - at, 3, -1) if _is_run(bare[at : at + n])), 0)
        left, at = left + (0 if length else 1), at + (length or 1)
    return left


def _is_run(piece: str) -> bool:
    return len(set(piece)) == 1 or any(piece in run or piece[::-1] in run for run in _RUNS)


def _hasher() -> PasswordHasher:
    hasher: PasswordHasher = current_app.extensions["argon2"]
    return hasher


@cache
def _nobody(hasher: PasswordHasher) -> str:
    return hasher.hash("nobody knows this one")
