"""Folium made to keep to our own house: no foreign address, no jQuery, one nonce. Imported only when a map is drawn."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import folium
from branca.element import Figure, MacroElement
from flask import render_template
from flask_babel import gettext as _
from folium.plugins import MarkerCluster
from folium.template import Template
from folium.utilities import JsCode
from markupsafe import Markup

from directory.places.map_files import map_files
from directory.places.map_pins import Choice, Drawing, MapView, Pin
from directory.places.map_style import OTHER, PIN_PATH, SUBJECTS, WARD_PIN_RADIUS
from directory.places.map_wards import WardMap, WardMark
from directory.places.tiles import BOX, CLOSEST_ZOOM

#: Below this there is nothing of ours to see.
WIDEST_ZOOM = 4
#: How close the first view may be, of several places and of one: streets with tiles; over the outline, which shows no
#: streets, near enough to tell places apart and far enough to see a town's name.
CLOSEST_FIRST_ZOOM_WITH_TILES, CLOSEST_FIRST_ZOOM_WITHOUT = (16, 15), (11, 10)
#: The land in ``seed/outline.geojson`` ends here.
DRAWN_AREA = [[-3, 83], [33, 131]]

OSM_ATTRIBUTION = (
    '© <a href="https://www.openstreetmap.org/copyright" target="_blank" rel="noopener noreferrer">'
    "OpenStreetMap contributors</a>"
)
BASE_ATTRIBUTION = "Natural Earth · GeoNames"

#: Whether the person's device allows movement is known in the browser only.
MAY_MOVE: Any = JsCode("mapFrame.mayMove")


def script_json(value: Any) -> str:
    """Write a value as a JavaScript literal that can neither end the script nor leave its own quotes.

    Why not Folium's way: it puts labels into template literals, where ``${…}`` in a provider's name would run, and
    renders its finished script once more as a Jinja template, where ``{{…}}`` in a name would run on the server.
    Here labels are JSON strings whose dangerous characters are written by their number, and the frame only ever makes
    text nodes of them, so HTML in a name is shown and never parsed.
    """
    return _STRING.sub(lambda string: string[0].translate(_BY_NUMBER), json.dumps(value, separators=(",", ":")))


_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_BY_NUMBER = {ord(character): f"\\u{ord(character):04x}" for character in "<>&'`${}%#"}


class FrameDocument(Figure):
    """The document around the map: our template instead of Folium's, with a nonce on its script."""

    def __init__(self, drawing: Drawing) -> None:
        super().__init__()
        self.drawing = drawing

    def render(self, **kwargs: Any) -> str:
        """Return the HTML of the whole document."""
        for child in self._children.values():
            child.render(**kwargs)
        return render_template(
            "places/map_frame.html",
            drawing=self.drawing,
            files=map_files(),
            subjects=[*SUBJECTS, OTHER],
            pin_path=PIN_PATH,
            ward_pin_radius=WARD_PIN_RADIUS,
            # Both come from the templates below, whose every value went through script_json.
            map_html=Markup(self.html.render(**kwargs)),  # noqa: S704
            map_script=Markup(self.script.render(**kwargs)),  # noqa: S704
        )


class OwnMap(folium.Map):
    """Folium's map with nothing loaded from elsewhere and no fixed zoom."""

    default_js: list[tuple[str, str]] = []  # noqa: RUF012 - the type is Folium's
    default_css: list[tuple[str, str]] = []  # noqa: RUF012
    _template = Template("""
        {% macro html(this, kwargs) %}<div class="folium-map" id="{{ this.get_name() }}"></div>{% endmacro %}
        {% macro script(this, kwargs) %}
        var {{ this.get_name() }} = L.map("{{ this.get_name() }}",
          {center: {{ this.location|tojson }}, ...{{ this.options|tojavascript }}});
        {% endmacro %}
        """)


class OwnClusters(MarkerCluster):
    """Folium's clusters with the files of our bundle."""

    default_js: list[tuple[str, str]] = []  # noqa: RUF012 - the type is Folium's
    default_css: list[tuple[str, str]] = []  # noqa: RUF012


class Furnishing(MacroElement):
    """What Folium has no element for: the base map, controls, the visitor's position; see ``frame/frame.js``."""

    _template = Template("""
        {% macro script(this, kwargs) %}
        mapFrame.furnish({{ this._parent.get_name() }}, {{ this.facts }});
        {% endmacro %}
        """)

    def __init__(self, facts: Mapping[str, Any]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Furnishing"
        self.facts = script_json(facts)


class Pins(MacroElement):
    """All pins as one array: 500 of Folium's markers would be twenty times the bytes."""

    _template = Template("""
        {% macro script(this, kwargs) %}
        mapFrame.pin({{ this._parent.get_name() }}, {{ this.rows }});
        {% endmacro %}
        """)

    def __init__(self, pins: Sequence[Pin]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Pins"
        self.rows = script_json([_row(pin) for pin in pins])


class Picking(MacroElement):
    """The pin that is moved to a place; see ``frame/pick.js``."""

    _template = Template("""
        {% macro script(this, kwargs) %}
        mapFrame.pick({{ this._parent.get_name() }}, {{ this.facts }});
        {% endmacro %}
        """)

    def __init__(self, facts: Mapping[str, Any]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Picking"
        self.facts = script_json(facts)


class Wards(MacroElement):
    """Wards by how far each is from help; see ``frame/wards.js``."""

    _template = Template("""
        {% macro script(this, kwargs) %}
        mapFrame.wards({{ this._parent.get_name() }}, {{ this.facts }});
        {% endmacro %}
        """)

    def __init__(self, wards: WardMap) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Wards"
        # Those that lack nothing lie below.
        marks = sorted(wards.marks, key=lambda mark: (mark.step, mark.key))
        self.facts = script_json({"rows": [_ward_row(mark) for mark in marks]})


def render(drawing: Drawing) -> str:
    """Return the HTML of the drawn map."""
    south_west, _north_east = drawing.bounds
    own_map = OwnMap(
        location=list(south_west),
        tiles=None,
        zoom_start=6,
        zoom_control=False,
        attribution_control=False,
        **dict.fromkeys(("zoom_animation", "fade_animation", "marker_zoom_animation"), MAY_MOVE),
    )
    # Folium gives these two to its own tile layer only, and without them a map without tiles stays blank.
    own_map.options |= {"max_zoom": CLOSEST_ZOOM, "min_zoom": WIDEST_ZOOM}
    document = FrameDocument(drawing)
    document.add_child(own_map)
    own_map.add_child(Furnishing(_facts(drawing)))
    own_map.add_child(_first_view(drawing))
    if drawing.view.tiles_url:
        own_map.add_child(_tiles(drawing.view.tiles_url))
    own_map.add_child(_drawn(drawing))
    return document.render()


def _drawn(drawing: Drawing) -> MacroElement:
    """Return what stands on the map: a point to be moved, wards, or pins."""
    view = drawing.view
    if view.choice:
        return Picking(_choosing(view.choice))
    return Wards(view.wards) if view.wards else _clusters(drawing.pins)


def _first_view(drawing: Drawing) -> folium.FitBounds:
    south_west, north_east = drawing.bounds
    closest = CLOSEST_FIRST_ZOOM_WITH_TILES if drawing.view.tiles_url else CLOSEST_FIRST_ZOOM_WITHOUT
    first_view = folium.FitBounds(
        [list(south_west), list(north_east)],
        # A pin stands above its point, so there is more room at the top.
        padding_top_left=(24, 52),
        padding_bottom_right=(24, 24),
        max_zoom=closest[south_west == north_east],
    )
    first_view.options["animate"] = False
    return first_view


def _tiles(url: str) -> folium.TileLayer:
    south, west, north, east = BOX
    return folium.TileLayer(
        tiles=url,
        attr=OSM_ATTRIBUTION,
        max_zoom=CLOSEST_ZOOM,
        min_zoom=WIDEST_ZOOM,
        bounds=[[south, west], [north, east]],
        control=False,
    )


def _clusters(pins: Sequence[Pin]) -> OwnClusters:
    clusters = OwnClusters(  # type: ignore[no-untyped-call]
        control=False,
        max_cluster_radius=44,
        show_coverage_on_hover=False,
        animate=MAY_MOVE,
        icon_create_function="mapFrame.clusterIcon",
    )
    clusters.add_child(Pins(pins))
    return clusters


def _choosing(choice: Choice) -> dict[str, Any]:
    return {
        "point": list(choice.point) if choice.point else None,
        "put": _("Đặt ghim vào giữa bản đồ"),
        "here": _("Nơi đã chọn"),
    }


def _facts(drawing: Drawing) -> dict[str, Any]:
    view = drawing.view
    return {
        "base": view.files_url + map_files().base.name,
        "attribution": BASE_ATTRIBUTION,
        "drawnArea": DRAWN_AREA,
        "position": list(view.position) if view.position else None,
        "accuracy": drawing.accuracy_m,
        "words": {
            "map": _map_name(view),
            "zoomIn": _("Phóng to"),
            "zoomOut": _("Thu nhỏ"),
            "close": _("Đóng"),
            "open": _("Xem chi tiết"),
            "here": _("Vị trí của bạn"),
            "nearly": _("Vị trí gần đúng: chỉ ghi phường, xã."),
            "places": _("nơi ở gần nhau, bấm để xem từng nơi"),
        },
    }


def _map_name(view: MapView) -> str:
    if view.choice:
        return str(_("Bản đồ để chọn vị trí"))
    return str(_("Bản đồ khoảng trống") if view.wards else _("Bản đồ các nơi tìm thấy"))


def _ward_row(mark: WardMark) -> list[Any]:
    return [round(mark.point.lat, 5), round(mark.point.lon, 5), int(mark.step), mark.name, mark.note, mark.rings]


def _row(pin: Pin) -> list[Any]:
    return [pin.lat, pin.lon, pin.subject.slug, int(pin.is_ward_point), pin.label, pin.url, pin.note]
