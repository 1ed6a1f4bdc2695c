"""What a Vietnamese name looks like when it is typed in other ways. The tests' own, apart from what they test."""

import random
import re
import unicodedata

_TONES = {"\u0300": "f", "\u0301": "s", "\u0309": "r", "\u0303": "x", "\u0323": "j"}
_TONE_DIGITS = {"\u0301": "1", "\u0300": "2", "\u0309": "3", "\u0303": "4", "\u0323": "5"}
_TELEX_HATS = {"\u0302": "{0}{0}", "\u0306": "{0}w", "\u031b": "{0}w"}
_VNI_HATS = {"\u0302": "{0}6", "\u031b": "{0}7", "\u0306": "{0}8"}
_SHORT = {
    "bệnh viện đa khoa": "bvđk",
    "bệnh viện": "bv",
    "trung tâm y tế": "ttyt",
    "trạm y tế": "tyt",
    "phòng khám đa khoa": "pkđk",
    "phòng khám": "pk",
    "trung tâm": "tt",
    "thành phố hồ chí minh": "tphcm",
    "hồ chí minh": "hcm",
    "thành phố": "tp",
    "răng hàm mặt": "rhm",
    "y học cổ truyền": "yhct",
}


def unmarked(text):
    plain = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).lower()


def nfd(text):
    return unicodedata.normalize("NFD", text)


def telex(text):
    return _typed(text, _TELEX_HATS, _TONES, "dd")


def vni(text):
    return _typed(text, _VNI_HATS, _TONE_DIGITS, "d9")


def _typed(text, hats, tones, barred_d):
    """Spell each syllable with its hats where they belong and its tone at the end, as most people type."""
    return re.sub(r"[^\W\d_]+", lambda word: _typed_word(word[0], hats, tones, barred_d), text.lower())


def _typed_word(word, hats, tones, barred_d):
    letters, tone = [], ""
    for letter in unicodedata.normalize("NFD", word.replace("đ", barred_d)):
        if letter in tones:
            tone = tones[letter]
        elif letter in hats:
            letters[-1] = hats[letter].format(letters[-1])
        else:
            letters.append(letter)
    return "".join(letters) + tone


def other_tone_placement(text):
    """Swap hoà and hòa, thuý and thúy, khoẻ and khỏe."""
    return unicodedata.normalize("NFC", re.sub(_OPEN, r"\1\3\2", re.sub(_LATE, r"\1@\3\2", nfd(text)))).replace("@", "")


_MARK = "([\u0300\u0301\u0309\u0303\u0323])"
#: hòa → hoà: the tone on the first of two final vowels moves on.
_OPEN = rf"((?:o|(?<![qQ])u)){_MARK}([aey])(?![\w\u0300-\u0323])"
#: hoà → ho@̀a: the tone moves back; the sign keeps the first rule from undoing it.
_LATE = rf"((?:o|(?<![qQ])u))([aey]){_MARK}(?![\w\u0300-\u0323])"


def one_letter_lost(text, seed):
    """Drop one letter of one word of three letters or more, unmarked; the same one for the same seed."""
    words = unmarked(text).split()
    long = [at for at, word in enumerate(words) if len(word) >= 3 and word.isalpha()]
    if not long:
        return unmarked(text)
    chance = random.Random(seed)
    at = chance.choice(long)
    gone = chance.randrange(len(words[at]))
    words[at] = words[at][:gone] + words[at][gone + 1 :]
    return " ".join(words)


def abbreviated(text):
    short = unicodedata.normalize("NFC", text).lower()
    for long, initials in _SHORT.items():
        short = short.replace(long, initials)
    return short


def last_three_words(text):
    return " ".join(text.split()[-3:])
