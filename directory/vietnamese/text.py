"""Fold, split, compare and sort Vietnamese text."""

import re
import unicodedata
from functools import lru_cache

#: Characters that nobody sees: control characters that are not white space, zero-width and direction marks, the byte
#: order mark, the soft hyphen, lone surrogates of broken input.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\ud800-\udfff]"
)
#: A token is a run of letters and digits; "24/24" and "24/7" say something that their halves do not.
_TOKEN = re.compile(r"24/(?:24|7)(?!\d)h?|[^\W_]+")
_DIGITS = re.compile(r"\d+")
_FINAL_Y = re.compile(r"(?:(?<=[bcdghklmnprstvx])|(?<=qu)|^)y$")

#: The order of the five tones in dictionaries: huyền, hỏi, ngã, sắc, nặng.
_TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}
_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
#: Each letter as the character that stands at its place when code points are compared.
_SORTED = {letter: chr(ord("a") + place) for place, letter in enumerate(_ALPHABET)}


def _fold_table() -> dict[int, str | None]:
    """Map every precomposed Latin letter to its base, and every combining mark to nothing."""
    table: dict[int, str | None] = {ord("đ"): "d", ord("Đ"): "d"}
    table.update(dict.fromkeys(range(0x300, 0x370)))
    for code in range(0x80, 0x2100):
        decomposition = unicodedata.decomposition(chr(code))
        if decomposition and not decomposition.startswith("<"):
            base = "".join(c for c in unicodedata.normalize("NFD", chr(code)) if not 0x300 <= ord(c) <= 0x36F)
            table[code] = base.lower() or None
    return table


_FOLD = _fold_table()


def nfc(text: str) -> str:
    """Return the text composed (NFC), without unseen characters, with single spaces and no space at the ends."""
    seen = _UNSEEN.sub("", text)
    return " ".join(unicodedata.normalize("NFC", seen).split())


def fold(text: str) -> str:
    """Return the text in lower case without marks: "Khám Bệnh" and its NFD twin are both "kham benh", đ is d."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFC", text).lower().translate(_FOLD)


def syllables(text: str) -> list[str]:
    """Return the folded tokens of a text in order; "24/24" stays one, "COVID-19" becomes two."""
    return _TOKEN.findall(fold(text))


@lru_cache(maxsize=16_384)
def key(syllable: str) -> str:
    """Return what a folded syllable is compared by: "my" and "mi", "quy" and "qui" are the same."""
    folded = fold(syllable)
    return _FINAL_Y.sub("i", folded) if folded.endswith("y") else folded


def marked_syllables(text: str) -> list[str]:
    """Return the tokens of a text with their marks, one for each of :func:`syllables`, in the same order."""
    composed = unicodedata.normalize("NFC", text).lower()
    found = _TOKEN.findall(composed)
    folded = syllables(text)
    if len(found) == len(folded):
        return found
    # A stray combining mark tears a marked token but not a folded one; then the marks say nothing.
    return folded


@lru_cache(maxsize=16_384)
def marked_key(syllable: str) -> str:
    """Return a syllable's marks in a fixed place: the tone comes last, so "hoà" and "hòa" are the same."""
    if syllable.isascii():
        return key(syllable)
    letters: list[str] = []
    tones: list[str] = []
    for letter in unicodedata.normalize("NFD", syllable.lower()):
        (tones if letter in _TONES else letters).append(letter)
    body = unicodedata.normalize("NFC", "".join(letters))
    body = _FINAL_Y.sub("i", body) if body.endswith("y") else body
    return body + "".join(_TONES[tone] for tone in tones)


def sort_key(text: str) -> str:
    """Return a string that sorts as a Vietnamese dictionary does: An, Ăn, Ân, Da, Dân, Đà; "Phường 2" before "10".

    Letters decide first, then tones (ngang, huyền, hỏi, ngã, sắc, nặng), then the text itself.
    """
    clean = nfc(text)
    letters: list[str] = []
    tones: list[str] = []
    for letter in unicodedata.normalize("NFD", clean.lower()):
        if letter in _TONES:
            tones[-1:] = [_TONES[letter]]
        elif unicodedata.combining(letter):
            if letters:
                letters[-1] = unicodedata.normalize("NFC", letters[-1] + letter)
        else:
            letters.append(letter)
            tones.append("0")
    primary = "".join(_SORTED.get(letter, letter) for letter in letters)
    numbered = _DIGITS.sub(lambda run: f"{len(run[0].lstrip('0')):02d}{run[0]}", primary)
    return f"{numbered}\x00{''.join(tones)}\x00{clean}"
