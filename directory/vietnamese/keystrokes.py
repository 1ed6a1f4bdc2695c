"""Read keystrokes that no input method converted: Telex "beenhj" and VNI "be65nh" are both "benh".

The result has no marks, since it is only compared with folded words. A keystroke word may also be a foreign word
("test" reads as "tet"): the caller accepts a reading only for a word that nobody knows, and only when somebody knows
the reading.
"""

import re

_TELEX_TONES = re.compile(r"[sfrxjz]")
_VNI_DIGITS = re.compile(r"(?<=[a-z])[0-9]+")
_VOWEL = re.compile(r"[aeiouyw]")
_AEO = re.compile(r"[aeo]")
LONGEST = 12  # the longest Vietnamese syllable has 7 letters ("nghiêng"); its keystrokes at most 12


def read_keystrokes(word: str) -> list[str]:
    """Return what a folded word may be when read as Telex or VNI keystrokes, likeliest first, never the word itself."""
    if len(word) < 2 or len(word) > LONGEST or not word[0].isalpha():
        return []
    readings = [_read_vni(word)] if any(c.isdigit() for c in word) else [_read_telex(word), _read_telex_oo(word)]
    return [reading for reading in dict.fromkeys(readings) if reading and reading != word]


def _read_vni(word: str) -> str:
    """Drop the digits: 1 to 5 are tones, 6 to 9 are the hats, horns, breves and the bar of đ."""
    return _VNI_DIGITS.sub("", word)


def _read_telex(word: str) -> str:
    """Drop tone letters after the first vowel, w as a horn or breve, the second of aa, ee, oo, dd wherever typed."""
    start = _VOWEL.search(word)
    if start is None:
        return ""
    onset, rime = word[: start.start()], word[start.start() :]
    rime = _TELEX_TONES.sub("", rime)
    # Where no vowel comes before it, w is the whole letter ư ("nhw" = như).
    rime = ("u" if rime[:1] == "w" else rime[:1]) + rime[1:].replace("w", "")
    if onset[:1] == "d":
        onset, rime = "d" + onset[1:].replace("d", ""), rime.replace("d", "")
    return onset + _without_second_vowels(rime)


def _without_second_vowels(rime: str) -> str:
    """Keep the first of each a, e, o: the second one typed is its hat, also when typed after the final consonant."""
    seen: set[str] = set()
    kept = []
    for letter in rime:
        if _AEO.match(letter) and letter in seen:
            continue
        seen.add(letter)
        kept.append(letter)
    return "".join(kept)


def _read_telex_oo(word: str) -> str:
    """Read a doubled o as two letters, as in "xoong": nine syllables are written so."""
    return word[:1] + _TELEX_TONES.sub("", word[1:]) if "oo" in word else ""
