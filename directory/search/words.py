"""The words people use, from the tables under ``seed/``: synonyms, intents, fillers, names of subjects.

Every form is kept under its keys (see ``vietnamese.key``), together with its marks: "tâm lành" typed with marks is not
the form "tạm lánh", though both read "tam lanh".
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from itertools import pairwise

from directory import seed_files
from directory.vietnamese import key, marked_key, marked_syllables, syllables

TABLES = ("synonyms.csv", "intents.csv", "filler.csv", "categories.csv")

Keys = tuple[str, ...]


class Kind(StrEnum):
    """What a form is when it is met in a query."""

    NEAR_ME = "near_me"
    FACET = "facet"
    CATEGORY = "category"
    SYNONYM = "synonym"
    FILLER = "filler"


@dataclass(frozen=True)
class Form:
    """A phrase that means something: ``value`` is a facet, a subject, a synonym group, or where a filler may stand."""

    kind: Kind
    value: str
    keys: Keys
    marks: Keys
    #: As it stands in the table.
    text: str
    #: Whether it means a part of its subject ("làm nail"): then its words are looked for in names, too.
    is_narrow: bool = False

    def agrees_with(self, typed: Sequence[str]) -> bool:
        """Tell whether typed marks do not contradict the form's; a syllable typed without marks never does.

        Why hỏi and ngã count as one: half of the country says them alike, and "miển phí" is a common spelling.
        """
        return all(
            word.isascii() or _one_falling(marked_key(word)) == _one_falling(mark)
            for word, mark in zip(typed, self.marks, strict=True)
        )


def _one_falling(marked: str) -> str:
    return marked.replace("3", "2")


@dataclass(eq=False)
class Words:
    """All forms by their keys, and what single abbreviations stand for."""

    forms: dict[Keys, list[Form]] = field(default_factory=dict)
    #: "bvdk" → (("benh", "vien", "da", "khoa"),): abbreviations made of first letters, which are safe to write out.
    initials: dict[str, tuple[Keys, ...]] = field(default_factory=dict)
    #: A fingerprint of the tables: an index built with other words is out of date.
    fingerprint: str = ""

    def __post_init__(self) -> None:
        lengths: dict[str, set[int]] = defaultdict(set)
        for keys in self.forms:
            lengths[keys[0]].add(len(keys))
        #: How long the forms are that begin with a word, longest first.
        self._lengths = {first: tuple(sorted(found, reverse=True)) for first, found in lengths.items()}
        self.syllables = frozenset(syllable for keys in self.forms for syllable in keys)
        self.pairs = frozenset(pair for keys in self.forms for pair in pairwise(keys))

    def starting_at(self, keys: Sequence[str], start: int) -> Iterator[Form]:
        """Yield the forms that begin at a position, longest first."""
        for length in self._lengths.get(keys[start], ()):
            yield from self.forms.get(tuple(keys[start : start + length]), ())

    def groups_in(self, keys: Sequence[str]) -> Iterator[str]:
        """Yield the synonym groups whose forms stand in a text, also one inside another."""
        for start in range(len(keys)):
            for form in self.starting_at(keys, start):
                if form.kind is Kind.SYNONYM:
                    yield form.value


def form_of(kind: Kind, value: str, text: str, *, is_narrow: bool = False) -> Form:
    """Build a form from the phrase as it stands in a table."""
    typed = marked_syllables(text)
    return Form(kind, value, tuple(map(key, syllables(text))), tuple(map(marked_key, typed)), text, is_narrow)


def build_words(forms: Iterable[Form], initials: dict[str, tuple[Keys, ...]], fingerprint: str = "") -> Words:
    """Order forms by their keys; the same form twice is one."""
    by_keys: dict[Keys, list[Form]] = {}
    for form in forms:
        known = by_keys.setdefault(form.keys, [])
        if form.keys and form not in known:
            known.append(form)
    by_keys.pop((), None)
    return Words(by_keys, initials, fingerprint)


@cache
def words() -> Words:
    """Read the tables once for this process."""
    synonyms = list(seed_files.rows("synonyms.csv"))
    forms = [form_of(Kind.SYNONYM, row["group"], row["form"]) for row in synonyms]
    forms += [
        form_of(Kind(row["kind"]), row["value"], row["form"], is_narrow=bool(row.get("narrow")))
        for row in seed_files.rows("intents.csv")
    ]
    forms += [form_of(Kind.FILLER, row.get("at") or "any", row["form"]) for row in seed_files.rows("filler.csv")]
    for row in seed_files.rows("categories.csv"):
        forms += [form_of(Kind.CATEGORY, row["slug"], row[column]) for column in ("name_vi", "name_en")]
    digest = hashlib.sha256(b"".join((seed_files.SEED / table).read_bytes() for table in TABLES))
    return build_words(forms, _initials(synonyms), digest.hexdigest()[:16])


def _initials(synonyms: Sequence[dict[str, str]]) -> dict[str, tuple[Keys, ...]]:
    """Find, for each abbreviation of one token, the forms of its group whose first letters it is."""
    found: dict[str, tuple[Keys, ...]] = {}
    for row in synonyms:
        short = syllables(row["form"])
        if row["kind"] != "abbreviation" or len(short) != 1:
            continue
        for other in synonyms:
            long = syllables(other["form"])
            if other["group"] == row["group"] and other["kind"] == "synonym" and _are_initials(short[0], long):
                known = found.get(key(short[0]), ())
                found[key(short[0])] = (*known, tuple(map(key, long)))
    return found


def _are_initials(short: str, long: Sequence[str]) -> bool:
    return len(long) > 1 and "".join(part[0] for part in long) == short
