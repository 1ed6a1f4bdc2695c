"""Services given (lượt): how often what was done, by the day it was done; one scan for every indicator."""

from collections.abc import Sequence

from directory.reports.figures import Indicator
from directory.reports.queries.measuring import Asked, Found, added_up


def services(asked: Asked, wanted: Sequence[Indicator]) -> dict[str, Found]:
    """Count the services of each indicator's categories; without any named, of all."""
    cells = [(area, slug, count) for area, slug, count in asked.rows("services")]
    cells += [(area, slug, 0) for area, slug in asked.earlier("services")]
    return {
        one.code: added_up(cell for cell in cells if not one.parameters or cell[1] in one.parameters) for one in wanted
    }
