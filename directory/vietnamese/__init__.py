"""The Vietnamese language as a computer meets it: marks, keystrokes, alphabetical order, slips of the finger.

Promises: everything here is pure; NFC and NFD, old and new tone placement, ``i`` and ``y`` give the same keys; folding
twice is folding once.
"""

from directory.vietnamese.keystrokes import read_keystrokes
from directory.vietnamese.spelling import Speller
from directory.vietnamese.text import fold, key, marked_key, marked_syllables, nfc, sort_key, syllables

__all__ = [
    "Speller",
    "fold",
    "key",
    "marked_key",
    "marked_syllables",
    "nfc",
    "read_keystrokes",
    "sort_key",
    "syllables",
]
