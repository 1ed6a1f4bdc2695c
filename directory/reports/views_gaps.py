"""``/bao-cao/khoang-trong``: which wards have no help near, on a map and in a table; ``…/khung``: the map."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from directory import clock
from directory.accounts.sessions import signed_in
from directory.catalogue.queries import Subject, categories
from directory.catalogue.wording import distance_in_words
from directory.extensions import settings
from directory.places import map as places_map
from directory.places import tiles
from directory.places.map import MapView
from directory.reports.choosing import Choice, period_menu, place_menu, read_choice
from directory.reports.gap_map import far_in_words, gap_map, legend, place_in_words
from directory.reports.gap_sketch import gap_sketch
from directory.reports.queries.gaps import ANYTHING, Gaps, by_area, by_subject, gaps_of
from directory.reports.queries.measures_directory import NOT_BY_DISTANCE, Ground, ground_of
from directory.reports.queries.measuring import Asked
from directory.reports.queries.reading import read_report
from directory.reports.rules import Audience
from directory.web.access import requires

blueprint = Blueprint("gaps", __name__, url_prefix="/bao-cao/khoang-trong")
for _filter in (distance_in_words, far_in_words, place_in_words):
    blueprint.add_app_template_filter(_filter, f"gap_{_filter.__name__}")

#: Units: kilometres.
RADII = (5, 10, 20, 50)
USUAL_RADIUS = 10
#: More rows than this are for a spreadsheet; the farthest come first.
MOST_ROWS = 400
TILES_URL = "/ban-do/o/{z}/{x}/{y}.png"
UNMET = ("C01", "C02", "C03", "C04", "C05", "C06")
ENTRIES = ("K01", "K02", "K03", "K04", "K05", "K06")


@dataclass(frozen=True)
class GapsAsked:
    """What the address asks for: where, about what, within how far."""

    choice: Choice
    subject: Subject | None
    radius_km: int

    @property
    def slug(self) -> str:
        """The slug of the subject, or whatever it is about."""
        return self.subject.slug if self.subject else ANYTHING

    @property
    def address(self) -> dict[str, Any]:
        """The parameters that ask for the same again; a subject stands there by its code, which says nothing."""
        subject = {"chu-de": self.subject.code} if self.subject else {}
        return {**self.choice.address, **subject, "ban-kinh": str(self.radius_km)}

    @cached_property
    def ground(self) -> Ground:
        """The areas and the entries as they are today."""
        return ground_of(Asked(self.choice.scope, self.choice.period, clock.today()))

    @cached_property
    def gaps(self) -> Gaps:
        """What is nearest to each ward."""
        return gaps_of(self.ground, self.slug, self.radius_km)


@blueprint.get("")
@requires("reports.read")
def page() -> ResponseReturnValue:
    """Show the wards that have no help near, farthest first, and what the directory has by subject and area."""
    asked = _asked()
    lines = read_report(
        asked.choice.scope,
        asked.choice.period,
        codes=(*UNMET, *ENTRIES),
        audience=Audience.DESK,
        today=clock.today(),
    ).lines
    return render_template(
        "reports/gaps.html",
        **_around(asked),
        sketch=gap_sketch(gap_map(asked.gaps.wards, asked.radius_km)),
        subjects=by_subject(asked.ground, asked.radius_km),
        areas=by_area(asked.ground, asked.choice.scope.areas, asked.radius_km),
        unmet=[line for line in lines if line.indicator.code in UNMET],
        entries=[line for line in lines if line.indicator.code in ENTRIES],
    )


@blueprint.get("/khung")
@requires("reports.read")
def frame() -> ResponseReturnValue:
    """Draw the wards of the same question as a document of its own."""
    asked = _asked()
    view = MapView(
        list_url=url_for("gaps.page", **asked.address),
        tiles_url=TILES_URL if tiles.are_on(settings()) else None,
        language=str(get_locale() or "vi"),
        wards=gap_map(asked.gaps.wards, asked.radius_km),
    )
    document = places_map.draw([], view)
    return Response(document.html, headers={"Content-Security-Policy": document.content_security_policy})


def _around(asked: GapsAsked) -> dict[str, Any]:
    """Return what was asked, and what else may be."""
    return {
        "asked": asked,
        "choice": asked.choice,
        "places": place_menu(signed_in()),
        "periods": period_menu(clock.today(), asked.choice.period),
        "radii": RADII,
        "tree": categories(),
        "frame_url": url_for("gaps.frame", **asked.address),
        "steps": legend(asked.radius_km),
        "by_phone": asked.slug in NOT_BY_DISTANCE,
        "most_rows": MOST_ROWS,
    }


def _asked() -> GapsAsked:
    """Read the address; what cannot be read is the usual."""
    radius = next((km for km in RADII if str(km) == request.args.get("ban-kinh", "").strip()), USUAL_RADIUS)
    subject = categories().find(request.args.get("chu-de", ""))
    return GapsAsked(read_choice(request.args, signed_in(), clock.today()), subject, radius)
