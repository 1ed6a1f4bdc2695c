"""What an error says, in the reader's language: the sentences of rules, queries and operations are translated here."""

from collections.abc import Mapping
from typing import Any

from flask_babel import format_decimal
from flask_babel import gettext as _

from directory.errors import DirectoryError, TooSoon

#: Blanks that hold how many there are: thousands are set apart. A year is none of them.
_COUNTS = frozenset({"count", "left", "most"})


def what_happened(error: DirectoryError) -> str:
    """Return what the error says happened."""
    return str(_(error.sentence, **_written(error.blanks)))


def what_now(error: DirectoryError) -> str:
    """Return what it says to do next; empty when it says nothing."""
    if isinstance(error, TooSoon):
        return str(_("Hãy đợi %(seconds)s giây rồi thử lại. Không có gì bị khoá.", seconds=error.wait_s))
    return str(_(error.advice, **_written(error.blanks))) if error.advice else ""


def _written(blanks: Mapping[str, Any]) -> dict[str, Any]:
    """Return the blanks with their counts as they are written here."""
    return {
        name: format_decimal(value) if name in _COUNTS and isinstance(value, int) else value
        for name, value in blanks.items()
    }
