"""The errors that a person can cause or meet; each carries a sentence in her language.

They are raised by rules, queries and operations and turned into a page or a line by ``web.errors`` or the command line.
A message says what happened; ``what_now`` says what to do next. Both are gettext source strings in Vietnamese; what
differs from case to case is a blank in the sentence, so that the sentence can be found in a catalogue.
"""

from collections.abc import Mapping


class DirectoryError(Exception):
    """Something expected went wrong; the message may be shown as it is, in Vietnamese.

    ``blanks`` fill sentences such as "… %(count)s …"; ``sentence`` and ``advice`` keep them unfilled.
    """

    def __init__(self, sentence: str, *, what_now: str = "", blanks: Mapping[str, object] | None = None) -> None:
        self.sentence = sentence
        self.blanks = dict(blanks or {})
        self.message = sentence % self.blanks if self.blanks else sentence
        self.advice = what_now
        self.what_now = what_now % self.blanks if self.blanks else what_now
        super().__init__(self.message)


class NotFound(DirectoryError):
    """The thing does not exist, or does not exist for this person: both look the same."""


class NotAllowed(DirectoryError):
    """The person may know of the thing but may not do this to it."""


class Invalid(DirectoryError):
    """The input breaks a rule; ``field`` names where, when one field is to blame."""

    def __init__(
        self, sentence: str, *, what_now: str = "", field: str = "", blanks: Mapping[str, object] | None = None
    ) -> None:
        super().__init__(sentence, what_now=what_now, blanks=blanks)
        self.field = field


class TooSoon(DirectoryError):
    """Something was done too often of late, as a rule in vain; the next try may come in ``wait_s`` seconds."""

    def __init__(self, wait_s: int, sentence: str = "Đã thử sai nhiều lần, nên trang tạm nghỉ một chút.") -> None:
        super().__init__(sentence)
        self.wait_s = wait_s


class Conflict(DirectoryError):
    """Somebody else was faster, or the thing has changed since it was read."""


class Unavailable(DirectoryError):
    """Something that this machine needs is missing or broken; ``what_now`` says how to mend it."""
