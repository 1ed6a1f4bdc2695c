"""What the words typed so far may become: subjects, places, then names of services and providers."""

from collections.abc import Iterator
from functools import lru_cache

from sqlalchemy import select

from directory import clock
from directory.catalogue.models import Offering, Provider, Service
from directory.extensions import db
from directory.places.gazetteer import Gazetteer
from directory.search.analysis import SUBJECT_OR_NAME
from directory.search.arrays import Arrays
from directory.search.ranking import first_by_tie
from directory.search.words import Kind, Words
from directory.vietnamese import key, nfc, syllables

SHORTEST = 2
#: So many entries are looked at for their names; neighbours often share one.
LOOKED_AT = 60


def suggestions(text: str, limit: int, arrays: Arrays, words: Words, gazetteer: Gazetteer) -> list[str]:
    """Return up to ``limit`` distinct texts, each of which finds something."""
    typed = nfc(text)
    keys = [key(token) for token in syllables(typed)]
    if not keys or sum(map(len, keys)) < SHORTEST:
        return []
    found: dict[str, str] = {}
    for one in (*_subjects(keys, words), *_names(keys, arrays), *gazetteer.names_with_prefix(typed, 3)):
        found.setdefault(" ".join(syllables(one)), one)
    return list(found.values())[:limit]


def _subjects(keys: list[str], words: Words) -> Iterator[str]:
    """Yield the phrases for subjects that begin with what was typed; shortest first, at most three."""
    whole, last = tuple(keys[:-1]), keys[-1]
    fitting = [
        text
        for form_keys, text in _subject_phrases(words)
        if form_keys[: len(whole)] == whole and len(form_keys) > len(whole) and form_keys[len(whole)].startswith(last)
    ]
    yield from sorted(fitting, key=lambda text: (len(text), text))[:3]


@lru_cache(maxsize=2)
def _subject_phrases(words: Words) -> tuple[tuple[tuple[str, ...], str], ...]:
    forms = (form for found in words.forms.values() for form in found)
    return tuple((form.keys, form.text) for form in forms if form.kind is Kind.CATEGORY)


def _names(keys: list[str], arrays: Arrays) -> list[str]:
    """Return names of services and providers that have all the words, the last one perhaps unfinished."""
    postings = arrays.postings
    alive = arrays.table.listed(clock.today())
    marked = alive
    for word in keys[:-1]:
        marked = marked & (postings.spread(word) >= SUBJECT_OR_NAME)
    last = alive & False
    for word in (term for term in arrays.syllables if term.startswith(keys[-1])):
        last |= postings.spread(word) >= SUBJECT_OR_NAME
    numbers = first_by_tie(marked & last, LOOKED_AT, arrays.table)
    ids = arrays.table.ids[numbers].tolist()
    rows = db.session.execute(
        select(Service.name, Provider.name)
        .join(Offering, Offering.service_id == Service.id)
        .join(Provider, Provider.id == Service.provider_id)
        .where(Offering.id.in_(ids))
        .order_by(Offering.id)
    )
    names = dict.fromkeys(name for pair in rows for name in pair)
    return [name for name in names if _has(name, keys)]


def _has(name: str, keys: list[str]) -> bool:
    own = [key(token) for token in syllables(name)]
    return all(word in own for word in keys[:-1]) and any(word.startswith(keys[-1]) for word in own)
