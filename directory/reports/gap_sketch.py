"""The map of gaps for paper: the same wards as plain shapes, with the names of those that lack something."""

from collections.abc import Iterable
from dataclasses import dataclass

from directory.places.map_wards import Step, WardMap
from directory.places.paper_map import Name, Sheet, archipelagos_on, land_and_abroad, names_that_fit, sheet_around

WIDTH, HEIGHT, MARGIN, LETTERS = 720.0, 460.0, 40.0, 13.0


@dataclass(frozen=True)
class Sign:
    """A ward on the sheet: its middle, its border where it is known."""

    step: Step
    x: float
    y: float
    path: str


@dataclass(frozen=True)
class GapSketch:
    """The finished sheet."""

    sheet: Sheet
    land: str
    abroad: str
    signs: tuple[Sign, ...]
    names: tuple[Name, ...]
    archipelagos: tuple[Name, ...]
    legend: dict[Step, str]


def gap_sketch(wards: WardMap) -> GapSketch | None:
    """Return the wards on a sheet; None when there is none."""
    if not wards.marks:
        return None
    sheet = sheet_around([mark.point for mark in wards.marks], WIDTH, HEIGHT, MARGIN)
    places = [sheet.place(mark.point) for mark in wards.marks]
    signs = (
        Sign(mark.step, *place, "".join(map(sheet.ring_path, mark.rings)))
        for mark, place in zip(wards.marks, places, strict=True)
    )
    far = ((mark.name, *place) for mark, place in zip(wards.marks, places, strict=True) if mark.step is not Step.NEAR)
    land, abroad = land_and_abroad()
    islands = tuple(archipelagos_on(sheet))
    return GapSketch(
        sheet=sheet,
        land=sheet.path_of(land),
        abroad=sheet.path_of(abroad),
        signs=_farthest_last(signs),
        archipelagos=islands,
        names=tuple(names_that_fit(far, [*places, *_under(islands)], sheet, LETTERS)),
        legend=wards.legend,
    )


def _under(names: Iterable[Name]) -> Iterable[tuple[float, float]]:
    """Return what the three short lines of each archipelago's name cover."""
    return (
        (name.x + across * LETTERS, name.y + down * LETTERS) for name in names for across in _ACROSS for down in _DOWN
    )


_ACROSS, _DOWN = range(-3, 4), range(-1, 3)


def _farthest_last(signs: Iterable[Sign]) -> tuple[Sign, ...]:
    """Put what matters above what does not."""
    return tuple(sorted(signs, key=lambda sign: sign.step))
