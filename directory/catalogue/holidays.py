"""Viet Nam's public holidays, on which written opening hours say little.

Source: Labour Code 45/2019/QH14, article 112; 24 November (Viet Nam Culture Day) after Resolution 80-NQ/TW of
7 January 2026. The lunar days were computed for UTC+7 from the new moons and the winter solstice (2026-11-22).
"""

from datetime import date, timedelta

#: The first day of each lunar year in Viet Nam.
TET = {
    year: date(year, month, day)
    for year, month, day in (
        (2026, 2, 17),
        (2027, 2, 6),
        (2028, 1, 26),
        (2029, 2, 13),
        (2030, 2, 2),
        (2031, 1, 23),
        (2032, 2, 11),
        (2033, 1, 31),
        (2034, 2, 19),
        (2035, 2, 8),
        (2036, 1, 28),
        (2037, 2, 15),
        (2038, 2, 4),
        (2039, 1, 24),
        (2040, 2, 12),
    )
}
#: The Hung Kings' day, the tenth of the third lunar month.
HUNG_KINGS = {
    date(2026, 4, 26),
    date(2027, 4, 16),
    date(2028, 4, 4),
    date(2029, 4, 23),
    date(2030, 4, 12),
    date(2031, 4, 1),
    date(2032, 4, 19),
    date(2033, 4, 9),
    date(2034, 4, 28),
    date(2035, 4, 17),
    date(2036, 4, 6),
    date(2037, 4, 24),
    date(2038, 4, 13),
    date(2039, 4, 3),
    date(2040, 4, 20),
}
#: (month, day) of the holidays of the solar calendar.
FIXED = {(1, 1), (4, 30), (5, 1), (9, 2), (11, 24)}
#: Which five days are free at Tet is decided anew each year, between the last two days of the old year and the fifth
#: of the new one, so all of them count.
_TET_FROM, _TET_TO = timedelta(days=-2), timedelta(days=4)


def is_holiday(day: date) -> bool:
    """Tell whether a place may be shut on this local day although its weekly hours say that it is open."""
    if (day.month, day.day) in FIXED or day in HUNG_KINGS:
        return True
    tet = TET.get(day.year)
    return tet is not None and tet + _TET_FROM <= day <= tet + _TET_TO
