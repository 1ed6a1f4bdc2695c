"""What an error says, in the reader's language: the sentences of rules, queries and operations are translated here."""

from flask_babel import gettext as _

from directory.errors import DirectoryError, TooSoon


def what_happened(error: DirectoryError) -> str:
    """Return what the error says happened."""
    return str(_(error.sentence, **error.blanks))


def what_now(error: DirectoryError) -> str:
    """Return what it says to do next; empty when it says nothing."""
    if isinstance(error, TooSoon):
        return str(_("Hãy đợi %(seconds)s giây rồi thử lại. Không có gì bị khoá.", seconds=error.wait_s))
    return str(_(error.advice, **error.blanks)) if error.advice else ""
