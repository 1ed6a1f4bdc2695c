"""The sentences that the code shows without gettext, for the catalogue of translations (``.babel.cfg``).

Rules, queries and operations carry plain Vietnamese sentences, and ``web.wording`` translates them where they are
shown. So every Vietnamese text there is one to be translated; one that is put together on the spot could not be found
in a catalogue, which is a fault. Where words of the data stand beside them (names, patterns), the option
``only = sentences`` leaves out what does not end like a sentence.
"""

import ast
import re
from collections.abc import Iterator
from typing import IO, Any

from babel.messages.extract import extract_python

from directory.vietnamese.text import fold

_GETTEXT = {"_", "gettext", "lazy_gettext", "ngettext"}


def extract(file: IO[bytes], keywords: Any, comment_tags: Any, options: Any) -> Iterator[Any]:
    """Find what Babel finds in a module, and every other Vietnamese text but docstrings.

    Raises: ValueError, when one is an f-string.
    """
    only_sentences = options.get("only") == "sentences"
    yield from extract_python(file, keywords, comment_tags, options)
    file.seek(0)
    for text in _texts(ast.parse(file.read())):
        if isinstance(text, ast.Constant) and is_vietnamese(text.value):
            if only_sentences and not _ends_like_a_sentence(text.value):
                continue
            yield text.lineno, None, text.value, []
        elif isinstance(text, ast.JoinedStr) and is_vietnamese(ast.unparse(text)):
            raise ValueError(f"line {text.lineno}: an f-string cannot be translated; give the error its blanks")


def is_vietnamese(text: object) -> bool:
    """Whether it is a text with a letter that English does not have."""
    return isinstance(text, str) and fold(text) != text.lower()


def _ends_like_a_sentence(text: object) -> bool:
    return re.fullmatch(r"[\w“%].*[.?!]", str(text), re.DOTALL) is not None


def _texts(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Constant | ast.JoinedStr):
            yield child
        elif not _is_docstring(child) and not _is_translated(child):
            yield from _texts(child)


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_translated(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _GETTEXT
