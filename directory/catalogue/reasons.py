"""Why a cell is refused or odd: a Vietnamese sentence that knows its blanks, so that a page can translate it. Pure."""

from collections.abc import Mapping
from typing import Self

#: A sentence with its blanks unfilled, and what fills them: texts and numbers, so that they can be kept as JSON.
Parts = tuple[tuple[str, Mapping[str, str | int]], ...]


class Reason(str):
    """The sentence with its blanks filled; ``parts`` is what a catalogue of translations can find."""

    __slots__ = ("parts",)
    parts: Parts

    def __new__(cls, sentence: str, **blanks: str | int) -> Self:
        """Fill the blanks of a sentence such as "Dài hơn %(most)s chữ."."""
        return cls._of(((sentence, blanks),))

    @classmethod
    def _of(cls, parts: Parts) -> Self:
        reason = super().__new__(cls, " ".join(text % blanks if blanks else text for text, blanks in parts))
        reason.parts = parts
        return reason

    @classmethod
    def joined(cls, *reasons: str) -> Self:
        """Say several one after the other."""
        return cls._of(tuple(part for reason in reasons for part in parts_of(reason)))


def parts_of(reason: str) -> Parts:
    """Return the sentences that a reason is made of; a plain sentence is the only one, without blanks."""
    return reason.parts if isinstance(reason, Reason) else ((reason, {}),)
