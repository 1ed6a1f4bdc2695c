"""What periods are called, in the language of the page."""

from datetime import date

from flask_babel import gettext as _

from directory import clock
from directory.reports.periods import Kind, NamedPeriod, Period, name_of

_ROMAN = ("I", "II", "III", "IV")


def period_name(period: Period) -> str:
    """Return what a period is called: "Quý I năm 2024", or its days where it has no name."""
    one = name_of(period)
    return name_of_named(one) if one else period_days(period)


def period_days(period: Period) -> str:
    """Return its days: "từ 01/01/2024 đến 31/08/2024"."""
    return _("từ %(first)s đến %(last)s", first=_day(period.first), last=_day(period.last))


def still_running(period: Period) -> str:
    """Return a warning that its figures will still grow, while it is not over."""
    return "" if period.last < clock.today() else str(_("kỳ chưa hết, đây là số đến hôm nay"))


def name_of_named(one: NamedPeriod) -> str:
    """Return the name of a named period."""
    blanks = {"year": one.year, "number": one.number, "roman": _ROMAN[(one.number - 1) % 4]}
    names = {
        Kind.MONTH: lambda: _("Tháng %(number)s/%(year)s", **blanks),
        Kind.QUARTER: lambda: _("Quý %(roman)s/%(year)s", **blanks),
        Kind.MID_MONTH_QUARTER: lambda: _("Quý %(roman)s/%(year)s của ngành y tế (từ ngày 15 đến 14)", **blanks),
        Kind.HALF_YEAR: lambda: (
            _("6 tháng đầu năm %(year)s", **blanks) if one.number == 1 else _("6 tháng cuối năm %(year)s", **blanks)
        ),
        Kind.EIGHT_MONTHS: lambda: _("8 tháng đầu năm %(year)s", **blanks),
        Kind.YEAR: lambda: _("Năm %(year)s", **blanks),
        Kind.MID_MONTH_YEAR: lambda: _("Năm %(year)s của ngành y tế (từ 15/12 đến 14/12)", **blanks),
        Kind.PHASE: lambda: _("Giai đoạn %(first)s–%(last)s", first=one.year, last=one.period.last.year),
    }
    return names[one.kind]()


def kind_name(kind: Kind) -> str:
    """Return what a kind of period is called, as the heading of a list of them."""
    return {
        Kind.MONTH: _("Tháng"),
        Kind.QUARTER: _("Quý"),
        Kind.MID_MONTH_QUARTER: _("Quý của ngành y tế (từ ngày 15 đến 14)"),
        Kind.HALF_YEAR: _("6 tháng"),
        Kind.EIGHT_MONTHS: _("8 tháng đầu năm"),
        Kind.YEAR: _("Năm"),
        Kind.MID_MONTH_YEAR: _("Năm của ngành y tế (từ 15/12 đến 14/12)"),
        Kind.PHASE: _("Giai đoạn"),
    }[kind]


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"
