"""What is read aloud before somebody agrees to a slip: three questions, in versions that a slip remembers.

The texts are data (``seed/consent.csv``): a new wording is a new version at the end of the file, never a change of one
that somebody has agreed to.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from directory import seed_files

_FIRST_LANGUAGE = "vi"


class Scope(StrEnum):
    """What is agreed to: that there is a slip, that the site is told of it, that it is counted."""

    MAKE = "make"
    SEND = "send"
    COUNT = "count"


@dataclass(frozen=True)
class Consent:
    """One version of the questions."""

    version: str
    texts: Mapping[tuple[Scope, str], str]

    def question(self, scope: Scope, language: str) -> str:
        """Return the question in this language, in Vietnamese where it has not been translated."""
        return self.texts.get((scope, language)) or self.texts[scope, _FIRST_LANGUAGE]


@cache
def versions() -> Mapping[str, Consent]:
    """Return every version there was, oldest first."""
    texts: dict[str, dict[tuple[Scope, str], str]] = {}
    for row in seed_files.rows("consent.csv"):
        texts.setdefault(row["version"], {})[Scope(row["scope"]), row["language"]] = row["text"]
    return {version: Consent(version, of_version) for version, of_version in texts.items()}


def present() -> Consent:
    """Return the version that is read now: the last one."""
    return list(versions().values())[-1]
