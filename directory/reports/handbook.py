"""What stands in a handbook (sổ tay địa chỉ) of a place: whom to call at once, then where to go, by subject and ward.

It holds what the public pages hold and no more: of a partial place its ward, of a hidden one nothing but a telephone
line that is there for everybody; nothing that was closed for good; of an invented entry no number to be dialled.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import func, or_, select

from directory.catalogue.hours import Week, week_of
from directory.catalogue.models import CatalogueChange, Offering, Site
from directory.catalogue.queries import Card, Subject, cards, categories, hotlines, is_listed
from directory.catalogue.rules import Visibility
from directory.catalogue.upkeep import SHELTER
from directory.catalogue.urgency import Group, by_need
from directory.catalogue.values import PhoneNumber
from directory.catalogue.wording import where_in_words
from directory.clock import LOCAL_ZONE
from directory.errors import Invalid
from directory.extensions import db
from directory.places.areas import Ambiguous, Candidate
from directory.places.models import Area
from directory.places.queries import gazetteer
from directory.places.rules import Point
from directory.vietnamese import nfc, sort_key

#: A booklet of more places is a book: it is to be made of smaller areas or of one subject.
MOST_SERVICES = 2_000
#: More candidates than this are neither read nor chosen from.
_MOST_CANDIDATES = 12
_BY_PHONE = "by_phone"


@dataclass(frozen=True)
class Extent:
    """Which part of the country a booklet is about."""

    #: What brings the same extent again: an area's code, or a unit's key.
    key: str
    name: str
    #: The province, where the name does not say it.
    province: str
    ward_keys: frozenset[str]
    province_keys: frozenset[str]


@dataclass(frozen=True)
class Line:
    """One service of a place, as paper says it."""

    card: Card
    week: Week | None
    eligibility: str | None
    documents: str | None


@dataclass(frozen=True)
class Place:
    """A place of a provider with what it offers on one subject; it keeps its number all through the booklet."""

    number: int
    name: str
    #: Empty for a telephone line.
    where: str
    services: tuple[Line, ...]

    @property
    def card(self) -> Card:
        """Return the first service, for what all of them share."""
        return self.services[0].card

    @property
    def phones(self) -> tuple[PhoneNumber, ...]:
        """Return the numbers that all of its services share; none, where each has its own."""
        return self.card.phones if len({line.card.phones for line in self.services}) == 1 else ()

    @property
    def has_own_phones(self) -> bool:
        """Whether its services are called by different numbers."""
        return len({line.card.phones for line in self.services}) > 1

    @property
    def is_illustrative(self) -> bool:
        """Whether the place is invented: it is marked, and no number of it is printed."""
        return self.card.is_illustrative

    @property
    def point(self) -> Point | None:
        """Return where it is drawn; None where only the ward is known or may be told."""
        card = self.card
        if card.latitude is None or card.longitude is None or card.point_is_ward:
            return None
        return Point(card.latitude, card.longitude)


class Ward(NamedTuple):
    """The places of one ward; of a telephone line the name is empty."""

    name: str
    places: tuple[Place, ...]


@dataclass(frozen=True)
class Section:
    """One main subject."""

    subject: Subject
    wards: tuple[Ward, ...]

    @property
    def places(self) -> tuple[Place, ...]:
        """Return its places in their order."""
        return tuple(place for ward in self.wards for place in ward.places)


@dataclass(frozen=True)
class Handbook:
    """A whole booklet, before it is laid out."""

    extent: Extent
    subject: Subject | None
    day: date
    #: The last change of the directory that is in it.
    change: int
    emergency: tuple[Group, ...]
    sections: tuple[Section, ...]

    @property
    def version(self) -> str:
        """Return what two copies are compared by: the day and the last change of the directory."""
        return f"{self.day:%Y.%m.%d}-{self.change}"

    @property
    def cover_subject(self) -> Subject | None:
        """Return what the cover may say of the subject: a main one, for what is below it would tell."""
        return categories().by_slug[self.subject.top_slug] if self.subject else None

    @property
    def places(self) -> tuple[Place, ...]:
        """Return every place once, by its number."""
        by_number: dict[int, Place] = {}
        for section in self.sections:
            for place in section.places:
                by_number.setdefault(place.number, place)
        return tuple(by_number[number] for number in sorted(by_number))

    @property
    def attributions(self) -> tuple[str, ...]:
        """Return what must be said of the sources that are in it, each once."""
        lines = [line for group in self.emergency for line in group.lines]
        found = [
            *lines,
            *(line.card for section in self.sections for place in section.places for line in place.services),
        ]
        return tuple(dict.fromkeys(card.attribution for card in found if card.attribution))

    @property
    def services(self) -> int:
        """Return how many services it names."""
        return sum(len(place.services) for section in self.sections for place in section.places)


def last_change() -> int:
    """Return the number of the directory's last change: two booklets of one number say the same."""
    return db.session.scalar(select(func.max(CatalogueChange.seq))) or 0


def extent_of(text: str) -> Extent:
    """Return the part of the country that a text means: a programme area by name or code, else a place old or new.

    Raises: Invalid, when it means nothing; Ambiguous, when it may be several places.
    """
    wanted = nfc(text).strip()
    for area in db.session.scalars(select(Area).order_by(Area.id)):
        if wanted.casefold() in {area.name.casefold(), area.code}:
            return _of_area(area)
    meanings = gazetteer().resolve(wanted) if wanted else []
    if not meanings:
        raise Invalid(
            "Không biết nơi “%(place)s”.",
            what_now="Hãy ghi tên xã, phường, huyện cũ hoặc tỉnh.",
            field="area",
            blanks={"place": wanted},
        )
    if len(meanings) > 1:
        named = tuple(Candidate(meaning.unit_keys[0], meaning.name) for meaning in meanings[:_MOST_CANDIDATES])
        raise Ambiguous(wanted, named)
    (meaning,) = meanings
    name, _, province = meaning.name.partition(", ")
    return Extent(
        key=meaning.unit_keys[0],
        name=name.removesuffix(" (cũ)"),
        province=province,
        ward_keys=frozenset(f"ward:{code}" for code in meaning.ward_codes),
        province_keys=frozenset(f"province:{code}" for code in meaning.province_codes),
    )


def _of_area(area: Area) -> Extent:
    keys = frozenset(ward.key for ward in area.wards)
    provinces = frozenset(ward.parent_key for ward in area.wards if ward.parent_key)
    names = sorted(gazetteer().atlas.units[key].name for key in provinces)
    return Extent(area.code, area.name, ", ".join(names), keys, provinces)


def gather(extent: Extent, subject: Subject | None, moment: datetime) -> Handbook:
    """Return what the booklet of this part of the country says, of all subjects or of one.

    The language is that of the request that it is made in.
    Units: ``moment`` is aware; it decides what is closed, and is the day on every page.
    Raises: Invalid, when there is more than a booklet can hold.
    """
    # Read first: a change during what follows then belongs to the next booklet, and none of before is kept as of it.
    change = last_change()
    lines = [line for line in hotlines(moment) if _answers_in(line, extent)]
    day = moment.astimezone(LOCAL_ZONE).date()
    found = cards(_ids(extent, day), moment)
    kept = [card for card in found if _may_be_printed(card) and _is_about(card, subject)]
    said = {line.id for line in lines}
    return Handbook(
        extent=extent,
        subject=subject,
        day=day,
        change=change,
        emergency=tuple(by_need(lines)),
        sections=_sections([card for card in kept if card.id not in said], day),
    )


def _answers_in(line: Card, extent: Extent) -> bool:
    """Whether a telephone line is for the whole country, or for a province of this extent."""
    units = gazetteer().atlas.units
    return line.province is None or line.province in {units[key].name for key in extent.province_keys}


def _ids(extent: Extent, day: date) -> list[int]:
    here = Site.ward_key.in_(extent.ward_keys) & (Site.visibility != Visibility.HIDDEN)
    lines = Site.province_key.in_(extent.province_keys) & (Site.visibility == Visibility.HIDDEN)
    ids = select(Offering.id).join(Site).where(or_(here, lines), is_listed(day)).order_by(Offering.id)
    found = list(db.session.scalars(ids.limit(MOST_SERVICES + 1)))
    if len(found) > MOST_SERVICES:
        raise Invalid(
            "Nơi này có hơn %(most)s dịch vụ: nhiều quá cho một cuốn sổ.",
            what_now="Hãy chọn nơi nhỏ hơn hoặc một chủ đề.",
            field="area",
            blanks={"most": MOST_SERVICES},
        )
    return found


def _may_be_printed(card: Card) -> bool:
    """Of what is hidden only a line that everybody may call is told, as in the files that go out."""
    return card.visibility is not Visibility.HIDDEN or (_BY_PHONE in card.facts and SHELTER not in card.categories)


def _is_about(card: Card, subject: Subject | None) -> bool:
    tops = categories().tops
    return subject is None or any(subject.slug in {slug, tops.get(slug)} for slug in card.categories)


def _sections(found: Iterable[Card], day: date) -> tuple[Section, ...]:
    by_subject: dict[str, list[Card]] = {subject.slug: [] for subject in categories().top}
    for card in found:
        by_subject.setdefault(card.main_subject, []).append(card)
    numbers: dict[tuple[str, str], int] = {}
    more = _further([card.id for of_one in by_subject.values() for card in of_one])
    return tuple(
        Section(subject, _wards([_line(card, more, day) for card in by_subject[subject.slug]], numbers))
        for subject in categories().top
        if by_subject[subject.slug]
    )


Further = dict[int, tuple[str | None, str | None]]


def _further(ids: Collection[int]) -> Further:
    columns = select(Offering.id, Offering.eligibility, Offering.documents)
    rows = db.session.execute(columns.where(Offering.id.in_(ids)).order_by(Offering.id))
    return {number: (eligibility, documents) for number, eligibility, documents in rows}


def _line(card: Card, more: Further, day: date) -> Line:
    return Line(card, week_of(card.opening_hours, day), *more[card.id])


def _wards(lines: Iterable[Line], numbers: dict[tuple[str, str], int]) -> tuple[Ward, ...]:
    """Put the services of one place together and the places into their wards; telephone lines come first."""
    by_place: dict[tuple[str, str, str], list[Line]] = {}
    for line in sorted(lines, key=_order):
        card = line.card
        key = card.ward or "", card.provider_code, where_in_words(card.address, card.place)
        by_place.setdefault(key, []).append(line)
    by_ward: dict[str, list[Place]] = {}
    for (ward, provider, where), services in by_place.items():
        number = numbers.setdefault((provider, where), len(numbers) + 1)
        by_ward.setdefault(ward, []).append(Place(number, services[0].card.provider, where, tuple(services)))
    return tuple(Ward(ward, tuple(places)) for ward, places in by_ward.items())


def _order(line: Line) -> tuple[object, ...]:
    card = line.card
    return sort_key(card.ward or ""), sort_key(card.provider), card.address or "", sort_key(card.name), card.id
