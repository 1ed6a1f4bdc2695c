"""Turn an entry into terms, each with the strength of its evidence. Index and arrays hold nothing but these terms.

| term            | says                                                        |
|-----------------|-------------------------------------------------------------|
| ``kham``        | this syllable stands in the entry                           |
| ``kham_benh``   | these two stand side by side in its subject or name         |
| ``'khám``       | this syllable stands there with these marks                 |
| ``=12``         | some form of synonym group 12 stands there                  |
| ``^benh_vien_x``| this is the whole name of its provider or site              |
| ``#arv``        | it belongs to this subject, or to one below it              |
| ``@w:06673``    | it is in this ward; ``@p:22`` in this province; ``@`` has no province at all |
"""

from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise

from directory.search.entry import Entry
from directory.search.words import Words
from directory.vietnamese import key, marked_key, marked_syllables, syllables

#: Raise this when the terms or facts of the same entry change: every index built before is then out of date.
VERSION = 3

#: How strong the evidence of a word is, by where it stands.
SUBJECT_OR_NAME = 3
PLACE = 2
ELSEWHERE = 1

#: An abbreviation this short is only believed in a name: "ca" in a description is a shift as often as the police.
SHORTEST_ABBREVIATION_ELSEWHERE = 3


def terms_of(entry: Entry, words: Words) -> dict[str, int]:
    """Return the terms of an entry with the strongest evidence of each."""
    found: dict[str, int] = {}
    for text in (*entry.weak_texts, *entry.fact_texts):
        _note(found, _text_terms(words, text, ELSEWHERE), ELSEWHERE)
    for text in entry.place_texts:
        _note(found, _text_terms(words, text, PLACE), PLACE)
    for text in entry.strong_texts:
        _note(found, _text_terms(words, text, SUBJECT_OR_NAME), SUBJECT_OR_NAME)
    for name in entry.whole_names:
        found[whole_name_term(written_out(list(map(key, syllables(name))), words))] = SUBJECT_OR_NAME
    _note(found, (f"#{slug}" for slug in entry.categories), SUBJECT_OR_NAME)
    _note(found, place_terms(entry), SUBJECT_OR_NAME)
    return found


def place_terms(entry: Entry) -> Iterable[str]:
    """Return the terms that say where an entry is, by the official codes."""
    if entry.ward_code:
        yield f"@w:{entry.ward_code}"
    yield f"@p:{entry.province_code}" if entry.province_code else "@"


def whole_name_term(keys: Iterable[str]) -> str:
    """Return the term of a whole name."""
    return "^" + "_".join(keys)


def written_out(keys: list[str], words: Words) -> list[str]:
    """Return a text's keys with every abbreviation made of first letters written out ("bv" → "benh", "vien")."""
    return [part for word in keys for part in (words.initials[word][0] if word in words.initials else (word,))]


def _note(found: dict[str, int], terms: Iterable[str], level: int) -> None:
    for term in terms:
        if found.get(term, 0) < level:
            found[term] = level


@lru_cache(maxsize=20_000)
def _text_terms(words: Words, text: str, level: int) -> tuple[str, ...]:
    """Return the distinct terms of one text; many entries share a name, an address or a description."""
    keys = list(map(key, syllables(text)))
    shortest = SHORTEST_ABBREVIATION_ELSEWHERE if level == ELSEWHERE else 1
    believed = [word for word in keys if word not in words.initials or len(word) >= shortest]
    long = written_out(believed, words)
    terms = dict.fromkeys(keys)
    terms.update(dict.fromkeys(long))
    terms.update(("'" + marked_key(word), None) for word in marked_syllables(text) if not word.isascii())
    for stream in (believed, long) if long != believed else (believed,):
        terms.update((f"={group}", None) for group in words.groups_in(stream))
        if level == SUBJECT_OR_NAME:
            terms.update((f"{one}_{two}", None) for one, two in pairwise(stream))
    return tuple(terms)
