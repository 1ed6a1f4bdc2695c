"""An address and its ward in one line: sources often write the ward and the province into the street, too.

Pure: works on the two texts as they are shown.
"""

import re

from directory.places.names import PREFIXES, SUFFIXES, name_keys

_POSTCODE = re.compile(r"\s+\d{5,6}$")
_COUNTRY = frozenset({"vietnam", "vn"})
#: "Phường Hồng Gai (trước: phường Hòn Gai, TP Hạ Long), Quảng Ninh" names four units.
_BETWEEN_UNITS = re.compile(r"[(),:/]")


def address_line(address: str | None, place: str | None) -> str:
    """Return where something is, each unit named once: the street, then the ward and province as ``place`` says them.

    The first part of an address stays when it has no kind before it ("Trần Phú, Phường Trần Phú"): it is a street or
    a hamlet named like its ward.
    """
    said = {_bare(unit) for unit in _BETWEEN_UNITS.split(place or "")}
    kept: list[str] = []
    for number, part in enumerate((address or "").split(",")):
        name = _bare(part)
        is_first = number == 0 and not _has_kind(part)
        if not name or name in _COUNTRY or (name in said and not is_first):
            continue
        if is_first or name not in map(_bare, kept):
            kept.append(part.strip())
    return ", ".join([*kept, *([place] if place else [])])


def _bare(part: str) -> str:
    """Return a unit's name for comparing: without its kind, a postcode, marks and spaces ("Hanoi" is "Hà Nội")."""
    keys = name_keys(_POSTCODE.sub("", part.strip()))
    n_kind = _kind_words(keys)
    if not n_kind and len(keys) > 1 and keys[-1] in SUFFIXES:
        keys = keys[:-1]
    return "".join(keys[n_kind:])


def _has_kind(part: str) -> bool:
    return _kind_words(name_keys(part)) > 0


def _kind_words(keys: tuple[str, ...]) -> int:
    """Return how many words before the name say what it is; none when nothing would be left."""
    return next((n for n in (2, 1) if len(keys) > n and keys[:n] in PREFIXES), 0)
