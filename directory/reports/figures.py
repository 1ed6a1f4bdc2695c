"""A report as values: indicators, figures, lines. Pure: whoever shows, exports or freezes a report gets these."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from directory.reports.periods import Period
from directory.reports.rules import Audience, Origin, Qualifier, Unit


class Section(StrEnum):
    """Under which heading an indicator stands, in this order."""

    SERVICES = "services"
    PEOPLE = "people"
    REFERRALS = "referrals"
    UNMET = "unmet"
    CONTACTS = "contacts"
    ACTIVITIES = "activities"
    MATERIALS = "materials"
    PROGRAMME = "programme"
    DIRECTORY = "directory"
    BY_HAND = "by_hand"


class WhyNone(StrEnum):
    """Why there is no number where one is asked for."""

    #: Nobody ever wrote such a thing down there before the end of the period: "không có số liệu", which is not 0.
    NO_RECORD = "no_record"
    #: People are not counted over several years.
    SEVERAL_YEARS = "several_years"
    #: A rate of nothing.
    NOTHING_TO_DIVIDE = "nothing_to_divide"
    #: A small count, or one from which a small count would follow.
    KEPT_BACK = "kept_back"
    #: An area of one ward, in a range that is not one of the fixed periods.
    ONLY_FIXED_PERIODS = "only_fixed_periods"


@dataclass(frozen=True)
class Indicator:
    """What a figure means (``seed/indicators.csv``); the definition stands beside every figure."""

    code: str
    section: Section
    name_vi: str
    name_en: str
    unit: Unit
    numerator_vi: str
    numerator_en: str
    #: Empty when it is no rate.
    denominator_vi: str
    denominator_en: str
    #: In which records it is counted.
    source_vi: str
    source_en: str
    #: Which measure counts it (``queries.measures``), and with what.
    measure: str
    parameters: tuple[str, ...]
    #: What ``Line.by_key`` is by: category, model, topic, reason, site, language …; "" for nothing.
    breakdown: str
    #: Whether it adds up over areas and periods.
    adds_up: bool
    #: Whether it counts people, or what was done for them or given to them: kept back below five where that is asked.
    is_sensitive: bool
    version: int
    #: Since when the definition has this version.
    valid_from: date


@dataclass(frozen=True)
class Figure:
    """One number with what must be known to read it. ``value`` is None where there is none; ``why_none`` says why."""

    value: int | float | None
    #: Code of the area; "" for the whole scope.
    area: str = ""
    #: One value of the indicator's breakdown; "" for the whole.
    key: str = ""
    qualifier: Qualifier = Qualifier.EXACT
    origin: Origin = Origin.RECORDS
    why_none: WhyNone | None = None
    #: For what was entered by hand: its own days, and who published it.
    first_on: date | None = None
    last_on: date | None = None
    source: str = ""
    source_url: str = ""
    #: The place that a figure entered by hand is about, if not the scope itself.
    place: str = ""
    is_demo: bool = False

    @property
    def is_approximate(self) -> bool:
        """Whether the number was published as about, over or nearly."""
        return self.qualifier is not Qualifier.EXACT


@dataclass(frozen=True)
class Line:
    """An indicator with its figures. Of one entered by hand there may be several: ``by_area`` holds them all."""

    indicator: Indicator
    total: Figure
    by_area: tuple[Figure, ...] = ()
    by_key: tuple[Figure, ...] = ()
    #: By area and key, where both are known.
    by_both: tuple[Figure, ...] = ()


@dataclass(frozen=True)
class ScopeArea:
    """An area that a report is about."""

    id: int
    code: str
    name: str
    #: Whether it holds one ward only: then its figures are told as to the public.
    is_ward: bool
    is_demo: bool


@dataclass(frozen=True)
class Scope:
    """What a report is about: some areas, and the places that figures entered by hand may name."""

    name: str
    areas: tuple[ScopeArea, ...]
    #: Keys of today's and former provinces and areas inside; a manual figure of one of these belongs to the report.
    unit_keys: frozenset[str]
    #: The whole country: every area, and manual figures without a place.
    is_national: bool = False

    @property
    def area_ids(self) -> frozenset[int]:
        """The ids of its areas."""
        return frozenset(area.id for area in self.areas)


@dataclass(frozen=True)
class Report:
    """Everything asked for about a scope and a period."""

    scope: Scope
    period: Period
    audience: Audience
    lines: tuple[Line, ...]
