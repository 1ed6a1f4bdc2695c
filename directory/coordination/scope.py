"""How a coordinator looks at one of her areas alone."""

from dataclasses import replace

from directory.accounts.rules import Actor
from directory.errors import NotFound
from directory.places.models import Area

UNKNOWN_AREA = "Không có địa bàn này, hoặc bạn không phụ trách địa bàn này."


def within(actor: Actor, areas: list[Area], code: str) -> Actor:
    """Return her as if she answered for one of these areas alone; as she is without a code.

    Raises: NotFound, when it is none of them.
    """
    if not code:
        return actor
    for area in areas:
        if area.code == code:
            return replace(actor, area_ids=frozenset({area.id}), all_areas=False)
    raise NotFound(UNKNOWN_AREA)
