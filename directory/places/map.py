"""Draw places on a map: a document of its own, for an iframe, that loads nothing from anybody else (D9).

Why a document of its own: Folium writes inline scripts, so the frame has a policy with a nonce, and the page around it
keeps the strict one. The list of results is complete without the frame.
"""

import secrets
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from directory.places.map_pins import Bounds, Choice, Drawing, LegendEntry, MapView, Pin, bounds_around, bounds_of
from directory.places.map_style import OTHER, SUBJECTS

__all__ = ["MOST_PINS", "Choice", "MapDocument", "MapView", "Pin", "draw"]

#: More points than this are neither readable nor quick on a cheap phone.
MOST_PINS = 500


@dataclass(frozen=True)
class MapDocument:
    """A drawn map: its HTML and the nonce that its scripts carry."""

    html: str
    nonce: str

    @property
    def content_security_policy(self) -> str:
        """Return the policy to send with it: our own files, this nonce, and no frame but ours around it."""
        return "; ".join(
            (
                "default-src 'none'",
                f"script-src 'nonce-{self.nonce}' 'self'",
                f"style-src 'nonce-{self.nonce}' 'self'",
                "img-src 'self' data:",
                "connect-src 'self'",
                "form-action 'none'",
                "base-uri 'none'",
                "frame-ancestors 'self'",
            )
        )


def draw(pins: Sequence[Pin], view: MapView) -> MapDocument:
    """Draw the pins, at most 500, in the order given; the document says so when it cut them."""
    # Folium costs 87 MB; a process that never draws a map never pays them.
    from directory.places import map_folium

    shown = pins[:MOST_PINS]
    drawing = Drawing(
        pins=shown,
        view=view,
        bounds=_bounds(shown, view),
        legend=_legend(shown),
        notices=[]
        if view.choice or view.wards
        else _notices(view.remarks, len(shown), max(view.total or 0, len(pins))),
        nonce=secrets.token_urlsafe(16),
    )
    return MapDocument(map_folium.render(drawing), drawing.nonce)


def _bounds(pins: Sequence[Pin], view: MapView) -> Bounds:
    if view.choice:
        return view.choice.bounds
    return bounds_around([mark.point for mark in view.wards.marks]) if view.wards else bounds_of(pins, view.position)


def _legend(pins: Sequence[Pin]) -> list[LegendEntry]:
    counts = Counter(pin.subject for pin in pins)
    return [LegendEntry(subject, counts[subject]) for subject in (*SUBJECTS, OTHER) if counts[subject]]


def _notices(remarks: Sequence[str], n_shown: int, total: int) -> list[str]:
    if not total and not remarks:
        return [_("Không có nơi nào để vẽ lên bản đồ.")]
    if total > n_shown:
        cut = _("Bản đồ chỉ vẽ %(shown)s trong %(total)s nơi. Tìm hẹp hơn để thấy đủ.", shown=n_shown, total=total)
        return [cut, *remarks]
    return list(remarks)
