"""Figures that somebody else counted and published, written down by hand with their days and their source."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from urllib.parse import urlsplit

from directory.accounts import audit
from directory.accounts.rules import Actor
from directory.errors import Invalid
from directory.extensions import db
from directory.reports.figures import Section
from directory.reports.indicators import indicators
from directory.reports.models import ManualFigure
from directory.reports.queries.by_hand import find_place
from directory.reports.rules import Qualifier

#: Name, place and day of an article, and its address; what is longer is no source but a text.
LONGEST_SOURCE, LONGEST_URL = 300, 500
#: As many as there are people in the country; more would be a slip of the finger.
LARGEST = Decimal(1_000_000_000)


@dataclass(frozen=True)
class FigureWanted:
    """What is to be written down of a figure."""

    indicator: str
    #: As ``queries.by_hand.places_of`` names it: an area's code, a province's key, "" for the whole country.
    place: str
    #: None for what stood so on a day (as of ``last_on``).
    first_on: date | None
    last_on: date
    value: Decimal
    qualifier: Qualifier
    source: str
    source_url: str


def add_figure(actor: Actor, wanted: FigureWanted) -> ManualFigure:
    """Write a figure down.

    Raises: Invalid, when something about it cannot be; NotFound, when its place is not hers.
    """
    figure = ManualFigure(is_demo=actor.is_demo)
    _write(actor, figure, wanted)
    db.session.add(figure)
    db.session.flush()
    audit.record("figure.added", actor, figure.uuid)
    return figure


def correct_figure(actor: Actor, figure: ManualFigure, wanted: FigureWanted) -> None:
    """Write down otherwise what was wrong about a figure of hers.

    Raises: Invalid, when something about it cannot be; NotFound, when its place is not hers.
    """
    _write(actor, figure, wanted)
    audit.record("figure.corrected", actor, figure.uuid)


def remove_figure(actor: Actor, figure: ManualFigure) -> None:
    """Take a figure away that should never have been written down."""
    audit.record("figure.removed", actor, figure.uuid)
    db.session.delete(figure)


def _write(actor: Actor, figure: ManualFigure, wanted: FigureWanted) -> None:
    _check(wanted)
    place = find_place(actor, wanted.place)
    figure.area_id, figure.unit_key = place.area_id, place.unit_key
    figure.indicator, figure.value, figure.qualifier = wanted.indicator, wanted.value, wanted.qualifier
    figure.first_on, figure.last_on = wanted.first_on, wanted.last_on
    figure.source, figure.source_url = wanted.source, wanted.source_url or None


def _check(wanted: FigureWanted) -> None:
    indicator = indicators().get(wanted.indicator)
    if indicator is None or indicator.section is not Section.BY_HAND:
        raise Invalid("Chỉ số này không nhập tay được. Hãy chọn một chỉ số trong danh sách.", field="indicator")
    if wanted.first_on and wanted.first_on > wanted.last_on:
        raise Invalid("Ngày đầu phải trước ngày cuối.", field="first_on")
    if not 0 <= wanted.value <= LARGEST:
        raise Invalid("Hãy ghi một số từ 0 trở lên.", field="value")
    if not wanted.source or len(wanted.source) > LONGEST_SOURCE:
        raise Invalid(
            "Hãy ghi ai đã công bố số này, ở đâu, ngày nào (tối đa %(most)s chữ).",
            field="source",
            blanks={"most": LONGEST_SOURCE},
        )
    if wanted.source_url and not _is_web_address(wanted.source_url):
        raise Invalid("Địa chỉ trang phải bắt đầu bằng http:// hoặc https://.", field="source_url")


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and len(text) <= LONGEST_URL
