"""What the address of an HSDS question says; what cannot be read is refused with a sentence, never guessed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from uuid import UUID

from flask_babel import gettext as _

from directory.clock import LOCAL_ZONE
from directory.errors import Invalid
from directory.interop.hsds.names import DETAILS, FACTS, SUBJECTS, TAXONOMIES, Taxonomy, Term, terms
from directory.interop.hsds.queries import Wanted
from directory.places.queries import gazetteer
from directory.places.rules import Point, is_on_earth
from directory.vietnamese import fold, nfc

MOST_PER_PAGE = 100
PER_PAGE = 20
LAST_PAGE = 100_000
LONGEST_SEARCH = 100
_YES = {"true", "1"}
_NO = {"false", "0", ""}
_NEAR = re.compile(r"\s*(-?\d{1,3}(?:\.\d{1,12})?)\s*,\s*(-?\d{1,3}(?:\.\d{1,12})?)\s*(?:,(.*))?\Z", re.ASCII)
_METRES = re.compile(r"\s*\d{1,7}(?:\.\d{1,3})?\s*\Z", re.ASCII)
_NOBODY = frozenset[str]()

Arguments = Mapping[str, str]


@dataclass(frozen=True)
class Asked:
    """A question to a list: which rows, which page, how much of each."""

    wanted: Wanted
    page: int
    per_page: int
    is_full: bool
    is_minimal: bool
    is_stream: bool


def read_list(args: Arguments) -> Asked:
    """Read the parameters of a list.

    Raises: Invalid.
    """
    return Asked(
        wanted=_wanted(args),
        page=_number(args, "page", 1, LAST_PAGE),
        per_page=_number(args, "per_page", PER_PAGE, MOST_PER_PAGE),
        is_full=_truth(args, "full"),
        is_minimal=_truth(args, "minimal"),
        is_stream=_is_stream(args),
    )


def read_terms(args: Arguments) -> list[Term]:
    """Return the terms that a question means: of a taxonomy, under a parent, without one, by words.

    Raises: Invalid.
    """
    asked, parent = _uuid(args, "taxonomy_id"), _uuid(args, "parent_id")
    found = [one for one in terms().values() if asked is None or one.taxonomy.id == str(asked)]
    if parent is not None:
        found = [one for one in found if one.as_json().get("parent_id") == str(parent)]
    if _truth(args, "top_only"):
        found = [one for one in found if one.parent is None]
    words = fold(_search(args))
    return [one for one in found if words in fold(f"{one.name} {one.description} {one.code}")]


def read_taxonomies(args: Arguments) -> list[Taxonomy]:
    """Return the taxonomies whose words hold those that are searched for."""
    words = fold(_search(args))
    return [one for one in TAXONOMIES if words in fold(f"{one.name} {one.description}")]


def read_uuid(text: str) -> UUID:
    """Read an id.

    Raises: Invalid.
    """
    try:
        return UUID(text)
    except ValueError as error:
        raise Invalid(_("Mã này không phải là UUID.")) from error


def _wanted(args: Arguments) -> Wanted:
    subjects, facts = _terms(args)
    near, within_m = _near(args)
    return Wanted(
        search=_search(args),
        subjects=subjects,
        facts=facts,
        organization=_uuid(args, "organization_id"),
        modified_after=_moment(args),
        near=near,
        within_m=within_m,
    )


def _search(args: Arguments) -> str:
    text = nfc(args.get("search", ""))
    if len(text) > LONGEST_SEARCH:
        raise Invalid(_("“search” dài quá 100 chữ cái."))
    return text


def _terms(args: Arguments) -> tuple[frozenset[str] | None, frozenset[str] | None]:
    """Return the subjects and the facts, one of which an entry must have."""
    subjects: frozenset[str] | None = None
    facts: frozenset[str] | None = None
    term_id, taxonomy_id = _uuid(args, "taxonomy_term_id"), _uuid(args, "taxonomy_id")
    if term_id is not None:
        chosen = terms().get(str(term_id))
        subjects = _under(chosen) if chosen is None or chosen.taxonomy is not FACTS else None
        facts = frozenset({chosen.code}) if chosen and chosen.taxonomy is FACTS else None
    if taxonomy_id is not None and str(taxonomy_id) == FACTS.id:
        every = frozenset(one.code for one in terms().values() if one.taxonomy is FACTS)
        facts = every if facts is None else facts
    elif taxonomy_id is not None and str(taxonomy_id) not in (SUBJECTS.id, DETAILS.id):
        subjects = _NOBODY
    return subjects, facts


def _under(chosen: Term | None) -> frozenset[str]:
    """Return a subject with those below it; nothing for a word that nobody is found by."""
    if chosen is None or chosen.taxonomy is not SUBJECTS:
        return _NOBODY
    below = (one.code for one in terms().values() if one.taxonomy is SUBJECTS and one.parent == chosen.code)
    return frozenset({chosen.code, *below})


def _near(args: Arguments) -> tuple[Point | None, float | None]:
    """Read ``proximity=lat,lon,metres``, or ``postcode`` (the code of a ward) with ``proximity=metres``."""
    proximity, ward = args.get("proximity", ""), args.get("postcode", "").strip()
    if ward:
        unit = gazetteer().atlas.units.get(f"ward:{ward}")
        if unit is None or unit.point is None:
            raise Invalid(_("“postcode” phải là mã 5 chữ số của một phường xã."))
        return unit.point, _metres(proximity) if proximity.strip() else 5_000.0
    if not proximity.strip():
        return None, None
    match = _NEAR.match(proximity)
    point = Point(float(match[1]), float(match[2])) if match else None
    if match is None or point is None or not is_on_earth(point):
        raise Invalid(_("“proximity” phải là vĩ độ,kinh độ,số mét: ví dụ 20.951,107.08,2000."))
    return Point(round(point.lat, 3), round(point.lon, 3)), _metres(match[3]) if match[3] else 5_000.0


def _metres(text: str) -> float:
    if not _METRES.match(text) or not 0 < float(text) <= 2_000_000:
        raise Invalid(_("Bán kính phải là số mét lớn hơn 0."))
    return float(text)


def _uuid(args: Arguments, name: str) -> UUID | None:
    text = args.get(name, "").strip()
    return read_uuid(text) if text else None


def _moment(args: Arguments) -> datetime | None:
    text = args.get("modified_after", "").strip().replace(" ", "+")
    if not text:
        return None
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
            return datetime.combine(date.fromisoformat(text), time(), LOCAL_ZONE).astimezone(UTC)
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Invalid(_("“modified_after” phải là ngày giờ ISO, ví dụ 2026-11-22T08:00:00Z.")) from error


def _number(args: Arguments, name: str, default: int, most: int) -> int:
    text = args.get(name, "").strip()
    if not text:
        return default
    if not re.fullmatch(r"\d{1,9}", text, re.ASCII) or not 1 <= int(text) <= most:
        raise Invalid(_("“%(name)s” phải là số từ 1 đến %(most)s.", name=name, most=most))
    return int(text)


def _truth(args: Arguments, name: str) -> bool:
    text = args.get(name, "").strip().lower()
    if text not in _YES | _NO:
        raise Invalid(_("“%(name)s” chỉ nhận true hoặc false.", name=name))
    return text in _YES


def _is_stream(args: Arguments) -> bool:
    text = args.get("format", "").strip().lower() or "json"
    if text not in ("json", "ndjson"):
        raise Invalid(_("“format” chỉ nhận json hoặc ndjson."))
    return text == "ndjson"
