"""Cells that a spreadsheet program would calculate: written so that it does not, and read back as they were. Pure.

A sign ``'`` before such a text makes it text for Excel and LibreOffice. Reading takes one off again, so whatever was
written comes back the same.
"""

import re

#: Source: OWASP, "CSV Injection" (read 2026-11-22); tabs and line breaks never get into a cell of ours. An East Asian
#: Excel calculates the wide signs, too.
_CALCULATED = re.compile(r"'*[=+\-@＝＋－＠]")


def guarded(text: str) -> str:
    """Return the text as it may stand in a file."""
    return f"'{text}" if _CALCULATED.match(text) else text


def unguarded(text: str) -> str:
    """Return the text that ``guarded`` was given."""
    return text[1:] if text.startswith("'") and _CALCULATED.match(text, 1) else text
