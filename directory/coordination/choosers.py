"""What a list of the desk may be narrowed by: one choice each of kinds, years, areas."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import gettext as _

from directory.places.models import Area


@dataclass(frozen=True)
class Chooser:
    """One choice above a list; ``every`` is what it says when nothing is chosen, or nothing where one has to be."""

    name: str
    label: str
    #: What stands in the address, and what is read.
    options: tuple[tuple[str, str], ...]
    chosen: str
    every: str


def by_year(years: Iterable[int], chosen: int | None) -> Chooser:
    """Return the choice of a year."""
    options = tuple((str(year), str(year)) for year in years)
    return Chooser("nam", _("Năm"), options, str(chosen or ""), _("Mọi năm"))


def by_area(areas: Iterable[Area], chosen: str) -> Chooser:
    """Return the choice of an area."""
    options = tuple((area.code, area.name) for area in areas)
    return Chooser("dia-ban", _("Địa bàn"), options, chosen, _("Mọi địa bàn của bạn"))


def address_of(choosers: Iterable[Chooser]) -> dict[str, str]:
    """Return what is chosen as parameters of an address."""
    return {chooser.name: chooser.chosen for chooser in choosers if chooser.chosen}
