"""Words that would tell what a slip is about: ``seed/telling_words.csv``, as the paper and the tests read it."""

from functools import lru_cache
from typing import NamedTuple

from directory.seed_files import rows
from directory.vietnamese import key, marked_key, marked_syllables, syllables


class TellingWord(NamedTuple):
    """One word or phrase; ``unmarked``: it tells when written without marks, too ("diem" is also "điểm")."""

    text: str
    unmarked: bool
    #: Its syllables by their letters and marks, and by their letters alone.
    marked_keys: tuple[str, ...]
    keys: tuple[str, ...]


def is_neutral(text: str) -> bool:
    """Whether nobody learns from this text what the bearer of a slip needs, or who she is."""
    return not telling_words_in(text)


def telling_words_in(text: str) -> tuple[str, ...]:
    """Return the telling words in a text, with or without their marks, the syllables apart or run together."""
    written = marked_syllables(text)
    marked = [marked_key(syllable) for syllable in written]
    # A syllable that has marks is compared with them; nothing else is equal to an empty text.
    bare = [key(syllable) if syllable.isascii() else "" for syllable in written]
    return tuple(word.text for word in telling_words() if _is_in(word, marked, bare))


@lru_cache(maxsize=1)
def telling_words() -> tuple[TellingWord, ...]:
    """Return the whole list."""
    return tuple(_word(row["words"], row["unmarked"] == "yes") for row in rows("telling_words.csv"))


def _word(text: str, unmarked: bool) -> TellingWord:
    marked = tuple(marked_key(syllable) for syllable in marked_syllables(text))
    return TellingWord(text, unmarked, marked, tuple(key(syllable) for syllable in syllables(text)))


def _is_in(word: TellingWord, marked: list[str], bare: list[str]) -> bool:
    length = len(word.keys)
    if word.unmarked and length > 1 and "".join(word.keys) in bare:
        return True
    return any(
        all(
            marked[start + n] == word.marked_keys[n] or (word.unmarked and bare[start + n] == word.keys[n])
            for n in range(length)
        )
        for start in range(len(marked) - length + 1)
    )
