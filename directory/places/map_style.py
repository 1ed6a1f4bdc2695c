"""How the map looks: the five subjects with their icons. Their colours are in ``frame/frame.css``, light and dark."""

from dataclasses import dataclass

from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString


@dataclass(frozen=True)
class Subject:
    """One of the five main subjects as it is drawn: never told by its colour alone."""

    slug: str
    name: LazyString
    #: The icon's strokes, as one SVG path in a box of 24 by 24.
    icon: str


SUBJECTS = (
    Subject("phap-ly", lazy_gettext("Pháp lý"), "M12 3v18M8 21h8M5 7h14M5 7l-3 7h6zM19 7l-3 7h6z"),
    Subject("y-te", lazy_gettext("Sức khỏe"), "M12 4v16M4 12h16"),
    Subject("tam-ly", lazy_gettext("Tâm lý"), "M4 5h16v11h-9l-5 4v-4H4z"),
    Subject("viec-lam", lazy_gettext("Việc làm"), "M3 8h18v11H3zM9 8V5h6v3M3 13h18"),
    Subject("an-toan", lazy_gettext("An toàn"), "M12 3l8 3v6c0 5-4 8-8 9-4-1-8-4-8-9V6z"),
)

#: What a pin of an unknown subject looks like: a plain dot in the main colour.
OTHER = Subject("khac", lazy_gettext("Khác"), "M12 9a3 3 0 1 0 0.01 0z")

#: Bodies of the pins, drawn behind the icon; their boxes are 44 by 48 and 44 by 44: a finger's width.
PIN_PATH = "M22 46.5C22 46.5 36 30.5 36 19A14 14 0 1 0 8 19C8 30.5 22 46.5 22 46.5Z"
WARD_PIN_RADIUS = 15
