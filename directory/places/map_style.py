"""How the map looks: the five subjects and the shapes of the pins.

Colours are in ``frame/frame.css``, light and dark; icons are those of ``templates/components/icon.html``.
"""

from dataclasses import dataclass

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString


@dataclass(frozen=True)
class Subject:
    """One of the five main subjects as it is drawn: never told by its colour alone."""

    slug: str
    name: LazyString


SUBJECTS = (
    Subject("phap-ly", _("Pháp lý")),
    Subject("y-te", _("Sức khỏe")),
    Subject("tam-ly", _("Tâm lý")),
    Subject("viec-lam", _("Việc làm")),
    Subject("an-toan", _("An toàn")),
)

#: A pin of an unknown subject: the general sign of a place, in grey.
OTHER = Subject("khac", _("Khác"))

#: Bodies of the pins, drawn behind the icon; their boxes are 44 by 48 and 44 by 44: a finger's width.
PIN_PATH = "M22 46.5C22 46.5 36 30.5 36 19A14 14 0 1 0 8 19C8 30.5 22 46.5 22 46.5Z"
WARD_PIN_RADIUS = 15
